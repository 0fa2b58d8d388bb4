//! What can be said of this machine.

use sysinfo::{MemoryRefreshKind, RefreshKind, System};

use super::super::state::Machine;
use crate::{engine, report};

/// This machine, as it is now.
pub(super) fn here() -> Machine {
    let memory = RefreshKind::nothing().with_memory(MemoryRefreshKind::nothing().with_ram());
    let free = System::new_with_specifics(memory).map(|system| system.available_memory());
    Machine {
        report: report::Machine { logical_cpus: engine::logical_cpus(), os: std::env::consts::OS },
        free_memory: free.ok().filter(|&bytes| bytes > 0),
    }
}
