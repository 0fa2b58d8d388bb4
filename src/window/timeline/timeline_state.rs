//! State of the Timeline tab: the visible time and the runs to show.

use std::sync::Arc;

use crate::report::charts::zoom::Zoom;
use crate::study::RowId;
use crate::window::state::RunView;

#[derive(Debug, Clone, PartialEq)]
pub enum TimelineIntent {
    /// Show this time, or the entire time if `None`.
    Zoom(Option<Zoom>),
    AllRuns(bool),
    /// Select these cases of a run.
    Select {
        of_document: bool,
        /// Rows of the table that was run.
        rows: Vec<RowId>,
        /// Whether to add or remove the cases, as a click with Ctrl does.
        toggle: bool,
    },
}

#[derive(Debug, Clone, Default)]
pub struct TimelineState {
    /// Visible time; `None` shows the entire time.
    pub zoom: Option<Zoom>,
    pub all_runs: bool,
    /// Saved runs selected for a common time axis, if any.
    pub saved_runs: Vec<Arc<RunView>>,
}

impl TimelineState {
    pub(crate) fn show_saved_runs(&mut self, runs: Vec<RunView>) {
        self.saved_runs = runs.into_iter().map(Arc::new).collect();
        self.all_runs = true;
        self.zoom = None;
    }
}
