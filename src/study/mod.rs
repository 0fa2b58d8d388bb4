//! What is run: the case table, the choice of a workload, the plan, and the
//! files they are read from. Plain data; nothing here runs anything.

mod draws;
mod formula;
mod frozen;
mod import;
mod lengths;
mod number;
mod plan;
mod table;
mod text_column;
mod text_file;

pub use draws::stream;
pub use formula::{guarded, unguarded};
pub use frozen::{Frozen, FrozenPlan};
pub use import::{BadCell, ImportError, Imported, Source, import, read_cases, read_cases_from};
pub use lengths::Lengths;
pub use number::{parse_number, shortest};
pub use plan::{
    ClockChoice, Order, Plan, SeriesChoice, Strategy, WORKERS, WorkloadName, names, parse_name,
};
pub use table::{Case, CaseTable, Column, RowId};
pub use text_column::TextColumn;
