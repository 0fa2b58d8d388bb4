//! Who is next: a pure state machine that is told the time, and the virtual
//! clock that drives it. It sees case numbers, lengths and limits, but no
//! threads and no wall clock.

mod event;
mod lanes;
mod licences;
mod order;
mod queue;
mod scheduler;
mod time;
mod virtual_clock;

pub use event::{Outcome, SchedulerEvent, SchedulerStep, Ticket, WaitReason};
pub use order::dispatch_order;
pub use scheduler::{RemoveResult, Rules, Scheduler};
pub use time::{ns_from_s, s_from_ns};
pub use virtual_clock::{Placement, SimulatedRun, WaitSpan, makespan_ns, simulate};
