//! Worker processes: our own binary with a hidden argument, connected by pipes.

#[cfg(unix)]
pub mod exit_waiter;
pub mod orphans;
#[cfg(not(unix))]
#[path = "process_pool_unsupported.rs"]
pub mod process_pool;
#[cfg(unix)]
pub mod process_pool;
#[cfg(unix)]
pub mod protocol;
#[cfg(unix)]
pub mod stdio;
#[cfg_attr(not(unix), expect(dead_code, reason = "without processes, nothing is watched"))]
pub mod watchdog;
#[cfg(unix)]
pub mod worker_client;
#[cfg(unix)]
pub mod worker_process;
pub mod worker_program;
