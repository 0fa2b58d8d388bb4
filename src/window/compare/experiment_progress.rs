//! Progress of an experiment in the window.

use crate::experiment::{Experiment, RemainingSteps};
use crate::report::TimeLeftRange;
use crate::study::{Plan, SeriesChoice, Study};
use crate::window::state::{Document, RunPhase, RunView};

#[derive(Debug)]
pub struct ExperimentSteps {
    pub ended_count: usize,
    pub step_count: usize,
    /// Whether steps may still be added.
    pub may_grow: bool,
    /// Label of the next run, and whether it counts.
    next: Option<(String, bool)>,
    /// Estimated time of the next run and of those after it.
    remaining: Option<RemainingSteps>,
}

impl ExperimentSteps {
    pub fn of(experiment: &Experiment) -> Self {
        Self {
            ended_count: experiment.ended,
            step_count: experiment.steps.len(),
            may_grow: experiment.may_grow(),
            next: experiment.next().map(|step| (step.label.clone(), step.counts)),
            remaining: experiment.remaining(),
        }
    }
}

/// Progress of a comparison, an example or a sweep.
#[derive(Debug)]
pub struct ExperimentProgress {
    pub title: &'static str,
    pub phase: RunPhase,
    pub steps: ExperimentSteps,
    pub has_document_rows: bool,
}

impl ExperimentProgress {
    pub fn of(experiment: &Experiment, title: &'static str, has_document_rows: bool) -> Self {
        let phase = if experiment.is_over() { RunPhase::Ended } else { RunPhase::Running };
        Self { title, phase, steps: ExperimentSteps::of(experiment), has_document_rows }
    }

    pub fn is_running(&self) -> bool {
        self.phase != RunPhase::Ended
    }

    /// Whether the experiment ended before its last run.
    pub fn is_cut_short(&self) -> bool {
        self.phase == RunPhase::Ended && self.steps.next.is_some()
    }

    /// Describes the current run, such as `run 3 of 14: threads:2`.
    pub fn now(&self) -> Option<String> {
        let ExperimentSteps { ended_count, step_count, may_grow, next, .. } = &self.steps;
        let (label, counts) = next.as_ref().filter(|_| self.is_running())?;
        let warm_up = if *counts { "" } else { ", warm-up" };
        let of = if *may_grow { String::new() } else { format!(" of {step_count}") };
        Some(format!("run {}{of}{warm_up}: {label}", ended_count + 1))
    }

    /// Returns the share of all runs that is over, from 0 to 1, during this run; `None` while
    /// their number is not known.
    pub fn share(&self, run: &RunView) -> Option<f32> {
        let of_run = if run.phase() == RunPhase::Ended { 0.0 } else { run.progress() };
        let steps = self.steps.step_count.max(1) as f32;
        (!self.steps.may_grow).then_some((self.steps.ended_count as f32 + of_run) / steps)
    }

    /// Estimates the time left of all runs during this one.
    pub fn time_left(&self, run: &RunView) -> Option<TimeLeftRange> {
        let RemainingSteps { next_s, later_s } = self.steps.remaining?;
        let of_run = match run.phase() {
            RunPhase::Cancelling => return None,
            RunPhase::Running => run.time_left().or_else(|| {
                let left_s = (next_s? - run.elapsed_s()).max(0.0);
                Some(TimeLeftRange::exact(left_s))
            }),
            // The next run is about to start.
            RunPhase::Ended => next_s.map(TimeLeftRange::exact),
        };
        Some(of_run?.plus(later_s))
    }

    /// Prepares the current run for the other tabs.
    pub(crate) fn dress_current(&self, run: RunView) -> RunView {
        self.dress(run, self.steps.next.as_ref().map_or("", |(label, _)| label))
    }

    /// Prepares the run of a step for the other tabs.
    pub(crate) fn dress(&self, mut run: RunView, label: &str) -> RunView {
        run.title = Some(format!("{}: {label}", self.title));
        run.has_document_rows &= self.has_document_rows;
        run
    }
}

/// Returns the study that experiments on a document run; `seed` applies where its plan has
/// none.
pub(crate) fn experiment_study(document: &Document, seed: u64) -> Study {
    let plan = Plan {
        seed: Some(document.plan.seed.unwrap_or(seed)),
        series: SeriesChoice::Estimate,
        ..document.plan.clone()
    };
    Study { plan, ..document.study() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::SweepPlan;
    use crate::report::RunReport;
    use crate::report::fixtures::MACHINE;
    use crate::run::replay;
    use crate::study::{CaseTable, WorkloadName};
    use crate::workload::{Environment, find, freeze};
    use std::sync::Arc;

    #[test]
    fn bar_and_time_left_are_those_of_all_runs() {
        let mut cases = CaseTable::default();
        for _ in 0..4 {
            cases.push("", 5.0, 1.0, &[]);
        }
        let document = Document::new(cases, WorkloadName::Wait, Plan::default());
        let study = experiment_study(&document, 1);
        let plan = SweepPlan { workers: Some(vec![1, 2]), repeat: 2 };
        let mut sweep = Experiment::sweep(&study, plan);
        let frozen = |plan: &Plan| {
            let environment = Environment { logical_cpus: 2, seed: 1, last_s: None };
            let (cases, name) = (document.cases.clone(), document.workload);
            Arc::new(freeze(cases, name, find(name).as_ref(), plan, environment).unwrap().0)
        };
        // Warm-up with 2 workers, then 1, 2, 2, 1: 10 s, 20 s, 10 s, 10 s, 20 s.
        let at_start = |sweep: &Experiment| {
            let progress = ExperimentProgress::of(sweep, "Sweep", true);
            let mut run = RunView::new(frozen(&sweep.next().unwrap().study.plan), MACHINE);
            run.set_now(0);
            (progress.share(&run), progress.time_left(&run).map(|left| left.likely_s.round()))
        };
        assert_eq!(at_start(&sweep), (Some(0.0), None), "nothing is known");
        for (ended, left_s) in [(1, 60.0), (2, 40.0), (3, 30.0), (4, 20.0)] {
            let frozen = frozen(&sweep.next().unwrap().study.plan);
            let state = replay(&frozen);
            sweep.take(Arc::new(RunReport::new(frozen, state, MACHINE)));
            assert_eq!(at_start(&sweep), (Some(ended as f32 / 5.0), Some(left_s)), "{ended}");
        }
    }
}
