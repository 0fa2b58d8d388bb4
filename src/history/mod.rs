//! Saved runs: their summary, their file format and the folder they are kept in.

mod clock;
mod file_format;
mod saved_run;
mod store;
mod version_2;

pub(crate) use clock::{LocalClock, local_time};
#[cfg(any(test, fuzzing))]
pub(crate) use file_format::read_unchecked;
pub use saved_run::Moment;
pub(crate) use saved_run::values_by_output;
pub(crate) use saved_run::{
    ListedRun, MAX_LISTED_CASES, RunToSave, SavedRun, SavedRunId, SavedRunKind, case_names,
    list_per_case, shorten_name,
};
pub(crate) use store::{HistoryStore, Listing, MAX_BYTES, MAX_RUNS};
