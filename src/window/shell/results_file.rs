//! The results of a run of programs as far as it has come, written to its folder on
//! a thread while the rest still runs.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::report::write_csv;
use crate::study::write_whole;
use crate::window::state::app_state::AppState;
use crate::window::state::run_view::{PartialRun, RunView};

/// Results are written this often at most.
const PAUSE: Duration = Duration::from_secs(2);

/// The file and the thread that writes it, which finishes what it was given.
pub(crate) struct ResultsFile {
    jobs: Option<Sender<PartialRun>>,
    written: Receiver<Result<(), String>>,
    thread: Option<JoinHandle<()>>,
    busy: bool,
    /// When it was last written, and how much had happened then.
    last: Option<(Instant, [u64; 4])>,
    complained: bool,
}

impl ResultsFile {
    /// Of a run that begins. If the system gives no thread, nothing is written.
    pub(crate) fn new(path: PathBuf) -> Self {
        let (jobs, to_do) = channel::<PartialRun>();
        let (sender, written) = channel();
        let work = move || {
            for so_far in to_do {
                let mut bytes = Vec::new();
                let done = write_csv(&so_far.report(), &mut bytes)
                    .and_then(|()| write_whole(&path, &bytes))
                    .map_err(|error| {
                        let path = path.display();
                        format!("The results so far cannot be written: {error}: {path}")
                    });
                sender.send(done).ok();
            }
        };
        let thread = thread::Builder::new().name("results".to_owned()).spawn(work).ok();
        Self { jobs: Some(jobs), written, thread, busy: false, last: None, complained: false }
    }

    /// Writes what has come since the last time, once that is long enough ago; at
    /// the end of the run always.
    pub(crate) fn follow(&mut self, run: &RunView) {
        let (ended, state) = (run.report().is_some(), run.state());
        // What is only waited for changes no result.
        let results = [
            u64::from(state.ended_count()),
            u64::from(state.done_count()),
            state.makespan_ns(),
            u64::from(ended),
        ];
        let due = self.last.is_none_or(|(at, before)| {
            before != results && (ended || (!self.busy && at.elapsed() >= PAUSE))
        });
        if let Some(jobs) = self.jobs.as_ref().filter(|_| due) {
            self.busy = jobs.send(run.so_far()).is_ok();
            self.last = Some((Instant::now(), results));
        }
    }

    /// Hears what became of it; what went wrong is told once.
    pub(crate) fn poll(&mut self, state: &mut AppState) {
        while let Ok(written) = self.written.try_recv() {
            self.busy = false;
            if let Err(message) = written
                && !self.complained
            {
                self.complained = true;
                state.report_error(message);
            }
        }
    }
}

impl ResultsFile {
    /// Waits until all is written: for when the window closes.
    pub(crate) fn finish(mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}
