//! Hands cases to workers and collects their results.
//!
//! One lock guards the scheduler and the event list, so events are recorded in
//! the order they happen and starts in dispatch order.

use std::collections::BTreeSet;
use std::time::Duration;

use parking_lot::{Condvar, Mutex, MutexGuard};

use crate::run::{CaseEnd, CaseOutcome, RunEvent};
use crate::schedule::{Scheduler, SchedulerEvent, SchedulerStep, Ticket, WaitReason, WaitSpan};
use crate::study::{FrozenStudy, Resource, RunsIn, SeriesChoice, SharedResource};

use super::clock::Clock;
use super::cpus::CpuPool;
use super::memory::free_memory_bytes;

/// Maximum age of a free-memory reading before it is taken again.
const MEMORY_READING_MAX_AGE_NS: u64 = 50_000_000;

pub(crate) struct Dispatcher {
    pub(super) clock: Clock,
    /// Free memory in bytes below which no case starts.
    memory_floor_bytes: Option<u64>,
    /// Whether the work of a case starts when it is assigned, not later in a worker process.
    starts_when_assigned: bool,
    /// Cores of programs that are pinned to CPUs.
    pinned_cores: Option<SharedResource>,
    pub(super) state: Mutex<DispatcherState>,
    /// Wakes workers that wait for a case.
    pub(super) workers_wake: Condvar,
    /// Wakes the sender of events.
    event_added: Condvar,
    /// Wakes the sender of events between two bundles when the run ends.
    stream_closed: Condvar,
}

pub(super) struct DispatcherState {
    pub(super) scheduler: Scheduler,
    /// Workers running or starting.
    pub(super) worker_count: u32,
    /// Worker count requested by the user; differs while workers join or leave.
    pub(super) target_worker_count: u32,
    /// Cases whose latest attempt did not succeed.
    pub(super) unsuccessful: BTreeSet<u32>,
    pub(super) attempts: Vec<u32>,
    /// Current or most recent worker of each lane.
    pub(super) lane_workers: Vec<u32>,
    pub(super) removed_cases: BTreeSet<u32>,
    reported_licences: Option<u32>,
    memory_read_at_ns: Option<u64>,
    /// Reason last reported for no case running.
    reported_wait: Option<WaitReason>,
    events: Vec<RunEvent>,
    /// Number of workers waiting for a case.
    waiting: u32,
    /// Reason for which workers wait, or last waited.
    wait_reason: Option<WaitReason>,
    pub(super) is_cancelled: bool,
    is_closed: bool,
    /// CPUs for programs that have their cores to themselves.
    cpus: CpuPool,
    /// Time of each case in nanoseconds, if some are sampled after the run.
    times_ns: Option<Vec<u64>>,
}

impl DispatcherState {
    fn occupy(&mut self, lane: u32, worker: u32) {
        let lane = lane as usize;
        if self.lane_workers.len() <= lane {
            self.lane_workers.resize(lane + 1, worker);
        }
        self.lane_workers[lane] = worker;
    }
}

pub(crate) struct Assignment {
    pub(crate) ticket: Ticket,
    pub(crate) start_ns: u64,
    pub(crate) had_to_wait: bool,
    /// CPUs that a program is pinned to; none if it may run on all.
    pub(crate) cpus: Vec<u32>,
}

/// Answer to a worker that requests a case.
pub(crate) enum Answer {
    Run(Assignment),
    Leave,
    /// Wait for an event, or for `pause` if it is set.
    Wait {
        reason: WaitReason,
        pause: Option<Duration>,
    },
}

