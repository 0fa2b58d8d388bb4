//! The case table, its import from CSV and its export.

pub mod bad_cells;
pub mod case_column;
pub mod case_table;
pub mod csv;
pub mod csv_writer;
pub mod decimal_separators;
pub mod formula_escape;
pub mod import;
pub mod table_columns;
pub mod text_column;
pub mod workbook_writer;
