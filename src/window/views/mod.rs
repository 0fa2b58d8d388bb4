//! Drawing only: views are given the state and collect intents.

mod answer;
mod bars;
mod bars_labels;
mod bars_layout;
mod cases;
mod claims;
mod compare;
mod compare_table;
mod controls;
mod dialogs;
mod form;
mod groups;
mod groups_layout;
mod kept;
mod kept_table;
mod lanes_paint;
mod lanes_picture;
mod lanes_said;
mod log;
mod menus;
mod names;
mod plan;
mod results;
mod setups;
mod status;
mod timeline;
mod timeline_chart;
mod timeline_layout;
mod timeline_table;
mod under_bars;
mod where_time_went;
mod whole;

pub use cases::{is_walk, pasted_rows};
pub use whole::whole;
