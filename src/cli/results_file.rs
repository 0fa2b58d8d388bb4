//! The results so far, in a file that others may read while the rest still runs.

use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use crate::engine::RunHandle;
use crate::report::{Machine, RunReport, write_csv};
use crate::run::{RunEvent, RunState};
use crate::study::{AtomicFile, FrozenStudy};

/// How often the results are written, in nanoseconds of the run, if there are new
/// ones.
const EVERY_NS: u64 = 2_000_000_000;

/// A file that takes the results so far, and in the end all. It is written on a
/// thread of its own and put into its place when it is whole.
pub(super) struct ResultsWriter {
    path: PathBuf,
    frozen: Arc<FrozenStudy>,
    machine: Machine,
    due_ns: u64,
    changed: bool,
    writing: Option<JoinHandle<io::Result<()>>>,
}

impl ResultsWriter {
    /// For the results of this study at this path.
    pub(super) fn new(path: PathBuf, frozen: Arc<FrozenStudy>, machine: Machine) -> Self {
        Self { path, frozen, machine, due_ns: EVERY_NS, changed: false, writing: None }
    }

    /// Hears what has happened.
    pub(super) fn apply(&mut self, event: &RunEvent) {
        self.changed |= matches!(
            event,
            RunEvent::Finished(_) | RunEvent::CaseRemoved { .. } | RunEvent::CaseRequeued { .. }
        );
    }

    /// Begins to write the results if it is time to.
    pub(super) fn update(&mut self, state: &RunState, now_ns: u64) {
        let busy = self.writing.as_ref().is_some_and(|writing| !writing.is_finished());
        if !self.changed || now_ns < self.due_ns || busy {
            return;
        }
        self.changed = false;
        self.due_ns = now_ns + EVERY_NS;
        let (path, state) = (self.path.clone(), state.clone());
        let (frozen, machine) = (Arc::clone(&self.frozen), self.machine);
        let write = move || write(&path, &RunReport::new(frozen, state, machine));
        // What fails now is tried again later, and in the end it is said.
        self.writing = thread::Builder::new().name("results".to_owned()).spawn(write).ok();
    }

    /// Writes all results, while the report is written too, unless the folder is gone
    /// because nothing in it was to be kept.
    pub(super) fn finish(self, state: &RunState, run: RunHandle) -> PendingResults {
        let Self { path, frozen, machine, writing, .. } = self;
        let state = state.clone();
        let place = path.clone();
        let write = move || {
            if let Some(writing) = writing {
                // This one is whole or not there, whatever became of the one before.
                writing.join().ok();
            }
            if !path.parent().is_some_and(Path::is_dir) {
                return Ok(());
            }
            write(&path, &RunReport::new(frozen, state, machine))
        };
        PendingResults { path: place, writing: thread::Builder::new().spawn(write), _run: run }
    }
}

/// The results of the whole run, that are being written.
pub(super) struct PendingResults {
    path: PathBuf,
    writing: io::Result<JoinHandle<io::Result<()>>>,
    /// With it goes its folder, if nothing in that is to be kept.
    _run: RunHandle,
}

impl PendingResults {
    /// Waits until they are written. The error is what the user is told.
    pub(super) fn wait(self) -> Result<(), String> {
        let panicked = |_| Err(io::Error::other("this is a fault of CaseLanes"));
        let written = self.writing.and_then(|writing| writing.join().unwrap_or_else(panicked));
        let path = self.path;
        written.map_err(|error| format!("cannot write the results: {error}: {}", path.display()))
    }
}

fn write(path: &Path, report: &RunReport) -> io::Result<()> {
    let mut file = AtomicFile::begin(path)?;
    let mut buffer = BufWriter::with_capacity(1 << 16, file.as_file_mut());
    write_csv(report, &mut buffer)?;
    buffer.flush()?;
    drop(buffer);
    file.finish()
}