impl Dispatcher {
    /// `sampled_ns` holds the times of the cases if they ran before.
    pub(crate) fn new(
        clock: Clock,
        scheduler: Scheduler,
        frozen: &FrozenStudy,
        sampled_ns: Option<Vec<u64>>,
    ) -> Self {
        let plan = &frozen.plan;
        let pinned_cores = frozen.program.as_ref().and_then(|_| {
            let mut limited = frozen.resources.limited().map(|(shared, _)| shared);
            limited.find(|shared| shared.resource == Resource::Cores).cloned()
        });
        let cpus = pinned_cores.as_ref().map(|_| CpuPool::of_this_machine()).unwrap_or_default();
        let state = DispatcherState {
            scheduler,
            worker_count: plan.workers,
            target_worker_count: plan.workers,
            unsuccessful: BTreeSet::new(),
            attempts: vec![0; frozen.cases.len()],
            lane_workers: Vec::new(),
            removed_cases: BTreeSet::new(),
            reported_licences: None,
            memory_read_at_ns: None,
            reported_wait: None,
            events: Vec::new(),
            waiting: 0,
            wait_reason: None,
            is_cancelled: false,
            is_closed: false,
            cpus,
            times_ns: (plan.series == SeriesChoice::Sample)
                .then(|| sampled_ns.unwrap_or_else(|| vec![0; frozen.cases.len()])),
        };
        Self {
            clock,
            memory_floor_bytes: plan.limits.memory_floor_bytes,
            starts_when_assigned: frozen.program.is_none()
                && plan.strategy.runs_in() != RunsIn::Processes,
            pinned_cores,
            state: Mutex::new(state),
            workers_wake: Condvar::new(),
            event_added: Condvar::new(),
            stream_closed: Condvar::new(),
        }
    }

    /// Registers a worker and assigns its first case.
    ///
    /// `requested_ns` is set for workers added while the run is in progress.
    /// Returns `None` if no case is left.
    pub(crate) fn register(
        &self,
        worker: u32,
        ready_ns: u64,
        requested_ns: Option<u64>,
    ) -> Option<Assignment> {
        let mut state = self.state.lock();
        let registered = match requested_ns {
            None => RunEvent::WorkerReady { at_ns: ready_ns },
            Some(requested_ns) => RunEvent::WorkerAdded { requested_ns, at_ns: ready_ns },
        };
        self.push_event(&mut state, registered);
        self.wait_for_case(state, worker, ready_ns)
    }

    /// Records the end of a case and requests the next one, in one visit to the lock. Returns
    /// `None` if the case was removed while running: the worker has to recover first.
    pub(crate) fn report_and_request(
        &self,
        worker: u32,
        end: CaseEnd,
        asked_ns: u64,
    ) -> Option<Answer> {
        let mut state = self.state.lock();
        if self.record_end(&mut state, end) {
            // The lane is free, but this worker does not ask for a case yet.
            self.workers_wake.notify_all();
            return None;
        }
        Some(self.answer(&mut state, worker, asked_ns))
    }

    /// Records that the work in a lane started at `start_ns`.
    pub(crate) fn report_start(&self, lane: u32, start_ns: u64) {
        self.state.lock().scheduler.handle(start_ns, SchedulerEvent::Started { lane });
        self.workers_wake.notify_all();
    }

    pub(crate) fn report(&self, end: CaseEnd) {
        self.record_end(&mut self.state.lock(), end);
        self.workers_wake.notify_all();
    }

    /// Requests a case and waits for it. Returns `None` if no case is left.
    pub(crate) fn request(&self, worker: u32, asked_ns: u64) -> Option<Assignment> {
        self.wait_for_case(self.state.lock(), worker, asked_ns)
    }

    /// Records the end of an attempt. Returns whether its case had been removed from the run.
    fn record_end(&self, state: &mut DispatcherState, mut end: CaseEnd) -> bool {
        let Ticket { case, lane, .. } = end.ticket;
        let was_removed = state.removed_cases.remove(&case);
        if was_removed && end.outcome == CaseOutcome::Refused {
            end.outcome = CaseOutcome::Cancelled;
        }
        let event = match end.outcome {
            CaseOutcome::Refused => SchedulerEvent::Refused { lane },
            CaseOutcome::Failed(_) | CaseOutcome::TimedOut(_) => {
                SchedulerEvent::Finished { lane, has_failed: !was_removed }
            }
            CaseOutcome::Done(_) | CaseOutcome::Cancelled => {
                SchedulerEvent::Finished { lane, has_failed: false }
            }
        };
        state.cpus.release(lane);
        state.scheduler.handle(end.start_ns, SchedulerEvent::Started { lane });
        let had_stopped = state.scheduler.too_many_failed().is_some();
        let has_more = state.scheduler.has_queued_cases();
        end.will_retry = state.scheduler.handle(end.end_ns, event);
        if matches!(end.outcome, CaseOutcome::Done(_)) {
            state.unsuccessful.remove(&case);
            if let Some(times_ns) = &mut state.times_ns {
                times_ns[case as usize] = end.end_ns.saturating_sub(end.start_ns);
            }
        } else {
            state.unsuccessful.insert(case);
        }
        let end_ns = end.end_ns;
        self.push_event(state, RunEvent::Finished(end));
        self.report_licences(state, end_ns);
        let is_cut = !had_stopped && has_more;
        if let Some(failed) = state.scheduler.too_many_failed().filter(|_| is_cut) {
            self.push_event(state, RunEvent::too_many_failed(failed));
            self.workers_wake.notify_all();
        }
        was_removed
    }

