//! A sweep as the window sees it: how it is asked for, how far it has come, and
//! what it measured so far.

use std::ops::RangeInclusive;
use std::sync::Arc;

use strum::VariantArray as _;

use crate::experiment::{CaseSample, Experiment, Subject, SweepPlan, SweepReport};
use crate::report::{Prediction, Predictor, RunReport, Scenario};
use crate::study::{ClockChoice, Order, Plan, SeriesChoice, Study, WorkloadName};
use crate::window::state::document::Document;
use crate::window::state::run_view::{RunPhase, RunView};

/// How often each number of workers can be run.
pub const SWEEP_REPEATS: RangeInclusive<u32> = 1..=50;

/// Up to so many workers none is left out; from there on they grow by a quarter.
const WITHOUT_GAPS: u32 = 8;

/// How many cases are played for the curves of what computes, at most.
const MOST_PLAYED: usize = 2_000_000;

/// How a sweep is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SweepForm {
    /// How often each number of workers is run.
    pub repeats: u32,
    /// Up to how many workers; `None` goes on until more stop paying.
    pub up_to: Option<u32>,
    /// How many of the cases are run, chosen by length; `None` is all.
    pub sample: Option<usize>,
}

impl Default for SweepForm {
    fn default() -> Self {
        Self { repeats: 3, up_to: None, sample: None }
    }
}

impl SweepForm {
    /// All cases of the document as they are to be run; what its plan leaves to
    /// chance is drawn once, by this seed.
    #[must_use]
    pub fn whole(document: &Document, seed: u64) -> Study {
        let plan = Plan {
            seed: Some(document.plan.seed.unwrap_or(seed)),
            series: SeriesChoice::Estimate,
            ..document.plan.clone()
        };
        Study { plan, ..document.study() }
    }

    /// The sweep of this study.
    #[must_use]
    pub fn session(&self, study: &Study) -> Experiment {
        // On the virtual clock each run takes the same.
        let repeat = if study.plan.clock == ClockChoice::Virtual { 1 } else { self.repeats };
        let workers = self.up_to.map(counts);
        Experiment::sweep(study, SweepPlan { workers, repeat })
    }
}

/// Why the document cannot be swept as it is.
#[must_use]
pub fn sweep_problem(document: &Document) -> Option<String> {
    let plan = document.plan.clone();
    let name: &str = plan.strategy.into();
    // The cases are not looked at.
    let check = SweepPlan::check(&Study { plan, ..Study::default() });
    let why = || format!("{name} fixes its number of workers; choose threads, say, to sweep");
    check.is_err().then(why)
}

/// Growing numbers of workers up to this one.
fn counts(most: u32) -> Vec<u32> {
    let next = |&workers: &u32| {
        let step = if workers < WITHOUT_GAPS { 1 } else { workers / 4 };
        (workers < most).then(|| (workers + step).min(most))
    };
    std::iter::successors(Some(1), next).collect()
}

/// A sweep that runs, or has been run.
#[derive(Debug)]
pub struct SweepView {
    /// What is run, with any number of workers.
    swept: Study,
    phase: RunPhase,
    /// Whether the rows of its cases are those of the document.
    rows_known: bool,
    /// What it shows so far.
    pub shown: SweepPoints,
}

/// How far a sweep has come, and what it measured.
#[derive(Debug)]
pub struct SweepPoints {
    ended: usize,
    known: usize,
    may_grow: bool,
    /// What the next run is called, and whether it counts.
    next: Option<(String, bool)>,
    /// What was measured.
    pub report: SweepReport,
    /// Of cases that compute: the totals that its contention predicts for each
    /// order, up to twice the workers that were measured.
    pub fitted: Vec<(Scenario, Vec<Prediction>)>,
}

