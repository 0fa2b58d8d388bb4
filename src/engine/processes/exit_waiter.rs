//! Waits for a child to exit or for a pipe to be closed.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};

/// Polling interval where the system does not signal the exit of a process.
pub(crate) const POLL_INTERVAL: Duration = Duration::from_millis(2);

/// Waits until the writing end of one of the pipes is closed, ignoring unread
/// data. Returns false after the timeout.
pub(crate) fn wait_for_hangup<const N: usize>(
    pipes: [BorrowedFd<'_>; N],
    timeout: Option<&Timespec>,
) -> io::Result<bool> {
    let mut pipes = pipes.each_ref().map(|pipe| PollFd::new(pipe, PollFlags::empty()));
    loop {
        match poll(&mut pipes, timeout) {
            Ok(ready) => return Ok(ready > 0),
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WakeReason {
    /// The child has exited and still has to be reaped.
    Exited,
    TimedOut,
    /// The pipe was closed.
    HungUp,
}

/// Waits for a child, or until a pipe is closed because work has to end.
///
/// Usually another thread watches the pipe and ends the child. Waiting for the
/// child alone then takes fewer system calls.
pub(crate) struct ExitWaiter {
    pipe: OwnedFd,
    child: Mutex<WatchedChild>,
}

#[derive(Default)]
struct WatchedChild {
    pid: Option<Pid>,
    /// Time at which the latest child was asked to end.
    end_requested_at: Option<Instant>,
    /// Whether no further child may be waited for.
    is_over: bool,
}

impl ExitWaiter {
    pub(crate) fn new(pipe: OwnedFd) -> Self {
        Self { pipe, child: Mutex::default() }
    }

    /// Waits until the child exits, until `due`, or, if `cancellable`, until the pipe is closed.
    pub(crate) fn wait_for_exit(
        &self,
        child: Pid,
        due: Option<Instant>,
        cancellable: bool,
    ) -> WakeReason {
        if due.is_none() && cancellable {
            return self.wait_for_child(child);
        }
        match exit_fd(child) {
            Some(exit) => self.poll_exit(&exit, due, cancellable),
            None => self.poll_child(child, due, cancellable),
        }
    }

    /// Ends waiting after the pipe was closed. Calls `end_child` if a child is waited for.
    pub(crate) fn end(&self, end_child: impl FnOnce(Pid)) {
        let mut watched = self.child.lock();
        watched.is_over = true;
        if let Some(child) = watched.pid.filter(|&child| !has_exited(child)) {
            watched.end_requested_at.get_or_insert_with(Instant::now);
            // The child cannot be reaped while the lock is held.
            end_child(child);
        }
    }

    /// Returns when the latest child was asked to end.
    pub(crate) fn end_requested_at(&self) -> Option<Instant> {
        self.child.lock().end_requested_at
    }

    /// Waits for a child that another thread ends if necessary.
    fn wait_for_child(&self, child: Pid) -> WakeReason {
        {
            let mut watched = self.child.lock();
            watched.end_requested_at = None;
            if watched.is_over {
                return WakeReason::HungUp;
            }
            watched.pid = Some(child);
        }
        while let Err(Errno::INTR) =
            waitid(WaitId::Pid(child), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT)
        {}
        let mut watched = self.child.lock();
        watched.pid = None;
        if watched.end_requested_at.is_some() { WakeReason::HungUp } else { WakeReason::Exited }
    }

    /// Waits by polling a descriptor that signals the exit of the child.
    fn poll_exit(&self, exit: &OwnedFd, due: Option<Instant>, cancellable: bool) -> WakeReason {
        loop {
            let pipe = PollFd::new(&self.pipe, PollFlags::empty());
            let mut events = [PollFd::new(exit, PollFlags::IN), pipe];
            let polled = if cancellable { &mut events[..] } else { &mut events[..1] };
            match poll(polled, time_left(due).as_ref()) {
                Ok(0) => return WakeReason::TimedOut,
                Ok(_) if !events[0].revents().is_empty() => return WakeReason::Exited,
                Err(Errno::INTR) => {}
                // If polling fails, end the case as if the pipe had been closed.
                Ok(_) | Err(_) => return WakeReason::HungUp,
            }
        }
    }

    fn poll_child(&self, child: Pid, due: Option<Instant>, cancellable: bool) -> WakeReason {
        let interval = Timespec::try_from(POLL_INTERVAL).ok();
        loop {
            if has_exited(child) {
                return WakeReason::Exited;
            }
            if due.is_some_and(|due| due <= Instant::now()) {
                return WakeReason::TimedOut;
            }
            let hung_up = wait_for_hangup([self.pipe.as_fd()], interval.as_ref()).unwrap_or(true);
            if hung_up && cancellable {
                return WakeReason::HungUp;
            }
            if hung_up {
                std::thread::sleep(POLL_INTERVAL);
            }
        }
    }
}

/// Returns a descriptor that becomes readable when the child exits, if the system
/// has such descriptors.
#[cfg(target_os = "linux")]
fn exit_fd(child: Pid) -> Option<OwnedFd> {
    rustix::process::pidfd_open(child, rustix::process::PidfdFlags::empty()).ok()
}

#[cfg(not(target_os = "linux"))]
fn exit_fd(_child: Pid) -> Option<OwnedFd> {
    None
}

/// Whether the child has exited; does not reap it.
fn has_exited(child: Pid) -> bool {
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    !matches!(waitid(WaitId::Pid(child), options), Ok(None))
}

/// Returns the time left until `due`; `None` waits forever.
fn time_left(due: Option<Instant>) -> Option<Timespec> {
    let left = due?.saturating_duration_since(Instant::now());
    Timespec::try_from(left).ok()
}
