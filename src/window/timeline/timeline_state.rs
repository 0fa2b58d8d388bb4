//! The timeline: which time is in view, of which runs, and which cases are
//! selected where they are not rows of the document.

use std::sync::Arc;

use crate::study::RowId;
use crate::window::state::run_view::RunView;

/// The least time that is shown, in nanoseconds.
const LEAST_NS: f64 = 100.0;

/// What the user asked the timeline for.
#[derive(Debug, Clone, PartialEq)]
pub enum TimelineIntent {
    /// Show this time, or all of it.
    Zoom(Option<Zoom>),
    /// Show all runs of the experiment under one another, or the one run alone.
    AllRuns(bool),
    /// Select these cases of a run, or take them away if `toggle` and selected.
    Pick {
        /// Whether its rows are those of the document.
        of_document: bool,
        /// The rows of the table that was run.
        rows: Vec<RowId>,
        /// With Ctrl.
        toggle: bool,
    },
}

/// A time that is in view, in nanoseconds from the start of the run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Zoom {
    /// Its beginning.
    pub from_ns: f64,
    /// Its end.
    pub to_ns: f64,
}

impl Zoom {
    /// All of a run that lasts so long.
    #[must_use]
    pub fn all(whole_ns: f64) -> Self {
        Self { from_ns: 0.0, to_ns: whole_ns.max(LEAST_NS) }
    }

    /// So many times as much, with `at_ns` at the same place in view.
    #[must_use]
    pub fn scaled(self, factor: f64, at_ns: f64, whole_ns: f64) -> Self {
        let length_ns = self.to_ns - self.from_ns;
        let factor = factor.max(LEAST_NS / length_ns);
        let from_ns = at_ns - (at_ns - self.from_ns) * factor;
        Self { from_ns, to_ns: from_ns + length_ns * factor }.within(whole_ns)
    }

    /// The same so much later, or earlier.
    #[must_use]
    pub fn moved(self, by_ns: f64, whole_ns: f64) -> Self {
        Self { from_ns: self.from_ns + by_ns, to_ns: self.to_ns + by_ns }.within(whole_ns)
    }

    /// The same within a run that lasts so long: as much, as far as there is so
    /// much.
    #[must_use]
    pub fn within(self, whole_ns: f64) -> Self {
        let whole_ns = whole_ns.max(LEAST_NS);
        let length_ns = (self.to_ns - self.from_ns).clamp(LEAST_NS, whole_ns);
        let from_ns = self.from_ns.clamp(0.0, whole_ns - length_ns);
        Self { from_ns, to_ns: from_ns + length_ns }
    }
}

/// What is shown of timelines.
#[derive(Debug, Clone, Default)]
pub struct TimelineState {
    /// The time in view; all of it if `None`.
    pub zoom: Option<Zoom>,
    /// Whether all runs of the experiment are shown.
    pub all_runs: bool,
    /// The kept runs that were chosen to stand on one axis, if any.
    pub chosen: Vec<Arc<RunView>>,
}

impl TimelineState {
    /// All timelines are now those of these runs.
    pub(crate) fn show_chosen(&mut self, runs: Vec<RunView>) {
        self.chosen = runs.into_iter().map(Arc::new).collect();
        self.all_runs = true;
        self.zoom = None;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_time_pointed_at_stays_where_it_is() {
        let zoom = Zoom::all(1000.0).scaled(0.5, 250.0, 1000.0);
        assert_eq!(zoom, Zoom { from_ns: 125.0, to_ns: 625.0 });
        assert_eq!(zoom.moved(-500.0, 1000.0), Zoom { from_ns: 0.0, to_ns: 500.0 });
        assert_eq!(zoom.moved(500.0, 1000.0), Zoom { from_ns: 500.0, to_ns: 1000.0 });
        assert_eq!(zoom.scaled(9.0, 200.0, 1000.0), Zoom::all(1000.0));
    }

    proptest! {
        #[test]
        fn what_is_in_view_is_never_empty_and_never_outside(
            whole_ns in 0.0_f64..1e12,
            factors in prop::collection::vec((0.0_f64..4.0, 0.0_f64..1e12, -1e12_f64..1e12), 0..20),
        ) {
            let mut zoom = Zoom::all(whole_ns);
            for (factor, at_ns, by_ns) in factors {
                zoom = zoom.scaled(factor, at_ns, whole_ns).moved(by_ns, whole_ns);
                prop_assert!(zoom.from_ns >= 0.0 && zoom.to_ns - zoom.from_ns >= LEAST_NS * 0.99);
                prop_assert!(zoom.to_ns <= whole_ns.max(LEAST_NS) * 1.000_001);
            }
        }
    }
}
