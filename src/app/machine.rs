//! Facts about this machine.

use crate::engine;
use crate::report::Machine;

pub use crate::engine::free_memory_bytes;

/// Describes this machine.
pub fn this_machine() -> Machine {
    Machine { logical_cpus: engine::logical_cpus(), os: std::env::consts::OS }
}
