//! A study as it was when its run started: complete, checked, and unchangeable.

use std::sync::Arc;

use super::lengths::Lengths;
use crate::study::cases::case_table::CaseTable;
use crate::study::plan::limits::Limits;
use crate::study::plan::run_plan::{ClockChoice, Order, SeriesChoice, Strategy, WorkloadName};
use crate::study::program::external_program::Program;

/// The plan with every choice made.
#[derive(Debug, Clone, PartialEq)]
pub struct FrozenPlan {
    /// The strategy.
    pub strategy: Strategy,
    /// How many lanes, at least 1.
    pub workers: u32,
    /// How many cases are in a batch, if there are batches.
    pub batch: Option<u32>,
    /// The order of dispatch.
    pub order: Order,
    /// The seed of all draws.
    pub seed: u64,
    /// Multiplies every wait and every amount of computing.
    pub time_scale: f64,
    /// Where the series total comes from.
    pub series: SeriesChoice,
    /// Which clock.
    pub clock: ClockChoice,
    /// What the run has to keep to besides.
    pub limits: Limits,
}

impl FrozenPlan {
    /// How many cases can be in work at once: as many as workers, if there are as many
    /// licences.
    #[must_use]
    pub fn at_once(&self) -> u32 {
        self.workers.min(self.limits.licences.unwrap_or(u32::MAX))
    }
}

/// All inputs of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct FrozenStudy {
    /// The cases.
    pub cases: CaseTable,
    /// The workload.
    pub workload: WorkloadName,
    /// The plan.
    pub plan: FrozenPlan,
    /// How long the cases are meant to take.
    pub lengths: Lengths,
    /// The program of the user's own that is the workload, if one is.
    pub program: Option<Arc<Program>>,
}
