//! How long a run still takes, as far as that can be said while it goes on.

use std::collections::HashMap;

use crate::run::RunEvent;
use crate::schedule::s_from_ns;
use crate::study::{Frozen, Lengths, SeriesChoice};

/// A reader of the run's events that estimates the time left: from the times
/// that the cases are meant to take, else from the rate so far.
#[derive(Debug, Clone)]
pub struct TimeLeft {
    weights: Option<Vec<f64>>,
    in_seconds: bool,
    lanes: f64,
    cases_left: u32,
    weight_left: f64,
    /// What the series total will cost after the run, in weights.
    series_left: f64,
    /// When the case now run in series started.
    in_series_ns: Option<u64>,
    ended: (f64, f64),
    in_work: HashMap<u32, u64>,
}

impl TimeLeft {
    /// Before the run of this study has started.
    #[must_use]
    pub fn new(frozen: &Frozen) -> Self {
        let cases = u32::try_from(frozen.cases.len()).unwrap_or(u32::MAX);
        let weights = frozen.lengths.weights().map(<[f64]>::to_vec);
        let whole = weights.as_ref().map_or(f64::from(cases), |weights| weights.iter().sum());
        let measured = frozen.plan.series == SeriesChoice::Measure;
        Self {
            weights,
            in_seconds: matches!(frozen.lengths, Lengths::Seconds(_)),
            lanes: f64::from(frozen.plan.workers),
            cases_left: cases,
            weight_left: whole,
            series_left: if measured { whole } else { 0.0 },
            in_series_ns: None,
            ended: (0.0, 0.0),
            in_work: HashMap::new(),
        }
    }

    fn weight(&self, case: u32) -> f64 {
        self.weights.as_ref().map_or(1.0, |weights| weights[case as usize])
    }

    /// Takes in what has happened.
    pub fn apply(&mut self, event: &RunEvent) {
        match event {
            RunEvent::Started { ticket, at_ns, .. } => {
                self.in_work.insert(ticket.case, *at_ns);
            }
            RunEvent::Finished(end) => {
                self.in_work.remove(&end.ticket.case);
                let weight = self.weight(end.ticket.case);
                self.weight_left -= weight;
                self.cases_left = self.cases_left.saturating_sub(1);
                self.ended.0 += weight;
                self.ended.1 += s_from_ns(end.end_ns - end.start_ns);
            }
            RunEvent::SeriesStarted { at_ns } => self.in_series_ns = Some(*at_ns),
            RunEvent::SeriesCase { case, end_ns, .. } => {
                self.series_left -= self.weight(*case);
                self.in_series_ns = Some(*end_ns);
            }
            _ => {}
        }
    }

