//! Facts of a finished run, found once instead of in every frame.

use crate::report::{BreakdownEntry, Occupancy, RunReport, Timeline, breakdown};

#[derive(Debug, Clone)]
pub struct TimelineFacts {
    pub breakdown: Vec<BreakdownEntry>,
    /// Peak concurrency, and the shares of the time at each level.
    pub occupancy: Option<Occupancy>,
    /// Cases of this session that started.
    pub started: usize,
    /// Index of the case of this session that took longest.
    pub longest: Option<usize>,
}

impl TimelineFacts {
    pub fn of(report: &RunReport, timeline: &Timeline) -> Self {
        let (state, lanes) = (&report.state, report.frozen.plan.workers);
        let session = state.records.iter().enumerate();
        let session = session.filter(|(_, record)| record.session == state.session);
        let ended = session.clone().filter(|(_, record)| record.has_ended());
        let cores = report.machine.limiting_cpus();
        Self {
            breakdown: breakdown(report),
            occupancy: timeline.concurrency.occupancy(lanes, cores, state.makespan_ns),
            started: session.filter(|(_, record)| record.has_started()).count(),
            longest: ended.max_by_key(|(_, record)| record.time_ns()).map(|(case, _)| case),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::report::{Machine, fixtures};
    use crate::run::replay;
    use crate::study::{CaseTable, Lengths, Strategy};

    #[test]
    fn cases_of_earlier_sessions_do_not_count() {
        let lengths_s = vec![6.0, 1.0, 2.0];
        let mut cases = CaseTable::default();
        for &x in &lengths_s {
            cases.push("", x, 1.0, &[]);
        }
        let plan = fixtures::plan(Strategy::Threads, 2);
        let frozen = fixtures::study(cases, Lengths::Seconds(lengths_s), plan);
        let mut state = replay(&frozen);
        (state.session, state.resumed_count) = (1, 1);
        state.records[1..].iter_mut().for_each(|record| record.session = 1);
        let report = RunReport::new(Arc::new(frozen), state, Machine::default());
        let facts = TimelineFacts::of(&report, &Timeline::of_report(&report));
        assert_eq!((facts.longest, facts.started), (Some(2), 2));
    }
}
