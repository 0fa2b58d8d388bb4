//! The lanes of a run over time: their cases and gaps. A run in progress is followed event
//! by event; a finished or simulated run is read as a whole.

use super::lane::{GapReason, GapSpan, Lane, STILL_RUNNING};
use super::worker_changes::{WorkerChange, WorkerChanges};
use crate::run::{Attempt, CaseEnd, CaseOutcome, RunEvent, RunState, SessionAttempt, Status};
use crate::schedule::{Placement, SimulatedRun, Ticket, WaitReason, WaitSpan};
use crate::study::FrozenPlan;

/// All lanes of a run.
///
/// A worker is not a lane: which worker will use a free lane is unknown. But there are always as
/// many free lanes as workers without a case, and what they wait for depends on the time alone.
/// Only a worker that is still starting is distinguished, as the highest free lane.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lanes {
    slots: Vec<Lane>,
    /// Cases to run, and how many of them have started.
    cases: u32,
    cases_started: u32,
    attempts_started: u32,
    /// Cases per batch, if there are batches.
    batch: Option<u32>,
    /// Index of the running batch, and when the barrier before it was lifted.
    batch_index: u32,
    barrier_lifted_ns: u64,
    latest_end_ns: u64,
    /// When workers were ready, ascending.
    ready_ns: Vec<u64>,
    worker_changes: WorkerChanges,
    /// Worker processes that replaced others: when they were requested and ready.
    replacements: Vec<(u64, u64)>,
    /// When workers were held, ascending and without overlaps.
    held: Vec<(u64, u64)>,
    /// When workers had no case left, by ascending end.
    empty: Vec<(u64, u64)>,
    /// End of the latest reported wait at a barrier.
    barrier_wait_end_ns: u64,
    is_closed: bool,
}

impl Lanes {
    /// The lanes of a run of this many cases that has not begun.
    pub fn new(plan: &FrozenPlan, cases: u32) -> Self {
        let workers = plan.workers as usize;
        Self {
            slots: vec![Lane::default(); workers],
            worker_changes: WorkerChanges::new(workers),
            cases,
            batch: plan.batch_size().map(|batch| batch.max(1)),
            ..Self::default()
        }
    }

    pub fn of_run(plan: &FrozenPlan, state: &RunState) -> Self {
        let count = u32::try_from(state.records.len()).unwrap_or(u32::MAX);
        let mut lanes = Self::new(plan, count - state.resumed_count);
        lanes.ready_ns.clone_from(&state.ready_ns);
        lanes.ready_ns.sort_unstable();
        for process in &state.processes {
            let start = &process.start;
            lanes.note_process(start.replaces, start.from_ns, start.ready_ns);
        }
        let joined = state.added_workers_ns.iter();
        let joined =
            joined.map(|&(requested_ns, ready_ns)| WorkerChange::joined(requested_ns, ready_ns));
        let left = state.retired_ns.iter().map(|&at_ns| WorkerChange::left(at_ns));
        lanes.note_changes(joined.chain(left));
        state.waits.iter().for_each(|wait| lanes.note_wait(*wait));
        for (attempt, is_done) in lane_attempts(state) {
            lanes.place(attempt, is_done);
        }
        lanes.close(state.makespan_ns);
        lanes
    }

    /// The lanes of a run of this plan that was simulated on the virtual clock.
    pub fn of_simulation(plan: &FrozenPlan, simulated: &SimulatedRun) -> Self {
        let cases = u32::try_from(simulated.placements.len()).unwrap_or(u32::MAX);
        let mut lanes = Self::new(plan, cases);
        simulated.waits.iter().for_each(|wait| lanes.note_wait(*wait));
        for Placement { ticket, start_ns, end_ns } in &simulated.placements {
            lanes.place(attempt(*ticket, *start_ns, *end_ns), true);
        }
        lanes.close(simulated.makespan_ns());
        lanes
    }

