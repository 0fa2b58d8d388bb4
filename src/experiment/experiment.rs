//! An experiment on its way: which run is next, and what has been run.

use std::sync::Arc;

use crate::report::RunReport;
use crate::study::{ClockChoice, Plan, Setup, Study};

use super::comparison::comparison_steps;
use super::example::ExampleName;
use super::step::{LabelledRun, RunStep};
use super::sweep::SweepPlan;

/// What an experiment is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// The same cases by several setups.
    Comparison(Vec<Setup>),
    /// One of the reference examples.
    Example(ExampleName),
    /// The same cases with growing numbers of workers.
    Sweep(SweepPlan),
}

/// An experiment: its steps, run one after another by whoever holds it.
#[derive(Debug, Clone)]
pub struct Experiment {
    subject: Subject,
    steps: Vec<RunStep>,
    ended: usize,
    last: Option<Arc<RunReport>>,
    runs: Vec<LabelledRun>,
}

impl Experiment {
    /// The cases of the study by each of the setups, so many times.
    #[must_use]
    pub fn comparison(study: &Study, setups: Vec<Setup>, repeat: u32) -> Self {
        let steps = comparison_steps(study, &setups, repeat);
        Self::new(Subject::Comparison(setups), steps)
    }

    /// A reference example with time scale, seed and clock of this plan.
    #[must_use]
    pub fn example(name: ExampleName, plan: &Plan, logical_cpus: u32) -> Self {
        Self::new(Subject::Example(name), name.steps(plan, logical_cpus))
    }

    /// The cases of the study with growing numbers of workers. If those are open,
    /// steps are added while it goes on.
    #[must_use]
    pub fn sweep(study: &Study, plan: SweepPlan) -> Self {
        let steps = plan.steps(study);
        Self::new(Subject::Sweep(plan), steps)
    }

    fn new(subject: Subject, steps: Vec<RunStep>) -> Self {
        Self { subject, steps, ended: 0, last: None, runs: Vec::new() }
    }

    /// What it is about.
    #[must_use]
    pub fn subject(&self) -> &Subject {
        &self.subject
    }

    /// All steps that are known, in the order in which they run.
    #[must_use]
    pub fn steps(&self) -> &[RunStep] {
        &self.steps
    }

    /// How many steps have ended.
    #[must_use]
    pub fn ended(&self) -> usize {
        self.ended
    }

    /// Whether all steps have ended.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.ended == self.steps.len()
    }

    /// The step that is to be run now.
    #[must_use]
    pub fn next(&self) -> Option<&RunStep> {
        self.steps.get(self.ended)
    }

    /// How long the cases of the next step took when they were last run here,
    /// in seconds: for orders that need lengths which the workload does not know.
    #[must_use]
    pub fn last_s(&self) -> Option<Vec<f64>> {
        let (last, next) = (self.last.as_ref()?, self.next()?);
        let same = last.frozen.workload == next.study.workload
            && last.frozen.plan.time_scale == next.study.plan.time_scale
            && last.frozen.cases == next.study.cases;
        if same { last.times_s() } else { None }
    }

    /// Takes the report of the next step, and goes on to the one after it.
    pub fn take(&mut self, report: Arc<RunReport>) {
        let Some(step) = self.steps.get(self.ended) else { return };
        self.ended += 1;
        if report.frozen.plan.clock == ClockChoice::Real {
            self.last = Some(Arc::clone(&report));
        }
        if step.counts {
            self.runs.push(LabelledRun { label: step.label.clone(), report });
        }
        if let Subject::Sweep(plan) = &self.subject
            && let Some(last) = self.steps.last()
            && self.is_over()
        {
            self.steps.extend(plan.more(last, &self.runs));
        }
    }

    /// Whether there may be more steps than are known.
    #[must_use]
    pub fn may_grow(&self) -> bool {
        matches!(&self.subject, Subject::Sweep(plan) if plan.is_growing(&self.runs))
    }

    /// The runs that count so far.
    #[must_use]
    pub fn runs(&self) -> &[LabelledRun] {
        &self.runs
    }
}
