//! The eframe application: handles messages of background jobs, draws, and performs the
//! effects that the state asks for.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use eframe::{CreationContext, Storage};
use egui::text_selection::LabelSelectionState;
use egui::{
    Context, Event, Id, Key, KeyboardShortcut, Memory, Modifiers, Popup, Pos2, Rect, Ui, Vec2,
    ViewportCommand,
};

use super::derived_jobs::{
    PreviewJob, ask_cluster, filter_cases, filter_results, generate, predict, search_log,
    watch_memory, work_on_table,
};
use super::desktop::window_place::{fitting_size, fitting_zoom, next_zoom, reachable_place};
use super::diagnostics::log_file::log_file;
use super::diagnostics::panic_report::report_last_panic;
use super::diagnostics::shown_errors::ShownErrors;
use super::experiment_runner::{ExperimentRunner, TICK};
use super::files::autosave::Autosave;
use super::files::data_folders::DataFolder;
use super::files::file_jobs::FileJobs;
use super::files::file_watch::FileWatch;
use super::files::import_job::ImportJob;
use super::files::template_watch::TemplateWatch;
use super::history_jobs::HistoryJobs;
use super::job::{Job, Update};
use super::output_reader::OutputReader;
use super::runner::Runner;
use super::settings::Settings;
use super::trial_runner::TrialRunner;
use crate::app::{
    FolderMessage, FolderProgress, FolderUse, RunFolders, UnfinishedFolder, WorkerProgram,
    free_memory_bytes, this_machine,
};
use crate::history::{LocalClock, local_time};
use crate::system::look::{SystemLook, read_look};
use crate::text::{capitalized, grouped};
use crate::window::cases::cases_state::CasesView;
use crate::window::cases::grid::GRID;
use crate::window::form::case_table::{is_cell_navigation, pasted_rows};
use crate::window::frame::about::AboutFacts;
use crate::window::frame::root::draw_window;
use crate::window::help::first_steps::FirstSteps;
use crate::window::history::run_history::{HistoryJob, RunPlace};
use crate::window::renderer;
use crate::window::results::query::ResultsView;
use crate::window::state::{
    AppState, Command, Effect, Intent, LeftBy, MachineInfo, Tab, UnfinishedRun,
};
use crate::window::theme::{Look, install, set_look};
use crate::window::widgets::focus::{
    FocusGuide, focused_text, had_focus, hold_typing, last_used, leave_text, return_to_text, settle,
};
use crate::window::workers::forecast::ForecastResult;

const MAX_FITTED_FRAMES: u8 = 10;

/// Redraw interval during a run.
const FRAME: Duration = Duration::from_millis(33);

/// What a window takes from its surroundings. Tests replace parts of it.
#[derive(Debug, Clone)]
pub struct AppOptions {
    /// The study to open. `None` opens the one that was open last.
    pub study: Option<PathBuf>,
    /// The machine.
    pub machine: MachineInfo,
    /// The operating system and its processor type.
    pub system: String,
    /// The program that runs as a worker process.
    pub worker_program: WorkerProgram,
    /// The folder of saved runs. `None` saves no runs.
    pub saved_runs: Option<PathBuf>,
    /// The folder for the run folders of programs. `None` makes no run folders.
    pub run_folders: Option<PathBuf>,
    /// The folder of the sessions of open windows. `None` keeps none.
    pub sessions: Option<PathBuf>,
    /// The folder of the settings. `None` stores none.
    pub settings: Option<PathBuf>,
    /// The folder of the log of the program. `None` logs nothing.
    pub log: Option<PathBuf>,
    /// Reads how the system wants windows to look, on a thread.
    pub system_look: fn() -> SystemLook,
    /// Whether to guide a new user.
    pub is_first_start: bool,
    /// When the program was started.
    pub started: Instant,
    /// The program that opens reports. `None` is that of the system.
    pub browser: Option<OsString>,
    /// Whether the system has asked the program to end.
    pub must_end: Arc<AtomicBool>,
    /// Source of the local time.
    pub clock: LocalClock,
}

