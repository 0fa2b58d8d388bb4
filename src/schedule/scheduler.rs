//! The scheduler: who runs next, in which lane, or why nobody may.
//!
//! A pure state machine. The engine drives it with real workers and real time,
//! the virtual clock with known lengths; so a prediction cannot disagree with
//! the engine about who is next. Times are nanoseconds from the start of the
//! run and never go back.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::study::{Dispatch, FrozenPlan};

use super::event::{Outcome, SchedulerEvent, SchedulerStep, Ticket, WaitReason};
use super::lanes::LaneSlots;
use super::licences::{Licences, failed_pause_ns};
use super::queue::{DispatchQueue, Offer};

/// How long it takes until one who waits for free memory looks again.
const MEMORY_LOOK_NS: u64 = 250_000_000;

/// The pause before a case that failed is tried again, the first time.
const USUAL_PAUSE_NS: u64 = 1_000_000_000;

/// What the scheduler has to keep to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// How many lanes there are at first.
    pub lanes: u32,
    /// What is dispatched when.
    pub dispatch: Dispatch,
    /// How many cases are in a batch, if there are batches.
    pub batch: u32,
    /// How many cases may be in work, whatever the lanes.
    pub limit: Option<u32>,
    /// How many times a case that failed is tried again.
    pub retries: u32,
    /// The pause before a case is tried again, in nanoseconds; it doubles with
    /// every further one of the same case, up to a minute.
    pub pause_ns: u64,
    /// After so many failed cases nothing more starts.
    pub stop_after: Option<u32>,
}

impl Rules {
    /// So many lanes, each taking the next case when it is free, and no limit
    /// besides; what fails has failed.
    #[must_use]
    pub fn with_lanes(lanes: u32) -> Self {
        Self {
            lanes,
            dispatch: Dispatch::NextFree,
            batch: lanes,
            limit: None,
            retries: 0,
            pause_ns: USUAL_PAUSE_NS,
            stop_after: None,
        }
    }

    /// The rules of a plan.
    #[must_use]
    pub fn of(plan: &FrozenPlan) -> Self {
        Self {
            dispatch: plan.strategy.dispatch(),
            batch: plan.batch.unwrap_or(plan.workers),
            limit: plan.limits.licences,
            retries: plan.limits.retries,
            stop_after: plan.limits.stop_after,
            ..Self::with_lanes(plan.workers)
        }
    }
}

/// The scheduler's state.
#[derive(Debug, Clone)]
pub struct Scheduler {
    rules: Rules,
    queue: DispatchQueue,
    again: BinaryHeap<Reverse<RetryEntry>>,
    lanes: LaneSlots<PendingWork>,
    licences: Licences,
    dispatched: u32,
    failed: u32,
    paused: bool,
    short_of_memory: bool,
    phase: SchedulerPhase,
}

/// What a scheduler still gives out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SchedulerPhase {
    /// All there is.
    Open,
    /// Nothing more, but cases may be in work.
    Cancelled,
    /// Nothing more, and a worker was told so: nobody may come any more.
    Over,
}

/// A case in work.
#[derive(Debug, Clone, Copy)]
struct PendingWork {
    ticket: Ticket,
    failures: u32,
    refusals: u32,
    start_ns: u64,
    /// How many were in work with it when it started.
    nth: u32,
}

/// A case that waits to be tried again. Of those whose time has come the one
/// that was dispatched first goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct RetryEntry {
    ready_ns: u64,
    dispatch_index: u32,
    case: u32,
    attempts: u32,
    failures: u32,
    refusals: u32,
    refused: bool,
}

/// What can be started now, and in which lane.
enum Startable {
    Again(u32),
    Next(u32),
}

/// What became of a case that was to be taken out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemoveResult {
    /// It will not start.
    Removed,
    /// It is in work, in this lane.
    Running(u32),
    /// It had ended before, or there is no such case.
    NotPending,
}

