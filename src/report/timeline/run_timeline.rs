//! The timeline of a run: its lanes and how many cases ran at once.

use super::concurrency::Concurrency;
use super::lanes::Lanes;
use crate::report::RunReport;
use crate::run::{RunEvent, RunState};
use crate::study::FrozenPlan;

/// What happened when, prepared for drawing.
#[derive(Debug, Clone, Default)]
pub struct Timeline {
    /// The lanes over time.
    pub lanes: Lanes,
    /// The number of running cases over time.
    pub concurrency: Concurrency,
}

impl Timeline {
    /// The timeline of a run of this many cases that has not begun.
    pub fn new(plan: &FrozenPlan, cases: usize) -> Self {
        let cases = u32::try_from(cases).unwrap_or(u32::MAX);
        Self { lanes: Lanes::new(plan, cases), concurrency: Concurrency::default() }
    }

    /// The timeline of a finished run.
    pub fn of_run(plan: &FrozenPlan, state: &RunState) -> Self {
        Self { lanes: Lanes::of_run(plan, state), concurrency: Concurrency::of_run(state) }
    }

    /// The timeline of a report, empty if the starts are unknown. Where only the cases were
    /// recorded, the gaps between them have no reasons.
    pub fn of_report(report: &RunReport) -> Self {
        let (plan, state) = (&report.frozen.plan, &report.state);
        if !report.source.has_starts() {
            return Self::default();
        }
        let mut timeline = Self::of_run(plan, state);
        if !report.has_events {
            timeline.lanes.forget_gaps();
        }
        timeline
    }

    /// Applies an event of the run.
    pub fn apply(&mut self, event: &RunEvent) {
        self.lanes.apply(event);
        self.concurrency.apply(event);
    }
}