impl SweepPoints {
    /// What a session has come to, of which the cases are this sample if not all.
    /// Plays the cases some times: not for the thread that draws.
    #[must_use]
    pub fn of(session: &Experiment, sample: Option<&CaseSample>) -> Option<Self> {
        let Subject::Sweep(plan) = session.subject() else { return None };
        let study = &session.steps().first()?.study;
        let report = SweepReport::new(study, plan, session.runs());
        Some(Self {
            ended: session.ended(),
            known: session.steps().len(),
            may_grow: session.may_grow(),
            next: session.next().map(|step| (step.label.clone(), step.counts)),
            fitted: fitted(&report),
            report: match sample {
                Some(sample) => report.for_all(sample),
                None => report,
            },
        })
    }
}

/// The curves that the contention of a sweep makes.
fn fitted(report: &SweepReport) -> Vec<(Scenario, Vec<Prediction>)> {
    let Some((base, contention)) = report.base.as_ref().zip(report.contention) else {
        return Vec::new();
    };
    let Ok(predictor) = Predictor::of_run(base) else { return Vec::new() };
    let orders = Order::VARIANTS.iter().copied();
    let shape = Scenario::of(&base.frozen.plan);
    let shapes = orders.map(|order| Scenario { order, ..shape });
    let most = report.points.iter().filter(|point| point.total_s.is_some());
    let last = 2 * most.map(|point| point.workers).max().unwrap_or(0);
    let few = MOST_PLAYED / (predictor.cases().max(1) * Order::VARIANTS.len());
    let counts = if last as usize <= few { (1..=last).collect() } else { counts(last) };
    let curve = |shape: Scenario| {
        let point = |&workers: &u32| {
            let total_s = contention.total_s(&predictor, shape, workers).ok()??;
            Some(Prediction { total_s, ..predictor.predict(shape, workers).ok()? })
        };
        (shape, counts.iter().map_while(point).collect())
    };
    shapes.map(curve).filter(|(_, points): &(Scenario, Vec<_>)| !points.is_empty()).collect()
}

impl SweepView {
    /// A sweep that begins, if the session is one.
    #[must_use]
    pub fn new(session: &Experiment) -> Option<Self> {
        let swept = session.steps().first()?.study.clone();
        let shown = SweepPoints::of(session, None)?;
        Some(Self { swept, phase: RunPhase::Running, rows_known: true, shown })
    }

    /// How far it has come.
    #[must_use]
    pub fn phase(&self) -> RunPhase {
        self.phase
    }