impl Scheduler {
    /// A scheduler that dispatches these cases in this order.
    #[must_use]
    pub fn new(order: Vec<u32>, rules: Rules) -> Self {
        let lanes = LaneSlots::new(rules.lanes);
        Self {
            rules,
            queue: DispatchQueue::new(order, rules.dispatch, rules.batch, lanes.in_use()),
            again: BinaryHeap::new(),
            lanes,
            licences: Licences::default(),
            dispatched: 0,
            failed: 0,
            paused: false,
            short_of_memory: false,
            phase: SchedulerPhase::Open,
        }
    }

    /// Tells what has happened. What names a lane with nothing in it is passed
    /// over. Returns whether a case that ended is tried again.
    pub fn handle(&mut self, now_ns: u64, event: SchedulerEvent) -> bool {
        match event {
            SchedulerEvent::Finished { lane, outcome } => {
                let work = self.lanes.release(lane);
                return self.finished(now_ns, work, outcome);
            }
            SchedulerEvent::Refused { lane } => {
                let Some(work) = self.lanes.release(lane) else { return false };
                self.licences.refused(now_ns, self.lanes.in_work());
                let work = PendingWork { refusals: work.refusals + 1, ..work };
                let pause_ns = self.licences.case_pause_ns(work.refusals);
                self.wait_again(now_ns, work, pause_ns, true);
                return self.phase == SchedulerPhase::Open;
            }
            SchedulerEvent::LaneLost { lane } => {
                let work = self.lanes.lose(lane);
                let again = self.finished(now_ns, work, Outcome::Failed);
                self.queue.recut(self.lanes.in_use());
                return again;
            }
            SchedulerEvent::Resize(lanes) => {
                self.lanes.resize(lanes);
                self.queue.recut(self.lanes.in_use());
            }
            SchedulerEvent::Limit(limit) => self.rules.limit = Some(limit),
            SchedulerEvent::Pause => self.paused = true,
            SchedulerEvent::Resume => self.paused = false,
            SchedulerEvent::Cancel => self.phase = SchedulerPhase::Cancelled,
            SchedulerEvent::Memory { enough } => self.short_of_memory = !enough,
        }
        false
    }

    /// How many cases are in work.
    #[must_use]
    pub fn running_count(&self) -> u32 {
        self.lanes.in_work()
    }

    /// Takes a case out, so that it does not start. One that is in work is still to
    /// be reported.
    pub fn remove_case(&mut self, case: u32) -> RemoveResult {
        let waiting = self.again.len();
        self.again.retain(|Reverse(again)| again.case != case);
        if self.again.len() < waiting || self.queue.remove(case) {
            return RemoveResult::Removed;
        }
        let mut held = self.lanes.held();
        let lane = held.find(|(_, work)| work.ticket.case == case).map(|(lane, _)| lane);
        lane.map_or(RemoveResult::NotPending, RemoveResult::Running)
    }

    /// Has a case run once more that has ended and was attempted so many times.
    /// Returns whether it will be: not if it has not ended, or nothing more starts.
    pub fn requeue(&mut self, now_ns: u64, case: u32, attempts: u32) -> bool {
        let waits = self.again.iter().any(|Reverse(again)| again.case == case)
            || self.lanes.held().any(|(_, work)| work.ticket.case == case)
            || self.queue.contains(case);
        let open = !waits && self.phase == SchedulerPhase::Open;
        if open {
            self.again.push(Reverse(RetryEntry {
                ready_ns: now_ns,
                dispatch_index: self.dispatched,
                case,
                attempts,
                failures: 0,
                refusals: 0,
                refused: false,
            }));
        }
        open
    }

