//! Cases that are to be submitted again.

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::cluster::submissions::ArrayTask;
use crate::run::CaseOutcome;

/// Longest pause before a case is tried again.
const MAX_PAUSE_NS: u64 = 60_000_000_000;

/// Pause after the first failure; it doubles with each further one.
const FIRST_PAUSE_NS: u64 = 1_000_000_000;

/// A case that is to be submitted again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct PendingRetry {
    case: u32,
    /// Nanoseconds from 1970.
    due_ns: u64,
}

/// Cases that wait for their next attempt, and the attempts so far.
#[derive(Debug)]
pub(crate) struct RetryQueue {
    /// Number of retries after failures.
    limit: u32,
    /// Number of failed attempts and of refused ones, by case.
    failures: BTreeMap<u32, u32>,
    refusals: BTreeMap<u32, u32>,
    latest_attempts: BTreeMap<u32, u32>,
    pending: Vec<PendingRetry>,
}

impl RetryQueue {
    pub(super) fn new(limit: u32) -> Self {
        Self {
            limit,
            failures: BTreeMap::new(),
            refusals: BTreeMap::new(),
            latest_attempts: BTreeMap::new(),
            pending: Vec::new(),
        }
    }

    /// Records that a task was submitted: its case waits no longer.
    pub(super) fn submit(&mut self, task: ArrayTask) {
        self.latest_attempts.insert(task.case, task.attempt);
        self.withdraw(task.case);
    }

    /// Counts the outcome of an attempt. Returns whether the case will be tried again.
    pub(super) fn count(&mut self, case: u32, outcome: &CaseOutcome, now_ns: u64) -> bool {
        let tries = match outcome {
            CaseOutcome::Done(_) | CaseOutcome::Cancelled => return false,
            CaseOutcome::Refused => increased(&mut self.refusals, case),
            CaseOutcome::Failed(_) | CaseOutcome::TimedOut(_) => {
                let failures = increased(&mut self.failures, case);
                if failures > self.limit {
                    return false;
                }
                failures
            }
        };
        let pause_ns = (FIRST_PAUSE_NS << (tries - 1).min(6)).min(MAX_PAUSE_NS);
        self.pending.push(PendingRetry { case, due_ns: now_ns.saturating_add(pause_ns) });
        true
    }

    /// Submits a case again without a pause.
    pub(super) fn add(&mut self, case: u32, now_ns: u64) {
        self.pending.push(PendingRetry { case, due_ns: now_ns });
    }

    /// Removes a case. Returns whether it was there.
    pub(super) fn withdraw(&mut self, case: u32) -> bool {
        let before = self.pending.len();
        self.pending.retain(|retry| retry.case != case);
        self.pending.len() < before
    }

    /// Removes the cases that are on the cluster already.
    pub(super) fn withdraw_all(&mut self, on_cluster: &BTreeSet<u32>) {
        self.pending.retain(|retry| !on_cluster.contains(&retry.case));
    }

    pub(super) fn clear(&mut self) {
        self.pending.clear();
    }

    pub(super) fn is_empty(&self) -> bool {
        self.pending.is_empty()
    }

    pub(super) fn has(&self, case: u32) -> bool {
        self.pending.iter().any(|retry| retry.case == case)
    }

    /// Returns the cases that are due, each with the number of its next attempt, in order.
    pub(super) fn due(&self, now_ns: u64) -> Vec<(u32, u32)> {
        let attempt = |case: u32| self.latest_attempts.get(&case).map_or(1, |latest| latest + 1);
        let due = self.pending.iter().filter(|retry| retry.due_ns <= now_ns);
        let mut due: Vec<_> = due.map(|retry| (retry.case, attempt(retry.case))).collect();
        due.sort_unstable();
        due
    }
}

fn increased(counts: &mut BTreeMap<u32, u32>, case: u32) -> u32 {
    let count = counts.entry(case).or_default();
    *count += 1;
    *count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_a_minute_and_refusals_are_no_failures() {
        let mut queue = RetryQueue::new(1);
        queue.submit(ArrayTask { index: 0, case: 3, attempt: 1 });
        let failed = || CaseOutcome::Failed("bad".to_owned());
        assert!(queue.count(3, &CaseOutcome::Refused, 0));
        assert_eq!((queue.due(999_999_999), queue.due(1_000_000_000)), (vec![], vec![(3, 2)]));
        assert!(queue.withdraw(3) && queue.count(3, &failed(), 0), "the first failure");
        assert!(queue.withdraw(3) && !queue.count(3, &failed(), 0) && queue.is_empty());
        for tries in 2..=8_u32 {
            queue.clear();
            assert!(queue.count(3, &CaseOutcome::Refused, 0));
            let pause_ns = 1_000_000_000 * 2_u64.pow(tries - 1).min(60);
            assert_eq!((queue.due(pause_ns - 1).len(), queue.due(pause_ns).len()), (0, 1));
        }
    }
}
