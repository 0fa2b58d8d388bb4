//! How long the cases of a finished run would take with other workers, another
//! strategy or order. Nothing runs: the engine's own scheduler is played on the
//! virtual clock.

use serde::{Serialize, Serializer};

use crate::schedule::{
    Rules, Scheduler, SimulatedRun, dispatch_order, makespan_ns, s_from_ns, simulate,
};
use crate::study::{
    ClockChoice, FrozenPlan, LaneCount, MOST_AT_ONCE, Order, RunsIn, SeriesChoice, Strategy,
};

use crate::report::figures::case_lengths::CaseLengths;
use crate::report::figures::lower_bound::Sums;
use crate::report::import::json_reader::ReportInput;
use crate::report::run_report::RunReport;

/// What is to be predicted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scenario {
    /// The strategy.
    pub strategy: Strategy,
    /// How many cases are in a batch; `None` is as many as workers.
    pub batch: Option<u32>,
    /// The order of dispatch; longest and shortest are by the lengths that the
    /// prediction is made from.
    pub order: Order,
}

impl Scenario {
    /// That of a plan. A batch as large as there were workers follows them.
    #[must_use]
    pub fn of(plan: &FrozenPlan) -> Self {
        let batch = plan.batch.filter(|&batch| batch != plan.workers);
        Self { strategy: plan.strategy, batch, order: plan.order }
    }
}

/// How long the cases would take; as JSON `caselanes.predict/1`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(tag = "schema", rename = "caselanes.predict/1")]
pub struct Prediction {
    /// The strategy.
    #[serde(serialize_with = "name")]
    pub strategy: Strategy,
    /// How many workers it has.
    pub workers: u32,
    /// The order of dispatch.
    #[serde(serialize_with = "name")]
    pub order: Order,
    /// From the start of the run to the end of its last case, in seconds,
    /// without any overhead.
    pub total_s: f64,
    /// No order and no strategy ends sooner with so many workers, in seconds.
    pub lower_bound_s: f64,
}

fn name<T, S>(choice: &T, to: S) -> Result<S::Ok, S::Error>
where
    T: Copy + Into<&'static str>,
    S: Serializer,
{
    to.serialize_str((*choice).into())
}

/// Why nothing can be predicted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PredictError {
    /// A case without a time.
    #[error(
        "expected a time for each case, found row {row} {status} and without one; predict from a \
         run of which all cases are done"
    )]
    NoTime {
        /// Its row, from 1.
        row: usize,
        /// What became of it.
        status: &'static str,
    },
    /// Programs that compute, more of them at once than there are CPUs.
    #[error(
        "programs that compute held each other up, and how long they take alone is not known; run \
         them with at most as many workers as CPUs ({0}), or sweep"
    )]
    Stretched(u32),
    /// The virtual clock counts nanoseconds in 64 bits.
    #[error("the cases take more than 584 years in all, which is where the virtual clock ends")]
    TooLong,
    /// The strategy all-at-once has a thread for each case.
    #[error(
        "expected at most {MOST_AT_ONCE} cases to start all at once, found {0}; use another \
         strategy, such as threads"
    )]
    TooManyAtOnce(usize),
}

/// The lengths of cases, ready to be played with any workers.
///
/// A prediction is the time that the scheduler needs if every case takes its
/// length and nothing else takes any. With lengths that are CPU time the cores
/// bind too: more workers than cores share them, and no total is below the CPU
/// time of all cases divided by the logical CPUs, or by one CPU under the global
/// lock. The same holds for the lower bound.
#[derive(Debug, Clone)]
pub struct Predictor {
    known: CaseLengths,
    weights: Vec<f64>,
    sums: Sums,
    logical_cpus: u32,
    seed: u64,
}

