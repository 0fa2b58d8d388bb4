//! Ends programs that outlived the app and the worker process that started them.
//! They are recognised by environment variables.

use std::time::Duration;

use crate::system::leftovers::end_leftovers;

/// Environment variables of the worker processes of a run, inherited by every program they start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OrphanMarker<'a> {
    pub(crate) run: Option<&'a str>,
    pub(crate) worker: Option<u32>,
}

impl OrphanMarker<'_> {
    pub(crate) fn variables(&self) -> Vec<(&'static str, String)> {
        let run = self.run.map(|run| ("CASELANES_RUN", run.to_owned()));
        let worker = self.worker.map(|worker| ("CASELANES_WORKER", worker.to_string()));
        run.into_iter().chain(worker).collect()
    }
}

/// Ends all processes with this marker: asks them, and kills them after `grace`.
/// Returns how many were found and how many are left.
pub(crate) fn end_orphans(marker: &OrphanMarker<'_>, grace: Duration) -> (usize, usize) {
    if marker.run.is_none() {
        return (0, 0);
    }
    end_leftovers(&marker.variables(), grace)
}
