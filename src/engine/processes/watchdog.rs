//! The worker processes of a run as a whole: who has to answer or to end by
//! when, and is killed if not.

use std::collections::BTreeMap;
use std::io::PipeWriter;
use std::process::Child;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

/// How long a worker process may take until it is ready. Among hundreds that
/// compute on few cores ten seconds were not enough.
const START_LIMIT: Duration = Duration::from_mins(1);

/// How long a worker process may take to end once it has been told to.
const END_LIMIT: Duration = Duration::from_secs(2);

/// How long to try to close a pipe that is just being written to.
const CLOSE_LIMIT: Duration = Duration::from_millis(50);

/// All worker processes of a run that there are at the moment.
pub(crate) struct Watchdog {
    state: Mutex<WatchdogState>,
    news: Condvar,
    start_limit: Duration,
    end_limit: Duration,
}

#[derive(Default)]
struct WatchdogState {
    members: BTreeMap<u32, WatchedProcess>,
    cancelled: bool,
    over: bool,
}

struct WatchedProcess {
    link: Arc<WatchdogLink>,
    due: Option<Instant>,
    late: bool,
    /// Told to end, but not by a closed pipe yet.
    unheard: bool,
}

/// What more than one thread needs of a worker process.
pub(crate) struct WatchdogLink {
    /// Closed, it tells the worker process to end.
    pub(crate) to_worker: Mutex<Option<PipeWriter>>,
    pub(crate) child: Mutex<Child>,
}

/// As long as there is one, somebody oversees the crew.
pub(crate) struct WatchGuard<'a>(&'a Watchdog);

impl Watchdog {
    /// A crew whose members may take so much longer to end: they are to end
    /// other programs first.
    pub(crate) fn patient(grace: Duration) -> Self {
        Self::new(START_LIMIT, grace)
    }

    /// A crew of nobody yet. From a worker process that is not ready after so
    /// long nothing more is expected.
    pub(crate) fn new(start_limit: Duration, grace: Duration) -> Self {
        let end_limit = END_LIMIT.saturating_add(grace);
        Self { state: Mutex::default(), news: Condvar::new(), start_limit, end_limit }
    }

    pub(crate) fn start_limit(&self) -> Duration {
        self.start_limit
    }

    /// What ends [`oversee`](Self::oversee) when it is dropped.
    pub(crate) fn watch(&self) -> WatchGuard<'_> {
        WatchGuard(self)
    }

    /// Tells all worker processes to end, those that are still to start too.
    /// The caller does it, for the overseer would first have to wait for its
    /// turn among all that compute.
    pub(crate) fn cancel(&self) {
        let mut state = self.state.lock();
        state.cancelled = true;
        for member in state.members.values_mut() {
            member.end(Duration::ZERO, self.end_limit);
        }
        self.news.notify_all();
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.state.lock().cancelled
    }

    /// A worker process was started, and has to be ready in time.
    pub(crate) fn join(&self, worker: u32, link: Arc<WatchdogLink>) {
        let mut state = self.state.lock();
        let due = Some(Instant::now() + self.start_limit);
        let mut member = WatchedProcess { link, due, late: false, unheard: false };
        if state.cancelled {
            member.end(CLOSE_LIMIT, self.end_limit);
        }
        state.members.insert(worker, member);
        self.news.notify_all();
    }

    /// A worker process is ready, and may now take as long as its cases do.
    pub(crate) fn is_ready(&self, worker: u32) {
        let mut state = self.state.lock();
        if !state.cancelled
            && let Some(member) = state.members.get_mut(&worker)
            && member.link.to_worker.lock().is_some()
        {
            member.due = None;
        }
    }

    /// Whether a worker process was killed for being late.
    pub(crate) fn was_late(&self, worker: u32) -> bool {
        self.state.lock().members.get(&worker).is_some_and(|member| member.late)
    }

    /// Tells a worker process to end.
    pub(crate) fn end(&self, worker: u32) {
        if let Some(member) = self.state.lock().members.get_mut(&worker) {
            member.end(CLOSE_LIMIT, self.end_limit);
        }
        self.news.notify_all();
    }

    /// A worker process has ended.
    pub(crate) fn leave(&self, worker: u32) {
        self.state.lock().members.remove(&worker);
    }

    /// Sees to it that everything ends in time, until the watch is over.
    pub(crate) fn oversee(&self) {
        let mut state = self.state.lock();
        while !state.over {
            for member in state.members.values_mut().filter(|member| member.unheard) {
                member.end(CLOSE_LIMIT, self.end_limit);
            }
            let now = Instant::now();
            for member in state.members.values_mut() {
                if member.due.is_some_and(|due| due <= now) {
                    member.due = None;
                    member.late = true;
                    // Its pipe ends, and whoever waits for it goes on.
                    member.link.child.lock().kill().ok();
                }
            }
            match state.members.values().filter_map(|member| member.due).min() {
                Some(due) => {
                    self.news.wait_until(&mut state, due);
                }
                None => self.news.wait(&mut state),
            }
        }
    }
}

impl WatchedProcess {
    /// Tells it to end within the limit, and tries so long if its pipe is just
    /// being written to.
    fn end(&mut self, patience: Duration, limit: Duration) {
        match self.link.to_worker.try_lock_for(patience) {
            Some(mut pipe) => *pipe = None,
            // If that goes on, it does not read and is killed when it is due.
            None => self.unheard = patience.is_zero(),
        }
        // To be told again gives it no more time.
        let due = Instant::now() + limit;
        self.due = Some(self.due.map_or(due, |before| before.min(due)));
    }
}

impl Drop for WatchGuard<'_> {
    fn drop(&mut self) {
        self.0.state.lock().over = true;
        self.0.news.notify_all();
    }
}
