//! How much memory this process has held, and how much is free.

use sysinfo::{MemoryRefreshKind, RefreshKind, System};

/// How much memory programs can still have, in bytes, where the system tells.
#[must_use]
pub fn free_memory_bytes() -> Option<u64> {
    let memory = RefreshKind::nothing().with_memory(MemoryRefreshKind::nothing().with_ram());
    let system = System::new_with_specifics(memory).ok()?;
    Some(system.available_memory()).filter(|&bytes| bytes > 0)
}

/// The most memory that this process has held at any time, in bytes, where the
/// system tells. (What a parent hears of its children at their end will not
/// do: after a start by spawning it counts the parent's own memory too.)
#[cfg(target_os = "linux")]
pub(crate) fn peak_memory_bytes() -> Option<u64> {
    peak_bytes(&std::fs::read_to_string("/proc/self/status").ok()?)
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn peak_memory_bytes() -> Option<u64> {
    None
}

/// From the text of a process's status: `VmHWM:      3228 kB`.
#[cfg(any(target_os = "linux", test))]
fn peak_bytes(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim_end().parse().ok()?;
    Some(kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_is_read_from_the_status() {
        let status = "Name:\tcat\nVmPeak:\t  222 kB\nVmHWM:\t    3228 kB\nVmRSS:\t 1 kB\n";
        assert_eq!(peak_bytes(status), Some(3228 * 1024));
        assert_eq!(peak_bytes("Name:\tkthread\n"), None);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn the_peak_of_this_process_is_not_nothing() {
        assert!(peak_memory_bytes().unwrap() > 100_000);
    }
}
