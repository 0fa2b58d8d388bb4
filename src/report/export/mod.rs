//! Writes results in each format.

pub mod csv;
pub mod exportable;
pub mod json;
pub mod report_format;
pub mod run;
pub mod run_json;
pub mod run_text;
