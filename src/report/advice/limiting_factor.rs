//! What keeps more workers from being worth having.

use strum::IntoStaticStr;

use super::evidence::{CurvePoint, Evidence, Overhead};
use super::wording::{licences_text, shorten};
use crate::report::KNEE_TOLERANCE;
use crate::schedule::s_from_ns;
use crate::study::RunsIn;
use crate::text::{count, plural, precise_duration};

/// What keeps more workers from being worth having.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum LimitedBy {
    /// No run ends before its longest case does.
    LongestCase,
    /// The cores, or the one that holds the global lock, are busy.
    Cores,
    /// Starting workers and dispatching cases to them costs what they would save.
    Overhead,
    /// No licence is left.
    Licences,
}

/// A limit, and a clause without a full stop that explains it.
pub(super) struct Limit {
    pub(super) by: LimitedBy,
    pub(super) clause: String,
}

impl Evidence<'_> {
    /// Why more workers than `chosen` are not worth having; `None` if they were not
    /// measured or nothing known explains it.
    pub(super) fn limit(&self, points: &[CurvePoint], chosen: &CurvePoint) -> Option<Limit> {
        let workers = chosen.workers;
        if !self.uses_predictions() && self.licences() == Some(workers) {
            let clause = format!("there {}", licences_text(workers));
            return Some(Limit { by: LimitedBy::Licences, clause });
        }
        let floor_s = self.predictor.floor_s(self.scenario.strategy);
        let best_s = points.iter().map(|p| p.total_s).fold(f64::INFINITY, f64::min);
        if best_s <= floor_s * (1.0 + KNEE_TOLERANCE) {
            return Some(self.floor_limit(workers));
        }
        let most = points.iter().map(|p| p.workers).max().unwrap_or(workers);
        // What limits predictions is the dispatch, such as a barrier.
        if workers >= most || self.uses_predictions() {
            return None;
        }
        let series_s = self.predictor.series_s();
        let overhead_s = Overhead::of(self.report).map(|o| o.total_s(self.predictor.cases(), 1));
        if overhead_s.is_none_or(|overhead_s| overhead_s > KNEE_TOLERANCE * series_s) {
            let clause = "starting and dispatching to it costs what it saves".to_owned();
            return Some(Limit { by: LimitedBy::Overhead, clause });
        }
        // Waiting cases wait for something unknown, such as a licence.
        self.report.is_compute_bound().then(|| self.cores_limit(workers))
    }

    /// The reason for the floor of the makespan: the longest case or the cores.
    pub(super) fn floor_limit(&self, workers: u32) -> Limit {
        let strategy = self.scenario.strategy;
        if self.predictor.floor_s(strategy) > self.predictor.cores_bound_s(strategy) {
            self.longest_case_limit()
        } else {
            self.cores_limit(workers)
        }
    }

    fn cores_limit(&self, workers: u32) -> Limit {
        let cores = self.predictor.cores(self.scenario.strategy);
        let clause = if self.scenario.strategy.runs_in() == RunsIn::GlobalLock {
            "under the global lock one case computes at a time".to_owned()
        } else if workers < cores {
            // They do although a core is free.
            "cases that compute slow each other down here".to_owned()
        } else {
            let verb = plural(cores, "is", "are");
            format!("the cases compute, and there {verb} {}", count(cores, "CPU"))
        };
        Limit { by: LimitedBy::Cores, clause }
    }

    fn longest_case_limit(&self) -> Limit {
        let lengths_ns = self.predictor.lengths_ns();
        let longest_ns = lengths_ns.iter().copied().max().unwrap_or(0);
        let subject = if lengths_ns.len() > 1 && lengths_ns.iter().all(|&ns| ns == longest_ns) {
            "each case".to_owned()
        } else {
            let case = lengths_ns.iter().position(|&ns| ns == longest_ns).unwrap_or(0);
            shorten(self.report.frozen.cases.case(case).name)
        };
        let clause = format!("{subject} alone takes {}", precise_duration(s_from_ns(longest_ns)));
        Limit { by: LimitedBy::LongestCase, clause }
    }
}