    /// What a worker that asks now is to do. A ticket is given once: whoever
    /// gets it reports the end of its case.
    pub fn next(&mut self, now_ns: u64) -> SchedulerStep {
        let startable = match self.look(now_ns) {
            Ok(startable) => startable,
            Err(step) => {
                if step == SchedulerStep::Done && self.phase == SchedulerPhase::Open {
                    self.phase = SchedulerPhase::Over;
                }
                return step;
            }
        };
        let (lane, (case, attempts, failures, refusals)) = match startable {
            Startable::Again(lane) => match self.again.pop() {
                Some(Reverse(again)) => {
                    (lane, (again.case, again.attempts, again.failures, again.refusals))
                }
                None => return SchedulerStep::Done,
            },
            Startable::Next(lane) => match self.queue.take(lane) {
                Some(case) => (lane, (case, 0, 0, 0)),
                None => return SchedulerStep::Done,
            },
        };
        let dispatch_index = self.dispatched;
        self.dispatched += 1;
        let ticket = Ticket { case, lane, attempt: attempts + 1, dispatch_index };
        let others = self.lanes.in_work();
        self.licences.started(now_ns, others);
        let (start_ns, nth) = (now_ns, others + 1);
        self.lanes.take(lane, PendingWork { ticket, failures, refusals, start_ns, nth });
        SchedulerStep::Start(ticket)
    }

    /// Whether a worker that asks now would be given a case.
    #[must_use]
    pub fn can_start(&self, now_ns: u64) -> bool {
        self.look(now_ns).is_ok()
    }

    /// Whether nothing will start any more, however the cases in work end; that
    /// one of them is refused or put back is not thought of.
    #[must_use]
    pub fn is_over(&self) -> bool {
        let left = !self.queue.is_empty() || !self.again.is_empty();
        let may_fail = self.rules.retries > 0 && self.lanes.in_work() > 0;
        self.phase != SchedulerPhase::Open || !(left || may_fail)
    }

    /// How many licences there really are, as far as that was learned.
    #[must_use]
    pub fn licences(&self) -> Option<u32> {
        self.licences.available()
    }

    /// How many cases have failed for good, if those were so many that nothing more
    /// starts.
    #[must_use]
    pub fn too_many_failed(&self) -> Option<u32> {
        self.rules.stop_after.filter(|&most| self.failed >= most).map(|_| self.failed)
    }

    fn look(&self, now_ns: u64) -> Result<Startable, SchedulerStep> {
        let wait = |until_ns, why| Err(SchedulerStep::Wait { until_ns, reason: why });
        let in_work = self.lanes.in_work();
        let left = !self.queue.is_empty() || !self.again.is_empty();
        if !left || self.phase != SchedulerPhase::Open {
            return if in_work == 0 {
                Err(SchedulerStep::Done)
            } else {
                wait(None, WaitReason::Empty)
            };
        }
        let Some(lowest) = self.lanes.lowest_free() else {
            return wait(None, WaitReason::Empty);
        };
        if self.paused {
            return wait(None, WaitReason::Paused);
        }
        if self.short_of_memory {
            return wait(Some(now_ns.saturating_add(MEMORY_LOOK_NS)), WaitReason::Memory);
        }
        if self.rules.limit.is_some_and(|limit| in_work >= limit) {
            return wait(None, WaitReason::Licence);
        }
        if let Err(until_ns) = self.licences.may_start(now_ns, in_work) {
            return wait(Some(until_ns), WaitReason::Licence);
        }
        let again = self.again.peek().map(|Reverse(again)| again);
        if again.is_some_and(|again| again.ready_ns <= now_ns) {
            return Ok(Startable::Again(lowest));
        }
        let until_ns = again.map(|again| again.ready_ns);
        match self.queue.offer(in_work == 0 && again.is_none(), self.lanes.free()) {
            Offer::Any => Ok(Startable::Next(lowest)),
            Offer::Lane(lane) => Ok(Startable::Next(lane)),
            Offer::Barrier if in_work > 0 => wait(until_ns, WaitReason::Barrier),
            Offer::Barrier | Offer::Nothing => match again {
                Some(again) if again.refused => wait(until_ns, WaitReason::Licence),
                Some(_) => wait(until_ns, WaitReason::Backoff),
                None => wait(None, WaitReason::Empty),
            },
        }
    }

