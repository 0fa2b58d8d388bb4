//! Requests of the system that the program ends.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::system::end_signals::{CaughtSignals, listen};

/// Exit status of a program that such a request has ended.
const STATUS: u8 = 143;

/// Returns a flag that is set once the system asks the program to end; `wake` is called then.
/// Another request ends the program at once. Where requests cannot be caught, the flag stays
/// unset, and they end the program.
pub fn end_signals(wake: impl FnOnce() + Send + 'static) -> Arc<AtomicBool> {
    let is_raised = Arc::new(AtomicBool::new(false));
    listen(CaughtSignals::All, STATUS, &is_raised, wake).ok();
    is_raised
}
