//! The whole state of the window and the questions that views ask of it.
//!
//! `apply` and `actions` change it.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::command::Command;
use super::dialog::Dialog;
use super::document::Document;
use super::intent::{Intent, SteerCommand};
use super::parts::{
    BarsState, FocusedText, FormState, MachineInfo, Preferences, RecentFile, RunsState, Staleness,
    Tab, TypedTexts,
};
use super::run_view::{RunPhase, RunView};
use super::selection::Selection;
use super::study_file::StudyFile;
use super::undo::{Draft, UndoStack};
use crate::report::Advice;
use crate::run::Status;
use crate::study::{LaneCount, RowId, WORKER_RANGE, WorkloadName};
use crate::system::look::SystemLook;
use crate::window::cases::cases_state::CasesState;
use crate::window::compare::compare_form::CompareForm;
use crate::window::compare::experiment_progress::ExperimentProgress;
use crate::window::compare::experiment_view::ExperimentView;
use crate::window::frame::about::AboutFacts;
use crate::window::frame::notices::Notices;
use crate::window::generate::generator_form::GeneratorState;
use crate::window::help::first_steps::FirstSteps;
use crate::window::history::run_history::{ComparePart, RunHistory, RunPlace};
use crate::window::import::import_state::TableImport;
use crate::window::input_files::template_check::TemplateCheck;
use crate::window::log::log_search::LogSearch;
use crate::window::results::output_state::{OutputQuery, output_of};
use crate::window::results::results_state::ResultsState;
use crate::window::theme::{Look, ThemeChoice};
use crate::window::timeline::timeline_state::TimelineState;
use crate::window::workers::forecast::{Forecast, ForecastResult, ForecastTask};
use crate::window::workers::sweep_state::SweepView;
use crate::window::workers::workers_state::WorkersState;

/// Maximum number of cases that can be steered individually.
const MOST_STEERED: usize = 1000;

#[derive(Debug, Default)]
pub struct AppState {
    pub document: Document,
    pub undo: UndoStack,
    pub file: StudyFile,
    /// Uncommitted input of the form.
    pub form: FormState,
    pub selection: Selection,
    /// The text field that Cut, Copy and Paste act on, as of this frame.
    pub focused_text: Option<FocusedText>,
    pub tab: Tab,
    pub bars: BarsState,
    pub timeline: TimelineState,
    pub workers: WorkersState,
    /// Setups to compare, on the Compare tab.
    pub compare_form: CompareForm,
    /// Saved runs, on the Compare tab.
    pub history: RunHistory,
    pub results: ResultsState,
    /// The Cases tab.
    pub cases: CasesState,
    /// The dialog that generates cases.
    pub generator: GeneratorState,
    /// What is known of the templates of the study.
    pub template_check: Option<TemplateCheck>,
    /// The table in the dialog that imports it.
    pub import: Option<TableImport>,
    /// Search of the Log tab.
    pub log: LogSearch,
    /// The run shown in the tabs.
    pub run: Option<RunView>,
    /// Everything else that runs or has run.
    pub runs: RunsState,
    /// Which results no longer match the document.
    pub staleness: Staleness,
    /// Number of times that the staleness was updated, as it is after each change of the draft.
    pub revision: u64,
    pub dialog: Option<Dialog>,
    pub notices: Notices,
    /// Intents of background jobs, applied after the next frame.
    pub queued: Vec<Intent>,
    /// Files opened or saved, the latest first.
    pub recent_files: Vec<RecentFile>,
    pub machine: MachineInfo,
    pub about: AboutFacts,
    pub first_steps: FirstSteps,
    /// How the system wants windows to look, once that is read.
    pub system_look: SystemLook,
    /// Choices that outlive the window.
    pub preferences: Preferences,
}

impl AppState {
    /// Returns the state at the first start: the demo.
    pub fn new(machine: MachineInfo) -> Self {
        Self { machine, ..Self::default() }
    }

    /// Returns whether something would be lost without saving, typed text included that is not
    /// in the document.
    pub(crate) fn has_changes(&self) -> bool {
        self.staleness.has_unsaved_changes || self.form.typed() != TypedTexts::default()
    }

    /// Returns what Undo brings back.
    pub(crate) fn draft(&self) -> Draft {
        let (document, compare) = (self.document.clone(), self.compare_form.clone());
        Draft { document, typed: self.form.typed(), compare }
    }

