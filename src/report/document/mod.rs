//! Results as documents, without a format.

pub mod report_document;
pub mod run_document;
