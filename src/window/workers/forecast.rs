//! Predictions from a run: totals for other numbers of workers, and their lanes.
//!
//! Each prediction is a task for a background thread, so that frames stay fast.

use std::sync::Arc;

use crate::report::{
    Advice, Curve, Lanes, PredictError, Predictor, RunReport, Scenario, ThroughputPlan,
};
use crate::study::{FrozenPlan, WORKER_RANGE};

/// Number of cases up to which curves are extended to the end of the longest one.
/// Beyond, the computation takes too long.
const MAX_EXTENDED: usize = 20_000;

/// Predictions from one run, as far as they are computed.
#[derive(Debug)]
pub struct Forecast {
    pub report: Arc<RunReport>,
    pub advice: Advice,
    /// Cores per case and cases at once, if the run tells what its cases need.
    pub throughput: Option<ThroughputPlan>,
    basis: Result<Arc<Predictor>, PredictError>,
    /// Curves, each with the number of workers it was requested to reach.
    curves: Vec<(Curve, u32)>,
    pub lanes: Option<PredictedLanes>,
}

#[derive(Debug, Clone)]
pub struct PredictedLanes {
    pub scenario: Scenario,
    pub workers: u32,
    pub lanes: Lanes,
    /// End of the last case, in nanoseconds.
    pub end_ns: u64,
}

impl PredictedLanes {
    fn of(basis: &Predictor, plan: &FrozenPlan) -> Result<Self, PredictError> {
        let FrozenPlan { strategy, batch, order, .. } = *plan;
        let scenario = Scenario { strategy, batch, order };
        let played = basis.simulate(scenario, plan.workers)?;
        let lanes = Lanes::of_simulation(plan, &played);
        Ok(Self { scenario, workers: plan.workers, lanes, end_ns: played.makespan_ns() })
    }

    pub fn idle_count(&self) -> usize {
        self.lanes.lanes().iter().filter(|lane| lane.cases.is_empty()).count()
    }
}

/// Computes a prediction; takes up to seconds for a million cases.
pub type ForecastTask = Box<dyn FnOnce() -> ForecastResult + Send>;

#[derive(Debug)]
pub enum ForecastResult {
    /// Forecast of a run, without curves.
    Begun(Box<Forecast>),
    /// Curve of a predictor, with the number of workers it was requested to reach.
    Curve(Arc<Predictor>, u32, Result<Curve, PredictError>),
    Lanes(Arc<Predictor>, Result<PredictedLanes, PredictError>),
}

impl Forecast {
    pub fn of(report: Arc<RunReport>) -> Self {
        let basis = Predictor::of_run(&report).map(Arc::new);
        let advice = Advice::for_run(&report);
        let throughput = ThroughputPlan::of_run(&report).filter(|plan| !plan.rows.is_empty());
        Self { report, advice, throughput, basis, curves: Vec::new(), lanes: None }
    }

    pub fn curve(&self, scenario: Scenario) -> Option<&Curve> {
        self.curves.iter().map(|(curve, _)| curve).find(|curve| curve.scenario == scenario)
    }

    /// Largest number of workers of the curves and of the run.
    pub fn max_workers(&self) -> u32 {
        let ends = self.curves.iter().filter_map(|(curve, _)| curve.points.last());
        let most = ends.map(|point| point.workers).max().unwrap_or(1);
        most.max(self.report.frozen.plan.workers.min(*WORKER_RANGE.end()))
    }

    /// Returns the next task for these curves and lanes; `None` if all are computed.
    pub fn next_task(
        &self,
        scenarios: &[Scenario],
        lanes: Option<(Scenario, u32)>,
    ) -> Option<ForecastTask> {
        let basis = Arc::clone(self.basis.as_ref().ok()?);
        let end = self.max_workers();
        if let Some(&scenario) =
            scenarios.iter().find(|&&scenario| self.needs_curve(&basis, scenario))
        {
            return Some(Box::new(move || {
                let curve = Curve::of(&basis, scenario, end);
                ForecastResult::Curve(basis, end, curve)
            }));
        }
        let (scenario, workers) = lanes?;
        let is_requested =
            |lanes: &PredictedLanes| lanes.scenario == scenario && lanes.workers == workers;
        if self.lanes.as_ref().is_some_and(is_requested) {
            return None;
        }
        let Scenario { strategy, batch, order } = scenario;
        let plan = self.report.frozen.plan.clone();
        let plan = FrozenPlan { strategy, workers, batch, order, ..plan };
        Some(Box::new(move || {
            let lanes = PredictedLanes::of(&basis, &plan);
            ForecastResult::Lanes(basis, lanes)
        }))
    }

