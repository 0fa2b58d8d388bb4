//! The whole state of the window, and the one place where intents change it.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use crate::report::RunReport;
use crate::study::{ClockChoice, Column, RowId, WorkloadName};

use super::command::Command;
use super::document::Document;
use super::example_menu::ExampleScale;
use super::intent::{Effect, Intent, PickedFile};
use super::resume::{RunRequest, UnfinishedRun};
use super::run_view::{RunPhase, RunView};
use super::ui_parts::{AfterUnsaved, Dialog, Editing, MachineInfo, Notice, Tab};
use super::undo::UndoStack;
use crate::window::compare::compare_form::CompareForm;
use crate::window::compare::experiment_view::ExperimentView;
use crate::window::compare::run_history::{HistoryJob, RunHistory};
use crate::window::form::command_line_edit::CommandLineEdit;
use crate::window::form::program_fields::ProgramFields;
use crate::window::form::trial::Trial;
use crate::window::results::columns::Sort;
use crate::window::results::output_state::OutputState;
use crate::window::results::results_state::ResultsState;
use crate::window::timeline::timeline_state::TimelineState;
use crate::window::workers::workers_state::WorkersState;

/// The state of the window.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct AppState {
    /// What is edited.
    pub document: Document,
    /// Undo and redo.
    pub history: UndoStack,
    /// The line of the program of the user's own.
    pub command_line: CommandLineEdit,
    /// The limits and output of that program.
    pub program_form: ProgramFields,
    /// The selected rows.
    pub selected: BTreeSet<RowId>,
    /// Where a range of selected rows began.
    anchor: Option<usize>,
    /// The cell with the keyboard.
    pub editing: Option<Editing>,
    /// The cell that is to get the keyboard.
    pub go_to: Option<(usize, Column)>,
    /// What is shown in the middle.
    pub tab: Tab,
    /// The order of the results.
    pub sort: Sort,
    /// What of a run the results show, and how.
    pub results: ResultsState,
    /// Counts how often all bars were asked for.
    pub zoom_resets: u32,
    /// Whether the bars stand without the totals, which dwarf those of many cases.
    pub hide_totals: bool,
    /// What is shown of timelines.
    pub timeline: TimelineState,
    /// Whether the welcome is folded.
    pub welcome_folded: bool,
    /// The last run.
    pub run: Option<RunView>,
    /// The last run for real of which all cases are done.
    measured: Option<Arc<RunReport>>,
    /// What the Workers tab shows.
    pub workers: WorkersState,
    /// Whether a run is being prepared.
    pub starting: bool,
    /// A run of programs that can go on, as long as that is offered.
    pub unfinished: Option<UnfinishedRun>,
    /// The case that is tried, or was.
    pub trial: Option<Trial>,
    /// What is shown of the output of programs.
    pub output: OutputState,
    /// The setups to be compared.
    pub compare_form: CompareForm,
    /// At which time scale examples run.
    pub example_scale: ExampleScale,
    /// The last experiment.
    pub experiment: Option<ExperimentView>,
    /// The runs that are kept.
    pub kept: RunHistory,
    /// Whether the document is no longer what was last compared.
    pub compared_outdated: bool,
    /// The file of the study.
    pub file: Option<PathBuf>,
    /// The document as that file has it.
    saved: Document,
    /// Whether the two differ; known after each intent.
    changed: bool,
    /// Whether the document is no longer what was last run.
    pub outdated: bool,
    /// What stands in front.
    pub dialog: Option<Dialog>,
    /// What the user should know.
    pub notice: Option<Notice>,
    /// The machine.
    pub machine: MachineInfo,
    /// The theme that was chosen.
    pub theme: egui::ThemePreference,
}

