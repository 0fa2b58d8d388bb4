//! Almost no work, to measure the overhead.

use crate::study::Case;
use crate::workload::{Context, Failure, Workload};

#[derive(Debug)]
pub struct Power;

impl Workload for Power {
    fn description(&self) -> &'static str {
        "computes x^(x − 1), little work to expose the overhead; value x^(x − 1)"
    }

    fn run(&self, case: Case<'_>, _context: &mut Context<'_>) -> Result<f64, Failure> {
        if case.x == 0.0 {
            let message = "division by zero: expected x other than 0, found 0";
            return Err(Failure::Failed(message.to_owned()));
        }
        // The C library of MinGW is off by up to eleven units in the last place. Adding 0 turns
        // an underflow to -0 into 0.
        Ok(libm::pow(case.x, case.x - 1.0) + 0.0)
    }
}

#[cfg(test)]
mod tests {
    use num_bigint::BigUint;

    use super::*;
    use crate::workload::stop_signal::StopSignal;

    fn power(x: f64) -> Result<f64, Failure> {
        let stop = StopSignal::default();
        Power.run(Case { index: 0, name: "", x, y: 1.0 }, &mut Context::new(&stop, 0, 1.0))
    }

    #[test]
    fn the_first_four_are_exact() {
        assert_eq!([1.0, 2.0, 3.0, 4.0].map(power), [1.0, 2.0, 9.0, 64.0].map(Ok));
    }

    /// Exact while the result fits in an `f64`, then off by one unit in the last place at most.
    #[test]
    fn powers_of_integers_are_correct() {
        for x in 1..=143_u32 {
            let exact = BigUint::from(x).pow(x - 1).to_string().parse::<f64>().unwrap();
            let found = power(f64::from(x)).unwrap();
            let off = found.to_bits().abs_diff(exact.to_bits());
            assert!(off <= u64::from(x > 14), "{x}: expected {exact}, found {found}");
        }
        assert_eq!([-1.0, -2.0, -3.0].map(power), [1.0, -0.125, 1.0 / 81.0].map(Ok));
        assert!(power(-1000.0).unwrap().is_sign_positive());
    }

    #[test]
    fn powers_without_a_finite_value_are_reported() {
        assert_eq!(power(1e300), Ok(f64::INFINITY));
        assert!(power(-0.5).unwrap().is_nan());
        assert!(power(0.0).is_err());
    }
}
