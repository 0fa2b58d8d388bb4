//! How many workers are worth having, concluded from the evidence.

use super::evidence::{CurvePoint, Evidence};
use super::limiting_factor::{LimitReason, LimitedBy};
use super::overhead::Overhead;
use crate::report::predict::{KNEE_TOLERANCE, PredictError, Prediction};
use crate::study::{Order, WORKER_RANGE};

/// Predicted savings below this share of the makespan count as nothing.
const NEGLIGIBLE_PREDICTED: f64 = 0.005;

/// Measured savings below this share of the makespan count as nothing.
const NEGLIGIBLE_MEASURED: f64 = 0.02;

/// Another order is not worth naming if it saves less than this share of the makespan.
pub(super) const NEGLIGIBLE_ORDER: f64 = 0.01;

/// Why there is no advice.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoAdvice {
    #[error("nothing was run")]
    EmptyRun,
    #[error("there are no cases")]
    NoCases,
    #[error("some cases were done in an earlier session; advice needs a run of all cases")]
    Resumed,
    #[error("the case failed")]
    OnlyCaseFailed,
    #[error("all {0} cases failed")]
    AllFailed(usize),
    #[error("{done} of {cases} cases are done; advice needs a run in which all are")]
    NotAllDone { done: u32, cases: usize },
    #[error(transparent)]
    Unpredictable(PredictError),
    #[error("no worker count completed all cases")]
    NothingMeasured,
}

/// A recommended number of workers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Choice {
    pub(super) workers: u32,
    pub(super) order: Order,
    /// Makespan in seconds, if known.
    pub(super) total_s: Option<f64>,
    /// Whether the makespan was measured instead of predicted.
    pub(super) is_measured: bool,
}

/// The advice as facts.
#[derive(Debug)]
pub(super) enum Conclusion {
    /// The fewest workers within 5 % of the best makespan.
    Fewest {
        choice: Choice,
        /// Whether other orders differ noticeably.
        names_order: bool,
        limit: Option<LimitReason>,
        next: NextWorker,
    },
    /// As many workers as licences; more of both would help.
    Licensed {
        choice: Choice,
        /// The best without the limit, if it can be predicted.
        unlimited: Option<CurvePoint>,
    },
    /// More than one worker costs more than it saves.
    OneWorker { choice: Choice, reason: OneWorkerReason },
    /// The most workers that can help cases that compute.
    AtMost { workers: u32, limit: LimitReason },
}

/// Why one worker is enough.
#[derive(Debug)]
pub(super) enum OneWorkerReason {
    /// The cases take no time.
    NoWork,
    /// The cases are short.
    ShortCases {
        mean_s: f64,
        /// Mean length from which a second worker pays off, if longer.
        pays_from_s: Option<f64>,
    },
}

/// What one worker more would change.
#[derive(Debug)]
pub(super) enum NextWorker {
    /// No more workers are possible.
    AtMaximum,
    /// The most possible workers take this many seconds, noticeably less.
    MaximumTakes(f64),
    NotMeasured,
    Saves {
        /// Seconds saved, and their share of the makespan; `None` if negligible.
        saved: Option<(f64, f64)>,
        /// Whether the makespan is already as short as the limit allows.
        is_floor: bool,
    },
}

impl Conclusion {
    pub(super) fn choice(&self) -> Option<Choice> {
        match self {
            Self::Fewest { choice, .. }
            | Self::Licensed { choice, .. }
            | Self::OneWorker { choice, .. } => Some(*choice),
            Self::AtMost { .. } => None,
        }
    }

    pub(super) fn limited_by(&self) -> Option<LimitedBy> {
        match self {
            Self::Fewest { limit, .. } => limit.as_ref().map(LimitReason::limited_by),
            Self::Licensed { .. } => Some(LimitedBy::Licences),
            Self::OneWorker { .. } => Some(LimitedBy::Overhead),
            Self::AtMost { limit, .. } => Some(limit.limited_by()),
        }
    }
}

