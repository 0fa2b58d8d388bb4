//! A worker sweep in the window: its options, its progress, and its results so far.

use std::ops::RangeInclusive;
use std::sync::Arc;

use strum::VariantArray as _;

use crate::experiment::{CaseSample, Experiment, Subject, SweepPlan, SweepReport};
use crate::history::{RunToSave, SavedRunKind};
use crate::report::{Prediction, Predictor, RunReport, Scenario};
use crate::study::{ClockChoice, Dispatch, LaneCount, Order, Study, WorkloadName};
use crate::window::compare::compare_data::middle_runs;
use crate::window::compare::experiment_progress::ExperimentProgress;
use crate::window::state::Document;

/// Largest number of cases that a sweep samples.
pub const MAX_SAMPLE: u32 = 1_000_000;

pub const SWEEP_REPEATS: RangeInclusive<u32> = 1..=50;

/// Number of workers above which the steps of a sweep grow by a quarter.
const MAX_SINGLE_STEPS: u32 = 8;

/// Largest number of cases simulated for the fitted curves.
const MAX_SIMULATED: usize = 2_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SweepForm {
    /// Runs of each number of workers.
    pub repeats: u32,
    /// Largest number of workers; `None` stops when more workers no longer help.
    pub max_workers: Option<u32>,
    /// Number of cases to run, sampled by length; `None` runs all.
    pub sample: Option<u32>,
}

impl Default for SweepForm {
    fn default() -> Self {
        Self { repeats: 3, max_workers: None, sample: None }
    }
}

impl SweepForm {
    pub fn experiment(&self, study: &Study) -> Experiment {
        // On the virtual clock all repeats are equal.
        let repeat = if study.plan.clock == ClockChoice::Virtual { 1 } else { self.repeats };
        let workers = self.max_workers.map(counts);
        Experiment::sweep(study, SweepPlan { workers, repeat })
    }
}

pub fn sweep_problem(document: &Document) -> Option<String> {
    let strategy = document.plan.strategy;
    let name: &str = strategy.into();
    (strategy.lanes() != LaneCount::Workers)
        .then(|| format!("{name} has a fixed number of workers; choose another strategy to sweep"))
}

/// Returns increasing numbers of workers up to `max`.
pub(super) fn counts(max: u32) -> Vec<u32> {
    let next = |&workers: &u32| {
        let step = if workers < MAX_SINGLE_STEPS { 1 } else { workers / 4 };
        (workers < max).then(|| (workers + step).min(max))
    };
    std::iter::successors(Some(1), next).collect()
}

#[derive(Debug)]
pub struct SweepView {
    /// Study that is run with each number of workers.
    study: Study,
    pub progress: ExperimentProgress,
    pub points: SweepPoints,
}

#[derive(Debug)]
pub struct SweepPoints {
    pub report: SweepReport,
    /// Totals of each order predicted from the measured contention, up to twice the
    /// measured numbers of workers. Empty unless the cases compute.
    pub fitted: Vec<(Scenario, Vec<Prediction>)>,
    /// The run with the median total of each number of workers, with its label, for the run
    /// history; empty once they are there.
    pub to_keep: Vec<(Arc<RunReport>, String)>,
}

impl SweepPoints {
    /// Evaluates a sweep; `sample` is set if only part of the cases are run.
    ///
    /// Simulates the cases several times: too slow for a frame.
    pub fn of(sweep: &Experiment, sample: Option<&CaseSample>) -> Option<Self> {
        let Subject::Sweep(plan) = &sweep.subject else { return None };
        let study = &sweep.steps.first()?.study;
        let report = SweepReport::new(study, plan, &sweep.runs);
        Some(Self {
            fitted: fitted(&report),
            to_keep: middle_runs(sweep),
            report: match sample {
                Some(sample) => report.for_all(sample),
                None => report,
            },
        })
    }
}

/// Returns the curves predicted with the contention that a sweep measured.
fn fitted(report: &SweepReport) -> Vec<(Scenario, Vec<Prediction>)> {
    let Some((base, contention)) = report.base.as_ref().zip(report.contention) else {
        return Vec::new();
    };
    let Ok(predictor) = Predictor::of_run(base) else { return Vec::new() };
    let orders = Order::VARIANTS.iter().copied();
    let scenario = Scenario::of(&base.frozen.plan);
    let scenarios = orders.map(|order| Scenario { order, ..scenario });
    let measured = report.points.iter().filter(|point| point.total_s.is_some());
    let max = 2 * measured.map(|point| point.workers).max().unwrap_or(0);
    let max_counts = MAX_SIMULATED / (predictor.cases().max(1) * Order::VARIANTS.len());
    let counts = if max as usize <= max_counts { (1..=max).collect() } else { counts(max) };
    let curve = |scenario: Scenario| {
        let point = |&workers: &u32| {
            let total_s = contention.total_s(&predictor, scenario, workers).ok()??;
            Some(Prediction { total_s, ..predictor.predict(scenario, workers).ok()? })
        };
        (scenario, counts.iter().map_while(point).collect())
    };
    scenarios.map(curve).filter(|(_, points): &(Scenario, Vec<_>)| !points.is_empty()).collect()
}

impl SweepView {
    /// Starts the view of a sweep; `None` for another experiment.
    pub fn new(sweep: &Experiment) -> Option<Self> {
        let study = sweep.steps.first()?.study.clone();
        let points = SweepPoints::of(sweep, None)?;
        Some(Self { study, progress: ExperimentProgress::of(sweep, "Sweep", true), points })
    }

    /// Whether a run of all cases is complete.
    pub(super) fn has_totals(&self) -> bool {
        self.points.report.points.iter().any(|point| point.total_s.is_some())
    }

