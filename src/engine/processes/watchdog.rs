//! Watches the worker processes of a run and kills those that miss a deadline.

use std::collections::BTreeMap;
use std::io::PipeWriter;
use std::process::Child;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

/// Time until a worker process has to be ready. Ten seconds were not enough for
/// hundreds of computing workers on few cores.
const START_LIMIT: Duration = Duration::from_mins(1);

/// Time within which a worker process has to end once its pipe is closed.
const END_LIMIT: Duration = Duration::from_secs(2);

/// Maximum time to wait for a pipe that another thread is writing to.
const CLOSE_LIMIT: Duration = Duration::from_millis(50);

pub(crate) struct Watchdog {
    state: Mutex<WatchdogState>,
    changed: Condvar,
    start_limit: Duration,
    end_limit: Duration,
}

#[derive(Default)]
struct WatchdogState {
    processes: BTreeMap<u32, WatchedProcess>,
    is_cancelled: bool,
    is_stopped: bool,
}

struct WatchedProcess {
    link: Arc<WatchdogLink>,
    deadline: Option<Instant>,
    missed_deadline: bool,
    /// Whether its pipe is still to be closed.
    must_close_pipe: bool,
}

/// Pipe and child of a worker process, shared by the watchdog and its worker.
pub(crate) struct WatchdogLink {
    /// Closing it asks the worker process to end.
    pub(crate) to_worker: Mutex<Option<PipeWriter>>,
    pub(crate) child: Mutex<Child>,
}

/// Stops the watchdog when dropped.
pub(crate) struct WatchGuard<'a>(&'a Watchdog);

impl Watchdog {
    /// Creates a watchdog for workers that need up to `grace` more to end, because
    /// they have to end a program first.
    pub(crate) fn with_grace(grace: Duration) -> Self {
        Self::new(START_LIMIT, grace)
    }

    pub(crate) fn new(start_limit: Duration, grace: Duration) -> Self {
        let end_limit = END_LIMIT.saturating_add(grace);
        Self { state: Mutex::default(), changed: Condvar::new(), start_limit, end_limit }
    }

    pub(crate) fn start_limit(&self) -> Duration {
        self.start_limit
    }

    pub(crate) fn guard(&self) -> WatchGuard<'_> {
        WatchGuard(self)
    }

    /// Ends all worker processes, including those that start later.
    ///
    /// Closes the pipes on the calling thread: the watchdog's own thread may not
    /// run for a while when many workers compute.
    pub(crate) fn cancel(&self) {
        let mut state = self.state.lock();
        state.is_cancelled = true;
        for process in state.processes.values_mut() {
            process.end(Duration::ZERO, self.end_limit);
        }
        self.changed.notify_all();
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.state.lock().is_cancelled
    }

    /// Watches a started worker process, which has to be ready in time.
    pub(crate) fn register(&self, worker: u32, link: Arc<WatchdogLink>) {
        let mut state = self.state.lock();
        let deadline = Some(Instant::now() + self.start_limit);
        let mut process =
            WatchedProcess { link, deadline, missed_deadline: false, must_close_pipe: false };
        if state.is_cancelled {
            process.end(CLOSE_LIMIT, self.end_limit);
        }
        state.processes.insert(worker, process);
        self.changed.notify_all();
    }

    /// Lifts the deadline of a worker process that is ready for cases.
    pub(crate) fn mark_ready(&self, worker: u32) {
        let mut state = self.state.lock();
        if !state.is_cancelled
            && let Some(process) = state.processes.get_mut(&worker)
            && process.link.to_worker.lock().is_some()
        {
            process.deadline = None;
        }
    }

    pub(crate) fn missed_deadline(&self, worker: u32) -> bool {
        let state = self.state.lock();
        state.processes.get(&worker).is_some_and(|process| process.missed_deadline)
    }

    pub(crate) fn end(&self, worker: u32) {
        if let Some(process) = self.state.lock().processes.get_mut(&worker) {
            process.end(CLOSE_LIMIT, self.end_limit);
        }
        self.changed.notify_all();
    }

    pub(crate) fn unregister(&self, worker: u32) {
        self.state.lock().processes.remove(&worker);
    }

    /// Enforces the deadlines until the guard is dropped.
    pub(crate) fn run(&self) {
        let mut state = self.state.lock();
        while !state.is_stopped {
            for process in state.processes.values_mut().filter(|process| process.must_close_pipe) {
                process.end(CLOSE_LIMIT, self.end_limit);
            }
            let now = Instant::now();
            for process in state.processes.values_mut() {
                if process.deadline.is_some_and(|deadline| deadline <= now) {
                    process.deadline = None;
                    process.missed_deadline = true;
                    // Its pipe closes, which wakes the thread that reads from it.
                    process.link.child.lock().kill().ok();
                }
            }
            match state.processes.values().filter_map(|process| process.deadline).min() {
                Some(deadline) => {
                    self.changed.wait_until(&mut state, deadline);
                }
                None => self.changed.wait(&mut state),
            }
        }
    }
}

impl WatchedProcess {
    /// Asks the process to end within `limit`. Waits at most `patience` for a
    /// pipe that is being written to.
    fn end(&mut self, patience: Duration, limit: Duration) {
        match self.link.to_worker.try_lock_for(patience) {
            Some(mut pipe) => *pipe = None,
            // A worker that still does not read is killed at its deadline.
            None => self.must_close_pipe = patience.is_zero(),
        }
        // A second request does not extend the deadline.
        let deadline = Instant::now() + limit;
        self.deadline = Some(self.deadline.map_or(deadline, |earlier| earlier.min(deadline)));
    }
}

impl Drop for WatchGuard<'_> {
    fn drop(&mut self) {
        self.0.state.lock().is_stopped = true;
        self.0.changed.notify_all();
    }
}
