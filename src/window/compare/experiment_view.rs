//! An experiment in the window: subject, progress and results so far.

use std::sync::Arc;

use crate::experiment::{ExampleName, Experiment, Subject};
use crate::report::RunReport;
use crate::study::{Plan, Study};

use super::compare_data::{CompareView, RunSeries};
use crate::history::SavedRunKind;
use crate::window::state::{Document, RunPhase, RunView};

/// A running or finished experiment.
#[derive(Debug)]
pub struct ExperimentView {
    subject: Subject,
    /// Label of each step, and whether it counts.
    steps: Vec<(String, bool)>,
    /// The distinct studies that it runs.
    studies: Vec<Study>,
    ended: usize,
    phase: RunPhase,
    /// Results of its runs so far.
    pub shown: CompareView,
    /// Document whose cases a comparison runs.
    compared: Option<Document>,
    /// Whether its cases are the rows of the current document.
    rows_known: bool,
}

impl ExperimentView {
    /// Starts a view of an experiment; `compared` is the document whose cases it runs,
    /// if it has none of its own.
    pub fn new(session: &Experiment, compared: Option<Document>) -> Self {
        let steps = session.steps();
        let mut studies: Vec<Study> = Vec::new();
        for step in steps {
            let same = |study: &Study| {
                study.workload == step.study.workload && study.cases == step.study.cases
            };
            if !studies.iter().any(same) {
                studies.push(step.study.clone());
            }
        }
        Self {
            rows_known: compared.is_some(),
            compared,
            subject: session.subject().clone(),
            steps: steps.iter().map(|step| (step.label.clone(), step.counts)).collect(),
            studies,
            ended: session.ended(),
            phase: if session.is_over() { RunPhase::Ended } else { RunPhase::Running },
            shown: CompareView::of(session),
        }
    }

    pub fn example(&self) -> Option<ExampleName> {
        match self.subject {
            Subject::Example(name) => Some(name),
            Subject::Comparison(_) | Subject::Sweep(_) => None,
        }
    }

    pub fn title(&self) -> &'static str {
        self.example().map_or("Comparison", ExampleName::title)
    }

    pub fn phase(&self) -> RunPhase {
        self.phase
    }

    pub fn is_running(&self) -> bool {
        self.phase != RunPhase::Ended
    }

    /// Returns the number of finished runs and of all runs.
    pub fn progress(&self) -> (usize, usize) {
        (self.ended, self.steps.len())
    }

    /// Describes the current run, such as `run 3 of 14: threads:2`.
    pub fn now(&self) -> Option<String> {
        let (label, counts) = self.steps.get(self.ended).filter(|_| self.is_running())?;
        let warm_up = if *counts { "" } else { ", warm-up" };
        let (number, all) = (self.ended + 1, self.steps.len());
        Some(format!("run {number} of {all}{warm_up}: {label}"))
    }

    /// Returns the label of the current run.
    pub fn label(&self) -> &str {
        self.steps.get(self.ended).map_or("", |(label, _)| label)
    }

    /// Records the end of a run and the results so far.
    pub fn take(&mut self, shown: CompareView) {
        self.ended += 1;
        self.shown = shown;
    }

    /// Records that the user cancelled it.
    pub fn note_cancel(&mut self) {
        if self.is_running() {
            self.phase = RunPhase::Cancelling;
        }
    }

    pub fn end(&mut self) {
        self.phase = RunPhase::Ended;
    }

    /// Whether it ended before all of its runs.
    pub fn is_cut_short(&self) -> bool {
        self.phase == RunPhase::Ended && self.ended < self.steps.len()
    }

    /// Records that the rows of the document changed.
    pub fn forget_rows(&mut self) {
        self.rows_known = false;
    }

    /// Whether its cases are the rows of the current document.
    pub fn knows_rows(&self) -> bool {
        self.rows_known
    }

    /// Prepares one of its runs for the other tabs.
    pub fn dressed(&self, run: RunView, label: &str) -> RunView {
        let mut run = run.with_title(format!("{}: {label}", self.title()));
        if !self.rows_known {
            run.forget_rows();
        }
        run
    }

    /// Returns the representative run of a series.
    pub fn run_of(&self, set: usize, series: usize) -> Option<RunView> {
        let RunSeries { label, run, .. } = self.shown.sets.get(set)?.series.get(series)?;
        Some(self.dressed(RunView::from_report(run.report.clone()), label))
    }

    /// Returns the representative run of each series, for the run history.
    pub fn to_keep(&self) -> Vec<(Arc<RunReport>, SavedRunKind)> {
        let series = self.shown.sets.iter().flat_map(|set| &set.series);
        let of = |label: &str| SavedRunKind::PartOf {
            title: self.title().to_owned(),
            label: label.to_owned(),
        };
        series.map(|series| (Arc::clone(&series.run.report), of(&series.label))).collect()
    }

    /// Whether it ran the same cases with the same work as a run.
    pub fn has_cases_of(&self, run: &RunView) -> bool {
        let (series, run) = (self.shown.sets.iter().flat_map(|set| &set.series), run.frozen());
        series.map(|series| &series.run.report.frozen).any(|own| {
            (own.workload, own.plan.time_scale) == (run.workload, run.plan.time_scale)
                && own.cases == run.cases
        })
    }

    /// Returns the number of distinct tables of cases.
    pub fn studies(&self) -> usize {
        self.studies.len()
    }

    /// Returns one of its tables of cases as a document.
    pub fn document(&self, study: usize) -> Option<Document> {
        let study = self.studies.get(study)?;
        let plan = Plan { time_scale: study.plan.time_scale, ..Plan::default() };
        Some(Document::of_study(Study { plan, ..study.clone() }))
    }

    /// Whether the document still is what was compared, apart from what the
    /// configurations vary. An example has its own cases.
    pub fn is_of(&self, document: &Document) -> bool {
        let Some(compared) = &self.compared else { return true };
        let Plan { strategy, series, .. } = document.plan;
        compared.cases == document.cases
            && (compared.workload, &compared.program) == (document.workload, &document.program)
            && Plan { strategy, series, ..compared.plan.clone() } == document.plan
    }
}