    /// Returns the title of the window: the file, marked if changed, and the application.
    pub fn title(&self) -> String {
        let mark = if self.has_changes() { " •" } else { "" };
        let name = self.file.name().or_else(|| self.file.resumed_name.clone());
        let name = name.unwrap_or_else(|| "New study".to_owned());
        format!("{name}{mark} – CaseLanes")
    }

    /// Returns whether cases are running or about to.
    pub fn is_running(&self) -> bool {
        let is_active = self.run.as_ref().is_some_and(|run| run.phase() != RunPhase::Ended);
        self.runs.is_starting || is_active || self.is_experimenting() || self.is_trying()
    }

    /// Returns the progress of the last comparison or example, and of the last sweep.
    pub(crate) fn experiments(&self) -> impl Iterator<Item = &ExperimentProgress> {
        let experiment = self.runs.experiment.iter().map(|experiment| &experiment.progress);
        experiment.chain(self.workers.sweep.iter().map(|sweep| &sweep.progress))
    }

    pub(crate) fn experiments_mut(&mut self) -> impl Iterator<Item = &mut ExperimentProgress> {
        let experiment = self.runs.experiment.iter_mut().map(|experiment| &mut experiment.progress);
        experiment.chain(self.workers.sweep.iter_mut().map(|sweep| &mut sweep.progress))
    }

    /// Returns whether a comparison, an example or a sweep is running.
    pub fn is_experimenting(&self) -> bool {
        self.experiments().any(ExperimentProgress::is_running)
    }

    /// Returns the last experiment, if it is an example.
    fn example(&self) -> Option<&ExperimentView> {
        self.runs.experiment.as_ref().filter(|experiment| experiment.example.is_some())
    }

    /// Returns a table of cases of the example as a study.
    pub(crate) fn example_cases(&self, study: usize) -> Option<Document> {
        self.example()?.document(study)
    }

    pub fn is_trying(&self) -> bool {
        self.runs.trial.as_ref().is_some_and(|trial| trial.end.is_none())
    }

    pub fn is_enabled(&self, command: Command) -> bool {
        match command {
            Command::Undo => self.undo.can_undo(),
            Command::Redo => self.undo.can_redo(),
            Command::Cut | Command::Copy if let Some(text) = self.focused_text => {
                text.has_selection
            }
            Command::Cut
            | Command::Copy
            | Command::Duplicate
            | Command::Delete
            | Command::DeleteCases
            | Command::MoveUp
            | Command::MoveDown
            | Command::ShowInTable => !self.selection.rows.is_empty(),
            Command::SelectAll => !self.document.cases.is_empty(),
            Command::Run | Command::Compare | Command::Sweep => {
                !self.is_running() && !self.document.cases.is_empty()
            }
            Command::Cancel => {
                self.run.as_ref().is_some_and(|run| run.phase() == RunPhase::Running)
                    || self.experiments().any(|experiment| experiment.phase == RunPhase::Running)
            }
            Command::OpenExampleCases => self.example_cases(0).is_some(),
            Command::ResumeRun => !self.is_running(),
            Command::TryCase => {
                let runs = self.document.workload == WorkloadName::Command;
                runs && !self.is_running() && !self.document.cases.is_empty()
            }
            Command::PreviewInputFile => {
                self.document.program().is_some_and(|program| !program.templates.is_empty())
            }
            Command::MeasureSample => {
                !self.is_running() && self.run.as_ref().is_some_and(|run| run.to_sample().is_some())
            }
            Command::OpenLog => self.about.log.is_some(),
            Command::OpenReport => self.run.as_ref().is_some_and(|run| run.report().is_some()),
            Command::SavePicture | Command::CopyPicture => self.has_chart(),
            Command::ImportRun => self.history.place != RunPlace::Nowhere,
            Command::ExportResults | Command::SaveLog | Command::ShowResults(_) => {
                self.run.is_some()
            }
            Command::FillDown
            | Command::ContinueSeries
            | Command::EditColumn
            | Command::DeleteColumns
            | Command::MoveColumnLeft
            | Command::MoveColumnRight
            | Command::SortAscending
            | Command::SortDescending => self.can_edit_cells(command),
            Command::Pause
            | Command::MoreWorkers
            | Command::FewerWorkers
            | Command::CancelCases
            | Command::RerunCases => self.steering(command).is_some(),
            Command::ShowInResults | Command::ShowInTimeline => self.selected_case().is_some(),
            Command::CopyFigures => {
                self.is_enabled(Command::CopyResults) && self.selected_case().is_some()
            }
            Command::CopyResults => self.run.as_ref().is_some_and(|run| run.report().is_some()),
            _ => true,
        }
    }

