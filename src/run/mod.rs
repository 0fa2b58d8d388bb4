//! Run events, case records, and the reducer that folds events into the state of a run.

mod attempt_folder;
mod case_record;
mod process_record;
mod reducer;
mod replay;
mod run_event;
mod run_state;

pub use attempt_folder::attempt_folder;
pub use case_record::{Attempt, CaseRecord, Status};
pub use process_record::ProcessRecord;
pub use replay::replay;
pub use run_event::{CaseEnd, CaseOutcome, ProcessStart, ResumedCase, RunEvent};
pub use run_state::{RunState, SeriesState};
