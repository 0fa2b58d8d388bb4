//! Computing with big integers.

use std::hint::black_box;

use num_bigint::BigUint;

use crate::study::Case;
use crate::workload::{Context, Failure, Length, Workload};

/// Computes the factorials of 1000 to 3999, each from scratch.
#[derive(Debug)]
pub struct Factorials;

/// First number and length of the list.
const FIRST: u64 = 1000;
const COUNT: u64 = 3000;

impl Workload for Factorials {
    fn description(&self) -> &'static str {
        "computes the factorials of 1000 to 3999, each from scratch; value the number of digits \
         of 3999!"
    }

    fn length(&self, _case: Case<'_>, _seed: u64) -> Length {
        Length::Amount(COUNT as f64)
    }

    fn run(&self, _case: Case<'_>, context: &mut Context<'_>) -> Result<f64, Failure> {
        let all = context.steps(COUNT as f64);
        let mut done = 0;
        let mut last = BigUint::ZERO;
        context.compute(COUNT as f64, |steps| {
            for _ in 0..steps {
                last = black_box(factorial(black_box(number_at(done, all))));
                done += 1;
            }
        })?;
        Ok(last.to_string().len() as f64)
    }
}

/// Returns the number whose factorial is computed in step `step` of `all`.
///
/// An incomplete pass over the list comes first, spread evenly over it. The last
/// step is always the last number.
fn number_at(step: u64, all: u64) -> u64 {
    let rest = all % COUNT;
    let index = if step < rest { (step + 1) * COUNT / rest - 1 } else { (step - rest) % COUNT };
    FIRST + index
}

/// Returns n!.
///
/// Factors are collected in a machine word before each multiplication of the long
/// number, which is five times faster.
fn factorial(n: u64) -> BigUint {
    let mut product = BigUint::from(1_u8);
    let mut word = 1_u64;
    for factor in 2..=n {
        word = word.checked_mul(factor).unwrap_or_else(|| {
            product *= word;
            factor
        });
    }
    product * word
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;
    use crate::workload::stop_signal::StopSignal;
    use crate::workload::stop_signal::tests::stop_latency_of_256;

    const CASE: Case<'_> = Case { index: 0, name: "", x: 1.0, y: 1.0 };

    #[test]
    fn factorials_match_repeated_multiplication() {
        let mut expected = BigUint::from(1_u8);
        for n in 1..500_u64 {
            expected *= n;
            assert_eq!(factorial(n), expected, "{n}!");
        }
        assert_eq!(factorial(0), BigUint::from(1_u8));
        assert_eq!(factorial(20).to_string(), "2432902008176640000");
    }

    /// Digits of 3999!, from its logarithm.
    #[test]
    fn the_value_is_the_number_of_digits_at_any_time_scale() {
        let log: f64 = (1..=3999).map(|n| f64::from(n).log10()).sum();
        assert_eq!(log.floor() + 1.0, 12_670.0);
        for time_scale in [1e-9, 0.001, 0.01, 0.05] {
            let stop = StopSignal::default();
            let mut context = Context::new(&stop, 0, time_scale);
            assert_eq!(Factorials.run(CASE, &mut context), Ok(12_670.0));
        }
    }

    #[test]
    fn a_full_pass_takes_every_number_once() {
        let list: Vec<u64> = (0..3000).map(|step| number_at(step, 3000)).collect();
        assert_eq!(list, (1000..=3999).collect::<Vec<_>>());
    }

    #[test]
    fn a_stop_ends_256_workers_in_time() {
        let took = stop_latency_of_256(|stop| {
            let ran = Factorials.run(CASE, &mut Context::new(stop, 0, 1000.0));
            assert_eq!(ran, Err(Failure::Cancelled));
        });
        assert!(took < Duration::from_millis(50), "{took:?}");
    }

    proptest! {
        #[test]
        fn a_partial_pass_is_spread_evenly_and_ends_with_the_last_number(all in 1..12_000_u64) {
            let mut times = vec![0; 4000];
            (0..all).for_each(|step| times[usize::try_from(number_at(step, all)).unwrap()] += 1);
            let times = times.split_off(1000);
            prop_assert_eq!(number_at(all - 1, all), 3999);
            // The counts of two numbers differ by 1 at most.
            let whole = all / 3000;
            prop_assert!(times.iter().all(|&n| n == whole || n == whole + 1));
            // Up to every index, the extra steps are within 1 of their share.
            let mut seen = 0;
            for (index, n) in times.iter().enumerate() {
                seen += n - whole;
                let share = (index as f64 + 1.0) * (all % 3000) as f64 / 3000.0;
                prop_assert!((seen as f64 - share).abs() < 1.0, "{seen} of {share} at {index}");
            }
        }
    }
}