    pub fn apply(&mut self, event: &RunEvent) {
        match event {
            RunEvent::WorkerReady { at_ns } => {
                let at = self.ready_ns.partition_point(|ready_ns| ready_ns <= at_ns);
                self.ready_ns.insert(at, *at_ns);
            }
            RunEvent::WorkerAdded { requested_ns, at_ns } => {
                self.note_changes([WorkerChange::joined(*requested_ns, *at_ns)]);
            }
            RunEvent::WorkerRetired { at_ns } => self.note_changes([WorkerChange::left(*at_ns)]),
            RunEvent::ProcessStarted(start) => {
                self.note_process(start.replaces, start.from_ns, start.ready_ns);
            }
            RunEvent::Waited(wait) => self.note_wait(*wait),
            RunEvent::Started { ticket, at_ns, .. } => {
                self.begin(attempt(*ticket, *at_ns, STILL_RUNNING));
            }
            RunEvent::Finished(end) => self.finish(end),
            RunEvent::CaseResumed(_) => self.cases = self.cases.saturating_sub(1),
            _ => {}
        }
    }

    fn finish(&mut self, end: &CaseEnd) {
        let Ticket { case, lane, .. } = end.ticket;
        let is_done = matches!(end.outcome, CaseOutcome::Done(_));
        let latest = self.slots.get_mut(lane as usize).and_then(|lane| lane.cases.last_mut());
        match latest.filter(|latest| latest.case == case && latest.to_ns == STILL_RUNNING) {
            // A worker process starts the work when the message arrives.
            Some(latest) => (latest.from_ns, latest.to_ns) = (end.start_ns, end.end_ns),
            None => self.begin(attempt(end.ticket, end.start_ns, end.end_ns)),
        }
        self.note_end(lane, end.end_ns, is_done);
    }

    /// Ends a run that was followed event by event.
    pub fn end(&mut self, plan: &FrozenPlan, state: &RunState) {
        if self.held.is_empty() {
            self.close(state.makespan_ns);
        } else {
            // A wait is reported at its end, after later cases of other lanes: their gaps before
            // may have the same reason.
            *self = Self::of_run(plan, state);
        }
    }

    /// Ends the run at `end_ns`, the end of the last case; fills the gaps until then.
    fn close(&mut self, end_ns: u64) {
        // If the run ended early, the next batch never came, but workers waited for it.
        let waited_ns = if self.cases_started < self.cases { self.barrier_wait_end_ns } else { 0 };
        for lane in 0..self.slots.len() {
            let gaps = self.trailing_gaps(lane, self.barrier_lifted_ns.max(waited_ns), end_ns);
            self.slots[lane].gaps.extend(gaps);
        }
        self.is_closed = true;
    }

    /// The lanes, from 0 up.
    pub fn lanes(&self) -> &[Lane] {
        &self.slots
    }

    /// Removes the gaps, whose reasons are unknown.
    pub fn forget_gaps(&mut self) {
        self.slots.iter_mut().for_each(|lane| lane.gaps.clear());
    }

    /// Whether a case has started more than once.
    pub fn has_retries(&self) -> bool {
        self.attempts_started > self.cases_started
    }

    /// Number of attempts started; changes with everything that is drawn.
    pub fn started(&self) -> u32 {
        self.attempts_started
    }

    /// The gaps after the last case of a lane until `now_ns`; empty once the run has
    /// ended, when they are among [`Lane::gaps`].
    pub fn open_gaps(&self, lane: usize, now_ns: u64) -> Vec<GapSpan> {
        if self.is_closed {
            return Vec::new();
        }
        // While batches are left, free lanes wait for the running one.
        let is_barrier = self.batch.is_some() && self.cases_started < self.cases;
        let barrier_ns = if is_barrier { now_ns } else { self.barrier_lifted_ns };
        self.trailing_gaps(lane, barrier_ns, now_ns)
    }

