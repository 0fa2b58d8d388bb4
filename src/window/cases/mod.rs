//! The Cases tab: the whole case table, edited like a spreadsheet.

pub(crate) mod cases_state;
pub(crate) mod cases_tab;
mod cell_layout;
pub(crate) mod cells;
pub(crate) mod column_dialog;
pub(crate) mod column_form;
mod find_bar;
pub mod grid;
mod grid_keys;
