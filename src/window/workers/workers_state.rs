//! What the Workers tab shows: which curves, and the lanes of how many workers.

use std::sync::Arc;

use strum::VariantArray as _;

use super::forecast::{Forecast, ForecastResult};
use super::sweep_state::{SweepForm, SweepPoints, SweepView};
use crate::report::{Advice, Curve, RunReport, Scenario};
use crate::study::{Dispatch, LaneCount, Order, Strategy};

/// The choices of the Workers tab, and what was computed for it.
#[derive(Debug)]
pub struct WorkersState {
    /// The orders of which curves are shown, at least one.
    orders: Vec<Order>,
    /// The strategies of which curves are shown; `None` goes by the run.
    strategies: Option<Vec<Strategy>>,
    /// How many workers the predicted lanes have; `None` is as many as are worth
    /// having.
    workers: Option<u32>,
    /// Whose lanes they are; `None` is the best curve.
    played: Option<Scenario>,
    forecast: Option<Forecast>,
    /// How the next sweep is to be.
    pub sweep_form: SweepForm,
    sweep: Option<SweepView>,
    /// Whether the forecast is from a run of what was swept.
    sweep_is_of_forecast: bool,
}

/// What a user does in the Workers tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkersIntent {
    /// The curves of this order shown or taken away.
    Order(Order, bool),
    /// The curves of this strategy shown or taken away.
    Strategy(Strategy, bool),
    /// The lanes of so many workers.
    Workers(u32),
    /// The lanes of this curve.
    Play(Scenario),
    /// Another way to sweep.
    SweepForm(SweepForm),
}

impl Default for WorkersState {
    fn default() -> Self {
        Self {
            orders: Order::VARIANTS.to_vec(),
            strategies: None,
            workers: None,
            played: None,
            forecast: None,
            sweep_form: SweepForm::default(),
            sweep: None,
            sweep_is_of_forecast: false,
        }
    }
}

impl WorkersState {
    /// Does what the user asked for.
    pub(crate) fn act(&mut self, intent: WorkersIntent) {
        match intent {
            WorkersIntent::Order(order, shown) => toggle(&mut self.orders, order, shown),
            WorkersIntent::Strategy(strategy, shown) => {
                let mut chosen = self.strategies();
                toggle(&mut chosen, strategy, shown);
                self.strategies = Some(chosen);
            }
            WorkersIntent::Workers(workers) => self.workers = Some(workers.max(1)),
            WorkersIntent::Play(shape) => self.played = Some(shape),
            WorkersIntent::SweepForm(form) => self.sweep_form = form,
        }
    }

    /// What is predicted, if it is from this run.
    #[must_use]
    pub fn forecast(&self, report: &Arc<RunReport>) -> Option<&Forecast> {
        self.forecast.as_ref().filter(|forecast| forecast.is_of(report))
    }

    /// What is predicted of the sweep in progress: from a run before it.
    pub(crate) fn forecast_of_sweep(&self) -> Option<&Forecast> {
        let running = self.sweep.as_ref().is_some_and(SweepView::is_running);
        self.forecast.as_ref().filter(|_| running && self.sweep_is_of_forecast)
    }

    /// The orders of which curves are shown, in their usual sequence.
    pub fn orders(&self) -> impl Iterator<Item = Order> {
        Order::VARIANTS.iter().copied().filter(|order| self.orders.contains(order))
    }

    /// The strategies of which curves are shown.
    #[must_use]
    pub fn strategies(&self) -> Vec<Strategy> {
        let of_run = || self.forecast.as_ref().map(|forecast| own_strategies(forecast.report()));
        self.strategies.clone().or_else(of_run).unwrap_or_default()
    }

    /// The shapes of the curves that are shown: by strategy, then by order.
    #[must_use]
    pub fn shapes(&self) -> Vec<Scenario> {
        let strategies = self.strategies();
        let of = |&strategy: &Strategy| self.orders().map(move |order| self.shape(strategy, order));
        strategies.iter().flat_map(of).collect()
    }

    fn shape(&self, strategy: Strategy, order: Order) -> Scenario {
        let plan = self.forecast.as_ref().map(|forecast| &forecast.report().frozen.plan);
        let own = plan.filter(|plan| plan.strategy == strategy).map(Scenario::of);
        Scenario { strategy, batch: own.and_then(|own| own.batch), order }
    }

    /// The curves that are shown, as far as they are there.
    pub fn curves(&self) -> impl Iterator<Item = &Curve> {
        let shapes = self.shapes();
        let forecast = self.forecast.as_ref();
        shapes.into_iter().filter_map(move |shape| forecast?.curve(shape))
    }

    /// The shown curve with the least total, of several the one that gets there
    /// with the fewest workers.
    #[must_use]
    pub fn best(&self) -> Option<&Curve> {
        let key = |curve: &Curve| (curve.knee().workers, curve.knee().total_s);
        let least_s = self.curves().map(Curve::best_s).fold(f64::INFINITY, f64::min);
        let best = self.curves().filter(|curve| curve.knee().total_s <= least_s * 1.05);
        best.min_by(|a, b| {
            let (a, b) = (key(a), key(b));
            a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
        })
    }

