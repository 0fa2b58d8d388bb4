//! Medians of repeated measurements with confidence intervals.

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
        sorted.sort_by(f64::total_cmp);
        let n = sorted.len();
        if n == 0 {
            return None;
        }
        let median = f64::midpoint(sorted[(n - 1) / 2], sorted[n / 2]);
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
}
