//! The Workers tab: totals against the number of workers.

pub mod chart;
pub mod forecast;
pub mod planner;
pub mod predicted_lanes;
pub mod sweep_controls;
pub mod sweep_cost;
pub mod sweep_state;
pub mod table;
pub mod texts;
pub mod totals;
pub mod workers_state;
pub mod workers_tab;