    fn report_licences(&self, state: &mut DispatcherState, at_ns: u64) {
        let licences = state.scheduler.available_licences();
        if let Some(available) = licences.filter(|_| licences != state.reported_licences) {
            state.reported_licences = licences;
            self.push_event(state, RunEvent::Licences { at_ns, available });
        }
    }

    /// Waits until the worker receives a case, or until none is left.
    fn wait_for_case(
        &self,
        mut state: MutexGuard<'_, DispatcherState>,
        worker: u32,
        mut asked_ns: u64,
    ) -> Option<Assignment> {
        let mut had_to_wait = false;
        loop {
            match self.answer(&mut state, worker, asked_ns) {
                Answer::Run(assignment) => return Some(Assignment { had_to_wait, ..assignment }),
                Answer::Leave => return None,
                Answer::Wait { reason, pause } => {
                    state.waiting += 1;
                    match pause {
                        None => self.workers_wake.wait(&mut state),
                        Some(pause) => drop(self.workers_wake.wait_for(&mut state, pause)),
                    }
                    state.waiting -= 1;
                    let until_ns = self.clock.now_ns();
                    let wait = WaitSpan { reason, from_ns: asked_ns, until_ns };
                    self.push_event(&mut state, RunEvent::Waited(wait));
                    asked_ns = until_ns;
                    had_to_wait = true;
                }
            }
        }
    }

    /// Answers a worker that asked at `asked_ns`. Starts are stamped under the
    /// lock, which keeps them in dispatch order.
    fn answer(&self, state: &mut DispatcherState, worker: u32, asked_ns: u64) -> Answer {
        let now_ns = self.clock.now_ns();
        if state.worker_count > state.target_worker_count {
            state.worker_count -= 1;
            self.push_event(state, RunEvent::WorkerRetired { at_ns: asked_ns });
            return Answer::Leave;
        }
        self.check_memory(state, now_ns);
        match state.scheduler.next(now_ns) {
            SchedulerStep::Start(ticket) => {
                self.start(state, worker, ticket, (asked_ns, now_ns));
                let cpus = self.pin(state, ticket);
                Answer::Run(Assignment { ticket, start_ns: now_ns, had_to_wait: false, cpus })
            }
            SchedulerStep::Done => {
                // The worker has been idle since it asked, not since now.
                self.push_event(state, RunEvent::WorkerLeft { at_ns: asked_ns });
                self.workers_wake.notify_all();
                Answer::Leave
            }
            SchedulerStep::Wait { until_ns, reason } => {
                let is_external = matches!(
                    reason,
                    WaitReason::Licence | WaitReason::Memory | WaitReason::Backoff
                );
                if is_external
                    && state.reported_wait != Some(reason)
                    && state.scheduler.running_count() == 0
                {
                    state.reported_wait = Some(reason);
                    self.push_event(state, RunEvent::Blocked { at_ns: now_ns, reason });
                }
                self.share_wait_reason(state, reason);
                let pause =
                    until_ns.map(|until_ns| Duration::from_nanos(until_ns.saturating_sub(now_ns)));
                Answer::Wait { reason, pause }
            }
        }
    }

