//! The choices of the Workers tab, and the predictions and measurements it shows.

use std::sync::Arc;

use strum::VariantArray as _;

use super::forecast::{Forecast, ForecastResult};
use super::sweep_state::{SweepForm, SweepView};
use crate::report::{Advice, Curve, RunReport, Scenario};
use crate::study::{Dispatch, LaneCount, Order, Strategy};
use crate::window::state::RunPhase;

#[derive(Debug, Default)]
pub struct WorkersState {
    /// Orders without curves, never all.
    hidden_orders: Vec<Order>,
    /// Strategies of the curves; `None` follows the run.
    strategies: Option<Vec<Strategy>>,
    /// Workers of the predicted lanes; `None` is the recommended number.
    lane_workers: Option<u32>,
    /// Curve of the predicted lanes; `None` is the best curve.
    lane_scenario: Option<Scenario>,
    forecast: Option<Forecast>,
    pub sweep_form: SweepForm,
    pub sweep: Option<SweepView>,
    /// The sweep before the one in progress.
    pub(in crate::window) sweep_before: Option<SweepView>,
    /// Whether sweep and forecast are of the same study.
    pub sweep_matches_forecast: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkersIntent {
    /// Show or hide the curves of an order.
    Order(Order, bool),
    Strategy(Strategy, bool),
    LaneWorkers(u32),
    LaneScenario(Scenario),
}

impl WorkersState {
    pub(crate) fn act(&mut self, intent: WorkersIntent) {
        match intent {
            WorkersIntent::Order(order, true) => self.hidden_orders.retain(|&other| other != order),
            WorkersIntent::Order(order, false) if self.orders().nth(1).is_some() => {
                self.hidden_orders.push(order);
            }
            WorkersIntent::Strategy(strategy, is_shown) => {
                let mut strategies = self.strategies();
                if is_shown && !strategies.contains(&strategy) {
                    strategies.push(strategy);
                } else if !is_shown && strategies.len() > 1 {
                    strategies.retain(|&other| other != strategy);
                }
                self.strategies = Some(strategies);
            }
            WorkersIntent::LaneWorkers(workers) => self.lane_workers = Some(workers.max(1)),
            WorkersIntent::LaneScenario(scenario) => self.lane_scenario = Some(scenario),
            // The last curves stay.
            WorkersIntent::Order(_, false) => {}
        }
    }

    pub fn forecast(&self, report: &Arc<RunReport>) -> Option<&Forecast> {
        self.forecast.as_ref().filter(|forecast| Arc::ptr_eq(&forecast.report, report))
    }

    /// Returns the forecast of the running sweep, from a run before it.
    pub(crate) fn forecast_of_sweep(&self) -> Option<&Forecast> {
        let is_running = self.sweep.as_ref().is_some_and(|sweep| sweep.progress.is_running());
        self.forecast.as_ref().filter(|_| is_running && self.sweep_matches_forecast)
    }

    /// Orders of the curves, in their usual sequence.
    pub fn orders(&self) -> impl Iterator<Item = Order> {
        Order::VARIANTS.iter().copied().filter(|order| !self.hidden_orders.contains(order))
    }

    pub fn strategies(&self) -> Vec<Strategy> {
        let of_run = || self.forecast.as_ref().map(|forecast| default_strategies(&forecast.report));
        self.strategies.clone().or_else(of_run).unwrap_or_default()
    }

    /// Scenarios of the curves: by strategy, then by order.
    pub fn scenarios(&self) -> Vec<Scenario> {
        let strategies = self.strategies();
        let of =
            |&strategy: &Strategy| self.orders().map(move |order| self.scenario(strategy, order));
        strategies.iter().flat_map(of).collect()
    }

    fn scenario(&self, strategy: Strategy, order: Order) -> Scenario {
        let plan = self.forecast.as_ref().map(|forecast| &forecast.report.frozen.plan);
        let own = plan.filter(|plan| plan.strategy == strategy).map(Scenario::of);
        Scenario { strategy, batch: own.and_then(|own| own.batch), order }
    }

    /// Curves to show, as far as they are computed.
    pub fn curves(&self) -> impl Iterator<Item = &Curve> {
        let scenarios = self.scenarios();
        let forecast = self.forecast.as_ref();
        scenarios.into_iter().filter_map(move |scenario| forecast?.curve(scenario))
    }

    /// Returns the curve with the least total; of nearly equal ones, that with the fewest workers.
    pub fn best(&self) -> Option<&Curve> {
        let key = |curve: &Curve| (curve.knee().workers, curve.knee().total_s);
        let least_s = self.curves().map(Curve::best_s).fold(f64::INFINITY, f64::min);
        let best = self.curves().filter(|curve| curve.knee().total_s <= least_s * 1.05);
        best.min_by(|a, b| {
            let (a, b) = (key(a), key(b));
            a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
        })
    }

