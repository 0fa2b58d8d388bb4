//! What can be said of this machine.

use crate::window::state::ui_parts::MachineInfo;
use crate::{engine, report};

/// This machine, as it is now.
pub(crate) fn here() -> MachineInfo {
    MachineInfo {
        report: report::Machine { logical_cpus: engine::logical_cpus(), os: std::env::consts::OS },
        free_memory: engine::free_memory_bytes(),
    }
}
