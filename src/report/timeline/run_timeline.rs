//! The timeline of a run: what each lane held when, and how many cases ran at once.

use crate::run::{RunEvent, RunState};
use crate::study::FrozenPlan;

use super::concurrency::Concurrency;
use super::lanes::Lanes;

/// What happened when, kept ready to be drawn.
#[derive(Debug, Clone, Default)]
pub struct Timeline {
    /// What each lane held.
    pub lanes: Lanes,
    /// How many cases ran at once.
    pub concurrency: Concurrency,
}

impl Timeline {
    /// The timeline of a run of so many cases that has not begun.
    #[must_use]
    pub fn new(plan: &FrozenPlan, cases: usize) -> Self {
        let cases = u32::try_from(cases).unwrap_or(u32::MAX);
        Self { lanes: Lanes::new(plan, cases), concurrency: Concurrency::default() }
    }

    /// The timeline of a run that is over.
    #[must_use]
    pub fn of_run(plan: &FrozenPlan, state: &RunState) -> Self {
        Self { lanes: Lanes::of_run(plan, state), concurrency: Concurrency::of_run(state) }
    }

    /// Takes in what has happened.
    pub fn apply(&mut self, event: &RunEvent) {
        self.lanes.apply(event);
        self.concurrency.apply(event);
    }
}
