//! An experiment as the window sees it: what it is about, how far it has come,
//! and what its runs show so far.

use std::sync::Arc;

use crate::experiment::{ExampleName, Experiment, Subject};
use crate::report::RunReport;
use crate::study::{Plan, Study};

use super::compare_data::{CompareView, RunSeries};
use crate::history::SavedRunKind;
use crate::window::state::document::Document;
use crate::window::state::run_view::{RunPhase, RunView};

/// An experiment that runs, or has been run.
#[derive(Debug)]
pub struct ExperimentView {
    subject: Subject,
    /// Each step's label, and whether it counts.
    steps: Vec<(String, bool)>,
    /// The different cases that it runs, each once.
    studies: Vec<Study>,
    ended: usize,
    phase: RunPhase,
    /// What its runs show so far.
    pub shown: CompareView,
    /// The document whose cases a comparison runs.
    compared: Option<Document>,
    /// Whether the rows of its cases are those of the document.
    rows_known: bool,
}

impl ExperimentView {
    /// An experiment as far as it has been run; `compared` is the document
    /// whose cases it runs, if it has none of its own.
    #[must_use]
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

    /// The example, if it is one.
    #[must_use]
    pub fn example(&self) -> Option<ExampleName> {
        match self.subject {
            Subject::Example(name) => Some(name),
            Subject::Comparison(_) | Subject::Sweep(_) => None,
        }
    }

    /// What it is called.
    #[must_use]
    pub fn title(&self) -> &'static str {
        self.example().map_or("Comparison", ExampleName::title)
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

    /// How many of its runs have ended, and how many there are.
    #[must_use]
    pub fn progress(&self) -> (usize, usize) {
        (self.ended, self.steps.len())
    }

    /// The run in progress, such as `run 3 of 14: threads:2`.
    #[must_use]
    pub fn now(&self) -> Option<String> {
        let (label, counts) = self.steps.get(self.ended).filter(|_| self.is_running())?;
        let warm_up = if *counts { "" } else { ", to warm up" };
        let (number, all) = (self.ended + 1, self.steps.len());
        Some(format!("run {number} of {all}{warm_up}: {label}"))
    }

    /// What the run in progress is called.
    #[must_use]
    pub fn label(&self) -> &str {
        self.steps.get(self.ended).map_or("", |(label, _)| label)
    }

    /// A run has ended, and this is what the runs show now.
    pub fn take(&mut self, shown: CompareView) {
        self.ended += 1;
        self.shown = shown;
    }

    /// The user asked for its end.
    pub fn note_cancel(&mut self) {
        if self.is_running() {
            self.phase = RunPhase::Cancelling;
        }
    }

    /// No more of it will be run.
    pub fn end(&mut self) {
        self.phase = RunPhase::Ended;
    }

    /// Whether it ended before all of it was run.
    #[must_use]
    pub fn is_cut_short(&self) -> bool {
        self.phase == RunPhase::Ended && self.ended < self.steps.len()
    }

    /// The rows of the document are no longer those that were run.
    pub fn forget_rows(&mut self) {
        self.rows_known = false;
    }

    /// Whether the rows of its cases are those of the document.
    #[must_use]
    pub fn knows_rows(&self) -> bool {
        self.rows_known
    }

    /// A run of it, as the other tabs show it.
    #[must_use]
    pub fn dressed(&self, run: RunView, label: &str) -> RunView {
        let mut run = run.with_title(format!("{}: {label}", self.title()));
        if !self.rows_known {
            run.forget_rows();
        }
        run
    }

    /// The run that stands for this way of this set.
    #[must_use]
    pub fn run_of(&self, set: usize, way: usize) -> Option<RunView> {
        let RunSeries { label, run, .. } = self.shown.sets.get(set)?.ways.get(way)?;
        Some(self.dressed(RunView::from_report(run.report.clone()), label))
    }

    /// The run that stands for each of its ways, to be kept.
    #[must_use]
    pub fn to_keep(&self) -> Vec<(Arc<RunReport>, SavedRunKind)> {
        let ways = self.shown.sets.iter().flat_map(|set| &set.ways);
        let of = |label: &str| SavedRunKind::PartOf {
            title: self.title().to_owned(),
            label: label.to_owned(),
        };
        ways.map(|way| (Arc::clone(&way.run.report), of(&way.label))).collect()
    }

    /// Whether it ran the cases of this run too, with the same work.
    #[must_use]
    pub fn has_cases_of(&self, run: &RunView) -> bool {
        let (ways, run) = (self.shown.sets.iter().flat_map(|set| &set.ways), run.frozen());
        ways.map(|way| &way.run.report.frozen).any(|own| {
            (own.workload, own.plan.time_scale) == (run.workload, run.plan.time_scale)
                && own.cases == run.cases
        })
    }

    /// How many different tables of cases it runs.
    #[must_use]
    pub fn studies(&self) -> usize {
        self.studies.len()
    }

    /// One of its tables of cases, as a document of its own.
    #[must_use]
    pub fn document(&self, study: usize) -> Option<Document> {
        let study = self.studies.get(study)?;
        let plan = Plan { time_scale: study.plan.time_scale, ..Plan::default() };
        Some(Document::of_study(Study { plan, ..study.clone() }))
    }

    /// Whether the document is still what was compared, but for what the setups
    /// vary. An example has cases of its own.
    #[must_use]
    pub fn is_of(&self, document: &Document) -> bool {
        let Some(compared) = &self.compared else { return true };
        let Plan { strategy, series, .. } = document.plan;
        compared.cases == document.cases
            && (compared.workload, &compared.program) == (document.workload, &document.program)
            && Plan { strategy, series, ..compared.plan.clone() } == document.plan
    }
}
