//! The dialog that shows how a table of cases is understood before it is imported.

pub mod import_dialog;
pub mod import_state;
mod reading_choices;
mod rows_preview;
