//! The Compare tab: configurations, examples and saved runs side by side.

pub mod claims;
pub mod compare_data;
pub mod compare_form;
pub mod compare_tab;
pub mod experiment_counts;
pub mod experiment_progress;
pub mod experiment_view;
pub mod grouped_bars;
pub mod layout;
pub mod sections;
pub mod setups;
pub mod table;
