//! The parts that differ between operating systems, one module per concern, each with the same
//! interface everywhere. Nothing else asks which system it is compiled for.

pub mod allocation;
pub mod clock;
pub mod command_line;
pub mod cpus;
pub mod disk;
pub mod end_signals;
pub mod executable;
pub mod exit_status;
pub mod file_lock;
pub mod file_names;
pub mod files;
pub mod hangup;
pub mod leftovers;
pub mod look;
pub mod memory;
pub mod opener;
pub mod process_tree;
pub mod stdio;
pub mod threads;
pub mod worker_process;