    /// Returns whether a command that makes a choice has made it; `None` for other commands.
    pub fn is_chosen(&self, command: Command) -> Option<bool> {
        use ThemeChoice::{Dark, HighContrast, Light, System};
        let theme = |theme| Some(self.preferences.theme == theme);
        match command {
            Command::Show(tab) => Some(self.tab == tab),
            Command::ShowResults(mode) => {
                Some(self.tab == Tab::Results && self.results.mode == mode)
            }
            Command::ShowForm => Some(!self.preferences.form.is_hidden),
            Command::ThemeSystem => theme(System),
            Command::ThemeLight => theme(Light),
            Command::ThemeDark => theme(Dark),
            Command::ThemeHighContrast => theme(HighContrast),
            Command::ReducedMotion => Some(self.look().is_still),
            _ => None,
        }
    }

    /// Returns how the window looks.
    pub fn look(&self) -> Look {
        Look::new(self.preferences.theme, self.preferences.is_still, self.system_look)
    }

    /// Returns the running run, if it can be paused and resized.
    ///
    /// The runs of an experiment cannot: that would falsify its figures.
    pub fn steerable_run(&self) -> Option<&RunView> {
        let run = self.run.as_ref().filter(|run| run.phase() == RunPhase::Running)?;
        (!self.is_experimenting() && run.state().series.is_none()).then_some(run)
    }

    /// Returns how a command changes the run in progress, if it is available now.
    pub(crate) fn steering(&self, command: Command) -> Option<SteerCommand> {
        let run = self.steerable_run()?;
        let is_resizable = run.frozen().plan.strategy.lanes() == LaneCount::Workers;
        let resize = |workers| {
            let is_possible = is_resizable && WORKER_RANGE.contains(&workers);
            is_possible.then_some(SteerCommand::Workers(workers))
        };
        let cases = |ended| {
            Some(self.steerable_cases(run, ended)).filter(|cases: &Vec<u32>| !cases.is_empty())
        };
        match command {
            Command::Pause if run.is_paused() => Some(SteerCommand::Resume),
            Command::Pause => Some(SteerCommand::Pause),
            Command::MoreWorkers => resize(run.workers() + 1),
            Command::FewerWorkers => resize(run.workers().saturating_sub(1)),
            Command::CancelCases => cases(false).map(SteerCommand::CancelCases),
            Command::RerunCases => cases(true).map(SteerCommand::Rerun),
            _ => None,
        }
    }

    /// Returns the selected cases that have ended, or those that have not.
    fn steerable_cases(&self, run: &RunView, ended: bool) -> Vec<u32> {
        let records = &run.state().records;
        let mut cases = self.selected_cases(run, MOST_STEERED);
        let over = |case: u32| {
            let record = &records[case as usize];
            // A case removed before it started has ended too.
            record.has_ended() || (!record.has_started() && record.status == Status::Cancelled)
        };
        cases.retain(|&case| over(case) == ended);
        cases
    }

    /// Returns the part of the Compare tab to show: the user's choice, else whichever has content.
    pub fn compare_part(&self) -> ComparePart {
        match self.history.part {
            Some(ComparePart::Example) | None if self.example().is_some() => ComparePart::Example,
            Some(ComparePart::History) => ComparePart::History,
            None if self.runs.experiment.is_none() && self.history.all().count() > 1 => {
                ComparePart::History
            }
            _ => ComparePart::Configurations,
        }
    }

    /// Returns whether the open tab shows the whole experiment instead of one run.
    pub fn shows_experiment(&self) -> bool {
        let is_shown = match self.tab {
            Tab::Timeline => {
                let all = self.timeline.saved_runs.is_empty() && self.timeline.all_runs;
                all || self.run.is_none()
            }
            Tab::Compare => match self.compare_part() {
                ComparePart::History => false,
                ComparePart::Configurations => self.example().is_none(),
                ComparePart::Example => true,
            },
            _ => false,
        };
        is_shown && self.runs.experiment.is_some()
    }

    /// Returns the sweep that has ended, if the open tab is about it instead of one of its runs.
    pub(crate) fn shown_sweep(&self) -> Option<&SweepView> {
        let is_of_experiment = self.run.as_ref().is_some_and(|run| run.title.is_some());
        let sweep = self.workers.sweep_shown().filter(|sweep| !sweep.progress.is_running())?;
        (is_of_experiment && self.tab == Tab::Workers).then_some(sweep)
    }

