//! Ctrl-C and other signals that end the program.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::exit_status::INTERRUPTED;
use crate::system::end_signals::{CaughtSignals, listen};

/// Records whether the user wants to stop.
pub(super) struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Records the first signal from now on; the second one ends the program at once. A
    /// closed terminal may send SIGHUP several times, so it only counts as a first one.
    ///
    /// Cases on a cluster continue without this program: there, only Ctrl-C and Ctrl-\\ are
    /// recorded, and other signals end the program, which can follow the run again later.
    pub(super) fn listen(is_on_cluster: bool) -> Result<Self, String> {
        let is_raised = Arc::new(AtomicBool::new(false));
        let caught = if is_on_cluster { CaughtSignals::Keyboard } else { CaughtSignals::All };
        listen(caught, INTERRUPTED, &is_raised, || ())
            .map_err(|error| format!("cannot install signal handlers: {error}"))?;
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
