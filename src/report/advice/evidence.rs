//! The evidence behind advice: predicted curves, measured makespans, overhead and ceilings.

use strum::IntoStaticStr;

use crate::report::{
    Curve, KNEE_TOLERANCE, MeasuredPoint, PredictError, Prediction, Predictor, RunReport, Scenario,
};
use crate::study::{ClockChoice, Order, Strategy};

/// Predictions are used beside measured makespans only where none differs by more than this share.
const AGREEMENT: f64 = 0.1;

/// Predicted savings below this share of the makespan count as nothing.
pub(super) const NEGLIGIBLE_PREDICTED: f64 = 0.005;

/// Another order is not worth naming if it saves less than this share of the makespan.
pub(super) const NEGLIGIBLE_ORDER: f64 = 0.01;

#[derive(Debug, Clone, Copy)]
pub(super) struct CurvePoint {
    pub(super) workers: u32,
    pub(super) order: Order,
    pub(super) total_s: f64,
}

/// Returns the points of curves that differ in their orders only.
pub(super) fn curve_points(curves: &[Curve]) -> Vec<CurvePoint> {
    let points = curves.iter().flat_map(|curve| &curve.points);
    let point = |&Prediction { workers, order, total_s, .. }: &Prediction| CurvePoint {
        workers,
        order,
        total_s,
    };
    points.map(point).collect()
}

/// The fewest workers within 5 % of the best makespan, in their best order; in the
/// run's own order if another saves next to nothing.
pub(super) fn fewest_workers(points: &[CurvePoint], own_order: Order) -> Option<CurvePoint> {
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
pub(super) fn order_matters(points: &[CurvePoint], chosen: &CurvePoint) -> bool {
    let mut same_workers = points.iter().filter(|p| p.workers == chosen.workers);
    same_workers.any(|p| (p.total_s - chosen.total_s).abs() > NEGLIGIBLE_ORDER * chosen.total_s)
}

pub(super) struct Evidence<'a> {
    pub(super) report: &'a RunReport,
    /// Makespans measured in this scenario.
    pub(super) measured: &'a [MeasuredPoint],
    pub(super) predictor: Predictor,
    /// The scenario of the advice, in the order of the run.
    pub(super) scenario: Scenario,
    /// Predictions in the order of the run, then in other orders.
    pub(super) curves: Vec<Curve>,
}

impl<'a> Evidence<'a> {
    pub(super) fn new(
        report: &'a RunReport,
        scenario: Scenario,
        measured: &'a [MeasuredPoint],
    ) -> Result<Self, PredictError> {
        let predictor = Predictor::of_run(report)?;
        let mut orders = vec![scenario.order];
        for order in [Order::Longest, Order::Listed] {
            if !orders.contains(&order) {
                orders.push(order);
            }
        }
        let most = measured.iter().map(|point| point.workers).max();
        let at_least = most.unwrap_or(report.frozen.plan.workers);
        let curve = |order| Curve::of(&predictor, Scenario { order, ..scenario }, at_least);
        let curves = orders.into_iter().map(curve).collect::<Result<_, _>>()?;
        Ok(Self { report, measured, predictor, scenario, curves })
    }

    /// Predictions of another strategy in the same orders.
    pub(super) fn curves_of(&self, strategy: Strategy) -> Result<Vec<Curve>, PredictError> {
        let scenarios = self.curves.iter().map(|curve| Scenario { strategy, ..curve.scenario });
        scenarios.map(|scenario| Curve::of(&self.predictor, scenario, 1)).collect()
    }

    /// Whether predictions count: for cases that wait, unless a measurement contradicts them.
    pub(super) fn uses_predictions(&self) -> bool {
        !self.report.is_compute_bound() && self.predictions_agree()
    }

    /// The points that worker counts and orders are chosen from: all predicted or all
    /// measured, so that they differ by nothing but workers and order.
    pub(super) fn points(&self) -> Vec<CurvePoint> {
        if !self.uses_predictions() {
            let order = self.scenario.order;
            let measured = self.measured.iter();
            return measured
                .map(|point| CurvePoint { workers: point.workers, order, total_s: point.total_s })
                .collect();
        }
        curve_points(&self.curves)
    }

