//! Waits for the programs of this process to exit or for the run to close its pipe.

use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, waitid};

use super::descendants::{kill_descendants, signal_tree};
use super::{adopt_orphans, exit_fd};
use crate::system::cpus::pin_thread;
use crate::system::hangup::Hangup;
use crate::system::memory::own_peak_bytes;
use crate::system::process_tree::WakeReason;

/// Polling interval where the system does not signal the exit of a process.
pub(super) const POLL_INTERVAL: Duration = Duration::from_millis(2);

/// A program must exceed the memory of this process by this many bytes for its own to
/// be known: the system accounts for memory only roughly.
const MEMORY_TOLERANCE: u64 = 1 << 20;

/// Waits for a child, or until the pipe is closed because work has to end.
///
/// Usually another thread watches the pipe and ends the child. Waiting for the
/// child alone then takes fewer system calls.
pub(crate) struct ExitWaiter {
    hangup: Hangup,
    child: Mutex<WatchedChild>,
    /// Peak memory of this process at the last reading, 0 before the first.
    own_memory_bytes: Mutex<u64>,
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
    /// Creates the waiter of this process, which is from now on the parent of all processes
    /// that its programs leave behind, where the system supports it.
    pub(crate) fn new(hangup: Hangup) -> Self {
        adopt_orphans();
        Self { hangup, child: Mutex::default(), own_memory_bytes: Mutex::default() }
    }

    /// Asks the running program to end, after the pipe was closed. No other starts.
    pub(crate) fn end_programs(&self) {
        self.end(Signal::TERM);
    }

    /// Kills the running program and everything that this process and its programs started.
    pub(crate) fn kill_programs(&self) {
        self.end(Signal::KILL);
        kill_descendants();
    }

    /// Pins this thread and the programs that it starts to these CPUs.
    #[expect(clippy::unused_self, reason = "the same interface on every system")]
    pub(crate) fn pin_programs(&self, cpus: &[u32]) {
        pin_thread(cpus);
    }

    /// Waits until the child exits, until `due`, or, if `cancellable`, until the pipe is closed.
    pub(super) fn wait_for_exit(
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

    /// Returns when the latest child was asked to end.
    pub(super) fn end_requested_at(&self) -> Option<Instant> {
        self.child.lock().end_requested_at
    }

    /// Returns the peak memory of the largest process of a program, or `None` if it is
    /// unknown: the figure of the system is never below the peak memory of this process.
    pub(super) fn program_memory(&self, bytes: u64) -> Option<u64> {
        let is_known = |own: u64| own > 0 && bytes > own + MEMORY_TOLERANCE;
        let mut own = self.own_memory_bytes.lock();
        if *own == 0 || is_known(*own) {
            *own = own_peak_bytes().unwrap_or(0);
        }
        is_known(*own).then_some(bytes)
    }

    fn end(&self, signal: Signal) {
        let mut watched = self.child.lock();
        watched.is_over = true;
        if let Some(child) = watched.pid.filter(|&child| !has_exited(child)) {
            watched.end_requested_at.get_or_insert_with(Instant::now);
            // The child cannot be reaped while the lock is held.
            signal_tree(child, signal);
        }
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
            let pipe = self.hangup.pipe();
            let pipe = PollFd::from_borrowed_fd(pipe, PollFlags::empty());
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
        loop {
            if has_exited(child) {
                return WakeReason::Exited;
            }
            if due.is_some_and(|due| due <= Instant::now()) {
                return WakeReason::TimedOut;
            }
            let hung_up = self.hangup.wait(Some(POLL_INTERVAL));
            if hung_up && cancellable {
                return WakeReason::HungUp;
            }
            if hung_up {
                std::thread::sleep(POLL_INTERVAL);
            }
        }
    }
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
