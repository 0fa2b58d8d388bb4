//! What happens in a run: its events, the record of each case, and the one
//! reducer that folds the events into the state of the run.

mod attempt_folder;
mod event;
mod process_record;
mod record;
mod replay;
mod state;

pub use attempt_folder::attempt_folder;
pub use event::{CaseEnd, CaseOutcome, ProcessStart, Recalled, RunEvent};
pub use process_record::ProcessRecord;
pub use record::{CaseRecord, Status, Try};
pub use replay::replay;
pub use state::{RunState, SeriesState};