impl AppState {
    /// The state at the first start: the demo.
    #[must_use]
    pub fn new(machine: MachineInfo) -> Self {
        Self {
            document: Document::default(),
            history: UndoStack::default(),
            command_line: CommandLineEdit::default(),
            program_form: ProgramFields::default(),
            selected: BTreeSet::new(),
            anchor: None,
            editing: None,
            go_to: None,
            tab: Tab::default(),
            sort: Sort::default(),
            results: ResultsState::default(),
            zoom_resets: 0,
            hide_totals: false,
            timeline: TimelineState::default(),
            welcome_folded: false,
            run: None,
            measured: None,
            workers: WorkersState::default(),
            starting: false,
            unfinished: None,
            trial: None,
            output: OutputState::default(),
            compare_form: CompareForm::default(),
            example_scale: ExampleScale::default(),
            experiment: None,
            kept: RunHistory::default(),
            compared_outdated: false,
            file: None,
            saved: Document::default(),
            changed: false,
            outdated: false,
            dialog: None,
            notice: None,
            machine,
            theme: egui::ThemePreference::System,
        }
    }

    /// Whether cases are in work, or about to be.
    #[must_use]
    pub fn is_running(&self) -> bool {
        let in_work = self.run.as_ref().is_some_and(|run| run.phase() != RunPhase::Ended);
        self.starting || in_work || self.is_experimenting() || self.is_trying()
    }

    /// Keeps the run if it was for real and all cases are done: its times put
    /// the cases of the next one in order, where nothing better is known.
    pub fn note_run_ended(&mut self) {
        let report = self.run.as_ref().and_then(RunView::report);
        let real = |report: &&Arc<RunReport>| report.frozen.plan.clock == ClockChoice::Real;
        if let Some(report) = report.filter(real).filter(|report| report.state.all_done()) {
            self.measured = Some(Arc::clone(report));
        }
    }

