//! Workers of a run and the dispatcher that assigns cases to them.

pub mod clock;
pub mod cpus;
pub mod dispatcher;
pub mod measure;
pub mod memory;
pub mod run_cases;
pub mod run_handle;
pub mod run_job;
pub mod steering;
pub mod threads;
pub mod worker;
