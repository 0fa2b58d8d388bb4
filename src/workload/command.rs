//! Programs of the user's own. Worker processes start them: all that is known
//! here is which.

use std::sync::Arc;

use crate::study::{Case, Program};

use super::context::Context;
use super::workload::{Failure, Workload};

/// Runs a program of the user's own, once there is one.
#[derive(Debug, Default)]
pub struct CommandWorkload {
    program: Option<Arc<Program>>,
}

impl CommandWorkload {
    /// Runs this program.
    #[must_use]
    pub fn new(program: Option<Arc<Program>>) -> Self {
        Self { program }
    }
}

impl Workload for CommandWorkload {
    fn description(&self) -> &'static str {
        "runs a program of your own; value: the last number that it prints"
    }

    fn program(&self) -> Option<&Program> {
        self.program.as_deref()
    }

    fn run(&self, _case: Case<'_>, _context: &mut Context<'_>) -> Result<f64, Failure> {
        Err(Failure::Failed("programs are run by worker processes".to_owned()))
    }
}
