//! Thread that syncs the journal to disk.

use std::fs::File;
use std::io;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

/// Time that lines are collected before they are synced together.
const SYNC_DELAY: Duration = Duration::from_millis(800);

pub(super) struct JournalSyncer {
    shared: Arc<SyncerShared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct SyncerShared {
    state: Mutex<SyncerState>,
    changed: Condvar,
}

#[derive(Default)]
struct SyncerState {
    has_unsynced: bool,
    is_closed: bool,
    error: Option<io::Error>,
}

impl JournalSyncer {
    pub(super) fn start(file: File) -> io::Result<Self> {
        let shared = Arc::new(SyncerShared::default());
        let thread = thread::Builder::new().name("journal".to_owned()).spawn({
            let shared = Arc::clone(&shared);
            move || shared.run(&file)
        })?;
        Ok(Self { shared, thread: Some(thread) })
    }

    pub(super) fn notify(&self) {
        let mut state = self.shared.state.lock();
        if !state.has_unsynced {
            state.has_unsynced = true;
            self.shared.changed.notify_all();
        }
    }

    /// Cancels the next sync, because the caller syncs the file.
    pub(super) fn cancel(&self) {
        self.shared.state.lock().has_unsynced = false;
    }

    /// Returns the error of the last sync, once.
    pub(super) fn take_error(&self) -> io::Result<()> {
        self.shared.state.lock().error.take().map_or(Ok(()), Err)
    }

    /// Syncs what is left and ends the thread.
    pub(super) fn close(&mut self) {
        self.shared.state.lock().is_closed = true;
        self.shared.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

impl SyncerShared {
    fn run(&self, file: &File) {
        let mut state = self.state.lock();
        loop {
            while !state.has_unsynced && !state.is_closed {
                self.changed.wait(&mut state);
            }
            if !state.has_unsynced {
                return;
            }
            let due = Instant::now() + SYNC_DELAY;
            while !state.is_closed && !self.changed.wait_until(&mut state, due).timed_out() {}
            if !std::mem::take(&mut state.has_unsynced) {
                continue;
            }
            drop(state);
            let synced = file.sync_data();
            state = self.state.lock();
            if let Err(error) = synced {
                state.error = Some(error);
            }
        }
    }
}
