//! The scheduler and the virtual clock.
//!
//! The scheduler is a pure state machine: it sees case indices, lengths and
//! limits, but no threads and no wall clock. Time is an argument.

mod event;
mod lanes;
mod licences;
mod order;
mod queue;
mod rules;
mod scheduler;
mod shared_use;
mod start_interval;
mod time;
mod virtual_clock;

pub(crate) use event::RemoveResult;
pub use event::{SchedulerEvent, SchedulerStep, Ticket, WaitReason};
pub use order::dispatch_order;
pub use rules::Rules;
pub use scheduler::Scheduler;
pub(crate) use time::recorded_ns;
pub use time::{ns_from_s, s_from_ns};
pub use virtual_clock::{Placement, WaitSpan, simulate};
pub(crate) use virtual_clock::{SimulatedRun, makespan_ns};
