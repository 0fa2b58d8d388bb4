//! The eframe application: takes in what threads tell, draws, and carries out
//! what the state asks for.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use eframe::{CreationContext, Storage};
use egui::{Context, Event, Ui, ViewportCommand};
use strum::VariantArray as _;

use super::experiment_runner::{ExperimentRunner, TICK};
use super::files::{FileJobs, FileResult};
use super::filter_job::FilterJob;
use super::forecaster::ForecastJob;
use super::history_store::{HistoryNews, HistoryStore, LocalClock, now};
use super::machine;
use super::output_reader::OutputReader;
use super::run_folders::{RunFolders, UnfinishedFolder};
use super::runner::Runner;
use super::settings::Settings;
use super::start::RunEnvironment;
use super::trier::{TrialEnvironment, TrialRunner};
use crate::engine::WorkerProgram;
use crate::experiment::Experiment;
use crate::history::SavedRunKind;
use crate::report::RunReport;
use crate::run::RunEvent;
use crate::study::FrozenStudy;
use crate::window::compare::experiment_view::ExperimentView;
use crate::window::compare::run_history::RunPlace;
use crate::window::form::case_table::{is_walk, pasted_rows};
use crate::window::frame::root::whole;
use crate::window::state::app_state::AppState;
use crate::window::state::command::Command;
use crate::window::state::intent::{Effect, Intent};
use crate::window::state::run_view::RunView;
use crate::window::state::ui_parts::MachineInfo;
use crate::window::theme;

/// While a run goes on the window is drawn anew this often.
const FRAME: Duration = Duration::from_millis(33);

/// The window.
pub struct App {
    state: AppState,
    runner: Runner,
    experimenter: ExperimentRunner,
    forecaster: ForecastJob,
    files: FileJobs,
    finder: FilterJob,
    output: OutputReader,
    trier: TrialRunner,
    /// Keeps runs, where there is a folder for them.
    keeper: Option<HistoryStore>,
    /// The folders of runs of programs, where there is a place for them.
    run_folders: Option<RunFolders>,
    /// What was typed behind a key that goes to another cell.
    later: Vec<Event>,
    /// A text for the clipboard, which is given to it while drawing.
    to_copy: Option<String>,
    /// The user has been asked, or there was nothing to ask.
    may_close: bool,
}

impl App {
    /// The window's application. A study given as argument is opened; without
    /// one, the study of the last time.
    #[must_use]
    pub fn new(cc: &CreationContext<'_>, study: Option<PathBuf>) -> Self {
        Self::with_machine(cc, study, machine::here())
    }

    /// The same on a machine that the caller describes.
    #[must_use]
    pub fn with_machine(
        cc: &CreationContext<'_>,
        study: Option<PathBuf>,
        machine: MachineInfo,
    ) -> Self {
        theme::install(&cc.egui_ctx);
        let mut state = AppState::new(machine);
        let settings = Settings::load(cc.storage);
        settings.apply(&mut state);
        if let Some(message) = Settings::set_aside_unreadable(cc.storage) {
            state.report_error(message);
        }
        cc.egui_ctx.set_theme(state.preferences.theme);
        let mut app = Self {
            state,
            runner: Runner::default(),
            experimenter: ExperimentRunner::default(),
            forecaster: ForecastJob::default(),
            files: FileJobs::new(&cc.egui_ctx),
            finder: FilterJob::default(),
            output: OutputReader::default(),
            trier: TrialRunner::default(),
            keeper: None,
            run_folders: None,
            later: Vec::new(),
            to_copy: None,
            may_close: false,
        };
        // Without storage nothing is remembered: so it is in tests.
        if let Some(folder) = cc.storage.and_then(|_| eframe::storage_dir("caselanes")) {
            app.keep_runs_in(&cc.egui_ctx, folder.join("runs"), now);
            app.run_programs_in(&cc.egui_ctx, folder.join("program-runs"), now);
        }
        if let Some(path) = study.or(settings.last_study()) {
            app.files.read(path);
        }
        app
    }

    /// Runs worker processes with this program, for tests: they are another one.
    pub fn use_worker_program(&mut self, program: WorkerProgram) {
        self.runner.program = program.clone();
        self.experimenter.program = program;
    }

    /// Keeps runs in this folder, with the time of day from this clock.
    pub fn keep_runs_in(&mut self, ctx: &Context, folder: PathBuf, clock: LocalClock) {
        match HistoryStore::new(folder.clone(), clock, ctx) {
            Ok(keeper) => {
                self.keeper = Some(keeper);
                self.state.history.place = RunPlace::Reading(folder);
            }
            Err(message) => self.state.report_error(message),
        }
    }

