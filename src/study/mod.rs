//! What is run, as plain data: the case table, the plan, the external program and
//! their files. Nothing here runs anything.

mod cases;
mod file;
mod frozen;
mod options;
mod plan;
mod program;

pub use cases::case_table::{Case, CaseTable, Column, RowId};
pub use cases::formula_escape::{escape_formula, unescape_formula};
pub use cases::import::{
    BadCell, ImportError, ImportedCases, import, list_problems_in, read_cases, read_cases_from,
};
pub use cases::source::{CellPlace, Source};
pub use cases::text_column::TextColumn;
pub use file::atomic_file::{AtomicFile, write_atomically};
pub use file::reader::{parse_study, read_study, read_study_with};
pub use file::study::{OpenedStudy, Study};
pub use file::study_error::{BadLine, StudyError};
pub use file::writer::{option_lines, program_options, study_text};
pub use frozen::frozen_study::{FrozenPlan, FrozenStudy};
pub use frozen::lengths::Lengths;
pub use options::option_spec::{OptionSpec, OptionValue, ValueKind, described};
pub use options::study_option::StudyOption;
pub use plan::limits::Limits;
pub use plan::plan_parsers::{WorkerCounts, parse_worker_counts};
pub use plan::random_stream::stream;
pub use plan::run_plan::{
    ClockChoice, Dispatch, LaneCount, MAX_CASE_LANES, Order, Plan, RunsIn, SeriesChoice, Strategy,
    WORKER_RANGE, WorkloadName, parse_choice, parse_name,
};
pub use plan::setup::{Setup, parse_setup};
pub use program::external_program::{CommandLine, KeepOutput, Program};
pub use program::template::{CaseFolders, Template};
