use std::sync::LazyLock;

use winsafe::{HTHREAD, QueryPerformanceCounter, QueryPerformanceFrequency};

use crate::system::process_tree::cpu_ns;

/// Step in which the system accounts for CPU time, in nanoseconds.
pub(crate) const CPU_STEP_NS: u64 = 15_625_000;

/// Reads the performance counter, in nanoseconds.
pub(crate) fn monotonic_ns() -> u64 {
    static FREQUENCY: LazyLock<i64> =
        LazyLock::new(|| QueryPerformanceFrequency().unwrap_or(1_000_000_000));

    let ticks = i128::from(QueryPerformanceCounter().unwrap_or(0));
    u64::try_from(ticks * 1_000_000_000 / i128::from(*FREQUENCY)).unwrap_or(0)
}

/// Returns the CPU time of this thread in nanoseconds, if the system reports it.
pub(crate) fn thread_cpu_ns() -> Option<u64> {
    let (_, _, kernel, user) = HTHREAD::GetCurrentThread().GetThreadTimes().ok()?;
    Some(cpu_ns(kernel, user))
}
