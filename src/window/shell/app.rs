//! The eframe application: handles messages of background jobs, draws, and performs the
//! effects that the state asks for.

use std::mem;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use eframe::{CreationContext, Storage};
use egui::{Context, Event, Ui, ViewportCommand};

use super::derived_jobs::{
    ChangeCount, PreviewJob, ask_cluster, filter_cases, filter_results, generate, predict,
    search_log, watch_memory, work_on_table,
};
use super::desktop::global_input::global_intents;
use super::desktop::window_place::{WindowFit, fitting_zoom, next_zoom};
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
use super::launch::app_options::AppOptions;
use super::output_reader::OutputReader;
use super::runner::Runner;
use super::settings::Settings;
use super::settings_file::SettingsFile;
use super::trial_runner::TrialRunner;
use crate::app::{
    FolderMessage, FolderProgress, FolderUse, RunFolders, UnfinishedFolder, WorkerProgram,
};
use crate::history::LocalClock;
use crate::system::look::SystemLook;
use crate::text::{capitalized, grouped};
use crate::window::cases::cases_state::CasesView;
use crate::window::frame::about::AboutFacts;
use crate::window::frame::root::draw_window;
use crate::window::help::first_steps::FirstSteps;
use crate::window::history::run_history::{HistoryIntent, HistoryJob, RunPlace};
use crate::window::renderer;
use crate::window::results::query::ResultsView;
use crate::window::state::{AppState, Command, Dialog, Effect, Intent, LeftBy, UnfinishedRun};
use crate::window::theme::{Look, install, set_look};
use crate::window::widgets::focus::{
    FocusGuide, focused_text, leave_text, return_to_text, select_all, settle,
};
use crate::window::widgets::input_turns::{InputTurns, has_keys, hold_typing, pass_on};
use crate::window::workers::forecast::ForecastResult;

/// Redraw interval during a run.
const FRAME: Duration = Duration::from_millis(33);

/// The window.
pub struct App {
    pub(super) state: AppState,
    runner: Runner,
    experiments: ExperimentRunner,
    pub(super) forecast: Job<ForecastResult>,
    files: FileJobs,
    pub(super) autosave: Autosave,
    watch: FileWatch,
    templates: TemplateWatch,
    filter: Job<ResultsView>,
    preview: PreviewJob,
    changes: ChangeCount,
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
    /// The program that runs as a worker process.
    worker_program: WorkerProgram,
    /// Whether the window closes once nothing runs.
    is_leaving: bool,
    pub(super) may_close: bool,
    /// Whether the window was closed before all keys had their turn.
    closes_later: bool,
    /// The number of passes before the last frame.
    passes: u64,
    /// Whether the system has asked the program to end.
    must_end: Arc<AtomicBool>,
    /// The title of the window.
    title: String,
    /// How the window looks.
    look: Look,
    system_look: Job<SystemLook>,
    shown_errors: ShownErrors,
    settings: SettingsFile,
    /// When the program was started, until the first frame is shown.
    started: Option<Instant>,
    fit: WindowFit,
}

impl App {
    /// Makes the application.
    pub fn new(cc: &CreationContext<'_>, options: AppOptions) -> Self {
        cc.egui_ctx.add_plugin(InputTurns::default());
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
        let earlier = || Settings::of_earlier_version(cc.storage);
        let folder = options.settings.as_deref();
        let settings = folder.map(|folder| SettingsFile::open(folder, earlier, &mut state));
        let settings = settings.unwrap_or_default();
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
        let first_study = options.study.clone().or_else(|| last_study.clone());
        let autosave = Autosave::new(options.sessions, &files, options.study, last_study);
        if autosave.is_running() && first_study.is_some() {
            state.dialog = Some(Dialog::Opening(first_study));
        }
        Self {
            watch: FileWatch::new(&files),
            templates: TemplateWatch::new(&files),
            autosave,
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
            changes: ChangeCount::default(),
            generation: Job::default(),
            table_work: Job::default(),
            cluster_check: Job::default(),
            case_filter: Job::default(),
            import: ImportJob::default(),
            free_memory: Job::default(),
            output: OutputReader::default(),
            trials: TrialRunner::default(),
            run_folders,
            worker_program: options.worker_program,
            is_leaving: false,
            may_close: false,
            closes_later: false,
            passes: u64::MAX,
            must_end: options.must_end,
            title: String::new(),
            look,
            system_look,
            shown_errors: ShownErrors::default(),
            settings,
            started: Some(options.started),
            fit: WindowFit::default(),
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
            Effect::ReadStudy(path, may_replace) => {
                self.files.read(path, may_replace, self.state.document.clone());
            }
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
                select_all(ctx, id);
            }
            Effect::EditText(command) => {
                return_to_text(ctx);
                match command {
                    Command::Cut => pass_on(ctx, Event::Cut),
                    Command::Copy => pass_on(ctx, Event::Copy),
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
                self.keep_typed_name();
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
    fn end_if_asked(&mut self, ctx: &Context, keys_wait: bool) {
        if self.must_end.load(Ordering::Relaxed) && !self.is_leaving && !keys_wait {
            self.keep_typed_name();
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
        if let Some(ended) = self.runner.poll(&mut self.state, &self.files) {
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
        if let Some(job) = self.experiments.poll(&mut self.state) {
            self.change_history(job);
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

    /// Renames the run whose name is being typed, as if its field had lost the focus.
    fn keep_typed_name(&mut self) {
        if let Some(job) = self.state.history.act(HistoryIntent::AcceptName) {
            self.change_history(job);
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
        if self.fit.fit(ctx, frame) {
            ctx.request_repaint_after(FRAME);
        }
        // What was typed before an end comes first, unless the window is hidden and draws nothing.
        let passes = ctx.cumulative_pass_nr();
        let keys_wait = mem::replace(&mut self.passes, passes) != passes && has_keys(ctx);
        if keys_wait {
            ctx.request_repaint();
        }
        self.end_if_asked(ctx, keys_wait);
        let is_closed = ctx.input(|input| input.viewport().close_requested());
        let closes = (is_closed || mem::take(&mut self.closes_later)) && !self.may_close;
        if closes && keys_wait {
            self.closes_later = true;
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
        } else if closes {
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
            self.settings.keep(Settings::of(&self.state), ctx);
        }
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        let ctx = ui.ctx().clone();
        // Escape has taken the focus from a field before this.
        let was_in_text = self.state.focused_text.is_some();
        self.state.focused_text = focused_text(&ctx);
        let mut intents = global_intents(&ctx, &self.state, was_in_text);
        filter_results(&mut self.filter, &mut self.state, &ctx);
        filter_cases(&mut self.case_filter, &mut self.state, &ctx);
        search_log(&mut self.state, &ctx);
        self.changes.update(&mut self.state, &ctx);
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
        if self.state.form.pending_focus.is_some() {
            hold_typing(&ctx);
        }
        if has_intents {
            // Shows their effects without waiting for the next event.
            ctx.request_repaint();
        } else if self.state.is_experimenting() {
            ctx.request_repaint_after(TICK);
        } else if self.state.is_running() {
            ctx.request_repaint_after(FRAME);
        }
    }

    fn save(&mut self, _: &mut dyn Storage) {
        self.settings.store(Settings::of(&self.state));
    }
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
            let FolderProgress { base, cases, done, in_use } = progress;
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
            let (changed, of_document) = (0, false);
            let run = UnfinishedRun { folder, base, cases, done, changed, left_by, of_document };
            state.offer_unfinished(run);
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
