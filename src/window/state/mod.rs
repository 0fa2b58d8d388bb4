//! The state of the window, and how intents change it.

pub mod app_state;
pub mod command;
pub mod document;
pub mod example_menu;
pub mod experiments;
pub mod intent;
pub mod resume;
pub mod run_view;
pub mod ui_parts;
pub mod undo;
