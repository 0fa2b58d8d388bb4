//! Facts of a finished run, found once instead of in every frame.

use crate::report::{BreakdownEntry, Occupancy, RunReport, Timeline, breakdown};

#[derive(Debug, Clone)]
pub struct TimelineFacts {
    pub breakdown: Vec<BreakdownEntry>,
    /// Peak concurrency, and the shares of the time at each level.
    pub occupancy: Option<Occupancy>,
    /// Index of the case that took longest.
    pub longest: Option<usize>,
}

impl TimelineFacts {
    pub fn of(report: &RunReport, timeline: &Timeline) -> Self {
        let (state, lanes) = (&report.state, report.frozen.plan.workers);
        let ended = state.records.iter().enumerate().filter(|(_, record)| record.has_ended());
        let cores = report.machine.limiting_cpus();
        Self {
            breakdown: breakdown(report),
            occupancy: timeline.concurrency.occupancy(lanes, cores, state.makespan_ns),
            longest: ended.max_by_key(|(_, record)| record.time_ns()).map(|(case, _)| case),
        }
    }
}