    /// The gaps after the last case of a lane: start-up if there was none, barrier until
    /// `barrier_ns`, and idle or held until `now_ns`.
    fn trailing_gaps(&self, lane: usize, barrier_ns: u64, now_ns: u64) -> Vec<GapSpan> {
        let (startup_ns, from_ns) = if let Some(last) = self.slots[lane].cases.last() {
            (0, last.to_ns)
        } else if lane >= self.worker_changes.initial_workers() {
            (0, 0)
        } else {
            // A run that reports no start-ups has none.
            let has_startups = self.attempts_started == 0 || !self.ready_ns.is_empty();
            let default_ns = if has_startups { STILL_RUNNING } else { 0 };
            let ready_ns = self.ready_ns.get(lane).copied().unwrap_or(default_ns).min(now_ns);
            (ready_ns, ready_ns)
        };
        let barrier_ns = barrier_ns.clamp(from_ns.min(now_ns), now_ns);
        let mut gaps = vec![
            GapSpan { from_ns: 0, to_ns: startup_ns, reason: GapReason::Startup },
            GapSpan { from_ns, to_ns: barrier_ns, reason: GapReason::Barrier },
        ];
        let mut at_ns = barrier_ns.max(from_ns);
        let first = self.held.partition_point(|held| held.1 <= at_ns);
        for &(held_ns, until_ns) in self.held[first..].iter().take_while(|w| w.0 < now_ns) {
            let (held_ns, until_ns) = (held_ns.max(at_ns), until_ns.min(now_ns));
            gaps.push(GapSpan { from_ns: at_ns, to_ns: held_ns, reason: GapReason::Idle });
            gaps.push(GapSpan { from_ns: held_ns, to_ns: until_ns, reason: GapReason::Held });
            at_ns = until_ns;
        }
        gaps.push(GapSpan { from_ns: at_ns, to_ns: now_ns, reason: GapReason::Idle });
        gaps.retain(|gap| gap.from_ns < gap.to_ns);
        let above = self.slots.get(lane + 1..).unwrap_or_default();
        self.worker_changes.overlay(gaps, (lane, above), from_ns, now_ns)
    }

    fn note_changes(&mut self, changes: impl IntoIterator<Item = WorkerChange>) {
        self.worker_changes.extend(changes);
        let lanes = self.worker_changes.max_workers().max(self.slots.len());
        self.slots.resize_with(lanes, Lane::default);
    }

    fn note_process(&mut self, replaces: bool, from_ns: u64, ready_ns: u64) {
        if replaces {
            self.replacements.push((from_ns, ready_ns));
        }
    }

    fn note_wait(&mut self, wait: WaitSpan) {
        match wait.reason {
            WaitReason::Barrier => {
                self.barrier_wait_end_ns = self.barrier_wait_end_ns.max(wait.until_ns);
            }
            WaitReason::Empty => self.empty.push((wait.from_ns, wait.until_ns)),
            _ => push_merged(&mut self.held, (wait.from_ns, wait.until_ns)),
        }
    }

    /// Adds an attempt with its end.
    fn place(&mut self, attempt: LaneAttempt, is_done: bool) {
        self.begin(attempt);
        self.note_end(attempt.lane, attempt.to_ns, is_done);
    }

    fn note_end(&mut self, lane: u32, end_ns: u64, is_done: bool) {
        self.latest_end_ns = self.latest_end_ns.max(end_ns);
        if let Some(lane) = self.slots.get_mut(lane as usize).filter(|_| !is_done) {
            lane.mark_lost();
        }
    }

    /// Adds an attempt to its lane, and the gaps before it.
    fn begin(&mut self, attempt: LaneAttempt) {
        let LaneAttempt { case, is_first, lane, from_ns, to_ns } = attempt;
        self.attempts_started += 1;
        // A retry belongs to the running batch.
        if let Some(batch) = self.batch.filter(|_| is_first)
            && self.cases_started / batch > self.batch_index
        {
            self.batch_index = self.cases_started / batch;
            self.barrier_lifted_ns = self.latest_end_ns;
        }
        self.cases_started += u32::from(is_first);
        let number = lane as usize;
        if number >= self.slots.len() {
            self.slots.resize_with(number + 1, Lane::default);
        }
        let last_ns = self.slots[number].cases.last().map(|last| last.to_ns);
        let gaps = self.gaps_before(number, last_ns, from_ns);
        let lane = &mut self.slots[number];
        lane.gaps.extend(gaps);
        lane.push(from_ns, to_ns, case);
    }