    /// The seconds left at `now_ns`, if anything can be said: the work left
    /// divided among the lanes, but no less than the longest case in work.
    #[must_use]
    pub fn left_s(&self, now_ns: u64) -> Option<f64> {
        let s_per_weight = match self.ended {
            _ if self.in_seconds => 1.0,
            (weight, time_s) if weight > 0.0 => time_s / weight,
            _ => return None,
        };
        let mut work_left_s = self.weight_left * s_per_weight;
        let mut longest_s: f64 = 0.0;
        for (&case, &start_ns) in &self.in_work {
            let length_s = self.weight(case) * s_per_weight;
            let spent_s = s_from_ns(now_ns.saturating_sub(start_ns)).min(length_s);
            work_left_s -= spent_s;
            longest_s = longest_s.max(length_s - spent_s);
        }
        let lanes = self.lanes.min(f64::from(self.cases_left)).max(1.0);
        let parallel_s = (work_left_s / lanes).max(longest_s);
        let spent_s = self.in_series_ns.map_or(0.0, |at| s_from_ns(now_ns.saturating_sub(at)));
        let series_s = (self.series_left * s_per_weight - spent_s).max(0.0);
        Some(parallel_s.max(0.0) + series_s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{CaseEnd, CaseOutcome};
    use crate::schedule::{Ticket, ns_from_s};
    use crate::study::{CaseTable, ClockChoice, FrozenPlan, Order, Strategy, WorkloadName};

    fn frozen(lengths: Lengths, workers: u32, series: SeriesChoice) -> Frozen {
        let plan = FrozenPlan {
            strategy: Strategy::Threads,
            workers,
            batch: None,
            order: Order::Listed,
            seed: 0,
            time_scale: 1.0,
            series,
            clock: ClockChoice::Real,
        };
        let mut cases = CaseTable::default();
        for _ in 0..4 {
            cases.push("", 1.0, 1.0, &[]);
        }
        Frozen { cases, workload: WorkloadName::Wait, plan, lengths }
    }

    fn ticket(case: u32) -> Ticket {
        Ticket { case, lane: 0, attempt: 1, dispatch_index: case }
    }

    fn started(case: u32, at_s: f64) -> RunEvent {
        let at_ns = ns_from_s(at_s);
        RunEvent::Started { ticket: ticket(case), asked_ns: at_ns, at_ns }
    }

    fn finished(case: u32, start_s: f64, end_s: f64) -> RunEvent {
        RunEvent::Finished(CaseEnd {
            ticket: ticket(case),
            start_ns: ns_from_s(start_s),
            end_ns: ns_from_s(end_s),
            waited_ns: None,
            cpu_ns: None,
            outcome: CaseOutcome::Done(None),
        })
    }

    #[test]
    fn with_known_lengths_the_work_left_is_divided_among_the_lanes() {
        let lengths = Lengths::Seconds(vec![2.0, 2.0, 4.0, 4.0]);
        let mut left = TimeLeft::new(&frozen(lengths, 2, SeriesChoice::Estimate));
        assert_eq!(left.left_s(0), Some(6.0));
        left.apply(&started(0, 0.0));
        left.apply(&started(1, 0.0));
        assert_eq!(left.left_s(ns_from_s(1.0)), Some(5.0));
        left.apply(&finished(0, 0.0, 2.0));
        left.apply(&finished(1, 0.0, 2.0));
        left.apply(&started(2, 2.0));
        left.apply(&started(3, 2.0));
        assert_eq!(left.left_s(ns_from_s(5.0)), Some(1.0));
        // Later than intended is not less than nothing.
        assert_eq!(left.left_s(ns_from_s(9.0)), Some(0.0));
    }

    #[test]
    fn the_longest_case_in_work_is_waited_for() {
        let lengths = Lengths::Seconds(vec![9.0, 1.0, 1.0, 1.0]);
        let mut left = TimeLeft::new(&frozen(lengths, 4, SeriesChoice::Estimate));
        (0..4).for_each(|case| left.apply(&started(case, 0.0)));
        assert_eq!(left.left_s(0), Some(9.0));
    }

    #[test]
    fn without_lengths_nothing_is_said_before_the_first_case_ended() {
        let mut left = TimeLeft::new(&frozen(Lengths::Unknown, 1, SeriesChoice::Estimate));
        left.apply(&started(0, 0.0));
        assert_eq!(left.left_s(ns_from_s(1.0)), None);
        left.apply(&finished(0, 0.0, 2.0));
        assert_eq!(left.left_s(ns_from_s(2.0)), Some(6.0));
    }

    #[test]
    fn amounts_tell_the_time_left_by_the_rate_so_far() {
        let amounts = Lengths::Amounts(vec![10.0, 20.0, 30.0, 40.0]);
        let mut left = TimeLeft::new(&frozen(amounts, 1, SeriesChoice::Estimate));
        left.apply(&started(0, 0.0));
        left.apply(&finished(0, 0.0, 1.0));
        assert_eq!(left.left_s(ns_from_s(1.0)), Some(9.0));
    }

    #[test]
    fn measuring_the_series_total_counts_and_goes_down_with_the_clock() {
        let lengths = Lengths::Seconds(vec![1.0; 4]);
        let mut left = TimeLeft::new(&frozen(lengths, 4, SeriesChoice::Measure));
        assert_eq!(left.left_s(0), Some(5.0));
        (0..4).for_each(|case| left.apply(&finished(case, 0.0, 1.0)));
        left.apply(&RunEvent::SeriesStarted { at_ns: ns_from_s(1.0) });
        assert_eq!(left.left_s(ns_from_s(1.5)), Some(3.5));
        let (start_ns, end_ns) = (ns_from_s(1.0), ns_from_s(2.0));
        left.apply(&RunEvent::SeriesCase { case: 0, start_ns, end_ns });
        assert_eq!(left.left_s(ns_from_s(2.0)), Some(3.0));
    }
}
