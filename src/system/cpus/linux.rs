use std::fs;

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// Returns the number of CPUs that are online, whatever this process may use.
pub(crate) fn online_count() -> usize {
    cpu_list(&fs::read_to_string("/sys/devices/system/cpu/online").unwrap_or_default()).len()
}

/// Returns the CPUs that this thread may run on; none where the system does not tell.
pub(crate) fn affinity() -> Vec<u32> {
    let Ok(set) = sched_getaffinity(None) else { return Vec::new() };
    let cpus = (0..CpuSet::MAX_CPU).filter(|&cpu| set.is_set(cpu));
    cpus.filter_map(|cpu| u32::try_from(cpu).ok()).collect()
}

/// Pins this thread, and the processes that it starts, to these CPUs. Where the system does not
/// allow it, they run anywhere.
pub(crate) fn pin_thread(cpus: &[u32]) {
    let mut set = CpuSet::new();
    let cpus = cpus.iter().map(|&cpu| cpu as usize).filter(|&cpu| cpu < CpuSet::MAX_CPU);
    cpus.for_each(|cpu| set.set(cpu));
    if set.count() > 0 {
        sched_setaffinity(None, &set).ok();
    }
}

/// Returns the number of logical CPUs that come before this one on its core.
pub(crate) fn sibling_rank(cpu: u32) -> usize {
    let path = format!("/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list");
    let siblings = fs::read_to_string(path).unwrap_or_default();
    cpu_list(&siblings).iter().position(|&sibling| sibling == cpu).unwrap_or(0)
}

/// Reads a list of CPUs such as `0-3,8`.
fn cpu_list(text: &str) -> Vec<u32> {
    let ranges = text.trim().split(',').filter_map(|range| {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        Some(first.parse().ok()?..=last.parse::<u32>().ok()?)
    });
    ranges.flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_cpus_are_read() {
        assert_eq!(cpu_list("0-3,8\n"), [0, 1, 2, 3, 8]);
        assert_eq!(cpu_list("5"), [5]);
        assert!(cpu_list("").is_empty() && cpu_list("x-").is_empty());
    }
}
