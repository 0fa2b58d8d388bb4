//! The evidence behind advice: predicted curves, measured makespans, and what limits them.

use strum::IntoStaticStr;

use crate::report::{
    Curve, KNEE_TOLERANCE, MeasuredPoint, PredictError, Predictor, RunReport, Scenario,
};
use crate::schedule::s_from_ns;
use crate::study::{ClockChoice, Order, RunsIn};
use crate::text::{count, plural, precise_duration, short_name};

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
        let most = measured.iter().map(|point| point.workers).max();
        let at_least = most.unwrap_or(report.frozen.plan.workers);
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
        let predictions = self.curves.iter().flat_map(|curve| &curve.points);
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
    /// The cores, or the one that holds the global lock, are busy.
    Cores,
    /// Starting workers and dispatching cases to them costs what they would save.
    Overhead,
    /// No licence is left.
    Licences,
}

/// A limit on the number of cases at once, whatever the number of workers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ceiling {
    pub(super) at_once: u32,
    pub(super) by: LimitedBy,
}

impl Ceiling {
    /// Explains it, as a clause without a full stop.
    pub(super) fn clause(self) -> String {
        let Self { at_once, by } = self;
        if by == LimitedBy::Licences {
            let verb = plural(at_once, "is", "are");
            format!("there {verb} {}", count(at_once, "licence"))
        } else {
            format!("the cluster has cores for {} at once", count(at_once, "case"))
        }
    }
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
        let ceiling = self.ceiling().filter(|ceiling| ceiling.at_once == workers);
        if let Some(ceiling) = ceiling.filter(|_| !self.uses_predictions()) {
            return Some(Limit { by: ceiling.by, clause: ceiling.clause() });
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
            // Not for lack of a core: one is free.
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
            short_name(self.report.frozen.cases.case(case).name)
        };
        let clause = format!("{subject} alone takes {}", precise_duration(s_from_ns(longest_ns)));
        Limit { by: LimitedBy::LongestCase, clause }
    }
}
