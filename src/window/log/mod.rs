//! The Log tab.

pub mod log_search;
pub mod log_tab;
pub mod log_text;
