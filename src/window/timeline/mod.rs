//! The Timeline tab: lanes over time, and the time breakdown.

pub mod breakdown;
pub mod chart;
pub mod chart_input;
pub mod concurrency_strip;
pub mod drawn_lanes;
pub mod lanes;
pub mod legend;
pub mod table;
pub mod texts;
pub mod timeline_facts;
pub mod timeline_run;
pub mod timeline_state;
pub mod timeline_tab;
