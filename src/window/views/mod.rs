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
mod lanes_picture;
mod log;
mod menus;
mod names;
mod plan;
mod results;
mod results_controls;
mod results_grid;
mod results_scale;
mod results_scatter;
mod results_table;
mod setups;
mod status;
mod whole;

pub use cases::{is_walk, pasted_rows};
pub use whole::whole;