impl AppOptions {
    /// Returns the options on this machine. `data_folder` is the folder for everything
    /// that outlives the window.
    pub fn of_this_machine(study: Option<PathBuf>, data_folder: Option<PathBuf>) -> Self {
        Self {
            study,
            system: system_name(),
            machine: MachineInfo { report: this_machine(), free_memory: free_memory_bytes() },
            worker_program: WorkerProgram::default(),
            saved_runs: data_folder.as_ref().map(|folder| folder.join("runs")),
            run_folders: data_folder.as_ref().map(|folder| folder.join("program-runs")),
            sessions: data_folder.as_ref().map(|folder| folder.join("sessions")),
            log: data_folder.as_ref().map(|folder| folder.join("log")),
            system_look: read_look,
            is_first_start: false,
            started: Instant::now(),
            settings: data_folder,
            browser: None,
            must_end: Arc::default(),
            clock: local_time,
        }
    }

    fn data_folders(&self) -> Vec<DataFolder> {
        let folder = |path: &Option<PathBuf>, name, loss| {
            Some(DataFolder { path: path.clone()?, name, loss })
        };
        let folders = [
            folder(&self.settings, "Settings", "settings are not kept"),
            folder(&self.saved_runs, "Run history", "runs are not kept in the run history"),
            folder(
                &self.sessions,
                "Unsaved changes",
                "unsaved changes are not kept if the window is killed",
            ),
            folder(&self.run_folders, "Runs of programs", "programs cannot be run"),
        ];
        folders.into_iter().flatten().collect()
    }
}

/// Returns the name and version of the system, and the type of its processor.
fn system_name() -> String {
    let name = sysinfo::System::long_os_version().unwrap_or_else(|_| std::env::consts::OS.into());
    format!("{name}, {}", std::env::consts::ARCH)
}

/// The window.
pub struct App {
    pub(super) state: AppState,
    runner: Runner,
    experiments: ExperimentRunner,
    pub(super) forecast: Job<ForecastResult>,
    files: FileJobs,
    autosave: Autosave,
    watch: FileWatch,
    templates: TemplateWatch,
    filter: Job<ResultsView>,
    preview: PreviewJob,
    generation: Job<Update>,
    table_work: Job<Update>,
    cluster_check: Job<Update>,
    case_filter: Job<CasesView>,
    import: ImportJob,
    free_memory: Job<Option<u64>>,
    output: OutputReader,
    trials: TrialRunner,
    /// The run history, if there is a folder for it.
    history: Option<HistoryJobs>,
    /// The folders of runs of programs, if there is a place for them.
    run_folders: Option<RunFolders>,
    /// Events held back for the next frame, in which another cell has the keyboard.
    deferred_events: Vec<Event>,
    /// The program that runs as a worker process.
    worker_program: WorkerProgram,
    /// Whether the window closes once nothing runs.
    is_leaving: bool,
    pub(super) may_close: bool,
    /// Whether the system has asked the program to end.
    must_end: Arc<AtomicBool>,
    /// The title of the window.
    title: String,
    /// How the window looks.
    look: Look,
    system_look: Job<SystemLook>,
    shown_errors: ShownErrors,
    /// When the program was started, until the first frame is shown.
    started: Option<Instant>,
    /// Number of frames in which the window was fitted to its monitor. The system may
    /// ignore a request before the window is on the screen.
    fitted_frames: u8,
}

