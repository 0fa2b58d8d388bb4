//! Runs as the timeline shows them.

use super::timeline_facts::TimelineFacts;
use super::timeline_state::TimelineIntent;
use crate::report::charts::lane_blocks::tail;
use crate::report::{GapSpan, RunReport, Timeline};
use crate::run::{CaseRecord, RunState};
use crate::study::{FrozenStudy, RowId};
use crate::window::compare::compare_data::RunSeries;
use crate::window::state::{AppState, Intent, RunView};

pub(crate) struct TimelineRun<'a> {
    pub(crate) title: &'a str,
    pub(crate) frozen: &'a FrozenStudy,
    pub(crate) state: &'a RunState,
    pub(crate) timeline: &'a Timeline,
    /// Facts of a finished run.
    pub(crate) facts: Option<&'a TimelineFacts>,
    pub(crate) report: Option<&'a RunReport>,
    /// End of the time axis: now, or the end of the last case.
    pub(crate) end_ns: u64,
    pub(crate) cores: u32,
    /// Number of lanes, counted from the first, that are held while they have no case.
    pub(crate) held_lanes: usize,
    /// Whether the rows of the run are rows of the document.
    pub(crate) has_document_rows: bool,
    /// Whether the other tabs show this run too.
    is_current: bool,
}

impl<'a> TimelineRun<'a> {
    pub(crate) fn of_run(run: &'a RunView) -> Self {
        Self {
            title: run.title.as_deref().unwrap_or_default(),
            frozen: run.frozen(),
            state: run.state(),
            timeline: &run.timeline,
            facts: run.facts(),
            report: run.report().map(AsRef::as_ref),
            end_ns: run.end_ns(),
            cores: run.machine.limiting_cpus(),
            held_lanes: run.waiting_lanes(),
            has_document_rows: run.has_document_rows,
            is_current: true,
        }
    }

    fn of_series(series: &'a RunSeries, has_document_rows: bool) -> Self {
        Self {
            title: &series.label,
            frozen: &series.run.report.frozen,
            state: &series.run.report.state,
            timeline: &series.run.timeline,
            facts: Some(&series.run.facts),
            report: Some(&series.run.report),
            end_ns: series.run.report.state.makespan_ns,
            cores: series.run.report.machine.limiting_cpus(),
            held_lanes: 0,
            has_document_rows,
            is_current: false,
        }
    }

    pub(crate) fn lane_count(&self) -> usize {
        self.timeline.lanes.lanes().len()
    }

    /// Whether the latest attempt at a case is on the time axis: those of earlier sessions are not.
    pub(crate) fn is_on_axis(&self, record: &CaseRecord) -> bool {
        record.has_started() && record.session == self.state.session
    }

    pub(crate) fn tail(&self, lane: usize) -> Vec<GapSpan> {
        tail(&self.timeline.lanes, lane, (self.end_ns, self.held_lanes))
    }

    /// Whether a row leads to its case without a search.
    pub(crate) fn has_index(&self) -> bool {
        self.is_current && self.has_document_rows
    }

    /// Index of the case of a row in the table that was run.
    pub(crate) fn case_of(&self, state: &AppState, id: RowId) -> Option<usize> {
        if self.has_index() {
            return state.run.as_ref()?.record_of(id).map(|(index, _)| index);
        }
        let cases = &self.frozen.cases;
        (0..cases.len()).find(|&case| cases.id(case) == id)
    }

    /// Cases of the selected rows. Without an index one pass over all cases finds them.
    pub(crate) fn selected_cases(&self, state: &AppState) -> Vec<usize> {
        let (ids, cases) = (state.selected_ids(self.has_document_rows), &self.frozen.cases);
        if self.has_index() || ids.len() < 2 {
            return ids.iter().filter_map(|&id| self.case_of(state, id)).collect();
        }
        (0..cases.len()).filter(|&case| ids.contains(&cases.id(case))).collect()
    }

    /// Intent to select these cases, or to toggle their selection.
    pub(crate) fn select(&self, cases: impl Iterator<Item = usize>, toggle: bool) -> Intent {
        let of_document = self.has_document_rows;
        let rows = cases.map(|case| self.frozen.cases.id(case)).collect();
        Intent::Timeline(TimelineIntent::Select { of_document, rows, toggle })
    }

    /// Licence counts with their start times: the planned limit and later changes.
    pub(crate) fn licences(&self) -> Vec<(u64, u32)> {
        let planned = self.frozen.plan.limits.licences.map(|licences| (0, licences));
        planned.into_iter().chain(self.state.licences.iter().copied()).collect()
    }
}

pub(crate) struct ShownRuns<'a> {
    pub(crate) state: &'a AppState,
    pub(crate) runs: Vec<TimelineRun<'a>>,
    pub(crate) choice_count: usize,
}

pub(crate) fn displayed_runs(state: &AppState) -> ShownRuns<'_> {
    let current = state.run.as_ref().map(TimelineRun::of_run);
    let saved = state.timeline.saved_runs.iter();
    let saved = saved.map(|run| TimelineRun { is_current: false, ..TimelineRun::of_run(run) });
    let mut all: Vec<TimelineRun<'_>> = saved.collect();
    if let Some(experiment) = state.runs.experiment.as_ref().filter(|_| all.is_empty()) {
        let progress = &experiment.progress;
        let finished = experiment.shown.sets.iter().flat_map(|set| &set.series);
        let finished = finished.map(|run| TimelineRun::of_series(run, progress.has_document_rows));
        let is_live = |run: &&RunView| run.report().is_none() && progress.is_running();
        let live = state.run.as_ref().filter(is_live).map(TimelineRun::of_run);
        all.extend(finished.chain(live));
    }
    let choice_count = all.len();
    let shows_one = all.is_empty() || (!state.timeline.all_runs && current.is_some());
    let runs = if shows_one { current.into_iter().collect() } else { all };
    ShownRuns { state, runs, choice_count }
}
