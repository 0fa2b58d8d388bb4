//! The case table and its import from CSV.

pub mod case_table;
pub mod csv;
pub mod formula_escape;
pub mod import;
pub mod text_column;
