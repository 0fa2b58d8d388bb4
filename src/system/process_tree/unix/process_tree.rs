use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal};
use wait4::Wait4;

use super::descendants::signal_tree;
use super::exit_waiter::{ExitWaiter, POLL_INTERVAL};
use super::has_no_children;
use crate::system::process_tree::{ResourceUsage, WakeReason};

/// Polite request to end.
pub(crate) const POLITE_END: &str = "SIGTERM";

/// How long to keep killing processes that do not exit.
const KILL_LIMIT: Duration = Duration::from_secs(2);

/// A program in its own process group, with all processes it starts. Dropped before
/// the program exited, it kills them.
pub(crate) struct ProcessTree<'a> {
    /// The program, until it has exited.
    child: Option<Child>,
    root: Pid,
    exit_waiter: &'a ExitWaiter,
    usage: Option<ResourceUsage>,
}

/// Makes a command start a process group of its own.
pub(crate) fn separate(command: &mut Command) {
    command.process_group(0);
}

impl<'a> ProcessTree<'a> {
    pub(crate) fn new(child: Child, exit_waiter: &'a ExitWaiter) -> Self {
        let root = Pid::from_child(&child);
        Self { child: Some(child), root, exit_waiter, usage: None }
    }

    /// Returns how the program ended; `None` before, and if the system did not report it.
    pub(crate) fn usage(&self) -> Option<ResourceUsage> {
        self.usage
    }

    /// Waits until the program exits, the deadline passes, or the case is cancelled.
    pub(crate) fn wait(&mut self, deadline: Option<Instant>) -> WakeReason {
        self.wait_for_exit(deadline, true)
    }

    /// Sends SIGTERM to all processes, unless the exit waiter did, and kills those
    /// still running after the grace period. Returns whether any had to be killed.
    pub(crate) fn terminate(&mut self, grace: Duration) -> bool {
        let signalled_at = self.exit_waiter.end_requested_at().unwrap_or_else(|| {
            signal_tree(self.root, Signal::TERM);
            Instant::now()
        });
        let deadline = signalled_at.checked_add(grace);
        self.wait_for_exit(deadline, false);
        while self.usage.is_some() && !self.is_gone() {
            if deadline.is_some_and(|deadline| deadline <= Instant::now()) {
                break;
            }
            thread::sleep(POLL_INTERVAL);
        }
        let killed = !self.is_gone();
        self.kill();
        killed
    }

    /// Kills all remaining processes; gives up after [`KILL_LIMIT`].
    pub(crate) fn kill(&mut self) {
        let deadline = Instant::now() + KILL_LIMIT;
        while !self.is_gone() && Instant::now() < deadline {
            signal_tree(self.root, Signal::KILL);
            if self.usage.is_none() {
                self.wait_for_exit(Some(Instant::now() + 10 * POLL_INTERVAL), false);
            } else {
                thread::sleep(POLL_INTERVAL / 2);
            }
        }
    }

    fn wait_for_exit(&mut self, deadline: Option<Instant>, cancellable: bool) -> WakeReason {
        if self.usage.is_some() {
            return WakeReason::Exited;
        }
        let reason = self.exit_waiter.wait_for_exit(self.root, deadline, cancellable);
        if reason == WakeReason::Exited {
            self.reap();
        }
        reason
    }

    fn reap(&mut self) {
        // The program has exited, so this returns at once.
        let Some(Ok(exit)) = self.child.take().map(Wait4::wait4) else { return };
        let cpu = exit.rusage.utime + exit.rusage.stime;
        self.usage = Some(ResourceUsage {
            exit: exit.status.into(),
            cpu_ns: u64::try_from(cpu.as_nanos()).ok(),
            memory_bytes: self.exit_waiter.program_memory(exit.rusage.maxrss),
        });
    }

    /// Whether no process is left, as far as the system shows.
    fn is_gone(&self) -> bool {
        self.usage.is_some() && has_no_children(self.root)
    }
}

impl Drop for ProcessTree<'_> {
    fn drop(&mut self) {
        if self.usage.is_none() {
            self.kill();
        }
    }
}
