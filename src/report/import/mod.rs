//! Reads run reports back.

pub mod report_input;
