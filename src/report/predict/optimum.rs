//! The best possible makespan of cases of known lengths, over all orders and strategies.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::packing::{PackingLanes, PackingResult, pack};
use crate::report::figures::lower_bound::Sums;

/// Steps of the whole search: a step takes up to 60 ns, so all take less than 50 ms.
/// Counting steps instead of time gives the same answer on every machine.
const STEPS: u64 = 700_000;

/// Tries among which the steps are divided.
const TRIES: u64 = 64;

/// With more cases only longest-first list scheduling is tried: both the best makespan
/// and that of the list are then close to the lower bound.
const MAX_SEARCHED_CASES: usize = 2000;

/// Bounds of the best possible makespan, in nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Optimum {
    /// Best makespan found; a schedule that takes this long exists.
    pub makespan_ns: u64,
    /// No schedule takes less.
    pub lower_bound_ns: u64,
}

impl Optimum {
    /// Searches the best makespan of cases of these lengths on this many lanes, for a
    /// few milliseconds. `None` if the lengths sum to more than 2^64 ns, 584 years.
    pub fn of(lengths_ns: &[u64], lanes: u32) -> Option<Self> {
        lengths_ns.iter().try_fold(0_u64, |sum, &length| sum.checked_add(length))?;
        let lanes = lanes.max(1);
        let mut lengths: Vec<u64> = lengths_ns.iter().copied().filter(|&ns| ns > 0).collect();
        lengths.sort_unstable_by(|a, b| b.cmp(a));
        // All ends are multiples of the greatest common divisor of the lengths: for waits
        // of whole seconds, bound and search are exact to the second.
        let unit = lengths.iter().fold(0, |unit, &length| gcd(unit, length)).max(1);
        lengths.iter_mut().for_each(|length| *length /= unit);
        let mut optimum = Self {
            makespan_ns: list_makespan(&lengths, lanes),
            lower_bound_ns: Sums::of(&lengths).sharing_bound_ns(lanes),
        };
        if lengths.len() <= MAX_SEARCHED_CASES {
            optimum.search(&lengths, lanes);
        }
        optimum.makespan_ns *= unit;
        optimum.lower_bound_ns *= unit;
        Some(optimum)
    }

    /// Whether the makespan found is proven to be the best.
    pub fn is_exact(&self) -> bool {
        self.makespan_ns == self.lower_bound_ns
    }

    /// How much longer than the best possible the makespan found may be, as a share of
    /// it: 0.003 is 0.3 %.
    pub fn gap(&self) -> f64 {
        let Self { makespan_ns, lower_bound_ns } = *self;
        if makespan_ns == lower_bound_ns {
            return 0.0;
        }
        (makespan_ns - lower_bound_ns) as f64 / lower_bound_ns as f64
    }

    /// Bisects for the best makespan: first with lanes about equally full, which finds
    /// good packings soon, then with any lanes, which finds the others or proves that
    /// there are none. The remaining steps go into the proof.
    fn search(&mut self, lengths: &[u64], lanes: u32) {
        let mut steps = STEPS;
        let share = (steps / TRIES).max(lengths.len() as u64 * u64::from(lanes));
        for kind in [PackingLanes::Even, PackingLanes::Any] {
            let mut from = self.lower_bound_ns;
            while from < self.makespan_ns && steps > 0 {
                let makespan = from + (self.makespan_ns - 1 - from) / 2;
                let mut left = share.min(steps);
                steps -= left;
                match pack(lengths, lanes, makespan, kind, &mut left) {
                    PackingResult::Fits(fullest) => self.makespan_ns = fullest,
                    PackingResult::CannotFit => {
                        from = makespan + 1;
                        self.lower_bound_ns = from;
                    }
                    PackingResult::Unknown => from = makespan + 1,
                }
                steps += left;
            }
        }
        while !self.is_exact() {
            match pack(lengths, lanes, self.makespan_ns - 1, PackingLanes::Any, &mut steps) {
                PackingResult::Fits(fullest) => self.makespan_ns = fullest,
                PackingResult::CannotFit => self.lower_bound_ns = self.makespan_ns,
                PackingResult::Unknown => return,
            }
        }
    }
}

/// Makespan of list scheduling: the cases in this order, each on the lane that is free first.
fn list_makespan(lengths: &[u64], lanes: u32) -> u64 {
    let mut ends: BinaryHeap<Reverse<u64>> = (0..lanes).map(|_| Reverse(0)).collect();
    let mut makespan = 0;
    for &length in lengths {
        if let Some(mut first) = ends.peek_mut() {
            first.0 += length;
            makespan = makespan.max(first.0);
        }
    }
    makespan
}

fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b > 0 {
        (a, b) = (b, a % b);
    }
    a
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::figures::lower_bound::tests::brute_force_makespan;
    use crate::schedule::{ns_from_s, s_from_ns};

    fn optimum_s(lengths_s: &[f64], lanes: u32) -> Optimum {
        let lengths_ns: Vec<u64> = lengths_s.iter().copied().map(ns_from_s).collect();
        Optimum::of(&lengths_ns, lanes).unwrap()
    }

    /// Lengths of the crash-test example: r · x · y / 1000 s.
    fn crash_tests() -> Vec<f64> {
        let r = 0.771_320_643_266_746;
        [(10, 200), (50, 200), (20, 200), (10, 400), (50, 400), (20, 400)]
            .map(|(x, y)| r * f64::from(x * y) / 1000.0)
            .to_vec()
    }

    #[test]
    fn reference_optima_are_found_and_proven() {
        let crash = crash_tests();
        let (all_s, longest_s): (f64, f64) = (crash.iter().sum(), crash[4]);
        let check = |lengths_s: &[f64], lanes: u32, expected_s: f64| {
            let optimum = optimum_s(lengths_s, lanes);
            let found_s = s_from_ns(optimum.makespan_ns);
            let case = format!("{lengths_s:?} on {lanes}: {optimum:?}, expected {expected_s}");
            // Six lengths, each rounded to a nanosecond.
            assert!((found_s - expected_s).abs() < 4e-9, "{case}");
            assert!(optimum.is_exact(), "{case}");
        };
        for (lanes, expected_s, published_s) in [
            (1, all_s, 37.023),
            (2, all_s / 2.0, 18.512),
            (3, longest_s, 15.426),
            (4, longest_s, 15.426),
            (6, longest_s, 15.426),
        ] {
            assert!((expected_s - published_s).abs() < 6e-4);
            check(&crash, lanes, expected_s);
        }
        for (lanes, expected_s) in [(1, 7.0), (2, 4.0), (3, 3.0), (4, 2.0), (6, 2.0), (7, 1.0)] {
            check(&[1.0; 7], lanes, expected_s);
        }
        check(&[1.0, 8.0, 1.5, 2.0], 2, 8.0);
        check(&[1.0, 1.5, 2.0, 8.0], 2, 8.0);
        check(&[3.0, 3.0, 2.0, 2.0, 2.0], 2, 6.0);
    }

    #[test]
    fn simple_cases_are_exact_without_a_search() {
        let exact = |lengths_ns: &[u64], lanes| {
            let optimum = Optimum::of(lengths_ns, lanes).unwrap();
            assert_eq!((optimum.is_exact(), optimum.gap()), (true, 0.0));
            optimum.makespan_ns
        };
        assert_eq!(exact(&[], 3), 0);
        assert_eq!(exact(&[0, 0], 1), 0);
        assert_eq!(exact(&[7], 3), 7);
        assert_eq!(exact(&[7, 9, 0], 256), 9);
        assert_eq!(exact(&[5; 1000], 64), 5 * 16);
        assert_eq!(exact(&[u64::MAX], 2), u64::MAX);
        assert_eq!(Optimum::of(&[u64::MAX, 1], 2), None);
    }

    /// Unsorted lengths from 1 to 1000.
    fn lengths_ns(cases: u64) -> Vec<u64> {
        (0..cases).map(|case| 1 + (case * case * 7919 + case * 104_729) % 1000).collect()
    }

    #[test]
    fn twenty_cases_are_proven_and_200_come_close() {
        assert!(Optimum::of(&lengths_ns(20), 3).unwrap().is_exact());
        let lengths_ns: Vec<u64> = lengths_ns(200).iter().map(|ns| ns * 999_983 + ns % 7).collect();
        let optimum = Optimum::of(&lengths_ns, 8).unwrap();
        assert!(optimum.gap() < 1e-3, "{optimum:?}");
    }

    #[test]
    fn a_million_cases_come_close_without_a_search() {
        let optimum = Optimum::of(&lengths_ns(1_000_000), 64).unwrap();
        assert!(optimum.gap() < 1e-6, "{optimum:?}");
    }

    proptest! {
        #[test]
        fn the_optimum_agrees_with_brute_force(
            lengths_ns in proptest::collection::vec(prop_oneof![0..12_u64, 0..2_000_u64], 0..9),
            lanes in 1..5_u32,
        ) {
            let optimum = Optimum::of(&lengths_ns, lanes).unwrap();
            prop_assert!(optimum.is_exact());
            prop_assert_eq!(optimum.makespan_ns, brute_force_makespan(&lengths_ns, lanes));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn the_optimum_lies_between_the_bound_and_list_scheduling(
            lengths_ns in proptest::collection::vec(1..1_000_000_u64, 0..60), lanes in 1..20_u32,
        ) {
            let optimum = Optimum::of(&lengths_ns, lanes).unwrap();
            let mut longest_first = lengths_ns;
            longest_first.sort_unstable_by(|a, b| b.cmp(a));
            prop_assert!(optimum.makespan_ns <= list_makespan(&longest_first, lanes));
            prop_assert!(optimum.lower_bound_ns >= Sums::of(&longest_first).sharing_bound_ns(lanes));
            prop_assert!(optimum.lower_bound_ns <= optimum.makespan_ns);
        }
    }
}
