//! Cases not dispatched yet, and which of them a free lane may take.

use std::ops::Range;

use crate::study::Dispatch;

/// Most cases that are looked at behind one that has to wait.
pub(super) const LOOK_AHEAD: usize = 1000;

/// Cases in dispatch order, partitioned as the strategy requires.
#[derive(Debug, Clone)]
pub(super) struct DispatchQueue {
    order: Vec<u32>,
    /// Number of cases not dispatched yet.
    left: usize,
    partition: Partition,
}

#[derive(Debug, Clone)]
enum Partition {
    /// Any case from `next` on may be taken.
    Whole { next: usize },
    /// Cases in `next..end` may be taken; the next batch starts at `end`.
    Batches { next: usize, end: usize, size: usize },
    /// Each lane takes cases from its own block.
    Shares(Vec<Range<usize>>),
}

/// Availability of cases for the free lanes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Offer {
    /// The lowest free lane can take a case.
    Any,
    /// This lane can take a case.
    Lane(u32),
    /// No lane can take a case before the current batch ends.
    Barrier,
    /// No free lane can take a case.
    Nothing,
}

impl DispatchQueue {
    pub(super) fn new(order: Vec<u32>, dispatch: Dispatch, batch: u32, lanes: u32) -> Self {
        let partition = match dispatch {
            Dispatch::NextFree => Partition::Whole { next: 0 },
            Dispatch::Batches => {
                Partition::Batches { next: 0, end: 0, size: batch.max(1) as usize }
            }
            Dispatch::Shares => Partition::Shares(shares(order.len(), lanes)),
        };
        Self { left: order.len(), order, partition }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.left == 0
    }

    /// Returns which free lane can take a case. `batch_ended` states that no case
    /// is running or waiting for a retry.
    #[inline]
    pub(super) fn offer<I>(&self, batch_ended: bool, free: impl FnOnce() -> I) -> Offer
    where
        I: Iterator<Item = u32>,
    {
        if self.left == 0 {
            return Offer::Nothing;
        }
        match &self.partition {
            Partition::Batches { next, end, .. } if next == end && !batch_ended => Offer::Barrier,
            Partition::Whole { .. } | Partition::Batches { .. } => Offer::Any,
            Partition::Shares(shares) => free()
                .find(|&lane| shares.get(lane as usize).is_some_and(|share| !share.is_empty()))
                .map_or(Offer::Nothing, Offer::Lane),
        }
    }

    /// Iterates over the cases that free lanes may take after an offer, in order: the lane, the
    /// number of cases that come before, and the case. A lane takes its own share in order.
    pub(super) fn waiting<'q>(
        &'q self,
        batch_ended: bool,
        mut free: impl Iterator<Item = u32> + 'q,
    ) -> Box<dyn Iterator<Item = (u32, usize, u32)> + 'q> {
        let cases = match &self.partition {
            Partition::Shares(shares) => {
                return Box::new(free.filter_map(|lane| {
                    let mut share = shares.get(lane as usize)?.clone();
                    Some((lane, 0, self.order[share.next()?]))
                }));
            }
            Partition::Whole { next } => *next..self.order.len(),
            Partition::Batches { next, end, size } if next == end && batch_ended => {
                *next..end.saturating_add(*size).min(self.order.len())
            }
            Partition::Batches { next, end, .. } => *next..*end,
        };
        let lowest_free = free.next();
        let cases = self.order[cases].iter().take(LOOK_AHEAD).enumerate();
        Box::new(cases.filter_map(move |(ahead, &case)| Some((lowest_free?, ahead, case))))
    }

    /// Takes the next case for a lane, after an offer, or one behind the `ahead` next ones.
    pub(super) fn take(&mut self, lane: u32, ahead: usize) -> Option<u32> {
        if ahead > 0
            && let Partition::Whole { next } | Partition::Batches { next, .. } = &self.partition
        {
            self.order[*next..=*next + ahead].rotate_right(1);
        }
        let index = match &mut self.partition {
            Partition::Whole { next } => {
                *next += 1;
                *next - 1
            }
            Partition::Batches { next, end, size } => {
                if next == end {
                    *end = end.saturating_add(*size).min(self.order.len());
                }
                *next += 1;
                *next - 1
            }
            Partition::Shares(shares) => shares.get_mut(lane as usize)?.next()?,
        };
        let case = self.order.get(index).copied()?;
        self.left -= 1;
        Some(case)
    }

    pub(super) fn contains(&self, case: u32) -> bool {
        self.find(case).is_some()
    }

    fn find(&self, case: u32) -> Option<usize> {
        let is_pending = |index: usize| match &self.partition {
            Partition::Whole { next } | Partition::Batches { next, .. } => index >= *next,
            Partition::Shares(shares) => shares.iter().any(|share| share.contains(&index)),
        };
        (0..self.order.len()).find(|&index| self.order[index] == case && is_pending(index))
    }

    /// Removes a case; returns whether it was still to be dispatched.
    pub(super) fn remove(&mut self, case: u32) -> bool {
        let Some(removed) = self.find(case) else { return false };
        self.order.remove(removed);
        self.left -= 1;
        let shift = |index: &mut usize| *index -= usize::from(*index > removed);
        match &mut self.partition {
            Partition::Whole { .. } => {}
            Partition::Batches { end, .. } => shift(end),
            Partition::Shares(shares) => shares.iter_mut().for_each(|share| {
                shift(&mut share.start);
                shift(&mut share.end);
            }),
        }
        true
    }

    /// Divides the rest of the shares among another number of lanes.
    pub(super) fn repartition(&mut self, lanes: u32) {
        if let Partition::Shares(old) = &mut self.partition {
            self.order = old.iter().cloned().flatten().map(|index| self.order[index]).collect();
            *old = shares(self.order.len(), lanes);
        }
    }
}

/// Cuts n cases into one block of ⌈n/N⌉ per lane; the last blocks may be shorter or empty.
fn shares(cases: usize, lanes: u32) -> Vec<Range<usize>> {
    let lanes = lanes as usize;
    let size = cases.div_ceil(lanes.max(1));
    (0..lanes).map(|lane| (lane * size).min(cases)..((lane + 1) * size).min(cases)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_shares_may_be_shorter_or_empty() {
        assert_eq!(shares(6, 4), [0..2, 2..4, 4..6, 6..6]);
        assert_eq!(shares(5, 2), [0..3, 3..5]);
        assert_eq!(shares(2, 4), [0..1, 1..2, 2..2, 2..2]);
        assert_eq!(shares(0, 2), [0..0, 0..0]);
        assert!(shares(3, 0).is_empty());
    }

    #[test]
    fn removed_cases_are_not_dispatched_and_the_others_keep_their_order() {
        for dispatch in [Dispatch::NextFree, Dispatch::Batches, Dispatch::Shares] {
            let mut queue = DispatchQueue::new((0..7).collect(), dispatch, 2, 2);
            let mut taken = vec![queue.take(0, 0)];
            assert!(!queue.remove(0), "case 0 is already dispatched");
            assert!(queue.remove(2) && queue.remove(5) && !queue.remove(5));
            queue.repartition(2);
            assert!(!queue.is_empty());
            while let Offer::Any | Offer::Lane(_) = queue.offer(true, || 0..2) {
                let Offer::Lane(lane) = queue.offer(true, || 0..2) else {
                    taken.push(queue.take(0, 0));
                    continue;
                };
                taken.push(queue.take(lane, 0));
            }
            assert_eq!(taken, [0, 1, 3, 4, 6].map(Some), "{dispatch:?}");
            assert!(queue.is_empty());
        }
    }
}
