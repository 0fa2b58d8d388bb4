//! What every workload is.

use crate::study::{Case, Column, Program};

use super::context::Context;

/// A calculation that cases go through.
pub trait Workload: Send + Sync {
    /// One line on what a case does and what its value is.
    fn description(&self) -> &'static str;

    /// Says before the run whether the workload can take this case.
    fn check(&self, _case: Case<'_>) -> Result<(), Refusal> {
        Ok(())
    }

    /// How long the case is meant to take, before the time scale.
    fn length(&self, _case: Case<'_>, _seed: u64) -> Length {
        Length::Unknown
    }

    /// The program of the user's own that does the work in place of
    /// [`run`](Self::run).
    fn program(&self) -> Option<&Program> {
        None
    }

    /// Takes the case through the calculation and returns its value.
    fn run(&self, case: Case<'_>, context: &mut Context<'_>) -> Result<f64, Failure>;
}

/// How long a case is meant to take.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Length {
    /// Seconds.
    Seconds(f64),
    /// An amount of computing, in steps.
    Amount(f64),
    /// Not known.
    Unknown,
}

/// Why a case was refused before the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Where the reason stands.
    pub column: Column,
    /// What was expected and what was found.
    pub message: String,
}

/// Why a case has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The run was cancelled.
    Cancelled,
    /// It went wrong while computing.
    Failed(String),
}
