//! Keeps a least time between two starts.

/// The least time between two starts, and when the next one is allowed.
#[derive(Debug, Clone)]
pub(super) struct StartInterval {
    every_ns: u64,
    /// Number of next starts that happened before, and are only repeated.
    repeated: usize,
    next: NextStart,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NextStart {
    From(u64),
    /// The case in this lane was dispatched; its work has not started yet.
    AfterStartIn(u32),
}

impl StartInterval {
    pub(super) fn new(every_ns: u64) -> Self {
        Self { every_ns, repeated: 0, next: NextStart::From(0) }
    }

    pub(super) fn repeat_starts(&mut self, count: usize) {
        self.repeated = count;
    }

    /// Whether a case may start now. The error is the time to ask again, if it is known.
    pub(super) fn may_start(&self, now_ns: u64) -> Result<(), Option<u64>> {
        match self.next {
            NextStart::From(from_ns) if from_ns <= now_ns => Ok(()),
            NextStart::From(from_ns) => Err(Some(from_ns)),
            NextStart::AfterStartIn(_) => Err(None),
        }
    }

    pub(super) fn record_dispatch(&mut self, lane: u32) {
        match self.repeated.checked_sub(1) {
            Some(repeated) => self.repeated = repeated,
            None => self.next = NextStart::AfterStartIn(lane),
        }
    }

    /// Records that the work in a lane started. Later reports of the same start are ignored.
    pub(super) fn record_start(&mut self, lane: u32, start_ns: u64) {
        if self.next == NextStart::AfterStartIn(lane) {
            self.next = NextStart::From(start_ns.saturating_add(self.every_ns));
        }
    }
}