    /// When no case was left for a worker that was free from `from_ns` to `until_ns`, until the
    /// user had a case run again. A wait that goes beyond is that of another lane.
    fn empty_within(&self, from_ns: u64, until_ns: u64) -> Vec<(u64, u64)> {
        let first = self.empty.partition_point(|empty| empty.1 <= from_ns);
        let ended = self.empty[first..].iter().take_while(|empty| empty.1 <= until_ns);
        let mut merged = Vec::new();
        ended.filter(|empty| empty.0 >= from_ns).for_each(|&it| push_merged(&mut merged, it));
        merged
    }

    /// The gaps of a lane from its last case, if any, to `until_ns`.
    fn gaps_before(&self, lane: usize, last_ns: Option<u64>, until_ns: u64) -> Vec<GapSpan> {
        let mut gaps = Vec::new();
        let mut gap = |from_ns, to_ns, reason| {
            if from_ns < to_ns {
                gaps.push(GapSpan { from_ns, to_ns, reason });
            }
            from_ns.max(to_ns)
        };
        let mut at_ns = last_ns.unwrap_or_else(|| {
            let ready_ns = self.ready_ns.get(lane).copied().unwrap_or(0);
            gap(0, ready_ns.min(until_ns), GapReason::Startup)
        });
        if at_ns < until_ns {
            let replacement = self.replacements.iter().rev().find(|process| process.0 == at_ns);
            if let Some(&(_, ready_ns)) = replacement {
                at_ns = gap(at_ns, ready_ns.min(until_ns), GapReason::Startup);
            }
            at_ns = gap(at_ns, self.barrier_lifted_ns.min(until_ns), GapReason::Barrier);
            let first = self.held.partition_point(|held| held.1 <= at_ns);
            for &(from_ns, to_ns) in self.held[first..].iter().take_while(|w| w.0 < until_ns) {
                gap(from_ns.max(at_ns), to_ns.min(until_ns), GapReason::Held);
            }
            for (from_ns, to_ns) in self.empty_within(at_ns, until_ns) {
                gap(from_ns, to_ns, GapReason::Idle);
            }
            gaps.sort_by_key(|gap| gap.from_ns);
        }
        let above = self.slots.get(lane + 1..).unwrap_or_default();
        self.worker_changes.overlay(gaps, (lane, above), last_ns.unwrap_or(0), until_ns)
    }
}

/// Adds a span behind others in the order of their ends, and merges those that overlap.
fn push_merged(spans: &mut Vec<(u64, u64)>, (mut from_ns, to_ns): (u64, u64)) {
    while let Some(before) = spans.pop_if(|before| before.1 >= from_ns) {
        from_ns = from_ns.min(before.0);
    }
    spans.push((from_ns, to_ns));
}

fn attempt(ticket: Ticket, from_ns: u64, to_ns: u64) -> LaneAttempt {
    let Ticket { case, lane, attempt, .. } = ticket;
    LaneAttempt { case, is_first: attempt == 1, lane, from_ns, to_ns }
}

/// An attempt at a case in its lane; times in nanoseconds.
#[derive(Debug, Clone, Copy)]
struct LaneAttempt {
    case: u32,
    /// Whether it is the first attempt at the case.
    is_first: bool,
    lane: u32,
    from_ns: u64,
    to_ns: u64,
}

impl LaneAttempt {
    fn new(case: u32, is_first: bool, attempt: &Attempt) -> Self {
        let Attempt { lane, start_ns, end_ns, .. } = *attempt;
        Self { case, is_first, lane, from_ns: start_ns, to_ns: end_ns }
    }
}