    /// Returns the advice of a matching sweep, or else of the forecast.
    pub(crate) fn advice(&self) -> Option<&Advice> {
        let sweep = self.sweep_shown().filter(|sweep| !sweep.progress.is_running());
        let swept = sweep.map(|sweep| &sweep.points.report);
        let swept = swept.filter(|swept| swept.points.iter().any(|point| point.total_s.is_some()));
        swept.map(|swept| &swept.advice).or(Some(&self.forecast.as_ref()?.advice))
    }

    /// Returns the curve and the number of workers of the predicted lanes: as chosen by
    /// the user, or else as recommended.
    pub fn lanes_choice(&self) -> Option<(Scenario, u32)> {
        let (forecast, scenarios) = (self.forecast.as_ref()?, self.scenarios());
        let advice = self.advice();
        let chosen = self.lane_scenario.filter(|scenario| scenarios.contains(scenario));
        let advised = || {
            let (strategy, order) = advice?.strategy.zip(advice?.order)?;
            let is_advised =
                |scenario: Scenario| (scenario.strategy, scenario.order) == (strategy, order);
            let mut curves = self.curves().map(|curve| curve.scenario);
            curves.find(|&scenario| is_advised(scenario))
        };
        let best = || self.best().map(|curve| curve.scenario);
        let scenario = chosen.or_else(advised).or_else(best)?;
        let knee = forecast.curve(scenario).map_or(1, |curve| curve.knee().workers);
        let advised = advice.and_then(|advice| advice.workers).unwrap_or(knee);
        Some((scenario, self.lane_workers.unwrap_or(advised).min(self.max_workers())))
    }

    pub fn max_workers(&self) -> u32 {
        self.forecast.as_ref().map_or(1, Forecast::max_workers)
    }

    pub fn store(&mut self, result: ForecastResult) {
        match (&mut self.forecast, result) {
            (_, ForecastResult::Begun(forecast)) => {
                self.forecast = Some(*forecast);
                self.lane_workers = None;
                self.compare_with_sweep();
            }
            (Some(forecast), result) => forecast.store(result),
            (None, _) => {}
        }
    }

    /// Compares the studies of sweep and forecast, once instead of in every frame.
    fn compare_with_sweep(&mut self) {
        let both = self.sweep.as_ref().zip(self.forecast.as_ref());
        self.sweep_matches_forecast =
            both.is_some_and(|(sweep, forecast)| sweep.matches(&forecast.report));
    }

    /// Returns the sweep, if it is running or matches the forecast.
    pub fn sweep_shown(&self) -> Option<&SweepView> {
        self.sweep
            .as_ref()
            .filter(|sweep| sweep.progress.is_running() || self.sweep_matches_forecast)
    }

    pub(crate) fn begin_sweep(&mut self, sweep: SweepView) {
        self.sweep_before = self.sweep.replace(sweep);
        self.compare_with_sweep();
    }

    /// Ends the sweep in progress. Returns whether the one before is shown again, since no run was
    /// complete.
    pub(crate) fn end_sweep(&mut self) -> bool {
        let Some(sweep) = &mut self.sweep else { return false };
        sweep.progress.phase = RunPhase::Ended;
        let before = self.sweep_before.take().filter(|_| !sweep.has_totals());
        let is_back = before.is_some();
        if is_back {
            self.sweep = before;
            self.compare_with_sweep();
        }
        is_back
    }
}

/// Returns the strategy of a run, if it has workers, and `threads` beside one that keeps free
/// workers waiting.
fn default_strategies(report: &RunReport) -> Vec<Strategy> {
    let own = report.frozen.plan.strategy;
    match own.lanes() {
        LaneCount::One | LaneCount::PerCase => vec![Strategy::Threads],
        LaneCount::Workers if own.dispatch() == Dispatch::NextFree => vec![own],
        LaneCount::Workers => vec![own, Strategy::Threads],
    }
}

#[cfg(test)]
mod tests {
    use super::super::totals::WorkerTotals;
    use super::*;
    use crate::report::fixtures::MACHINE;
    use crate::run::replay;
    use crate::study::{CaseTable, ClockChoice, Plan, WorkloadName};
    use crate::window::state::{AppState, Command, Document, Intent, MachineInfo, RunView, Tab};
    use crate::workload::{Environment, find, freeze};

