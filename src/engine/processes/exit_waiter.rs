//! Hearing that nobody writes to a pipe any more, and that a process ended.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Pid, WaitId, WaitIdOptions, waitid};

/// How often to look for the end of processes where it is not told.
pub(crate) const NAP: Duration = Duration::from_millis(2);

/// Waits, at most so long, until nobody can write any more to one of these;
/// unread data does not count. Returns whether that was so.
pub(crate) fn hang_up<const N: usize>(
    ends: [BorrowedFd<'_>; N],
    timeout: Option<&Timespec>,
) -> io::Result<bool> {
    let mut ends = ends.each_ref().map(|end| PollFd::new(end, PollFlags::empty()));
    loop {
        match poll(&mut ends, timeout) {
            Ok(found) => return Ok(found > 0),
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// What woke one who waited for a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WakeReason {
    /// It has ended, and is to be waited for.
    Exited,
    /// The time is over.
    Late,
    /// Nobody can write to the pipe any more.
    HungUp,
}

/// Listens to a pipe that hangs up when work is to end. Mostly somebody else listens to
/// it too, and ends the program that is waited for: to wait for that alone costs less.
pub(crate) struct ExitWaiter {
    pipe: OwnedFd,
    waited_for: Mutex<WaitedFor>,
}

#[derive(Default)]
struct WaitedFor {
    child: Option<Pid>,
    /// When it was told to end.
    told: Option<Instant>,
    /// Nothing is waited for any more.
    over: bool,
}

impl ExitWaiter {
    pub(crate) fn new(pipe: OwnedFd) -> Self {
        Self { pipe, waited_for: Mutex::default() }
    }

    /// Waits for the end of this child, until it is due, and if `cancellable`
    /// until the pipe hangs up.
    pub(crate) fn exit_of(
        &self,
        child: Pid,
        due: Option<Instant>,
        cancellable: bool,
    ) -> WakeReason {
        if due.is_none() && cancellable {
            return self.wait_for(child);
        }
        match end_of(child) {
            Some(end) => self.woken_by(&end, due, cancellable),
            None => self.look_for(child, due, cancellable),
        }
    }

    /// The pipe has hung up. If a child is waited for, `tell` tells it to end.
    pub(crate) fn end(&self, tell: impl FnOnce(Pid)) {
        let mut waited_for = self.waited_for.lock();
        waited_for.over = true;
        if let Some(child) = waited_for.child.filter(|&child| !has_exited(child)) {
            waited_for.told.get_or_insert_with(Instant::now);
            // As long as the lock is held it is there.
            tell(child);
        }
    }

    /// When the latest child was told to end, if it was.
    pub(crate) fn told(&self) -> Option<Instant> {
        self.waited_for.lock().told
    }

    /// Waits for a child that somebody else ends if need be.
    fn wait_for(&self, child: Pid) -> WakeReason {
        {
            let mut waited_for = self.waited_for.lock();
            waited_for.told = None;
            if waited_for.over {
                return WakeReason::HungUp;
            }
            waited_for.child = Some(child);
        }
        while let Err(Errno::INTR) =
            waitid(WaitId::Pid(child), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT)
        {}
        let mut waited_for = self.waited_for.lock();
        waited_for.child = None;
        if waited_for.told.is_some() { WakeReason::HungUp } else { WakeReason::Exited }
    }

    /// Where the system tells of the end of a process.
    fn woken_by(&self, end: &OwnedFd, due: Option<Instant>, cancellable: bool) -> WakeReason {
        loop {
            let pipe = PollFd::new(&self.pipe, PollFlags::empty());
            let mut events = [PollFd::new(end, PollFlags::IN), pipe];
            let heard = if cancellable { &mut events[..] } else { &mut events[..1] };
            match poll(heard, left_until(due).as_ref()) {
                Ok(0) => return WakeReason::Late,
                Ok(_) if !events[0].revents().is_empty() => return WakeReason::Exited,
                Err(Errno::INTR) => {}
                // If nothing can be heard, the case is ended as if it had been.
                Ok(_) | Err(_) => return WakeReason::HungUp,
            }
        }
    }

    /// Elsewhere one has to look.
    fn look_for(&self, child: Pid, due: Option<Instant>, cancellable: bool) -> WakeReason {
        let nap = Timespec::try_from(NAP).ok();
        loop {
            if has_exited(child) {
                return WakeReason::Exited;
            }
            if due.is_some_and(|due| due <= Instant::now()) {
                return WakeReason::Late;
            }
            let hung_up = hang_up([self.pipe.as_fd()], nap.as_ref()).unwrap_or(true);
            if hung_up && cancellable {
                return WakeReason::HungUp;
            }
            if hung_up {
                std::thread::sleep(NAP);
            }
        }
    }
}

/// What can be read from once this child has ended, where the system has that.
#[cfg(target_os = "linux")]
fn end_of(child: Pid) -> Option<OwnedFd> {
    rustix::process::pidfd_open(child, rustix::process::PidfdFlags::empty()).ok()
}

#[cfg(not(target_os = "linux"))]
fn end_of(_child: Pid) -> Option<OwnedFd> {
    None
}

/// Whether this child has ended; it stays to be waited for.
fn has_exited(pid: Pid) -> bool {
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
    !matches!(waitid(WaitId::Pid(pid), options), Ok(None))
}

/// So long until then; `None` is for ever.
fn left_until(due: Option<Instant>) -> Option<Timespec> {
    let left = due?.saturating_duration_since(Instant::now());
    Timespec::try_from(left).ok()
}
