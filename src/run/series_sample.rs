//! The cases that run again for the series total.

use crate::study::SeriesChoice;

/// Fewest cases of a sample, unless the table has fewer.
const MIN_CASES: usize = 3;

/// Most cases of a sample: more would narrow the interval little.
const MAX_CASES: usize = 20;

/// A sample takes at most this share of the busy time, unless the fewest cases take longer.
const MAX_SHARE: f64 = 0.1;

/// Returns the greatest number of cases that run again for the series total.
pub fn most_run_again(series: SeriesChoice, cases: usize) -> usize {
    match series {
        SeriesChoice::Estimate => 0,
        SeriesChoice::Sample => cases.min(MAX_CASES),
        SeriesChoice::Measure => cases,
    }
}

/// Returns the expected time of the second pass as a share of the summed time of the cases.
pub fn expected_share(series: SeriesChoice, cases: usize) -> f64 {
    let share = |sampled: usize| sampled as f64 / cases.max(1) as f64;
    match series {
        SeriesChoice::Estimate => 0.0,
        SeriesChoice::Sample => MAX_SHARE.min(share(MAX_CASES)).max(share(MIN_CASES)).min(1.0),
        SeriesChoice::Measure => 1.0,
    }
}

/// Chooses the cases to run again alone, from the time each took, in nanoseconds.
///
/// Each stands for an equal part of the summed time, so that long cases, which make up most
/// of the total, are more likely to be chosen (sampling with probability proportional to
/// size). Where this takes too long, each stands for an equal number of cases instead.
pub fn choose_sample(times_ns: &[u64]) -> Vec<u32> {
    let mut by_time: Vec<u32> = (0..).take(times_ns.len()).collect();
    by_time.sort_by_key(|&case| times_ns[case as usize]);
    let mut sum_ns = 0;
    let sums_ns: Vec<u128> = by_time
        .iter()
        .map(|&case| {
            sum_ns += u128::from(times_ns[case as usize]);
            sum_ns
        })
        .collect();
    let cases = by_time.len();
    let chosen = |count: usize, rank_of: &dyn Fn(f64) -> usize| -> Vec<u32> {
        let mut next = 0;
        let rank = |part: usize| {
            let rank = rank_of((part as f64 + 0.5) / count as f64);
            let rank = rank.clamp(next, cases - (count - part));
            next = rank + 1;
            by_time[rank]
        };
        (0..count).map(rank).collect()
    };
    let takes_too_long = |sample: &[u32]| {
        let sample_ns: f64 = sample.iter().map(|&case| times_ns[case as usize] as f64).sum();
        sample_ns > MAX_SHARE * sum_ns as f64
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the sums")]
    let by_sum = |share: f64| sums_ns.partition_point(|&sum| sum < (share * sum_ns as f64) as u128);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rank")]
    let by_rank = |share: f64| (share * cases as f64) as usize;
    let fewest = cases.min(MIN_CASES);
    (fewest..=cases.min(MAX_CASES))
        .rev()
        .map(|count| chosen(count, &by_sum))
        .find(|sample| !takes_too_long(sample))
        .unwrap_or_else(|| chosen(fewest, &by_rank))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn times(sample: &[u32], times_ns: &[u64]) -> Vec<u64> {
        sample.iter().map(|&case| times_ns[case as usize]).collect()
    }

    #[test]
    fn equal_parts_of_the_time_are_represented() {
        let times_ns: Vec<u64> = (1..=1000).rev().collect();
        let chosen = times(&choose_sample(&times_ns), &times_ns);
        assert_eq!(chosen.len(), 20);
        // Half of the time is spent in cases longer than 707.
        assert_eq!(chosen.iter().filter(|&&time| time > 707).count(), 10);
        assert_eq!(choose_sample(&[5; 40]).len(), 4, "a tenth of the time");
    }

    #[test]
    fn a_few_cases_are_sampled_even_if_that_takes_longer() {
        assert_eq!(choose_sample(&[]), [0; 0]);
        assert_eq!(choose_sample(&[7]), [0]);
        assert_eq!(choose_sample(&[3, 2, 1]), [2, 1, 0]);
        assert_eq!(choose_sample(&[4; 8]).len(), 3);
        let mut times_ns = vec![1; 100];
        times_ns.push(1000);
        assert_eq!(times(&choose_sample(&times_ns), &times_ns), [1; 3], "not the long case again");
    }

    proptest! {
        #[test]
        fn a_sample_keeps_its_bounds(times_ns in vec(0_u64..1_000_000, 0..300)) {
            let sample = choose_sample(&times_ns);
            let distinct: BTreeSet<_> = sample.iter().collect();
            prop_assert_eq!(distinct.len(), sample.len());
            let fewest = times_ns.len().min(MIN_CASES);
            prop_assert!((fewest..=MAX_CASES).contains(&sample.len()));
            let (sum, all) = (times(&sample, &times_ns).iter().sum::<u64>(), times_ns.iter().sum());
            prop_assert!(sample.len() == fewest || 10 * sum <= all);
        }
    }
}
