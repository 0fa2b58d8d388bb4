//! The calculations that a case can go through, one file each, behind one
//! trait. They touch time only through their context.

mod context;
mod crunch;
mod demo;
mod find;
mod freeze;
mod stop;
mod wait;
#[expect(clippy::module_inception, reason = "the trait Workload is what the room is about")]
mod workload;

pub use context::Context;
pub use find::{description, find};
pub use freeze::{FreezeError, Given, LONGEST_S, Remark, freeze};
pub use stop::Stop;
pub use workload::{Failure, Length, Refusal, Workload};
