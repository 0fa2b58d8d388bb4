//! The desk where workers report and ask: the scheduler and the stream of
//! events behind one lock. So events stand in the order in which they happened,
//! and starts in the order of dispatch.

use std::collections::BTreeSet;
use std::time::Duration;

use parking_lot::{Condvar, Mutex, MutexGuard};

use crate::run::{CaseEnd, CaseOutcome, RunEvent};
use crate::schedule::{
    Outcome, RemoveResult, Scheduler, SchedulerEvent, SchedulerStep, Ticket, WaitReason, WaitSpan,
};
use crate::study::FrozenStudy;

use super::clock::Clock;
use super::memory::free_memory_bytes;

/// How long what is known of free memory is believed.
const MEMORY_KNOWN_NS: u64 = 50_000_000;

pub(crate) struct Dispatcher {
    clock: Clock,
    /// With less free memory than this, in bytes, nothing starts.
    memory_floor_bytes: Option<u64>,
    state: Mutex<DispatcherState>,
    /// Workers wait here for a case.
    turn: Condvar,
    /// The messenger waits here for news.
    news: Condvar,
    /// And here for the end, between two bundles.
    end: Condvar,
}

struct DispatcherState {
    scheduler: Scheduler,
    /// How many workers there are, those that are still being made included.
    present: u32,
    /// How many there are to be.
    wanted: u32,
    /// The cases that have ended last otherwise than done.
    undone: BTreeSet<u32>,
    /// How many times each case was started.
    attempts: Vec<u32>,
    /// The worker that works, or did last, in each lane.
    holders: Vec<u32>,
    /// The cases in work that were taken out of the run.
    dropped: BTreeSet<u32>,
    /// How many licences there are, as far as that was told.
    licences: Option<u32>,
    /// When it was looked how much memory is free.
    memory_ns: Option<u64>,
    /// Why nothing is in work, as far as that was told.
    held: Option<WaitReason>,
    events: Vec<RunEvent>,
    waiting: u32,
    cancelled: bool,
    closed: bool,
}

impl DispatcherState {
    /// This worker works in this lane.
    fn hold(&mut self, lane: u32, worker: u32) {
        let lane = lane as usize;
        if self.holders.len() <= lane {
            self.holders.resize(lane + 1, worker);
        }
        self.holders[lane] = worker;
    }
}

/// What a worker is to do that has reported a case.
pub(crate) enum NextAssignment {
    /// Run this one.
    Turn(Assignment),
    /// Make itself fit again, for its case was taken from it, and ask.
    Renew,
    /// Ask again, and wait: there is nothing to be run just now.
    Wait,
    /// Leave.
    Leave,
}

/// What there is for a worker that asks.
enum ActiveCase {
    /// This case, which starts now.
    Start(Ticket, u64),
    /// Nothing, and there will not be.
    Leave,
    /// Nothing now, at least for so long if that is known.
    Wait { why: WaitReason, pause: Option<Duration> },
}

/// What a worker is to run.
pub(crate) struct Assignment {
    pub(crate) ticket: Ticket,
    pub(crate) start_ns: u64,
    /// Whether the worker had to wait for it.
    pub(crate) waited: bool,
}

impl Dispatcher {
    /// The desk of a run of this study.
    pub(crate) fn new(clock: Clock, scheduler: Scheduler, frozen: &FrozenStudy) -> Self {
        let plan = &frozen.plan;
        let state = DispatcherState {
            scheduler,
            present: plan.workers,
            wanted: plan.workers,
            undone: BTreeSet::new(),
            attempts: vec![0; frozen.cases.len()],
            holders: Vec::new(),
            dropped: BTreeSet::new(),
            licences: None,
            memory_ns: None,
            held: None,
            events: Vec::new(),
            waiting: 0,
            cancelled: false,
            closed: false,
        };
        Self {
            clock,
            memory_floor_bytes: plan.limits.memory_floor_bytes,
            state: Mutex::new(state),
            turn: Condvar::new(),
            news: Condvar::new(),
            end: Condvar::new(),
        }
    }

