//! The log of the program, and what remains of a panic.

pub(crate) mod log_file;
pub mod panic_report;
pub(crate) mod shown_errors;
