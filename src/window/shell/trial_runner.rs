//! Trials: one case run alone, on a thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use egui::Context;
use tempfile::TempDir;

use super::job::Job;
use super::start_problem::StartProblem;
use crate::app::{TrialFiles, WorkerProgram, run_trial};
use crate::text::capitalized;
use crate::window::state::{AppState, Document, TrialEnd};

enum TrialMessage {
    Started(TrialFiles),
    Ended(TrialEnd),
}

#[derive(Default)]
pub(crate) struct TrialRunner {
    job: Job<TrialMessage>,
    cancel: Arc<AtomicBool>,
    /// Holds the files until the next trial starts or the window closes.
    folder: Option<TempDir>,
}

impl TrialRunner {
    /// Runs the case in a row of the document.
    pub(crate) fn start(
        &mut self,
        document: Document,
        row: usize,
        program: WorkerProgram,
        state: &mut AppState,
        ctx: &Context,
    ) {
        self.cancel = Arc::default();
        let (last_folder, cancel) = (self.folder.take(), Arc::clone(&self.cancel));
        let logical_cpus = state.machine.report.logical_cpus;
        let started = self.job.start("trial", ctx, move |messages| {
            drop(last_folder);
            let case = u32::try_from(row).unwrap_or(u32::MAX);
            let study = document.study();
            let result = run_trial(study, case, logical_cpus, program, &cancel, |files| {
                messages.send(TrialMessage::Started(files));
            });
            messages.send(TrialMessage::Ended(match result {
                Ok(result) => TrialEnd::Ran(result),
                Err(error) => TrialEnd::Refused(StartProblem::from(error).to_string()),
            }));
        });
        if let (Err(error), Some(trial)) = (started, &mut state.runs.trial) {
            trial.end = Some(TrialEnd::Refused(capitalized(&error.to_string())));
        }
    }

    pub(crate) fn cancel(&self) {
        self.cancel.store(true, Ordering::Relaxed);
    }

    pub(crate) fn poll(&mut self, state: &mut AppState) {
        while let Some(message) = self.job.poll() {
            let Some(trial) = &mut state.runs.trial else { continue };
            match message {
                TrialMessage::Started(files) => {
                    self.folder = Some(files.folder);
                    trial.command = Some(files.command);
                    trial.folder = Some(files.attempt_folder);
                }
                TrialMessage::Ended(end) => trial.end = Some(end),
            }
        }
    }
}
