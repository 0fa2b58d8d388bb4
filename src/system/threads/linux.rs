use std::num::NonZeroU64;

use rustix::thread::{set_current_timer_slack, set_name};

/// Asks the system for precise sleeps of the calling thread; by default Linux may
/// wake it up to 50 µs late. If the system refuses, sleeps are merely later.
pub(crate) fn sharpen_sleep() {
    set_current_timer_slack(NonZeroU64::new(1)).ok();
}

/// Names the process in process lists; the path it was started by may not show the name.
pub(crate) fn name_process() {
    set_name(c"caselanes").ok();
}
