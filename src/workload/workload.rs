//! The trait of all workloads.

use crate::study::{Case, Column, Program};

use super::context::{Context, Failure};

/// A calculation that each case goes through.
pub trait Workload: Send + Sync {
    /// One line on the work of a case and its value.
    fn description(&self) -> &'static str;

    /// Checks before the run whether the workload accepts this case.
    fn check(&self, _case: Case<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    /// Returns the intended length of the case, before the time scale.
    fn length(&self, _case: Case<'_>, _seed: u64) -> Length {
        Length::Unknown
    }

    /// The user's program that runs instead of [`run`](Self::run).
    fn program(&self) -> Option<&Program> {
        None
    }

    /// Runs the calculation and returns the value of the case.
    fn run(&self, case: Case<'_>, context: &mut Context<'_>) -> Result<f64, Failure>;
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Length {
    Seconds(f64),
    /// Computation in steps.
    Amount(f64),
    Unknown,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Column that holds the offending number.
    pub column: Column,
    /// Expected and found value.
    pub message: String,
}
