//! Cases waiting for another attempt.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A case and its attempts so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PriorAttempts {
    pub(super) case: u32,
    pub(super) attempts: u32,
    pub(super) failures: u32,
    pub(super) refusals: u32,
}

impl PriorAttempts {
    /// A case that has not started yet.
    pub(super) fn none(case: u32) -> Self {
        Self { case, attempts: 0, failures: 0, refusals: 0 }
    }
}

/// A case waiting for another attempt. The order of the fields decides which one
/// goes first: the earliest, then the one dispatched first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct RetryEntry {
    pub(super) ready_ns: u64,
    pub(super) dispatch_index: u32,
    pub(super) prior: PriorAttempts,
    /// Whether the last attempt was refused for lack of a licence.
    pub(super) was_refused: bool,
}

/// Cases waiting for another attempt, the next one first.
#[derive(Debug, Clone, Default)]
pub(super) struct RetryQueue {
    heap: BinaryHeap<Reverse<RetryEntry>>,
}

impl RetryQueue {
    pub(super) fn is_empty(&self) -> bool {
        self.heap.is_empty()
    }

    pub(super) fn push(&mut self, entry: RetryEntry) {
        self.heap.push(Reverse(entry));
    }

    pub(super) fn peek(&self) -> Option<&RetryEntry> {
        self.heap.peek().map(|Reverse(entry)| entry)
    }

    pub(super) fn pop(&mut self) -> Option<PriorAttempts> {
        self.heap.pop().map(|Reverse(entry)| entry.prior)
    }

    pub(super) fn contains(&self, case: u32) -> bool {
        self.heap.iter().any(|Reverse(entry)| entry.prior.case == case)
    }

    /// Removes a case; returns whether it was queued.
    pub(super) fn remove(&mut self, case: u32) -> bool {
        let before = self.heap.len();
        self.heap.retain(|Reverse(entry)| entry.prior.case != case);
        self.heap.len() < before
    }
}
