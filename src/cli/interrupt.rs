//! Ctrl-C and other signals that end the program.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::TERM_SIGNALS;
use signal_hook::flag;

use super::exit_status::INTERRUPTED;

/// Records whether the user wants to stop.
pub(super) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Records the first signal from now on; the second one ends the program at once.
    pub(super) fn listen() -> Result<Self, String> {
        let is_raised = Arc::new(AtomicBool::new(false));
        for &signal in TERM_SIGNALS {
            let status = i32::from(INTERRUPTED);
            flag::register_conditional_shutdown(signal, status, Arc::clone(&is_raised))
                .and_then(|_| flag::register(signal, Arc::clone(&is_raised)))
                .map_err(|error| format!("cannot install signal handlers: {error}"))?;
        }
        Ok(Self(is_raised))
    }

    /// Lets the next signal end the program at once: used while the report is written.
    pub(super) fn end_at_once(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Whether there was a signal, or [`end_at_once`](Self::end_at_once) was called.
    pub(super) fn is_raised(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}
