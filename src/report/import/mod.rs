//! Reads run reports back.

pub mod embedded_report;
pub mod json_reader;
pub mod report_input;
