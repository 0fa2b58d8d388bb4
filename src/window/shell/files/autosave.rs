//! Keeps the open study for the next start, in case the window is killed.
//!
//! Each open window has a session file of its own, with a lock that is free once the
//! window has ended. A window that closes removes its file.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use egui::Context;
use serde::{Deserialize, Serialize};

use super::file_jobs::{FileJobs, read};
use crate::app::spawn;
use crate::study::{parse_study, read_cases, study_text, write_atomically};
use crate::window::shell::job::Update;
use crate::window::state::{AppState, Document, Intent, NextStep, Tab};

/// Shortest time between two writes.
const INTERVAL: Duration = Duration::from_secs(2);

#[derive(Serialize, Deserialize)]
struct Session {
    file: Option<PathBuf>,
    tab: Tab,
    /// The text of the study, if it has unsaved changes.
    changed: Option<String>,
}

/// The file and the tab that are open, and the document if it has unsaved changes.
type Snapshot = (Option<PathBuf>, Tab, Option<Document>);

/// The thread that writes the session. Dropping it waits until it is written.
pub(crate) struct Autosave {
    snapshots: Option<Sender<Option<Snapshot>>>,
    thread: Option<JoinHandle<()>>,
    saved: (u64, Tab),
    due: Instant,
}

impl Autosave {
    /// Opens the session of a window that was killed, then the study asked for; else
    /// the last study. `folder` has the sessions; `None` keeps none.
    pub(crate) fn new(
        folder: Option<PathBuf>,
        files: &FileJobs,
        study: Option<PathBuf>,
        last: Option<PathBuf>,
    ) -> Self {
        let (snapshots, queue) = channel();
        let send = files.updates();
        let spawned = spawn("autosave", move || {
            let session = folder.as_deref().and_then(take_session);
            let before = session.as_ref().and_then(|(_, path)| read_session(path));
            if let Some(update) = first_update(before, study, last) {
                send(update);
            }
            if let Some((_lock, path)) = session {
                write_sessions(&path, &queue);
            }
        });
        Self {
            snapshots: Some(snapshots),
            thread: spawned.ok(),
            saved: (0, Tab::default()),
            due: Instant::now(),
        }
    }

    /// Writes what has changed since the last call, after a pause.
    pub(crate) fn keep(&mut self, state: &AppState, ctx: &Context) {
        let current = (state.revision, state.tab);
        if current == self.saved {
            return;
        }
        let left = self.due.saturating_duration_since(Instant::now());
        if !left.is_zero() {
            return ctx.request_repaint_after(left);
        }
        (self.saved, self.due) = (current, Instant::now() + INTERVAL);
        let changed = state.staleness.has_unsaved_changes.then(|| state.document.clone());
        self.send(Some((state.file.path.clone(), state.tab, changed)));
    }

    /// Removes the session of a window that closes.
    pub(crate) fn forget(&self) {
        self.send(None);
    }

    fn send(&self, snapshot: Option<Snapshot>) {
        if let Some(snapshots) = &self.snapshots {
            snapshots.send(snapshot).ok();
        }
    }
}

impl Drop for Autosave {
    fn drop(&mut self) {
        self.snapshots = None;
        self.thread.take().map(JoinHandle::join);
    }
}

/// Locks the first session file that no open window uses.
fn take_session(folder: &Path) -> Option<(File, PathBuf)> {
    fs::create_dir_all(folder).ok()?;
    (0..).find_map(|number| {
        let lock = folder.join(format!("{number}.lock"));
        let lock = OpenOptions::new().write(true).create(true).truncate(false).open(lock);
        let is_taken = |lock: &File| matches!(lock.try_lock(), Err(TryLockError::WouldBlock));
        match lock {
            Ok(lock) if is_taken(&lock) => None,
            lock => Some(lock.ok().map(|lock| (lock, folder.join(format!("{number}.json"))))),
        }
    })?
}

fn read_session(path: &Path) -> Option<Session> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

fn write_sessions(path: &Path, queue: &Receiver<Option<Snapshot>>) {
    for snapshot in queue {
        // The window works on without a session file.
        let Some((file, tab, changed)) = snapshot else {
            fs::remove_file(path).ok();
            continue;
        };
        let changed = changed.map(|document| study_text(&document.study()));
        if let Ok(bytes) = serde_json::to_vec(&Session { file, tab, changed }) {
            write_atomically(path, &bytes).ok();
        }
    }
}

fn first_update(
    session: Option<Session>,
    study: Option<PathBuf>,
    last: Option<PathBuf>,
) -> Option<Update> {
    let Some(Session { file, tab, changed }) = session else { return study.or(last).map(read) };
    let changed = changed.and_then(|text| parse_study(&text, Path::new(""), read_cases).ok());
    let open = file.filter(|file| file.is_file()).map(read);
    Some(Box::new(move |state| {
        if let Some(open) = open {
            open(state);
        }
        if let Some(changed) = changed {
            state.restore(Document::of_study(changed.study));
        }
        state.tab = tab;
        state.queued.extend(study.map(|study| Intent::Leave(NextStep::File(study))));
    }))
}
