//! The Timeline tab: lanes over time, and where the time went.

pub mod breakdown;
pub mod chart;
pub mod lanes;
pub mod table;
pub mod timeline_facts;
pub mod timeline_state;
pub mod timeline_tab;
