//! Saved runs: their summary and file format.

mod file_format;
mod saved_run;

pub(crate) use file_format::{HistoryFileError, bytes, read_report, read_summary, renamed};
pub use saved_run::{ListedRun, Moment, SavedRun, SavedRunId, SavedRunKind, short};