    /// Returns CPUs for a case that no other running one is pinned to.
    fn pin(&self, state: &mut DispatcherState, ticket: Ticket) -> Vec<u32> {
        self.pinned_cores
            .as_ref()
            .map_or_else(Vec::new, |cores| state.cpus.take(ticket.lane, cores.need(ticket.case)))
    }

    /// Returns CPUs for a case that runs alone.
    pub(crate) fn cpus_for(&self, case: u32) -> Vec<u32> {
        self.pinned_cores
            .as_ref()
            .map_or_else(Vec::new, |cores| self.state.lock().cpus.clone().take(0, cores.need(case)))
    }

    /// Records the start of a case and wakes the next waiting worker.
    fn start(
        &self,
        state: &mut DispatcherState,
        worker: u32,
        ticket: Ticket,
        (asked_ns, at_ns): (u64, u64),
    ) {
        state.attempts[ticket.case as usize] = ticket.attempt;
        state.occupy(ticket.lane, worker);
        state.reported_wait = None;
        if self.starts_when_assigned {
            state.scheduler.handle(at_ns, SchedulerEvent::Started { lane: ticket.lane });
        }
        self.push_event(state, RunEvent::Started { ticket, asked_ns, at_ns });
        self.report_licences(state, at_ns);
        if state.waiting > 0 {
            match state.scheduler.wait_reason(at_ns) {
                None => drop(self.workers_wake.notify_one()),
                Some(reason) => self.share_wait_reason(state, reason),
            }
        }
    }

    /// Wakes the waiting workers if they now wait for another reason, so that each records
    /// its time under the reason that held during it.
    fn share_wait_reason(&self, state: &mut DispatcherState, reason: WaitReason) {
        if state.wait_reason.replace(reason) != Some(reason) {
            self.workers_wake.notify_all();
        }
    }

    fn check_memory(&self, state: &mut DispatcherState, now_ns: u64) {
        let Some(floor_bytes) = self.memory_floor_bytes else { return };
        let is_current =
            |read_at_ns: u64| now_ns < read_at_ns.saturating_add(MEMORY_READING_MAX_AGE_NS);
        if !state.memory_read_at_ns.is_some_and(is_current) {
            state.memory_read_at_ns = Some(now_ns);
            // An unknown amount of memory delays nothing.
            let enough = free_memory_bytes().is_none_or(|bytes| bytes >= floor_bytes);
            state.scheduler.handle(now_ns, SchedulerEvent::Memory { enough });
        }
    }

    /// Whether no case will start any more.
    pub(crate) fn is_over(&self) -> bool {
        self.state.lock().scheduler.is_over()
    }

    /// Whether the latest attempt of every case that ended succeeded.
    pub(crate) fn has_only_successes(&self) -> bool {
        self.state.lock().unsuccessful.is_empty()
    }

    /// Takes the time of each case in nanoseconds, if some are to be sampled.
    pub(crate) fn take_times_ns(&self) -> Option<Vec<u64>> {
        self.state.lock().times_ns.take()
    }

    pub(crate) fn is_removed(&self, case: u32) -> bool {
        self.state.lock().removed_cases.contains(&case)
    }

    pub(crate) fn emit(&self, event: RunEvent) {
        self.push_event(&mut self.state.lock(), event);
    }

    pub(crate) fn close(&self) {
        let mut state = self.state.lock();
        self.push_event(&mut state, RunEvent::Ended);
        state.is_closed = true;
        self.stream_closed.notify_all();
    }

    /// Waits for events and returns those since the last call; `None` after the last one.
    pub(crate) fn next_bundle(&self) -> Option<Vec<RunEvent>> {
        let mut state = self.state.lock();
        while state.events.is_empty() {
            if state.is_closed {
                return None;
            }
            self.event_added.wait(&mut state);
        }
        Some(std::mem::take(&mut state.events))
    }

    pub(crate) fn sleep_until_closed(&self, pause: Duration) {
        let mut state = self.state.lock();
        if !state.is_closed {
            self.stream_closed.wait_for(&mut state, pause);
        }
    }

    pub(super) fn push_event(&self, state: &mut DispatcherState, event: RunEvent) {
        if state.events.is_empty() {
            self.event_added.notify_one();
        }
        state.events.push(event);
    }
}
