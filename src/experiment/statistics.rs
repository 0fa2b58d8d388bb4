//! Statistics of repeated measurements: medians with confidence intervals, and whether two
//! setups differ.

use rand::RngExt as _;
use strum::IntoStaticStr;

use crate::report::median;
use crate::study::stream;

/// A median with its interval, which encloses the true median with at least 95 %
/// confidence if there are enough values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Median.
    pub median: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Largest probability that the interval misses the true median.
const MISSED: f64 = 0.05;

impl Interval {
    /// Computes the median and its distribution-free interval: the k-th smallest to the
    /// k-th largest value, with the largest k whose coverage 1 − 2·P(Bin(n, ½) < k)
    /// suffices; with fewer than six values, their range. `None` without values.
    pub fn of(values: &[f64]) -> Option<Self> {
        let mut sorted = values.to_vec();
        let median = median(&mut sorted)?;
        sorted.sort_by(f64::total_cmp);
        let n = sorted.len();
        let k = largest_k(n);
        Some(Self { median, low: sorted[k - 1], high: sorted[n - k] })
    }
}

/// Returns the largest k, at least 1, for which the tails beyond the k-th values have
/// at most the allowed probability together.
fn largest_k(n: usize) -> usize {
    // P(Bin(n, ½) = i), computed from its predecessor.
    let mut share = 0.5_f64.powi(i32::try_from(n).unwrap_or(i32::MAX));
    let mut tail = 0.0;
    for k in 1..=n.div_ceil(2) {
        tail += share;
        if 2.0 * tail > MISSED {
            return (k - 1).max(1);
        }
        share *= (n - k + 1) as f64 / k as f64;
    }
    n.div_ceil(2)
}

/// Verdict on a setup, compared with the first one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, serde::Serialize)]
#[strum(serialize_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// The first setup.
    Base,
    /// Takes less time.
    Faster,
    /// Takes more time.
    Slower,
    /// Takes exactly the same time, on the virtual clock.
    Equal,
    /// Differs by no more than the noise.
    WithinNoise,
    /// Too few complete runs.
    TooFewRepeats,
}

impl Verdict {
    /// Returns the verdict in words.
    pub fn text(self) -> &'static str {
        match self {
            Self::WithinNoise => "within noise",
            Self::TooFewRepeats => "too few runs",
            verdict => verdict.into(),
        }
    }

    /// Reconciles the verdict, from the pairs of each block, with the speed-up, from the
    /// medians: if they disagree, the noise exceeds the difference.
    pub(super) fn reconciled(self, speedup: Option<f64>) -> Self {
        match (self, speedup) {
            (Self::Faster, Some(speedup)) if speedup <= 1.0 => Self::WithinNoise,
            (Self::Slower, Some(speedup)) if speedup >= 1.0 => Self::WithinNoise,
            _ => self,
        }
    }
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
pub fn difference(first_s: &[f64], second_s: &[f64]) -> Verdict {
    let pairs = first_s.iter().zip(second_s);
    let logs: Vec<f64> = pairs.map(|(first, second)| (second / first).ln()).collect();
    if logs.len() < 2 {
        return Verdict::TooFewRepeats;
    }
    if logs.iter().any(|log| !log.is_finite()) {
        return Verdict::WithinNoise;
    }
    let mean = logs.iter().sum::<f64>() / logs.len() as f64;
    let is_significant =
        if logs.len() < SIGN_TEST_PAIRS { few_differ(&logs, mean) } else { signs_differ(&logs) };
    match is_significant && mean.abs() > RELEVANT {
        false => Verdict::WithinNoise,
        true if mean < 0.0 => Verdict::Faster,
        true => Verdict::Slower,
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
    fn the_ranks_match_published_tables() {
        // Conover, Practical Nonparametric Statistics: 95 % intervals of a median.
        for (n, k) in [(1, 1), (5, 1), (6, 1), (8, 1), (9, 2), (12, 3), (20, 6), (30, 10)] {
            assert_eq!(largest_k(n), k, "{n} values");
        }
        assert!((450..500).contains(&largest_k(1000)), "{}", largest_k(1000));
    }

    #[test]
    fn the_interval_of_few_values_is_their_range() {
        assert_eq!(Interval::of(&[]), None);
        let one = Interval { median: 2.0, low: 2.0, high: 2.0 };
        assert_eq!(Interval::of(&[2.0]), Some(one));
        let four = Interval { median: 2.5, low: 1.0, high: 4.0 };
        assert_eq!(Interval::of(&[4.0, 1.0, 3.0, 2.0]), Some(four));
        let nine: Vec<f64> = (1..=9).map(f64::from).collect();
        assert_eq!(Interval::of(&nine), Some(Interval { median: 5.0, low: 2.0, high: 8.0 }));
    }

    #[test]
    fn a_clear_difference_is_found_in_few_pairs() {
        let first = [8.0, 8.1, 7.9, 8.0, 8.05, 7.95, 8.02];
        let second = first.map(|s| s / 1.9);
        for n in 2..=first.len() {
            assert_eq!(difference(&first[..n], &second[..n]), Verdict::Faster, "{n} pairs");
            assert_eq!(difference(&second[..n], &first[..n]), Verdict::Slower, "{n} pairs");
        }
        assert_eq!(difference(&first[..1], &second[..1]), Verdict::TooFewRepeats);
        assert_eq!(difference(&[], &[]), Verdict::TooFewRepeats);
    }

    #[test]
    fn differences_of_both_signs_are_noise() {
        let first = [1.0, 1.1, 0.9, 1.0, 1.2, 0.8, 1.0, 1.1];
        let second = [1.1, 1.0, 1.0, 0.9, 1.0, 1.0, 1.1, 1.0];
        for n in 2..=first.len() {
            assert_eq!(difference(&first[..n], &second[..n]), Verdict::WithinNoise, "{n}");
        }
    }

    #[test]
    fn a_tiny_difference_is_irrelevant_however_certain() {
        let first = [1.0; 10];
        assert_eq!(difference(&first, &[1.004; 10]), Verdict::WithinNoise);
        assert_eq!(difference(&first, &[1.02; 10]), Verdict::Slower);
        assert_eq!(difference(&first, &[1.02; 30]), Verdict::Slower);
        assert_eq!(difference(&[0.0; 8], &[0.0; 8]), Verdict::WithinNoise);
    }
}
