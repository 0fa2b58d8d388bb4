//! Stand-in for the process pool on systems without worker processes: there,
//! processes share no clock, so their times could not be compared.

use std::sync::OnceLock;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

use crate::study::{FrozenStudy, Program};
use crate::workload::StopSignal;

use super::worker_program::WorkerProgram;
use crate::engine::folder::run_folder::RunFolder;
use crate::engine::pool::{Clock, Dispatcher, ExtraThreads};

const UNSUPPORTED: &str = "this system does not support worker processes: processes share no \
                           clock; use another strategy, such as threads";

/// Has nothing to watch.
pub(crate) struct Watchdog;

impl Watchdog {
    pub(crate) fn with_grace(_grace: Duration) -> Self {
        Self
    }

    pub(crate) fn cancel(&self) {}

    pub(crate) fn end(&self, _worker: u32) {}
}

/// Refuses to run. Has the fields of the real process pool.
#[expect(dead_code, reason = "used on systems with worker processes only")]
pub(crate) struct ProcessPool<'a> {
    pub(crate) dispatcher: &'a Dispatcher,
    pub(crate) clock: Clock,
    pub(crate) frozen: &'a FrozenStudy,
    pub(crate) stop: &'a StopSignal,
    pub(crate) watchdog: &'a Watchdog,
    pub(crate) worker_program: &'a WorkerProgram,
    pub(crate) program: Option<&'a Program>,
    pub(crate) folder: &'a OnceLock<RunFolder>,
    pub(crate) next_worker: &'a AtomicU32,
}

impl ProcessPool<'_> {
    pub(crate) fn run(&self, _extra_threads: &ExtraThreads) -> Result<(), String> {
        Err(UNSUPPORTED.to_owned())
    }

    pub(crate) fn work(&self, _requested_ns: Option<u64>) {}
}

/// Fails, because this system does not support worker processes.
pub fn worker_main() -> Result<(), String> {
    Err(UNSUPPORTED.to_owned())
}
