//! The scheduler: who runs next, in which lane, or why nobody may.
//!
//! A pure state machine. The engine drives it with real workers and real time,
//! the virtual clock with known lengths; so a prediction cannot disagree with
//! the engine about who is next. Times are nanoseconds from the start of the
//! run and never go back.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::study::{Dispatch, FrozenPlan};

use super::event::{Event, Outcome, Step, Ticket, Why};
use super::lanes::Lanes;
use super::queue::{Offer, Queue};

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
    /// every further one of the same case.
    pub pause_ns: u64,
}

impl Rules {
    /// So many lanes, each taking the next case when it is free, and no limit
    /// besides; what fails has failed.
    #[must_use]
    pub fn lanes(lanes: u32) -> Self {
        let dispatch = Dispatch::NextFree;
        Self { lanes, dispatch, batch: lanes, limit: None, retries: 0, pause_ns: 0 }
    }

    /// The rules of a plan.
    #[must_use]
    pub fn of(plan: &FrozenPlan) -> Self {
        let batch = plan.batch.unwrap_or(plan.workers);
        Self { dispatch: plan.strategy.dispatch(), batch, ..Self::lanes(plan.workers) }
    }
}

/// The scheduler's state.
#[derive(Debug, Clone)]
pub struct Scheduler {
    rules: Rules,
    queue: Queue,
    again: BinaryHeap<Reverse<Again>>,
    lanes: Lanes<Work>,
    dispatched: u32,
    paused: bool,
    cancelled: bool,
}

/// A case in work.
#[derive(Debug, Clone, Copy)]
struct Work {
    ticket: Ticket,
    failures: u32,
}

/// A case that waits to be tried again. Of those whose time has come the one
/// that was dispatched first goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Again {
    ready_ns: u64,
    dispatch_index: u32,
    case: u32,
    attempts: u32,
    failures: u32,
    refused: bool,
}

/// What can be started now, and in which lane.
enum Startable {
    Again(u32),
    Next(u32),
}

impl Scheduler {
    /// A scheduler that dispatches these cases in this order.
    #[must_use]
    pub fn new(order: Vec<u32>, rules: Rules) -> Self {
        let lanes = Lanes::new(rules.lanes);
        Self {
            rules,
            queue: Queue::new(order, rules.dispatch, rules.batch, lanes.in_use()),
            again: BinaryHeap::new(),
            lanes,
            dispatched: 0,
            paused: false,
            cancelled: false,
        }
    }

    /// Tells what has happened. What names a lane with nothing in it is passed
    /// over.
    pub fn on(&mut self, now_ns: u64, event: Event) {
        match event {
            Event::Finished { lane, outcome } => {
                let work = self.lanes.release(lane);
                if outcome == Outcome::Failed {
                    self.try_again(now_ns, work);
                }
            }
            Event::Refused { lane } => {
                if let Some(work) = self.lanes.release(lane) {
                    self.put_back(now_ns, work, true);
                }
            }
            Event::LaneLost { lane } => {
                let work = self.lanes.lose(lane);
                self.try_again(now_ns, work);
                self.queue.recut(self.lanes.in_use());
            }
            Event::Resize(lanes) => {
                self.lanes.resize(lanes);
                self.queue.recut(self.lanes.in_use());
            }
            Event::Limit(limit) => self.rules.limit = Some(limit),
            Event::Pause => self.paused = true,
            Event::Resume => self.paused = false,
            Event::Cancel => self.cancelled = true,
            Event::Drop { .. } | Event::PutBack { .. } | Event::Memory { .. } => {}
        }
    }

    /// What a worker that asks now is to do. A ticket is given once: whoever
    /// gets it reports the end of its case.
    pub fn next(&mut self, now_ns: u64) -> Step {
        let startable = match self.look(now_ns) {
            Ok(startable) => startable,
            Err(step) => return step,
        };
        let (lane, (case, attempts, failures)) = match startable {
            Startable::Again(lane) => match self.again.pop() {
                Some(Reverse(again)) => (lane, (again.case, again.attempts, again.failures)),
                None => return Step::Done,
            },
            Startable::Next(lane) => match self.queue.take(lane) {
                Some(case) => (lane, (case, 0, 0)),
                None => return Step::Done,
            },
        };
        let dispatch_index = self.dispatched;
        self.dispatched += 1;
        let ticket = Ticket { case, lane, attempt: attempts + 1, dispatch_index };
        self.lanes.take(lane, Work { ticket, failures });
        Step::Start(ticket)
    }

