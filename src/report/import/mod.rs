//! Reads run reports back.

pub mod json_reader;
pub mod report_input;
