//! Jobs that compute what the state derives from a run: filtered results, predictions.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use egui::Context;

use super::job::{Job, MessageSender, Update};
use crate::app::{changed_case_count, check_cluster, free_memory_bytes};
use crate::schedule::WaitReason;
use crate::study::{CaseTable, Recipe, RecipeText};
use crate::window::cases::cases_state::CasesView;
use crate::window::cases::cells::table_task::TableTask;
use crate::window::form::cluster_check::ClusterCheck;
use crate::window::frame::notices::Trouble;
use crate::window::generate::recipe_preview::RecipePreview;
use crate::window::results::query::ResultsView;
use crate::window::state::{AppState, Dialog, Document, RowImport, Tab};
use crate::window::workers::forecast::ForecastResult;

/// Number of cases that are filtered within a frame, which takes a few milliseconds.
const MAX_IN_FRAME: usize = 10_000;

/// Filters and sorts the results before they are drawn: within the frame for few cases,
/// else on a thread once the run has ended.
pub(crate) fn filter_results(job: &mut Job<ResultsView>, state: &mut AppState, ctx: &Context) {
    if let Some(view) = job.poll_only() {
        state.results.view = Some(view);
    }
    let Some(run) = state.run.as_ref().filter(|_| state.tab == Tab::Results) else { return };
    let query = state.results.query(run);
    if state.results.view(run).is_some_and(|view| view.query.is_same(&query)) {
        return;
    }
    if run.frozen().cases.len() <= MAX_IN_FRAME {
        let view = ResultsView::of(query, run.state());
        state.results.view = Some(view);
    } else if let (Some(report), false) = (run.report().map(Arc::clone), job.is_running()) {
        let filter = move || ResultsView::of(query, &report.state);
        // Without a thread the old results stay.
        job.start("filter", ctx, move |messages| messages.send(filter())).ok();
    }
}

/// Computes the preview of the recipe in the dialog, on a thread if it has many rows.
#[derive(Default)]
pub(crate) struct PreviewJob {
    job: Job<RecipePreview>,
    /// The recipe of the job, and whether it is no longer wanted.
    recipe: RecipeText,
    is_outdated: Arc<AtomicBool>,
}

impl PreviewJob {
    /// Number of rows that are generated within the frame.
    const MAX_ROWS_IN_FRAME: u32 = 1000;

    pub(crate) fn update(&mut self, state: &mut AppState, ctx: &Context) {
        if let Some(preview) = self.job.poll_only() {
            state.generator.preview = Some(preview);
        }
        let is_open = state.dialog == Some(Dialog::Generator);
        let recipe = state.generator.form.recipe().ok().filter(|_| is_open);
        if self.job.is_running() {
            if recipe.as_ref() != Some(&self.recipe) {
                self.is_outdated.store(true, Ordering::Relaxed);
            }
            return;
        }
        let Some(recipe) = recipe.filter(|_| state.generator.current().is_none()) else { return };
        let rows = Recipe::parse(&recipe).and_then(|recipe| recipe.row_count());
        if rows.is_ok_and(|rows| rows > Self::MAX_ROWS_IN_FRAME) {
            self.recipe = recipe.clone();
            self.is_outdated = Arc::default();
            let is_outdated = Arc::clone(&self.is_outdated);
            let work = move |messages: &MessageSender<RecipePreview>| {
                let preview = RecipePreview::of(recipe, || is_outdated.load(Ordering::Relaxed));
                preview.into_iter().for_each(|preview| messages.send(preview));
            };
            if let Err(error) = self.job.start("preview", ctx, work) {
                state.report_error(error.to_string());
                state.dialog = None;
            }
        } else {
            state.generator.preview = RecipePreview::of(recipe, || false);
        }
    }
}

/// Generates cases on a thread.
pub(crate) fn generate(
    job: &mut Job<Update>,
    (recipe, import, document): (RecipeText, RowImport, Document),
    state: &mut AppState,
    ctx: &Context,
) {
    let started = job.start("generate", ctx, move |messages| {
        let mut cases = document.cases.clone();
        if import == RowImport::Replace {
            cases.replace_rows(&CaseTable::default());
        }
        let generated = Recipe::parse(&recipe).and_then(|parsed| parsed.append_to(&mut cases));
        let cases = generated.map(|()| cases);
        messages.send(Box::new(move |state: &mut AppState| {
            state.take_generated((recipe, import), &document, cases);
        }));
    });
    if let Err(error) = started {
        state.generator.is_generating = false;
        state.report_error(error.to_string());
    }
}

/// Asks the cluster of the document what it offers, on a thread.
pub(crate) fn ask_cluster(
    job: &mut Job<Update>,
    document: Document,
    state: &mut AppState,
    ctx: &Context,
) {
    let mut check = ClusterCheck::of(&document);
    let mut failed = check.clone();
    let started = job.start("cluster check", ctx, move |messages| {
        check.answer = Some(check_cluster(&document.study()));
        messages.send(Box::new(move |state: &mut AppState| state.take_cluster_check(check)));
    });
    if let Err(error) = started {
        failed.answer = Some(Err(error.to_string()));
        state.take_cluster_check(failed);
    }
}

