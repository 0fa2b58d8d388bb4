//! Runs one case alone, on a thread, in a folder for the time being.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use egui::Context;
use tempfile::TempDir;

use super::prepare::{PrepareError, frozen};
use super::runner::no_thread;
use crate::engine;
use crate::engine::{RunFolder, RunOptions, WorkerProgram};
use crate::experiment::RunStep;
use crate::run::{CaseRecord, RunState, Status, attempt_folder};
use crate::study::{CaseFolders, KeepOutput, Plan};
use crate::window::form::trial::{Trial, TrialEnd};
use crate::window::state::app_state::AppState;
use crate::window::state::document::Document;
use crate::workload::workload_for;

/// How often it is looked whether the user wants it to end.
const PAUSE: Duration = Duration::from_millis(20);

/// What is told of a trial.
enum TrialNews {
    /// It begins in this folder, which goes when it is dropped.
    Begins(TempDir),
    /// What is run, and in which folder.
    Runs(String, std::path::PathBuf),
    Ended(TrialEnd),
}

/// The case that is tried, or was.
#[derive(Default)]
pub(crate) struct TrialRunner {
    news: Option<Receiver<TrialNews>>,
    cancel: Arc<AtomicBool>,
    /// Its files are there until another case is tried or the window is closed.
    folder: Option<TempDir>,
}

/// What a trial needs besides its document.
pub(crate) struct TrialEnvironment {
    pub(crate) row: usize,
    pub(crate) logical_cpus: u32,
    pub(crate) program: WorkerProgram,
}

impl TrialRunner {
    /// Tries the case at a row of the document.
    pub(crate) fn start(&mut self, document: Document, means: TrialEnvironment, ctx: &Context) {
        let (sender, receiver) = channel();
        self.news = Some(receiver);
        self.cancel = Arc::default();
        let (before, cancel, ctx) = (self.folder.take(), Arc::clone(&self.cancel), ctx.clone());
        let spawned = thread::Builder::new().name("trial".to_owned()).spawn({
            let sender = sender.clone();
            move || {
                drop(before);
                let tell = |news| {
                    sender.send(news).ok();
                    ctx.request_repaint();
                };
                let end = tried(&document, means, &cancel, &tell);
                tell(TrialNews::Ended(end.unwrap_or_else(TrialEnd::Refused)));
            }
        });
        if let Err(error) = spawned {
            send_refused(&sender, no_thread(&error));
        }
    }

    /// Ends the trial.
    pub(crate) fn cancel(&self) {
        self.cancel.store(true, Ordering::Relaxed);
    }

    /// Takes in what has happened since the last frame.
    pub(crate) fn poll(&mut self, state: &mut AppState) {
        while let Some(news) = self.news.as_ref().and_then(|news| news.try_recv().ok()) {
            if let TrialNews::Begins(folder) = news {
                self.folder = Some(folder);
                continue;
            }
            let Some(trial) = &mut state.runs.trial else { continue };
            take(trial, news);
        }
    }
}

fn take(trial: &mut Trial, news: TrialNews) {
    match news {
        TrialNews::Begins(_) => {}
        TrialNews::Runs(command, folder) => {
            (trial.command, trial.folder) = (Some(command), Some(folder));
        }
        TrialNews::Ended(end) => trial.end = Some(end),
    }
}

fn send_refused(sender: &Sender<TrialNews>, message: String) {
    sender.send(TrialNews::Ended(TrialEnd::Refused(message))).ok();
}

/// Runs the case; the error says why it was not run.
fn tried(
    document: &Document,
    means: TrialEnvironment,
    cancel: &AtomicBool,
    tell: &dyn Fn(TrialNews),
) -> Result<TrialEnd, String> {
    let mut study = document.study();
    // Alone it is what it is by any plan; all of its output is looked at.
    study.plan = Plan { seed: study.plan.seed, ..Plan::default() };
    if let Some(program) = &mut study.program {
        Arc::make_mut(program).keep_output = KeepOutput::All;
    }
    let workload = workload_for(&study);
    let step = RunStep { label: String::new(), study, workload, counts: true };
    let (frozen, _) = frozen(&step, means.logical_cpus, None).map_err(|refused| match refused {
        PrepareError::Row(row, column, why) => format!("Row {}, {column}: {why}", row + 1),
        PrepareError::Other(why) => why,
    })?;
    let folder = tempfile::Builder::new().prefix("caselanes-trial-").tempdir();
    let folder = folder.map_err(|error| format!("No folder can be made for it: {error}"))?;
    let run_folder = RunFolder::create(folder.path()).map_err(|error| error.to_string())?;
    let case = u32::try_from(means.row).unwrap_or(u32::MAX);
    let home = run_folder.path().to_owned();
    let attempt = home.join(attempt_folder(case, 1));
    if let Some(program) = &frozen.program {
        let text = |path: &Path| path.display().to_string();
        let folders = CaseFolders { run: &text(&home), case: &text(&attempt) };
        let command = program.command.fill(&frozen.cases, means.row, folders);
        tell(TrialNews::Begins(folder));
        tell(TrialNews::Runs(shell_words::join(command), attempt));
    }
    let frozen = Arc::new(frozen);
    let setting = RunOptions {
        worker_program: means.program,
        folder: Some(run_folder),
        only: Some(HashSet::from([case])),
        ..RunOptions::default()
    };
    let handle = engine::start_with(Arc::clone(&frozen), step.workload, setting, || {})
        .map_err(|error| no_thread(&error))?;
    let mut state = RunState::new(frozen.cases.len());
    let (mut refused, mut cancelled): (Option<CaseRecord>, _) = (None, false);
    while let Some(bundle) = handle.next_within(PAUSE) {
        bundle.into_iter().for_each(|event| state.apply(event));
        // It is not to wait for a licence here.
        refused = refused.or_else(|| {
            state.records().get(means.row).copied().filter(|r| r.status == Status::Refused)
        });
        if !cancelled && (refused.is_some() || cancel.load(Ordering::Relaxed)) {
            cancelled = true;
            handle.cancel();
        }
    }
    if let Some(message) = state.abort_message() {
        return Err(message.to_owned());
    }
    let why = state.error(case).map(str::to_owned);
    Ok(TrialEnd::Ran(refused.unwrap_or(state.records()[means.row]), why))
}
