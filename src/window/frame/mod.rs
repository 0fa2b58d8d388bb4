//! The frame around the tabs: menus, answer, dialogs, notices, status line.

pub mod about;
pub mod answer;
pub mod dialogs;
mod file_bar;
pub mod menus;
pub mod notice_list;
pub mod notices;
mod offer_bar;
pub mod palette;
mod recorded_bar;
pub mod resume_bar;
pub mod root;
pub mod status;
