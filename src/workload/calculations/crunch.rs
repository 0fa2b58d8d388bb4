//! Pure computation.

use std::hint::black_box;

use crate::study::{Case, Column};
use crate::text::shortest;
use crate::workload::{Context, Failure, Length, Refusal, Workload};

#[derive(Debug)]
pub struct Crunch;

/// Largest x: a counter in `f64` stops changing at 2^53 steps.
const LARGEST_X: f64 = 9e8;

impl Workload for Crunch {
    fn description(&self) -> &'static str {
        "counts down from x · 10⁷, which only computes; value x²"
    }

    fn check(&self, case: Case<'_>) -> Result<(), Refusal> {
        if case.x <= LARGEST_X {
            return Ok(());
        }
        let message = format!("expected x of at most {LARGEST_X:e}, found {}", shortest(case.x));
        Err(Refusal { column: Column::X, message })
    }

    fn length(&self, case: Case<'_>, _seed: u64) -> Length {
        Length::Amount(steps(case))
    }

    fn run(&self, case: Case<'_>, context: &mut Context<'_>) -> Result<f64, Failure> {
        context.compute(steps(case), count_down)?;
        Ok(case.x * case.x)
    }
}

fn steps(case: Case<'_>) -> f64 {
    (case.x * 1e7).max(0.0)
}

fn count_down(from: u64) {
    let mut n = from;
    while n > 0 {
        n = black_box(n) - 1;
    }
}
