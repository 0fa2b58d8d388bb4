//! The Log tab.

pub mod log_tab;