impl Evidence<'_> {
    pub(super) fn conclude(&self) -> Result<Conclusion, NoAdvice> {
        if let Some(conclusion) = self.one_worker() {
            Ok(conclusion)
        } else if self.report.is_compute_bound() && self.measured.is_empty() {
            Ok(self.at_most())
        } else {
            self.fewest()
        }
    }

    fn fewest(&self) -> Result<Conclusion, NoAdvice> {
        let points = self.points();
        let chosen =
            fewest_workers(&points, self.scenario.order).ok_or(NoAdvice::NothingMeasured)?;
        if let Some(licences) = self.licences().filter(|&licences| licences < chosen.workers) {
            return Ok(self.licensed(licences, chosen));
        }
        let CurvePoint { workers, order, total_s } = chosen;
        let measured_s = self.measured_s(workers, order);
        let limit = self.limit(&points, &chosen);
        Ok(Conclusion::Fewest {
            choice: Choice {
                workers,
                order,
                total_s: measured_s.or(Some(total_s)),
                is_measured: measured_s.is_some(),
            },
            names_order: workers > 1 && order_matters(&points, &chosen),
            next: self.next_worker(&points, &chosen, limit.is_some()),
            limit,
        })
    }

    /// Limits `chosen`, the fewest workers worth having, to the number of licences.
    fn licensed(&self, licences: u32, chosen: CurvePoint) -> Conclusion {
        let order = chosen.order;
        let measured_s = self.measured_s(licences, order);
        let total_s = measured_s.or_else(|| self.predicted_s(licences, order));
        let is_measured = measured_s.is_some();
        Conclusion::Licensed {
            choice: Choice { workers: licences, order, total_s, is_measured },
            unlimited: Some(chosen).filter(|_| self.uses_predictions()),
        }
    }

    /// A single run of cases that compute shows only how many workers can help.
    fn at_most(&self) -> Conclusion {
        let floor_s = self.predictor.floor_s(self.scenario.strategy);
        let reaching = self.curves.iter().filter_map(|curve| {
            let limit_s = curve.best_s().max(floor_s * (1.0 + NEGLIGIBLE_PREDICTED));
            curve.points().iter().find(|point| point.total_s <= limit_s)
        });
        let workers = reaching.map(|point| point.workers).min().unwrap_or(1);
        let cores = self.predictor.cores(self.scenario.strategy);
        Conclusion::AtMost { workers, limit: self.floor_limit(workers.max(cores)) }
    }

    /// Advises one worker if more cost more than they save.
    fn one_worker(&self) -> Option<Conclusion> {
        let order = self.scenario.order;
        let series_s = self.predictor.series_s();
        if series_s <= 0.0 {
            let choice = Choice { workers: 1, order, total_s: Some(series_s), is_measured: false };
            return Some(Conclusion::OneWorker { choice, reason: OneWorkerReason::NoWork });
        }
        let curve = self.curves.iter().min_by(|a, b| a.best_s().total_cmp(&b.best_s()))?;
        let cores = self.predictor.cores(self.scenario.strategy);
        let cases = self.predictor.cases();
        let overhead = Overhead::of(self.report)?;
        if curve.knee().workers == 1 && overhead.total_s(cases, 1) <= KNEE_TOLERANCE * series_s {
            return None;
        }
        let with_overhead =
            |p: &Prediction| p.total_s + overhead.total_s(cases, p.workers.min(cores));
        let several = curve.points().iter().filter(|p| p.workers > 1).map(with_overhead);
        let measured = self.measured.iter().filter(|point| point.workers > 1);
        let all_s = several.chain(measured.map(|point| point.total_s));
        if all_s.fold(f64::INFINITY, f64::min) < series_s * (1.0 - KNEE_TOLERANCE) {
            return None;
        }
        // `None` if the cores or the lock prevent a gain: longer cases would not help.
        let two = if self.report.is_compute_bound() { cores.min(2) } else { 2 };
        let pays_from_s = overhead.pays_from_s(cases, two)?;
        let mean_s = series_s / cases as f64;
        let pays_from_s = Some(pays_from_s).filter(|&pays_from_s| pays_from_s > mean_s);
        let measured_s = self.measured_s(1, order);
        let total_s = measured_s.or(Some(series_s));
        Some(Conclusion::OneWorker {
            choice: Choice { workers: 1, order, total_s, is_measured: measured_s.is_some() },
            reason: OneWorkerReason::ShortCases { mean_s, pays_from_s },
        })
    }

    fn next_worker(
        &self,
        points: &[CurvePoint],
        chosen: &CurvePoint,
        has_limit: bool,
    ) -> NextWorker {
        let most = *WORKER_RANGE.end();
        if !has_limit {
            if chosen.workers == most {
                return NextWorker::AtMaximum;
            }
            let at_most = points.iter().find(|p| p.workers == most && p.order == chosen.order);
            let is_shorter =
                |p: &&CurvePoint| p.total_s < chosen.total_s * (1.0 - NEGLIGIBLE_PREDICTED);
            if let Some(at_most) = at_most.filter(is_shorter) {
                return NextWorker::MaximumTakes(at_most.total_s);
            }
        }
        let Some(next_s) = self.next_s(points, chosen) else { return NextWorker::NotMeasured };
        let negligible =
            if self.uses_predictions() { NEGLIGIBLE_PREDICTED } else { NEGLIGIBLE_MEASURED };
        let saved_s = chosen.total_s - next_s;
        let saved =
            (saved_s > negligible * chosen.total_s).then(|| (saved_s, saved_s / chosen.total_s));
        let floor_s = self.predictor.floor_s(self.scenario.strategy);
        let is_floor = chosen.total_s <= floor_s * (1.0 + negligible) || floor_s == 0.0;
        NextWorker::Saves { saved, is_floor }
    }

    /// Makespan with one worker more, in seconds; predicted if the curve skips it. One
    /// worker has no order; a second would use the best.
    fn next_s(&self, points: &[CurvePoint], chosen: &CurvePoint) -> Option<f64> {
        let workers = chosen.workers + 1;
        let is_next = |p: &&CurvePoint| {
            p.workers == workers && (chosen.workers == 1 || p.order == chosen.order)
        };
        let known = points.iter().filter(is_next).map(|p| p.total_s).min_by(f64::total_cmp);
        known
            .or_else(|| self.predicted_s(workers, chosen.order).filter(|_| self.uses_predictions()))
    }
}

/// The fewest workers within 5 % of the best makespan, in their best order; in the
/// run's own order if another saves next to nothing.
fn fewest_workers(points: &[CurvePoint], own_order: Order) -> Option<CurvePoint> {
    let best_s = points.iter().map(|p| p.total_s).fold(f64::INFINITY, f64::min);
    let within = || points.iter().filter(|p| p.total_s <= best_s * (1.0 + KNEE_TOLERANCE));
    let workers = within().map(|p| p.workers).min()?;
    let fewest = || within().filter(|p| p.workers == workers);
    let best = fewest().min_by(|a, b| a.total_s.total_cmp(&b.total_s))?;
    let own = fewest()
        .find(|p| p.order == own_order && p.total_s <= best.total_s * (1.0 + NEGLIGIBLE_ORDER));
    Some(*own.unwrap_or(best))
}

/// Whether another order with the same workers is known to differ noticeably.
fn order_matters(points: &[CurvePoint], chosen: &CurvePoint) -> bool {
    let mut same_workers = points.iter().filter(|p| p.workers == chosen.workers);
    same_workers.any(|p| (p.total_s - chosen.total_s).abs() > NEGLIGIBLE_ORDER * chosen.total_s)
}
