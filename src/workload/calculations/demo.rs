//! The calculation of the web demo.

use rand::RngExt as _;

use crate::study::{Case, stream};
use crate::workload::{Context, Failure, Length, Workload};

/// Waits a random whole number of seconds from 1 to 4.
#[derive(Debug)]
pub struct Demo;

impl Workload for Demo {
    fn description(&self) -> &'static str {
        "waits a random whole number of seconds, 1 to 4; value x² + y²"
    }

    fn length(&self, case: Case<'_>, seed: u64) -> Length {
        Length::Seconds(wait_s(seed, case.index))
    }

    fn run(&self, case: Case<'_>, context: &mut Context<'_>) -> Result<f64, Failure> {
        context.wait(wait_s(context.seed(), case.index))?;
        Ok(case.x * case.x + case.y * case.y)
    }
}

fn wait_s(seed: u64, row: usize) -> f64 {
    f64::from(stream(seed, row as u64).random_range(1..=4_u32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_waits_of_a_seed_never_change() {
        let draws = |seed| (0..12).map(|row| wait_s(seed, row)).collect::<Vec<_>>();
        assert_eq!(draws(10), [1.0, 1.0, 4.0, 2.0, 2.0, 2.0, 3.0, 1.0, 1.0, 3.0, 2.0, 3.0]);
        assert_eq!(draws(42), [1.0, 4.0, 2.0, 2.0, 1.0, 4.0, 4.0, 3.0, 3.0, 2.0, 1.0, 1.0]);
    }

    #[test]
    fn all_four_lengths_are_equally_likely() {
        for length in [1.0, 2.0, 3.0, 4.0] {
            let count = (0..4000).filter(|&row| wait_s(7, row) == length).count();
            assert!((900..1100).contains(&count), "{length} s was drawn {count} times of 4000");
        }
    }
}