    /// Whether a worker that asks now would be given a case.
    #[must_use]
    pub fn can_start(&self, now_ns: u64) -> bool {
        self.look(now_ns).is_ok()
    }

    /// Whether nothing will start any more, however the cases in work end; one
    /// of them that is refused is not thought of.
    #[must_use]
    pub fn is_over(&self) -> bool {
        let left = !self.queue.is_empty() || !self.again.is_empty();
        let may_fail = self.rules.retries > 0 && self.lanes.in_work() > 0;
        self.cancelled || !(left || may_fail)
    }

    fn look(&self, now_ns: u64) -> Result<Startable, Step> {
        let wait = |until_ns, why| Err(Step::Wait { until_ns, why });
        let in_work = self.lanes.in_work();
        let left = !self.queue.is_empty() || !self.again.is_empty();
        if !left || self.cancelled {
            return if in_work == 0 { Err(Step::Done) } else { wait(None, Why::Empty) };
        }
        let Some(lowest) = self.lanes.lowest_free() else {
            return wait(None, Why::Empty);
        };
        if self.paused {
            return wait(None, Why::Paused);
        }
        if self.rules.limit.is_some_and(|limit| in_work >= limit) {
            return wait(None, Why::Licence);
        }
        let again = self.again.peek().map(|Reverse(again)| again);
        if again.is_some_and(|again| again.ready_ns <= now_ns) {
            return Ok(Startable::Again(lowest));
        }
        let until_ns = again.map(|again| again.ready_ns);
        match self.queue.offer(in_work == 0 && again.is_none(), self.lanes.free()) {
            Offer::Any => Ok(Startable::Next(lowest)),
            Offer::Lane(lane) => Ok(Startable::Next(lane)),
            Offer::Barrier if in_work > 0 => wait(until_ns, Why::Barrier),
            Offer::Barrier | Offer::Nothing => match again {
                Some(again) if again.refused => wait(until_ns, Why::Licence),
                Some(_) => wait(until_ns, Why::Backoff),
                None => wait(None, Why::Empty),
            },
        }
    }

    fn try_again(&mut self, now_ns: u64, work: Option<Work>) {
        if let Some(work) = work
            && work.failures < self.rules.retries
        {
            self.put_back(now_ns, Work { failures: work.failures + 1, ..work }, false);
        }
    }

