use sysinfo::System;
use winsafe::GetSystemInfo;

/// Returns the number of CPUs in the processor group of this process.
pub(crate) fn online_count() -> usize {
    affinity().len()
}

/// Returns the CPUs in the processor group of this process.
pub(crate) fn affinity() -> Vec<u32> {
    let mask = GetSystemInfo().dwActiveProcessorMask;
    (0..usize::BITS).filter(|cpu| mask >> cpu & 1 == 1).collect()
}

/// Returns the number of logical CPUs that come before this one on its core, if all cores have
/// as many: Windows numbers those of a core one after another.
pub(crate) fn sibling_rank(cpu: u32) -> usize {
    let cores = System::physical_core_count().unwrap_or(0);
    match online_count().checked_div(cores) {
        Some(siblings) if siblings > 1 && siblings * cores == online_count() => {
            cpu as usize % siblings
        }
        _ => 0,
    }
}
