//! The Pareto front of two columns.

/// Returns the cases that no other case betters in both numbers, in the order of the first
/// number, best first. Each case comes with its two costs, of which less is better.
pub(crate) fn pareto_front(mut costs: Vec<(u32, [f64; 2])>) -> Vec<u32> {
    costs.sort_by(|(a_case, a), (b_case, b)| {
        a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])).then(a_case.cmp(b_case))
    });
    let mut front: Vec<(u32, [f64; 2])> = Vec::new();
    for (case, cost) in costs {
        let is_equal = |last: &[f64; 2]| *last == cost;
        if front.last().is_none_or(|(_, last)| cost[1] < last[1] || is_equal(last)) {
            front.push((case, cost));
        }
    }
    front.into_iter().map(|(case, _)| case).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_case_bettered_in_both_numbers_is_not_on_the_front() {
        let costs = [[2.0, 2.0], [1.0, 3.0], [3.0, 1.0], [2.0, 2.0], [2.0, 3.0], [1.0, 4.0]];
        assert_eq!(pareto_front((0..).zip(costs).collect()), [1, 0, 3, 2]);
        assert!(pareto_front(Vec::new()).is_empty());
    }

    proptest! {
        #[test]
        fn the_front_agrees_with_a_comparison_of_all_pairs(
            costs in prop::collection::vec((0..6_u8, 0..6_u8), 0..40),
        ) {
            let costs: Vec<_> = costs.iter().map(|&(a, b)| [f64::from(a), f64::from(b)]).collect();
            let mut front = pareto_front((0..).zip(costs.iter().copied()).collect());
            front.sort_unstable();
            let dominates =
                |a: [f64; 2], b: [f64; 2]| a[0] <= b[0] && a[1] <= b[1] && (a[0] < b[0] || a[1] < b[1]);
            let expected: Vec<u32> = (0..)
                .zip(&costs)
                .filter(|(_, cost)| !costs.iter().any(|other| dominates(*other, **cost)))
                .map(|(case, _)| case)
                .collect();
            prop_assert_eq!(front, expected);
        }
    }
}
