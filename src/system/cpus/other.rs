use std::num::NonZero;
use std::thread::available_parallelism;

/// Returns the number of CPUs that this process may use.
pub(crate) fn online_count() -> usize {
    available_parallelism().map_or(1, NonZero::get)
}

/// Returns none: the system does not tell which CPUs this thread may run on.
pub(crate) fn affinity() -> Vec<u32> {
    Vec::new()
}

/// Does nothing: the system does not pin threads.
pub(crate) fn pin_thread(_cpus: &[u32]) {}

/// Returns 0: the system does not tell which CPUs share a core.
pub(crate) fn sibling_rank(_cpu: u32) -> usize {
    0
}
