//! Ends programs that outlived the app and the worker process that started them.
//! They are recognised by environment variables.

use std::time::Duration;

/// Environment variables of the worker processes of a run, inherited by every program they start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OrphanMarker<'a> {
    pub(crate) run: Option<&'a str>,
    pub(crate) worker: Option<u32>,
}

impl OrphanMarker<'_> {
    pub(crate) fn variables(&self) -> Vec<(&'static str, String)> {
        let run = self.run.map(|run| ("CASELANES_RUN", run.to_owned()));
        let worker = self.worker.map(|worker| ("CASELANES_WORKER", worker.to_string()));
        run.into_iter().chain(worker).collect()
    }
}

/// Ends all processes with this marker: asks them, and kills them after `grace`.
/// Returns how many were found and how many are left.
#[cfg(target_os = "linux")]
pub(crate) fn end_orphans(marker: &OrphanMarker<'_>, grace: Duration) -> (usize, usize) {
    use std::collections::HashSet;
    use std::thread::sleep;
    use std::time::Instant;

    use rustix::process::{Pid, Signal, kill_process};

    const POLL_INTERVAL: Duration = Duration::from_millis(50);
    const KILL_LIMIT: Duration = Duration::from_secs(2);

    if marker.run.is_none() {
        return (0, 0);
    }
    let variables = marker.variables().into_iter().map(|(name, value)| format!("{name}={value}"));
    let variables: Vec<_> = variables.collect();
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

#[cfg(not(target_os = "linux"))]
pub(crate) fn end_orphans(_marker: &OrphanMarker<'_>, _grace: Duration) -> (usize, usize) {
    (0, 0)
}

/// Returns the processes whose environment has all the variables, except the
/// spared ones. The environment of other users' processes cannot be read.
#[cfg(target_os = "linux")]
fn marked_processes(variables: &[String], spared: &[i32]) -> Vec<i32> {
    let is_marked = |process: &i32| {
        let environment = std::fs::read(format!("/proc/{process}/environ")).unwrap_or_default();
        variables.iter().all(|variable| {
            environment.split(|&byte| byte == 0).any(|entry| entry == variable.as_bytes())
        })
    };
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let processes = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    processes.filter(|process| !spared.contains(process)).filter(is_marked).collect()
}

#[cfg(target_os = "linux")]
fn own_ancestors() -> Vec<i32> {
    let parent = |process: i32| {
        let status = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        let (_, rest) = status.rsplit_once(')')?;
        rest.split_ascii_whitespace().nth(1)?.parse().ok()
    };
    let own = rustix::process::getpid().as_raw_nonzero().get();
    std::iter::successors(Some(own), |&process| parent(process)).take(1000).collect()
}