    /// A case ended that was not refused. Returns whether it is tried again.
    fn finished(&mut self, now_ns: u64, work: Option<PendingWork>, outcome: Outcome) -> bool {
        let Some(work) = work else { return false };
        self.licences.held(work.start_ns, now_ns, work.nth);
        if outcome != Outcome::Failed {
            return false;
        }
        if work.failures < self.rules.retries && self.phase == SchedulerPhase::Open {
            let work = PendingWork { failures: work.failures + 1, ..work };
            let pause_ns = failed_pause_ns(self.rules.pause_ns, work.failures);
            self.wait_again(now_ns, work, pause_ns, false);
            return true;
        }
        self.failed += 1;
        if self.too_many_failed().is_some() {
            self.phase = SchedulerPhase::Cancelled;
        }
        false
    }

    fn wait_again(&mut self, now_ns: u64, work: PendingWork, pause_ns: u64, refused: bool) {
        let Ticket { case, attempt, dispatch_index, .. } = work.ticket;
        self.again.push(Reverse(RetryEntry {
            ready_ns: now_ns.saturating_add(pause_ns),
            dispatch_index,
            case,
            attempts: attempt,
            failures: work.failures,
            refusals: work.refusals,
            refused,
        }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scheduler(cases: u32, rules: Rules) -> Scheduler {
        Scheduler::new((0..cases).collect(), rules)
    }

    fn start(scheduler: &mut Scheduler, now_ns: u64) -> Ticket {
        match scheduler.next(now_ns) {
            SchedulerStep::Start(ticket) => ticket,
            step => panic!("expected a start, got {step:?}"),
        }
    }

    fn waits(scheduler: &mut Scheduler, now_ns: u64) -> (Option<u64>, WaitReason) {
        match scheduler.next(now_ns) {
            SchedulerStep::Wait { until_ns, reason: why } => (until_ns, why),
            step => panic!("expected a wait, got {step:?}"),
        }
    }

    fn settle(scheduler: &mut Scheduler, now_ns: u64, lane: u32) {
        scheduler.handle(now_ns, SchedulerEvent::Finished { lane, outcome: Outcome::Settled });
    }

    fn fail(scheduler: &mut Scheduler, now_ns: u64, lane: u32) {
        scheduler.handle(now_ns, SchedulerEvent::Finished { lane, outcome: Outcome::Failed });
    }

    #[test]
    fn cases_start_in_order_in_the_lowest_free_lane() {
        let mut s = scheduler(5, Rules::with_lanes(3));
        for n in 0..3 {
            let ticket = Ticket { case: n, lane: n, attempt: 1, dispatch_index: n };
            assert_eq!(start(&mut s, 0), ticket);
        }
        settle(&mut s, 5, 2);
        settle(&mut s, 5, 1);
        assert_eq!(start(&mut s, 5).lane, 1);
        assert_eq!(start(&mut s, 5).lane, 2);
    }

    #[test]
    fn it_is_done_when_nothing_is_left_and_nothing_in_work() {
        let mut s = scheduler(1, Rules::with_lanes(2));
        start(&mut s, 0);
        assert_eq!(waits(&mut s, 0), (None, WaitReason::Empty));
        settle(&mut s, 1, 0);
        assert_eq!(s.next(1), SchedulerStep::Done);
        assert_eq!(scheduler(0, Rules::with_lanes(2)).next(0), SchedulerStep::Done);
    }

    #[test]
    fn it_is_over_as_soon_as_nothing_can_start_any_more() {
        let mut s = scheduler(1, Rules::with_lanes(2));
        assert!(!s.is_over());
        start(&mut s, 0);
        assert!(s.is_over());
        let mut s = scheduler(1, Rules { retries: 1, ..Rules::with_lanes(2) });
        start(&mut s, 0);
        assert!(!s.is_over(), "the case may fail and be tried again");
        s.handle(1, SchedulerEvent::Cancel);
        assert!(s.is_over());
    }

    #[test]
    fn a_limit_holds_whatever_the_lanes() {
        let mut s = scheduler(3, Rules { limit: Some(1), ..Rules::with_lanes(3) });
        start(&mut s, 0);
        assert_eq!(waits(&mut s, 0), (None, WaitReason::Licence));
        s.handle(1, SchedulerEvent::Limit(2));
        assert_eq!(start(&mut s, 1).lane, 1);
        assert_eq!(waits(&mut s, 1), (None, WaitReason::Licence));
    }

    #[test]
    fn a_pause_holds_what_has_not_started() {
        let mut s = scheduler(2, Rules::with_lanes(2));
        start(&mut s, 0);
        s.handle(1, SchedulerEvent::Pause);
        assert_eq!(waits(&mut s, 1), (None, WaitReason::Paused));
        s.handle(2, SchedulerEvent::Resume);
        assert_eq!(start(&mut s, 2).case, 1);
    }

    #[test]
    fn after_a_cancel_nothing_starts() {
        let mut s = scheduler(3, Rules { retries: 5, ..Rules::with_lanes(2) });
        start(&mut s, 0);
        s.handle(1, SchedulerEvent::Cancel);
        assert_eq!(waits(&mut s, 1), (None, WaitReason::Empty));
        fail(&mut s, 2, 0);
        assert_eq!(s.next(2), SchedulerStep::Done);
    }

    #[test]
    fn a_failed_case_is_tried_again_after_growing_pauses() {
        let mut s = scheduler(2, Rules { retries: 2, pause_ns: 10, ..Rules::with_lanes(1) });
        start(&mut s, 0);
        fail(&mut s, 5, 0);
        assert_eq!(start(&mut s, 5).case, 1, "others go first while it pauses");
        settle(&mut s, 8, 0);
        assert_eq!(waits(&mut s, 8), (Some(15), WaitReason::Backoff));
        let second = start(&mut s, 15);
        assert_eq!((second.case, second.attempt, second.dispatch_index), (0, 2, 2));
        fail(&mut s, 20, 0);
        assert_eq!(waits(&mut s, 20), (Some(40), WaitReason::Backoff));
        start(&mut s, 40);
        fail(&mut s, 41, 0);
        assert_eq!(s.next(41), SchedulerStep::Done);
    }

    #[test]
    fn a_refusal_is_no_failure_and_others_go_on() {
        let mut s = scheduler(4, Rules { stop_after: Some(1), ..Rules::with_lanes(3) });
        for _ in 0..3 {
            start(&mut s, 0);
        }
        settle(&mut s, 10, 0);
        assert!(s.handle(11, SchedulerEvent::Refused { lane: 2 }));
        assert_eq!(s.licences(), Some(1));
        // It waits for one to end, or for the next probe: a median case later.
        assert_eq!(waits(&mut s, 11), (Some(21), WaitReason::Licence));
        settle(&mut s, 12, 1);
        let again = start(&mut s, 12);
        assert_eq!((again.case, again.lane, again.attempt), (2, 0, 2));
        assert!(s.handle(13, SchedulerEvent::Refused { lane: 0 }));
        assert_eq!(s.licences(), Some(0));
        assert_eq!(waits(&mut s, 13), (Some(23), WaitReason::Licence));
        // Refused once more, it lets the next one go first.
        s.rules.limit = Some(1);
        assert_eq!(start(&mut s, 22 + 1).case, 2);
        settle(&mut s, 25, 0);
        assert_eq!(s.licences(), Some(1), "one that ended well had a licence");
        assert_eq!(start(&mut s, 25).case, 3);
        settle(&mut s, 30, 0);
        assert_eq!(s.next(30), SchedulerStep::Done);
    }

    #[test]
    fn after_too_many_failures_nothing_starts() {
        let rules = Rules { retries: 1, pause_ns: 10, stop_after: Some(2), ..Rules::with_lanes(1) };
        let mut s = scheduler(4, rules);
        let mut tried = Vec::new();
        for now_ns in [100, 200, 300, 400] {
            assert_eq!(s.too_many_failed(), None);
            let ticket = start(&mut s, now_ns);
            tried.push((ticket.case, ticket.attempt));
            fail(&mut s, now_ns, 0);
        }
        assert_eq!(tried, [(0, 1), (0, 2), (1, 1), (1, 2)]);
        assert_eq!((s.too_many_failed(), s.next(401)), (Some(2), SchedulerStep::Done));
    }

    #[test]
    fn what_is_short_of_memory_looks_again() {
        let mut s = scheduler(2, Rules::with_lanes(2));
        s.handle(0, SchedulerEvent::Memory { enough: false });
        assert_eq!(waits(&mut s, 5), (Some(5 + MEMORY_LOOK_NS), WaitReason::Memory));
        s.handle(9, SchedulerEvent::Memory { enough: true });
        start(&mut s, 9);
    }

    #[test]
    fn a_case_is_taken_out_or_put_back() {
        let mut s = scheduler(4, Rules { retries: 9, ..Rules::with_lanes(1) });
        start(&mut s, 0);
        assert_eq!(s.remove_case(0), RemoveResult::Running(0));
        assert_eq!(
            (s.remove_case(2), s.remove_case(2)),
            (RemoveResult::Removed, RemoveResult::NotPending)
        );
        fail(&mut s, 1, 0);
        assert_eq!(
            (s.remove_case(0), s.remove_case(0)),
            (RemoveResult::Removed, RemoveResult::NotPending)
        );
        assert!(s.requeue(2, 0, 1));
        let again = start(&mut s, 2);
        assert_eq!((again.case, again.attempt), (0, 2));
        s.handle(3, SchedulerEvent::Finished { lane: 0, outcome: Outcome::Removed });
        assert_eq!(start(&mut s, 3).case, 1, "what is dropped in work is not tried again");
        settle(&mut s, 4, 0);
        assert_eq!(start(&mut s, 4).case, 3);
        settle(&mut s, 5, 0);
        assert_eq!(s.next(5), SchedulerStep::Done);
        assert!(!s.requeue(6, 3, 1), "nobody is there any more to run it");
    }

    #[test]
    fn a_lost_lane_comes_back_with_the_next_resize() {
        let mut s = scheduler(3, Rules::with_lanes(2));
        start(&mut s, 0);
        start(&mut s, 0);
        s.handle(1, SchedulerEvent::LaneLost { lane: 0 });
        assert_eq!(waits(&mut s, 1), (None, WaitReason::Empty));
        s.handle(2, SchedulerEvent::Resize(2));
        assert_eq!(start(&mut s, 2).lane, 0);
    }

    #[test]
    fn fewer_lanes_let_what_runs_finish_and_more_start_at_once() {
        let mut s = scheduler(9, Rules::with_lanes(3));
        for _ in 0..3 {
            start(&mut s, 0);
        }
        s.handle(1, SchedulerEvent::Resize(1));
        settle(&mut s, 2, 2);
        settle(&mut s, 2, 1);
        assert_eq!(waits(&mut s, 2), (None, WaitReason::Empty));
        settle(&mut s, 3, 0);
        assert_eq!(start(&mut s, 3).lane, 0);
        s.handle(4, SchedulerEvent::Resize(2));
        assert_eq!(start(&mut s, 4).lane, 1);
    }

    fn batches(batch: u32, lanes: u32) -> Rules {
        Rules { dispatch: Dispatch::Batches, batch, ..Rules::with_lanes(lanes) }
    }

    #[test]
    fn a_batch_starts_when_all_of_the_one_before_have_ended() {
        let mut s = scheduler(5, batches(3, 2));
        start(&mut s, 0);
        start(&mut s, 0);
        settle(&mut s, 1, 1);
        assert_eq!(start(&mut s, 1).case, 2, "a batch may be wider than the lanes");
        settle(&mut s, 2, 0);
        assert_eq!(waits(&mut s, 2), (None, WaitReason::Barrier));
        settle(&mut s, 3, 1);
        assert_eq!((start(&mut s, 3).case, start(&mut s, 3).case), (3, 4));
        settle(&mut s, 4, 0);
        assert_eq!(
            waits(&mut s, 4),
            (None, WaitReason::Empty),
            "behind the last batch is no barrier"
        );
        settle(&mut s, 5, 1);
        assert_eq!(s.next(5), SchedulerStep::Done);
    }

    #[test]
    fn what_is_to_be_tried_again_holds_its_batch() {
        let mut s = scheduler(3, Rules { retries: 1, pause_ns: 10, ..batches(2, 2) });
        start(&mut s, 0);
        start(&mut s, 0);
        fail(&mut s, 1, 0);
        assert_eq!(waits(&mut s, 1), (Some(11), WaitReason::Barrier));
        settle(&mut s, 2, 1);
        assert_eq!(waits(&mut s, 2), (Some(11), WaitReason::Backoff));
        assert_eq!((start(&mut s, 11).case, waits(&mut s, 11)), (0, (None, WaitReason::Barrier)));
        fail(&mut s, 12, 0);
        assert_eq!(start(&mut s, 12).case, 2);
    }

    #[test]
    fn shares_are_fixed_and_a_lane_that_is_through_is_idle() {
        let shares = Rules { dispatch: Dispatch::Shares, ..Rules::with_lanes(3) };
        let mut s = scheduler(4, shares);
        let first = [start(&mut s, 0), start(&mut s, 0)];
        assert_eq!(first.map(|t| (t.lane, t.case)), [(0, 0), (1, 2)]);
        assert_eq!(waits(&mut s, 0), (None, WaitReason::Empty), "the third lane has no share");
        settle(&mut s, 1, 1);
        let next = start(&mut s, 1);
        assert_eq!((next.lane, next.case), (1, 3));
        settle(&mut s, 2, 1);
        assert_eq!(waits(&mut s, 2), (None, WaitReason::Empty), "though lane 0 has a case left");
    }

    #[test]
    fn with_other_lanes_what_is_left_of_the_shares_is_cut_anew() {
        let mut s = scheduler(8, Rules { dispatch: Dispatch::Shares, ..Rules::with_lanes(3) });
        let first = [start(&mut s, 0), start(&mut s, 0), start(&mut s, 0)];
        assert_eq!(first.map(|t| t.case), [0, 3, 6]);
        s.handle(1, SchedulerEvent::Resize(2));
        (0..3).for_each(|lane| settle(&mut s, 2, lane));
        let mut rest = Vec::new();
        while let SchedulerStep::Start(ticket) = s.next(3) {
            rest.push((ticket.lane, ticket.case));
            settle(&mut s, 3, ticket.lane);
        }
        assert_eq!(rest, [(0, 1), (0, 2), (0, 4), (1, 5), (1, 7)]);
    }

    #[test]
    fn an_event_of_an_empty_lane_is_passed_over() {
        let mut s = scheduler(1, Rules { retries: 1, ..Rules::with_lanes(1) });
        fail(&mut s, 0, 0);
        fail(&mut s, 0, 99);
        s.handle(0, SchedulerEvent::LaneLost { lane: 99 });
        assert_eq!(start(&mut s, 0).case, 0);
        settle(&mut s, 1, 0);
        assert_eq!(s.next(1), SchedulerStep::Done);
    }
}
