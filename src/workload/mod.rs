//! The calculations a case can go through, one file each, behind one trait. They
//! touch time only through their context.

mod calculations;
mod context;
mod find;
mod freeze;
mod global_lock;
mod stop_signal;
#[expect(clippy::module_inception, reason = "named for its main type")]
mod workload;

pub use context::{Context, Failure};
pub(crate) use find::{description, workload_for_timing, workload_of};
pub use find::{find, workload_for};
pub use freeze::{Environment, freeze};
pub(crate) use freeze::{FreezeError, Remark, default_workers};
pub(crate) use global_lock::GlobalLock;
pub(crate) use stop_signal::StopSignal;
pub use workload::Workload;
pub(crate) use workload::{Length, Refusal};
