//! Where the lane-seconds went.

use serde::{Deserialize, Serialize};

use crate::run::{CaseRecord, RunState, Status};
use crate::schedule::{WaitReason, s_from_ns};
use crate::study::ClockChoice;

/// Lanes × time, divided among what the lanes did. Each part comes from
/// its own time stamps; the parts sum to the whole but for the clock's grain.
/// All in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// Lanes × makespan; where workers came and went, the sum of how long each lane
    /// was there.
    pub lane_seconds: f64,
    /// CPU time and waited time of the cases that are done; `None` where the
    /// system tells no CPU time.
    pub work: Option<f64>,
    /// Their time beyond that: sharing cores with others.
    pub stretch: Option<f64>,
    /// From the start of the run until the workers asked for their first case,
    /// and from the death of a worker process until another took its place.
    pub startup: f64,
    /// Between the end of a case and the start of the next, the ways from and
    /// to a worker process included.
    pub dispatch: f64,
    /// Waiting for others of the same batch.
    pub barrier: f64,
    /// Waiting for a licence, memory, the end of a pause, or another attempt.
    pub held: f64,
    /// Attempts that came to nothing: failed, timed out, cancelled.
    pub lost: f64,
    /// Nothing left to do.
    pub idle: f64,
}

impl Account {
    /// The account of a run on so many lanes.
    #[must_use]
    pub fn of(state: &RunState, lanes: u32, clock: ClockChoice) -> Self {
        let end_ns = state.makespan_ns();
        // What happened after the last case ended is no part of the run.
        let first = state.ready_ns().iter().map(|&ready_ns| ready_ns.min(end_ns));
        let again = state.processes().iter().filter(|process| process.start.replaces);
        let again = again
            .map(|process| process.start.ready_ns.min(end_ns) - process.start.from_ns.min(end_ns));
        let added = state.added_workers_ns().iter();
        let added = added.map(|&(from_ns, at_ns)| at_ns.min(end_ns) - from_ns.min(end_ns));
        let startup = sum_s(first.chain(again).chain(added));
        let mut idle = sum_s(state.left_ns().iter().map(|&left_ns| end_ns.saturating_sub(left_ns)));
        let (mut barrier, mut held) = (0.0, 0.0);
        for wait in state.waits() {
            let waited_s = s_from_ns(wait.until_ns.min(end_ns).saturating_sub(wait.from_ns));
            match wait.reason {
                WaitReason::Empty => idle += waited_s,
                WaitReason::Barrier => barrier += waited_s,
                WaitReason::Licence
                | WaitReason::Memory
                | WaitReason::Paused
                | WaitReason::Backoff => held += waited_s,
            }
        }
        let (work, stretch) = work_and_stretch(state, clock).unzip();
        // Each lane counts for as long as it is there.
        let since = |at_ns: u64| s_from_ns(end_ns.saturating_sub(at_ns));
        let gained =
            state.added_workers_ns().iter().fold(0.0, |sum, &(from_ns, _)| sum + since(from_ns));
        let given_up = state.retired_ns().iter().fold(0.0, |sum, &at_ns| sum + since(at_ns));
        Self {
            lane_seconds: f64::from(lanes) * s_from_ns(end_ns) + gained - given_up,
            work: work.map(s_from_ns),
            stretch: stretch.map(s_from_ns),
            startup,
            dispatch: s_from_ns(state.dispatch_ns()),
            barrier,
            held,
            lost: s_from_ns(state.lost_ns()),
            idle,
        }
    }

    /// What is left of the lane-seconds when all parts are taken away, in
    /// seconds; `None` where a part is not known.
    #[must_use]
    pub fn remainder_s(&self) -> Option<f64> {
        let known = self.startup + self.dispatch + self.barrier + self.held + self.lost + self.idle;
        Some(self.lane_seconds - self.work? - self.stretch? - known)
    }
}

/// The sum in seconds: of many lanes it may be more nanoseconds than 64 bits
/// hold.
fn sum_s(times_ns: impl Iterator<Item = u64>) -> f64 {
    times_ns.map(s_from_ns).fold(0.0, |sum, time_s| sum + time_s)
}

/// In nanoseconds. On the virtual clock a case is nothing but work.
fn work_and_stretch(state: &RunState, clock: ClockChoice) -> Option<(u64, u64)> {
    let (mut work, mut stretch) = (0, 0);
    let here =
        |record: &&CaseRecord| record.status == Status::Done && record.session == state.session();
    for record in state.records().iter().filter(here) {
        let own_ns = match clock {
            ClockChoice::Virtual => record.time_ns(),
            ClockChoice::Real => record.busy_ns()?,
        };
        work += own_ns;
        stretch += record.time_ns().saturating_sub(own_ns);
    }
    Some((work, stretch))
}
