//! Where processes share no clock there are no worker processes: their times
//! would be of another clock than those of the run.

use std::sync::OnceLock;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

use crate::study::{Frozen, Program};
use crate::workload::Stop;

use super::added::Added;
use super::clock::Clock;
use super::desk::Desk;
use super::run_folder::RunFolder;
use super::worker_program::WorkerProgram;

const WHY: &str = "worker processes need a clock that all processes share, and this system has \
                   none; use another strategy, such as threads";

/// Nobody.
pub(super) struct Crew;

impl Crew {
    pub(super) fn patient(_grace: Duration) -> Self {
        Self
    }

    pub(super) fn cancel(&self) {}

    pub(super) fn end(&self, _worker: u32) {}
}

/// What a run in worker processes would need.
#[expect(dead_code, reason = "what the systems that have them need")]
pub(super) struct Processes<'a> {
    pub(super) desk: &'a Desk,
    pub(super) clock: Clock,
    pub(super) frozen: &'a Frozen,
    pub(super) stop: &'a Stop,
    pub(super) crew: &'a Crew,
    pub(super) program: &'a WorkerProgram,
    pub(super) external: Option<&'a Program>,
    pub(super) folder: &'a OnceLock<RunFolder>,
    pub(super) numbered: &'a AtomicU32,
}

impl Processes<'_> {
    pub(super) fn run(&self, _added: &Added) -> Result<(), String> {
        Err(WHY.to_owned())
    }

    pub(super) fn work(&self, _added_ns: Option<u64>) {}
}

/// Says that there are no worker processes here.
pub fn worker_main() -> Result<(), String> {
    Err(WHY.to_owned())
}
