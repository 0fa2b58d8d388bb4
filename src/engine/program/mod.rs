//! Runs the user's program inside a worker process.

pub mod case_dirs;
pub mod output_files;
pub mod program_runner;
pub mod result_reader;
pub mod value_finder;