impl Predictor {
    /// From the report of a run. The length of a case is what it was meant to
    /// take, if that is known of all; else its CPU plus its waited time, if those
    /// are known of all and all are done; else the time that it took, shared
    /// cores and all.
    pub fn new(recorded: &ReportInput) -> Result<Self, PredictError> {
        if recorded.is_stretched() {
            return Err(PredictError::Stretched(recorded.logical_cpus));
        }
        let known = CaseLengths::recorded(recorded)?;
        let mut longest_first = known.lengths_ns.clone();
        longest_first.sort_unstable_by(|a, b| b.cmp(a));
        Ok(Self {
            weights: known.lengths_ns.iter().map(|&ns| ns as f64).collect(),
            sums: Sums::of(&longest_first),
            known,
            logical_cpus: recorded.logical_cpus,
            seed: recorded.seed,
        })
    }

    /// From a run at hand, whose cases took as long as alone or are known to.
    pub fn of_run(report: &RunReport) -> Result<Self, PredictError> {
        if !report.knows_alone_times() {
            return Err(PredictError::Stretched(report.machine.logical_cpus));
        }
        Self::new(&ReportInput::of(report))
    }

    /// Predicts the total with so many workers; a strategy that fixes their number
    /// has that.
    pub fn predict(&self, shape: Scenario, workers: u32) -> Result<Prediction, PredictError> {
        Ok(self.run_virtually(
            shape,
            self.lanes(shape.strategy, workers)?,
            self.dispatch_order(shape.order),
        ))
    }

