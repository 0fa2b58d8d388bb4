//! What is run: the case table, the plan, the external program, and the files
//! they are read from. Plain data; nothing here runs anything.

mod cases;
mod file;
mod frozen;
mod plan;
mod program;

pub use cases::case_table::{Case, CaseTable, Column, RowId};
pub use cases::formula_escape::{escape_formula, unescape_formula};
pub use cases::import::{BadCell, ImportError, ImportedCases, import, read_cases, read_cases_from};
pub use cases::source::{CellPlace, Source};
pub use cases::text_column::TextColumn;
pub use file::atomic_file::{AtomicFile, write_whole};
pub use file::reader::parse_study;
pub use file::study::{OpenedStudy, Study, read_study, read_study_with};
pub use file::study_error::{BadLine, StudyError};
pub use file::writer::{program_options, study_text};
pub use frozen::frozen_study::{FrozenPlan, FrozenStudy};
pub use frozen::lengths::Lengths;
pub use plan::limits::Limits;
pub use plan::plan_value::{
    WorkerCounts, parse_batch, parse_licences, parse_retries, parse_seed, parse_stop_after,
    parse_time_scale, parse_worker_counts, parse_workers,
};
pub use plan::random_stream::stream;
pub use plan::run_plan::{
    ClockChoice, Dispatch, LaneCount, MOST_AT_ONCE, Order, Plan, RunsIn, SeriesChoice, Strategy,
    WORKERS, WorkloadName, names, parse_name,
};
pub use plan::setup::{Setup, parse_setup};
pub use program::external_program::{
    CommandLine, KeepOutput, Program, USUAL_GRACE_S, parse_grace, parse_refused_exit,
    parse_refused_text, parse_regex, parse_timeout, parse_variable,
};
pub use program::template::{CaseFolders, Template};
