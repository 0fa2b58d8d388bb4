//! Reads run reports back.

pub mod json_reader;
