//! The frame around the tabs: menus, answer, dialogs, status line.

pub mod answer;
pub mod dialogs;
pub mod menus;
pub mod resume_bar;
pub mod root;
pub mod status;
