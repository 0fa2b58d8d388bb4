//! The state of the window, and how intents change it.

mod actions;
pub mod app_state;
mod apply;
pub mod command;
pub mod document;
pub mod example_menu;
pub mod intent;
pub mod parts;
pub mod resume;
pub mod run_log;
pub mod run_view;
pub mod selection;
pub mod ui_parts;
pub mod undo;
