//! Facts of a finished run, found once instead of in every frame.

use crate::report::{
    BreakdownEntry, Occupancy, RunReport, Timeline, breakdown, longest_case_of_session,
};

#[derive(Debug, Clone)]
pub struct TimelineFacts {
    pub breakdown: Vec<BreakdownEntry>,
    /// Peak concurrency, and the shares of the time at each level.
    pub occupancy: Option<Occupancy>,
    /// Cases of this session that started.
    pub started: usize,
    /// Index of the longest case of this session.
    pub longest: Option<usize>,
}

impl TimelineFacts {
    pub fn of(report: &RunReport, timeline: &Timeline) -> Self {
        let (state, lanes) = (&report.state, report.frozen.plan.workers);
        let session = state.records.iter().filter(|record| record.session == state.session);
        let cores = report.machine.limiting_cpus();
        Self {
            breakdown: breakdown(report),
            occupancy: timeline.concurrency.occupancy(lanes, cores, state.makespan_ns),
            started: session.filter(|record| record.has_started()).count(),
            longest: longest_case_of_session(report),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::report::{Advice, Machine, fixtures};
    use crate::run::{RunState, replay};
    use crate::study::{CaseTable, Lengths, Strategy};

    /// The report of a simulated run of waits, changed by `change`.
    fn report(lengths_s: &[f64], change: impl FnOnce(&mut RunState)) -> RunReport {
        let mut cases = CaseTable::default();
        for &x in lengths_s {
            cases.push("", x, 1.0, &[]);
        }
        let plan = fixtures::plan(Strategy::Threads, 2);
        let frozen = fixtures::study(cases, Lengths::Seconds(lengths_s.to_vec()), plan);
        let mut state = replay(&frozen);
        change(&mut state);
        RunReport::new(Arc::new(frozen), state, Machine::default())
    }

    fn facts(report: &RunReport) -> TimelineFacts {
        TimelineFacts::of(report, &Timeline::of_report(report))
    }

    #[test]
    fn cases_of_earlier_sessions_do_not_count() {
        let report = report(&[6.0, 1.0, 2.0], |state| {
            (state.session, state.resumed_count) = (1, 1);
            state.records[1..].iter_mut().for_each(|record| record.session = 1);
        });
        let facts = facts(&report);
        assert_eq!((facts.longest, facts.started), (Some(2), 2));
    }

    #[test]
    fn a_case_that_took_longer_than_intended_is_the_longest() {
        let report = report(&[1.0, 3.0, 2.0], |state| state.records[2].end_ns += 2_000_000_000);
        assert_eq!(facts(&report).longest, Some(2));
    }

    #[test]
    fn of_equally_long_cases_timeline_and_advice_name_the_first() {
        let report = report(&[1.0, 3.0, 3.0], |state| {
            state.records[1].end_ns += 20_000;
            state.records[2].end_ns += 60_000;
        });
        assert_eq!(facts(&report).longest, Some(1));
        let advice = Advice::for_run(&report).text.to_string();
        assert!(advice.contains("Case 2 alone takes 3.0 s"), "{advice}");
    }
}