    /// What is said of the workers that are worth having: by the sweep, if there was
    /// one of the same, else as predicted.
    pub(crate) fn advice(&self) -> Option<&Advice> {
        let sweep = self.sweep_shown().filter(|sweep| !sweep.is_running());
        let swept = sweep.map(|sweep| &sweep.shown.report);
        let swept = swept.filter(|swept| swept.points.iter().any(|point| point.total_s.is_some()));
        swept.map(|swept| &swept.advice).or(Some(self.forecast.as_ref()?.advice()))
    }

    /// Whose lanes are shown, and with how many workers: what was chosen, else what
    /// is advised.
    #[must_use]
    pub fn played(&self) -> Option<(Scenario, u32)> {
        let (forecast, shapes) = (self.forecast.as_ref()?, self.shapes());
        let advice = self.advice();
        let chosen = self.played.filter(|shape| shapes.contains(shape));
        let advised = || {
            let (order, workers) = advice.and_then(|advice| advice.order.zip(advice.workers))?;
            let total_s = |curve: &Curve| curve.point(workers).map_or(f64::INFINITY, |p| p.total_s);
            let curves = self.curves().filter(|curve| curve.scenario().order == order);
            Some(curves.min_by(|a, b| total_s(a).total_cmp(&total_s(b)))?.scenario())
        };
        let best = || self.best().map(Curve::scenario);
        let shape = chosen.or_else(advised).or_else(best)?;
        let knee = forecast.curve(shape).map_or(1, |curve| curve.knee().workers);
        let advised = advice.and_then(|advice| advice.workers).unwrap_or(knee);
        Some((shape, self.workers.unwrap_or(advised).min(self.last())))
    }

    /// The most workers on the axis.
    #[must_use]
    pub fn last(&self) -> u32 {
        self.forecast.as_ref().map_or(1, Forecast::last)
    }

    /// Takes what was computed.
    pub fn take(&mut self, found: ForecastResult) {
        match (&mut self.forecast, found) {
            (_, ForecastResult::Begun(forecast)) => {
                self.forecast = Some(*forecast);
                self.workers = None;
                self.compare_with_sweep();
            }
            (Some(forecast), found) => forecast.take(found),
            (None, _) => {}
        }
    }

    /// Looks whether sweep and forecast are of the same; once, not in each frame.
    fn compare_with_sweep(&mut self) {
        let both = self.sweep.as_ref().zip(self.forecast.as_ref());
        self.sweep_is_of_forecast =
            both.is_some_and(|(sweep, forecast)| sweep.is_of(forecast.report()));
    }

    /// Whether the last sweep is of the same work as the forecast.
    #[must_use]
    pub fn sweep_is_of_forecast(&self) -> bool {
        self.sweep_is_of_forecast
    }

    /// The last sweep.
    #[must_use]
    pub fn sweep(&self) -> Option<&SweepView> {
        self.sweep.as_ref()
    }

    /// The sweep, if it runs or is of what the forecast is from.
    #[must_use]
    pub fn sweep_shown(&self) -> Option<&SweepView> {
        self.sweep.as_ref().filter(|sweep| sweep.is_running() || self.sweep_is_of_forecast)
    }

    pub(crate) fn begin(&mut self, sweep: SweepView) {
        self.sweep = Some(sweep);
        self.compare_with_sweep();
    }

    /// A run of the sweep has ended, and this is what it shows now.
    pub fn take_swept(&mut self, shown: SweepPoints) {
        if let Some(sweep) = &mut self.sweep {
            sweep.shown = shown;
        }
    }

    pub(crate) fn cancel_sweep(&mut self) {
        if let Some(sweep) = &mut self.sweep {
            sweep.note_cancel();
        }
    }

    pub(crate) fn end_sweep(&mut self) {
        if let Some(sweep) = &mut self.sweep {
            sweep.end();
        }
    }

    pub(crate) fn forget_rows(&mut self) {
        if let Some(sweep) = &mut self.sweep {
            sweep.forget_rows();
        }
    }
}

/// The strategy of a run, if it has workers, and beside one that keeps free workers
/// waiting the one that does not, which is what is advised.
fn own_strategies(report: &RunReport) -> Vec<Strategy> {
    let own = report.frozen.plan.strategy;
    match own.lanes() {
        LaneCount::One | LaneCount::PerCase => vec![Strategy::Threads],
        LaneCount::Workers if own.dispatch() == Dispatch::NextFree => vec![own],
        LaneCount::Workers => vec![own, Strategy::Threads],
    }
}

/// Adds or takes away, but never the last.
fn toggle<T: PartialEq>(all: &mut Vec<T>, one: T, shown: bool) {
    if !shown && all.len() > 1 {
        all.retain(|other| *other != one);
    } else if shown && !all.contains(&one) {
        all.push(one);
    }
}

