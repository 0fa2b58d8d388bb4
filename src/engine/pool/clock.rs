//! The clocks of a run, and how many threads the machine really runs at once.

use std::thread::available_parallelism;

#[cfg(unix)]
use rustix::time::{ClockId, clock_gettime};

/// The one monotonic clock of a run; it starts with the run. Where the system
/// has one for all processes, a worker process goes by it too.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    epoch_ns: u64,
}

impl Clock {
    pub(crate) fn start() -> Self {
        Self { epoch_ns: monotonic_ns() }
    }

    /// The clock of a run that another process started.
    #[cfg(unix)]
    pub(crate) fn since(epoch_ns: u64) -> Self {
        Self { epoch_ns }
    }

    /// The start of the run on the clock that all processes share.
    #[cfg(unix)]
    pub(crate) fn epoch_ns(self) -> u64 {
        self.epoch_ns
    }

    /// Nanoseconds since the start of the run.
    pub(crate) fn now_ns(self) -> u64 {
        monotonic_ns().saturating_sub(self.epoch_ns)
    }
}

/// The time on the system's monotonic clock, the same in all its processes.
#[cfg(unix)]
fn monotonic_ns() -> u64 {
    read_ns(ClockId::Monotonic).unwrap_or(0)
}

/// The time on a monotonic clock of this process alone.
#[cfg(not(unix))]
fn monotonic_ns() -> u64 {
    use std::sync::LazyLock;
    use std::time::Instant;

    static FIRST_READ: LazyLock<Instant> = LazyLock::new(Instant::now);
    u64::try_from(FIRST_READ.elapsed().as_nanos()).unwrap_or(u64::MAX)
}

/// The CPU time of the calling thread so far, where the system tells it.
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

/// How many threads can really run at once, as far as the system says; else 1.
#[must_use]
pub fn logical_cpus() -> u32 {
    available_parallelism().map_or(1, |cpus| u32::try_from(cpus.get()).unwrap_or(u32::MAX))
}

/// Asks the system not to round the calling thread's sleeps up: by default it
/// may be up to 50 µs late to save wake-ups. Where that is refused, sleeps are
/// just later, and measured as they are.
pub(crate) fn sharpen_sleep() {
    #[cfg(target_os = "linux")]
    rustix::thread::set_current_timer_slack(std::num::NonZeroU64::new(1)).ok();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(unix)]
    fn a_sleeping_thread_uses_next_to_no_cpu_and_a_busy_one_does() {
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
