//! Ctrl+C and its relatives.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use signal_hook::consts::TERM_SIGNALS;
use signal_hook::flag;

use super::main::INTERRUPTED;

/// Whether the user asked to stop.
pub(super) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// From now on the first signal to end is noted here, and the second one
    /// ends the program at once.
    pub(super) fn listen() -> Result<Self, String> {
        Self::register().map_err(|error| format!("interrupts cannot be heard: {error}"))
    }

    fn register() -> io::Result<Self> {
        let asked = Arc::new(AtomicBool::new(false));
        for signal in TERM_SIGNALS {
            let status = i32::from(INTERRUPTED);
            flag::register_conditional_shutdown(*signal, status, Arc::clone(&asked))?;
            flag::register(*signal, Arc::clone(&asked))?;
        }
        Ok(Self(asked))
    }

    /// From now on, while the report is written, a signal ends the program at
    /// once.
    pub(super) fn end_at_once(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    pub(super) fn asked(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}
