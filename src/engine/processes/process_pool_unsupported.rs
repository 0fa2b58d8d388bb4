//! Where processes share no clock there are no worker processes: their times
//! would be of another clock than those of the run.

use std::sync::OnceLock;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

use crate::study::{FrozenStudy, Program};
use crate::workload::StopSignal;

use super::worker_program::WorkerProgram;
use crate::engine::folder::run_folder::RunFolder;
use crate::engine::pool::clock::Clock;
use crate::engine::pool::dispatcher::Dispatcher;
use crate::engine::pool::extra_threads::ExtraThreads;

const WHY: &str = "worker processes need a clock that all processes share, and this system has \
                   none; use another strategy, such as threads";

/// Nobody.
pub(crate) struct Watchdog;

impl Watchdog {
    pub(crate) fn patient(_grace: Duration) -> Self {
        Self
    }

    pub(crate) fn cancel(&self) {}

    pub(crate) fn end(&self, _worker: u32) {}
}

/// What a run in worker processes would need.
#[expect(dead_code, reason = "what the systems that have them need")]
pub(crate) struct ProcessPool<'a> {
    pub(crate) desk: &'a Dispatcher,
    pub(crate) clock: Clock,
    pub(crate) frozen: &'a FrozenStudy,
    pub(crate) stop: &'a StopSignal,
    pub(crate) crew: &'a Watchdog,
    pub(crate) program: &'a WorkerProgram,
    pub(crate) external: Option<&'a Program>,
    pub(crate) folder: &'a OnceLock<RunFolder>,
    pub(crate) numbered: &'a AtomicU32,
}

impl ProcessPool<'_> {
    pub(crate) fn run(&self, _added: &ExtraThreads) -> Result<(), String> {
        Err(WHY.to_owned())
    }

    pub(crate) fn work(&self, _added_ns: Option<u64>) {}
}

/// Says that there are no worker processes here.
pub fn worker_main() -> Result<(), String> {
    Err(WHY.to_owned())
}
