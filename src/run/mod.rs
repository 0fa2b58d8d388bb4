//! What happens in a run: its events, the record of each case, and the one
//! reducer that folds the events into the state of the run.

mod event;
mod process_record;
mod record;
mod replay;
mod state;

pub use event::{CaseEnd, CaseOutcome, ProcessStart, RunEvent};
pub use process_record::ProcessRecord;
pub use record::{CaseRecord, Status};
pub use replay::replay;
pub use state::{RunState, SeriesState};
