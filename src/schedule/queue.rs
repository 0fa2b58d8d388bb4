//! What is still to be dispatched, and which of it a free lane may take.

use std::ops::Range;

use crate::study::Dispatch;

/// The cases in the order of their dispatch, cut as the strategy asks.
#[derive(Debug, Clone)]
pub(super) struct DispatchQueue {
    order: Vec<u32>,
    cut: Cut,
}

#[derive(Debug, Clone)]
enum Cut {
    /// From `next` on, all may be taken.
    Whole { next: usize },
    /// From `next` on, those before `end` may be taken; behind it the next batch
    /// begins.
    Batches { next: usize, end: usize, size: usize },
    /// Each lane takes from its own block.
    Shares(Vec<Range<usize>>),
}

/// What can be taken now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Offer {
    /// A case, by the lowest free lane.
    Any,
    /// A case, by this lane.
    Lane(u32),
    /// Nothing before the batch in work has ended.
    Barrier,
    /// Nothing by any of the free lanes.
    Nothing,
}

impl DispatchQueue {
    /// These cases in this order; `lanes` are those in use.
    pub(super) fn new(
        order: Vec<u32>,
        dispatch: Dispatch,
        batch: u32,
        lanes: impl Iterator<Item = u32>,
    ) -> Self {
        let cut = match dispatch {
            Dispatch::NextFree => Cut::Whole { next: 0 },
            Dispatch::Batches => Cut::Batches { next: 0, end: 0, size: batch.max(1) as usize },
            Dispatch::Shares => Cut::Shares(shares(order.len(), lanes)),
        };
        Self { order, cut }
    }

    /// Whether all is dispatched.
    pub(super) fn is_empty(&self) -> bool {
        match &self.cut {
            Cut::Whole { next } | Cut::Batches { next, .. } => *next == self.order.len(),
            Cut::Shares(shares) => shares.iter().all(Range::is_empty),
        }
    }

    /// What can be taken now: `settled` says that nothing is in work or waits to
    /// be tried again.
    pub(super) fn offer(&self, settled: bool, mut free: impl Iterator<Item = u32>) -> Offer {
        match &self.cut {
            Cut::Whole { next } if *next < self.order.len() => Offer::Any,
            Cut::Batches { next, end, .. } if *next < *end => Offer::Any,
            Cut::Batches { next, .. } if *next < self.order.len() => {
                if settled {
                    Offer::Any
                } else {
                    Offer::Barrier
                }
            }
            Cut::Whole { .. } | Cut::Batches { .. } => Offer::Nothing,
            Cut::Shares(shares) => free
                .find(|&lane| shares.get(lane as usize).is_some_and(|share| !share.is_empty()))
                .map_or(Offer::Nothing, Offer::Lane),
        }
    }

    /// Takes the next case for this lane, after an offer.
    pub(super) fn take(&mut self, lane: u32) -> Option<u32> {
        let at = match &mut self.cut {
            Cut::Whole { next } => {
                *next += 1;
                *next - 1
            }
            Cut::Batches { next, end, size } => {
                if next == end {
                    *end = end.saturating_add(*size).min(self.order.len());
                }
                *next += 1;
                *next - 1
            }
            Cut::Shares(shares) => shares.get_mut(lane as usize)?.next()?,
        };
        self.order.get(at).copied()
    }

    /// Whether this case is still to be dispatched.
    pub(super) fn contains(&self, case: u32) -> bool {
        self.find(case).is_some()
    }

    fn find(&self, case: u32) -> Option<usize> {
        let ahead = |at: usize| match &self.cut {
            Cut::Whole { next } | Cut::Batches { next, .. } => at >= *next,
            Cut::Shares(shares) => shares.iter().any(|share| share.contains(&at)),
        };
        (0..self.order.len()).find(|&at| self.order[at] == case && ahead(at))
    }

    /// Takes this case out; returns whether it was there.
    pub(super) fn remove(&mut self, case: u32) -> bool {
        let Some(found) = self.find(case) else { return false };
        self.order.remove(found);
        let moved = |at: &mut usize| *at -= usize::from(*at > found);
        match &mut self.cut {
            Cut::Whole { .. } => {}
            Cut::Batches { end, .. } => moved(end),
            Cut::Shares(shares) => shares.iter_mut().for_each(|share| {
                moved(&mut share.start);
                moved(&mut share.end);
            }),
        }
        true
    }

    /// Other lanes are in use from now on: what is left of the shares is cut
    /// anew.
    pub(super) fn recut(&mut self, lanes: impl Iterator<Item = u32>) {
        if let Cut::Shares(old) = &mut self.cut {
            let rest = old.iter().cloned().flatten().map(|at| self.order[at]);
            self.order = rest.collect();
            *old = shares(self.order.len(), lanes);
        }
    }
}

/// Blocks of ⌈n/N⌉ cases, one for each of N lanes; the last may get less, or
/// nothing.
fn shares(cases: usize, lanes: impl Iterator<Item = u32>) -> Vec<Range<usize>> {
    let lanes: Vec<u32> = lanes.collect();
    let size = cases.div_ceil(lanes.len().max(1));
    let mut shares = vec![0..0; lanes.last().map_or(0, |&last| last as usize + 1)];
    for (block, lane) in lanes.into_iter().enumerate() {
        shares[lane as usize] = (block * size).min(cases)..((block + 1) * size).min(cases);
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_shares_may_be_less_or_nothing() {
        assert_eq!(shares(6, 0..4), [0..2, 2..4, 4..6, 6..6]);
        assert_eq!(shares(5, 0..2), [0..3, 3..5]);
        assert_eq!(shares(2, [1, 3].into_iter()), [0..0, 0..1, 0..0, 1..2]);
        assert_eq!(shares(0, 0..2), [0..0, 0..0]);
    }

    #[test]
    fn what_is_taken_out_is_not_dispatched_and_the_rest_stays_in_order() {
        for dispatch in [Dispatch::NextFree, Dispatch::Batches, Dispatch::Shares] {
            let mut queue = DispatchQueue::new((0..7).collect(), dispatch, 2, 0..2);
            let mut taken = vec![queue.take(0)];
            assert!(!queue.remove(0), "it has been dispatched");
            assert!(queue.remove(2) && queue.remove(5) && !queue.remove(5));
            while let Offer::Any | Offer::Lane(_) = queue.offer(true, 0..2) {
                let Offer::Lane(lane) = queue.offer(true, 0..2) else {
                    taken.push(queue.take(0));
                    continue;
                };
                taken.push(queue.take(lane));
            }
            assert_eq!(taken, [0, 1, 3, 4, 6].map(Some), "{dispatch:?}");
            assert!(queue.is_empty());
        }
    }
}
