//! Reconstructs lanes from the times of cases.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Assigns each interval, given as start and end, to one of the fewest lanes that hold them all.
///
/// An interval may begin where another of its lane ends. Returns the lanes in the order of
/// `spans` and their number.
pub fn fewest_lanes(spans: &[(u64, u64)]) -> (Vec<u32>, u32) {
    let mut by_start: Vec<usize> = (0..spans.len()).collect();
    by_start.sort_by_key(|&at| spans[at]);
    let mut lanes = vec![0; spans.len()];
    let (mut busy, mut free) = (BinaryHeap::new(), BinaryHeap::new());
    let mut count = 0;
    for at in by_start {
        let (start, end) = spans[at];
        while let Some(&Reverse((until, lane))) = busy.peek()
            && until <= start
        {
            busy.pop();
            free.push(Reverse(lane));
        }
        let lane = free.pop().map_or_else(
            || {
                count += 1;
                count - 1
            },
            |Reverse(lane)| lane,
        );
        lanes[at] = lane;
        busy.push(Reverse((end, lane)));
    }
    (lanes, count)
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn touching_intervals_share_a_lane() {
        assert_eq!(fewest_lanes(&[]), (vec![], 0));
        assert_eq!(fewest_lanes(&[(0, 5), (5, 9), (4, 6)]), (vec![0, 0, 1], 2));
        assert_eq!(fewest_lanes(&[(3, 3), (3, 3), (3, 4)]), (vec![0, 0, 0], 1));
    }

    proptest! {
        #[test]
        fn lanes_hold_their_intervals_and_none_is_spare(
            spans in vec((0..50_u64, 0..20_u64), 0..60),
        ) {
            let spans: Vec<_> = spans.iter().map(|&(start, time)| (start, start + time)).collect();
            let (lanes, count) = fewest_lanes(&spans);
            for (at, a) in spans.iter().enumerate() {
                for (other, b) in spans.iter().enumerate().skip(at + 1) {
                    prop_assert!(lanes[at] != lanes[other] || a.1 <= b.0 || b.1 <= a.0);
                }
            }
            let at_once = spans.iter().map(|&(from, to)| {
                let others = spans.iter().filter(|(start, end)| {
                    let has_begun = *start < from || from < to && *start == from;
                    has_begun && from < *end
                });
                // A case without a length is not among them.
                others.count() + usize::from(from == to)
            });
            prop_assert_eq!(count as usize, at_once.max().unwrap_or(0));
        }
    }
}