impl App {
    /// Makes the application.
    pub fn new(cc: &CreationContext<'_>, options: AppOptions) -> Self {
        cc.egui_ctx.add_plugin(FocusGuide::default());
        let mut state = AppState::new(options.machine);
        let data_folders = options.data_folders();
        state.about = AboutFacts {
            system: options.system.clone(),
            renderer: renderer::name(cc),
            folders: data_folders.iter().map(|it| (it.name, it.path.clone())).collect(),
            log: options.log.as_deref().map(log_file),
        };
        if options.is_first_start {
            state.first_steps = FirstSteps::of_first_start();
        }
        let settings = Settings::load(cc.storage);
        settings.apply(&mut state);
        if let Some(message) = Settings::set_aside_unreadable(cc.storage) {
            state.report_error(message);
        }
        let look = state.look();
        install(&cc.egui_ctx, look);
        // Commands of the menu have these keys, and other bounds.
        cc.egui_ctx.options_mut(|options| options.zoom_with_keyboard = false);
        let mut system_look = Job::default();
        let read = options.system_look;
        // Without it, the window looks as the toolkit knows.
        system_look.start("look", &cc.egui_ctx, move |messages| messages.send(read())).ok();
        let wake_ctx = cc.egui_ctx.clone();
        let wake = Arc::new(move || wake_ctx.request_repaint());
        let run_folders =
            options.run_folders.map(|folder| RunFolders::new(folder, options.clock, wake));
        let files = FileJobs::new(&cc.egui_ctx, options.browser);
        if let Some(log) = options.log {
            report_last_panic(log, files.updates());
        }
        let last_study = settings.last_study();
        Self {
            watch: FileWatch::new(&files),
            templates: TemplateWatch::new(&files),
            autosave: Autosave::new(options.sessions, &files, options.study, last_study),
            history: open_history(
                options.saved_runs,
                data_folders,
                options.clock,
                &mut state,
                &cc.egui_ctx,
            ),
            state,
            runner: Runner::default(),
            experiments: ExperimentRunner::default(),
            forecast: Job::default(),
            files,
            filter: Job::default(),
            preview: PreviewJob::default(),
            generation: Job::default(),
            table_work: Job::default(),
            cluster_check: Job::default(),
            case_filter: Job::default(),
            import: ImportJob::default(),
            free_memory: Job::default(),
            output: OutputReader::default(),
            trials: TrialRunner::default(),
            run_folders,
            deferred_events: Vec::new(),
            worker_program: options.worker_program,
            is_leaving: false,
            may_close: false,
            must_end: options.must_end,
            title: String::new(),
            look,
            system_look,
            shown_errors: ShownErrors::default(),
            started: Some(options.started),
            fitted_frames: 0,
        }
    }