    /// Whether there is more to come.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.phase != RunPhase::Ended
    }

    /// The share of its runs that have ended, where their number is known.
    #[must_use]
    pub fn progress(&self) -> Option<f32> {
        let SweepPoints { ended, known, may_grow, .. } = self.shown;
        #[expect(clippy::cast_precision_loss, reason = "a share of a bar")]
        (!may_grow).then(|| ended as f32 / known.max(1) as f32)
    }

    /// The run in progress, such as `run 3 of 14: 2 workers`.
    #[must_use]
    pub fn now(&self) -> Option<String> {
        let SweepPoints { ended, known, may_grow, next, .. } = &self.shown;
        let (label, counts) = next.as_ref().filter(|_| self.is_running())?;
        let warm_up = if *counts { "" } else { ", to warm up" };
        let of = if *may_grow { String::new() } else { format!(" of {known}") };
        Some(format!("run {}{of}{warm_up}: {label}", ended + 1))
    }

    /// Whether it ended before all of it was run.
    #[must_use]
    pub fn is_cut_short(&self) -> bool {
        self.phase == RunPhase::Ended && self.shown.next.is_some()
    }

    /// The user asked for its end.
    pub(crate) fn note_cancel(&mut self) {
        if self.is_running() {
            self.phase = RunPhase::Cancelling;
        }
    }

    /// No more of it will be run.
    pub(crate) fn end(&mut self) {
        self.phase = RunPhase::Ended;
    }

    /// The rows of the document are no longer those that were run.
    pub(crate) fn forget_rows(&mut self) {
        self.rows_known = false;
    }

    /// A run of it, as the other tabs show it.
    #[must_use]
    pub(crate) fn dressed(&self, run: RunView) -> RunView {
        let label = self.shown.next.as_ref().map_or("", |(label, _)| label);
        let mut run = run.with_title(format!("Sweep: {label}"));
        if !self.rows_known {
            run.forget_rows();
        }
        run
    }

    /// Whether this run is of what it swept, but for the workers and the order.
    #[must_use]
    pub(crate) fn is_of(&self, report: &RunReport) -> bool {
        let (Study { cases, workload, plan, program }, then) = (&self.swept, &report.frozen);
        // Other draws are other lengths, or other values.
        let draws = matches!(workload, WorkloadName::Demo | WorkloadName::Random);
        let batch = plan.batch.unwrap_or(then.plan.workers);
        *workload == then.workload
            && (*workload != WorkloadName::Command || *program == then.program)
            && (!draws || plan.seed == Some(then.plan.seed))
            && then.plan.batch.is_none_or(|then| then == batch)
            && (plan.strategy, plan.time_scale, plan.clock)
                == (then.plan.strategy, then.plan.time_scale, then.plan.clock)
            && *cases == then.cases
    }

    /// The word for what its totals are.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.swept.plan.clock {
            ClockChoice::Real => "measured",
            ClockChoice::Virtual => "simulated",
        }
    }

    /// Whether this run is one of those whose totals are shown.
    #[must_use]
    pub(crate) fn has(&self, report: &Arc<RunReport>) -> bool {
        let workers = report.frozen.plan.workers;
        let points = self.shown.report.points.iter().filter(|point| point.workers == workers);
        let total_s = report.figures.total_parallel_s;
        points.flat_map(|point| &point.repeats_s).any(|&repeat_s| Some(repeat_s) == total_s)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Machine;
    use crate::run::replay;
    use crate::study::Strategy;
    use crate::workload::{Environment, find, freeze};

    #[test]
    fn numbers_grow_without_gaps_then_by_a_quarter() {
        assert_eq!(counts(1), [1]);
        assert_eq!(counts(5), [1, 2, 3, 4, 5]);
        assert_eq!(counts(16), [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 16]);
    }

    #[test]
    fn a_run_with_other_draws_is_not_what_was_swept() {
        let form = SweepForm { repeats: 3, up_to: Some(4), sample: None };
        let mut document = Document::default();
        document.plan.clock = ClockChoice::Virtual;
        let sweep = SweepView::new(&form.session(&SweepForm::whole(&document, 5))).unwrap();
        let run = |seed: u64, workload: WorkloadName| {
            let plan = Plan { seed: Some(seed), ..document.plan.clone() };
            let given = Environment { logical_cpus: 2, seed: 0, last_s: None };
            let (cases, work) = (document.cases.clone(), find(workload));
            let frozen = freeze(cases, workload, work.as_ref(), &plan, given).unwrap().0;
            let state = replay(&frozen);
            RunReport::new(Arc::new(frozen), state, Machine { logical_cpus: 2, os: "linux" })
        };
        assert!(sweep.is_of(&run(5, WorkloadName::Demo)));
        assert!(!sweep.is_of(&run(6, WorkloadName::Demo)));
        assert!(!sweep.is_of(&run(5, WorkloadName::Wait)));
    }

    #[test]
    fn a_sweep_is_of_the_document_with_one_seed() {
        let mut document = Document::default();
        document.plan.clock = ClockChoice::Virtual;
        let form = SweepForm { repeats: 3, up_to: Some(4), sample: None };
        let session = form.session(&SweepForm::whole(&document, 5));
        assert_eq!(session.steps().len(), 4, "once each on the virtual clock");
        for step in session.steps() {
            assert_eq!(step.study.cases, document.cases);
            assert_eq!(step.study.plan.seed, Some(5));
        }
        document.plan.clock = ClockChoice::Real;
        let whole = SweepForm::whole(&document, 5);
        assert_eq!(form.session(&whole).steps().len(), 13, "and one to warm up");
        assert_eq!(sweep_problem(&document), None);
        document.plan.strategy = Strategy::Series;
        assert!(sweep_problem(&document).unwrap().starts_with("series fixes"));
    }
}
