//! The attempts of a finished run in dispatch order.

use crate::run::{Attempt, RunState, Status};

/// An attempt at a case in its lane; times in nanoseconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct LaneAttempt {
    pub(super) case: u32,
    /// Whether it is the first attempt at the case.
    pub(super) is_first: bool,
    pub(super) lane: u32,
    pub(super) from_ns: u64,
    pub(super) to_ns: u64,
}

impl LaneAttempt {
    fn new(case: u32, is_first: bool, attempt: &Attempt) -> Self {
        let Attempt { lane, start_ns, end_ns, .. } = *attempt;
        Self { case, is_first, lane, from_ns: start_ns, to_ns: end_ns }
    }
}

/// All attempts of the last session in dispatch order, and whether each is done.
pub(super) fn lane_attempts(state: &RunState) -> Vec<(LaneAttempt, bool)> {
    let mut latest: Vec<Option<(LaneAttempt, bool)>> = Vec::new();
    let mut earlier = Vec::new();
    for (record, case) in state.records.iter().zip(0..) {
        if !record.has_started() || record.session != state.session {
            continue;
        }
        let count = earlier.len();
        let attempts = state.attempts(case).iter();
        let before = attempts.filter(|attempt| attempt.start_ns != record.start_ns);
        earlier.extend(before.enumerate().map(|(at, attempt)| {
            (LaneAttempt::new(case, at == 0, attempt), attempt.status == Status::Done)
        }));
        let at = record.dispatch_index as usize;
        latest.resize_with(latest.len().max(at + 1), || None);
        let (lane, from_ns, to_ns) = (record.lane, record.start_ns, record.end_ns);
        let is_first = earlier.len() == count;
        latest[at] = Some((
            LaneAttempt { case, is_first, lane, from_ns, to_ns },
            record.status == Status::Done,
        ));
    }
    let mut all: Vec<(LaneAttempt, bool)> = latest.into_iter().flatten().collect();
    // The dispatch index of an earlier attempt is unknown, only its time is known.
    if !earlier.is_empty() {
        all.extend(earlier);
        all.sort_by_key(|(attempt, _)| attempt.from_ns);
    }
    all
}