    fn perform(&mut self, effect: Effect, ctx: &Context) {
        match effect {
            Effect::StartRun(request) => {
                let program = self.worker_program.clone();
                let study = self.state.file.study_name();
                let maker = self.run_folders.as_ref().map(|folders| folders.maker(study));
                self.runner.start(request, program, maker, &mut self.state, ctx);
            }
            Effect::TryCase(document, row) => {
                self.trials.start(document, row, self.worker_program.clone(), &mut self.state, ctx);
            }
            Effect::CancelTrial => self.trials.cancel(),
            Effect::CheckCluster(document) => {
                ask_cluster(&mut self.cluster_check, document, &mut self.state, ctx);
            }
            Effect::CopyText(text) => ctx.copy_text(text),
            Effect::Steer(command) => self.runner.steer(command),
            Effect::ListUnfinished => match &self.run_folders {
                Some(folders) => folders.list(),
                None => self.state.list_unfinished(Vec::new()),
            },
            Effect::DismissUnfinished(folder) => self.dismiss(folder),
            Effect::StartExperiment(request) => {
                self.experiments.start(request, self.worker_program.clone(), &mut self.state, ctx);
            }
            Effect::CancelRun => self.cancel(),
            Effect::Browse(file) => self.files.browse(file),
            Effect::BrowseTemplate(row, folder) => self.files.browse_template(row, folder),
            Effect::ReadStudy(path) => self.files.read(path, self.state.document.clone()),
            Effect::ReadCases(path) => self.files.import(path),
            Effect::ImportCases(reading, rows, document) => {
                self.import.add(reading, (rows, document), &mut self.state, ctx);
            }
            Effect::GenerateCases(recipe, import, document) => {
                let request = (recipe, import, document);
                generate(&mut self.generation, request, &mut self.state, ctx);
            }
            Effect::WorkOnTable(task, document) => {
                work_on_table(&mut self.table_work, (task, document), &mut self.state, ctx);
            }
            Effect::Reload(path, options) => self.files.reload(path, options),
            Effect::Write(request) => self.files.write(request),
            Effect::CheckFiles(paths) => self.files.check(paths),
            Effect::FocusSearch => {
                let id = self.state.tab.search_id();
                ctx.memory_mut(|memory| memory.request_focus(id));
            }
            Effect::EditText(command) => {
                return_to_text(ctx);
                match command {
                    Command::Cut => self.deferred_events.push(Event::Cut),
                    Command::Copy => self.deferred_events.push(Event::Copy),
                    _ => ctx.send_viewport_cmd(ViewportCommand::RequestPaste),
                }
            }
            Effect::Paste => {
                leave_text(ctx);
                ctx.send_viewport_cmd(ViewportCommand::RequestPaste);
            }
            Effect::CopyResults(report, cases) => self.files.results_text(report, cases),
            Effect::CopyPicture(chart, form) => self.files.copy_picture(chart, form),
            Effect::OpenReport(report) => self.files.open_report(report),
            Effect::OpenFolder(folder) => self.files.open_folder(folder),
            Effect::OpenFile(file) => self.files.open_file(file),
            Effect::History(job) => self.change_history(job),
            Effect::Resize(Command::NormalSize) => ctx.set_zoom_factor(1.0),
            Effect::Resize(command) => {
                let zoom = next_zoom(ctx.zoom_factor(), command == Command::Larger);
                ctx.set_zoom_factor(zoom);
            }
            Effect::CloseWindow => {
                self.autosave.forget();
                self.is_leaving = true;
                self.close_once_ended(ctx);
            }
        }
    }

    /// Closes the window once nothing runs, so that the history has what has finished.
    fn close_once_ended(&mut self, ctx: &Context) {
        if !self.state.is_running() {
            self.may_close = true;
            return ctx.send_viewport_cmd(ViewportCommand::Close);
        }
        self.trials.cancel();
        if self.state.is_enabled(Command::Cancel) {
            self.state.cancel_run();
            self.cancel();
        }
    }

    /// Leaves without questions if the system asks for it. Unsaved changes are kept for the
    /// next start.
    fn end_if_asked(&mut self, ctx: &Context) {
        if self.must_end.load(Ordering::Relaxed) && !self.is_leaving {
            self.state.commit_program().ok();
            self.state.update_staleness();
            self.autosave.keep_now(&self.state);
            self.is_leaving = true;
        }
        if self.is_leaving && !self.may_close {
            self.close_once_ended(ctx);
        }
    }

    fn cancel(&self) {
        self.runner.cancel();
        self.experiments.cancel();
    }

    /// Updates the state with the messages of all background jobs.
    fn handle_messages(&mut self) {
        if let Some(ended) = self.runner.poll(&mut self.state) {
            if let Some(folder) = self.state.offer_rest_of_run() {
                self.dismiss(folder);
            }
            self.change_history(HistoryJob::Save(vec![ended]));
        }
        self.trials.poll(&mut self.state);
        for job in [&mut self.generation, &mut self.table_work, &mut self.cluster_check] {
            if let Some(update) = job.poll_only() {
                update(&mut self.state);
            }
        }
        if self.experiments.poll(&mut self.state)
            && let Some(experiment) = &self.state.runs.experiment
        {
            self.change_history(HistoryJob::Save(experiment.to_keep()));
        }
        while let Some(update) = self.history.as_ref().and_then(HistoryJobs::poll) {
            update(&mut self.state);
        }
        while let Some(message) = self.run_folders.as_ref().and_then(RunFolders::poll) {
            handle_folder_message(message, &mut self.state);
        }
        while let Some(update) = self.files.poll() {
            update(&mut self.state);
        }
        if let Some(look) = self.system_look.poll_only() {
            self.state.system_look = look;
        }
    }

