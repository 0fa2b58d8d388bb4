//! Waiting, as for a database or a licence server.

use crate::study::{Case, Column};
use crate::text::shortest;
use crate::workload::{Context, Failure, Length, Refusal, Workload};

#[derive(Debug)]
pub struct Wait;

impl Workload for Wait {
    fn description(&self) -> &'static str {
        "waits x seconds; value x²"
    }

    fn check(&self, case: Case<'_>) -> Result<(), Refusal> {
        if case.x >= 0.0 {
            return Ok(());
        }
        let message = format!("expected a wait of at least 0 s in x, found {}", shortest(case.x));
        Err(Refusal { column: Column::X, message })
    }

    fn length(&self, case: Case<'_>, _seed: u64) -> Length {
        Length::Seconds(case.x)
    }

    fn run(&self, case: Case<'_>, context: &mut Context<'_>) -> Result<f64, Failure> {
        context.wait(case.x)?;
        Ok(case.x * case.x)
    }
}