    /// Makes the folders of runs of programs in this folder, and offers to go on with
    /// one there that was not finished.
    pub fn run_programs_in(&mut self, ctx: &Context, folder: PathBuf, clock: LocalClock) {
        self.run_folders = Some(RunFolders::new(folder, clock, ctx));
    }

    /// Shows an experiment that was run elsewhere, for tests.
    pub fn show(&mut self, session: &Experiment) {
        self.state.begin_experiment(ExperimentView::new(session, None));
        self.state.end_experiment();
    }

    /// Shows a run as far as these events tell it, for tests.
    pub fn show_events(&mut self, frozen: Arc<FrozenStudy>, events: Vec<RunEvent>, now_ns: u64) {
        let mut run = RunView::new(frozen, self.state.machine.report);
        run.absorb(events, now_ns);
        self.state.run = Some(run);
        self.state.update_staleness();
    }

    /// What the window shows, for tests.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.state.is_running()
    }

    /// Whether something is being predicted, for tests.
    #[must_use]
    pub fn is_predicting(&self) -> bool {
        self.forecaster.is_busy()
    }

    fn perform(&mut self, effect: Effect, ctx: &Context) {
        match effect {
            Effect::StartRun(start) => {
                let means = RunEnvironment {
                    machine: self.state.machine.report,
                    program: self.runner.program.clone(),
                    place: self.run_folders.as_ref().map(|folders| folders.place().clone()),
                };
                self.runner.start(start, means, ctx);
            }
            Effect::TryCase(document, row) => {
                let logical_cpus = self.state.machine.report.logical_cpus;
                let means =
                    TrialEnvironment { row, logical_cpus, program: self.runner.program.clone() };
                self.trier.start(document, means, ctx);
            }
            Effect::CancelTrial => self.trier.cancel(),
            Effect::CopyText(text) => ctx.copy_text(text),
            Effect::Steer(steer) => self.runner.steer(steer),
            Effect::DismissUnfinished(folder) => {
                if let Some(folders) = &self.run_folders {
                    folders.leave(folder);
                }
            }
            Effect::StartExperiment(asked) => {
                self.experimenter.begin(asked, self.state.machine.report, ctx);
            }
            Effect::CancelRun => {
                self.runner.cancel();
                self.experimenter.cancel();
            }
            Effect::Browse(chosen) => self.files.browse(chosen),
            Effect::ExportResults(path, report) => self.files.export(path, report),
            Effect::ReadStudy(path) => self.files.read(path),
            Effect::WriteStudy(path, document) => self.files.write(path, document),
            Effect::CopyResults(report) => self.files.results_text(report),
            Effect::History(job) => {
                if let Some(keeper) = &self.keeper {
                    keeper.asked(job);
                }
            }
            Effect::SetTheme(theme) => ctx.set_theme(theme),
            Effect::CloseWindow => {
                self.may_close = true;
                self.trier.cancel();
                self.runner.cancel();
                self.experimenter.cancel();
                ctx.send_viewport_cmd(ViewportCommand::Close);
            }
        }
    }

    fn take_news(&mut self) {
        if let Some(report) = self.runner.poll(&mut self.state) {
            if let (Some(home), Some(folders)) = (self.state.offer_rest_of_run(), &self.run_folders)
            {
                folders.leave(home);
            }
            let study = self.state.file.path.as_ref().and_then(|file| file.file_stem());
            let study = study.map(|stem| stem.to_string_lossy().into_owned());
            self.keep(vec![(report, SavedRunKind::Alone(study))]);
        }
        self.trier.poll(&mut self.state);
        if self.experimenter.poll(&mut self.state)
            && let Some(experiment) = &self.state.runs.experiment
        {
            self.keep(experiment.to_keep());
        }
        self.take_kept();
        while let Some(found) = self.run_folders.as_ref().and_then(RunFolders::found) {
            match found {
                UnfinishedFolder::Unfinished(unfinished) => self.state.offer_unfinished(unfinished),
                UnfinishedFolder::Told(message) => self.state.notify(message),
                UnfinishedFolder::Failed(message) => self.state.report_error(message),
            }
        }
        while let Some(told) = self.files.told() {
            match told {
                FileResult::Chosen(path) => {
                    if self.state.dialog.is_some() {
                        self.state.apply(Intent::TypePath(path.display().to_string()));
                    }
                }
                FileResult::Read(path, document) => {
                    self.state.replace_document(*document, Some(path))
                }
                FileResult::Written(path, document) => self.state.mark_saved(*document, path),
                FileResult::Exported(path) => {
                    self.state.notify(format!("The results are in {}", path.display()));
                }
                FileResult::Text(text) => self.to_copy = Some(text),
                FileResult::Failed(message) => self.state.report_error(message),
            }
        }
    }

    fn keep(&self, runs: Vec<(Arc<RunReport>, SavedRunKind)>) {
        if let Some(keeper) = &self.keeper {
            keeper.keep(runs);
        }
    }

    fn take_kept(&mut self) {
        while let Some(news) = self.keeper.as_ref().and_then(HistoryStore::news) {
            match news {
                HistoryNews::Listing(listing) => self.state.history.take(listing),
                HistoryNews::Read(run) => self.state.show_saved_run(*run),
                HistoryNews::Timelines(runs) => self.state.show_timelines(runs),
                HistoryNews::Told(message) => self.state.notify(message),
                HistoryNews::Failed(message) => self.state.report_error(message),
            }
        }
    }

    /// Leaves what was typed behind a key that goes to another cell for the frame
    /// in which that cell has the keyboard. So nothing typed fast, or while a
    /// frame takes long, goes to the cell before, or nowhere.
    fn one_cell_a_frame(&mut self, ctx: &Context) {
        let before = std::mem::take(&mut self.later);
        let typing = ctx.text_edit_focused();
        let on_the_way = self.state.form.pending_focus.is_some();
        self.later = ctx.input_mut(|input| {
            input.events.splice(0..0, before);
            let walk = input.events.iter().position(|event| typing && is_walk(event));
            let from = if on_the_way { Some(0) } else { walk.map(|walk| walk + 1) };
            let Some(from) = from else { return Vec::new() };
            let typed = |event: &Event| matches!(event, Event::Key { .. } | Event::Text(_));
            let (later, now) = input.events.split_off(from).into_iter().partition(typed);
            let now: Vec<Event> = now;
            input.events.extend(now);
            later
        });
        if !self.later.is_empty() {
            ctx.request_repaint();
        }
    }

    /// What was pressed, dropped or pasted, before any widget sees it.
    fn outside_widgets(&self, ctx: &Context) -> Vec<Intent> {
        let mut intents = Vec::new();
        let dialog = self.state.dialog.is_some();
        if !dialog {
            // Rows are for the table, also while a cell has the keyboard.
            ctx.input_mut(|input| {
                input.events.retain(|event| match pasted_rows(event) {
                    None => true,
                    Some(rows) => {
                        intents.push(Intent::PasteRows(rows.to_owned()));
                        false
                    }
                });
            });
        }
        let typing = ctx.text_edit_focused();
        let mut commands: Vec<_> = Command::VARIANTS
            .iter()
            .filter_map(|&command| Some((command, command.shortcut()?)))
            .collect();
        // Of two shortcuts with one key the one with more modifiers goes first.
        commands.sort_by_key(|(_, shortcut)| {
            let modifiers = shortcut.modifiers;
            std::cmp::Reverse([modifiers.shift, modifiers.command, modifiers.alt].map(u8::from))
        });
        for (command, shortcut) in commands {
            let plain = shortcut.modifiers.is_none();
            let in_text =
                plain && typing && !matches!(command, Command::Cancel | Command::Shortcuts);
            if dialog || in_text || !self.state.is_enabled(command) {
                continue;
            }
            if ctx.input_mut(|input| input.consume_shortcut(&shortcut)) {
                intents.push(Intent::Command(command));
            }
        }
        let dropped = ctx.input(|input| input.raw.dropped_files.clone());
        if let Some(file) = dropped.first() {
            intents.push(Intent::OpenPath(file.path().to_owned()));
        }
        intents
    }
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &Context, _frame: &mut eframe::Frame) {
        self.take_news();
        self.forecaster.follow(&mut self.state, ctx);
        if ctx.input(|input| input.viewport().close_requested()) && !self.may_close {
            match self.state.apply(Intent::Command(Command::Quit)) {
                None => ctx.send_viewport_cmd(ViewportCommand::CancelClose),
                Some(_) => self.may_close = true,
            }
        }
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        let ctx = ui.ctx().clone();
        if let Some(text) = self.to_copy.take() {
            ctx.copy_text(text);
            self.state.notify("The results are in the clipboard, as a table");
        }
        self.one_cell_a_frame(&ctx);
        let mut intents = self.outside_widgets(&ctx);
        self.finder.poll(&mut self.state, &ctx);
        self.output.poll(&mut self.state, &ctx);
        intents.extend(whole(ui, &self.state));
        let any = !intents.is_empty();
        for intent in intents {
            if let Some(effect) = self.state.apply(intent) {
                self.perform(effect, &ctx);
            }
        }
        if any {
            // What was asked for is seen without waiting for the next event.
            ctx.request_repaint();
        } else if self.state.is_experimenting() {
            ctx.request_repaint_after(TICK);
        } else if self.state.is_running() {
            ctx.request_repaint_after(FRAME);
        }
    }

    fn save(&mut self, storage: &mut dyn Storage) {
        Settings::of(&self.state).save(storage);
    }
}
