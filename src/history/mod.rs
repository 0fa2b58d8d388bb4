//! Saved runs: their summary and file format.

mod file_format;
mod saved_run;

pub(crate) use file_format::{Unreadable, bytes, read_report, read_summary, renamed};
pub use saved_run::{KeptAs, KeptId, KeptRun, Listed, Moment, short};
