//! When lanes have no worker because workers joined or left during the run.

use super::lane::{GapReason, GapSpan, STILL_RUNNING};

/// A worker joined or left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct WorkerChange {
    at_ns: u64,
    /// When a worker that joined was ready.
    ready_ns: Option<u64>,
}

impl WorkerChange {
    pub(super) fn joined(requested_ns: u64, ready_ns: u64) -> Self {
        Self { at_ns: requested_ns, ready_ns: Some(ready_ns) }
    }

    pub(super) fn left(at_ns: u64) -> Self {
        Self { at_ns, ready_ns: None }
    }

    /// Number of workers after the change.
    fn apply(self, workers: usize) -> usize {
        if self.ready_ns.is_some() { workers + 1 } else { workers.saturating_sub(1) }
    }
}

/// The number of workers over time. The highest lanes lose their workers first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct WorkerChanges {
    initial_workers: usize,
    /// In the order of time.
    changes: Vec<WorkerChange>,
}

/// A span in which a lane had no worker.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_field_names, reason = "their unit")]
struct Absence {
    from_ns: u64,
    to_ns: u64,
    /// When the next worker was ready.
    ready_ns: u64,
}

impl WorkerChanges {
    pub(super) fn new(initial_workers: usize) -> Self {
        Self { initial_workers, changes: Vec::new() }
    }

    pub(super) fn initial_workers(&self) -> usize {
        self.initial_workers
    }

    pub(super) fn extend(&mut self, changes: impl IntoIterator<Item = WorkerChange>) {
        self.changes.extend(changes);
        self.changes.sort_unstable();
    }

    /// Largest number of workers.
    pub(super) fn max_workers(&self) -> usize {
        let counts = self.changes.iter().scan(self.initial_workers, |workers, change| {
            *workers = change.apply(*workers);
            Some(*workers)
        });
        counts.max().unwrap_or(0)
    }

    /// Replaces the gaps of a lane between these times by absence and start-up where it
    /// had no worker.
    pub(super) fn overlay(
        &self,
        mut gaps: Vec<GapSpan>,
        lane: usize,
        from_ns: u64,
        to_ns: u64,
    ) -> Vec<GapSpan> {
        for absence in self.absences(lane, from_ns, to_ns) {
            let ready_ns = absence.ready_ns.clamp(absence.to_ns, to_ns);
            gaps = gaps
                .into_iter()
                .flat_map(|gap| {
                    let before = GapSpan { to_ns: gap.to_ns.min(absence.from_ns), ..gap };
                    let after = GapSpan { from_ns: gap.from_ns.max(ready_ns), ..gap };
                    [before, after]
                })
                .filter(|gap| gap.from_ns < gap.to_ns)
                .collect();
            let Absence { from_ns, to_ns, .. } = absence;
            gaps.push(GapSpan { from_ns, to_ns, reason: GapReason::Absent });
            if to_ns < ready_ns {
                let reason = GapReason::Startup;
                gaps.push(GapSpan { from_ns: to_ns, to_ns: ready_ns, reason });
            }
        }
        gaps.sort_unstable_by_key(|gap| gap.from_ns);
        gaps
    }

    /// When the lane had no worker between these times.
    fn absences(&self, lane: usize, from_ns: u64, to_ns: u64) -> Vec<Absence> {
        if self.changes.is_empty() {
            return Vec::new();
        }
        let mut workers = self.initial_workers;
        let mut absent_since_ns = (lane >= workers).then_some(0);
        let mut absences = Vec::new();
        let mut add = |since_ns: u64, until_ns: u64, ready_ns| {
            let (from_ns, to_ns) = (since_ns.max(from_ns), until_ns.min(to_ns));
            if from_ns < to_ns {
                absences.push(Absence { from_ns, to_ns, ready_ns });
            }
        };
        for change in &self.changes {
            let before = workers;
            workers = change.apply(before);
            match change.ready_ns {
                Some(ready_ns) if before == lane => {
                    if let Some(since_ns) = absent_since_ns.take() {
                        add(since_ns, change.at_ns, ready_ns);
                    }
                }
                None if workers == lane => absent_since_ns = Some(change.at_ns),
                _ => {}
            }
        }
        if let Some(since_ns) = absent_since_ns {
            add(since_ns, STILL_RUNNING, STILL_RUNNING);
        }
        absences
    }
}
