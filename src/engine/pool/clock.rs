//! Clocks of a run, and the number of logical CPUs.

use std::thread::available_parallelism;

use crate::system::clock::monotonic_ns;

/// Monotonic clock that starts with the run. It is the same in all processes, so worker
/// processes share it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    epoch_ns: u64,
}

impl Clock {
    pub(crate) fn start() -> Self {
        Self { epoch_ns: monotonic_ns() }
    }

    /// Creates the clock of a run that another process started.
    pub(crate) fn since(epoch_ns: u64) -> Self {
        Self { epoch_ns }
    }

    /// Returns the start of the run on the clock shared by all processes.
    pub(crate) fn epoch_ns(self) -> u64 {
        self.epoch_ns
    }

    pub(crate) fn now_ns(self) -> u64 {
        monotonic_ns().saturating_sub(self.epoch_ns)
    }
}

/// Returns the number of threads that can run at once; 1 if unknown.
pub fn logical_cpus() -> u32 {
    available_parallelism().map_or(1, |cpus| u32::try_from(cpus.get()).unwrap_or(u32::MAX))
}
