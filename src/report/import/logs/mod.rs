//! Logs of other tools, one file per format.

pub mod chrome_trace;
pub mod csv_log;
pub mod hyperfine;
pub mod junit;
pub mod lanes;
pub mod log_cases;
pub mod log_format;
pub mod log_lines;
pub mod log_times;
pub mod nextflow;
pub mod ninja;
pub mod parallel;
pub mod sacct;