    /// Whether there is something to save.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.changed
    }

    /// Takes another document, as it stands in a file.
    pub fn take_document(&mut self, document: Document, file: Option<PathBuf>) {
        self.changed = false;
        self.saved = document.clone();
        self.document = document;
        self.command_line = CommandLineEdit::default();
        self.program_form.forget_typed();
        // The identities of its rows say nothing of the rows that were run.
        match &mut self.run {
            Some(run) if run.report().is_none() || run.title().is_some() => run.forget_rows(),
            run => *run = None,
        }
        if let Some(unfinished) = &mut self.unfinished {
            unfinished.of_document = false;
        }
        if let Some(experiment) = &mut self.experiment {
            experiment.forget_rows();
        }
        self.workers.forget_rows();
        self.note_outdated();
        self.history = UndoStack::default();
        self.selected.clear();
        self.timeline.forget_picked();
        self.timeline.all_runs = false;
        self.editing = None;
        self.file = file;
        self.notice = None;
    }

    /// The document now stands in this file.
    pub fn note_saved(&mut self, document: Document, file: PathBuf) {
        self.changed = document != self.document;
        self.saved = document;
        self.tell(format!("Saved to {}", file.display()));
        self.file = Some(file);
    }

    /// Tells the user what went well, or otherwise than asked.
    pub fn tell(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice { text: text.into(), error: false });
    }

    /// Tells the user what went wrong.
    pub fn complain(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice { text: text.into(), error: true });
    }

    /// Whether a command can be given now.
    #[must_use]
    pub fn is_enabled(&self, command: Command) -> bool {
        match command {
            Command::Undo => self.history.can_undo(),
            Command::Redo => self.history.can_redo(),
            Command::Duplicate | Command::Delete | Command::MoveUp | Command::MoveDown => {
                !self.selected.is_empty()
            }
            Command::SelectAll => !self.document.cases.is_empty(),
            Command::Run | Command::Compare | Command::Sweep => {
                !self.is_running() && !self.document.cases.is_empty()
            }
            Command::Cancel => {
                self.run.as_ref().is_some_and(|run| run.phase() == RunPhase::Running)
                    || self.can_cancel_experiment()
            }
            Command::OpenExampleCases => self.example_cases(0).is_some(),
            Command::GoOnWith => !self.is_running(),
            Command::TryCase => {
                let runs = self.document.workload == WorkloadName::Command;
                runs && !self.is_running() && !self.document.cases.is_empty()
            }
            Command::ExportResults => self.run.is_some(),
            Command::Pause
            | Command::MoreWorkers
            | Command::FewerWorkers
            | Command::CancelCase
            | Command::RunAgain => self.can_steer(command),
            Command::CopyResults => self.run.as_ref().is_some_and(|run| run.report().is_some()),
            _ => true,
        }
    }

    /// The selected rows in rising order.
    fn selected_rows(&self) -> Vec<usize> {
        let cases = &self.document.cases;
        (0..cases.len()).filter(|&row| self.selected.contains(&cases.id(row))).collect()
    }

    /// Changes the document so that it can be undone.
    pub(crate) fn change<T>(&mut self, change: impl FnOnce(&mut Document) -> T) -> T {
        self.history.note(self.document.clone(), None);
        change(&mut self.document)
    }

    /// Does what the user asked for, as far as it is the state's to do.
    pub fn apply(&mut self, intent: Intent) -> Option<Effect> {
        if matches!(intent, Intent::Timeline(_)) {
            // It comes with every frame of a drag and leaves the document alone.
            return self.act(intent);
        }
        let before = self.document.clone();
        let effect = self.act(intent);
        if self.document != before {
            // What was said of the study before is not true of this one.
            self.notice = None;
            self.changed = self.document != self.saved;
            self.note_outdated();
        }
        effect
    }

    /// Looks whether the document is still what was last run.
    pub fn note_outdated(&mut self) {
        // A run of an experiment says itself what it is of.
        let run = self.run.as_ref().filter(|run| run.title().is_none());
        self.outdated = run.is_some_and(|run| !run.is_of(&self.document));
        let experiment = self.experiment.as_ref();
        self.compared_outdated = experiment.is_some_and(|e| !e.is_of(&self.document));
    }

    fn act(&mut self, intent: Intent) -> Option<Effect> {
        match intent {
            Intent::Command(command) => return self.command(command),
            Intent::Type(row, column, text) => self.type_text(row, column, text),
            Intent::Enter(row, column) => self.enter(row, column),
            Intent::Leave => {
                self.editing = None;
                self.history.end_typing();
            }
            Intent::GoTo(row, column) => self.go_to = Some((row, column)),
            Intent::NextRow(row, column) => {
                if row + 1 < self.document.cases.len() {
                    self.go_to = Some((row + 1, column));
                } else {
                    let added = self.change(Document::add);
                    self.go_to = Some((added, Column::Name));
                }
            }
            Intent::Arrived => self.go_to = None,
            Intent::Paste(text) => {
                let after = self.selected_rows().last().copied();
                let rows = self.change(|document| document.paste(&text, after));
                self.select_only(rows);
            }
            Intent::Select { row, extend, toggle } => self.select(row, extend, toggle),
            Intent::Workload(workload) => self.change(|document| document.workload = workload),
            Intent::CommandLine(intent) => self.act_on_command_line(intent),
            Intent::Program(intent) => self.act_on_program(intent),
            Intent::Plan(plan) => self.change(|document| document.plan = plan),
            Intent::Show(tab) => self.tab = tab,
            Intent::Compare(form) => self.compare_form = form,
            Intent::Example(name) => return self.example(name),
            Intent::ExampleScale(scale) => self.example_scale = scale,
            Intent::LeaveExample if !self.is_experimenting() => {
                self.experiment = None;
                self.show_setups();
            }
            Intent::LeaveExample => {}
            Intent::OpenCases(study) => return self.go_on_to(AfterUnsaved::Cases(study)),
            Intent::ShowRun { set, way } => self.show_run(set, way),
            Intent::Kept(intent) => return self.apply_kept(intent),
            Intent::Workers(intent) => self.workers.act(intent),
            Intent::SortBy(key) => {
                let descending = self.sort.key == key && !self.sort.descending;
                self.sort = Sort { key, descending };
            }
            Intent::Timeline(intent) => self.act_on_timeline(intent),
            Intent::Results(intent) => self.act_on_results(intent),
            Intent::HideTotals(hidden) => self.hide_totals = hidden,
            Intent::FoldWelcome(folded) => self.welcome_folded = folded,
            Intent::TypePath(typed) => {
                if let Some(path) = self.dialog.as_mut().and_then(Dialog::path) {
                    *path = typed;
                }
            }
            Intent::Browse => {
                return Some(Effect::Browse(match self.dialog {
                    Some(Dialog::Save { .. }) => PickedFile::Saved,
                    Some(Dialog::GoOn { .. }) => PickedFile::RunFolder,
                    Some(Dialog::Export { .. }) => PickedFile::Exported,
                    _ => PickedFile::Opened,
                }));
            }
            Intent::Stream(stream) => self.output.chosen = Some(stream),
            Intent::CopyText(text) => return Some(Effect::CopyText(text)),
            Intent::GoOn => return self.go_on(),
            Intent::LeaveRun => {
                return self.unfinished.take().map(|left| Effect::LeaveRun(left.folder));
            }
            Intent::Confirm => return self.confirm(),
            Intent::Dismiss => {
                if self.dialog == Some(Dialog::Trial)
                    && let Some(effect) = self.end_trial()
                {
                    return Some(effect);
                }
                if self.dialog.take().is_none() {
                    self.notice = None;
                }
                // What is tried stands in front until it has ended.
                if self.is_trying() {
                    self.dialog = Some(Dialog::Trial);
                }
            }
            Intent::OpenPath(path) => return self.go_on_to(AfterUnsaved::File(path)),
        }
        None
    }

    fn type_text(&mut self, id: RowId, column: Column, text: String) {
        let cases = &self.document.cases;
        let Some(row) = (0..cases.len()).find(|&row| cases.id(row) == id) else { return };
        self.history.note(self.document.clone(), Some((id, column)));
        self.document.set_text(row, column, &text);
        self.editing = Some(Editing { row: id, column, text });
    }

    fn enter(&mut self, id: RowId, column: Column) {
        let cases = &self.document.cases;
        let Some(row) = (0..cases.len()).find(|&row| cases.id(row) == id) else { return };
        let text = self.document.text(row, column).into_owned();
        if !self.selected.contains(&id) {
            self.select_only([row]);
            self.anchor = Some(row);
        }
        self.history.end_typing();
        self.editing = Some(Editing { row: id, column, text });
    }

    fn select(&mut self, row: usize, extend: bool, toggle: bool) {
        if row >= self.document.cases.len() {
            return;
        }
        let id = self.document.cases.id(row);
        let anchor = self.anchor.filter(|&anchor| anchor < self.document.cases.len());
        match (extend, anchor) {
            (true, Some(anchor)) => self.select_only(row.min(anchor)..=row.max(anchor)),
            _ if toggle => {
                if !self.selected.remove(&id) {
                    self.selected.insert(id);
                }
                self.anchor = Some(row);
            }
            _ => {
                let only = self.selected.len() == 1 && self.selected.contains(&id);
                self.selected.clear();
                // A second click takes the selection away again.
                if !only {
                    self.selected.insert(id);
                }
                self.anchor = Some(row);
            }
        }
    }

    fn select_only(&mut self, rows: impl IntoIterator<Item = usize>) {
        let cases = &self.document.cases;
        self.selected = rows.into_iter().map(|row| cases.id(row)).collect();
    }

    fn command(&mut self, command: Command) -> Option<Effect> {
        if !self.is_enabled(command) {
            return None;
        }
        let typed = self.take_program();
        if let (Command::Save | Command::SaveAs, Err(why)) = (command, typed) {
            self.complain(why);
            self.go_to_wrong_field();
            return None;
        }
        match command {
            Command::New => return self.go_on_to(AfterUnsaved::New),
            Command::Open => return self.go_on_to(AfterUnsaved::Open),
            Command::Save => match self.file.clone().filter(|file| is_study(file)) {
                Some(file) => return Some(Effect::Write(file, self.document.clone())),
                None => self.dialog = Some(Dialog::Save { path: self.path_text() }),
            },
            Command::SaveAs => self.dialog = Some(Dialog::Save { path: self.path_text() }),
            Command::Quit => return self.quit(),
            Command::Undo => {
                self.history.undo(&mut self.document);
                self.editing = None;
            }
            Command::Redo => {
                self.history.redo(&mut self.document);
                self.editing = None;
            }
            Command::AddCase => {
                let row = self.change(Document::add);
                self.go_to = Some((row, Column::Name));
            }
            Command::Duplicate => {
                let rows = self.selected_rows();
                let last = rows.last().copied()?;
                let copies = self.change(|document| document.cases.duplicate(&rows, last));
                self.selected = copies.into_iter().collect();
            }
            Command::Delete => {
                let rows = self.selected_rows();
                self.change(|document| document.delete(&rows));
                self.selected.clear();
                self.editing = None;
            }
            Command::MoveUp | Command::MoveDown => {
                let rows = self.selected_rows();
                self.change(|document| document.shift(&rows, command == Command::MoveUp));
            }
            Command::SelectAll => self.select_only(0..self.document.cases.len()),
            Command::GoOnWith => self.dialog = Some(Dialog::GoOn { path: String::new() }),
            Command::ExportResults => self.dialog = Some(Dialog::Export { path: self.csv_path() }),
            Command::Pause
            | Command::MoreWorkers
            | Command::FewerWorkers
            | Command::CancelCase
            | Command::RunAgain => return self.steer(command),
            Command::Run => return self.start(),
            Command::TryCase => return self.try_case(),
            Command::Cancel => {
                if let Some(run) = &mut self.run {
                    run.note_cancel();
                }
                if let Some(experiment) = &mut self.experiment {
                    experiment.note_cancel();
                }
                self.workers.cancel_sweep();
                return Some(Effect::Cancel);
            }
            Command::Compare => return self.compare(),
            Command::Sweep => return self.sweep(),
            Command::OpenExampleCases => return self.go_on_to(AfterUnsaved::Cases(0)),
            Command::CopyResults => {
                return self.run.as_ref()?.report().cloned().map(Effect::Copy);
            }
            Command::ShowBars => self.tab = Tab::Bars,
            Command::ShowTimeline => self.tab = Tab::Timeline,
            Command::ShowWorkers => self.tab = Tab::Workers,
            Command::ShowCompare => self.tab = Tab::Compare,
            Command::ShowResults => self.tab = Tab::Results,
            Command::ShowLog => self.tab = Tab::Log,
            Command::ResetZoom => {
                self.zoom_resets += 1;
                self.timeline.zoom = None;
            }
            Command::ThemeSystem => return Some(self.use_theme(egui::ThemePreference::System)),
            Command::ThemeLight => return Some(self.use_theme(egui::ThemePreference::Light)),
            Command::ThemeDark => return Some(self.use_theme(egui::ThemePreference::Dark)),
            Command::Shortcuts => self.dialog = Some(Dialog::Shortcuts),
            Command::About => self.dialog = Some(Dialog::About),
        }
        None
    }

    /// Goes on to another study, after asking if changes would be lost.
    pub(crate) fn go_on_to(&mut self, next: AfterUnsaved) -> Option<Effect> {
        if self.changed {
            self.dialog = Some(Dialog::LoseChanges(next));
            return None;
        }
        self.take_next(next)
    }

    fn take_next(&mut self, next: AfterUnsaved) -> Option<Effect> {
        match next {
            AfterUnsaved::New => self.take_document(Document::default(), None),
            AfterUnsaved::Open => self.dialog = Some(Dialog::Open { path: self.path_text() }),
            AfterUnsaved::File(path) => return Some(Effect::Read(path)),
            AfterUnsaved::Run(folder) => return self.go_on_in(folder),
            AfterUnsaved::Cases(study) => {
                if let Some(document) = self.example_cases(study) {
                    self.take_document(document, None);
                }
            }
        }
        None
    }

    fn use_theme(&mut self, theme: egui::ThemePreference) -> Effect {
        self.theme = theme;
        Effect::Theme(theme)
    }

    /// Where the results go unless the user says otherwise: beside the study.
    fn csv_path(&self) -> String {
        let beside = |file: &PathBuf| {
            let stem = file.file_stem().unwrap_or_default().to_string_lossy();
            file.with_file_name(format!("{stem}-results.csv")).display().to_string()
        };
        self.file.as_ref().map_or(String::new(), beside)
    }

    fn path_text(&self) -> String {
        self.file.as_ref().map_or(String::new(), |file| file.display().to_string())
    }

    /// Whether all cells hold what can be run; else goes to the first that does
    /// not.
    pub(crate) fn runnable(&mut self) -> bool {
        if let Err(why) = self.take_program() {
            self.complain(why);
            self.go_to_wrong_field();
            return false;
        }
        let Some((row, column)) = self.document.first_invalid() else { return true };
        self.go_to = Some((row, column));
        let why = self.document.problem(row, column).unwrap_or_default();
        self.complain(format!("Row {}: {why}", row + 1));
        false
    }

    /// Starts a run, or goes to the cell that stands in its way.
    fn start(&mut self) -> Option<Effect> {
        if !self.runnable() {
            return None;
        }
        self.note_starting();
        let start = RunRequest::Anew(self.document.clone(), self.measured.clone());
        Some(Effect::Start(start))
    }

    /// A run is being prepared.
    pub(crate) fn note_starting(&mut self) {
        self.notice = None;
        self.timeline.all_runs = false;
        self.timeline.zoom = None;
        self.starting = true;
    }

    /// Asks before something is lost.
    fn quit(&mut self) -> Option<Effect> {
        if self.is_running() {
            self.dialog = Some(Dialog::QuitWhileRunning);
        } else if self.is_changed() {
            self.dialog = Some(Dialog::QuitUnsaved);
        } else {
            return Some(Effect::Quit);
        }
        None
    }

    fn confirm(&mut self) -> Option<Effect> {
        // Without a path there is nothing to confirm yet.
        if self.dialog.as_mut()?.path().is_some_and(|path| path.trim().is_empty()) {
            return None;
        }
        match self.dialog.take()? {
            Dialog::Open { path } => Some(Effect::Read(PathBuf::from(path.trim()))),
            Dialog::Save { path } => {
                let mut path = PathBuf::from(path.trim());
                if path.extension().is_none() {
                    path.set_extension("caselanes");
                }
                Some(Effect::Write(path, self.document.clone()))
            }
            Dialog::GoOn { path } => self.go_on_to(AfterUnsaved::Run(PathBuf::from(path.trim()))),
            Dialog::Export { path } => {
                let mut path = PathBuf::from(path.trim());
                if path.extension().is_none() {
                    path.set_extension("csv");
                }
                Some(Effect::Export(path, self.run.as_ref()?.so_far()))
            }
            Dialog::QuitWhileRunning | Dialog::QuitUnsaved => Some(Effect::Quit),
            Dialog::DeleteRuns(ids) => Some(Effect::Kept(HistoryJob::Delete(ids))),
            Dialog::LoseChanges(next) => self.take_next(next),
            _ => None,
        }
    }
}

fn is_study(file: &std::path::Path) -> bool {
    file.extension().is_some_and(|extension| extension == "caselanes")
}
