//! Bin packing: whether cases fit on lanes that all end by a given time. The search
//! fills one lane after another and prunes packings that cannot be needed.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PackingResult {
    /// The cases fit, and the fullest lane is this full.
    Fits(u64),
    CannotFit,
    /// The search ran out of steps or left out packings.
    Unknown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PackingLanes {
    /// Packings in which each lane is at least as full as the average of those after
    /// it: fewer, but finding none proves nothing.
    Even,
    /// All packings that can be needed.
    Any,
}

/// Searches a packing of cases of these lengths, longest first and none 0, on this many lanes of
/// this capacity. The lengths must sum to less than 2^64. Counts `steps` down and gives up at 0.
pub(crate) fn pack(
    longest_first: &[u64],
    lanes: u32,
    capacity: u64,
    kind: PackingLanes,
    steps: &mut u64,
) -> PackingResult {
    if longest_first.first().is_some_and(|&longest| longest > capacity) {
        return PackingResult::CannotFit;
    }
    let remaining = vec![Remaining::of(longest_first.to_vec())];
    match (Search { lanes, capacity, kind, steps, remaining }.fill_lanes(0), kind) {
        (PackingResult::CannotFit, PackingLanes::Even) => PackingResult::Unknown,
        (packed, _) => packed,
    }
}

/// The cases left over by the lanes before.
#[derive(Debug, Default)]
struct Remaining {
    /// Longest first.
    lengths: Vec<u64>,
    /// Sum of the lengths from each index to the end; 0 past the end.
    sums: Vec<u64>,
    /// Indices taken by the lane being filled.
    taken: Vec<usize>,
}

impl Remaining {
    fn of(lengths: Vec<u64>) -> Self {
        let mut remaining = Self { lengths, ..Self::default() };
        remaining.add_up();
        remaining
    }

    fn add_up(&mut self) {
        self.sums.clear();
        self.sums.resize(self.lengths.len() + 1, 0);
        for place in (0..self.lengths.len()).rev() {
            self.sums[place] = self.sums[place + 1] + self.lengths[place];
        }
    }
}

/// The depth-first search. A lane is full when no remaining case fits, and the next one
/// is filled with the rest. If the cases fit at all, they also fit with the first lane
/// as full as in any such packing, so a lane is worth trying only if
///
/// - it holds the longest case (lanes are alike),
/// - no case left over fits into it,
/// - and none fits in exchange for a shorter one in the lane.
struct Search<'a> {
    lanes: u32,
    capacity: u64,
    kind: PackingLanes,
    steps: &'a mut u64,
    /// The cases each lane begun so far can choose from.
    remaining: Vec<Remaining>,
}

