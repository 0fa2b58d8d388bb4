//! What the timeline says of a run that is over: found once, for a million cases
//! are too many to look at in every frame.

use crate::report::{BreakdownEntry, Occupancy, RunReport, Timeline, breakdown};

/// What the timeline says of a run that is over.
#[derive(Debug, Clone)]
pub struct TimelineFacts {
    /// Where the lane-seconds went.
    pub went: Vec<BreakdownEntry>,
    /// The most cases at once, and for which shares of the time lanes were in work.
    pub at_once: Option<Occupancy>,
    /// The case that took longest, by its index.
    pub longest: Option<usize>,
}

impl TimelineFacts {
    /// What is said of this run.
    #[must_use]
    pub fn of(report: &RunReport, timeline: &Timeline) -> Self {
        let (state, lanes) = (&report.state, report.frozen.plan.workers);
        let ended = state.records().iter().enumerate().filter(|(_, record)| record.has_ended());
        let cores = report.machine.logical_cpus;
        Self {
            went: breakdown(report),
            at_once: timeline.concurrency.occupancy(lanes, cores, state.makespan_ns()),
            longest: ended.max_by_key(|(_, record)| record.time_ns()).map(|(case, _)| case),
        }
    }
}