    /// The state after a run of the crash tests, with all predictions.
    fn state(strategy: Strategy) -> AppState {
        let mut state = AppState::new(MachineInfo { report: MACHINE, free_memory: None });
        let mut cases = CaseTable::default();
        for mesh in [200.0, 400.0] {
            for complexity in [10.0, 50.0, 20.0] {
                cases.push("", complexity, mesh, &[]);
            }
        }
        let clock = ClockChoice::Virtual;
        let plan = Plan { strategy, workers: Some(3), clock, ..Plan::default() };
        state.document = Document::new(cases, WorkloadName::CrashTest, plan);
        let Document { cases, workload, plan, .. } = state.document.clone();
        let given = Environment { logical_cpus: 2, seed: 7, last_s: None };
        let frozen = freeze(cases, workload, find(workload).as_ref(), &plan, given).unwrap().0;
        let simulated = replay(&frozen);
        state.run = Some(RunView::simulated(Arc::new(frozen), simulated, MACHINE));
        state.tab = Tab::Workers;
        predict(&mut state);
        state
    }

    fn predict(state: &mut AppState) {
        let mut tasks = 0;
        while let Some(task) = state.next_forecast_task() {
            state.workers.store(task());
            tasks += 1;
            assert!(tasks < 50, "the tasks end");
        }
    }

    #[test]
    fn the_first_curves_are_all_orders_of_the_run_and_three_workers_are_recommended() {
        let mut state = state(Strategy::Threads);
        let scenarios = state.workers.scenarios();
        assert_eq!(scenarios.len(), 4);
        assert!(scenarios.iter().all(|scenario| scenario.strategy == Strategy::Threads));
        let totals = WorkerTotals::of(&state);
        assert_eq!(totals.knee.map(|knee| (knee.workers, knee.is_measured)), Some((3, false)));
        assert_eq!(totals.best().unwrap().scenario.order, Order::Longest);
        let run = totals.run.unwrap();
        assert_eq!((run.workers, run.kind), (3, "simulated"));
        assert_eq!(
            state.workers.lanes_choice().map(|(scenario, n)| (scenario.order, n)),
            Some((Order::Longest, 3))
        );
        let lanes = state.forecast().unwrap().lanes.as_ref().unwrap();
        assert_eq!((lanes.workers, lanes.idle_count()), (3, 0));
        state.apply(Intent::Workers(WorkersIntent::LaneWorkers(2)));
        predict(&mut state);
        assert_eq!(state.forecast().unwrap().lanes.as_ref().unwrap().workers, 2);
    }

    #[test]
    fn the_last_curve_cannot_be_hidden() {
        let mut state = state(Strategy::Threads);
        for &order in Order::VARIANTS {
            state.apply(Intent::Workers(WorkersIntent::Order(order, false)));
        }
        assert_eq!(state.workers.scenarios().len(), 1);
        state.apply(Intent::Workers(WorkersIntent::Strategy(Strategy::Threads, false)));
        assert_eq!(state.workers.scenarios().len(), 1);
        state.apply(Intent::Workers(WorkersIntent::Strategy(Strategy::Batches, true)));
        predict(&mut state);
        assert_eq!(WorkerTotals::of(&state).curves.len(), 2);
    }

    #[test]
    fn runs_with_fixed_workers_are_points_beside_the_curves_of_threads() {
        for (strategy, workers) in [(Strategy::Series, 1), (Strategy::AllAtOnce, 6)] {
            let state = state(strategy);
            assert_eq!(state.workers.strategies(), [Strategy::Threads]);
            let totals = WorkerTotals::of(&state);
            assert_eq!(totals.run.unwrap().workers, workers);
            assert!(totals.max_workers >= workers && totals.curves[0].point(workers).is_some());
        }
    }

    #[test]
    fn batches_are_shown_with_threads_and_the_recommendation_is_on_their_own_curve() {
        let state = state(Strategy::Batches);
        assert_eq!(state.workers.strategies(), [Strategy::Batches, Strategy::Threads]);
        let (scenario, workers) = state.workers.lanes_choice().unwrap();
        assert_eq!((scenario.strategy, workers), (Strategy::Batches, 6));
        let knee = WorkerTotals::of(&state).knee.unwrap();
        let own = state.workers.curves().find(|curve| curve.scenario == scenario).unwrap();
        assert_eq!(own.point(knee.workers).map(|point| point.total_s), Some(knee.total_s));
    }

    #[test]
    fn predictions_wait_for_the_end_of_the_run_and_curves_for_their_tab() {
        let mut state = state(Strategy::Threads);
        state.workers = WorkersState::default();
        state.tab = Tab::Bars;
        state.runs.is_starting = true;
        assert!(state.next_forecast_task().is_none());
        state.runs.is_starting = false;
        assert!(matches!(state.next_forecast_task().unwrap()(), ForecastResult::Begun(_)));
        predict(&mut state);
        assert!(state.advice().is_some() && state.workers.curves().next().is_none());
        state.apply(Intent::Command(Command::Show(Tab::Workers)));
        assert!(matches!(state.next_forecast_task().unwrap()(), ForecastResult::Curve(..)));
    }
}