    pub(super) fn measured_s(&self, workers: u32, order: Order) -> Option<f64> {
        let mut measured = self.measured.iter().filter(|_| order == self.scenario.order);
        Some(measured.find(|point| point.workers == workers)?.total_s)
    }

    pub(super) fn predicted_s(&self, workers: u32, order: Order) -> Option<f64> {
        let scenario = Scenario { order, ..self.scenario };
        Some(self.predictor.predict(scenario, workers).ok()?.total_s)
    }

    /// What allows the fewest cases at once, if anything does: licences, as configured or as
    /// observed in the run, or the cores of the cluster.
    pub(super) fn ceiling(&self) -> Option<Ceiling> {
        let state = &self.report.state;
        let observed = state.licences.last().map(|&(_, available)| available.max(1));
        let licences = self.report.frozen.plan.limits.licences.into_iter().chain(observed);
        let licences = licences.map(|at_once| Ceiling { at_once, by: LimitedBy::Licences });
        let slots = state.core_slots.map(|slots| slots.max(1));
        let cores = slots.map(|at_once| Ceiling { at_once, by: LimitedBy::Cores });
        licences.chain(cores).min_by_key(|ceiling| ceiling.at_once)
    }

    /// Whether every measured makespan is close to its prediction. Predictions ignore the
    /// ceiling, so larger worker counts are not compared.
    fn predictions_agree(&self) -> bool {
        let at_most = self.ceiling().map_or(u32::MAX, |ceiling| ceiling.at_once);
        self.measured.iter().filter(|point| point.workers <= at_most).all(|point| {
            let predicted_s = self.predicted_s(point.workers, self.scenario.order);
            predicted_s.is_some_and(|s| (s - point.total_s).abs() <= AGREEMENT * point.total_s)
        })
    }
}

/// Time a run spent beside its cases, in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Overhead {
    /// Start of the run until a worker asked for its first case, per worker.
    pub(super) startup_s: f64,
    /// End of a case to the start of the next, per case.
    pub(super) dispatch_s: f64,
}

impl Overhead {
    /// The overhead of a run; `None` on the virtual clock, if no case started, or if some were
    /// done in an earlier session.
    pub(super) fn of(report: &RunReport) -> Option<Self> {
        let account = report.figures.account?;
        let started = report.state.records.iter().filter(|record| record.has_started()).count();
        let is_simulated = report.frozen.plan.clock == ClockChoice::Virtual;
        if is_simulated || started == 0 || report.state.resumed_count > 0 {
            return None;
        }
        Some(Self {
            startup_s: account.startup? / f64::from(report.frozen.plan.workers),
            dispatch_s: account.dispatch? / started as f64,
        })
    }

    /// Overhead in seconds of this many cases on workers that run in parallel.
    pub(super) fn total_s(self, cases: usize, parallel: u32) -> f64 {
        self.startup_s + self.dispatch_s * cases as f64 / f64::from(parallel.max(1))
    }

    /// Length L of a case from which m parallel workers beat a loop over n cases:
    /// n L / m + overhead = n L. `None` if they never do.
    pub(super) fn pays_from_s(self, cases: usize, parallel: u32) -> Option<f64> {
        if cases < 2 || parallel < 2 {
            return None;
        }
        let saved = 1.0 - 1.0 / f64::from(parallel);
        Some(self.total_s(cases, parallel) / (cases as f64 * saved))
    }
}

/// What keeps more workers from being worth having.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum LimitedBy {
    /// No run ends before its longest case does.
    LongestCase,
    /// The cores are busy, or taken by the cases that run, or one case holds the global lock.
    Cores,
    /// Starting workers and dispatching cases to them costs what they would save.
    Overhead,
    /// No licence is left.
    Licences,
    /// The memory that cases share is used.
    Memory,
    /// The licence tokens that cases share are used.
    Tokens,
}

/// A limit on the number of cases at once, which predictions ignore.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ceiling {
    pub(super) at_once: u32,
    pub(super) by: LimitedBy,
}