    /// Whether the curve of a scenario is missing, or ends before the others.
    fn needs_curve(&self, basis: &Predictor, scenario: Scenario) -> bool {
        let found = self.curves.iter().find(|(curve, _)| curve.scenario == scenario);
        let Some((curve, requested)) = found else { return true };
        let end = curve.points.last().map_or(1, |point| point.workers).max(*requested);
        end < self.max_workers() && basis.cases() <= MAX_EXTENDED
    }

    /// Stores a result; results of another forecast are dropped.
    pub fn store(&mut self, result: ForecastResult) {
        let is_own =
            |basis: &Arc<Predictor>| self.basis.as_ref().is_ok_and(|own| Arc::ptr_eq(own, basis));
        match result {
            ForecastResult::Curve(basis, requested, Ok(curve)) if is_own(&basis) => {
                self.curves.retain(|(other, _)| other.scenario != curve.scenario);
                self.curves.push((curve, requested));
            }
            ForecastResult::Lanes(basis, Ok(lanes)) if is_own(&basis) => self.lanes = Some(lanes),
            // Errors occur only for more threads than any curve or slider requests.
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixtures::MACHINE;
    use crate::run::replay;
    use crate::study::{CaseTable, ClockChoice, Order, Plan, Strategy, WorkloadName};
    use crate::workload::{Environment, find, freeze};

    /// A run of cases of these lengths on the virtual clock.
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
        Arc::new(RunReport::new(Arc::new(frozen), state, MACHINE))
    }

    fn threads(order: Order) -> Scenario {
        Scenario { strategy: Strategy::Threads, batch: None, order }
    }

    /// Computes all tasks and returns their number.
    fn compute_all(
        forecast: &mut Forecast,
        scenarios: &[Scenario],
        lanes: Option<(Scenario, u32)>,
    ) -> usize {
        let mut tasks = 0;
        while let Some(task) = forecast.next_task(scenarios, lanes) {
            forecast.store(task());
            tasks += 1;
            assert!(tasks < 50, "the tasks end");
        }
        tasks
    }

    #[test]
    fn all_curves_reach_as_far_as_the_longest_and_the_run() {
        let mut forecast = Forecast::of(run(&[1.0, 1.0, 1.0, 1.0, 8.0], 3));
        let scenarios = [Order::Longest, Order::Listed].map(threads);
        compute_all(&mut forecast, &scenarios, None);
        let ends = scenarios
            .map(|scenario| forecast.curve(scenario).unwrap().points.last().unwrap().workers);
        assert_eq!(ends[0], ends[1]);
        assert_eq!(forecast.max_workers(), ends[0]);
        let mut wide = Forecast::of(run(&[1.0], 20));
        compute_all(&mut wide, &scenarios, None);
        assert_eq!(wide.max_workers(), 20, "the chart includes the run");
    }

    #[test]
    fn lanes_follow_the_requested_number_of_workers() {
        let report = run(&[1.0, 1.0, 2.0], 3);
        let mut forecast = Forecast::of(Arc::clone(&report));
        assert!(Arc::ptr_eq(&forecast.report, &report));
        let scenario = threads(Order::Longest);
        for (workers, end_ns) in [(1, 4_000_000_000), (2, 2_000_000_000)] {
            assert!(compute_all(&mut forecast, &[scenario], Some((scenario, workers))) >= 1);
            let lanes = forecast.lanes.as_ref().unwrap();
            assert_eq!((lanes.workers, lanes.end_ns), (workers, end_ns));
        }
        assert_eq!(
            compute_all(&mut forecast, &[scenario], Some((scenario, 2))),
            0,
            "the lanes are computed"
        );
    }

    #[test]
    fn results_of_another_run_are_dropped() {
        let scenario = threads(Order::Listed);
        let other = Forecast::of(run(&[5.0], 1));
        let other_result = other.next_task(&[scenario], None).unwrap()();
        let mut forecast = Forecast::of(run(&[1.0, 1.0], 2));
        forecast.store(other_result);
        assert!(forecast.curve(scenario).is_none());
    }
}
