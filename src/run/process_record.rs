//! Records of worker processes.

use serde::{Deserialize, Serialize};

use super::run_event::ProcessStart;

/// Record of a worker process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessRecord {
    /// Its start.
    pub start: ProcessStart,
    /// Peak memory in bytes, if known. For a process that died this is the value
    /// at the time it was ready.
    pub memory_bytes: Option<u64>,
    /// Whether it has ended.
    pub ended: bool,
}

impl ProcessRecord {
    /// Returns the time it took to start, in nanoseconds.
    pub fn startup_ns(&self) -> u64 {
        self.start.ready_ns - self.start.from_ns
    }
}