/// All attempts of the last session in dispatch order, and whether each is done.
fn lane_attempts(state: &RunState) -> Vec<(LaneAttempt, bool)> {
    let (mut recorded, mut others) = (Vec::new(), Vec::new());
    let mut previous_case = None;
    for SessionAttempt { case, attempt, is_recorded, .. } in state.session_attempts() {
        let is_first = previous_case.replace(case) != Some(case);
        let on_lane = LaneAttempt::new(case, is_first, &attempt);
        let of = if is_recorded { &mut recorded } else { &mut others };
        of.push((on_lane, attempt.status == Status::Done));
    }
    let mut all = recorded;
    all.sort_by_key(|(attempt, _)| state.records[attempt.case as usize].dispatch_index);
    // The dispatch index of another attempt is unknown, only its time is known.
    if !others.is_empty() {
        all.extend(others);
        all.sort_by_key(|(attempt, _)| attempt.from_ns);
    }
    all
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use strum::VariantArray as _;

    use super::*;
    use crate::report::fixtures;
    use crate::run::replay;
    use crate::schedule::{Rules, Scheduler, s_from_ns, simulate};
    use crate::study::{CaseTable, ClockChoice, Lengths, Strategy};

    use crate::report::figures::account::Account;

    fn plan(strategy: Strategy, workers: u32, batch: Option<u32>) -> FrozenPlan {
        FrozenPlan { batch, ..fixtures::plan(strategy, workers) }
    }

    fn run(plan: FrozenPlan, lengths_s: &[f64]) -> RunState {
        let mut cases = CaseTable::default();
        for &length_s in lengths_s {
            cases.push("case", length_s, 1.0, &[]);
        }
        let lengths = Lengths::Seconds(lengths_s.to_vec());
        replay(&fixtures::study(cases, lengths, plan))
    }

    /// Lane-time of this reason, in seconds.
    fn sum_s(lanes: &Lanes, why: GapReason) -> f64 {
        let gaps = lanes.lanes().iter().flat_map(|lane| &lane.gaps);
        gaps.filter(|gap| gap.reason == why).map(|gap| s_from_ns(gap.to_ns - gap.from_ns)).sum()
    }

    fn gaps(lanes: &Lanes, lane: usize) -> Vec<(u64, u64, GapReason)> {
        lanes.lanes()[lane].gaps.iter().map(|gap| (gap.from_ns, gap.to_ns, gap.reason)).collect()
    }

    fn started(case: u32, lane: u32, at_ns: u64) -> RunEvent {
        let ticket = Ticket { case, lane, attempt: 1, dispatch_index: case };
        RunEvent::Started { ticket, asked_ns: at_ns, at_ns }
    }

    fn finished(case: u32, lane: u32, times_ns: (u64, u64), outcome: CaseOutcome) -> RunEvent {
        RunEvent::Finished(CaseEnd {
            outcome,
            ..fixtures::case_end(case, lane, times_ns.0, times_ns.1)
        })
    }

    #[test]
    fn a_lane_is_idle_between_its_cases_when_none_was_left() {
        let mut lanes = Lanes::new(&plan(Strategy::Threads, 2, None), 3);
        let empty = |from_ns, until_ns| {
            RunEvent::Waited(WaitSpan { reason: WaitReason::Empty, from_ns, until_ns })
        };
        for event in [
            started(0, 0, 0),
            started(1, 1, 0),
            finished(0, 0, (0, 10), CaseOutcome::Refused),
            // Long waits are reported in pieces.
            empty(12, 20),
            empty(20, 30),
            // Lane 1 runs its cases meanwhile.
            finished(1, 1, (0, 15), CaseOutcome::done(None)),
            started(2, 1, 16),
            started(0, 0, 31),
        ] {
            lanes.apply(&event);
        }
        assert_eq!(gaps(&lanes, 0), [(12, 30, GapReason::Idle)]);
        assert_eq!(gaps(&lanes, 1), []);
    }

    #[test]
    fn a_lane_is_absent_before_its_worker_joins_and_after_it_leaves() {
        let plan = plan(Strategy::Threads, 1, None);
        let ticket = |case, lane| Ticket { case, lane, attempt: 1, dispatch_index: case };
        let started = |case, lane, at_ns| RunEvent::Started {
            ticket: ticket(case, lane),
            asked_ns: at_ns,
            at_ns,
        };
        let finished = |case, lane, start_ns, end_ns| {
            let outcome = CaseOutcome::done(None);
            let (waited_ns, cpu_ns, memory_bytes) = (None, None, None);
            let ticket = ticket(case, lane);
            RunEvent::Finished(CaseEnd {
                ticket,
                start_ns,
                end_ns,
                waited_ns,
                cpu_ns,
                memory_bytes,
                outcome,
                will_retry: false,
            })
        };
        let events = [
            RunEvent::WorkerReady { at_ns: 5 },
            started(0, 0, 5),
            RunEvent::Resized { at_ns: 20, workers: 2 },
            RunEvent::WorkerAdded { requested_ns: 20, at_ns: 30 },
            started(1, 1, 32),
            finished(1, 1, 32, 60),
            RunEvent::Resized { at_ns: 61, workers: 1 },
            RunEvent::WorkerRetired { at_ns: 61 },
            RunEvent::WorkerAdded { requested_ns: 70, at_ns: 72 },
            started(2, 1, 75),
            finished(2, 1, 75, 80),
            RunEvent::WorkerRetired { at_ns: 85 },
            finished(0, 0, 5, 100),
        ];
        let (mut live, mut state) = (Lanes::new(&plan, 3), RunState::new(3));
        for event in events {
            live.apply(&event);
            state.apply(event);
        }
        let gap = |from_ns, to_ns, reason| GapSpan { from_ns, to_ns, reason };
        assert_eq!(
            live.open_gaps(1, 90),
            [gap(80, 85, GapReason::Idle), gap(85, 90, GapReason::Absent)]
        );
        live.close(100);
        let gaps = [
            gap(0, 20, GapReason::Absent),
            gap(20, 30, GapReason::Startup),
            gap(61, 70, GapReason::Absent),
            gap(70, 72, GapReason::Startup),
            gap(80, 85, GapReason::Idle),
            gap(85, 100, GapReason::Absent),
        ];
        assert_eq!(live.lanes()[1].gaps, gaps);
        assert_eq!(live.lanes()[0].gaps, [gap(0, 5, GapReason::Startup)]);
        assert_eq!(Lanes::of_run(&plan, &state).lanes(), live.lanes());
        let account = Account::of(&state, 1, ClockChoice::Real);
        let present_ns = |lane: &Lane| {
            let absent = lane.gaps.iter().filter(|gap| gap.reason == GapReason::Absent);
            100 - absent.map(|gap| gap.to_ns - gap.from_ns).sum::<u64>()
        };
        let present_ns = live.lanes().iter().map(present_ns).sum();
        assert!((account.lane_seconds - s_from_ns(present_ns)).abs() < 1e-12);
    }

    #[test]
    fn a_lane_is_absent_until_the_worker_of_a_higher_one_takes_it_over() {
        let plan = plan(Strategy::Threads, 3, None);
        let done = |case, lane, times_ns| finished(case, lane, times_ns, CaseOutcome::done(None));
        let mut events: Vec<_> = (0..3).map(|case| started(case, case, 0)).collect();
        events.extend([
            done(1, 1, (0, 60)),
            RunEvent::WorkerRetired { at_ns: 60 },
            done(2, 2, (0, 90)),
            started(3, 1, 90),
            done(3, 1, (90, 120)),
            RunEvent::WorkerRetired { at_ns: 120 },
            done(0, 0, (0, 150)),
        ]);
        let (mut live, mut state) = (Lanes::new(&plan, 4), RunState::new(4));
        for event in events {
            live.apply(&event);
            state.apply(event);
        }
        assert_eq!(gaps(&live, 1), [(60, 90, GapReason::Absent)]);
        live.close(150);
        assert_eq!(gaps(&live, 1)[1..], [(120, 150, GapReason::Absent)]);
        assert_eq!(gaps(&live, 2), [(90, 150, GapReason::Absent)]);
        assert_eq!(Lanes::of_run(&plan, &state).lanes(), live.lanes());
        let account = Account::of(&state, 3, ClockChoice::Real);
        assert!(
            (s_from_ns(450) - sum_s(&live, GapReason::Absent) - account.lane_seconds).abs() < 1e-12
        );
    }

    #[test]
    fn a_run_in_progress_is_followed() {
        let mut lanes = Lanes::new(&plan(Strategy::Batches, 3, None), 5);
        assert_eq!(
            lanes.open_gaps(2, 7),
            [GapSpan { from_ns: 0, to_ns: 7, reason: GapReason::Startup }]
        );
        for ready_ns in [12, 10, 30] {
            lanes.apply(&RunEvent::WorkerReady { at_ns: ready_ns });
        }
        lanes.apply(&started(0, 0, 11));
        lanes.apply(&started(1, 1, 12));
        assert_eq!(gaps(&lanes, 0), [(0, 10, GapReason::Startup)]);
        let spans = |lane: &Lane| {
            lane.cases.iter().map(|span| (span.from_ns, span.to_ns)).collect::<Vec<_>>()
        };
        assert_eq!(spans(&lanes.lanes()[0]), [(11, STILL_RUNNING)]);
        assert_eq!(lanes.open_gaps(0, 50), []);
        lanes.apply(&started(2, 2, 30));
        lanes.apply(&finished(0, 0, (11, 40), CaseOutcome::done(None)));
        let waits = GapSpan { from_ns: 40, to_ns: 60, reason: GapReason::Barrier };
        assert_eq!(lanes.open_gaps(0, 60), [waits]);
        lanes.apply(&finished(1, 1, (12, 90), CaseOutcome::Failed(String::new())));
        lanes.apply(&finished(2, 2, (30, 70), CaseOutcome::done(None)));
        lanes.apply(&started(3, 0, 91));
        lanes.apply(&started(4, 1, 91));
        assert_eq!(gaps(&lanes, 0), [(0, 10, GapReason::Startup), (40, 90, GapReason::Barrier)]);
        lanes.apply(&finished(3, 0, (91, 100), CaseOutcome::done(None)));
        lanes.apply(&finished(4, 1, (91, 120), CaseOutcome::done(None)));
        lanes.close(120);
        assert_eq!(lanes.open_gaps(0, 500), []);
        assert_eq!(
            gaps(&lanes, 2),
            [(0, 30, GapReason::Startup), (70, 90, GapReason::Barrier), (90, 120, GapReason::Idle)]
        );
        let lane = &lanes.lanes()[1];
        assert_eq!(
            (lane.lost(0..2), lane.lost(1..2), lane.busy_ns(STILL_RUNNING)),
            (1, 0, 78 + 29)
        );
        assert_eq!(spans(lane), [(12, 90), (91, 120)]);
    }

    #[test]
    fn a_wait_at_a_barrier_ended_by_cancel_is_a_barrier_gap() {
        let mut lanes = Lanes::new(&plan(Strategy::Batches, 2, None), 9);
        lanes.apply(&finished(0, 0, (0, 10), CaseOutcome::done(None)));
        lanes.apply(&finished(1, 1, (0, 50), CaseOutcome::Cancelled));
        lanes.apply(&RunEvent::Waited(WaitSpan {
            reason: WaitReason::Barrier,
            from_ns: 10,
            until_ns: 45,
        }));
        lanes.close(50);
        assert_eq!(gaps(&lanes, 0), [(10, 45, GapReason::Barrier), (45, 50, GapReason::Idle)]);
    }

    #[test]
    fn a_worker_process_that_replaces_another_starts_up() {
        let mut lanes = Lanes::new(&plan(Strategy::Processes, 1, None), 2);
        lanes.apply(&finished(0, 0, (5, 10), CaseOutcome::Failed(String::new())));
        lanes.note_process(true, 10, 18);
        lanes.apply(&started(1, 0, 19));
        assert_eq!(gaps(&lanes, 0), [(10, 18, GapReason::Startup)]);
    }

    #[test]
    fn a_wait_explains_gaps_of_other_lanes_that_ended_before_it() {
        let plan = plan(Strategy::Threads, 3, None);
        let held = |from_ns, until_ns| {
            RunEvent::Waited(WaitSpan { reason: WaitReason::Licence, from_ns, until_ns })
        };
        let events = [
            started(0, 0, 0),
            started(1, 1, 0),
            finished(0, 0, (0, 10), CaseOutcome::done(None)),
            finished(1, 1, (0, 30), CaseOutcome::done(None)),
            // The worker of lane 1 takes its next case in lane 0, while the others still wait.
            started(2, 0, 30),
            held(10, 50),
            started(3, 1, 50),
            held(0, 60),
            finished(2, 0, (30, 60), CaseOutcome::done(None)),
            finished(3, 1, (50, 60), CaseOutcome::done(None)),
        ];
        let (mut live, mut state) = (Lanes::new(&plan, 4), RunState::new(4));
        for event in events {
            live.apply(&event);
            state.apply(event);
        }
        live.end(&plan, &state);
        assert_eq!(gaps(&live, 0), [(10, 30, GapReason::Held)]);
        assert_eq!(gaps(&live, 1), [(30, 50, GapReason::Held)]);
        assert_eq!(gaps(&live, 2), [(0, 60, GapReason::Held)]);
        assert_eq!(live, Lanes::of_run(&plan, &state));
    }

    #[test]
    fn a_limit_holds_lanes() {
        let rules = Rules { limit: Some(1), ..Rules::with_lanes(2) };
        let simulated = simulate(Scheduler::new(vec![0, 1, 2], rules), 2, |_| 10);
        let lanes = Lanes::of_simulation(&plan(Strategy::Threads, 2, None), &simulated);
        assert_eq!(lanes.lanes()[0].cases.len(), 3);
        assert_eq!(gaps(&lanes, 1), [(0, 20, GapReason::Held), (20, 30, GapReason::Idle)]);
    }

    proptest! {
        #[test]
        fn cases_and_gaps_fill_all_lanes_and_agree_with_the_account(
            lengths_s in prop::collection::vec(0_u8..20, 0..60),
            workers in 1_u32..7,
            batch in prop::option::of(1_u32..9),
            strategy in prop::sample::select(Strategy::VARIANTS),
        ) {
            let lengths_s: Vec<f64> = lengths_s.into_iter().map(f64::from).collect();
            let plan = plan(strategy, workers, batch);
            let state = run(plan.clone(), &lengths_s);
            let lanes = Lanes::of_run(&plan, &state);
            let account = Account::of(&state, workers, ClockChoice::Virtual);
            prop_assert_eq!(sum_s(&lanes, GapReason::Barrier), account.barrier.unwrap());
            prop_assert_eq!(sum_s(&lanes, GapReason::Idle), account.idle.unwrap());
            prop_assert_eq!(sum_s(&lanes, GapReason::Startup) + sum_s(&lanes, GapReason::Held), 0.0);
            for lane in lanes.lanes() {
                let cases = lane.cases.iter().map(|span| (span.from_ns, span.to_ns));
                let gaps = lane.gaps.iter().map(|gap| (gap.from_ns, gap.to_ns));
                let mut all: Vec<(u64, u64)> = cases.chain(gaps).collect();
                all.sort_unstable();
                let mut at_ns = 0;
                for (from_ns, to_ns) in all {
                    prop_assert_eq!(from_ns, at_ns, "no hole and no overlap");
                    at_ns = to_ns;
                }
                prop_assert_eq!(at_ns, state.makespan_ns);
            }
            // Adding case by case gives the same.
            let mut live = Lanes::new(&plan, u32::try_from(lengths_s.len()).unwrap());
            for (attempt, _) in lane_attempts(&state) {
                live.place(attempt, true);
            }
            live.close(state.makespan_ns);
            for (live, whole) in live.lanes().iter().zip(lanes.lanes()) {
                prop_assert_eq!(&live.cases, &whole.cases);
            }
        }
    }
}
