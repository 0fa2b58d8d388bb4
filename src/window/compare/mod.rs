//! The Compare tab: configurations, examples and saved runs side by side.

pub mod claims;
pub mod compare_data;
pub mod compare_form;
pub mod compare_tab;
pub mod experiment_answer;
pub mod experiment_view;
pub mod grouped_bars;
pub mod history_comparison;
pub mod history_table;
pub mod history_view;
pub mod layout;
pub mod run_history;
pub mod setups;
pub mod table;
