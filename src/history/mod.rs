//! Saved runs: their summary, file format, and the folder and thread that keep them.

mod clock;
mod file_format;
mod history_folder;
mod saved_run;
mod store;

pub use clock::{LocalClock, local_time};
pub use history_folder::{HistoryError, Listing, MAX_BYTES, MAX_RUNS};
pub use saved_run::{ListedRun, Moment, SavedRun, SavedRunId, SavedRunKind, short};
pub use store::{HistoryStore, StoreNews};
