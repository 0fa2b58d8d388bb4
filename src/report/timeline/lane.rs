//! A lane: the cases it ran, and why it was free between them.

/// End of a case that is still running, in nanoseconds.
pub const STILL_RUNNING: u64 = u64::MAX;

/// An attempt at a case in its lane; times in nanoseconds from the start of the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaseSpan {
    pub from_ns: u64,
    /// Its end, or [`STILL_RUNNING`].
    pub to_ns: u64,
    /// Time the lane had been running cases before it.
    pub before_ns: u64,
    pub case: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::VariantArray)]
pub enum GapReason {
    /// Its worker is starting.
    Startup,
    /// The rest of the batch is running.
    Barrier,
    /// It waits for a licence, memory, the end of a pause or the next attempt.
    Held,
    /// Nothing is left to start.
    Idle,
    /// It has no worker: workers left, or joined later.
    Absent,
}

/// A span in which a lane runs no case; times in nanoseconds from the start of the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GapSpan {
    pub from_ns: u64,
    pub to_ns: u64,
    pub reason: GapReason,
}

/// A lane. Time that is neither a case nor a gap is dispatch: between two cases.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lane {
    /// Its cases in the order of time.
    pub cases: Vec<CaseSpan>,
    /// Its finished gaps in the order of time.
    pub(crate) gaps: Vec<GapSpan>,
    /// Indices into `cases` of unsuccessful attempts, ascending.
    lost: Vec<u32>,
}

impl Lane {
    /// Counts the unsuccessful attempts in this range of [`Lane::cases`].
    pub fn lost(&self, range: std::ops::Range<usize>) -> usize {
        let before = |at: usize| self.lost.partition_point(|&lost| (lost as usize) < at);
        before(range.end) - before(range.start)
    }

    /// Time it ran cases until `now_ns`, in nanoseconds.
    pub fn busy_ns(&self, now_ns: u64) -> u64 {
        self.cases.last().map_or(0, |last| {
            let last_ns = last.to_ns.min(now_ns).saturating_sub(last.from_ns);
            last.before_ns.saturating_add(last_ns)
        })
    }

    /// Whether it runs a case at this time.
    pub(super) fn is_busy_at(&self, at_ns: u64) -> bool {
        let first = self.cases.partition_point(|case| case.to_ns <= at_ns);
        self.cases.get(first).is_some_and(|case| case.from_ns <= at_ns)
    }

    pub(super) fn push(&mut self, from_ns: u64, to_ns: u64, case: u32) {
        let before_ns = self.busy_ns(STILL_RUNNING - 1);
        self.cases.push(CaseSpan { from_ns, to_ns, before_ns, case });
    }

    /// Marks the latest attempt as unsuccessful.
    pub(super) fn mark_lost(&mut self) {
        self.lost.push(u32::try_from(self.cases.len() - 1).unwrap_or(u32::MAX));
    }
}