    fn put_back(&mut self, now_ns: u64, work: Work, refused: bool) {
        let Ticket { case, attempt, dispatch_index, .. } = work.ticket;
        let factor = 1_u64.checked_shl(attempt - 1).unwrap_or(u64::MAX);
        self.again.push(Reverse(Again {
            ready_ns: now_ns.saturating_add(self.rules.pause_ns.saturating_mul(factor)),
            dispatch_index,
            case,
            attempts: attempt,
            failures: work.failures,
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
            Step::Start(ticket) => ticket,
            step => panic!("expected a start, got {step:?}"),
        }
    }

    fn waits(scheduler: &mut Scheduler, now_ns: u64) -> (Option<u64>, Why) {
        match scheduler.next(now_ns) {
            Step::Wait { until_ns, why } => (until_ns, why),
            step => panic!("expected a wait, got {step:?}"),
        }
    }

    fn settle(scheduler: &mut Scheduler, now_ns: u64, lane: u32) {
        scheduler.on(now_ns, Event::Finished { lane, outcome: Outcome::Settled });
    }

    fn fail(scheduler: &mut Scheduler, now_ns: u64, lane: u32) {
        scheduler.on(now_ns, Event::Finished { lane, outcome: Outcome::Failed });
    }

    #[test]
    fn cases_start_in_order_in_the_lowest_free_lane() {
        let mut s = scheduler(5, Rules::lanes(3));
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
        let mut s = scheduler(1, Rules::lanes(2));
        start(&mut s, 0);
        assert_eq!(waits(&mut s, 0), (None, Why::Empty));
        settle(&mut s, 1, 0);
        assert_eq!(s.next(1), Step::Done);
        assert_eq!(scheduler(0, Rules::lanes(2)).next(0), Step::Done);
    }

    #[test]
    fn it_is_over_as_soon_as_nothing_can_start_any_more() {
        let mut s = scheduler(1, Rules::lanes(2));
        assert!(!s.is_over());
        start(&mut s, 0);
        assert!(s.is_over());
        let mut s = scheduler(1, Rules { retries: 1, ..Rules::lanes(2) });
        start(&mut s, 0);
        assert!(!s.is_over(), "the case may fail and be tried again");
        s.on(1, Event::Cancel);
        assert!(s.is_over());
    }

    #[test]
    fn a_limit_holds_whatever_the_lanes() {
        let mut s = scheduler(3, Rules { limit: Some(1), ..Rules::lanes(3) });
        start(&mut s, 0);
        assert_eq!(waits(&mut s, 0), (None, Why::Licence));
        s.on(1, Event::Limit(2));
        assert_eq!(start(&mut s, 1).lane, 1);
        assert_eq!(waits(&mut s, 1), (None, Why::Licence));
    }

    #[test]
    fn a_pause_holds_what_has_not_started() {
        let mut s = scheduler(2, Rules::lanes(2));
        start(&mut s, 0);
        s.on(1, Event::Pause);
        assert_eq!(waits(&mut s, 1), (None, Why::Paused));
        s.on(2, Event::Resume);
        assert_eq!(start(&mut s, 2).case, 1);
    }

    #[test]
    fn after_a_cancel_nothing_starts() {
        let mut s = scheduler(3, Rules { retries: 5, ..Rules::lanes(2) });
        start(&mut s, 0);
        s.on(1, Event::Cancel);
        assert_eq!(waits(&mut s, 1), (None, Why::Empty));
        fail(&mut s, 2, 0);
        assert_eq!(s.next(2), Step::Done);
    }

    #[test]
    fn a_failed_case_is_tried_again_after_growing_pauses() {
        let mut s = scheduler(2, Rules { retries: 2, pause_ns: 10, ..Rules::lanes(1) });
        start(&mut s, 0);
        fail(&mut s, 5, 0);
        assert_eq!(start(&mut s, 5).case, 1, "others go first while it pauses");
        settle(&mut s, 8, 0);
        assert_eq!(waits(&mut s, 8), (Some(15), Why::Backoff));
        let second = start(&mut s, 15);
        assert_eq!((second.case, second.attempt, second.dispatch_index), (0, 2, 2));
        fail(&mut s, 20, 0);
        assert_eq!(waits(&mut s, 20), (Some(40), Why::Backoff));
        start(&mut s, 40);
        fail(&mut s, 41, 0);
        assert_eq!(s.next(41), Step::Done);
    }

    #[test]
    fn a_refusal_is_no_failure() {
        let mut s = scheduler(1, Rules { pause_ns: 10, ..Rules::lanes(1) });
        start(&mut s, 0);
        s.on(1, Event::Refused { lane: 0 });
        assert_eq!(waits(&mut s, 1), (Some(11), Why::Licence));
        assert_eq!(start(&mut s, 11).attempt, 2);
    }

    #[test]
    fn a_lost_lane_comes_back_with_the_next_resize() {
        let mut s = scheduler(3, Rules::lanes(2));
        start(&mut s, 0);
        start(&mut s, 0);
        s.on(1, Event::LaneLost { lane: 0 });
        assert_eq!(waits(&mut s, 1), (None, Why::Empty));
        s.on(2, Event::Resize(2));
        assert_eq!(start(&mut s, 2).lane, 0);
    }

    #[test]
    fn fewer_lanes_let_what_runs_finish_and_more_start_at_once() {
        let mut s = scheduler(9, Rules::lanes(3));
        for _ in 0..3 {
            start(&mut s, 0);
        }
        s.on(1, Event::Resize(1));
        settle(&mut s, 2, 2);
        settle(&mut s, 2, 1);
        assert_eq!(waits(&mut s, 2), (None, Why::Empty));
        settle(&mut s, 3, 0);
        assert_eq!(start(&mut s, 3).lane, 0);
        s.on(4, Event::Resize(2));
        assert_eq!(start(&mut s, 4).lane, 1);
    }

    fn batches(batch: u32, lanes: u32) -> Rules {
        Rules { dispatch: Dispatch::Batches, batch, ..Rules::lanes(lanes) }
    }

    #[test]
    fn a_batch_starts_when_all_of_the_one_before_have_ended() {
        let mut s = scheduler(5, batches(3, 2));
        start(&mut s, 0);
        start(&mut s, 0);
        settle(&mut s, 1, 1);
        assert_eq!(start(&mut s, 1).case, 2, "a batch may be wider than the lanes");
        settle(&mut s, 2, 0);
        assert_eq!(waits(&mut s, 2), (None, Why::Barrier));
        settle(&mut s, 3, 1);
        assert_eq!((start(&mut s, 3).case, start(&mut s, 3).case), (3, 4));
        settle(&mut s, 4, 0);
        assert_eq!(waits(&mut s, 4), (None, Why::Empty), "behind the last batch is no barrier");
        settle(&mut s, 5, 1);
        assert_eq!(s.next(5), Step::Done);
    }

    #[test]
    fn what_is_to_be_tried_again_holds_its_batch() {
        let mut s = scheduler(3, Rules { retries: 1, pause_ns: 10, ..batches(2, 2) });
        start(&mut s, 0);
        start(&mut s, 0);
        fail(&mut s, 1, 0);
        assert_eq!(waits(&mut s, 1), (Some(11), Why::Barrier));
        settle(&mut s, 2, 1);
        assert_eq!(waits(&mut s, 2), (Some(11), Why::Backoff));
        assert_eq!((start(&mut s, 11).case, waits(&mut s, 11)), (0, (None, Why::Barrier)));
        fail(&mut s, 12, 0);
        assert_eq!(start(&mut s, 12).case, 2);
    }

    #[test]
    fn shares_are_fixed_and_a_lane_that_is_through_is_idle() {
        let shares = Rules { dispatch: Dispatch::Shares, ..Rules::lanes(3) };
        let mut s = scheduler(4, shares);
        let first = [start(&mut s, 0), start(&mut s, 0)];
        assert_eq!(first.map(|t| (t.lane, t.case)), [(0, 0), (1, 2)]);
        assert_eq!(waits(&mut s, 0), (None, Why::Empty), "the third lane has no share");
        settle(&mut s, 1, 1);
        let next = start(&mut s, 1);
        assert_eq!((next.lane, next.case), (1, 3));
        settle(&mut s, 2, 1);
        assert_eq!(waits(&mut s, 2), (None, Why::Empty), "though lane 0 has a case left");
    }

    #[test]
    fn with_other_lanes_what_is_left_of_the_shares_is_cut_anew() {
        let mut s = scheduler(8, Rules { dispatch: Dispatch::Shares, ..Rules::lanes(3) });
        let first = [start(&mut s, 0), start(&mut s, 0), start(&mut s, 0)];
        assert_eq!(first.map(|t| t.case), [0, 3, 6]);
        s.on(1, Event::Resize(2));
        (0..3).for_each(|lane| settle(&mut s, 2, lane));
        let mut rest = Vec::new();
        while let Step::Start(ticket) = s.next(3) {
            rest.push((ticket.lane, ticket.case));
            settle(&mut s, 3, ticket.lane);
        }
        assert_eq!(rest, [(0, 1), (0, 2), (0, 4), (1, 5), (1, 7)]);
    }

    #[test]
    fn an_event_of_an_empty_lane_is_passed_over() {
        let mut s = scheduler(1, Rules { retries: 1, ..Rules::lanes(1) });
        fail(&mut s, 0, 0);
        fail(&mut s, 0, 99);
        s.on(0, Event::LaneLost { lane: 99 });
        assert_eq!(start(&mut s, 0).case, 0);
        settle(&mut s, 1, 0);
        assert_eq!(s.next(1), Step::Done);
    }
}