#[cfg(test)]
mod tests {
    use super::super::forecast::ForecastTask;
    use super::super::totals::WorkerTotals;
    use super::*;
    use crate::report;
    use crate::run::replay;
    use crate::study::{CaseTable, ClockChoice, Plan, WorkloadName};
    use crate::window::state::app_state::AppState;
    use crate::window::state::command::Command;
    use crate::window::state::document::Document;
    use crate::window::state::intent::Intent;
    use crate::window::state::run_view::RunView;
    use crate::window::state::ui_parts::{MachineInfo, Tab};
    use crate::workload::{Environment, find, freeze};

    /// The state after a run of the crash tests by this strategy, with all that is
    /// predicted.
    fn state(strategy: Strategy) -> AppState {
        let report = report::Machine { logical_cpus: 2, os: "linux" };
        let mut state = AppState::new(MachineInfo { report, free_memory: None });
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
        let mut run = RunView::new(Arc::new(frozen), report);
        run.take_simulated(replay(run.frozen()));
        state.run = Some(run);
        state.tab = Tab::Workers;
        predict(&mut state);
        state
    }

    fn predict(state: &mut AppState) {
        let mut tasks = 0;
        while let Some(task) = state.next_forecast_task() {
            state.workers.take(task.work());
            tasks += 1;
            assert!(tasks < 50, "it comes to an end");
        }
    }

    #[test]
    fn the_orders_of_the_run_s_strategy_are_shown_at_first_and_three_workers_advised() {
        let mut state = state(Strategy::Threads);
        let shapes = state.workers.shapes();
        assert_eq!(shapes.len(), 4);
        assert!(shapes.iter().all(|shape| shape.strategy == Strategy::Threads));
        let totals = WorkerTotals::of(&state);
        assert_eq!(totals.knee.map(|knee| (knee.workers, knee.is_measured)), Some((3, false)));
        assert_eq!(totals.best().unwrap().shape.order, Order::Longest);
        let own = totals.own.unwrap();
        assert_eq!((own.workers, own.kind), (3, "simulated"));
        assert_eq!(
            state.workers.played().map(|(shape, n)| (shape.order, n)),
            Some((Order::Longest, 3))
        );
        let lanes = state.forecast().unwrap().lanes().unwrap();
        assert_eq!((lanes.workers, lanes.unused()), (3, 0));
        // Another run, another slider.
        state.apply(Intent::Workers(WorkersIntent::Workers(2)));
        predict(&mut state);
        assert_eq!(state.forecast().unwrap().lanes().unwrap().workers, 2);
    }

    #[test]
    fn curves_are_chosen_but_never_the_last_is_taken_away() {
        let mut state = state(Strategy::Threads);
        for &order in Order::VARIANTS {
            state.apply(Intent::Workers(WorkersIntent::Order(order, false)));
        }
        assert_eq!(state.workers.shapes().len(), 1);
        state.apply(Intent::Workers(WorkersIntent::Strategy(Strategy::Threads, false)));
        assert_eq!(state.workers.shapes().len(), 1);
        state.apply(Intent::Workers(WorkersIntent::Strategy(Strategy::Batches, true)));
        predict(&mut state);
        assert_eq!(WorkerTotals::of(&state).curves.len(), 2);
    }

    #[test]
    fn strategies_that_fix_their_workers_are_points_beside_the_curves_of_threads() {
        for (strategy, workers) in [(Strategy::Series, 1), (Strategy::AllAtOnce, 6)] {
            let state = state(strategy);
            assert_eq!(state.workers.strategies(), [Strategy::Threads]);
            let totals = WorkerTotals::of(&state);
            assert_eq!(totals.own.unwrap().workers, workers);
            assert!(totals.last >= workers && totals.curves[0].point(workers).is_some());
        }
    }

    #[test]
    fn beside_batches_stand_threads_which_are_advised() {
        let state = state(Strategy::Batches);
        assert_eq!(state.workers.strategies(), [Strategy::Batches, Strategy::Threads]);
        let (shape, workers) = state.workers.played().unwrap();
        assert_eq!((shape.strategy, workers), (Strategy::Threads, 3));
        let knee = WorkerTotals::of(&state).knee.unwrap();
        let on_a_curve = |curve: &Curve| {
            curve.point(knee.workers).is_some_and(|point| point.total_s == knee.total_s)
        };
        assert!(state.workers.curves().any(on_a_curve));
    }

    #[test]
    fn nothing_is_predicted_while_cases_are_in_work_and_curves_only_where_they_are_seen() {
        let mut state = state(Strategy::Threads);
        state.workers = WorkersState::default();
        state.tab = Tab::Bars;
        state.runs.is_starting = true;
        assert!(state.next_forecast_task().is_none());
        state.runs.is_starting = false;
        assert!(matches!(state.next_forecast_task(), Some(ForecastTask::Begin(_))));
        predict(&mut state);
        assert!(state.advice().is_some() && state.workers.curves().next().is_none());
        state.apply(Intent::Command(Command::ShowWorkers));
        assert!(matches!(state.next_forecast_task(), Some(ForecastTask::Curve(..))));
    }
}
