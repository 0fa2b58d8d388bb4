//! Tests whether two setups differ, from times measured in pairs.

use rand::RngExt as _;

use crate::study::stream;

/// Result of a paired test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PairedDifference {
    /// The second setup takes less time.
    Faster,
    /// The second setup takes more time.
    Slower,
    /// The difference is within noise.
    WithinNoise,
    /// Fewer than two pairs.
    TooFewRepeats,
}

/// Significance level. Equal setups pass as different in at most 5 % of trials; the rest
/// of the margin is for noise that spans several blocks.
const LEVEL: f64 = 0.04;

/// Smallest relevant difference, as a logarithm of the ratio.
const RELEVANT: f64 = 0.005;

/// Number of pairs from which the signs alone are significant.
const SIGN_TEST_PAIRS: usize = 6;

/// Largest number of pairs whose sign flips are all enumerated.
const EXACT_PAIRS: usize = 14;

/// Number of random sign flips for more pairs.
const RANDOM_FLIPS: u32 = 9999;

/// Student's t at 1 %, two-sided, for 1 to 4 degrees of freedom.
const STUDENT: [f64; 4] = [63.657, 9.925, 5.841, 4.604];

/// Smallest relevant difference of few pairs, as a logarithm of the ratio.
const RELEVANT_OF_FEW: f64 = 0.05;

/// Tests whether the second times differ from the first; each pair is from one block.
///
/// With six pairs or more, Fisher's randomisation test makes no assumption about the
/// noise: if the setups were equal, the logarithm of each pair's ratio could as well
/// have the other sign, so the observed sum is compared with the sums of flipped signs.
/// Fewer pairs must agree in sign, differ by 5 % and pass Student's t-test at 1 %.
pub fn difference(first_s: &[f64], second_s: &[f64]) -> PairedDifference {
    let pairs = first_s.iter().zip(second_s);
    let logs: Vec<f64> = pairs.map(|(first, second)| (second / first).ln()).collect();
    if logs.len() < 2 {
        return PairedDifference::TooFewRepeats;
    }
    if logs.iter().any(|log| !log.is_finite()) {
        return PairedDifference::WithinNoise;
    }
    let mean = logs.iter().sum::<f64>() / logs.len() as f64;
    let is_significant =
        if logs.len() < SIGN_TEST_PAIRS { few_differ(&logs, mean) } else { signs_differ(&logs) };
    match is_significant && mean.abs() > RELEVANT {
        false => PairedDifference::WithinNoise,
        true if mean < 0.0 => PairedDifference::Faster,
        true => PairedDifference::Slower,
    }
}

fn few_differ(logs: &[f64], mean: f64) -> bool {
    let n = logs.len() as f64;
    let one_sign = logs.iter().all(|log| log * mean > 0.0);
    let squares: f64 = logs.iter().map(|log| (log - mean).powi(2)).sum();
    let standard_error = (squares / (n - 1.0) / n).sqrt();
    one_sign
        && mean.abs() > RELEVANT_OF_FEW
        && mean.abs() > STUDENT[logs.len() - 2] * standard_error
}

/// Whether the absolute sum is rare among those with flipped signs.
fn signs_differ(logs: &[f64]) -> bool {
    // The margin absorbs rounding errors.
    let observed = logs.iter().sum::<f64>().abs() * (1.0 - 1e-12);
    let share = if logs.len() <= EXACT_PAIRS {
        let all = 1_u64 << logs.len();
        let as_large = (0..all).filter(|&flips| flipped_sum(logs, flips).abs() >= observed);
        as_large.count() as f64 / all as f64
    } else {
        let mut draws = stream(0, logs.len() as u64);
        let mut random_sum =
            || logs.chunks(64).map(|some| flipped_sum(some, draws.random())).sum::<f64>();
        let as_large = (0..RANDOM_FLIPS).filter(|_| random_sum().abs() >= observed);
        (as_large.count() + 1) as f64 / f64::from(RANDOM_FLIPS + 1)
    };
    share <= LEVEL
}

/// Sums at most 64 numbers, flipping the signs whose bits are set.
fn flipped_sum(numbers: &[f64], flips: u64) -> f64 {
    let flipped =
        |(at, number): (usize, &f64)| if flips >> at & 1 == 1 { -number } else { *number };
    numbers.iter().enumerate().map(flipped).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clear_difference_is_found_in_few_pairs() {
        let first = [8.0, 8.1, 7.9, 8.0, 8.05, 7.95, 8.02];
        let second = first.map(|s| s / 1.9);
        for n in 2..=first.len() {
            assert_eq!(
                difference(&first[..n], &second[..n]),
                PairedDifference::Faster,
                "{n} pairs"
            );
            assert_eq!(
                difference(&second[..n], &first[..n]),
                PairedDifference::Slower,
                "{n} pairs"
            );
        }
        assert_eq!(difference(&first[..1], &second[..1]), PairedDifference::TooFewRepeats);
        assert_eq!(difference(&[], &[]), PairedDifference::TooFewRepeats);
    }

    #[test]
    fn differences_of_both_signs_are_noise() {
        let first = [1.0, 1.1, 0.9, 1.0, 1.2, 0.8, 1.0, 1.1];
        let second = [1.1, 1.0, 1.0, 0.9, 1.0, 1.0, 1.1, 1.0];
        for n in 2..=first.len() {
            assert_eq!(difference(&first[..n], &second[..n]), PairedDifference::WithinNoise, "{n}");
        }
    }

    #[test]
    fn a_tiny_difference_is_irrelevant_however_certain() {
        let first = [1.0; 10];
        assert_eq!(difference(&first, &[1.004; 10]), PairedDifference::WithinNoise);
        assert_eq!(difference(&first, &[1.02; 10]), PairedDifference::Slower);
        assert_eq!(difference(&first, &[1.02; 30]), PairedDifference::Slower);
        assert_eq!(difference(&[0.0; 8], &[0.0; 8]), PairedDifference::WithinNoise);
    }
}
