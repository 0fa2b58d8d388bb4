//! Study files: reading, writing, and errors with their line.

pub mod atomic_file;
pub mod case_tables;
pub mod reader;
pub mod study;
pub mod study_error;
pub mod text_encoding;
pub mod writer;
