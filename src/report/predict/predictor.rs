//! Predicts the makespan of a finished run with other workers, another strategy or
//! another order, by running the engine's own scheduler on the virtual clock.

use super::scenario::{PredictError, Prediction, Scenario};
use crate::report::figures::lower_bound::{CaseLengths, Sums};
use crate::report::{ReportInput, RunReport};
use crate::schedule::{
    Rules, Scheduler, SimulatedRun, dispatch_order, makespan_ns, s_from_ns, simulate,
};
use crate::study::{
    CaseResources, LaneCount, MAX_CASE_LANES, Order, RunsIn, Strategy, WORKER_RANGE,
};

/// Predicts makespans from case lengths, for any scenario and worker count.
///
/// A prediction is the time the scheduler needs if every case takes its length and
/// nothing else takes any time, besides the recorded time between two cases of a log. If the lengths are CPU times, cores bind too: no total
/// and no lower bound is below the CPU time of all cases divided by the logical CPUs,
/// or by one CPU under the global lock.
#[derive(Debug, Clone)]
pub struct Predictor {
    lengths: CaseLengths,
    weights: Vec<f64>,
    sums: Sums,
    logical_cpus: u32,
    /// Whether the CPUs limit it, and their number is unknown.
    needs_cpus: bool,
    seed: u64,
    /// The listed order, if the cases are not in it.
    listed: Option<Vec<u32>>,
    /// Time between two cases of a worker, in nanoseconds.
    between_ns: u64,
    /// Least time between two starts in the run, in nanoseconds.
    start_every_ns: Option<u64>,
    /// What running cases share.
    resources: CaseResources,
    /// No schedule under these resources is shorter.
    resources_bound_ns: u64,
}

impl Predictor {
    /// Predicts from what is known of a run, with its resources and its time between starts.
    ///
    /// The length of a case is its intended time if known for all cases; else its CPU
    /// plus waited time if known for all and all are done; else the time it took,
    /// including the effect of shared cores.
    pub fn new(input: &ReportInput) -> Result<Self, PredictError> {
        let lengths = input.case_lengths()?;
        if !input.knows_alone_times {
            return Err(if input.has_unknown_cpus {
                PredictError::UnknownTimes
            } else {
                PredictError::Stretched(input.logical_cpus)
            });
        }
        let mut longest_first = lengths.lengths_ns.clone();
        longest_first.sort_unstable_by(|a, b| b.cmp(a));
        let predictor = Self {
            weights: lengths.lengths_ns.iter().map(|&ns| ns as f64).collect(),
            sums: Sums::of(&longest_first),
            lengths,
            logical_cpus: input.logical_cpus,
            needs_cpus: input.needs_cpus(),
            seed: input.seed,
            listed: input.by_start.clone(),
            between_ns: input.between_ns,
            start_every_ns: input.start_every_ns,
            resources: CaseResources::default(),
            resources_bound_ns: 0,
        };
        Ok(predictor.with_resources(input.resources.clone()))
    }

    /// Predicts from the report of a run.
    pub fn of_run(report: &RunReport) -> Result<Self, PredictError> {
        Self::new(&ReportInput::of(report))
    }

    /// Predicts runs in which running cases share these resources.
    #[must_use]
    pub fn with_resources(self, resources: CaseResources) -> Self {
        let resources_bound_ns = resources.lower_bound_ns(self.lengths_ns());
        Self { resources, resources_bound_ns, ..self }
    }

    /// Predicts the makespan with this many workers; a strategy that fixes their number ignores it.
    pub fn predict(&self, scenario: Scenario, workers: u32) -> Result<Prediction, PredictError> {
        self.for_scenario(scenario)(workers)
    }