    /// A worker comes for its first case. One that was added while the run went on
    /// was asked for at `added_ns`.
    pub(crate) fn first(
        &self,
        worker: u32,
        ready_ns: u64,
        added_ns: Option<u64>,
    ) -> Option<Assignment> {
        let mut state = self.state.lock();
        let came = match added_ns {
            None => RunEvent::WorkerReady { at_ns: ready_ns },
            Some(from_ns) => RunEvent::WorkerAdded { requested_ns: from_ns, at_ns: ready_ns },
        };
        self.tell(&mut state, came);
        self.next(state, worker, ready_ns)
    }

    /// A worker reports the end of its case, at `asked_ns`, and comes for the
    /// next one.
    pub(crate) fn again(&self, worker: u32, end: CaseEnd, asked_ns: u64) -> NextAssignment {
        let mut state = self.state.lock();
        if self.take_end(&mut state, end) {
            // What it held is free, and it does not come for it yet.
            self.turn.notify_all();
            return NextAssignment::Renew;
        }
        match self.at_once(&mut state, worker, asked_ns) {
            ActiveCase::Start(ticket, start_ns) => {
                NextAssignment::Turn(Assignment { ticket, start_ns, waited: false })
            }
            ActiveCase::Leave => NextAssignment::Leave,
            ActiveCase::Wait { .. } => NextAssignment::Wait,
        }
    }

    /// A case ended, and who ran it does not come for another one yet.
    pub(crate) fn ended(&self, end: CaseEnd) {
        self.take_end(&mut self.state.lock(), end);
        self.turn.notify_all();
    }

    /// Takes the report of an attempt. Returns whether its case had been taken out
    /// of the run.
    fn take_end(&self, state: &mut DispatcherState, mut end: CaseEnd) -> bool {
        let Ticket { case, lane, .. } = end.ticket;
        let dropped = state.dropped.remove(&case);
        if dropped && end.outcome == CaseOutcome::Refused {
            end.outcome = CaseOutcome::Cancelled;
        }
        let outcome = match end.outcome {
            CaseOutcome::Done(_) | CaseOutcome::Cancelled => Outcome::Settled,
            _ if dropped => Outcome::Removed,
            CaseOutcome::Failed(_) | CaseOutcome::TimedOut(_) | CaseOutcome::Refused => {
                Outcome::Failed
            }
        };
        let event = match end.outcome {
            CaseOutcome::Refused => SchedulerEvent::Refused { lane },
            _ => SchedulerEvent::Finished { lane, outcome },
        };
        let before = state.scheduler.too_many_failed();
        end.will_retry = state.scheduler.handle(end.end_ns, event);
        if matches!(end.outcome, CaseOutcome::Done(_)) {
            state.undone.remove(&case);
        } else {
            state.undone.insert(case);
        }
        let end_ns = end.end_ns;
        self.tell(state, RunEvent::Finished(end));
        self.tell_licences(state, end_ns);
        if let Some(failed) = state.scheduler.too_many_failed().filter(|_| before.is_none()) {
            let noun = if failed == 1 { "case has" } else { "cases have" };
            let message = format!("{failed} {noun} failed, so that nothing more was started");
            self.tell(state, RunEvent::Aborted { message });
            self.turn.notify_all();
        }
        dropped
    }

    /// Tells how many licences there are, if that was learned anew.
    fn tell_licences(&self, state: &mut DispatcherState, at_ns: u64) {
        let licences = state.scheduler.licences();
        if let Some(available) = licences.filter(|_| licences != state.licences) {
            state.licences = licences;
            self.tell(state, RunEvent::Licences { at_ns, available });
        }
    }

    /// A worker comes for a case.
    pub(crate) fn ask(&self, worker: u32, asked_ns: u64) -> Option<Assignment> {
        self.next(self.state.lock(), worker, asked_ns)
    }

    /// Whether nothing will start any more.
    pub(crate) fn is_over(&self) -> bool {
        self.state.lock().scheduler.is_over()
    }

    /// The next case for a worker that asked at `asked_ns`.
    fn next(
        &self,
        mut state: MutexGuard<'_, DispatcherState>,
        worker: u32,
        mut asked_ns: u64,
    ) -> Option<Assignment> {
        let mut waited = false;
        loop {
            match self.at_once(&mut state, worker, asked_ns) {
                ActiveCase::Start(ticket, start_ns) => {
                    return Some(Assignment { ticket, start_ns, waited });
                }
                ActiveCase::Leave => return None,
                ActiveCase::Wait { why, pause } => {
                    state.waiting += 1;
                    match pause {
                        None => self.turn.wait(&mut state),
                        Some(pause) => drop(self.turn.wait_for(&mut state, pause)),
                    }
                    state.waiting -= 1;
                    let until_ns = self.clock.now_ns();
                    let wait = WaitSpan { reason: why, from_ns: asked_ns, until_ns };
                    self.tell(&mut state, RunEvent::Waited(wait));
                    asked_ns = until_ns;
                    waited = true;
                }
            }
        }
    }

