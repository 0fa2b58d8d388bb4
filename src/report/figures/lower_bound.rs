//! Case lengths, how long each case takes when it runs alone, and the lower bounds of the
//! makespan that follow from them.

use crate::run::{CaseRecord, RunState};
use crate::schedule::ns_from_s;
use crate::study::FrozenStudy;

/// Lengths of all cases of a run, in listed order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CaseLengths {
    /// Time each case takes while no other is running, in nanoseconds.
    pub(crate) lengths_ns: Vec<u64>,
    /// CPU time of all cases in nanoseconds, which the cores have to share; 0 if the
    /// lengths are intended waits.
    pub(crate) computing_ns: u64,
}

impl CaseLengths {
    /// Takes the intended times, else CPU plus waited time of each case once all are done.
    ///
    /// Times from a measured series total are not used: they belong to another run, and
    /// the noise of the machine put the lower bound above the total.
    pub(crate) fn of(frozen: &FrozenStudy, state: &RunState) -> Option<Self> {
        if let Some(seconds) = frozen.lengths.seconds() {
            let lengths_ns = seconds.iter().copied().map(ns_from_s).collect();
            return Some(Self { lengths_ns, computing_ns: 0 });
        }
        if !state.all_done() {
            return None;
        }
        let records = state.records.iter();
        let lengths_ns = records.map(CaseRecord::busy_ns).collect::<Option<_>>()?;
        let cpu_ns = state.records.iter().filter_map(|record| record.cpu_ns);
        let computing_ns = cpu_ns.fold(0, u64::saturating_add);
        Some(Self { lengths_ns, computing_ns })
    }

    /// Time these cores need for all the computing, in nanoseconds: a lower bound for
    /// any number of workers.
    pub(crate) fn cores_bound_ns(&self, cores: u32) -> u64 {
        self.computing_ns.div_ceil(u64::from(cores.max(1)))
    }
}

/// Lower bound in nanoseconds of any schedule of cases of these lengths on m lanes.
///
/// It is the largest of the longest case, the sum divided by m, and for each k ≥ 1 the
/// sum of the k+1 shortest of the km+1 longest cases, of which some lane has to run k+1
/// (Graham 1969 for k = 1). 0 without cases, at most `u64::MAX`.
pub fn lower_bound_ns(lengths_ns: &[u64], lanes: u32) -> u64 {
    let mut longest_first = lengths_ns.to_vec();
    longest_first.sort_unstable_by(|a, b| b.cmp(a));
    Sums::of(&longest_first).lower_bound_ns(lanes)
}

/// Sums of the 0, 1, 2, … longest cases, for the bounds on any number of lanes.
#[derive(Debug, Clone)]
pub(crate) struct Sums(Vec<u128>);

impl Sums {
    pub(crate) fn of(longest_first: &[u64]) -> Self {
        let mut sums = Vec::with_capacity(longest_first.len() + 1);
        sums.push(0);
        for &length in longest_first {
            sums.push(sums[sums.len() - 1] + u128::from(length));
        }
        Self(sums)
    }

    /// Sum of all lengths, at most `u64::MAX`.
    pub(crate) fn whole_ns(&self) -> u64 {
        let Self(sums) = self;
        u64::try_from(sums[sums.len() - 1]).unwrap_or(u64::MAX)
    }

    /// The bound of [`lower_bound_ns`].
    pub(crate) fn lower_bound_ns(&self, lanes: u32) -> u64 {
        let Self(sums) = self;
        let lanes = lanes.max(1) as usize;
        let mut bound = self.longest_or_share(lanes);
        // The k+1 cases before index km+1 are a difference of two sums.
        for (k, places) in (lanes + 1..sums.len()).step_by(lanes).enumerate() {
            bound = bound.max(sums[places] - sums[places - k - 2]);
        }
        u64::try_from(bound).unwrap_or(u64::MAX)
    }

