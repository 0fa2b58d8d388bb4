//! Drawing only: views are given the state and collect intents.

mod answer;
mod bars;
mod bars_labels;
mod bars_layout;
mod cases;
mod dialogs;
mod form;
mod log;
mod menus;
mod results;
mod status;
mod whole;

pub use cases::{is_walk, pasted_rows};
pub use whole::whole;
