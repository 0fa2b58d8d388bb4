//! Worker processes: our own binary with a hidden argument, connected by pipes.

pub mod orphans;
pub mod process_pool;
pub mod protocol;
pub mod watchdog;
pub mod worker_client;
pub mod worker_process;
pub mod worker_program;
