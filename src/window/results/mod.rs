//! The Results tab: the case table, charts of values, and program output.

pub mod color_scale;
pub mod controls;
pub mod find;
pub mod output_pane;
pub mod output_state;
pub mod plot;
pub mod results_state;
pub mod results_tab;
pub mod scatter;
pub mod sort;
pub mod table;
pub mod value_grid;
