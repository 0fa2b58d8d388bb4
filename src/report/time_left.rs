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
            RunEvent::SeriesCase { case, .. } => self.series_left -= self.weight(*case),
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
        Some((parallel_s + self.series_left * s_per_weight).max(0.0))
    }
}
