//! Decides which case starts next, in which lane, or why none can start.
//!
//! A pure state machine. The engine drives it with real workers and real time,
//! the virtual clock with known lengths, so predictions follow the same rules as
//! runs. Times are nanoseconds from the start of the run and never decrease.

use std::collections::BTreeSet;

use super::event::{RemoveResult, SchedulerEvent, SchedulerStep, Ticket, WaitReason};
use super::lanes::LaneSlots;
use super::licences::{AttemptStart, Licences, failed_pause_ns};
use super::queue::LOOK_AHEAD;
use super::queue::{DispatchQueue, Offer};
use super::rules::Rules;
use super::shared_use::{Passed, SharedUse};
use super::start_interval::StartInterval;
use crate::study::CaseResources;

/// Time between two memory readings while workers wait for free memory.
const MEMORY_POLL_NS: u64 = 250_000_000;

/// State of the scheduler.
#[derive(Debug, Clone)]
pub struct Scheduler {
    rules: Rules,
    queue: DispatchQueue,
    retries: BTreeSet<RetryEntry>,
    lanes: LaneSlots<RunningCase>,
    licences: Licences,
    start_interval: StartInterval,
    shared_use: SharedUse,
    dispatched: u32,
    failed: u32,
    is_paused: bool,
    is_short_of_memory: bool,
    phase: SchedulerPhase,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SchedulerPhase {
    /// Cases may start.
    Open,
    /// No case starts any more; some may be running.
    Cancelled,
    /// A worker has left because the run was over: nothing can be added.
    Over,
}

#[derive(Debug, Clone, Copy)]
struct RunningCase {
    ticket: Ticket,
    setbacks: Setbacks,
    start: AttemptStart,
    passed: Passed,
}

/// How often a case failed and was refused so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
struct Setbacks {
    failures: u32,
    refusals: u32,
}

/// A case waiting for another attempt. The order of the fields decides which one
/// goes first: the earliest, then the one dispatched first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct RetryEntry {
    ready_ns: u64,
    dispatch_index: u32,
    case: u32,
    attempts: u32,
    setbacks: Setbacks,
    /// Whether the last attempt was refused for lack of a licence.
    was_refused: bool,
}

/// Source of the next case, with the lane it starts in.
#[derive(Debug, Clone, Copy)]
enum Startable {
    Retry(u32, RetryEntry),
    /// The case behind the `ahead` next ones of the queue.
    Queued {
        lane: u32,
        ahead: usize,
    },
}

/// The next case to start, or the step of a worker that finds none.
struct NextCase {
    found: Result<Startable, SchedulerStep>,
    /// The first case that waits for resources.
    waits_first: Option<u32>,
}

impl From<Result<Startable, SchedulerStep>> for NextCase {
    fn from(found: Result<Startable, SchedulerStep>) -> Self {
        Self { found, waits_first: None }
    }
}

impl Scheduler {
    /// Creates a scheduler that dispatches the cases in this order.
    pub fn new(order: Vec<u32>, rules: Rules) -> Self {
        Self {
            rules,
            queue: DispatchQueue::new(order, rules.dispatch, rules.batch, rules.lanes),
            retries: BTreeSet::new(),
            lanes: LaneSlots::new(rules.lanes),
            licences: Licences::default(),
            start_interval: StartInterval::new(rules.start_every_ns),
            shared_use: SharedUse::default(),
            dispatched: 0,
            failed: 0,
            is_paused: false,
            is_short_of_memory: false,
            phase: SchedulerPhase::Open,
        }
    }

    /// Starts a case only while the resources that it needs are left.
    #[must_use]
    pub fn with_resources(self, resources: &CaseResources) -> Self {
        Self { shared_use: SharedUse::new(resources), ..self }
    }

