//! The thread that reads and writes the run history, one job after another.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use egui::Context;

use super::files::data_folders::{DataFolder, check, unwritable};
use super::job::{Update, failure};
use crate::app::{ThreadError, portable_study, spawn};
use crate::history::{HistoryStore, LocalClock, MAX_BYTES, MAX_RUNS, SavedRun, SavedRunId};
use crate::report::RunReport;
use crate::text;
use crate::window::history::run_history::{ComparePart, HistoryIntent, HistoryJob, saved_run_view};
use crate::window::state::{AppState, Document, Intent, NextStep, Tab};

/// The run history. Dropping it waits for the queued jobs, so a run that has just ended is saved.
pub(crate) struct HistoryJobs {
    jobs: Option<Sender<HistoryJob>>,
    updates: Receiver<Update>,
    thread: Option<JoinHandle<()>>,
}

impl HistoryJobs {
    /// Starts the thread and lists the saved runs in this folder, which may be missing. Reports
    /// which of the data folders cannot be written.
    pub(crate) fn new(
        folder: PathBuf,
        data_folders: Vec<DataFolder>,
        clock: LocalClock,
        ctx: &Context,
    ) -> Result<Self, ThreadError> {
        let (jobs, queue) = channel();
        let (sender, updates) = channel();
        let ctx = ctx.clone();
        let thread = spawn("history", move || {
            let problem = unwritable(&data_folders);
            let mut is_known = problem.is_some() && check(&folder).is_err();
            problem.map(|problem| sender.send(failure(problem)).ok());
            let store = HistoryStore::new(folder, clock);
            let mut unfinished = Vec::new();
            for job in queue {
                let is_over = matches!(job, HistoryJob::Save(_));
                let updates = perform(&store, job, (&mut is_known, &mut unfinished));
                if is_over {
                    unfinished.clear();
                }
                for update in updates {
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

/// Performs a job. Every job except reading a run also lists the runs again. `is_known` is
/// whether the user knows that runs cannot be saved or listed, which is reported once.
/// `unfinished` lists the saved runs of an experiment that is still in progress.
fn perform(
    store: &HistoryStore,
    job: HistoryJob,
    (is_known, unfinished): (&mut bool, &mut Vec<SavedRunId>),
) -> Vec<Update> {
    let read = |id: &SavedRunId, document: &Document| {
        store.read(id).map(|(run, report)| saved_run_view(id.clone(), report, run.name, document))
    };
    let mut updates: Vec<Update> = Vec::new();
    let is_of_user =
        !matches!(job, HistoryJob::Save(_) | HistoryJob::SaveSoFar(_) | HistoryJob::List);
    let result = match job {
        HistoryJob::Save(runs) | HistoryJob::SaveSoFar(runs) => {
            store.save(runs, unfinished).map(|count| {
                if count > 0 {
                    updates.push(Box::new(move |state| state.notify(removed_text(count))));
                }
            })
        }
        HistoryJob::List => Ok(()),
        HistoryJob::Rename(id, name) => store.rename(&id, &name),
        HistoryJob::Delete(ids) => ids.iter().try_for_each(|id| store.delete(id)),
        HistoryJob::Export { path, may_replace: false, .. } if path.exists() => {
            return vec![Box::new(AppState::ask_to_replace)];
        }
        HistoryJob::Export { id, path, .. } => store.export(&id, &path).map(|()| {
            updates.push(Box::new(move |state| {
                state.close_path_dialog();
                state.notify(format!("The run is in {}", path.display()));
            }));
        }),
        HistoryJob::Import(path) => store.import(&path).map(|(run, removed)| {
            updates.push(Box::new(move |state| {
                state.close_path_dialog();
                let removed = if removed > 0 { removed_text(removed) } else { String::new() };
                state.notify(format!("Imported {}. {removed}", run.name).trim_end().to_owned());
                state.queued.push(Intent::ShowTab(Tab::Compare));
                state.queued.push(Intent::History(HistoryIntent::ShowPart(ComparePart::History)));
            }));
        }),
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
    let listing = store.list();
    let listed = listing.clone().unwrap_or_default();
    updates.push(Box::new(|state| {
        state.history.take(listed);
        // A study may be of a run that is gone.
        state.update_staleness();
    }));
    let mut report = |message: Option<String>, is_of_user: bool| {
        let is_new = message.is_some() && (is_of_user || !std::mem::replace(is_known, true));
        updates.extend(message.filter(|_| is_new).map(|text| failure(text::capitalized(&text))));
    };
    report(result.err(), is_of_user);
    report(listing.err(), false);
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
            state.file.saved_run = Some(id);
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
