//! The thread that reads and writes the run history, one job after another.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::thread::{Builder, JoinHandle};

use super::clock::LocalClock;
use super::history_folder::{HistoryError, HistoryFolder, Listing, MAX_BYTES, MAX_RUNS};
use super::saved_run::{SavedRun, SavedRunId, SavedRunKind};
use crate::report::RunReport;

/// News about the run history.
#[derive(Debug)]
pub enum StoreNews {
    /// The saved runs there are now.
    Listed(Listing),
    /// Old runs were removed to make room; their number.
    Removed(usize),
    /// A job failed.
    Failed(HistoryError),
}

/// Receives the reports of saved runs.
type ReadCallback = Box<dyn FnOnce(Result<Vec<(SavedRun, RunReport)>, HistoryError>) + Send>;

enum StoreJob {
    List,
    Save(Vec<(Arc<RunReport>, SavedRunKind)>),
    Rename(SavedRunId, String),
    Delete(Vec<SavedRunId>),
    Read(Vec<SavedRunId>, ReadCallback),
}

/// The run history. Dropping it finishes the jobs it has: a run that has just ended
/// is saved.
pub struct HistoryStore {
    jobs: Option<Sender<StoreJob>>,
    thread: Option<JoinHandle<()>>,
}

impl HistoryStore {
    /// Starts the thread and lists the saved runs in `folder`, which may be missing.
    /// `notify` is called on the thread.
    pub fn new(
        folder: PathBuf,
        clock: LocalClock,
        notify: impl Fn(StoreNews) + Send + 'static,
    ) -> io::Result<Self> {
        let (jobs, queue) = channel();
        let work = move || {
            let folder = HistoryFolder { path: folder, clock, limits: (MAX_RUNS, MAX_BYTES) };
            for job in queue {
                perform(&folder, job, &notify);
            }
        };
        let thread = Builder::new().name("history".to_owned()).spawn(work)?;
        let store = Self { jobs: Some(jobs), thread: Some(thread) };
        store.refresh();
        Ok(store)
    }

    /// Lists the saved runs again: another process may have changed them.
    pub fn refresh(&self) {
        self.send(StoreJob::List);
    }

    /// Saves runs, and removes old ones if there are too many.
    pub fn save(&self, runs: Vec<(Arc<RunReport>, SavedRunKind)>) {
        self.send(StoreJob::Save(runs));
    }

    /// Renames a run.
    pub fn rename(&self, id: SavedRunId, name: String) {
        self.send(StoreJob::Rename(id, name));
    }

    /// Deletes runs.
    pub fn delete(&self, ids: Vec<SavedRunId>) {
        self.send(StoreJob::Delete(ids));
    }

    /// Reads the reports of these runs and passes them to `callback` on the thread.
    pub fn read(
        &self,
        ids: Vec<SavedRunId>,
        callback: impl FnOnce(Result<Vec<(SavedRun, RunReport)>, HistoryError>) + Send + 'static,
    ) {
        self.send(StoreJob::Read(ids, Box::new(callback)));
    }

    fn send(&self, job: StoreJob) {
        if let Some(jobs) = &self.jobs {
            jobs.send(job).ok();
        }
    }
}

impl Drop for HistoryStore {
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

fn perform(folder: &HistoryFolder, job: StoreJob, notify: &impl Fn(StoreNews)) {
    let result = match job {
        StoreJob::List => Ok(()),
        StoreJob::Save(runs) => folder.save(runs).map(|removed| {
            if removed > 0 {
                notify(StoreNews::Removed(removed));
            }
        }),
        StoreJob::Rename(id, name) => folder.rename(&id, &name),
        StoreJob::Delete(ids) => ids.iter().try_for_each(|id| folder.delete(id)),
        StoreJob::Read(ids, callback) => {
            let runs = ids.iter().map(|id| folder.read(id)).collect::<Result<Vec<_>, _>>();
            let is_read = runs.is_ok();
            callback(runs);
            if is_read {
                return;
            }
            Ok(())
        }
    };
    if let Err(error) = result {
        notify(StoreNews::Failed(error));
    }
    let listing = folder.list();
    let (listing, error) = listing.map_or_else(|e| (Listing::default(), Some(e)), |l| (l, None));
    notify(StoreNews::Listed(listing));
    if let Some(error) = error {
        notify(StoreNews::Failed(error));
    }
}