    /// Returns the run of the rows of the document.
    pub fn own_run(&self) -> Option<&RunView> {
        self.run.as_ref().filter(|run| run.has_document_rows).or(self.runs.own.as_ref())
    }

    /// Returns the selected rows of the document, or those of a run of other cases.
    pub fn selected_ids(&self, of_document: bool) -> &BTreeSet<RowId> {
        if of_document { &self.selection.rows } else { &self.selection.run_rows }
    }

    pub fn is_selected(&self, run: &RunView, case: usize) -> bool {
        self.selected_ids(run.has_document_rows).contains(&run.frozen().cases.id(case))
    }

    /// Returns at most `most` selected cases of the run.
    pub fn selected_cases(&self, run: &RunView, most: usize) -> Vec<u32> {
        let rows = self.selected_ids(run.has_document_rows).iter().take(most);
        let cases = rows.filter_map(|&id| run.case_of(id));
        cases.map(|case| u32::try_from(case).unwrap_or(u32::MAX)).collect()
    }

    /// Returns those of at most `most` selected cases that the results list: a filter hides
    /// the others.
    pub fn listed_selection(&self, run: &RunView, most: usize) -> Vec<u32> {
        let filter = self.results.filter_of(run);
        let mut cases = self.selected_cases(run, most);
        cases.retain(|&case| filter.passes(run.frozen(), run.state(), case));
        cases
    }

    /// Returns the first selected case of the run shown.
    pub(crate) fn selected_case(&self) -> Option<u32> {
        self.selected_cases(self.run.as_ref()?, 1).first().copied()
    }

    /// Returns the case whose output is shown beside the results.
    pub fn output_case(&self, run: &RunView) -> Option<u32> {
        let most = if self.results.filter.is_empty() { 1 } else { MOST_STEERED };
        self.listed_selection(run, most).first().copied()
    }

    pub fn output_query(&self) -> Option<OutputQuery> {
        if let Some(Dialog::Trial) = self.dialog {
            return self.runs.trial.as_ref()?.output();
        }
        let run = self.run.as_ref().filter(|_| self.tab == Tab::Results)?;
        output_of(run, self.output_case(run)?).ok()
    }

    /// Returns the forecast from the run shown, or from the sweep in progress.
    pub fn forecast(&self) -> Option<&Forecast> {
        let report = self.run.as_ref().and_then(RunView::report);
        let of_run = report.and_then(|report| self.workers.forecast(report));
        of_run.or_else(|| self.workers.forecast_of_sweep())
    }

    /// Returns how many workers are worth having: measured by a sweep of the run's
    /// cases, else predicted from the run.
    pub fn advice(&self) -> Option<&Advice> {
        let report = self.run.as_ref().and_then(RunView::report)?;
        self.workers.forecast(report)?;
        self.workers.advice()
    }

    /// Returns the next computation for the Workers tab.
    ///
    /// There is none while cases run: it would take time from them.
    pub fn next_forecast_task(&self) -> Option<ForecastTask> {
        if self.is_running() {
            return None;
        }
        let report = self.run.as_ref().and_then(RunView::report)?;
        if report.frozen.cases.is_empty() {
            return None;
        }
        let Some(forecast) = self.workers.forecast(report) else {
            let report = Arc::clone(report);
            return Some(Box::new(|| ForecastResult::Begun(Box::new(Forecast::of(report)))));
        };
        if self.tab != Tab::Workers {
            return None;
        }
        forecast.next_task(&self.workers.scenarios(), self.workers.lanes_choice())
    }

    /// Recomputes which results no longer match the document.
    pub fn update_staleness(&mut self) {
        self.revision += 1;
        // The run of an experiment names its own plan.
        let run = self.run.as_ref().filter(|run| run.title.is_none());
        let experiment = self.runs.experiment.as_ref();
        self.runs.changed_since = if self.is_running() {
            self.document.changed_since(&self.runs.started_with)
        } else {
            Vec::new()
        };
        let origin = self.file.saved_run.as_ref();
        let origin_is_gone = origin.is_some_and(|id| self.history.get(id).is_none());
        self.staleness = Staleness {
            has_unsaved_changes: self.file.lacks(&self.document) || origin_is_gone,
            run_has_cases: run.is_some_and(|run| run.has_cases_of(&self.document)),
            run_is_outdated: run.is_some_and(|run| !run.is_of(&self.document)),
            experiment_is_outdated: experiment.is_some_and(|e| !e.is_of(&self.document)),
        };
    }
}
