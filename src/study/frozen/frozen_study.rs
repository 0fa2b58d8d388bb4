//! Complete and checked inputs of a run, which do not change after its start.

use std::sync::Arc;

use super::lengths::Lengths;
use crate::study::cases::case_table::CaseTable;
use crate::study::plan::limits::Limits;
use crate::study::plan::run_plan::{ClockChoice, Order, SeriesChoice, Strategy, WorkloadName};
use crate::study::program::external_program::Program;

/// Plan with every choice made.
#[derive(Debug, Clone, PartialEq)]
pub struct FrozenPlan {
    /// Strategy.
    pub strategy: Strategy,
    /// Number of lanes, at least 1.
    pub workers: u32,
    /// Number of cases per batch, for strategies with batches.
    pub batch: Option<u32>,
    /// Order of dispatch.
    pub order: Order,
    /// Seed of all random draws.
    pub seed: u64,
    /// Factor for every wait and every amount of computing.
    pub time_scale: f64,
    /// Source of the series total.
    pub series: SeriesChoice,
    /// Clock that the cases run on.
    pub clock: ClockChoice,
    /// Limits besides the number of workers.
    pub limits: Limits,
}

impl FrozenPlan {
    /// Returns the maximum number of cases running at once: the smaller of workers and licences.
    pub fn max_running(&self) -> u32 {
        self.workers.min(self.limits.licences.unwrap_or(u32::MAX))
    }
}

/// All inputs of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct FrozenStudy {
    /// Cases.
    pub cases: CaseTable,
    /// Workload.
    pub workload: WorkloadName,
    /// Plan.
    pub plan: FrozenPlan,
    /// Case lengths known before the run.
    pub lengths: Lengths,
    /// Program that the workload `command` runs.
    pub program: Option<Arc<Program>>,
}
