//! The lower bound of the makespan.

/// No schedule of cases of these lengths on so many lanes ends sooner: the
/// largest of the longest case, the sum divided by the lanes m, and for each
/// k ≥ 1 the sum of the k+1 shortest of the km+1 longest cases, of which some
/// lane has to run k+1 (Graham 1969 for k = 1). 0 without cases.
#[must_use]
pub fn lower_bound(lengths: &[f64], lanes: u32) -> f64 {
    let lanes = lanes.max(1) as usize;
    let mut longest_first = lengths.to_vec();
    longest_first.sort_unstable_by(|a, b| b.total_cmp(a));
    // Sums from the front; the k+1 before place km+1 are a difference of two.
    let mut sums = vec![0.0];
    for length in &longest_first {
        sums.push(sums[sums.len() - 1] + length);
    }
    let longest = longest_first.first().copied().unwrap_or(0.0);
    let mut bound = longest.max(sums[longest_first.len()] / lanes as f64);
    for k in 1.. {
        let places = k * lanes + 1;
        if places > longest_first.len() {
            break;
        }
        bound = bound.max(sums[places] - sums[places - k - 1]);
    }
    bound
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_of_the_three_parts_can_bind() {
        assert_eq!(lower_bound(&[8.0, 1.0, 1.5, 2.0], 2), 8.0);
        assert_eq!(lower_bound(&[1.0, 1.0, 1.0, 1.0], 2), 2.0);
        // Three of length 2 on two lanes: one lane runs two of them.
        assert_eq!(lower_bound(&[2.0, 2.0, 2.0], 2), 4.0);
        assert_eq!(lower_bound(&[3.0, 3.0, 2.0, 2.0, 2.0], 2), 6.0);
        assert_eq!(lower_bound(&[], 3), 0.0);
    }

    /// The best of all ways to give the cases to lanes.
    fn best(lengths: &[f64], lanes: u32) -> f64 {
        let ways = lanes.pow(u32::try_from(lengths.len()).unwrap());
        let makespan = |mut way: u32| {
            let mut ends = vec![0.0; lanes as usize];
            for length in lengths {
                ends[(way % lanes) as usize] += length;
                way /= lanes;
            }
            ends.into_iter().fold(0.0, f64::max)
        };
        (0..ways).map(makespan).fold(f64::INFINITY, f64::min)
    }

    proptest! {
        #[test]
        fn no_schedule_is_better(
            lengths in proptest::collection::vec(0..50_u8, 1..7), lanes in 1..4_u32,
        ) {
            let lengths: Vec<f64> = lengths.into_iter().map(f64::from).collect();
            prop_assert!(lower_bound(&lengths, lanes) <= best(&lengths, lanes) + 1e-9);
        }
    }
}
