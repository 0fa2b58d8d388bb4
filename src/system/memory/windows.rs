use winsafe::HPROCESS;

/// Returns the peak working set of this process, in bytes, if the system reports it.
pub(crate) fn own_peak_bytes() -> Option<u64> {
    let memory = HPROCESS::GetCurrentProcess().GetProcessMemoryInfo().ok()?;
    u64::try_from(memory.PeakWorkingSetSize).ok().filter(|&bytes| bytes > 0)
}
