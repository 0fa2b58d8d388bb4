//! What users ask of a run on a cluster while it is in progress.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use parking_lot::{Condvar, Mutex};

use crate::engine::pool::run_handle::RunControl;

/// What the user asks of the run while it is in progress.
#[derive(Debug, Default)]
pub(crate) struct Requests {
    pub(crate) cancel: bool,
    pub(crate) leave: bool,
    pub(crate) cancel_cases: Vec<u32>,
    pub(crate) requeue: Vec<u32>,
    pub(crate) workers: Option<u32>,
    pub(crate) pause: Option<bool>,
}

/// The part of the run that other threads see.
#[derive(Debug, Default)]
pub(crate) struct ClusterControl {
    requests: Mutex<Requests>,
    changed: Condvar,
    first_start_ns: Mutex<Option<u64>>,
}

impl ClusterControl {
    pub(crate) fn ask(&self, change: impl FnOnce(&mut Requests)) {
        change(&mut self.requests.lock());
        self.changed.notify_all();
    }

    /// Sets when the first case started, in nanoseconds from 1970.
    pub(crate) fn set_first_start(&self, first_start_ns: Option<u64>) {
        *self.first_start_ns.lock() = first_start_ns;
    }

    /// Waits for a request, at most for a time, and takes all requests.
    pub(crate) fn wait(&self, pause: Duration) -> Requests {
        let mut requests = self.requests.lock();
        let deadline = Instant::now() + pause;
        let is_empty = |it: &mut Requests| {
            let is_steered = it.workers.is_some() || it.pause.is_some();
            let has_cases = !it.cancel_cases.is_empty() || !it.requeue.is_empty();
            !it.cancel && !it.leave && !is_steered && !has_cases
        };
        self.changed.wait_while_until(&mut requests, is_empty, deadline);
        std::mem::take(&mut requests)
    }
}

impl RunControl for ClusterControl {
    fn cancel(&self) {
        self.ask(|requests| requests.cancel = true);
    }

    fn pause(&self) {
        self.ask(|requests| requests.pause = Some(true));
    }

    fn resume(&self) {
        self.ask(|requests| requests.pause = Some(false));
    }

    fn resize(&self, workers: u32) {
        self.ask(|requests| requests.workers = Some(workers));
    }

    fn cancel_case(&self, case: u32) {
        self.ask(|requests| requests.cancel_cases.push(case));
    }

    fn requeue_case(&self, case: u32) {
        self.ask(|requests| requests.requeue.push(case));
    }

    fn now_ns(&self) -> u64 {
        self.first_start_ns.lock().map_or(0, |first_ns| unix_ns().saturating_sub(first_ns))
    }

    /// The jobs stay on the cluster; the run can be resumed from its folder.
    fn leave(&self) {
        self.ask(|requests| requests.leave = true);
    }
}

/// Returns the time now in nanoseconds from 1970.
pub(crate) fn unix_ns() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}
