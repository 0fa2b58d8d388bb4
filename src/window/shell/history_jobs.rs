//! The thread that reads and writes the run history, one job after another.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use egui::Context;

use super::job::{Update, failure};
use super::start_problem::capitalized;
use crate::app::{ThreadError, portable_study, spawn};
use crate::history::{HistoryStore, LocalClock, MAX_BYTES, MAX_RUNS, SavedRun, SavedRunId};
use crate::report::RunReport;
use crate::text;
use crate::window::history::run_history::{HistoryJob, saved_run_view};
use crate::window::state::{Document, Intent, NextStep};

/// The run history. Dropping it waits for the queued jobs, so a run that has just ended is saved.
pub(crate) struct HistoryJobs {
    jobs: Option<Sender<HistoryJob>>,
    updates: Receiver<Update>,
    thread: Option<JoinHandle<()>>,
}

impl HistoryJobs {
    /// Starts the thread and lists the saved runs in this folder, which may be missing.
    pub(crate) fn new(
        folder: PathBuf,
        clock: LocalClock,
        ctx: &Context,
    ) -> Result<Self, ThreadError> {
        let (jobs, queue) = channel();
        let (sender, updates) = channel();
        let ctx = ctx.clone();
        let thread = spawn("history", move || {
            let store = HistoryStore::new(folder, clock);
            for job in queue {
                for update in perform(&store, job) {
                    sender.send(update).ok();
                }
                ctx.request_repaint();
            }
        })?;
        let history = Self { jobs: Some(jobs), updates, thread: Some(thread) };
        history.perform(HistoryJob::List);
        Ok(history)
    }

    pub(crate) fn perform(&self, job: HistoryJob) {
        if let Some(jobs) = &self.jobs {
            jobs.send(job).ok();
        }
    }

    pub(crate) fn poll(&self) -> Option<Update> {
        self.updates.try_recv().ok()
    }
}

impl Drop for HistoryJobs {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

/// Performs a job. Every job except reading a run also lists the runs again.
fn perform(store: &HistoryStore, job: HistoryJob) -> Vec<Update> {
    let read = |id: &SavedRunId, document: &Document| {
        store.read(id).map(|(run, report)| saved_run_view(report, run.name, document))
    };
    let mut updates: Vec<Update> = Vec::new();
    let result = match job {
        HistoryJob::Save(runs) => store.save(runs).map(|count| {
            if count > 0 {
                updates.push(Box::new(move |state| state.notify(removed_text(count))));
            }
        }),
        HistoryJob::List => Ok(()),
        HistoryJob::Rename(id, name) => store.rename(&id, &name),
        HistoryJob::Delete(ids) => ids.iter().try_for_each(|id| store.delete(id)),
        HistoryJob::Show(id, document) => match read(&id, &document) {
            Ok(run) => return vec![Box::new(|state| state.show_ended_run(run))],
            Err(message) => Err(message),
        },
        HistoryJob::OpenAsStudy(id, document) => match store.read(&id) {
            Ok((run, report)) => return vec![open_as_study(run, &report, id, document)],
            Err(message) => Err(message),
        },
        HistoryJob::Timelines(ids, document) => {
            match ids.iter().map(|id| read(id, &document)).collect() {
                Ok(runs) => return vec![Box::new(|state| state.show_timelines(runs))],
                Err(message) => Err(message),
            }
        }
    };
    let failure = |message: String| failure(capitalized(&message));
    updates.extend(result.err().map(failure));
    let listing = store.list();
    let listed = listing.clone().unwrap_or_default();
    updates.push(Box::new(|state| state.history.take(listed)));
    updates.extend(listing.err().map(failure));
    updates
}

/// Returns the update that opens the study of a run. Asks again before edits are lost that were
/// made since `document`.
fn open_as_study(
    run: SavedRun,
    report: &RunReport,
    id: SavedRunId,
    document: Box<Document>,
) -> Update {
    let study = portable_study(&report.frozen.study());
    Box::new(move |state| {
        if state.document == *document {
            state.replace_document(Document::of_study(study), None);
            state.notify(format!("Opened the study of {}", run.name));
        } else {
            state.queued.push(Intent::Leave(NextStep::SavedRun(id)));
        }
    })
}

fn removed_text(count: usize) -> String {
    let runs = text::count(count, "old run");
    format!(
        "Removed {runs} from the run history, which holds at most {MAX_RUNS} runs and {} MiB. \
         Runs of examples are removed first, runs you named last.",
        MAX_BYTES >> 20
    )
}
