//! The case table and its import from CSV.

pub mod case_table;
pub mod csv_header;
pub mod csv_records;
pub mod formula_escape;
pub mod import;
pub mod source;
pub mod text_column;