    fn change_history(&self, job: HistoryJob) {
        if let Some(history) = &self.history {
            history.perform(job);
        }
    }

    fn dismiss(&self, folder: PathBuf) {
        if let Some(folders) = &self.run_folders {
            folders.dismiss(folder);
        }
    }

    /// Holds back what was typed after a key that moves to another cell, until that cell
    /// has the keyboard. Otherwise fast typing would go to the previous cell or be lost.
    fn defer_events(&mut self, ctx: &Context) {
        let before = std::mem::take(&mut self.deferred_events);
        let typing = ctx.text_edit_focused();
        let is_moving = self.state.form.pending_focus.is_some();
        self.deferred_events = ctx.input_mut(|input| {
            input.events.splice(0..0, before);
            let walk = input.events.iter().position(|event| typing && is_cell_navigation(event));
            let from = if is_moving { Some(0) } else { walk.map(|walk| walk + 1) };
            let Some(from) = from else { return Vec::new() };
            let typed = |event: &Event| matches!(event, Event::Key { .. } | Event::Text(_));
            let (later, now) = input.events.split_off(from).into_iter().partition(typed);
            let now: Vec<Event> = now;
            input.events.extend(now);
            later
        });
        hold_typing(ctx, !self.deferred_events.is_empty());
        if !self.deferred_events.is_empty() {
            ctx.request_repaint();
        }
    }

    /// Collects shortcuts, dropped files and pasted rows before any widget sees them.
    fn global_intents(&self, ctx: &Context, was_in_text: bool) -> Vec<Intent> {
        let mut intents = Vec::new();
        let dialog = self.state.dialog.is_some();
        if !dialog {
            let in_text = self.state.focused_text.is_some();
            let in_label = ctx.plugin::<LabelSelectionState>().lock().has_selection();
            ctx.input_mut(|input| {
                input.events.retain(|event| {
                    let intent = match event {
                        Event::Paste(text) if !in_text => Intent::PasteRows(text.clone()),
                        Event::Cut if !in_text => Intent::Command(Command::Cut),
                        Event::Copy if !in_text && !in_label => Intent::Command(Command::Copy),
                        // Rows go to the table even if a cell has the keyboard.
                        event if let Some(rows) = pasted_rows(event) => {
                            Intent::PasteRows(rows.to_owned())
                        }
                        _ => return true,
                    };
                    intents.push(intent);
                    false
                });
            });
        }
        let typing = was_in_text || ctx.text_edit_focused();
        let in_popup = Popup::is_any_open(ctx);
        let in_own_text = self.state.focused_text.is_some() && self.state.form.editing.is_none();
        // Fields of the form are part of the document, a field for a search is not.
        let in_tabs = self.is_in_tabs(ctx);
        let in_search = in_own_text && in_tabs && self.state.cases.edited.is_none();
        let in_table = had_focus(ctx, Id::unique(GRID));
        let is_touring = self.state.first_steps.tour.is_some();
        for command in Command::all().filter(|_| !dialog) {
            let Some(shortcut) = command.shortcut() else { continue };
            let plain = shortcut.modifiers.is_none();
            let is_step = matches!(command, Command::Undo | Command::Redo);
            // Escape closes a menu or leaves a field before it cancels a run.
            let is_taken = plain && command != Command::Shortcuts && (typing || in_popup)
                || command == Command::Delete && self.is_in_view_of_run(ctx)
                || command == Command::Cancel && (in_table || is_touring)
                || is_step && in_search;
            let is_enabled = self.state.is_enabled(command);
            // A text outside the document undoes its own changes where the document has none.
            let is_passed_on = !is_enabled && (plain || in_own_text && (in_tabs || !is_step));
            // The shortcut of a disabled command does nothing, in a cell neither.
            let is_pressed = !is_taken
                && !is_passed_on
                && (take_shortcut(ctx, shortcut)
                    || command.other_shortcut().is_some_and(|other| take_shortcut(ctx, other)));
            if is_pressed && is_enabled {
                intents.push(Intent::Command(command));
                if in_popup {
                    Popup::close_all(ctx);
                    ctx.memory_mut(Memory::stop_text_input);
                }
            }
        }
        let dropped = ctx.input(|input| input.raw.dropped_files.clone());
        if let Some(file) = dropped.first() {
            intents.push(Intent::Drop(file.path().to_owned()));
        }
        intents
    }
}

