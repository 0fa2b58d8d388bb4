//! What keeps more workers from being worth having.

use strum::IntoStaticStr;

use super::evidence::{CurvePoint, Evidence};
use super::overhead::Overhead;
use crate::report::predict::KNEE_TOLERANCE;
use crate::schedule::s_from_ns;
use crate::study::RunsIn;

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

/// A limit with the facts that explain it.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum LimitReason {
    /// One case is the longest.
    LongestCase {
        name: String,
        length_s: f64,
    },
    /// All cases are equally long.
    EqualCases {
        length_s: f64,
    },
    /// Computing cases run one at a time.
    GlobalLock,
    /// Computing cases slow each other down although a core is free.
    Contention,
    /// The cases compute on this many logical CPUs.
    Cpus(u32),
    Overhead,
    /// Number of licences.
    Licences(u32),
}

impl LimitReason {
    pub(super) fn limited_by(&self) -> LimitedBy {
        match self {
            Self::LongestCase { .. } | Self::EqualCases { .. } => LimitedBy::LongestCase,
            Self::GlobalLock | Self::Contention | Self::Cpus(_) => LimitedBy::Cores,
            Self::Overhead => LimitedBy::Overhead,
            Self::Licences(_) => LimitedBy::Licences,
        }
    }
}

impl Evidence<'_> {
    /// Why more workers than `chosen` are not worth having; `None` if they were not
    /// measured or nothing known explains it.
    pub(super) fn limit(&self, points: &[CurvePoint], chosen: &CurvePoint) -> Option<LimitReason> {
        let workers = chosen.workers;
        if !self.uses_predictions() && self.licences() == Some(workers) {
            return Some(LimitReason::Licences(workers));
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
            return Some(LimitReason::Overhead);
        }
        // Waiting cases wait for something unknown, such as a licence.
        self.report.is_compute_bound().then(|| self.cores_limit(workers))
    }

    /// The reason for the floor of the makespan: the longest case or the cores.
    pub(super) fn floor_limit(&self, workers: u32) -> LimitReason {
        let strategy = self.scenario.strategy;
        if self.predictor.floor_s(strategy) > self.predictor.cores_bound_s(strategy) {
            self.longest_case_limit()
        } else {
            self.cores_limit(workers)
        }
    }

    fn cores_limit(&self, workers: u32) -> LimitReason {
        let cores = self.predictor.cores(self.scenario.strategy);
        if self.scenario.strategy.runs_in() == RunsIn::GlobalLock {
            LimitReason::GlobalLock
        } else if workers < cores {
            LimitReason::Contention
        } else {
            LimitReason::Cpus(cores)
        }
    }

    fn longest_case_limit(&self) -> LimitReason {
        let lengths_ns = self.predictor.lengths_ns();
        let longest_ns = lengths_ns.iter().copied().max().unwrap_or(0);
        let length_s = s_from_ns(longest_ns);
        if lengths_ns.len() > 1 && lengths_ns.iter().all(|&ns| ns == longest_ns) {
            return LimitReason::EqualCases { length_s };
        }
        let case = lengths_ns.iter().position(|&ns| ns == longest_ns).unwrap_or(0);
        let name = self.report.frozen.cases.case(case).name.to_owned();
        LimitReason::LongestCase { name, length_s }
    }
}
