//! Who is next: a pure state machine that is told the time, and the virtual
//! clock that drives it. It sees case numbers, lengths and limits, but no
//! threads and no wall clock.

mod event;
mod lanes;
mod order;
mod scheduler;
mod virtual_clock;

pub use event::{Event, Outcome, Step, Ticket, Why};
pub use order::dispatch_order;
pub use scheduler::{Rules, Scheduler};
pub use virtual_clock::{Placement, Played, Waited, play};

/// The nanoseconds in so many seconds, to the nearest; at most `u64::MAX`.
#[must_use]
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
pub fn ns_from_s(seconds: f64) -> u64 {
    (seconds * 1e9).round() as u64
}

/// The seconds in so many nanoseconds, to the nearest f64.
#[must_use]
pub fn s_from_ns(ns: u64) -> f64 {
    ns as f64 / 1e9
}
