//! Charts of any two or more columns of the results.

pub mod axis_controls;
pub mod brush;
pub mod chart_axes;
pub mod grid_layout;
pub mod line_shapes;
pub mod parallel;
pub mod parallel_chart;
pub mod pareto;
