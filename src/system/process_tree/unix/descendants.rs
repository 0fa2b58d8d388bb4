//! Signals to a program and everything it started.

use std::fs;

use rustix::process::{Pid, Signal, getpid, kill_process, kill_process_group};

/// Signals the process group of a program and all other processes it started.
pub(super) fn signal_tree(root: Pid, signal: Signal) {
    kill_process_group(root, signal).ok();
    for pid in descendants_outside(root) {
        kill_process(pid, signal).ok();
    }
}

/// Kills all processes that this one and its programs started.
pub(super) fn kill_descendants() {
    for pid in descendants_outside(getpid()) {
        kill_process(pid, Signal::KILL).ok();
    }
}

/// Returns the descendants of this process outside a process group.
fn descendants_outside(group: Pid) -> Vec<Pid> {
    let mut processes = processes();
    let own = getpid().as_raw_nonzero().get();
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
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    let process = |entry: fs::DirEntry| {
        let pid: i32 = entry.file_name().to_str()?.parse().ok()?;
        let (parent, group) =
            parent_and_group(&fs::read_to_string(entry.path().join("stat")).ok()?)?;
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
}
