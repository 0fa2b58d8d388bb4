//! The user's own program, which worker processes start.

use std::sync::Arc;

use crate::study::{Case, Program};
use crate::workload::{Context, Failure, Workload};

/// Names the program to run; `None` until the user has set one.
#[derive(Debug)]
pub struct CommandWorkload(pub(crate) Option<Arc<Program>>);

impl Workload for CommandWorkload {
    fn description(&self) -> &'static str {
        "runs your own program; value: the last number it prints, or the outputs you name"
    }

    fn program(&self) -> Option<&Program> {
        self.0.as_deref()
    }

    fn run(&self, _case: Case<'_>, _context: &mut Context<'_>) -> Result<f64, Failure> {
        Err(Failure::Failed("programs run in worker processes only".to_owned()))
    }
}
