//! What cases need while they run, and what all running cases share.

pub mod case_demand;
pub mod case_resources;
pub mod cpu_counts;