    /// Returns its runs for the run history.
    pub fn to_keep(&self) -> Vec<RunToSave> {
        let title = self.progress.title;
        let kind =
            |label| SavedRunKind::PartOf { title: title.to_owned(), label, is_example: false };
        let runs = self.points.to_keep.iter().cloned();
        runs.map(|(report, label)| (report, kind(label))).collect()
    }

    /// Takes its runs for the run history.
    pub fn take_runs(&mut self) -> Vec<RunToSave> {
        let runs = self.to_keep();
        self.points.to_keep.clear();
        runs
    }

    /// Whether a run is of the same study, apart from workers and order.
    pub(crate) fn matches(&self, report: &RunReport) -> bool {
        let (Study { cases, workload, plan, program, .. }, run) = (&self.study, &report.frozen);
        // For these workloads another seed gives other lengths or values.
        let is_seeded = matches!(workload, WorkloadName::Demo | WorkloadName::Random);
        let has_batches = plan.strategy.dispatch() == Dispatch::Batches;
        let mut programs = program.iter().zip(&run.program);
        *workload == run.workload
            && (*workload != WorkloadName::Command
                || programs.all(|(program, of_run)| program.runs_like(of_run)))
            && (!is_seeded || plan.seed == Some(run.plan.seed))
            && (!has_batches || plan.batch == run.plan.batch)
            && (plan.strategy, plan.time_scale, plan.clock)
                == (run.plan.strategy, run.plan.time_scale, run.plan.clock)
            && *cases == run.cases
    }

    /// Number of cases of each run.
    pub(crate) fn case_count(&self) -> usize {
        self.study.cases.len()
    }

    pub fn kind(&self) -> &'static str {
        match self.study.plan.clock {
            ClockChoice::Real => "measured",
            ClockChoice::Virtual => "simulated",
        }
    }

    pub(crate) fn contains(&self, report: &Arc<RunReport>) -> bool {
        let workers = report.frozen.plan.workers;
        let points = self.points.report.points.iter().filter(|point| point.workers == workers);
        let total_s = report.figures.total_parallel_s;
        points.flat_map(|point| &point.repeats_s).any(|&repeat_s| Some(repeat_s) == total_s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixtures::MACHINE;
    use crate::run::{RunState, replay};
    use crate::study::{CommandLine, Plan, Program, Strategy};
    use crate::window::compare::experiment_progress::experiment_study;
    use crate::workload::{Environment, find, freeze};

    #[test]
    fn steps_are_single_then_grow_by_a_quarter() {
        assert_eq!(counts(1), [1]);
        assert_eq!(counts(5), [1, 2, 3, 4, 5]);
        assert_eq!(counts(16), [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 16]);
    }

    #[test]
    fn a_run_with_another_seed_does_not_match_the_sweep() {
        let form = SweepForm { repeats: 3, max_workers: Some(4), sample: None };
        let mut document = Document::default();
        document.plan.clock = ClockChoice::Virtual;
        let sweep = SweepView::new(&form.experiment(&experiment_study(&document, 5))).unwrap();
        let run = |seed: u64, workload: WorkloadName| {
            let plan = Plan { seed: Some(seed), ..document.plan.clone() };
            let given = Environment { logical_cpus: 2, seed: 0, last_s: None };
            let (cases, work) = (document.cases.clone(), find(workload));
            let frozen = freeze(cases, workload, work.as_ref(), &plan, given).unwrap().0;
            let state = replay(&frozen);
            RunReport::new(Arc::new(frozen), state, MACHINE)
        };
        assert!(sweep.matches(&run(5, WorkloadName::Demo)));
        assert!(!sweep.matches(&run(6, WorkloadName::Demo)));
        assert!(!sweep.matches(&run(5, WorkloadName::Wait)));
    }

    #[test]
    fn a_run_of_a_sweep_of_programs_matches_it_without_output() {
        let command = CommandLine::parse(&["solve", "{x}"]).unwrap();
        let program = Some(Arc::new(Program::new(command)));
        let workload = WorkloadName::Command;
        let study = Study { workload, program, ..Document::default().study() };
        let sweep = Experiment::sweep(&study, SweepPlan { workers: Some(vec![1]), repeat: 1 });
        let Study { cases, plan, .. } = study;
        let work = sweep.next().unwrap().workload.as_ref();
        let given = Environment { logical_cpus: 2, seed: 5, last_s: None };
        let frozen = freeze(cases, workload, work, &plan, given).unwrap().0;
        let state = RunState::new(frozen.cases.len());
        let report = RunReport::new(Arc::new(frozen), state, MACHINE);
        assert!(SweepView::new(&sweep).unwrap().matches(&report));
    }

    #[test]
    fn a_sweep_runs_the_document_with_one_seed() {
        let mut document = Document::default();
        document.plan.clock = ClockChoice::Virtual;
        let form = SweepForm { repeats: 3, max_workers: Some(4), sample: None };
        let sweep = form.experiment(&experiment_study(&document, 5));
        assert_eq!(sweep.steps.len(), 4, "once each on the virtual clock");
        for step in &sweep.steps {
            assert_eq!(step.study.cases, document.cases);
            assert_eq!(step.study.plan.seed, Some(5));
        }
        document.plan.clock = ClockChoice::Real;
        let study = experiment_study(&document, 5);
        assert_eq!(form.experiment(&study).steps.len(), 13, "including one warm-up");
        assert_eq!(sweep_problem(&document), None);
        document.plan.strategy = Strategy::Series;
        assert!(sweep_problem(&document).unwrap().starts_with("series has a fixed number"));
    }
}
