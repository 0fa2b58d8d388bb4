//! How the window is opened.

pub mod app_options;
pub mod open_window;