impl App {
    /// Whether what was used last shows a run, whose cases are not deleted from the study.
    fn is_in_view_of_run(&self, ctx: &Context) -> bool {
        self.state.tab != Tab::Cases && self.is_in_tabs(ctx)
    }

    /// Whether what was used last is right of the form.
    fn is_in_tabs(&self, ctx: &Context) -> bool {
        let form = self.state.preferences.form.width(ctx.content_rect().width());
        last_used(ctx).is_some_and(|at| at.x > form)
    }
}

impl eframe::App for App {
    fn logic(&mut self, ctx: &Context, frame: &mut eframe::Frame) {
        self.handle_messages();
        self.shown_errors.log(&self.state);
        if let Some(started) = self.started.take_if(|_| ctx.cumulative_frame_nr() > 0) {
            log::info!("first frame after {} ms", started.elapsed().as_millis());
        }
        if self.look != self.state.look() {
            self.look = self.state.look();
            set_look(ctx, self.look);
        }
        let title = self.state.title();
        if title != self.title {
            ctx.send_viewport_cmd(ViewportCommand::Title(title.clone()));
            self.title = title;
        }
        predict(&mut self.forecast, &mut self.state, ctx);
        watch_memory(&mut self.free_memory, &mut self.state, ctx);
        if let Some(zoom) = fitting_zoom(ctx.zoom_factor(), ctx.content_rect().size()) {
            ctx.set_zoom_factor(zoom);
        }
        let monitor = ctx.input(|input| input.viewport().monitor_size);
        if let Some(monitor) = monitor.filter(|_| self.fitted_frames < MAX_FITTED_FRAMES) {
            self.fitted_frames += 1;
            bring_back(frame);
            if let Some(size) = fitting_size(ctx.content_rect().size(), monitor) {
                ctx.send_viewport_cmd(ViewportCommand::InnerSize(size));
                ctx.request_repaint_after(FRAME);
            }
        }
        self.end_if_asked(ctx);
        if ctx.input(|input| input.viewport().close_requested()) && !self.may_close {
            match self.state.apply(Intent::Command(Command::Quit)) {
                // Asked again while the run ends: the rest is not waited for.
                _ if self.is_leaving => self.may_close = true,
                None => ctx.send_viewport_cmd(ViewportCommand::CancelClose),
                Some(effect) => self.perform(effect, ctx),
            }
        }
        if !self.is_leaving {
            self.watch.follow(&self.state, ctx);
            self.templates.follow(&self.state, ctx);
            self.autosave.keep(&self.state, ctx);
        }
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        let ctx = ui.ctx().clone();
        self.defer_events(&ctx);
        // Escape has taken the focus from a field before this.
        let was_in_text = self.state.focused_text.is_some();
        self.state.focused_text = focused_text(&ctx);
        let mut intents = self.global_intents(&ctx, was_in_text);
        filter_results(&mut self.filter, &mut self.state, &ctx);
        filter_cases(&mut self.case_filter, &mut self.state, &ctx);
        search_log(&mut self.state, &ctx);
        self.preview.update(&mut self.state, &ctx);
        self.import.update(&mut self.state, &ctx);
        self.output.poll(&mut self.state, &ctx);
        intents.extend(draw_window(ui, &self.state));
        intents.append(&mut self.state.queued);
        let has_intents = !intents.is_empty();
        for intent in intents {
            if intent == Intent::Command(Command::SelectAll) {
                // The next Delete is for the rows, not for the text of a cell.
                leave_text(&ctx);
            }
            if let Some(effect) = self.state.apply(intent) {
                self.perform(effect, &ctx);
            }
        }
        settle(&ctx, self.state.dialog.is_some());
        if has_intents {
            // Shows their effects without waiting for the next event.
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

/// Moves a window to a monitor whose title bar is on none, because its monitor is gone.
fn bring_back(frame: &eframe::Frame) {
    let Some(window) = frame.winit_window() else { return };
    let Ok(place) = window.outer_position() else { return };
    let rect = |place: (i32, i32), size: (u32, u32)| {
        let min = Pos2::new(place.0 as f32, place.1 as f32);
        Rect::from_min_size(min, Vec2::new(size.0 as f32, size.1 as f32))
    };
    let monitors: Vec<Rect> = window
        .available_monitors()
        .map(|monitor| rect(monitor.position().into(), monitor.size().into()))
        .collect();
    let place_of_window = rect(place.into(), window.outer_size().into());
    if let Some(to) = reachable_place(place_of_window, &monitors) {
        #[expect(clippy::cast_possible_truncation, reason = "pixels of a screen")]
        let [x, y] = [to.x as i32, to.y as i32];
        let mut moved = place;
        (moved.x, moved.y) = (x, y);
        window.set_outer_position(moved);
    }
}

/// Takes the press of a shortcut from the input. Its modifiers are exact, except that a sign may
/// need Shift. The key of the equals sign is that of the plus sign on most keyboards.
fn take_shortcut(
    ctx: &Context,
    KeyboardShortcut { modifiers, logical_key }: KeyboardShortcut,
) -> bool {
    let is_sign = !logical_key.symbol_or_name().contains(char::is_alphabetic);
    let is_press = |event: &Event| match event {
        Event::Key { key, pressed: true, modifiers: pressed, .. }
            if *key == logical_key || (*key, logical_key) == (Key::Equals, Key::Plus) =>
        {
            let shift = pressed.shift && !is_sign;
            Modifiers { shift, ..*pressed }.matches_exact(modifiers)
        }
        _ => false,
    };
    ctx.input_mut(|input| {
        let before = input.events.len();
        input.events.retain(|event| !is_press(event));
        input.events.len() < before
    })
}

/// Starts the thread of the run history, if there is a folder for it.
fn open_history(
    folder: Option<PathBuf>,
    data_folders: Vec<DataFolder>,
    clock: LocalClock,
    state: &mut AppState,
    ctx: &Context,
) -> Option<HistoryJobs> {
    match HistoryJobs::new(folder?, data_folders, clock, ctx) {
        Ok(history) => {
            state.history.place = RunPlace::Reading;
            Some(history)
        }
        Err(error) => {
            state.report_error(capitalized(&error.to_string()));
            None
        }
    }
}

fn handle_folder_message(message: FolderMessage, state: &mut AppState) {
    match message {
        FolderMessage::Unfinished(UnfinishedFolder { path: folder, progress }) => {
            let FolderProgress { cases, done, in_use } = progress;
            if in_use == FolderUse::ByProcess {
                let (done, cases) = (grouped(done), grouped(cases));
                return state.notify(format!(
                    "Another CaseLanes process is running an unfinished run, {done} of {cases} \
                     cases done: {}",
                    folder.display()
                ));
            }
            let left_by = match in_use {
                FolderUse::OnCluster => LeftBy::Cluster,
                _ => LeftBy::Interruption,
            };
            let of_document = false;
            state.offer_unfinished(UnfinishedRun { folder, cases, done, left_by, of_document });
        }
        FolderMessage::AllUnfinished(folders) => state.list_unfinished(folders),
        FolderMessage::SearchFailed(error, path) => {
            state.list_unfinished(Vec::new());
            state.report_error(format!(
                "Cannot look for unfinished runs: {error}: {}",
                path.display()
            ));
        }
        FolderMessage::DismissFailed(error, path) => state.report_error(format!(
            "Cannot dismiss the unfinished run: {error}: {}",
            path.display()
        )),
    }
}
