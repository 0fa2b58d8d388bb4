//! An experiment in progress: its next run and the runs so far.

use std::sync::Arc;

use super::comparison::comparison_steps;
use super::example::ExampleName;
use super::step::{LabelledRun, RunStep};
use super::sweep::plan::SweepPlan;
use crate::report::RunReport;
use crate::study::{ClockChoice, Plan, Setup, Study};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// The same cases with several setups.
    Comparison(Vec<Setup>),
    /// One of the reference examples.
    Example(ExampleName),
    /// The same cases with growing worker counts.
    Sweep(SweepPlan),
}

/// An experiment: steps that its owner runs one after another.
#[derive(Clone)]
pub struct Experiment {
    pub(crate) subject: Subject,
    /// All steps known so far, in running order.
    pub steps: Vec<RunStep>,
    /// Number of ended steps.
    pub(crate) ended: usize,
    pub(super) last: Option<Arc<RunReport>>,
    /// Total of each ended step in seconds, if it is known.
    pub(super) totals_s: Vec<Option<f64>>,
    /// The runs that count.
    pub(crate) runs: Vec<LabelledRun>,
}

impl Experiment {
    /// Creates a comparison of setups with `repeat` runs each.
    pub fn comparison(study: &Study, setups: Vec<Setup>, repeat: u32) -> Self {
        let steps = comparison_steps(study, &setups, repeat);
        Self::new(Subject::Comparison(setups), steps)
    }

    /// Creates a reference example with time scale, seed and clock of this plan.
    pub fn example(name: ExampleName, plan: &Plan, logical_cpus: u32) -> Self {
        Self::new(Subject::Example(name), name.steps(plan, logical_cpus))
    }

    /// Creates a sweep. If its worker counts are open, steps are added as runs end.
    pub fn sweep(study: &Study, plan: SweepPlan) -> Self {
        let steps = plan.steps(study);
        Self::new(Subject::Sweep(plan), steps)
    }

    fn new(subject: Subject, steps: Vec<RunStep>) -> Self {
        let (last, totals_s, runs) = (None, Vec::new(), Vec::new());
        Self { subject, steps, ended: 0, last, totals_s, runs }
    }

    /// Whether all steps have ended.
    pub fn is_over(&self) -> bool {
        self.ended == self.steps.len()
    }

    /// Returns the step to run next.
    pub fn next(&self) -> Option<&RunStep> {
        self.steps.get(self.ended)
    }

    /// Returns the times of the next step's cases in the previous run, in seconds, for
    /// orders that need lengths the workload does not know.
    pub fn last_s(&self) -> Option<Vec<f64>> {
        let (last, next) = (self.last.as_ref()?, self.next()?);
        let same = last.frozen.workload == next.study.workload
            && last.frozen.plan.time_scale == next.study.plan.time_scale
            && last.frozen.cases == next.study.cases;
        if same { last.times_s() } else { None }
    }

    /// Records the report of the next step and advances to the one after it.
    pub fn take(&mut self, report: Arc<RunReport>) {
        let Some(step) = self.steps.get(self.ended) else { return };
        self.ended += 1;
        self.totals_s.push(report.figures.total_parallel_s);
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
            self.steps.extend(plan.next_steps(last, &self.runs));
        }
    }

    /// Whether steps may still be added.
    pub fn may_grow(&self) -> bool {
        matches!(&self.subject, Subject::Sweep(plan) if plan.is_growing(&self.runs))
    }
}
