//! Memory of the machine.

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