/// Changes or searches the table of the document on a thread.
pub(crate) fn work_on_table(
    job: &mut Job<Update>,
    (task, document): (TableTask, Document),
    state: &mut AppState,
    ctx: &Context,
) {
    let started = job.start("table", ctx, move |messages| {
        let outcome = task.run(&document);
        messages.send(Box::new(move |state: &mut AppState| state.end_task(&document, outcome)));
    });
    if let Err(error) = started {
        state.cases.is_changing = false;
        state.report_error(error.to_string());
    }
}

/// Filters the case table before it is drawn, on a thread if it has many rows. The cell that is
/// being edited stays in sight.
pub(crate) fn filter_cases(job: &mut Job<CasesView>, state: &mut AppState, ctx: &Context) {
    if let Some(view) = job.poll_only() {
        state.take_cases_view(view);
    }
    let (revision, filter) = (state.revision, state.cases.filter.clone());
    let view = state.cases.view.as_ref();
    let cursor = state.row_with_cursor().filter(|_| view.is_some_and(|it| it.filter == filter));
    let is_current = view.is_some_and(|view| {
        let is_left = view.kept.is_some() && view.kept != cursor;
        (view.revision, &view.filter) == (revision, &filter) && !is_left
    });
    let is_edited = state.cases.edited.is_some() && view.is_some();
    if state.tab != Tab::Cases {
        // The notice is about the table, which is no longer shown.
        state.notices.solve(Trouble::RowsHidden);
    }
    if state.tab != Tab::Cases || is_current || is_edited {
        return;
    }
    if state.document.cases.len() <= MAX_IN_FRAME || filter.trim().is_empty() {
        state.take_cases_view(CasesView::of(&state.document, &filter, revision, cursor));
    } else if !job.is_running() {
        let document = state.document.clone();
        let view = move || CasesView::of(&document, &filter, revision, cursor);
        // Without a thread the old rows stay.
        job.start("filter", ctx, move |messages| messages.send(view())).ok();
    }
}

/// Searches lines of the log before they are drawn, and the rest in further frames.
pub(crate) fn search_log(state: &mut AppState, ctx: &Context) {
    if let Some(run) = state.run.as_ref().filter(|_| state.tab == Tab::Log) {
        state.log.advance(run);
        if !state.log.text.is_empty() && !state.log.is_complete {
            ctx.request_repaint();
        }
    }
}

/// Counts the finished cases of the run that is offered which were changed since, on a thread.
#[derive(Default)]
pub(crate) struct ChangeCount {
    job: Job<usize>,
    /// The run folder and the revision that were counted last.
    counted: Option<(PathBuf, u64)>,
}

impl ChangeCount {
    pub(crate) fn update(&mut self, state: &mut AppState, ctx: &Context) {
        let counted = self.job.poll_only();
        let Some(offered) = state.runs.unfinished.as_mut().filter(|it| it.of_document) else {
            return;
        };
        if let (Some(changed), Some((folder, _))) = (counted, &self.counted) {
            offered.changed = if *folder == offered.folder { changed } else { 0 };
        }
        let asked = Some((offered.folder.clone(), state.revision));
        if self.job.is_running() || self.counted == asked || state.document.program().is_none() {
            return;
        }
        self.counted = asked;
        let (folder, study) = (offered.folder.clone(), state.document.study());
        // Without a thread the last number stays.
        let count = move || changed_case_count(&folder, &study).unwrap_or(0);
        self.job.start("changes", ctx, move |messages| messages.send(count())).ok();
    }
}

/// Time between two readings of the free memory.
const MEMORY_INTERVAL: Duration = Duration::from_secs(1);

/// Reads how much memory is free on a thread, again and again while a run waits for it.
pub(crate) fn watch_memory(job: &mut Job<Option<u64>>, state: &mut AppState, ctx: &Context) {
    if let Some(free_memory) = job.poll() {
        state.machine.free_memory = free_memory;
    }
    let reason = state.run.as_ref().and_then(|run| run.state().blocked_by());
    if reason == Some(WaitReason::Memory) && !job.is_running() {
        let work = |messages: &MessageSender<Option<u64>>| {
            messages.send(free_memory_bytes());
            std::thread::sleep(MEMORY_INTERVAL);
        };
        // Without a thread the last reading stays.
        job.start("memory", ctx, work).ok();
    }
}

/// Stores a finished prediction in the state and starts the next one on a thread.
pub(crate) fn predict(job: &mut Job<ForecastResult>, state: &mut AppState, ctx: &Context) {
    if let Some(result) = job.poll_only() {
        state.workers.store(result);
    }
    if job.is_running() {
        return;
    }
    let Some(task) = state.next_forecast_task() else { return };
    if let Err(error) = job.start("forecast", ctx, move |messages| messages.send(task())) {
        state.report_error(error.to_string());
    }
}
