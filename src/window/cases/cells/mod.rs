//! Cells of the table as data: ranges, searches, filters, and changes of many. Nothing draws.

pub(crate) mod cell_range;
pub(crate) mod cell_search;
pub mod cells_text;
pub(crate) mod row_filter;
mod series;
pub(crate) mod table_change;
pub(crate) mod table_task;
