use rustix::time::{ClockId, clock_gettime};

/// Step in which the system accounts for CPU time, in nanoseconds.
pub(crate) const CPU_STEP_NS: u64 = 1;

/// Reads the monotonic clock of the system, in nanoseconds.
pub(crate) fn monotonic_ns() -> u64 {
    read_ns(ClockId::Monotonic).unwrap_or(0)
}

/// Returns the CPU time of this thread in nanoseconds, if the system reports it.
pub(crate) fn thread_cpu_ns() -> Option<u64> {
    read_ns(ClockId::ThreadCPUTime)
}

fn read_ns(clock: ClockId) -> Option<u64> {
    let time = clock_gettime(clock);
    let seconds = u64::try_from(time.tv_sec).ok()?;
    Some(seconds * 1_000_000_000 + u64::try_from(time.tv_nsec).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
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
