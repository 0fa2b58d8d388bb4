//! What is run, as plain data: the case table, the plan, the external program and
//! their files. Nothing here runs anything.

mod cases;
mod expression;
mod file;
mod frozen;
mod generate;
mod import;
mod input_files;
mod options;
mod plan;
mod program;
mod resources;

pub(crate) use cases::case_column::{CaseColumn, headings};
pub use cases::case_table::{Case, CaseTable};
pub(crate) use cases::case_table::{Column, RowId};
pub(crate) use cases::csv_writer::cases_csv;
pub(crate) use cases::formula_escape::{escape_formula, unescape_formula};
pub(crate) use cases::workbook_writer::{
    MAX_WORKBOOK_ROWS, WorkbookCell, WorkbookWriter, cases_workbook,
};
pub(crate) use expression::expression::Expression;
pub(crate) use file::atomic_file::{AtomicFile, write_atomically};
pub(crate) use file::input_bytes::{read_all_bytes, read_file_bytes};
pub use file::reader::read_study;
#[cfg(any(test, fuzzing))]
pub(crate) use file::reader::{parse_draft, parse_study};
pub(crate) use file::reader::{read_draft_with, read_study_with, recover_draft};
pub use file::study::Study;
pub(crate) use file::study::{CellText, OpenedStudy};
pub(crate) use file::writer::{draft_text, option_lines, program_options, study_text};
pub use frozen::{FrozenPlan, FrozenStudy, Lengths};
pub(crate) use generate::case_format::CaseFormat;
pub(crate) use generate::recipe::Recipe;
pub use generate::recipe::{Method, RecipeText};
pub(crate) use generate::recipe_error::{RecipeError, RecipePart};
pub(crate) use generate::rows::{GeneratedCell, GeneratedRow};
pub(crate) use import::bad_cells::{BadCell, list_problems_in};
pub(crate) use import::decimal_sign::DecimalSign;
pub(crate) use import::figure_table::{FigureColumn, read_figures};
pub(crate) use import::file_kind::{TableKind, binary_kind};
pub(crate) use import::imported_cases::{ImportError, ImportedCases, Source};
pub(crate) use import::table_format::{DetectedFormat, PreviewRow, TableReading};
pub(crate) use import::table_options::{
    RemedyPlace, Separator, TableChoice, TableOptions, TextEncoding,
};
pub(crate) use import::table_reader::{read_cases, read_cases_from, read_table};
pub use input_files::input_files::InputFiles;
pub(crate) use input_files::input_files::{InputFileError, RenderedFile, read_template};
#[cfg(any(test, fuzzing))]
pub(crate) use input_files::input_template::InputTemplate;
pub(crate) use input_files::input_template::TemplateProblem;
pub(crate) use input_files::marked_text::MarkedText;
pub(crate) use input_files::template_source::TemplateSource;
pub(crate) use options::option_spec::{FieldAccess, OptionValue, ValueKind, described};
pub(crate) use options::option_texts::{is_whole_option, public_options, set_public_option};
pub(crate) use options::study_option::StudyOption;
pub use plan::plan_parsers::parse_setup;
pub(crate) use plan::plan_parsers::{Setup, WorkerCounts, parse_worker_counts};
pub use plan::random_stream::stream;
pub use plan::run_plan::{
    ClockChoice, LaneCount, Limits, Order, Plan, SeriesChoice, Strategy, WorkloadName,
};
pub(crate) use plan::run_plan::{
    Dispatch, MAX_CASE_LANES, RunsIn, WORKER_RANGE, parse_choice, parse_name,
};
pub(crate) use program::cluster::same_slurm_option;
pub use program::cluster::{Cluster, ClusterLicence};
pub(crate) use program::external_program::KeepOutput;
pub use program::external_program::{CommandLine, Program};
pub(crate) use program::program_output::{DEFAULT_OUTPUT, ProgramOutput};
pub(crate) use program::template::CaseFolders;
pub use resources::case_demand::{CaseDemand, Resource};
pub use resources::case_resources::CaseResources;
pub(crate) use resources::case_resources::{FittingCases, SharedResource};
pub use resources::cpu_counts::CpuCounts;