    /// Handles an event. Events of an empty lane are ignored. Returns whether the
    /// case that ended will be retried.
    pub fn handle(&mut self, now_ns: u64, event: SchedulerEvent) -> bool {
        match event {
            SchedulerEvent::Finished { lane, has_failed } => {
                let Some(case) = self.release(lane) else { return false };
                return self.finish(now_ns, case, has_failed);
            }
            SchedulerEvent::Started { lane } => self.record_start(now_ns, lane),
            SchedulerEvent::Refused { lane } => {
                let Some(case) = self.release(lane) else { return false };
                self.licences.record_refusal(case.start, now_ns, self.lanes.occupied());
                let refusals = case.setbacks.refusals + 1;
                let pause_ns = self.licences.case_pause_ns(now_ns, refusals);
                let setbacks = Setbacks { refusals, ..case.setbacks };
                self.queue_retry(now_ns.saturating_add(pause_ns), case.ticket, setbacks, true);
                return self.phase == SchedulerPhase::Open;
            }
            SchedulerEvent::Resize(lanes) => {
                self.lanes.resize(lanes);
                self.queue.repartition(lanes);
            }
            SchedulerEvent::Pause => self.is_paused = true,
            SchedulerEvent::Resume => self.is_paused = false,
            SchedulerEvent::Cancel => self.phase = SchedulerPhase::Cancelled,
            SchedulerEvent::Memory { enough } => self.is_short_of_memory = !enough,
        }
        false
    }

    fn release(&mut self, lane: u32) -> Option<RunningCase> {
        let case = self.lanes.release(lane)?;
        self.shared_use.release(case.ticket.case, case.passed);
        Some(case)
    }

    /// Lets the next `count` cases start at once: they started before, and are only repeated.
    pub fn repeat_starts(&mut self, count: usize) {
        self.start_interval.repeat_starts(count);
    }

    /// Records that the work of the case in a lane started.
    #[inline]
    pub fn record_start(&mut self, now_ns: u64, lane: u32) {
        self.start_interval.record_start(lane, now_ns);
    }

    /// Returns the number of running cases.
    pub fn running_count(&self) -> u32 {
        self.lanes.occupied()
    }

    /// Removes a case from the run. If it is running, its end is still to be reported.
    pub fn remove_case(&mut self, case: u32) -> RemoveResult {
        let waiting = self.retries.len();
        self.retries.retain(|retry| retry.case != case);
        if self.retries.len() < waiting || self.queue.remove(case) {
            return RemoveResult::Removed;
        }
        let lane = self.lane_of(case);
        lane.map_or(RemoveResult::NotPending, RemoveResult::Running)
    }

    /// Queues a case again that has ended after `attempts` attempts. Returns false
    /// if it has not ended, or if no case starts any more.
    pub fn requeue(&mut self, now_ns: u64, case: u32, attempts: u32) -> bool {
        let is_pending = self.retries.iter().any(|retry| retry.case == case)
            || self.lane_of(case).is_some()
            || self.queue.contains(case);
        let can_requeue = !is_pending && self.phase == SchedulerPhase::Open;
        if can_requeue {
            self.retries.insert(RetryEntry {
                ready_ns: now_ns,
                dispatch_index: self.dispatched,
                case,
                attempts,
                setbacks: Setbacks::default(),
                was_refused: false,
            });
        }
        can_requeue
    }

    fn lane_of(&self, case: u32) -> Option<u32> {
        let mut running = self.lanes.occupants();
        running.find(|(_, running)| running.ticket.case == case).map(|(lane, _)| lane)
    }

    /// Returns the next step of a worker that asks for a case. A ticket is issued
    /// once: whoever receives it reports the end of the case.
    pub fn next(&mut self, now_ns: u64) -> SchedulerStep {
        let NextCase { found, waits_first } = self.find_startable(now_ns);
        self.shared_use.reserve(waits_first);
        let startable = match found {
            Ok(startable) => startable,
            Err(step) => {
                if step == SchedulerStep::Done && self.phase == SchedulerPhase::Open {
                    self.phase = SchedulerPhase::Over;
                }
                return step;
            }
        };
        match startable {
            Startable::Queued { lane, ahead } => {
                let Some(case) = self.queue.take(lane, ahead) else { return SchedulerStep::Done };
                self.start(now_ns, lane, case, 0, Setbacks::default())
            }
            Startable::Retry(lane, retry) => {
                self.retries.remove(&retry);
                self.start(now_ns, lane, retry.case, retry.attempts, retry.setbacks)
            }
        }
    }