    /// Returns a function that predicts the makespan for a worker count; the cases are
    /// sorted only once.
    pub fn for_scenario(
        &self,
        scenario: Scenario,
    ) -> impl Fn(u32) -> Result<Prediction, PredictError> + '_ {
        let order = self.dispatch_order(scenario.order);
        move |workers| {
            let workers = self.lanes(scenario.strategy, workers)?;
            if self.needs_cpus && workers > 1 && self.cores(scenario.strategy) > 1 {
                return Err(PredictError::UnknownCpus);
            }
            let lanes = self.simulated_lanes(workers);
            let scheduler = self.scheduler(scenario, lanes, order.clone());
            let simulated_ns = makespan_ns(scheduler, lanes, self.occupied_ns());
            // Nothing follows the last case.
            let simulated_ns = simulated_ns.saturating_sub(self.between_ns);
            let cores_ns = self.lengths.cores_bound_ns(self.cores(scenario.strategy));
            Ok(Prediction {
                strategy: scenario.strategy,
                workers,
                order: scenario.order,
                total_s: s_from_ns(simulated_ns.max(cores_ns)),
                between_s: self.between_s(),
                lower_bound_s: s_from_ns(self.lower_bound_ns(workers).max(cores_ns)),
            })
        }
    }

    fn lower_bound_ns(&self, workers: u32) -> u64 {
        let at_once = self.resources.most_at_once().map(|(at_once, _)| at_once);
        let at_once = at_once.and_then(|at_once| u32::try_from(at_once).ok());
        let lanes = workers.min(at_once.unwrap_or(u32::MAX)).max(1);
        self.sums.lower_bound_ns(lanes).max(self.resources_bound_ns)
    }

    /// Simulates the run with this many workers: which case runs when on which lane.
    ///
    /// Only the case lengths take time, so where cores bind the run ends sooner than
    /// `Prediction::total_s`.
    pub fn simulate(&self, scenario: Scenario, workers: u32) -> Result<SimulatedRun, PredictError> {
        let workers = self.simulated_lanes(self.lanes(scenario.strategy, workers)?);
        let order = self.dispatch_order(scenario.order);
        let scheduler = self.scheduler(scenario, workers, order);
        let mut simulated = simulate(scheduler, workers, self.occupied_ns());
        for placement in &mut simulated.placements {
            placement.end_ns -= self.between_ns;
        }
        Ok(simulated)
    }

    /// Number of cases.
    pub fn cases(&self) -> usize {
        self.weights.len()
    }

    /// Lengths of all cases in listed order, in nanoseconds.
    pub fn lengths_ns(&self) -> &[u64] {
        &self.lengths.lengths_ns
    }

    /// The makespan with one worker, in seconds.
    pub fn series_s(&self) -> f64 {
        let gaps = u64::try_from(self.cases().saturating_sub(1)).unwrap_or(u64::MAX);
        s_from_ns(self.sums.whole_ns().saturating_add(gaps.saturating_mul(self.between_ns)))
    }

    /// Time between two cases of a worker that predictions include, in seconds.
    pub fn between_s(&self) -> Option<f64> {
        (self.between_ns > 0).then(|| s_from_ns(self.between_ns))
    }

    /// Time the cores need for all the computing, in seconds; 0 for cases that wait.
    pub fn cores_bound_s(&self, strategy: Strategy) -> f64 {
        s_from_ns(self.lengths.cores_bound_ns(self.cores(strategy)))
    }

    /// Makespan in seconds that no number of workers gets below: that of the longest case, of
    /// the resources or of the computing on these cores, whichever is longest.
    pub fn floor_s(&self, strategy: Strategy) -> f64 {
        s_from_ns(self.lower_bound_ns(u32::MAX)).max(self.cores_bound_s(strategy))
    }

    /// Number of cases of this strategy that can compute at once.
    pub fn cores(&self, strategy: Strategy) -> u32 {
        match strategy.runs_in() {
            RunsIn::GlobalLock => 1,
            RunsIn::Pool | RunsIn::OwnThreads | RunsIn::Processes => self.logical_cpus,
        }
    }

    /// Time that a case keeps its worker busy, that to the next case included.
    fn occupied_ns(&self) -> impl Fn(u32) -> u64 {
        |case| self.lengths.lengths_ns[case as usize].saturating_add(self.between_ns)
    }

    fn dispatch_order(&self, order: Order) -> Vec<u32> {
        if let (Order::Listed, Some(listed)) = (order, &self.listed) {
            return listed.clone();
        }
        let cases = u32::try_from(self.weights.len()).unwrap_or(u32::MAX);
        dispatch_order(order, cases, Some(&self.weights), self.seed)
    }

    fn lanes(&self, strategy: Strategy, workers: u32) -> Result<u32, PredictError> {
        let cases = self.weights.len();
        match strategy.lanes() {
            LaneCount::One => Ok(1),
            LaneCount::Workers => Ok(workers.max(1)),
            LaneCount::PerCase => match u32::try_from(cases) {
                Ok(cases) if cases <= MAX_CASE_LANES => Ok(cases.max(1)),
                _ => Err(PredictError::TooManyAtOnce(cases)),
            },
        }
    }

    /// Number of lanes to simulate: more lanes than cases change nothing but the memory used.
    fn simulated_lanes(&self, workers: u32) -> u32 {
        let cases = u32::try_from(self.cases()).unwrap_or(u32::MAX);
        workers.min(cases.max(*WORKER_RANGE.end()))
    }

    fn scheduler(&self, scenario: Scenario, workers: u32, order: Vec<u32>) -> Scheduler {
        let dispatch = scenario.strategy.dispatch();
        let batch = scenario.batch.unwrap_or(workers);
        let start_every_ns = self.start_every_ns;
        let rules = Rules { dispatch, batch, start_every_ns, ..Rules::with_lanes(workers) };
        Scheduler::new(order, rules).with_resources(&self.resources)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;
    use strum::VariantArray as _;

    use super::*;
    use crate::report::export::exporter::Exportable as _;
    use crate::report::fixtures;
    use crate::report::fixtures::MACHINE;
    use crate::report::import::json_reader::read_report;
    use crate::report::import::report_input::InputCase;
    use crate::report::run_report::RunReport;
    use crate::run::{Status, replay};
    use crate::study::{CaseTable, FrozenPlan, Lengths, Strategy};

    fn input(cases: Vec<InputCase>) -> ReportInput {
        fixtures::input(2, cases)
    }

    /// A done case with all its times.
    fn done(intended_s: f64, cpu_s: f64, waited_s: f64, time_s: f64) -> InputCase {
        InputCase {
            status: Status::Done,
            time_s: Some(time_s),
            waited_s: Some(waited_s),
            cpu_s: Some(cpu_s),
            intended_s: Some(intended_s),
        }
    }

    fn computed(cpu_s: f64, time_s: f64) -> InputCase {
        InputCase { intended_s: None, ..done(0.0, cpu_s, 0.0, time_s) }
    }

    fn scenario(strategy: Strategy) -> Scenario {
        Scenario { strategy, batch: None, order: Order::Listed }
    }

    fn total_s(cases: Vec<InputCase>, strategy: Strategy, workers: u32) -> f64 {
        let predictor = Predictor::new(&input(cases)).unwrap();
        predictor.predict(scenario(strategy), workers).unwrap().total_s
    }

    #[test]
    fn a_length_is_the_intended_time_else_cpu_plus_waited_time_else_run_time() {
        let all = |case: InputCase| total_s(vec![case; 4], Strategy::Threads, 1);
        let case = done(1.0, 0.5, 1.5, 3.0);
        assert_eq!(all(case), 4.0);
        assert_eq!(all(InputCase { intended_s: None, ..case }), 8.0);
        assert_eq!(all(InputCase { intended_s: None, waited_s: None, ..case }), 12.0);
        // A failed case has an intended time too.
        assert_eq!(all(InputCase { status: Status::Failed, ..case }), 4.0);
    }

    #[test]
    fn an_error_names_the_first_case_without_a_time() {
        let error = |cases| Predictor::new(&input(cases)).unwrap_err().to_string();
        let cancelled = InputCase { status: Status::Cancelled, ..computed(1.0, 1.0) };
        assert_eq!(
            error(vec![computed(1.0, 1.0), cancelled, cancelled]),
            "row 2 has no time: cancelled; predict from a run in which all cases are done"
        );
        let unknown = InputCase { time_s: None, cpu_s: None, ..computed(1.0, 1.0) };
        assert!(error(vec![unknown]).contains("row 1 has no time: done;"));
        let year_s = 3e7;
        assert_eq!(Predictor::new(&input(vec![computed(year_s, year_s); 500])).err(), None);
        assert!(error(vec![computed(1e10, 1e10); 2]).contains("more than 584 years"));
    }

    #[test]
    fn computing_is_limited_by_the_cores_and_by_the_global_lock() {
        let eight = || vec![computed(1.0, 4.0); 8];
        assert_eq!(total_s(eight(), Strategy::Threads, 1), 8.0);
        assert_eq!(total_s(eight(), Strategy::Threads, 2), 4.0);
        assert_eq!(total_s(eight(), Strategy::Threads, 8), 4.0);
        assert_eq!(total_s(eight(), Strategy::Processes, 8), 4.0);
        assert_eq!(total_s(eight(), Strategy::GlobalLock, 8), 8.0);
        let predictor = Predictor::new(&input(eight())).unwrap();
        let bound_s = |strategy| predictor.predict(scenario(strategy), 8).unwrap().lower_bound_s;
        assert_eq!((bound_s(Strategy::Threads), bound_s(Strategy::GlobalLock)), (4.0, 8.0));
        // Neither limits waiting.
        let waited = vec![done(1.0, 0.01, 1.0, 1.01); 8];
        assert_eq!(total_s(waited.clone(), Strategy::GlobalLock, 8), 1.0);
        assert_eq!(total_s(waited, Strategy::Threads, 8), 1.0);
    }

    #[test]
    fn series_and_all_at_once_ignore_the_worker_count() {
        let predictor = Predictor::new(&input(vec![done(1.0, 0.0, 1.0, 1.0); 5])).unwrap();
        for (strategy, workers, total_s) in
            [(Strategy::Series, 1, 5.0), (Strategy::AllAtOnce, 5, 1.0), (Strategy::Threads, 3, 2.0)]
        {
            let prediction = predictor.predict(scenario(strategy), 3).unwrap();
            assert_eq!((prediction.workers, prediction.total_s), (workers, total_s));
        }
        let too_many = Predictor::new(&input(vec![done(1.0, 0.0, 1.0, 1.0); 4097])).unwrap();
        let error = too_many.predict(scenario(Strategy::AllAtOnce), 3).unwrap_err();
        assert_eq!(error, PredictError::TooManyAtOnce(4097));
        let empty = Predictor::new(&input(Vec::new())).unwrap();
        for &strategy in Strategy::VARIANTS {
            assert_eq!(empty.predict(scenario(strategy), 3).unwrap().total_s, 0.0);
        }
    }

    #[test]
    fn a_billion_workers_are_predicted_without_a_billion_lanes() {
        let predictor = Predictor::new(&input(vec![done(1.5, 0.0, 1.0, 1.0); 300])).unwrap();
        for &strategy in Strategy::VARIANTS {
            let total_s = predictor.predict(scenario(strategy), 1_000_000_000).unwrap().total_s;
            let is_parallel = strategy.lanes() != LaneCount::One;
            assert_eq!(total_s, if is_parallel { 1.5 } else { 450.0 }, "{strategy:?}");
            let run = predictor.simulate(scenario(strategy), 1_000_000_000).unwrap();
            assert_eq!(s_from_ns(run.makespan_ns()), total_s);
        }
    }

    #[test]
    fn a_prediction_as_json_has_exactly_these_keys() {
        let predictor = Predictor::new(&input(vec![done(1.5, 0.0, 1.0, 1.0); 3])).unwrap();
        let mut text = Vec::new();
        let prediction = predictor.predict(scenario(Strategy::Threads), 2).unwrap();
        prediction.write_json(&mut text).unwrap();
        let expected = "{\n  \"schema\": \"caselanes.predict/1\",\n  \"strategy\": \"threads\",\n  \
                        \"workers\": 2,\n  \"order\": \"listed\",\n  \"total_s\": 3.0,\n  \
                        \"lower_bound_s\": 3.0\n}\n";
        assert_eq!(String::from_utf8(text).unwrap(), expected);
    }

    proptest! {
        #[test]
        fn a_report_predicts_its_own_run_to_the_nanosecond(
            lengths_s in proptest::collection::vec(0.0..10.0_f64, 0..40),
            strategy in proptest::sample::select(Strategy::VARIANTS),
            order in proptest::sample::select(Order::VARIANTS),
            workers in 1..12_u32,
            batch in proptest::option::of(1..9_u32),
            seed: u64,
        ) {
            let mut cases = CaseTable::default();
            for &length_s in &lengths_s {
                cases.push("", length_s, 1.0, &[]);
            }
            let workers = match strategy.lanes() {
                LaneCount::One => 1,
                LaneCount::Workers => workers,
                LaneCount::PerCase => u32::try_from(lengths_s.len()).unwrap().max(1),
            };
            let plan = FrozenPlan { batch, order, seed, ..fixtures::plan(strategy, workers) };
            let lengths = Lengths::Seconds(lengths_s);
            let frozen = fixtures::study(cases, lengths, plan);
            let state = replay(&frozen);
            let report = RunReport::new(Arc::new(frozen), state, MACHINE);
            let mut text = Vec::new();
            report.write_json(&mut text).unwrap();

            let read = ReportInput::of(&read_report(text.as_slice()).unwrap());
            let predictor = Predictor::new(&read).unwrap();
            let scenario = Scenario { strategy, batch, order };
            let prediction = predictor.predict(scenario, workers).unwrap();
            prop_assert_eq!(Some(prediction.total_s), report.figures.total_parallel_s);
            prop_assert_eq!(Some(prediction.lower_bound_s), report.figures.lower_bound_s);
            prop_assert!(prediction.lower_bound_s <= prediction.total_s);
            prop_assert_eq!(predictor.for_scenario(scenario)(workers), Ok(prediction));
            let simulated = predictor.simulate(scenario, workers).unwrap();
            prop_assert_eq!(s_from_ns(simulated.makespan_ns()), prediction.total_s);
            prop_assert_eq!(ReportInput::of(&report).cases, read.cases);
        }
    }
}
