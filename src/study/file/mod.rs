//! Study files: reading, writing, and errors with their lines.

pub mod atomic_file;
pub mod case_tables;
pub mod input_bytes;
pub mod option_tables;
pub mod reader;
mod recipe_table;
pub mod study;
pub mod study_error;
mod table_keys;
pub mod text_encoding;
pub mod toml_reader;
pub mod without_panic;
pub mod writer;
