//! Lanes over time, and how many cases ran at once.

pub mod concurrency;
pub mod lane;
pub mod lanes;
pub mod run_timeline;
mod worker_changes;
