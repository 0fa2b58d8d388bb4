//! Whether two setups differ, from times that were measured in pairs.

use rand::RngExt as _;

use crate::study::stream;

/// What a paired test says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PairedDifference {
    /// The second takes less time.
    Faster,
    /// The second takes more time.
    Slower,
    /// What difference there is the noise could make too.
    WithinNoise,
    /// A single pair cannot tell.
    TooFewRepeats,
}

/// How rare a sum must be. Two equal setups are called different in at most 5 %
/// of trials: a little is left for noise that lasts from one block to the next.
const LEVEL: f64 = 0.04;

/// A difference below this, as a logarithm of the ratio, is of no use to
/// anybody and not called one.
const LEAST: f64 = 0.005;

/// From so many pairs on the signs alone can tell at the level above.
const ENOUGH: usize = 6;

/// Up to so many pairs all ways to flip the signs are counted.
const ALL_FLIPS: usize = 14;

/// Behind that, so many drawn ones.
const DRAWN_FLIPS: u32 = 9999;

/// Student's t at 1 %, two-sided, for 1 to 4 degrees of freedom.
const STUDENT: [f64; 4] = [63.657, 9.925, 5.841, 4.604];

/// What few pairs must differ by at least, as a logarithm of the ratio.
const LEAST_OF_FEW: f64 = 0.05;

/// Whether the second times differ from the first; each pair is of one block.
///
/// With six pairs or more, a test that makes no assumption about the noise:
/// if the two were equal, each logarithm of a pair's ratio could as well have
/// the other sign, so the sum seen is compared with those of all flipped signs
/// (Fisher's randomisation test). Fewer pairs must all agree, differ by 5 %, and
/// pass Student's t at 1 %.
#[must_use]
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
    let told = if logs.len() < ENOUGH { few_differ(&logs, mean) } else { signs_differ(&logs) };
    match told && mean.abs() > LEAST {
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
    one_sign && mean.abs() > LEAST_OF_FEW && mean.abs() > STUDENT[logs.len() - 2] * standard_error
}

/// Whether so large a sum is rare among those with flipped signs.
fn signs_differ(logs: &[f64]) -> bool {
    // Rounding must not make a sum smaller than itself.
    let seen = logs.iter().sum::<f64>().abs() * (1.0 - 1e-12);
    let share = if logs.len() <= ALL_FLIPS {
        let all = 1_u64 << logs.len();
        let as_large = (0..all).filter(|&flips| flipped_sum(logs, flips).abs() >= seen);
        as_large.count() as f64 / all as f64
    } else {
        let mut draws = stream(0, logs.len() as u64);
        let mut drawn_sum =
            || logs.chunks(64).map(|some| flipped_sum(some, draws.random())).sum::<f64>();
        let as_large = (0..DRAWN_FLIPS).filter(|_| drawn_sum().abs() >= seen);
        (as_large.count() + 1) as f64 / f64::from(DRAWN_FLIPS + 1)
    };
    share <= LEVEL
}

/// The sum of at most 64 numbers, with the signs flipped whose bits are set.
fn flipped_sum(numbers: &[f64], flips: u64) -> f64 {
    let flipped =
        |(at, number): (usize, &f64)| if flips >> at & 1 == 1 { -number } else { *number };
    numbers.iter().enumerate().map(flipped).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clear_difference_is_found_from_few_pairs_on() {
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
    fn what_goes_both_ways_is_noise() {
        let first = [1.0, 1.1, 0.9, 1.0, 1.2, 0.8, 1.0, 1.1];
        let second = [1.1, 1.0, 1.0, 0.9, 1.0, 1.0, 1.1, 1.0];
        for n in 2..=first.len() {
            assert_eq!(difference(&first[..n], &second[..n]), PairedDifference::WithinNoise, "{n}");
        }
    }

    #[test]
    fn too_small_a_difference_is_none_however_sure() {
        let first = [1.0; 10];
        assert_eq!(difference(&first, &[1.004; 10]), PairedDifference::WithinNoise);
        assert_eq!(difference(&first, &[1.02; 10]), PairedDifference::Slower);
        assert_eq!(difference(&first, &[1.02; 30]), PairedDifference::Slower);
        assert_eq!(difference(&[0.0; 8], &[0.0; 8]), PairedDifference::WithinNoise);
    }
}
