//! Free memory of the machine and peak memory of this process.

use sysinfo::{MemoryRefreshKind, RefreshKind, System};

/// Returns the memory available to programs, in bytes, if the system reports it.
pub fn free_memory_bytes() -> Option<u64> {
    Some(memory()?.available_memory()).filter(|&bytes| bytes > 0)
}

/// Returns the memory of the machine, in bytes, if the system reports it.
pub fn total_memory_bytes() -> Option<u64> {
    Some(memory()?.total_memory()).filter(|&bytes| bytes > 0)
}

fn memory() -> Option<System> {
    let memory = RefreshKind::nothing().with_memory(MemoryRefreshKind::nothing().with_ram());
    System::new_with_specifics(memory).ok()
}

/// Returns the peak memory of this process, in bytes, if the system reports it.
///
/// The resource usage a parent receives when a child ends does not serve: after a
/// spawn it includes the memory of the parent.
#[cfg(target_os = "linux")]
pub(crate) fn peak_memory_bytes() -> Option<u64> {
    peak_bytes(&std::fs::read_to_string("/proc/self/status").ok()?)
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn peak_memory_bytes() -> Option<u64> {
    None
}

/// Reads the peak from the status of a process: `VmHWM:      3228 kB`.
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
    fn the_peak_of_this_process_is_plausible() {
        assert!(peak_memory_bytes().unwrap() > 100_000);
    }
}
