//! What a run predicts: totals for other workers, and their lanes. Computed task
//! by task on a thread of the shell, never in a frame.

use std::sync::Arc;

use crate::report::{Advice, Curve, Lanes, PredictError, Predictor, RunReport, Scenario};
use crate::study::{FrozenPlan, WORKER_RANGE};

/// Up to so many cases curves are drawn anew to reach as far as the longest of
/// them: beyond, that takes longer than it is worth.
const MOST_EXTENDED: usize = 20_000;

/// What is predicted from one run, as far as it has been computed.
#[derive(Debug)]
pub struct Forecast {
    report: Arc<RunReport>,
    advice: Advice,
    basis: Result<Arc<Predictor>, PredictError>,
    /// Each with the number of workers that it was asked to reach.
    curves: Vec<(Curve, u32)>,
    lanes: Option<PlayedLanes>,
}

/// The predicted lanes of a shape with so many workers.
#[derive(Debug, Clone)]
pub struct PlayedLanes {
    /// How the cases are run.
    pub shape: Scenario,
    /// By how many workers.
    pub workers: u32,
    /// Which case is when on which lane.
    pub lanes: Lanes,
    /// The end of the last case, in nanoseconds.
    pub end_ns: u64,
}

impl PlayedLanes {
    /// Plays the cases by this plan.
    fn of(basis: &Predictor, plan: &FrozenPlan) -> Result<Self, PredictError> {
        let FrozenPlan { strategy, batch, order, .. } = *plan;
        let shape = Scenario { strategy, batch, order };
        let played = basis.simulate(shape, plan.workers)?;
        let lanes = Lanes::of_simulation(plan, &played);
        Ok(Self { shape, workers: plan.workers, lanes, end_ns: played.makespan_ns() })
    }

    /// How many lanes have nothing to do.
    #[must_use]
    pub fn unused(&self) -> usize {
        self.lanes.lanes().iter().filter(|lane| lane.cases().is_empty()).count()
    }
}

/// Something to be computed.
#[derive(Debug)]
pub enum ForecastTask {
    /// Begin with this run.
    Begin(Arc<RunReport>),
    /// The curve of this shape, up to at least so many workers.
    Curve(Arc<Predictor>, Scenario, u32),
    /// The lanes of this plan.
    Lanes(Arc<Predictor>, FrozenPlan),
}

/// What was computed.
#[derive(Debug)]
pub enum ForecastResult {
    /// A forecast that has begun.
    Begun(Box<Forecast>),
    /// A curve of the forecast of this predictor, and how far it was asked to reach.
    Curve(Arc<Predictor>, u32, Result<Curve, PredictError>),
    /// Lanes of the forecast of this predictor.
    Lanes(Arc<Predictor>, Result<PlayedLanes, PredictError>),
}

impl ForecastTask {
    /// Computes it: from some microseconds up to seconds for a million cases.
    #[must_use]
    pub fn work(self) -> ForecastResult {
        match self {
            Self::Begin(report) => ForecastResult::Begun(Box::new(Forecast::of(report))),
            Self::Curve(basis, shape, at_least) => {
                let curve = Curve::of(&basis, shape, at_least);
                ForecastResult::Curve(basis, at_least, curve)
            }
            Self::Lanes(basis, plan) => {
                let lanes = PlayedLanes::of(&basis, &plan);
                ForecastResult::Lanes(basis, lanes)
            }
        }
    }
}

impl Forecast {
    /// A forecast from this run, without a curve yet.
    #[must_use]
    pub fn of(report: Arc<RunReport>) -> Self {
        let basis = Predictor::of_run(&report).map(Arc::new);
        let advice = Advice::for_run(&report);
        Self { report, advice, basis, curves: Vec::new(), lanes: None }
    }

    /// Whether it is made from this run.
    #[must_use]
    pub fn is_of(&self, report: &Arc<RunReport>) -> bool {
        Arc::ptr_eq(&self.report, report)
    }

    /// The run that it is made from.
    #[must_use]
    pub fn report(&self) -> &RunReport {
        &self.report
    }

    /// How many workers are worth having.
    #[must_use]
    pub fn advice(&self) -> &Advice {
        &self.advice
    }

    /// The curve of this shape, once it is there.
    #[must_use]
    pub fn curve(&self, shape: Scenario) -> Option<&Curve> {
        self.curves.iter().map(|(curve, _)| curve).find(|curve| curve.scenario() == shape)
    }

    /// The lanes that were last computed.
    #[must_use]
    pub fn lanes(&self) -> Option<&PlayedLanes> {
        self.lanes.as_ref()
    }

    /// The most workers of any curve and of the run.
    #[must_use]
    pub fn last(&self) -> u32 {
        let ends = self.curves.iter().filter_map(|(curve, _)| curve.points().last());
        let most = ends.map(|point| point.workers).max().unwrap_or(1);
        most.max(self.report.frozen.plan.workers.min(*WORKER_RANGE.end()))
    }

