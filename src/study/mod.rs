//! What is run: the case table, the choice of a workload, the plan, and the
//! files they are read from. Plain data; nothing here runs anything.

mod draws;
mod formula;
mod frozen;
mod import;
mod lengths;
mod limits;
mod number;
mod plan;
mod plan_value;
mod program;
mod setup;
mod size;
mod source;
mod study_cases;
mod study_error;
mod study_file;
mod study_reader;
mod study_writer;
mod table;
mod template;
mod text_column;
mod text_file;
mod whole_file;

pub use draws::stream;
pub use formula::{guarded, unguarded};
pub use frozen::{Frozen, FrozenPlan};
pub use import::{
    BadCell, ImportError, Imported, found_instead, import, read_cases, read_cases_from,
};
pub use lengths::Lengths;
pub use limits::Limits;
pub use number::{parse_number, shortest};
pub use plan::{
    ClockChoice, Dispatch, LaneCount, MOST_AT_ONCE, Order, Plan, RunsIn, SeriesChoice, Strategy,
    WORKERS, WorkloadName, names, parse_name,
};
pub use plan_value::{
    WorkerCounts, parse_batch, parse_licences, parse_retries, parse_seed, parse_stop_after,
    parse_time_scale, parse_worker_counts, parse_workers,
};
pub use program::{
    CommandLine, KeepOutput, Program, USUAL_GRACE_S, parse_grace, parse_refused_exit,
    parse_refused_text, parse_regex, parse_timeout, parse_variable,
};
pub use setup::{Setup, parse_setup};
pub use size::{parse_size, size_text};
pub use source::{Place, Source};
pub use study_error::{BadLine, StudyError};
pub use study_file::{Opened, Study, read_study, read_study_with};
pub use study_reader::parse_study;
pub use study_writer::{program_options, study_text};
pub use table::{Case, CaseTable, Column, RowId};
pub use template::{Folders, Template};
pub use text_column::TextColumn;
pub use whole_file::{WholeFile, write_whole};