    /// What there is now for a worker that asked at `asked_ns`. The start is stamped
    /// under the lock, so that starts are in the order of dispatch.
    fn at_once(&self, state: &mut DispatcherState, worker: u32, asked_ns: u64) -> ActiveCase {
        let now_ns = self.clock.now_ns();
        if state.present > state.wanted {
            state.present -= 1;
            self.tell(state, RunEvent::WorkerRetired { at_ns: asked_ns });
            return ActiveCase::Leave;
        }
        self.look_at_memory(state, now_ns);
        match state.scheduler.next(now_ns) {
            SchedulerStep::Start(ticket) => {
                let started = RunEvent::Started { ticket, asked_ns, at_ns: now_ns };
                state.attempts[ticket.case as usize] = ticket.attempt;
                state.hold(ticket.lane, worker);
                state.held = None;
                self.tell(state, started);
                self.tell_licences(state, now_ns);
                // One wakes the next, as long as there is something to start.
                if state.waiting > 0 && state.scheduler.can_start(now_ns) {
                    self.turn.notify_one();
                } else if state.waiting > 0 && state.scheduler.is_over() {
                    // Who waited for a case hears that there is none any more: from
                    // now on that is the reason.
                    self.turn.notify_all();
                }
                ActiveCase::Start(ticket, now_ns)
            }
            SchedulerStep::Done => {
                // Since it asked it had nothing to do, whenever it got here.
                self.tell(state, RunEvent::WorkerLeft { at_ns: asked_ns });
                self.turn.notify_all();
                ActiveCase::Leave
            }
            SchedulerStep::Wait { until_ns, reason: why } => {
                let outside =
                    matches!(why, WaitReason::Licence | WaitReason::Memory | WaitReason::Backoff);
                if outside && state.held != Some(why) && state.scheduler.running_count() == 0 {
                    state.held = Some(why);
                    self.tell(state, RunEvent::Blocked { reason: why });
                }
                let pause =
                    until_ns.map(|until_ns| Duration::from_nanos(until_ns.saturating_sub(now_ns)));
                ActiveCase::Wait { why, pause }
            }
        }
    }

    /// Where there is a floor of free memory, tells the scheduler whether it holds.
    fn look_at_memory(&self, state: &mut DispatcherState, now_ns: u64) {
        let Some(floor_bytes) = self.memory_floor_bytes else { return };
        if state.memory_ns.is_none_or(|known_ns| now_ns >= known_ns + MEMORY_KNOWN_NS) {
            state.memory_ns = Some(now_ns);
            // What the system does not tell holds nothing up.
            let enough = free_memory_bytes().is_none_or(|bytes| bytes >= floor_bytes);
            state.scheduler.handle(now_ns, SchedulerEvent::Memory { enough });
        }
    }

    /// So many workers are to be there from now on. Returns how many are to be
    /// added, and since when they are asked for.
    pub(crate) fn resize(&self, workers: u32) -> (u32, u64) {
        let mut state = self.state.lock();
        let at_ns = self.clock.now_ns();
        state.scheduler.handle(at_ns, SchedulerEvent::Resize(workers));
        state.wanted = workers;
        let missing = workers.saturating_sub(state.present);
        state.present += missing;
        self.tell(&mut state, RunEvent::Resized { at_ns, workers });
        self.turn.notify_all();
        (missing, at_ns)
    }

    /// So many workers that were to be added cannot be had.
    pub(crate) fn go_without(&self, missing: u32) {
        let mut state = self.state.lock();
        state.present -= missing;
        let (at_ns, workers) = (self.clock.now_ns(), state.wanted.min(state.present));
        state.scheduler.handle(at_ns, SchedulerEvent::Resize(workers));
        state.wanted = workers;
        self.tell(&mut state, RunEvent::Resized { at_ns, workers });
        if workers == 0 && !state.scheduler.is_over() {
            let message = "no worker could be had any more, so that nothing more was started";
            self.tell(&mut state, RunEvent::Aborted { message: message.to_owned() });
        }
    }

