//! Writes the results of a run of programs to a file while the run is in progress,
//! for others to read, and once more at its end.

use std::fmt::Display;
use std::io::{self, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use super::threads::{ThreadError, spawn};
use crate::report::{CsvFormat, Exporter as _, Machine, RunReport};
use crate::run::RunState;
use crate::study::{AtomicFile, FrozenStudy};

/// Shortest time between two writes during a run, in nanoseconds.
const INTERVAL_NS: u64 = 2_000_000_000;

/// A run at some moment, to be reported on another thread.
#[derive(Debug, Clone)]
pub enum PartialRun {
    Ended(Arc<RunReport>),
    InProgress(Arc<FrozenStudy>, Box<RunState>, Machine),
}

/// Writes results to a file, on a thread of its own.
pub struct ResultsWriter {
    jobs: Option<Sender<PartialRun>>,
    written: Receiver<Result<(), String>>,
    thread: Option<JoinHandle<()>>,
    path: PathBuf,
    is_busy: bool,
    error: Option<String>,
    is_error_taken: bool,
    due_ns: u64,
    /// Ended cases, done cases and makespan in the last results written.
    last: (u32, u32, u64),
}

impl PartialRun {
    pub fn report(self) -> Arc<RunReport> {
        match self {
            Self::Ended(report) => report,
            Self::InProgress(frozen, state, machine) => {
                Arc::new(RunReport::new(frozen, *state, machine))
            }
        }
    }
}

impl ResultsWriter {
    /// Starts the thread that writes to `path`.
    pub fn new(path: PathBuf) -> Result<Self, ThreadError> {
        let (jobs, queue) = channel::<PartialRun>();
        let (sender, written) = channel();
        let target = path.clone();
        let thread = spawn("results", move || {
            for run in queue {
                let written = write(&target, &run.report());
                sender.send(written.map_err(|error| describe(&error, &target))).ok();
            }
        })?;
        Ok(Self {
            jobs: Some(jobs),
            written,
            thread: Some(thread),
            path,
            is_busy: false,
            error: None,
            is_error_taken: false,
            due_ns: INTERVAL_NS,
            last: (0, 0, 0),
        })
    }

    /// Writes the results of `run` if there are new ones and the last write is long enough ago.
    pub fn update(&mut self, state: &RunState, now_ns: u64, run: impl FnOnce() -> PartialRun) {
        self.collect();
        let results = (state.ended_count, state.done_count, state.makespan_ns);
        if self.is_busy || now_ns < self.due_ns || results == self.last {
            return;
        }
        if let Some(jobs) = &self.jobs {
            self.is_busy = jobs.send(run()).is_ok();
            (self.last, self.due_ns) = (results, now_ns + INTERVAL_NS);
        }
    }

    /// Writes the results of the whole run. Later calls do nothing.
    pub fn finish(&mut self, report: Arc<RunReport>) {
        if let Some(jobs) = self.jobs.take() {
            jobs.send(PartialRun::Ended(report)).ok();
        }
    }

    /// Returns the error of a failed write. Only the first one is returned.
    pub fn take_error(&mut self) -> Option<String> {
        self.collect();
        let error = self.error.take().filter(|_| !self.is_error_taken)?;
        self.is_error_taken = true;
        Some(error)
    }

    /// Waits until everything is written, and returns the result of the last write.
    pub fn wait(mut self) -> Result<(), String> {
        self.jobs = None;
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            return Err(describe(&"internal error", &self.path));
        }
        self.collect();
        self.error.map_or(Ok(()), Err)
    }

    fn collect(&mut self) {
        while let Ok(result) = self.written.try_recv() {
            self.is_busy = false;
            self.error = result.err();
        }
    }
}

fn describe(error: &dyn Display, path: &Path) -> String {
    format!("cannot write the results: {error}: {}", path.display())
}

/// Writes by rename, unless the folder is gone: a temporary run folder is removed if
/// nothing in it is worth keeping.
fn write(path: &Path, report: &RunReport) -> io::Result<()> {
    if !path.parent().is_some_and(Path::is_dir) {
        return Ok(());
    }
    let mut file = AtomicFile::create(path)?;
    let mut buffer = BufWriter::with_capacity(1 << 16, file.as_file_mut());
    CsvFormat.write(report, &mut buffer)?;
    buffer.flush()?;
    drop(buffer);
    file.commit()
}
