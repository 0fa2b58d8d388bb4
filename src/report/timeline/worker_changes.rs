//! When lanes have no worker because workers joined or left during the run.

use super::lane::{GapReason, GapSpan, Lane};

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

/// The number of workers over time. The highest free lanes lose their workers first.
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
    /// had no worker. `above` are the higher lanes.
    pub(super) fn overlay(
        &self,
        mut gaps: Vec<GapSpan>,
        (lane, above): (usize, &[Lane]),
        from_ns: u64,
        to_ns: u64,
    ) -> Vec<GapSpan> {
        if self.changes.is_empty() {
            return gaps;
        }
        for absence in self.absences((lane, above), from_ns, to_ns) {
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

    /// When the lane, which is free, had no worker between these times. Of the free lanes, the
    /// highest have none: a lower one is left without until the case in a higher one ends.
    fn absences(&self, lane: (usize, &[Lane]), from_ns: u64, to_ns: u64) -> Vec<Absence> {
        let changes = self.changes.iter().map(|change| change.at_ns);
        let cases = lane.1.iter().flat_map(|above| {
            let first = above.cases.partition_point(|case| case.to_ns <= from_ns);
            let within = above.cases[first..].iter().take_while(|case| case.from_ns < to_ns);
            within.flat_map(|case| [case.from_ns, case.to_ns])
        });
        let mut times: Vec<u64> = changes.chain(cases).chain([from_ns]).collect();
        times.retain(|at_ns| (from_ns..to_ns).contains(at_ns));
        times.sort_unstable();
        times.dedup();
        let mut absences: Vec<Absence> = Vec::new();
        let mut since_ns = None;
        for at_ns in times {
            let earlier = self.changes.partition_point(|change| change.at_ns < at_ns);
            let now = self.changes.partition_point(|change| change.at_ns <= at_ns);
            if self.is_absent(lane, now, at_ns) {
                since_ns = since_ns.or(Some(at_ns));
            } else if let Some(from_ns) = since_ns.take() {
                // The worker that joined, unless one comes from a higher lane.
                let present = (earlier..now).find(|&at| !self.is_absent(lane, at + 1, at_ns));
                let ready_ns = present.and_then(|at| self.changes[at].ready_ns).unwrap_or(at_ns);
                absences.push(Absence { from_ns, to_ns: at_ns, ready_ns });
            }
        }
        let last = since_ns.map(|from_ns| Absence { from_ns, to_ns, ready_ns: to_ns });
        absences.extend(last);
        absences
    }

    /// Whether the lane has no worker after the first changes.
    fn is_absent(&self, (lane, above): (usize, &[Lane]), changes: usize, at_ns: u64) -> bool {
        let workers = self.changes[..changes]
            .iter()
            .fold(self.initial_workers, |workers, change| change.apply(workers));
        let missing = (lane + 1 + above.len()).saturating_sub(workers);
        above.iter().filter(|above| !above.is_busy_at(at_ns)).count() < missing
    }
}
