//! An experiment in the window: subject, progress and results so far.

use std::sync::Arc;

use crate::experiment::{ExampleName, Experiment, Subject, Verdict};
use crate::report::Headline;
use crate::study::{ClockChoice, Plan, Study};
use crate::text::duration;

use super::compare_data::{CaseSet, CompareView, RunSeries};
use super::experiment_progress::ExperimentProgress;
use crate::history::{RunToSave, SavedRunKind};
use crate::window::state::{Document, RunView};

#[derive(Debug)]
pub struct ExperimentView {
    pub example: Option<ExampleName>,
    pub progress: ExperimentProgress,
    /// The distinct studies that it runs.
    pub studies: Vec<Study>,
    pub shown: CompareView,
    /// Document whose cases a comparison runs.
    compared: Option<Document>,
}

impl ExperimentView {
    /// Starts a view of an experiment; `compared` is the document whose cases it runs,
    /// if it has none of its own.
    pub fn new(session: &Experiment, compared: Option<Document>) -> Self {
        let example = match &session.subject {
            Subject::Example(name) => Some(*name),
            Subject::Comparison(_) | Subject::Sweep(_) => None,
        };
        let title = example.map_or("Comparison", ExampleName::title);
        let mut studies: Vec<Study> = Vec::new();
        for step in &session.steps {
            let same = |study: &Study| {
                study.workload == step.study.workload && study.cases == step.study.cases
            };
            if !studies.iter().any(same) {
                studies.push(step.study.clone());
            }
        }
        Self {
            example,
            progress: ExperimentProgress::of(session, title, compared.is_some()),
            studies,
            compared,
            shown: CompareView::of(session),
        }
    }

    pub fn run_of(&self, set: usize, series: usize) -> Option<RunView> {
        let RunSeries { label, run, .. } = self.shown.sets.get(set)?.series.get(series)?;
        Some(self.progress.dress(RunView::from_report(run.report.clone()), label))
    }

    /// Returns the representative run of each series, for the run history; of an example only
    /// the fastest one, since the example can be run again.
    pub fn to_keep(&self) -> Vec<RunToSave> {
        let is_example = self.example.is_some();
        let mut kept: Vec<_> = self.shown.sets.iter().flat_map(|set| &set.series).collect();
        if is_example {
            let total_s = |series: &RunSeries| series.median_s().unwrap_or(f64::INFINITY);
            kept.sort_by(|a, b| total_s(a).total_cmp(&total_s(b)));
            kept.truncate(1);
        }
        let of = |label: &str| SavedRunKind::PartOf {
            title: self.progress.title.to_owned(),
            label: label.to_owned(),
            is_example,
        };
        kept.iter().map(|series| (Arc::clone(&series.run.report), of(&series.label))).collect()
    }

    /// Whether it ran the same cases with the same work as a run.
    pub fn has_cases_of(&self, run: &RunView) -> bool {
        let (series, run) = (self.shown.sets.iter().flat_map(|set| &set.series), run.frozen());
        series.map(|series| &series.run.report.frozen).any(|own| {
            (own.workload, own.plan.time_scale) == (run.workload, run.plan.time_scale)
                && own.cases == run.cases
        })
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

    pub fn answer(&self) -> Headline {
        let title = self.progress.title;
        if let Some(progress) = self.progress.now() {
            return format!("{title}, {progress}").into();
        }
        let view = &self.shown;
        match (self.example, view.sets.first()) {
            (_, None) => format!("{title}: no run was completed").into(),
            (Some(_), _) => format!("{title}: {}", claims_summary(view)).into(),
            (None, Some(set)) => fastest(set),
        }
    }
}

/// Counts the claims: `6 of 8 claims confirmed, 1 not confirmed, 1 inconclusive`.
fn claims_summary(view: &CompareView) -> String {
    let [confirmed, refuted, open] = view.verdicts();
    let part = |count: usize, verdict: &str| match count {
        0 => String::new(),
        count => format!(", {count} {verdict}"),
    };
    let all = confirmed + refuted + open;
    let (refuted, open) = (part(refuted, "not confirmed"), part(open, "inconclusive"));
    format!("{confirmed} of {all} claims confirmed{refuted}{open}")
}

fn fastest(set: &CaseSet) -> Headline {
    if set.series.iter().any(|series| series.values_match == Some(false)) {
        return "The computed values differ: one of the setups is wrong".into();
    }
    let base = &set.series[set.base];
    let timed = set.series.iter().filter_map(|series| Some((series, series.median_s()?)));
    let (Some((best, best_s)), Some(base_s)) =
        (timed.min_by(|a, b| a.1.total_cmp(&b.1)), base.median_s())
    else {
        return "No setup completed all its cases".into();
    };
    let is_tested =
        |series: &RunSeries| series.verdict.is_some_and(|it| it != Verdict::TooFewRepeats);
    let has = |verdict| set.series.iter().any(|series| series.verdict == Some(verdict));
    match best.verdict {
        Some(Verdict::Faster) => {
            best.faster_than(base, best.run.report.frozen.plan.clock == ClockChoice::Real)
        }
        _ if has(Verdict::Faster) => {
            format!("{} has the lowest median, {}", best.name, duration(best_s)).into()
        }
        _ if has(Verdict::Slower) => {
            format!("Nothing is faster than {}, {}", base.name, duration(base_s)).into()
        }
        _ if set.series.len() > 1 && set.series.iter().all(is_tested) => {
            "No difference beyond noise".into()
        }
        _ => "Too few complete runs to compare".into(),
    }
}
