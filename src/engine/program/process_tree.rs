//! A program and all processes it starts, as one unit to wait for and to end.

use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitOptions, kill_process, kill_process_group, wait};
use signal_hook::low_level::signal_name;
use wait4::Wait4;

use crate::engine::processes::exit_waiter::{ExitWaiter, POLL_INTERVAL, WakeReason};

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

/// Exit status of a program, and resources used by it and the children it waited
/// for, as the system accounts for them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ResourceUsage {
    pub(crate) status: ExitStatus,
    pub(crate) cpu_ns: u64,
    /// Peak memory of the largest process.
    pub(crate) memory_bytes: u64,
}

/// Makes this process the parent of processes that programs leave behind, where the
/// system supports it.
pub(crate) fn adopt_orphans() {
    #[cfg(target_os = "linux")]
    rustix::process::set_child_subreaper(Some(rustix::process::getpid())).ok();
}

impl<'a> ProcessTree<'a> {
    pub(crate) fn new(child: Child, exit_waiter: &'a ExitWaiter) -> Self {
        let root = Pid::from_child(&child);
        Self { child: Some(child), root, exit_waiter, usage: None }
    }

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
            status: exit.status,
            cpu_ns: u64::try_from(cpu.as_nanos()).unwrap_or(u64::MAX),
            memory_bytes: exit.rusage.maxrss,
        });
    }

    /// Whether no process is left, as far as the system shows.
    fn is_gone(&self) -> bool {
        if self.usage.is_none() {
            return false;
        }
        if cfg!(target_os = "linux") {
            // All processes left behind are children of this process, which has no others.
            loop {
                match wait(WaitOptions::NOHANG) {
                    Ok(Some(_)) => {}
                    Ok(None) => return false,
                    Err(_) => return true,
                }
            }
        }
        rustix::process::test_kill_process_group(self.root).is_err()
    }
}

impl Drop for ProcessTree<'_> {
    fn drop(&mut self) {
        if self.usage.is_none() {
            self.kill();
        }
    }
}

/// Signals the process group of a program and all other processes it started.
pub(crate) fn signal_tree(root: Pid, signal: Signal) {
    kill_process_group(root, signal).ok();
    for pid in descendants_outside(root) {
        kill_process(pid, signal).ok();
    }
}

/// Kills all processes that this one and its programs started.
pub(crate) fn kill_descendants() {
    for pid in descendants_outside(rustix::process::getpid()) {
        kill_process(pid, Signal::KILL).ok();
    }
}

/// Returns `exit status 3` or `killed by signal 9 (SIGKILL)`.
pub(crate) fn exit_status(status: ExitStatus) -> String {
    match (status.signal(), status.code()) {
        (Some(signal), _) => {
            let name = signal_name(signal).map_or(String::new(), |name| format!(" ({name})"));
            format!("killed by signal {signal}{name}")
        }
        (None, Some(code)) => format!("exit status {code}"),
        (None, None) => status.to_string(),
    }
}

/// Returns the descendants of this process outside a process group.
fn descendants_outside(group: Pid) -> Vec<Pid> {
    let mut processes = processes();
    let own = rustix::process::getpid().as_raw_nonzero().get();
    let (mut outside, mut parents) = (Vec::new(), vec![own]);
    while let Some(parent) = parents.pop() {
        processes.retain(|&(pid, parent_pid, group_id)| {
            if parent_pid == parent {
                parents.push(pid);
                if group_id != group.as_raw_nonzero().get() {
                    outside.extend(Pid::from_raw(pid));
                }
            }
            parent_pid != parent
        });
    }
    outside
}

/// Returns the PID, parent PID and group of all processes, where the system has `/proc`.
fn processes() -> Vec<(i32, i32, i32)> {
    let Ok(entries) = std::fs::read_dir("/proc") else { return Vec::new() };
    let process = |entry: std::fs::DirEntry| {
        let pid: i32 = entry.file_name().to_str()?.parse().ok()?;
        let (parent, group) =
            parent_and_group(&std::fs::read_to_string(entry.path().join("stat")).ok()?)?;
        Some((pid, parent, group))
    };
    entries.flatten().filter_map(process).collect()
}

/// Parses parent and group from `/proc/PID/stat`: `7 (na me) S 1 7 …`.
fn parent_and_group(status: &str) -> Option<(i32, i32)> {
    let (_, rest) = status.rsplit_once(')')?;
    let mut fields = rest.split_ascii_whitespace().skip(1);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parent_and_group_are_parsed_whatever_the_name() {
        assert_eq!(parent_and_group("7 (a) b (c) S 3 5 7 0"), Some((3, 5)));
        assert_eq!(parent_and_group("7"), None);
    }

    #[test]
    fn exit_codes_and_signals_are_described() {
        assert_eq!(exit_status(ExitStatus::from_raw(3 << 8)), "exit status 3");
        assert_eq!(exit_status(ExitStatus::from_raw(9)), "killed by signal 9 (SIGKILL)");
        assert_eq!(exit_status(ExitStatus::from_raw(0x8b)), "killed by signal 11 (SIGSEGV)");
    }
}
