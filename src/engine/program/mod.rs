//! Runs the user's program inside a worker process.

#[cfg(unix)]
pub mod case_dirs;
#[cfg(unix)]
pub mod exit_status;
#[cfg(unix)]
pub mod output_files;
#[cfg(unix)]
pub mod process_tree;
#[cfg(unix)]
pub mod program_runner;
#[cfg(unix)]
pub mod value_finder;
