//! Trials: one case run alone, on a thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};

use egui::Context;
use tempfile::TempDir;

use super::start_problem::{StartProblem, capitalized};
use crate::app::{TrialFiles, WorkerProgram, run_trial, spawn};
use crate::window::form::TrialEnd;
use crate::window::state::{AppState, Document};

/// News about a trial.
enum TrialNews {
    Started(TrialFiles),
    Ended(TrialEnd),
}

/// The latest trial.
#[derive(Default)]
pub(crate) struct TrialRunner {
    news: Option<Receiver<TrialNews>>,
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
        logical_cpus: u32,
        program: WorkerProgram,
        ctx: &Context,
    ) {
        let (sender, receiver) = channel();
        self.news = Some(receiver);
        self.cancel = Arc::default();
        let (last_folder, cancel, ctx) =
            (self.folder.take(), Arc::clone(&self.cancel), ctx.clone());
        let spawned = spawn("trial", {
            let sender = sender.clone();
            move || {
                drop(last_folder);
                let send = |news| {
                    sender.send(news).ok();
                    ctx.request_repaint();
                };
                let case = u32::try_from(row).unwrap_or(u32::MAX);
                let study = document.study();
                let result = run_trial(study, case, logical_cpus, program, &cancel, |files| {
                    send(TrialNews::Started(files));
                });
                send(TrialNews::Ended(match result {
                    Ok((record, error)) => TrialEnd::Ran(record, error),
                    Err(error) => TrialEnd::Refused(StartProblem::from(error).text()),
                }));
            }
        });
        if let Err(error) = spawned {
            let message = capitalized(&error.to_string());
            sender.send(TrialNews::Ended(TrialEnd::Refused(message))).ok();
        }
    }

    /// Cancels the trial.
    pub(crate) fn cancel(&self) {
        self.cancel.store(true, Ordering::Relaxed);
    }

    /// Updates the state with the news since the last frame.
    pub(crate) fn poll(&mut self, state: &mut AppState) {
        while let Some(news) = self.news.as_ref().and_then(|news| news.try_recv().ok()) {
            let trial = state.runs.trial.as_mut();
            match news {
                TrialNews::Started(files) => {
                    self.folder = Some(files.folder);
                    if let Some(trial) = trial {
                        trial.command = Some(files.command);
                        trial.folder = Some(files.attempt_folder);
                    }
                }
                TrialNews::Ended(end) => {
                    if let Some(trial) = trial {
                        trial.end = Some(end);
                    }
                }
            }
        }
    }
}
