//! Dispatch orders.

use rand::seq::SliceRandom as _;

use crate::study::{Order, stream};

/// Returns the case indices `0..cases` in dispatch order.
///
/// Lengths may have any unit. Without them, longest first and shortest first
/// equal the listed order. Equal lengths keep the listed order.
pub fn dispatch_order(order: Order, cases: u32, lengths: Option<&[f64]>, seed: u64) -> Vec<u32> {
    let mut cases: Vec<u32> = (0..cases).collect();
    let length = |case: u32| lengths.map_or(0.0, |lengths| lengths[case as usize]);
    match order {
        Order::Listed => {}
        Order::Longest => cases.sort_by(|&a, &b| length(b).total_cmp(&length(a))),
        Order::Shortest => cases.sort_by(|&a, &b| length(a).total_cmp(&length(b))),
        Order::Shuffled => cases.shuffle(&mut stream(seed, u64::MAX)),
    }
    cases
}

#[cfg(test)]
mod tests {
    use super::*;

    const LENGTHS: [f64; 5] = [2.0, 3.0, 2.0, 1.0, 3.0];

    fn order(order: Order) -> Vec<u32> {
        dispatch_order(order, 5, Some(&LENGTHS), 10)
    }

    #[test]
    fn ties_keep_the_listed_order() {
        assert_eq!(order(Order::Listed), [0, 1, 2, 3, 4]);
        assert_eq!(order(Order::Longest), [1, 4, 0, 2, 3]);
        assert_eq!(order(Order::Shortest), [3, 0, 2, 1, 4]);
    }

    #[test]
    fn without_lengths_cases_run_as_listed() {
        assert_eq!(dispatch_order(Order::Longest, 3, None, 10), [0, 1, 2]);
    }

    #[test]
    fn the_shuffle_of_a_seed_never_changes() {
        assert_eq!(order(Order::Shuffled), [0, 2, 4, 1, 3]);
        let other = dispatch_order(Order::Shuffled, 5, None, 11);
        assert_eq!(other, [0, 4, 1, 2, 3]);
    }
}