    /// Starts a case that has had this many attempts.
    fn start(
        &mut self,
        now_ns: u64,
        lane: u32,
        case: u32,
        attempts: u32,
        setbacks: Setbacks,
    ) -> SchedulerStep {
        let dispatch_index = self.dispatched;
        self.dispatched += 1;
        let ticket = Ticket { case, lane, attempt: attempts + 1, dispatch_index };
        let start = self.licences.record_start(now_ns, self.lanes.occupied());
        self.start_interval.record_dispatch(lane);
        let passed = self.shared_use.take(case);
        self.lanes.occupy(lane, RunningCase { ticket, setbacks, start, passed });
        SchedulerStep::Start(ticket)
    }

    /// Returns why a worker that asks now would receive no case; `None` if it would receive one.
    pub fn wait_reason(&self, now_ns: u64) -> Option<WaitReason> {
        match self.find_startable(now_ns).found {
            Ok(_) => None,
            Err(SchedulerStep::Wait { reason, .. }) => Some(reason),
            Err(_) => Some(WaitReason::Empty),
        }
    }

    /// Whether no case will start any more, however the running cases end.
    /// Refusals and requeued cases are disregarded.
    pub fn is_over(&self) -> bool {
        let may_fail = self.rules.retries > 0 && self.lanes.occupied() > 0;
        self.phase != SchedulerPhase::Open || !(self.has_queued_cases() || may_fail)
    }

    /// Whether cases wait to be started, for the first time or again.
    pub fn has_queued_cases(&self) -> bool {
        !self.queue.is_empty() || !self.retries.is_empty()
    }

    /// Returns the number of available licences, if it has been learned.
    pub fn available_licences(&self) -> Option<u32> {
        self.licences.available()
    }

    /// Returns the number of cases that failed for good, if it has reached the
    /// limit after which no case starts.
    pub fn too_many_failed(&self) -> Option<u32> {
        self.rules.stop_after.filter(|&most| self.failed >= most).map(|_| self.failed)
    }

    /// Finds the next case to start.
    fn find_startable(&self, now_ns: u64) -> NextCase {
        match self.find_first(now_ns) {
            Ok(first) if !self.shared_use.is_unlimited() => self.find_fitting(now_ns, first),
            found => found.into(),
        }
    }

    /// Finds the next case to start as far as resources suffice, in the place of the first that
    /// could start with any.
    fn find_fitting(&self, now_ns: u64, first: Startable) -> NextCase {
        let candidates = || self.candidates(now_ns, first);
        let reserved = candidates().find(|(case, _)| self.shared_use.waiting() == Some(*case));
        let Some((first_case, first)) = reserved.or_else(|| candidates().next()) else {
            return Ok(first).into();
        };
        let Some(reason) = self.shared_use.lacking(first_case) else { return Ok(first).into() };
        let passing = candidates().find(|&(case, _)| {
            self.shared_use.lacking(case).is_none() && self.shared_use.may_pass(case, first_case)
        });
        // A case that is ready later may pass too.
        let later = self.retries.iter().map(|retry| retry.ready_ns).find(|&ready| ready > now_ns);
        let found = match passing {
            Some((_, startable)) => Ok(startable),
            None => Err(SchedulerStep::Wait { until_ns: later, reason }),
        };
        NextCase { found, waits_first: Some(first_case) }
    }

