//! Programs that still run although the app and the worker process that started
//! them are gone: they are known by a variable of their environment.

use std::time::Duration;

/// How the processes of a run are known: its worker processes have these variables in
/// their environment, and hand them on to every program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OrphanMarker<'a> {
    /// The run's id.
    pub(crate) run: Option<&'a str>,
    /// The number of the worker.
    pub(crate) worker: Option<u32>,
}

impl OrphanMarker<'_> {
    /// Each with its value.
    pub(crate) fn variables(&self) -> Vec<(&'static str, String)> {
        let run = self.run.map(|run| ("CASELANES_RUN", run.to_owned()));
        let worker = self.worker.map(|worker| ("CASELANES_WORKER", worker.to_string()));
        run.into_iter().chain(worker).collect()
    }
}

/// Ends all processes that still run and have these marks, as a time limit does.
/// Returns how many there were, and how many are still there.
#[cfg(target_os = "linux")]
pub(crate) fn end_leftovers(marks: &OrphanMarker<'_>, grace: Duration) -> (usize, usize) {
    use std::collections::HashSet;
    use std::thread::sleep;
    use std::time::Instant;

    use rustix::process::{Pid, Signal, kill_process};

    /// How often to look whether they are gone.
    const NAP: Duration = Duration::from_millis(50);
    /// How long to try to kill what does not end.
    const KILL_LIMIT: Duration = Duration::from_secs(2);

    let variables = marks.variables().into_iter().map(|(name, value)| format!("{name}={value}"));
    let variables: Vec<_> = variables.collect();
    if marks.run.is_none() {
        return (0, 0);
    }
    let spared = own_line();
    let mut seen = HashSet::new();
    // In the order of their ending; what they start meanwhile is found too.
    for (signal, patience) in [(Signal::TERM, grace), (Signal::KILL, KILL_LIMIT)] {
        let due = Instant::now().checked_add(patience);
        let mut told = HashSet::new();
        loop {
            let left = marked(&variables, &spared);
            if left.is_empty() {
                return (seen.len(), 0);
            }
            for &process in &left {
                // To be told once is enough, but to be killed is not always.
                if told.insert(process) || signal == Signal::KILL {
                    Pid::from_raw(process).map(|process| kill_process(process, signal));
                }
            }
            seen.extend(left);
            if due.is_some_and(|due| Instant::now() >= due) {
                break;
            }
            sleep(NAP);
        }
    }
    (seen.len(), marked(&variables, &spared).len())
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn end_leftovers(_marks: &OrphanMarker<'_>, _grace: Duration) -> (usize, usize) {
    (0, 0)
}

/// The processes with all these variables but these. What others own cannot be
/// looked into.
#[cfg(target_os = "linux")]
fn marked(variables: &[String], spared: &[i32]) -> Vec<i32> {
    let has = |process: &i32| {
        let environment = std::fs::read(format!("/proc/{process}/environ")).unwrap_or_default();
        let mut found = variables.iter().map(|variable| {
            environment.split(|&byte| byte == 0).any(|found| found == variable.as_bytes())
        });
        found.all(|found| found)
    };
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let processes = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    processes.filter(|process| !spared.contains(process)).filter(has).collect()
}

/// This process and those above it.
#[cfg(target_os = "linux")]
fn own_line() -> Vec<i32> {
    let parent = |process: i32| {
        let status = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        let (_, rest) = status.rsplit_once(')')?;
        rest.split_ascii_whitespace().nth(1)?.parse().ok()
    };
    let own = rustix::process::getpid().as_raw_nonzero().get();
    std::iter::successors(Some(own), |&process| parent(process)).take(1000).collect()
}