    /// Predicts the makespan of one worker count after another; sorts the cases only
    /// once.
    pub fn for_scenario(
        &self,
        shape: Scenario,
    ) -> impl Fn(u32) -> Result<Prediction, PredictError> + '_ {
        let order = self.dispatch_order(shape.order);
        move |workers| {
            Ok(self.run_virtually(shape, self.lanes(shape.strategy, workers)?, order.clone()))
        }
    }

    /// How many cases there are.
    #[must_use]
    pub fn cases(&self) -> usize {
        self.weights.len()
    }

    /// The lengths of all cases in listed order, in nanoseconds.
    #[must_use]
    pub fn lengths_ns(&self) -> &[u64] {
        &self.known.lengths_ns
    }

    /// The total with one worker: the sum of all lengths, in seconds.
    #[must_use]
    pub fn series_s(&self) -> f64 {
        s_from_ns(self.sums.whole_ns())
    }

    /// The time in which the cores can do all the computing, whatever the workers,
    /// in seconds; 0 where the cases are meant to wait.
    #[must_use]
    pub fn cores_s(&self, strategy: Strategy) -> f64 {
        s_from_ns(self.known.cores_bound_ns(self.cores(strategy)))
    }

    /// What no number of workers gets below, in seconds: the longest case, or the
    /// time that the cores need.
    #[must_use]
    pub fn floor_s(&self, strategy: Strategy) -> f64 {
        let longest_ns = self.known.lengths_ns.iter().copied().max().unwrap_or(0);
        s_from_ns(longest_ns).max(self.cores_s(strategy))
    }

    /// How many cases of this strategy can compute at once.
    #[must_use]
    pub fn cores(&self, strategy: Strategy) -> u32 {
        match strategy.runs_in() {
            RunsIn::GlobalLock => 1,
            RunsIn::Pool | RunsIn::OwnThreads | RunsIn::Processes => self.logical_cpus,
        }
    }

    /// Plays the run with so many workers: which case would be when on which lane.
    /// Nothing but the lengths of the cases takes time in it, so where computing is
    /// bound by the cores it ends sooner than [`Prediction::total_s`] says.
    pub fn simulate(&self, shape: Scenario, workers: u32) -> Result<SimulatedRun, PredictError> {
        let workers = self.lanes(shape.strategy, workers)?;
        let scheduler = self.scheduler(shape, workers, self.dispatch_order(shape.order));
        Ok(simulate(scheduler, workers, |case| self.known.lengths_ns[case as usize]))
    }

    fn dispatch_order(&self, order: Order) -> Vec<u32> {
        let cases = u32::try_from(self.weights.len()).unwrap_or(u32::MAX);
        dispatch_order(order, cases, Some(&self.weights), self.seed)
    }

    fn lanes(&self, strategy: Strategy, workers: u32) -> Result<u32, PredictError> {
        let cases = self.weights.len();
        match strategy.lanes() {
            LaneCount::One => Ok(1),
            LaneCount::Workers => Ok(workers.max(1)),
            LaneCount::PerCase => match u32::try_from(cases) {
                Ok(cases) if cases <= MOST_AT_ONCE => Ok(cases.max(1)),
                _ => Err(PredictError::TooManyAtOnce(cases)),
            },
        }
    }

    fn scheduler(&self, shape: Scenario, workers: u32, order: Vec<u32>) -> Scheduler {
        let plan = FrozenPlan {
            limits: crate::study::Limits::default(),
            strategy: shape.strategy,
            workers,
            batch: shape.batch,
            order: shape.order,
            seed: self.seed,
            time_scale: 1.0,
            series: SeriesChoice::Estimate,
            clock: ClockChoice::Virtual,
        };
        Scheduler::new(order, Rules::of(&plan))
    }

    fn run_virtually(&self, shape: Scenario, workers: u32, order: Vec<u32>) -> Prediction {
        let Scenario { strategy, order: by, .. } = shape;
        let scheduler = self.scheduler(shape, workers, order);
        let played_ns =
            makespan_ns(scheduler, workers, |case| self.known.lengths_ns[case as usize]);
        let cores_ns = self.known.cores_bound_ns(self.cores(strategy));
        Prediction {
            strategy,
            workers,
            order: by,
            total_s: s_from_ns(played_ns.max(cores_ns)),
            lower_bound_s: s_from_ns(self.sums.lower_bound_ns(workers).max(cores_ns)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;
    use strum::VariantArray as _;

    use super::*;
    use crate::report::export::json::write_json;
    use crate::report::import::json_reader::{InputCase, read_report};
    use crate::report::run_report::{Machine, RunReport};
    use crate::run::{Status, replay};
    use crate::study::{CaseTable, FrozenStudy, Lengths, Strategy, WorkloadName};

    fn recorded(cases: Vec<InputCase>) -> ReportInput {
        ReportInput {
            workload: WorkloadName::Wait,
            strategy: Strategy::Threads,
            workers: 2,
            batch: None,
            order: Order::Listed,
            seed: 10,
            time_scale: 1.0,
            logical_cpus: 2,
            held_s: 0.0,
            cases,
        }
    }

    /// A case that is done and of which everything is known.
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

    fn shape(strategy: Strategy) -> Scenario {
        Scenario { strategy, batch: None, order: Order::Listed }
    }

    fn total_s(cases: Vec<InputCase>, strategy: Strategy, workers: u32) -> f64 {
        let predictor = Predictor::new(&recorded(cases)).unwrap();
        predictor.predict(shape(strategy), workers).unwrap().total_s
    }

    #[test]
    fn a_length_is_what_was_intended_else_computed_and_waited_else_taken() {
        let all = |case: InputCase| total_s(vec![case; 4], Strategy::Threads, 1);
        let whole = done(1.0, 0.5, 1.5, 3.0);
        assert_eq!(all(whole), 4.0);
        assert_eq!(all(InputCase { intended_s: None, ..whole }), 8.0);
        assert_eq!(all(InputCase { intended_s: None, waited_s: None, ..whole }), 12.0);
        // What was intended is known of a case that failed too.
        assert_eq!(all(InputCase { status: Status::Failed, ..whole }), 4.0);
    }

    #[test]
    fn the_first_case_without_a_time_is_named() {
        let error = |cases| Predictor::new(&recorded(cases)).unwrap_err().to_string();
        let cancelled = InputCase { status: Status::Cancelled, ..computed(1.0, 1.0) };
        assert_eq!(
            error(vec![computed(1.0, 1.0), cancelled, cancelled]),
            "expected a time for each case, found row 2 cancelled and without one; predict from a \
             run of which all cases are done"
        );
        let unknown = InputCase { time_s: None, cpu_s: None, ..computed(1.0, 1.0) };
        assert!(error(vec![unknown]).contains("found row 1 done and without one"));
        let year_s = 3e7;
        assert_eq!(Predictor::new(&recorded(vec![computed(year_s, year_s); 500])).err(), None);
        assert!(error(vec![computed(1e10, 1e10); 2]).contains("more than 584 years"));
    }

    #[test]
    fn computing_is_bound_by_the_cores_and_by_the_lock() {
        let eight = || vec![computed(1.0, 4.0); 8];
        assert_eq!(total_s(eight(), Strategy::Threads, 1), 8.0);
        assert_eq!(total_s(eight(), Strategy::Threads, 2), 4.0);
        assert_eq!(total_s(eight(), Strategy::Threads, 8), 4.0);
        assert_eq!(total_s(eight(), Strategy::Processes, 8), 4.0);
        assert_eq!(total_s(eight(), Strategy::GlobalLock, 8), 8.0);
        let predictor = Predictor::new(&recorded(eight())).unwrap();
        let bound_s = |strategy| predictor.predict(shape(strategy), 8).unwrap().lower_bound_s;
        assert_eq!((bound_s(Strategy::Threads), bound_s(Strategy::GlobalLock)), (4.0, 8.0));
        // Waiting is bound by neither.
        let waited = vec![done(1.0, 0.01, 1.0, 1.01); 8];
        assert_eq!(total_s(waited.clone(), Strategy::GlobalLock, 8), 1.0);
        assert_eq!(total_s(waited, Strategy::Threads, 8), 1.0);
    }

    #[test]
    fn a_strategy_may_fix_its_workers() {
        let predictor = Predictor::new(&recorded(vec![done(1.0, 0.0, 1.0, 1.0); 5])).unwrap();
        for (strategy, workers, total_s) in
            [(Strategy::Series, 1, 5.0), (Strategy::AllAtOnce, 5, 1.0), (Strategy::Threads, 3, 2.0)]
        {
            let prediction = predictor.predict(shape(strategy), 3).unwrap();
            assert_eq!((prediction.workers, prediction.total_s), (workers, total_s));
        }
        let many = Predictor::new(&recorded(vec![done(1.0, 0.0, 1.0, 1.0); 4097])).unwrap();
        let error = many.predict(shape(Strategy::AllAtOnce), 3).unwrap_err();
        assert_eq!(error, PredictError::TooManyAtOnce(4097));
        let none = Predictor::new(&recorded(Vec::new())).unwrap();
        for &strategy in Strategy::VARIANTS {
            assert_eq!(none.predict(shape(strategy), 3).unwrap().total_s, 0.0);
        }
    }

    #[test]
    fn the_json_has_these_keys_and_no_others() {
        let predictor = Predictor::new(&recorded(vec![done(1.5, 0.0, 1.0, 1.0); 3])).unwrap();
        let mut text = Vec::new();
        let prediction = predictor.predict(shape(Strategy::Threads), 2).unwrap();
        write_json(&prediction, &mut text).unwrap();
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
            let plan = FrozenPlan {
                limits: crate::study::Limits::default(),
                strategy,
                workers,
                batch,
                order,
                seed,
                time_scale: 1.0,
                series: SeriesChoice::Estimate,
                clock: ClockChoice::Virtual,
            };
            let lengths = Lengths::Seconds(lengths_s);
            let frozen = FrozenStudy { cases, workload: WorkloadName::Wait, plan, lengths, program: None };
            let state = replay(&frozen);
            let machine = Machine { logical_cpus: 2, os: "linux" };
            let report = RunReport::new(Arc::new(frozen), state, machine);
            let mut text = Vec::new();
            write_json(&report, &mut text).unwrap();

            let predictor = Predictor::new(&read_report(text.as_slice()).unwrap()).unwrap();
            let shape = Scenario { strategy, batch, order };
            let prediction = predictor.predict(shape, workers).unwrap();
            prop_assert_eq!(Some(prediction.total_s), report.figures.total_parallel_s);
            prop_assert_eq!(Some(prediction.lower_bound_s), report.figures.lower_bound_s);
            prop_assert!(prediction.lower_bound_s <= prediction.total_s);
            prop_assert_eq!(predictor.for_scenario(shape)(workers), Ok(prediction));
            let played = predictor.simulate(shape, workers).unwrap();
            prop_assert_eq!(s_from_ns(played.makespan_ns()), prediction.total_s);
            let read = read_report(text.as_slice()).unwrap();
            prop_assert_eq!(ReportInput::of(&report).cases, read.cases);
        }
    }
}
