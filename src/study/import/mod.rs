//! The import of cases from CSV files and workbooks: all of them, or a list of bad cells.

pub mod bad_cells;
pub mod decimal_separators;
pub mod decimal_sign;
pub mod figure_table;
pub mod file_kind;
pub mod imported_cases;
mod records;
pub mod table_format;
mod table_header;
pub mod table_options;
pub mod table_reader;
mod text_table;
mod workbook;
