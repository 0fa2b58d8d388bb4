//! Watches the worker processes of a run and kills those that miss a deadline.

use std::collections::BTreeMap;
use std::io::PipeWriter;
use std::process::Child;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use crate::study::Program;
use crate::system::worker_process::continue_process;

/// Time until a worker process has to be ready. Ten seconds were not enough for
/// hundreds of computing workers on few cores.
const START_LIMIT: Duration = Duration::from_mins(1);

/// Time within which a worker process has to end once its pipe is closed.
const END_LIMIT: Duration = Duration::from_secs(2);

/// Maximum time to wait for a pipe that another thread is writing to.
const CLOSE_LIMIT: Duration = Duration::from_millis(50);

/// Time that a worker process has to notice that its case reached the time limit.
const CASE_MARGIN: Duration = Duration::from_millis(200);

pub(crate) struct Watchdog {
    state: Mutex<WatchdogState>,
    changed: Condvar,
    start_limit: Duration,
    end_limit: Duration,
    /// Time limit of a case.
    case_limit: Option<Duration>,
}

#[derive(Default)]
struct WatchdogState {
    /// Deadline that the watchdog waits for.
    next_deadline: Option<Instant>,
    processes: BTreeMap<u32, WatchedProcess>,
    is_cancelled: bool,
    is_stopped: bool,
}

struct WatchedProcess {
    link: Arc<WatchdogLink>,
    deadline: Option<Instant>,
    missed_deadline: bool,
    /// When a worker process that its program has stopped is continued, so that it
    /// enforces the time limit of the case.
    continue_at: Option<Instant>,
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
    /// Creates a watchdog for the workers of a run, which need more time to end if they
    /// have to end a program first.
    pub(crate) fn of_program(program: Option<&Program>) -> Self {
        let grace = program.map_or(Duration::ZERO, Program::grace);
        let limit_s = program.and_then(|program| program.timeout_s);
        let limit = limit_s.and_then(|limit_s| Duration::try_from_secs_f64(limit_s).ok());
        let case_limit = limit.map(|limit| limit.saturating_add(CASE_MARGIN));
        Self { case_limit, ..Self::new(START_LIMIT, grace) }
    }

    pub(crate) fn new(start_limit: Duration, grace: Duration) -> Self {
        let end_limit = END_LIMIT.saturating_add(grace);
        let (state, changed) = (Mutex::default(), Condvar::new());
        Self { state, changed, start_limit, end_limit, case_limit: None }
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
        let mut process = WatchedProcess {
            link,
            deadline,
            missed_deadline: false,
            continue_at: None,
            must_close_pipe: false,
        };
        if state.is_cancelled {
            process.end(CLOSE_LIMIT, self.end_limit);
        }
        state.processes.insert(worker, process);
        self.changed.notify_all();
    }

    /// Watches the time limit of a case that a worker process begins.
    pub(crate) fn begin_case(&self, worker: u32) {
        let Some(at) = self.case_limit.and_then(|limit| Instant::now().checked_add(limit)) else {
            return;
        };
        let mut state = self.state.lock();
        if let Some(process) = state.processes.get_mut(&worker) {
            process.continue_at = Some(at);
        }
        // Usually the watchdog wakes earlier, for a case that has ended since.
        if state.next_deadline.is_none_or(|deadline| at < deadline) {
            self.changed.notify_all();
        }
    }

    /// Lifts the time limit of a case that has ended.
    pub(crate) fn end_case(&self, worker: u32) {
        if self.case_limit.is_some() {
            self.mark_ready(worker);
        }
    }

    /// Lifts the deadlines of a worker process that is ready for cases.
    pub(crate) fn mark_ready(&self, worker: u32) {
        let mut state = self.state.lock();
        if !state.is_cancelled
            && let Some(process) = state.processes.get_mut(&worker)
            && process.link.to_worker.lock().is_some()
        {
            (process.deadline, process.continue_at) = (None, None);
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
                if process.continue_at.is_some_and(|at| at <= now) {
                    process.continue_at = None;
                    process.deadline.get_or_insert(now + self.end_limit);
                    continue_process(&process.link.child.lock());
                }
                if process.deadline.is_some_and(|deadline| deadline <= now) {
                    process.deadline = None;
                    process.missed_deadline = true;
                    // Its pipe closes, which wakes the thread that reads from it.
                    process.link.child.lock().kill().ok();
                }
            }
            let deadlines = |process: &WatchedProcess| [process.deadline, process.continue_at];
            state.next_deadline = state.processes.values().flat_map(deadlines).flatten().min();
            match state.next_deadline {
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
