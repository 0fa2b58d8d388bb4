//! The evidence behind advice: predicted curves and measured makespans.

use crate::report::{Curve, MeasuredPoint, PredictError, Predictor, RunReport, Scenario};
use crate::study::{ClockChoice, Order};

/// Predictions are used beside measured makespans only where none differs by more than this share.
const AGREEMENT: f64 = 0.1;

/// Another order is not worth naming if it saves less than this share of the makespan.
pub(super) const NEGLIGIBLE_ORDER: f64 = 0.01;

#[derive(Debug, Clone, Copy)]
pub(super) struct CurvePoint {
    pub(super) workers: u32,
    pub(super) order: Order,
    pub(super) total_s: f64,
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
        let at_least = measured.iter().map(|point| point.workers).max().unwrap_or(1);
        let curve = |order| Curve::of(&predictor, Scenario { order, ..scenario }, at_least);
        let curves = orders.into_iter().map(curve).collect::<Result<_, _>>()?;
        Ok(Self { report, measured, predictor, scenario, curves })
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
        let predictions = self.curves.iter().flat_map(Curve::points);
        predictions
            .map(|point| CurvePoint {
                workers: point.workers,
                order: point.order,
                total_s: point.total_s,
            })
            .collect()
    }

    pub(super) fn measured_s(&self, workers: u32, order: Order) -> Option<f64> {
        let mut measured = self.measured.iter().filter(|_| order == self.scenario.order);
        Some(measured.find(|point| point.workers == workers)?.total_s)
    }

    pub(super) fn predicted_s(&self, workers: u32, order: Order) -> Option<f64> {
        let scenario = Scenario { order, ..self.scenario };
        Some(self.predictor.predict(scenario, workers).ok()?.total_s)
    }

    /// Licences available, if known: as configured or as observed in the run.
    pub(super) fn licences(&self) -> Option<u32> {
        let observed = self.report.state.licences.last().map(|&(_, available)| available.max(1));
        self.report.frozen.plan.limits.licences.into_iter().chain(observed).min()
    }

    /// Whether every measured makespan is close to its prediction. Predictions ignore
    /// licences, so larger worker counts are not compared.
    fn predictions_agree(&self) -> bool {
        let licences = self.licences().unwrap_or(u32::MAX);
        self.measured.iter().filter(|point| point.workers <= licences).all(|point| {
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
    /// The overhead of a run; `None` on the virtual clock or if no case started.
    pub(super) fn of(report: &RunReport) -> Option<Self> {
        let account = report.figures.account?;
        let started = report.state.records.iter().filter(|record| record.has_started()).count();
        if report.frozen.plan.clock == ClockChoice::Virtual || started == 0 {
            return None;
        }
        Some(Self {
            startup_s: account.startup / f64::from(report.frozen.plan.workers),
            dispatch_s: account.dispatch / started as f64,
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
