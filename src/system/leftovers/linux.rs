use std::collections::HashSet;
use std::fs;
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, getpid, kill_process};

const POLL_INTERVAL: Duration = Duration::from_millis(50);
const KILL_LIMIT: Duration = Duration::from_secs(2);

/// Ends all processes with these environment variables, except this one and its ancestors: asks
/// them, and kills them after `grace`. Returns how many were found and how many are left.
pub(crate) fn end_leftovers(variables: &[(&str, String)], grace: Duration) -> (usize, usize) {
    let variables: Vec<_> =
        variables.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let ancestors = own_ancestors();
    let mut found = HashSet::new();
    // Searched again each time, because orphans may start further processes.
    for (signal, limit) in [(Signal::TERM, grace), (Signal::KILL, KILL_LIMIT)] {
        let due = Instant::now().checked_add(limit);
        let mut signalled = HashSet::new();
        loop {
            let left = marked_processes(&variables, &ancestors);
            if left.is_empty() {
                return (found.len(), 0);
            }
            for &process in &left {
                // One request to end is enough; a kill may have to be repeated.
                if signalled.insert(process) || signal == Signal::KILL {
                    Pid::from_raw(process).map(|process| kill_process(process, signal));
                }
            }
            found.extend(left);
            if due.is_some_and(|due| Instant::now() >= due) {
                break;
            }
            sleep(POLL_INTERVAL);
        }
    }
    (found.len(), marked_processes(&variables, &ancestors).len())
}

/// Returns the processes whose environment has all the variables, except the
/// spared ones. The environment of other users' processes cannot be read.
fn marked_processes(variables: &[String], spared: &[i32]) -> Vec<i32> {
    let is_marked = |process: &i32| {
        let environment = fs::read(format!("/proc/{process}/environ")).unwrap_or_default();
        variables.iter().all(|variable| {
            environment.split(|&byte| byte == 0).any(|entry| entry == variable.as_bytes())
        })
    };
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let processes = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    processes.filter(|process| !spared.contains(process)).filter(is_marked).collect()
}

fn own_ancestors() -> Vec<i32> {
    let parent = |process: i32| {
        let status = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        let (_, rest) = status.rsplit_once(')')?;
        rest.split_ascii_whitespace().nth(1)?.parse().ok()
    };
    let own = getpid().as_raw_nonzero().get();
    std::iter::successors(Some(own), |&process| parent(process)).take(1000).collect()
}
