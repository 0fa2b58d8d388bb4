//! The calculations a case can go through, one file each, behind one trait. They
//! touch time only through their context.

mod calculations;
mod context;
mod failure;
mod find;
mod freeze;
mod global_lock;
mod stop_signal;
#[expect(clippy::module_inception, reason = "named for its main type")]
mod workload;

pub use context::Context;
pub use failure::Failure;
pub use find::{description, find, workload_for, workload_for_timing};
pub use freeze::{Environment, FreezeError, LONGEST_S, Remark, default_workers, freeze};
pub use global_lock::GlobalLock;
pub use stop_signal::StopSignal;
pub use workload::{Length, Refusal, Workload};
