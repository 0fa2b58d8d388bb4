//! The thread that reads and writes the run history, one job after another.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use egui::Context;

use super::start_problem::capitalized;
use crate::app::{ThreadError, spawn};
use crate::history::{HistoryStore, Listing, LocalClock, MAX_BYTES, MAX_RUNS, SavedRunKind};
use crate::report::RunReport;
use crate::text;
use crate::window::history::run_history::{HistoryJob, saved_run_view};
use crate::window::state::{AppState, RunView};

enum StoreJob {
    Save(Vec<(Arc<RunReport>, SavedRunKind)>),
    Requested(HistoryJob),
}

/// News about the run history.
enum HistoryNews {
    /// The saved runs there are now.
    Listed(Listing),
    /// A saved run was read, to be shown in all tabs.
    Opened(Box<RunView>),
    /// Saved runs were read, to be shown on one time axis.
    Timelines(Vec<RunView>),
    /// Old runs were removed to make room; their number.
    Removed(usize),
    /// A job failed; the message.
    Failed(String),
}

/// The run history. Dropping it finishes the jobs it has: a run that has just ended is saved.
pub(crate) struct HistoryJobs {
    jobs: Option<Sender<StoreJob>>,
    news: Receiver<HistoryNews>,
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
        let (sender, news) = channel();
        let ctx = ctx.clone();
        let thread = spawn("history", move || {
            let store = HistoryStore::new(folder, clock);
            for job in queue {
                for news in perform(&store, job) {
                    sender.send(news).ok();
                }
                ctx.request_repaint();
            }
        })?;
        let history = Self { jobs: Some(jobs), news, thread: Some(thread) };
        history.perform(HistoryJob::List);
        Ok(history)
    }

    /// Saves runs.
    pub(crate) fn save(&self, runs: Vec<(Arc<RunReport>, SavedRunKind)>) {
        self.send(StoreJob::Save(runs));
    }

    /// Performs a job that the user requested.
    pub(crate) fn perform(&self, job: HistoryJob) {
        self.send(StoreJob::Requested(job));
    }

    fn send(&self, job: StoreJob) {
        if let Some(jobs) = &self.jobs {
            jobs.send(job).ok();
        }
    }

    /// Updates the state with the news since the last frame.
    pub(crate) fn poll(&self, state: &mut AppState) {
        while let Ok(news) = self.news.try_recv() {
            match news {
                HistoryNews::Listed(listing) => state.history.take(listing),
                HistoryNews::Opened(run) => state.show_saved_run(*run),
                HistoryNews::Timelines(runs) => state.show_timelines(runs),
                HistoryNews::Removed(count) => state.notify(removed_text(count)),
                HistoryNews::Failed(message) => state.report_error(capitalized(&message)),
            }
        }
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

/// Performs a job. All jobs but reading a run list the runs again.
fn perform(store: &HistoryStore, job: StoreJob) -> Vec<HistoryNews> {
    let read = |ids: &[_], document: &_| -> Result<Vec<RunView>, String> {
        let view =
            |id| store.read(id).map(|(run, report)| saved_run_view(report, run.name, document));
        ids.iter().map(view).collect()
    };
    let result = match job {
        StoreJob::Save(runs) => store.save(runs).map(|count| match count {
            0 => Vec::new(),
            _ => vec![HistoryNews::Removed(count)],
        }),
        StoreJob::Requested(HistoryJob::List) => Ok(Vec::new()),
        StoreJob::Requested(HistoryJob::Rename(id, name)) => {
            store.rename(&id, &name).map(|()| Vec::new())
        }
        StoreJob::Requested(HistoryJob::Delete(ids)) => {
            ids.iter().try_for_each(|id| store.delete(id)).map(|()| Vec::new())
        }
        StoreJob::Requested(HistoryJob::Show(id, document)) => match read(&[id], &document) {
            Ok(runs) => {
                let opened = |run| HistoryNews::Opened(Box::new(run));
                return runs.into_iter().map(opened).collect();
            }
            Err(message) => Err(message),
        },
        StoreJob::Requested(HistoryJob::Timelines(ids, document)) => match read(&ids, &document) {
            Ok(runs) => return vec![HistoryNews::Timelines(runs)],
            Err(message) => Err(message),
        },
    };
    let mut news = result.unwrap_or_else(|message| vec![HistoryNews::Failed(message)]);
    let listing = store.list();
    news.push(HistoryNews::Listed(listing.clone().unwrap_or_default()));
    news.extend(listing.err().map(HistoryNews::Failed));
    news
}

fn removed_text(count: usize) -> String {
    let runs = text::count(count, "old run");
    format!(
        "Removed {runs} from the run history, which holds {MAX_RUNS} runs and {} MB. \
         Runs of examples are removed first, runs you named last.",
        MAX_BYTES >> 20
    )
}
