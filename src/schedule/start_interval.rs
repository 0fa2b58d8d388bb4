//! Keeps a least time between two starts.

/// The least time between two starts, and when the next one is allowed.
#[derive(Debug, Clone)]
pub(super) struct StartInterval {
    /// 0 if cases start at any time.
    every_ns: u64,
    /// Number of next starts that happened before, and are only repeated.
    repeated: usize,
    /// Time from which the next case may start; [`UNKNOWN`] while the work of the last one in
    /// `lane` has not started.
    next_ns: u64,
    lane: u32,
}

const UNKNOWN: u64 = u64::MAX;

impl StartInterval {
    pub(super) fn new(every_ns: Option<u64>) -> Self {
        Self { every_ns: every_ns.unwrap_or(0), repeated: 0, next_ns: 0, lane: 0 }
    }

    pub(super) fn repeat_starts(&mut self, count: usize) {
        self.repeated = count;
    }

    /// Whether a case may start now. The error is the time to ask again, if it is known.
    #[inline]
    pub(super) fn may_start(&self, now_ns: u64) -> Result<(), Option<u64>> {
        if self.next_ns <= now_ns {
            return Ok(());
        }
        Err(Some(self.next_ns).filter(|&next_ns| next_ns != UNKNOWN))
    }

    #[inline]
    pub(super) fn record_dispatch(&mut self, lane: u32) {
        if self.every_ns == 0 {
            return;
        }
        if self.repeated > 0 {
            self.repeated -= 1;
        } else {
            (self.next_ns, self.lane) = (UNKNOWN, lane);
        }
    }

    /// Records that the work in a lane started. Later reports of the same start are ignored.
    #[inline]
    pub(super) fn record_start(&mut self, lane: u32, start_ns: u64) {
        if self.next_ns == UNKNOWN && self.lane == lane {
            self.next_ns = start_ns.saturating_add(self.every_ns).min(UNKNOWN - 1);
        }
    }
}
