//! Clocks of a run, and the number of logical CPUs.

use std::thread::available_parallelism;

#[cfg(unix)]
use rustix::time::{ClockId, clock_gettime};

/// Monotonic clock that starts with the run. On Unix it is the same in all
/// processes, so worker processes share it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    epoch_ns: u64,
}

impl Clock {
    pub(crate) fn start() -> Self {
        Self { epoch_ns: monotonic_ns() }
    }

    /// Creates the clock of a run that another process started.
    #[cfg(unix)]
    pub(crate) fn since(epoch_ns: u64) -> Self {
        Self { epoch_ns }
    }

    /// Returns the start of the run on the clock shared by all processes.
    #[cfg(unix)]
    pub(crate) fn epoch_ns(self) -> u64 {
        self.epoch_ns
    }

    pub(crate) fn now_ns(self) -> u64 {
        monotonic_ns().saturating_sub(self.epoch_ns)
    }
}

/// Reads the monotonic clock of the system, which all processes share.
#[cfg(unix)]
fn monotonic_ns() -> u64 {
    read_ns(ClockId::Monotonic).unwrap_or(0)
}

#[cfg(not(unix))]
fn monotonic_ns() -> u64 {
    use std::sync::LazyLock;
    use std::time::Instant;

    static FIRST_READ: LazyLock<Instant> = LazyLock::new(Instant::now);
    u64::try_from(FIRST_READ.elapsed().as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(unix)]
pub(crate) fn thread_cpu_ns() -> Option<u64> {
    read_ns(ClockId::ThreadCPUTime)
}

#[cfg(not(unix))]
pub(crate) fn thread_cpu_ns() -> Option<u64> {
    None
}

#[cfg(unix)]
fn read_ns(clock: ClockId) -> Option<u64> {
    let time = clock_gettime(clock);
    let seconds = u64::try_from(time.tv_sec).ok()?;
    Some(seconds * 1_000_000_000 + u64::try_from(time.tv_nsec).ok()?)
}

/// Returns the number of threads that can run at once; 1 if unknown.
pub fn logical_cpus() -> u32 {
    available_parallelism().map_or(1, |cpus| u32::try_from(cpus.get()).unwrap_or(u32::MAX))
}

/// Asks the system for precise sleeps of the calling thread; by default Linux may
/// wake it up to 50 µs late. If the system refuses, sleeps are merely later.
pub(crate) fn sharpen_sleep() {
    #[cfg(target_os = "linux")]
    rustix::thread::set_current_timer_slack(std::num::NonZeroU64::new(1)).ok();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn a_busy_thread_uses_cpu_time_and_a_sleeping_one_hardly_any() {
        let from = thread_cpu_ns().unwrap();
        std::thread::sleep(std::time::Duration::from_millis(50));
        let slept = thread_cpu_ns().unwrap() - from;
        let mut n = 0_u64;
        while thread_cpu_ns().unwrap() - from < 20_000_000 {
            n = std::hint::black_box(n + 1);
        }
        assert!(slept < 10_000_000, "{slept} ns of CPU while asleep");
    }
}
