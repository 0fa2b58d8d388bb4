//! What can be said of this machine.

use sysinfo::{MemoryRefreshKind, RefreshKind, System};

use super::super::state::Machine;
use crate::{engine, report};

/// This machine, as it is now.
pub(super) fn here() -> Machine {
    let memory = RefreshKind::nothing().with_memory(MemoryRefreshKind::nothing().with_ram());
    let system = System::new_with_specifics(memory);
    Machine {
        report: report::Machine {
            logical_cpus: engine::logical_cpus(),
            os: std::env::consts::OS,
        },
        free_memory: Some(system.available_memory()).filter(|&bytes| bytes > 0),
    }
}
