use std::io;
use std::os::windows::process::CommandExt as _;
use std::process::{Child, Command};
use std::thread;
use std::time::{Duration, Instant};

use send_ctrlc::Interruptible;
use winsafe::{HPROCESS, co};

use super::accounting::Accounting;
use super::exit_waiter::ExitWaiter;
use super::job::ProcessHandle;
use crate::system::process_tree::{ResourceUsage, WakeReason};

/// Polite request to end.
pub(crate) const POLITE_END: &str = "Ctrl+Break";

/// How often the processes of a program are looked at: shorter ones add nothing to its figures.
const SAMPLE_INTERVAL: Duration = Duration::from_millis(15);

const POLL_INTERVAL: Duration = Duration::from_millis(2);

/// How long to keep killing processes that do not exit.
const KILL_LIMIT: Duration = Duration::from_secs(2);

/// A program, with all processes it starts. Dropped before the program exited, it kills them.
pub(crate) struct ProcessTree<'a> {
    child: Child,
    /// A handle of the program to wait for with a time limit.
    root: Option<ProcessHandle>,
    exit_waiter: &'a ExitWaiter,
    accounting: Accounting,
    usage: Option<ResourceUsage>,
}

/// A process group of this console.
struct ProcessGroup(u32);

/// Makes a command start a process group of its own.
pub(crate) fn separate(command: &mut Command) {
    command.creation_flags(co::CREATE::NEW_PROCESS_GROUP.raw());
}

impl<'a> ProcessTree<'a> {
    pub(crate) fn new(child: Child, exit_waiter: &'a ExitWaiter) -> Self {
        let root = HPROCESS::OpenProcess(co::PROCESS::SYNCHRONIZE, false, child.id()).ok();
        let mut accounting = Accounting::default();
        accounting.open(child.id());
        Self { child, root, exit_waiter, accounting, usage: None }
    }

    /// Returns how the program ended; `None` before, and if the system did not report it.
    pub(crate) fn usage(&self) -> Option<ResourceUsage> {
        self.usage
    }

    /// Waits until the program exits, the deadline passes, or the case is cancelled.
    pub(crate) fn wait(&mut self, deadline: Option<Instant>) -> WakeReason {
        self.wait_for_exit(deadline, true)
    }

    /// Sends Ctrl+Break to the process group of the program, and kills the processes still
    /// running after the grace period. Returns whether any had to be killed.
    pub(crate) fn terminate(&mut self, grace: Duration) -> bool {
        let is_asked = ProcessGroup(self.child.id()).terminate().is_ok();
        let grace = if is_asked { grace } else { Duration::ZERO };
        let deadline = Instant::now().checked_add(grace);
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
            self.child.kill().ok();
            self.exit_waiter.kill_programs();
            if self.usage.is_none() {
                self.wait_for_exit(Some(Instant::now() + 10 * POLL_INTERVAL), false);
            } else {
                thread::sleep(POLL_INTERVAL);
            }
        }
    }

    fn wait_for_exit(&mut self, deadline: Option<Instant>, cancellable: bool) -> WakeReason {
        while self.usage.is_none() {
            let limit = deadline.map_or(SAMPLE_INTERVAL, |deadline| {
                deadline.saturating_duration_since(Instant::now()).min(SAMPLE_INTERVAL)
            });
            if self.exits_within(limit) {
                self.reap();
                break;
            }
            self.accounting.sample(self.exit_waiter.programs().unwrap_or_default());
            if cancellable && self.exit_waiter.hangup.is_closed() {
                return WakeReason::HungUp;
            }
            if deadline.is_some_and(|deadline| deadline <= Instant::now()) {
                return WakeReason::TimedOut;
            }
        }
        WakeReason::Exited
    }

    fn exits_within(&mut self, limit: Duration) -> bool {
        let limit_ms = u32::try_from(limit.as_millis()).unwrap_or(u32::MAX);
        if let Some(root) = &self.root {
            root.WaitForSingleObject(Some(limit_ms.max(1))).ok();
        } else {
            thread::sleep(POLL_INTERVAL);
        }
        !matches!(self.child.try_wait(), Ok(None))
    }

    fn reap(&mut self) {
        let Ok(Some(status)) = self.child.try_wait() else { return };
        self.usage = Some(ResourceUsage {
            exit: status.into(),
            cpu_ns: self.accounting.cpu_ns(),
            memory_bytes: self.accounting.peak_memory_bytes(),
        });
    }

    /// Whether no process is left, as far as the system shows.
    fn is_gone(&self) -> bool {
        self.usage.is_some() && self.exit_waiter.programs().is_some_and(|all| all.is_empty())
    }
}

impl Interruptible for ProcessGroup {
    fn pid(&mut self) -> io::Result<Option<u32>> {
        Ok(Some(self.0))
    }
}

impl Drop for ProcessTree<'_> {
    fn drop(&mut self) {
        if self.usage.is_none() {
            self.kill();
        }
    }
}
