//! Reads recorded runs: our own reports, and the logs of other tools.

pub mod case_list;
pub mod csv_results;
pub mod embedded_report;
pub mod json_fields;
pub mod json_reader;
pub mod logs;
pub mod read_error;
pub mod recorded_run;
pub mod report_input;
pub mod run_json;
