//! Run events, case records, and the reducer that folds events into the state of a run.

mod case_notes;
mod case_record;
mod case_values;
mod cluster_facts;
mod failure_counts;
mod queue_state;
mod recorded_cases;
mod reducer;
mod replay;
mod run_event;
mod run_state;
mod series_sample;
mod session_attempts;

pub use case_notes::{CaseNotes, PlaceList};
pub(crate) use case_record::attempt_folder;
pub use case_record::{Attempt, CaseRecord, Status};
pub use case_values::CaseValues;
pub use cluster_facts::{ClusterFacts, ExpectedStart, LicenceFacts, PartitionFacts};
pub use queue_state::{CasePlace, QueueNews, QueueReason, QueueState};
pub use recorded_cases::RecordedCases;
pub use replay::replay;
pub use run_event::{CaseEnd, CaseOutcome, ProcessRecord, RunEvent};
pub(crate) use run_event::{ProcessStart, ResumedCase};
pub use run_state::{RunState, StateAdditions};
pub use series_sample::choose_sample;
pub(crate) use series_sample::{expected_share, most_run_again};
pub use session_attempts::SessionAttempt;
