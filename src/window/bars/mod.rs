//! The Bars tab: a bar per case and the two totals.

pub mod bars_tab;
pub mod case_names;
pub mod chart_keys;
pub mod labels;
pub mod lane_strip;
