//! A random number from a range.

use std::ops::RangeInclusive;

use rand::RngExt as _;

use crate::study::{Case, Column, stream};
use crate::text::shortest;
use crate::workload::{Context, Failure, Refusal, Workload};

#[derive(Debug)]
pub struct Random;

/// 2^53, up to which `f64` represents every integer.
const LARGEST: f64 = 9_007_199_254_740_992.0;

impl Workload for Random {
    fn description(&self) -> &'static str {
        "draws a whole number from x to y, both included; value the number"
    }

    fn check(&self, case: Case<'_>) -> Result<(), Refusal> {
        for (column, end) in [(Column::X, case.x), (Column::Y, case.y)] {
            if end.fract() != 0.0 || end.abs() > LARGEST {
                let message = format!(
                    "expected a whole number from -2^53 to 2^53 in {column}, found {}",
                    shortest(end)
                );
                return Err(Refusal { column, message });
            }
        }
        if case.x > case.y {
            let (x, y) = (shortest(case.x), shortest(case.y));
            let message = format!("expected y of at least x = {x}, found {y}");
            return Err(Refusal { column: Column::Y, message });
        }
        Ok(())
    }

    fn run(&self, case: Case<'_>, context: &mut Context<'_>) -> Result<f64, Failure> {
        #[expect(clippy::cast_possible_truncation, reason = "whole, and at most 2^53")]
        let range = case.x as i64..=case.y as i64;
        Ok(draw(context.seed(), case.index, range) as f64)
    }
}

fn draw(seed: u64, row: usize, range: RangeInclusive<i64>) -> i64 {
    stream(seed, row as u64).random_range(range)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rejected_column(x: f64, y: f64) -> Option<Column> {
        Random.check(Case { index: 0, name: "", x, y }).err().map(|refusal| refusal.column)
    }

    /// The values of an independent implementation.
    #[test]
    fn the_draws_of_a_seed_never_change() {
        let draws = |seed, range: RangeInclusive<i64>| {
            (0..10).map(|row| draw(seed, row, range.clone())).collect::<Vec<_>>()
        };
        assert_eq!(draws(10, 1..=101), [74, 79, 48, 12, 74, 98, 44, 16, 40, 36]);
        assert_eq!(draws(42, -5..=5), [-2, 3, -3, 0, 3, -1, 4, -3, 1, -2]);
        let largest = 1 << 53;
        assert_eq!(
            draws(10, -largest..=largest)[..2],
            [4_085_354_278_107_685, 4_964_078_465_070_971]
        );
        assert_eq!(draws(7, 3..=3), [3; 10]);
    }

    #[test]
    fn all_numbers_are_equally_likely() {
        for number in 1..=6 {
            let count = (0..6000).filter(|&row| draw(7, row, 1..=6) == number).count();
            assert!((850..1150).contains(&count), "{number} was drawn {count} times of 6000");
        }
    }

    #[test]
    fn a_bad_range_is_rejected_at_its_column() {
        assert_eq!(rejected_column(1.5, 2.0), Some(Column::X));
        assert_eq!(rejected_column(1.0, 2.5), Some(Column::Y));
        assert_eq!(rejected_column(-1e16, 1.0), Some(Column::X));
        assert_eq!(rejected_column(1.0, 1e300), Some(Column::Y));
        assert_eq!(rejected_column(2.0, 1.0), Some(Column::Y));
        for (x, y) in [(1.0, 101.0), (-3.0, -3.0), (-0.0, 0.0), (-LARGEST, LARGEST)] {
            assert_eq!(rejected_column(x, y), None, "{x} to {y}");
        }
    }
}