    /// A bound at least as high. Of the j longest cases on m lanes, with q = ⌊j / m⌋ and r = j mod
    /// m, either some lane runs q+2, or at least r lanes run q+1 each: so the makespan is at least
    /// the sum of the q+2 shortest of them, or at least one r-th of the sum of the r(q+1) shortest.
    pub(crate) fn sharing_bound_ns(&self, lanes: u32) -> u64 {
        let Self(sums) = self;
        let lanes = lanes.max(1) as usize;
        let mut bound = self.longest_or_share(lanes);
        for count in lanes + 1..sums.len() {
            let (each, more) = (count / lanes, count % lanes);
            if more > 0 {
                let shortest = |cases: usize| sums[count] - sums[count - cases];
                let shared = shortest(more * (each + 1)).div_ceil(more as u128);
                let piled = if each + 2 > count { shared } else { shortest(each + 2) };
                bound = bound.max(shared.min(piled));
            }
        }
        u64::try_from(bound).unwrap_or(u64::MAX)
    }

    /// The longest case or the sum divided by the lanes, whichever is larger.
    fn longest_or_share(&self, lanes: usize) -> u128 {
        let Self(sums) = self;
        let longest = sums.get(1).copied().unwrap_or(0);
        longest.max(sums[sums.len() - 1].div_ceil(lanes as u128))
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Best makespan of all assignments of cases to lanes.
    pub(crate) fn brute_force_makespan(lengths_ns: &[u64], lanes: u32) -> u64 {
        let ways = u64::from(lanes).pow(u32::try_from(lengths_ns.len()).unwrap());
        let makespan = |mut way: u64| {
            let mut ends = vec![0; lanes as usize];
            for length_ns in lengths_ns {
                ends[usize::try_from(way % u64::from(lanes)).unwrap()] += length_ns;
                way /= u64::from(lanes);
            }
            ends.into_iter().max().unwrap()
        };
        (0..ways).map(makespan).min().unwrap()
    }

    #[test]
    fn each_of_the_three_bounds_can_be_the_largest() {
        assert_eq!(lower_bound_ns(&[10, 80, 15, 20], 2), 80);
        assert_eq!(lower_bound_ns(&[1, 1, 1, 1], 2), 2);
        // Three cases of length 2 on two lanes: one lane runs two of them.
        assert_eq!(lower_bound_ns(&[2, 2, 2], 2), 4);
        assert_eq!(lower_bound_ns(&[3, 3, 2, 2, 2], 2), 6);
        assert_eq!(lower_bound_ns(&[], 3), 0);
    }

    #[test]
    fn fractions_of_a_nanosecond_are_rounded_up() {
        assert_eq!(lower_bound_ns(&[2, 2, 2, 2], 3), 4);
        assert_eq!(lower_bound_ns(&[3, 3, 2, 2, 1], 2), 6);
        assert_eq!(lower_bound_ns(&[u64::MAX, u64::MAX], 1), u64::MAX);
    }

    #[test]
    fn the_sharing_bound_can_exceed_the_lower_bound() {
        // With 13 cases on 9 lanes, 4 lanes run 2 each, at least the 8 shortest:
        // 3 · 100 + 5 · 60 on 4 lanes.
        let lengths = [[100; 8].as_slice(), &[60; 5]].concat();
        assert_eq!(lower_bound_ns(&lengths, 9), 123);
        assert_eq!(Sums::of(&lengths).sharing_bound_ns(9), 150);
    }

    proptest! {
        #[test]
        fn no_schedule_is_shorter_than_the_bounds(
            mut lengths_ns in proptest::collection::vec(0..50_u64, 0..7), lanes in 1..4_u32,
        ) {
            lengths_ns.sort_unstable_by(|a, b| b.cmp(a));
            let (bound, sharing) =
                (lower_bound_ns(&lengths_ns, lanes), Sums::of(&lengths_ns).sharing_bound_ns(lanes));
            prop_assert!(bound <= sharing);
            prop_assert!(sharing <= brute_force_makespan(&lengths_ns, lanes));
        }
    }
}
