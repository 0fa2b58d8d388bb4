//! The run history in the Compare tab: saved runs listed and side by side.

pub mod history_comparison;
pub mod history_list;
pub mod history_table;
pub mod run_history;
