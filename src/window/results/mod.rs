//! The Results tab: the case table, charts of values, and program output.

pub mod chart_data;
pub mod charts;
pub mod color_scale;
pub mod columns;
pub mod controls;
pub mod filter;
pub mod grid_chart;
pub mod output_pane;
pub mod output_state;
pub mod query;
pub mod results_state;
pub mod results_tab;
pub mod scatter_chart;
pub mod table;
pub mod texts;