    /// What is to be computed next for these curves and lanes.
    #[must_use]
    pub fn task(
        &self,
        shapes: &[Scenario],
        lanes: Option<(Scenario, u32)>,
    ) -> Option<ForecastTask> {
        let basis = self.basis.as_ref().ok()?;
        let end = self.last();
        if let Some(&shape) = shapes.iter().find(|&&shape| self.wants(basis, shape)) {
            return Some(ForecastTask::Curve(Arc::clone(basis), shape, end));
        }
        let (shape, workers) = lanes?;
        let there = |lanes: &PlayedLanes| lanes.shape == shape && lanes.workers == workers;
        let missing = !self.lanes.as_ref().is_some_and(there);
        let Scenario { strategy, batch, order } = shape;
        let plan = &self.report.frozen.plan;
        let plan = || FrozenPlan { strategy, workers, batch, order, ..plan.clone() };
        missing.then(|| ForecastTask::Lanes(Arc::clone(basis), plan()))
    }

    /// Whether the curve of this shape is missing, or ends before the others.
    fn wants(&self, basis: &Predictor, shape: Scenario) -> bool {
        let there = self.curves.iter().find(|(curve, _)| curve.scenario() == shape);
        let Some((curve, asked)) = there else { return true };
        let end = curve.points().last().map_or(1, |point| point.workers).max(*asked);
        end < self.last() && basis.cases() <= MOST_EXTENDED
    }

    /// Takes what was computed for it; what is of another forecast is dropped.
    pub fn take(&mut self, found: ForecastResult) {
        let own =
            |basis: &Arc<Predictor>| self.basis.as_ref().is_ok_and(|own| Arc::ptr_eq(own, basis));
        match found {
            ForecastResult::Begun(forecast) => *self = *forecast,
            ForecastResult::Curve(basis, asked, Ok(curve)) if own(&basis) => {
                self.curves.retain(|(other, _)| other.scenario() != curve.scenario());
                self.curves.push((curve, asked));
            }
            ForecastResult::Lanes(basis, Ok(lanes)) if own(&basis) => self.lanes = Some(lanes),
            // Only a thread for each of too many cases is refused, which no curve
            // and no slider asks for.
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Machine;
    use crate::run::replay;
    use crate::study::{CaseTable, ClockChoice, Order, Plan, Strategy, WorkloadName};
    use crate::workload::{Environment, find, freeze};

    /// A run of cases that wait so long, on the virtual clock.
    fn run(lengths_s: &[f64], workers: u32) -> Arc<RunReport> {
        let mut cases = CaseTable::default();
        for &length_s in lengths_s {
            cases.push("", length_s, 1.0, &[]);
        }
        let clock = ClockChoice::Virtual;
        let plan = Plan { workers: Some(workers), clock, ..Plan::default() };
        let given = Environment { logical_cpus: 2, seed: 7, last_s: None };
        let workload = WorkloadName::Wait;
        let frozen = freeze(cases, workload, find(workload).as_ref(), &plan, given).unwrap().0;
        let state = replay(&frozen);
        let machine = Machine { logical_cpus: 2, os: "linux" };
        Arc::new(RunReport::new(Arc::new(frozen), state, machine))
    }

    fn threads(order: Order) -> Scenario {
        Scenario { strategy: Strategy::Threads, batch: None, order }
    }

    /// Works until nothing is left to do.
    fn worked(
        forecast: &mut Forecast,
        shapes: &[Scenario],
        lanes: Option<(Scenario, u32)>,
    ) -> usize {
        let mut tasks = 0;
        while let Some(task) = forecast.task(shapes, lanes) {
            forecast.take(task.work());
            tasks += 1;
            assert!(tasks < 50, "it comes to an end");
        }
        tasks
    }

    #[test]
    fn all_curves_reach_as_far_as_the_longest_and_the_run() {
        let mut forecast = Forecast::of(run(&[1.0, 1.0, 1.0, 1.0, 8.0], 3));
        let shapes = [Order::Longest, Order::Listed].map(threads);
        worked(&mut forecast, &shapes, None);
        let ends =
            shapes.map(|shape| forecast.curve(shape).unwrap().points().last().unwrap().workers);
        assert_eq!(ends[0], ends[1]);
        assert_eq!(forecast.last(), ends[0]);
        let mut wide = Forecast::of(run(&[1.0], 20));
        worked(&mut wide, &shapes, None);
        assert_eq!(wide.last(), 20, "the run is on the chart");
    }

    #[test]
    fn lanes_follow_the_workers_that_are_asked_for() {
        let report = run(&[1.0, 1.0, 2.0], 3);
        let mut forecast = Forecast::of(Arc::clone(&report));
        assert!(forecast.is_of(&report));
        let shape = threads(Order::Longest);
        for (workers, end_ns) in [(1, 4_000_000_000), (2, 2_000_000_000)] {
            assert!(worked(&mut forecast, &[shape], Some((shape, workers))) >= 1);
            let lanes = forecast.lanes().unwrap();
            assert_eq!((lanes.workers, lanes.end_ns), (workers, end_ns));
        }
        assert_eq!(worked(&mut forecast, &[shape], Some((shape, 2))), 0, "it is there");
    }

    #[test]
    fn what_is_of_another_run_is_dropped() {
        let shape = threads(Order::Listed);
        let other = Forecast::of(run(&[5.0], 1));
        let of_other = other.task(&[shape], None).unwrap().work();
        let mut forecast = Forecast::of(run(&[1.0, 1.0], 2));
        forecast.take(of_other);
        assert!(forecast.curve(shape).is_none());
    }
}
