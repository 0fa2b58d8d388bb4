//! The processes that a program started: told to end, killed, and gone.

use std::process::{Child, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitOptions, kill_process, kill_process_group, wait};
use wait4::Wait4;

use crate::engine::processes::exit_waiter::{ExitWaiter, NAP, WakeReason};

/// How long to try to kill what does not end.
const KILL_LIMIT: Duration = Duration::from_secs(2);

/// A program that was started in a group of its own, and all that it starts.
/// Dropped without having been waited for, it is killed.
pub(crate) struct ProcessTree<'a> {
    /// Until it has ended.
    child: Option<Child>,
    root: Pid,
    hearing: &'a ExitWaiter,
    used: Option<ResourceUsage>,
}

/// How the program itself ended, and what it and those of its children that it
/// waited for used by the system's accounting.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ResourceUsage {
    pub(crate) status: ExitStatus,
    pub(crate) cpu_ns: u64,
    /// The most that one of them held.
    pub(crate) memory_bytes: u64,
}

/// Why a program is no longer waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TreeExit {
    /// It ended.
    ByItself,
    /// Its time is over.
    Late,
    /// Nobody waits for its case any more.
    Cancelled,
}

/// Sees to it that what is left of a program stays below this process, on
/// systems where that can be had.
pub(crate) fn adopt_orphans() {
    #[cfg(target_os = "linux")]
    rustix::process::set_child_subreaper(Some(rustix::process::getpid())).ok();
}

impl<'a> ProcessTree<'a> {
    pub(crate) fn new(child: Child, hearing: &'a ExitWaiter) -> Self {
        let root = Pid::from_child(&child);
        Self { child: Some(child), root, hearing, used: None }
    }

    /// What the program used, once it has ended.
    pub(crate) fn used(&self) -> Option<ResourceUsage> {
        self.used
    }

    /// Waits until the program ends, its time is over, or nobody waits for its
    /// case any more.
    pub(crate) fn wait(&mut self, due: Option<Instant>) -> TreeExit {
        match self.exit_until(due, true) {
            WakeReason::Exited => TreeExit::ByItself,
            WakeReason::Late => TreeExit::Late,
            WakeReason::HungUp => TreeExit::Cancelled,
        }
    }

    /// Tells all of it to end, unless that was done, and kills what has not after the
    /// grace. Returns whether something had to be killed.
    pub(crate) fn end(&mut self, grace: Duration) -> bool {
        let told = self.hearing.told().unwrap_or_else(|| {
            signal_all(self.root, Signal::TERM);
            Instant::now()
        });
        let due = told.checked_add(grace);
        self.exit_until(due, false);
        while self.used.is_some() && !self.is_gone() {
            if due.is_some_and(|due| due <= Instant::now()) {
                break;
            }
            thread::sleep(NAP);
        }
        let killed = !self.is_gone();
        self.kill();
        killed
    }

    /// Kills what is left of it. If the system does not let go of it for long,
    /// that is left.
    pub(crate) fn kill(&mut self) {
        let due = Instant::now() + KILL_LIMIT;
        while !self.is_gone() && Instant::now() < due {
            signal_all(self.root, Signal::KILL);
            if self.used.is_none() {
                self.exit_until(Some(Instant::now() + 10 * NAP), false);
            } else {
                thread::sleep(NAP / 2);
            }
        }
    }

    /// Waits for the end of the program itself.
    fn exit_until(&mut self, due: Option<Instant>, cancellable: bool) -> WakeReason {
        if self.used.is_some() {
            return WakeReason::Exited;
        }
        let woken = self.hearing.exit_of(self.root, due, cancellable);
        if woken == WakeReason::Exited {
            self.reap();
        }
        woken
    }

    fn reap(&mut self) {
        // It has ended, so that this does not wait.
        let Some(Ok(used)) = self.child.take().map(Wait4::wait4) else { return };
        let cpu = used.rusage.utime + used.rusage.stime;
        self.used = Some(ResourceUsage {
            status: used.status,
            cpu_ns: u64::try_from(cpu.as_nanos()).unwrap_or(u64::MAX),
            memory_bytes: used.rusage.maxrss,
        });
    }

    /// Whether nothing is left of it, as far as that can be seen.
    fn is_gone(&self) -> bool {
        if self.used.is_none() {
            return false;
        }
        if cfg!(target_os = "linux") {
            // Everything that it left behind is a child of this process now,
            // which has no others.
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
        if self.used.is_none() {
            self.kill();
        }
    }
}

/// Signals the group of this program, and all else that it started.
pub(crate) fn signal_all(root: Pid, signal: Signal) {
    kill_process_group(root, signal).ok();
    for pid in descendants_outside(root) {
        kill_process(pid, signal).ok();
    }
}

/// All processes below this one that are not in this group.
fn descendants_outside(group: Pid) -> Vec<Pid> {
    let mut processes = processes();
    let own = rustix::process::getpid().as_raw_nonzero().get();
    let (mut found, mut parents) = (Vec::new(), vec![own]);
    while let Some(parent) = parents.pop() {
        processes.retain(|&(pid, of, in_group)| {
            if of == parent {
                parents.push(pid);
                if in_group != group.as_raw_nonzero().get() {
                    found.extend(Pid::from_raw(pid));
                }
            }
            of != parent
        });
    }
    found
}

/// All processes, each with its parent and its group, where the system lists
/// them as files.
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

/// From the text of a process's status: `7 (na me) S 1 7 …`.
fn parent_and_group(status: &str) -> Option<(i32, i32)> {
    let (_, rest) = status.rsplit_once(')')?;
    let mut fields = rest.split_ascii_whitespace().skip(1);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parent_and_group_are_read_whatever_the_name() {
        assert_eq!(parent_and_group("7 (a) b (c) S 3 5 7 0"), Some((3, 5)));
        assert_eq!(parent_and_group("7"), None);
    }
}