    /// Iterates over the cases that could start now if resources sufficed, in dispatch order.
    fn candidates(
        &self,
        now_ns: u64,
        first: Startable,
    ) -> impl Iterator<Item = (u32, Startable)> + '_ {
        let lane = match first {
            Startable::Retry(lane, _) | Startable::Queued { lane, .. } => lane,
        };
        // A refused case that is not ready starts only where no other can.
        let only = match first {
            Startable::Retry(_, retry) if retry.ready_ns > now_ns => Some((retry.case, first)),
            _ => None,
        };
        let retries = self.retries.iter().take_while(move |retry| retry.ready_ns <= now_ns);
        let retries = retries.take(LOOK_AHEAD).map(move |&retry| {
            (retry.case, Startable::Retry(self.lanes.lowest_free().unwrap_or(lane), retry))
        });
        let queued = self.queue.waiting(self.batch_has_ended(), self.lanes.free());
        let queued = queued.map(|(lane, ahead, case)| (case, Startable::Queued { lane, ahead }));
        let others = retries.chain(queued).filter(move |_| only.is_none());
        only.into_iter().chain(others)
    }

    /// Whether no case is running or waiting for a retry.
    fn batch_has_ended(&self) -> bool {
        self.lanes.occupied() == 0 && self.retries.is_empty()
    }

    /// Finds the next case to start if resources suffice for each. The error is the step of a
    /// worker that finds none.
    fn find_first(&self, now_ns: u64) -> Result<Startable, SchedulerStep> {
        let wait = |until_ns, reason| Err(SchedulerStep::Wait { until_ns, reason });
        let running = self.lanes.occupied();
        if !self.has_queued_cases() || self.phase != SchedulerPhase::Open {
            return if running == 0 {
                Err(SchedulerStep::Done)
            } else {
                wait(None, WaitReason::Empty)
            };
        }
        let Some(lowest_free) = self.lanes.lowest_free() else {
            return wait(None, WaitReason::Empty);
        };
        let startable = self.next_waiting_case(now_ns, lowest_free)?;
        if self.is_paused {
            return wait(None, WaitReason::Paused);
        }
        if self.is_short_of_memory {
            return wait(Some(now_ns.saturating_add(MEMORY_POLL_NS)), WaitReason::Memory);
        }
        if self.rules.limit.is_some_and(|limit| running >= limit) {
            return wait(None, WaitReason::Licence);
        }
        if let Err(until_ns) = self.licences.may_start(now_ns, running) {
            return wait(Some(until_ns), WaitReason::Licence);
        }
        if let Err(until_ns) = self.start_interval.may_start(now_ns) {
            return wait(until_ns, WaitReason::StartInterval);
        }
        Ok(startable)
    }

    /// Finds the next case that only a pause, memory or a licence can delay.
    fn next_waiting_case(&self, now_ns: u64, lowest_free: u32) -> Result<Startable, SchedulerStep> {
        let running = self.lanes.occupied();
        let retry = self.retries.first();
        if let Some(&retry) = retry.filter(|retry| retry.ready_ns <= now_ns) {
            return Ok(Startable::Retry(lowest_free, retry));
        }
        let until_ns = retry.map(|retry| retry.ready_ns);
        let reason = match self.queue.offer(self.batch_has_ended(), || self.lanes.free()) {
            Offer::Any => return Ok(Startable::Queued { lane: lowest_free, ahead: 0 }),
            Offer::Lane(lane) => return Ok(Startable::Queued { lane, ahead: 0 }),
            Offer::Barrier if running > 0 => WaitReason::Barrier,
            Offer::Barrier | Offer::Nothing if retry.is_some() => WaitReason::Backoff,
            Offer::Barrier | Offer::Nothing => WaitReason::Empty,
        };
        // A refused case pauses to let others go first; here no other case can start.
        let startable = self.first_refused().map(|&retry| Startable::Retry(lowest_free, retry));
        startable.ok_or(SchedulerStep::Wait { until_ns, reason })
    }

    fn first_refused(&self) -> Option<&RetryEntry> {
        self.retries.iter().find(|retry| retry.was_refused)
    }

    /// Handles the end of a case that was not refused. Returns whether it will be retried.
    fn finish(&mut self, now_ns: u64, case: RunningCase, has_failed: bool) -> bool {
        let RunningCase { ticket, setbacks, start, .. } = case;
        self.licences.record_end(start, now_ns);
        if !has_failed {
            return false;
        }
        if setbacks.failures < self.rules.retries && self.phase == SchedulerPhase::Open {
            let failures = setbacks.failures + 1;
            let pause_ns = failed_pause_ns(self.rules.retry_pause_ns, failures);
            let setbacks = Setbacks { failures, ..setbacks };
            self.queue_retry(now_ns.saturating_add(pause_ns), ticket, setbacks, false);
            return true;
        }
        self.failed += 1;
        if self.too_many_failed().is_some() {
            self.phase = SchedulerPhase::Cancelled;
        }
        false
    }

    fn queue_retry(
        &mut self,
        ready_ns: u64,
        ticket: Ticket,
        setbacks: Setbacks,
        was_refused: bool,
    ) {
        let Ticket { case, attempt: attempts, dispatch_index, .. } = ticket;
        let retry = RetryEntry { ready_ns, dispatch_index, case, attempts, setbacks, was_refused };
        self.retries.insert(retry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::Dispatch;

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
        scheduler.handle(now_ns, SchedulerEvent::Finished { lane, has_failed: false });
    }

    fn fail(scheduler: &mut Scheduler, now_ns: u64, lane: u32) {
        scheduler.handle(now_ns, SchedulerEvent::Finished { lane, has_failed: true });
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
    fn the_run_is_over_when_no_case_is_left_or_running() {
        let mut s = scheduler(1, Rules::with_lanes(2));
        start(&mut s, 0);
        assert_eq!(waits(&mut s, 0), (None, WaitReason::Empty));
        settle(&mut s, 1, 0);
        assert_eq!(s.next(1), SchedulerStep::Done);
        assert_eq!(scheduler(0, Rules::with_lanes(2)).next(0), SchedulerStep::Done);
    }

    #[test]
    fn it_is_over_as_soon_as_no_case_can_start() {
        let mut s = scheduler(1, Rules::with_lanes(2));
        assert!(!s.is_over());
        start(&mut s, 0);
        assert!(s.is_over());
        let mut s = scheduler(1, Rules { retries: 1, ..Rules::with_lanes(2) });
        start(&mut s, 0);
        assert!(!s.is_over(), "the case may fail and be retried");
        s.handle(1, SchedulerEvent::Cancel);
        assert!(s.is_over());
    }

    #[test]
    fn a_limit_holds_whatever_the_number_of_lanes() {
        for limit in [1, 2] {
            let mut s = scheduler(3, Rules { limit: Some(limit), ..Rules::with_lanes(3) });
            for lane in 0..limit {
                assert_eq!(start(&mut s, 0).lane, lane);
            }
            assert_eq!(waits(&mut s, 0), (None, WaitReason::Licence));
        }
    }

    #[test]
    fn a_pause_delays_cases_that_have_not_started() {
        let mut s = scheduler(2, Rules::with_lanes(2));
        start(&mut s, 0);
        s.handle(1, SchedulerEvent::Pause);
        assert_eq!(waits(&mut s, 1), (None, WaitReason::Paused));
        s.handle(2, SchedulerEvent::Resume);
        assert_eq!(start(&mut s, 2).case, 1);
    }

    #[test]
    fn no_case_starts_after_a_cancel() {
        let mut s = scheduler(3, Rules { retries: 5, ..Rules::with_lanes(2) });
        start(&mut s, 0);
        s.handle(1, SchedulerEvent::Cancel);
        assert_eq!(waits(&mut s, 1), (None, WaitReason::Empty));
        fail(&mut s, 2, 0);
        assert_eq!(s.next(2), SchedulerStep::Done);
    }

    #[test]
    fn a_failed_case_is_retried_after_increasing_pauses() {
        let mut s = scheduler(2, Rules { retries: 2, retry_pause_ns: 10, ..Rules::with_lanes(1) });
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
    fn a_refusal_is_not_a_failure_and_other_cases_continue() {
        let mut s = scheduler(4, Rules { stop_after: Some(1), ..Rules::with_lanes(3) });
        for _ in 0..3 {
            start(&mut s, 0);
        }
        assert!(s.handle(10, SchedulerEvent::Refused { lane: 2 }));
        assert_eq!(s.available_licences(), Some(2));
        // It waits for a case to end, or for the next probe.
        assert_eq!(waits(&mut s, 10).1, WaitReason::Licence);
        settle(&mut s, 11, 0);
        let again = start(&mut s, 11);
        assert_eq!((again.case, again.lane, again.attempt), (2, 0, 2));
        assert!(s.handle(12, SchedulerEvent::Refused { lane: 0 }));
        assert_eq!(s.available_licences(), Some(1));
        assert_eq!(waits(&mut s, 12), (Some(12 + 11), WaitReason::Licence), "a median case later");
        // Refused twice, it lets the next case go first.
        settle(&mut s, 13, 1);
        assert_eq!(start(&mut s, 13).case, 3);
        settle(&mut s, 20, 0);
        assert_eq!(s.available_licences(), Some(1), "a case that was not refused had a licence");
        assert_eq!(start(&mut s, 20).case, 2);
        settle(&mut s, 30, 0);
        assert_eq!(s.next(30), SchedulerStep::Done);
    }

    #[test]
    fn a_refused_case_waits_only_while_others_go_first() {
        let mut s = scheduler(2, Rules::with_lanes(2));
        start(&mut s, 0);
        let mut now_ns = 0;
        for _ in 0..5 {
            let refused = start(&mut s, now_ns);
            assert_eq!(refused.case, 1);
            now_ns += 1;
            assert!(s.handle(now_ns, SchedulerEvent::Refused { lane: refused.lane }));
            now_ns = waits(&mut s, now_ns).0.unwrap();
        }
        // Its own pause is far longer, but the licence is free and nothing else waits.
        settle(&mut s, now_ns - 1, 0);
        assert!(s.retries.first().unwrap().ready_ns > now_ns);
        assert_eq!(start(&mut s, now_ns - 1).case, 1);
    }

    #[test]
    fn no_case_starts_after_too_many_failures() {
        let rules =
            Rules { retries: 1, retry_pause_ns: 10, stop_after: Some(2), ..Rules::with_lanes(1) };
        let mut s = scheduler(4, rules);
        let mut attempts = Vec::new();
        for now_ns in [100, 200, 300, 400] {
            assert_eq!(s.too_many_failed(), None);
            let ticket = start(&mut s, now_ns);
            attempts.push((ticket.case, ticket.attempt));
            fail(&mut s, now_ns, 0);
        }
        assert_eq!(attempts, [(0, 1), (0, 2), (1, 1), (1, 2)]);
        assert_eq!((s.too_many_failed(), s.next(401)), (Some(2), SchedulerStep::Done));
    }

    #[test]
    fn waiting_for_memory_polls_again() {
        let mut s = scheduler(2, Rules::with_lanes(2));
        s.handle(0, SchedulerEvent::Memory { enough: false });
        assert_eq!(waits(&mut s, 5), (Some(5 + MEMORY_POLL_NS), WaitReason::Memory));
        s.handle(9, SchedulerEvent::Memory { enough: true });
        start(&mut s, 9);
    }

    #[test]
    fn cases_can_be_removed_and_requeued() {
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
        s.handle(3, SchedulerEvent::Finished { lane: 0, has_failed: false });
        assert_eq!(start(&mut s, 3).case, 1, "a case removed while running is not retried");
        settle(&mut s, 4, 0);
        assert_eq!(start(&mut s, 4).case, 3);
        settle(&mut s, 5, 0);
        assert_eq!(s.next(5), SchedulerStep::Done);
        assert!(!s.requeue(6, 3, 1), "no worker is left to run it");
    }

    #[test]
    fn a_removed_lane_returns_with_the_next_resize() {
        let mut s = scheduler(3, Rules::with_lanes(2));
        start(&mut s, 0);
        start(&mut s, 0);
        s.handle(1, SchedulerEvent::Resize(1));
        fail(&mut s, 1, 1);
        assert_eq!(waits(&mut s, 1), (None, WaitReason::Empty));
        s.handle(2, SchedulerEvent::Resize(2));
        assert_eq!(start(&mut s, 2).lane, 1);
    }

    #[test]
    fn fewer_lanes_let_running_cases_finish_and_more_lanes_start_at_once() {
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
    fn a_batch_starts_when_the_batch_before_has_ended() {
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
        assert_eq!(waits(&mut s, 4), (None, WaitReason::Empty), "the last batch has no barrier");
        settle(&mut s, 5, 1);
        assert_eq!(s.next(5), SchedulerStep::Done);
    }

    #[test]
    fn a_pending_retry_delays_the_next_batch() {
        let mut s = scheduler(3, Rules { retries: 1, retry_pause_ns: 10, ..batches(2, 2) });
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
    fn shares_are_fixed_and_a_lane_without_cases_is_idle() {
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
    fn a_resize_divides_the_rest_of_the_shares() {
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
    fn an_event_of_an_empty_lane_is_ignored() {
        let mut s = scheduler(1, Rules { retries: 1, ..Rules::with_lanes(1) });
        fail(&mut s, 0, 0);
        fail(&mut s, 0, 99);
        assert!(!s.handle(0, SchedulerEvent::Refused { lane: 99 }));
        assert_eq!(start(&mut s, 0).case, 0);
        settle(&mut s, 1, 0);
        assert_eq!(s.next(1), SchedulerStep::Done);
    }
}
