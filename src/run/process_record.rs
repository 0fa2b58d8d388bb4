//! What is known of one worker process of a run.

use serde::{Deserialize, Serialize};

use super::run_event::ProcessStart;

/// The record of a worker process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessRecord {
    /// How it started.
    pub start: ProcessStart,
    /// The most memory that it held, as far as that has been heard; of one that
    /// died that is until it was ready.
    pub memory_bytes: Option<u64>,
    /// Whether it is gone.
    pub ended: bool,
}

impl ProcessRecord {
    /// How long it took to start, in nanoseconds.
    #[must_use]
    pub fn startup_ns(&self) -> u64 {
        self.start.ready_ns - self.start.from_ns
    }
}