impl Search<'_> {
    /// Fills this lane and those after it.
    fn fill_lanes(&mut self, lane: usize) -> PackingResult {
        let remaining = &mut self.remaining[lane];
        let (count, sum) = (remaining.lengths.len(), remaining.sums[0]);
        let Some(&longest) = remaining.lengths.first() else { return PackingResult::Fits(0) };
        let lanes_left = self.lanes as usize - lane;
        if lanes_left >= count {
            return PackingResult::Fits(longest);
        }
        let whole = u128::from(self.capacity) * lanes_left as u128;
        // Room that may stay empty in the lanes that are left.
        let Some(spare) = whole.checked_sub(u128::from(sum)) else {
            return PackingResult::CannotFit;
        };
        if lanes_left == 1 {
            return PackingResult::Fits(sum);
        }
        let spare = match self.kind {
            PackingLanes::Even => spare / lanes_left as u128,
            PackingLanes::Any => spare,
        };
        remaining.taken.clear();
        remaining.taken.push(0);
        self.fill(lane, 1, self.capacity - longest, u64::try_from(spare).unwrap_or(u64::MAX))
    }

    /// Fills the rest of this lane with cases from this index on, leaving at most
    /// `spare` of its `room` empty.
    fn fill(&mut self, lane: usize, from: usize, room: u64, mut spare: u64) -> PackingResult {
        let lengths = &self.remaining[lane].lengths;
        let mut place = from + lengths[from..].partition_point(|&length| length > room);
        if place == lengths.len() {
            return if room <= spare { self.close(lane, room) } else { PackingResult::CannotFit };
        }
        let shortest = lengths[lengths.len() - 1];
        let max_count = usize::try_from(room / shortest).unwrap_or(usize::MAX);
        loop {
            if *self.steps == 0 {
                return PackingResult::Unknown;
            }
            *self.steps -= 1;
            let Remaining { lengths, sums, taken } = &mut self.remaining[lane];
            // At most the `max_count` longest remaining cases fit.
            let end = place.saturating_add(max_count).min(lengths.len());
            if place == lengths.len() || room > spare.saturating_add(sums[place] - sums[end]) {
                return PackingResult::CannotFit;
            }
            let length = lengths[place];
            let spare_with = match place {
                _ if place == from => spare,
                // The case before was left out and must not fit in exchange.
                _ => spare.min(lengths[place - 1] - length - 1),
            };
            taken.push(place);
            match self.fill(lane, place + 1, room - length, spare_with) {
                PackingResult::CannotFit => {}
                found => return found,
            }
            let Remaining { lengths, taken, .. } = &mut self.remaining[lane];
            taken.pop();
            // Left out, neither it nor an equal case may fit at the end.
            spare = spare.min(length - 1);
            place += lengths[place..].partition_point(|&other| other == length);
        }
    }

    /// Continues with the next lane and the cases this one has not taken.
    fn close(&mut self, lane: usize, room: u64) -> PackingResult {
        if self.remaining.len() == lane + 1 {
            self.remaining.push(Remaining::default());
        }
        let (before, after) = self.remaining.split_at_mut(lane + 1);
        let (this, next) = (&before[lane], &mut after[0]);
        *self.steps = self.steps.saturating_sub(this.lengths.len() as u64 / 2);
        next.lengths.clear();
        let mut from = 0;
        for &place in &this.taken {
            next.lengths.extend_from_slice(&this.lengths[from..place]);
            from = place + 1;
        }
        next.lengths.extend_from_slice(&this.lengths[from..]);
        next.add_up();
        match self.fill_lanes(lane + 1) {
            PackingResult::Fits(fullest) => PackingResult::Fits(fullest.max(self.capacity - room)),
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::figures::lower_bound::tests::brute_force_makespan;

    #[test]
    fn without_steps_the_result_is_unknown() {
        let packed = |steps| pack(&[5, 4, 3, 3, 3], 2, 9, PackingLanes::Any, &mut { steps });
        assert_eq!(packed(1000), PackingResult::Fits(9));
        assert_eq!(packed(0), PackingResult::Unknown);
        assert_eq!(
            pack(&[5, 4, 3, 3, 3], 2, 8, PackingLanes::Any, &mut 0),
            PackingResult::CannotFit
        );
    }

    proptest! {
        #[test]
        fn packings_that_fit_are_found_and_others_refuted(
            mut lengths in proptest::collection::vec(1..30_u64, 1..9),
            lanes in 1..5_u32,
            more in -3..4_i64,
        ) {
            lengths.sort_unstable_by(|a, b| b.cmp(a));
            let best = brute_force_makespan(&lengths, lanes);
            let capacity = best.saturating_add_signed(more);
            for kind in [PackingLanes::Any, PackingLanes::Even] {
                match pack(&lengths, lanes, capacity, kind, &mut u64::MAX.clone()) {
                    PackingResult::Fits(fullest) => prop_assert!(best <= fullest && fullest <= capacity),
                    PackingResult::CannotFit => prop_assert!(capacity < best),
                    PackingResult::Unknown => prop_assert_eq!(kind, PackingLanes::Even),
                }
            }
        }
    }
}
