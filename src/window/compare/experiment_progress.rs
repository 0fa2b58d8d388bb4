//! Progress of an experiment in the window.

use crate::experiment::Experiment;
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
}

impl ExperimentSteps {
    pub fn of(experiment: &Experiment) -> Self {
        Self {
            ended_count: experiment.ended,
            step_count: experiment.steps.len(),
            may_grow: experiment.may_grow(),
            next: experiment.next().map(|step| (step.label.clone(), step.counts)),
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
        let ExperimentSteps { ended_count, step_count, may_grow, next } = &self.steps;
        let (label, counts) = next.as_ref().filter(|_| self.is_running())?;
        let warm_up = if *counts { "" } else { ", warm-up" };
        let of = if *may_grow { String::new() } else { format!(" of {step_count}") };
        Some(format!("run {}{of}{warm_up}: {label}", ended_count + 1))
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
