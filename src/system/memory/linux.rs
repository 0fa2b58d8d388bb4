use std::fs;

/// Returns the peak memory of this process, in bytes, if the system reports it.
///
/// The resource usage a parent receives when a child ends does not serve: after a
/// spawn it includes the memory of the parent.
pub(crate) fn own_peak_bytes() -> Option<u64> {
    peak_bytes(&fs::read_to_string("/proc/self/status").ok()?)
}

/// Reads the peak from the status of a process: `VmHWM:      3228 kB`.
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
    fn the_peak_of_this_process_is_plausible() {
        assert!(own_peak_bytes().unwrap() > 100_000);
    }
}