    /// A worker that cannot go on leaves at `at_ns`, if there are others.
    pub(crate) fn retire(&self, at_ns: u64) -> bool {
        let mut state = self.state.lock();
        if state.present < 2 {
            return false;
        }
        state.present -= 1;
        self.tell(&mut state, RunEvent::WorkerRetired { at_ns });
        if state.wanted > state.present {
            let workers = state.present;
            let now_ns = self.clock.now_ns();
            state.wanted = workers;
            state.scheduler.handle(now_ns, SchedulerEvent::Resize(workers));
            self.tell(&mut state, RunEvent::Resized { at_ns: now_ns, workers });
        }
        self.turn.notify_all();
        true
    }

    /// Whether all cases that have ended are done.
    pub(crate) fn is_all_done(&self) -> bool {
        self.state.lock().undone.is_empty()
    }

    /// Tells the scheduler what the user wants, and everybody who waits.
    pub(crate) fn steer(&self, event: SchedulerEvent, told: impl FnOnce(u64) -> RunEvent) {
        let mut state = self.state.lock();
        let now_ns = self.clock.now_ns();
        state.scheduler.handle(now_ns, event);
        self.tell(&mut state, told(now_ns));
        self.turn.notify_all();
    }

    /// Takes a case out of the run. One that is in work is ended by `end_work_of` its
    /// worker, and then reported as any other.
    pub(crate) fn drop_case(&self, case: u32, end_work_of: impl FnOnce(u32)) {
        let mut state = self.state.lock();
        match state.scheduler.remove_case(case) {
            RemoveResult::Removed => {
                // One that was to be run once more keeps what came of it.
                if state.attempts[case as usize] == 0 {
                    state.undone.insert(case);
                }
                let at_ns = self.clock.now_ns();
                self.tell(&mut state, RunEvent::CaseRemoved { case, at_ns });
                self.turn.notify_all();
            }
            // As long as the lock is held, its worker cannot go on to another case.
            RemoveResult::Running(lane) => {
                state.dropped.insert(case);
                state.holders.get(lane as usize).copied().map(end_work_of);
            }
            RemoveResult::NotPending => {}
        }
    }

    /// Whether this case, which is in work, was taken out of the run.
    pub(crate) fn is_dropped(&self, case: u32) -> bool {
        self.state.lock().dropped.contains(&case)
    }

    /// Has a case run once more that has ended.
    pub(crate) fn put_back(&self, case: u32) {
        let mut state = self.state.lock();
        let Some(&attempts) = state.attempts.get(case as usize) else { return };
        let at_ns = self.clock.now_ns();
        if state.scheduler.requeue(at_ns, case, attempts) {
            self.tell(&mut state, RunEvent::CaseRequeued { case, at_ns });
            self.turn.notify_all();
        }
    }

    /// Lets nothing start any more. Returns whether this was the first to do so.
    pub(crate) fn cancel(&self) -> bool {
        let mut state = self.state.lock();
        state.scheduler.handle(self.clock.now_ns(), SchedulerEvent::Cancel);
        self.turn.notify_all();
        !std::mem::replace(&mut state.cancelled, true)
    }

    /// Adds to the stream of events.
    pub(crate) fn note(&self, event: RunEvent) {
        self.tell(&mut self.state.lock(), event);
    }

    /// Adds the last event to the stream.
    pub(crate) fn close(&self) {
        let mut state = self.state.lock();
        self.tell(&mut state, RunEvent::Ended);
        state.closed = true;
        self.end.notify_all();
    }

    /// The events since the last call, as soon as there are any; `None` after
    /// the last.
    pub(crate) fn bundle(&self) -> Option<Vec<RunEvent>> {
        let mut state = self.state.lock();
        while state.events.is_empty() {
            if state.closed {
                return None;
            }
            self.news.wait(&mut state);
        }
        Some(std::mem::take(&mut state.events))
    }

    /// Rests for so long, or until the last event.
    pub(crate) fn rest(&self, pause: Duration) {
        let mut state = self.state.lock();
        if !state.closed {
            self.end.wait_for(&mut state, pause);
        }
    }

    fn tell(&self, state: &mut DispatcherState, event: RunEvent) {
        if state.events.is_empty() {
            self.news.notify_one();
        }
        state.events.push(event);
    }
}
