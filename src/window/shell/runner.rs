//! Runs: prepared and started on a thread of their own, followed frame by frame.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use egui::Context;

use super::prepare::PrepareError;
use super::results_file::ResultsFile;
use super::start::{RunEnvironment, StartedRun, prepare};
use crate::engine::{RunHandle, WorkerProgram};
use crate::report::RunReport;
use crate::window::state::app_state::AppState;
use crate::window::state::resume::{RunRequest, SteerCommand};

/// The run in progress, if there is one.
#[derive(Default)]
pub(crate) struct Runner {
    prepared: Option<Receiver<PreparedRun>>,
    handle: Option<RunHandle>,
    /// Where the results of the last run of programs go.
    results: Option<ResultsFile>,
    /// The program that runs as a worker process.
    pub(crate) program: WorkerProgram,
}

type PreparedRun = Result<StartedRun, PrepareError>;

impl Drop for Runner {
    /// The window closes: the results are whole then.
    fn drop(&mut self) {
        if let Some(results) = self.results.take() {
            results.finish();
        }
    }
}

impl Runner {
    /// Starts a run.
    pub(crate) fn start(&mut self, start: RunRequest, means: RunEnvironment, ctx: &Context) {
        let (sender, receiver) = channel();
        self.prepared = Some(receiver);
        let ctx = ctx.clone();
        let spawned = thread::Builder::new().name("prepare".to_owned()).spawn({
            let sender = sender.clone();
            move || {
                sender.send(prepare(start, means, &ctx)).ok();
                ctx.request_repaint();
            }
        });
        if let Err(error) = spawned {
            sender.send(Err(PrepareError::Other(no_thread(&error)))).ok();
        }
    }

    pub(crate) fn cancel(&self) {
        if let Some(handle) = &self.handle {
            handle.cancel();
        }
    }

    /// Does this with the run that goes on.
    pub(crate) fn steer(&self, steer: SteerCommand) {
        let Some(handle) = &self.handle else { return };
        match steer {
            SteerCommand::Pause => handle.pause(),
            SteerCommand::Resume => handle.resume(),
            SteerCommand::Workers(workers) => handle.resize(workers),
            SteerCommand::CancelCases(cases) => {
                cases.iter().for_each(|&case| handle.cancel_case(case));
            }
            SteerCommand::Rerun(cases) => {
                cases.iter().for_each(|&case| handle.requeue_case(case));
            }
        }
    }

    /// Takes in what has happened since the last frame.
    /// A run that has ended meanwhile is handed out.
    pub(crate) fn poll(&mut self, state: &mut AppState) -> Option<Arc<RunReport>> {
        if let Some(prepared) = self.prepared.as_ref().and_then(|receiver| receiver.try_recv().ok())
        {
            self.prepared = None;
            state.runs.is_starting = false;
            let began = prepared.is_ok();
            self.take(prepared, state);
            if began && self.handle.is_none() {
                return state.run.as_ref()?.report().cloned();
            }
        }
        if let Some(results) = &mut self.results {
            results.poll(state);
        }
        let (Some(handle), Some(run)) = (&self.handle, &mut state.run) else { return None };
        while let Some(bundle) = handle.try_next() {
            run.absorb(bundle, handle.now_ns());
        }
        run.set_now(handle.now_ns());
        if let Some(results) = &mut self.results {
            results.follow(run);
        }
        let ended = run.report().cloned()?;
        let home = run.home().map(std::path::Path::to_owned);
        self.handle = None;
        state.remember_complete_run();
        if let Some(home) = home {
            state.notify(format!(
                "The output of the cases and results.csv are in {}",
                home.display()
            ));
        } else if let Some(folder) = ended.state.folder().filter(|folder| folder.exists()) {
            state.notify(format!("The output of the cases is in {}", folder.display()));
        }
        Some(ended)
    }

    fn take(&mut self, prepared: PreparedRun, state: &mut AppState) {
        match prepared {
            Ok(ready) => {
                if let Some(document) = ready.document {
                    // It may be the one that is open.
                    let file = state.file.path.take().filter(|_| state.document == document);
                    state.replace_document(document, file);
                }
                state.run = Some(*ready.run);
                state.runs.unfinished = None;
                state.update_staleness();
                self.handle = ready.handle;
                // The one before may still be writing, which is not waited for here.
                self.results = ready.results.map(ResultsFile::new);
                let mut said = ready.remarks;
                said.extend(ready.notes.into_iter().next());
                if !said.is_empty() {
                    state.notify(said.join("; "));
                }
            }
            Err(refused) => refused.tell(state),
        }
    }
}

impl PrepareError {
    /// Leads to the row that stands in the way, and says why.
    pub(crate) fn tell(self, state: &mut AppState) {
        match self {
            Self::Row(row, column, message) => {
                state.form.pending_focus = Some((row, column));
                state.report_error(format!("Row {}, {column}: {message}", row + 1));
            }
            Self::Other(message) => state.report_error(message),
        }
    }
}

pub(crate) fn no_thread(error: &std::io::Error) -> String {
    format!("the system gives no thread: {error}")
}
