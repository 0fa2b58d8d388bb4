//! The case table and its export.

pub mod case_column;
pub mod case_table;
pub mod csv_writer;
pub mod formula_escape;
pub mod table_columns;
pub mod text_column;
pub mod workbook_writer;
