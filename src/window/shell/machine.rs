//! What can be said of this machine.

use crate::window::state::ui_parts::Machine;
use crate::{engine, report};

/// This machine, as it is now.
pub(crate) fn here() -> Machine {
    Machine {
        report: report::Machine { logical_cpus: engine::logical_cpus(), os: std::env::consts::OS },
        free_memory: engine::free_memory_bytes(),
    }
}
