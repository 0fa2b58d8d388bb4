//! The import of cases from workbooks.

mod sheet_rows;
mod workbook_limits;
pub mod workbook_reader;
