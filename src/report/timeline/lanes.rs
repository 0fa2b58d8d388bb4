//! What each lane held when: the cases, and what it did between them. A run that
//! goes on is followed event by event; one that is over, or was played on the
//! virtual clock, is taken as a whole.

use crate::run::{Attempt, CaseEnd, CaseOutcome, CaseRecord, RunEvent, RunState, Status};
use crate::schedule::{Placement, SimulatedRun, Ticket, WaitReason, WaitSpan};
use crate::study::{Dispatch, FrozenPlan};

/// The end of a case that is still in work, in nanoseconds.
pub const STILL_RUNNING: u64 = u64::MAX;

/// A case in its lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CaseSpan {
    /// Its start, in nanoseconds from the start of the run.
    pub from_ns: u64,
    /// Its end, or [`STILL_RUNNING`].
    pub to_ns: u64,
    /// How long the lane had held cases before it, in nanoseconds.
    pub before_ns: u64,
    /// The case, by its index in the table.
    pub case: u32,
}

/// Why a lane holds no case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, strum::VariantArray)]
pub enum GapReason {
    /// Its worker is still being made.
    Startup,
    /// Others of the same batch are still in work.
    Barrier,
    /// It waits for a licence, memory, the end of a pause, or another attempt.
    Held,
    /// Nothing is left to start.
    Idle,
    /// Fewer workers were asked for, or more only later.
    Absent,
}

/// A time in which a lane holds no case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GapSpan {
    /// Its start, in nanoseconds from the start of the run.
    pub from_ns: u64,
    /// Its end.
    pub to_ns: u64,
    /// Why.
    pub reason: GapReason,
}

/// A lane. What is neither a case nor a gap is dispatch: the way from one case
/// to the next.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lane {
    cases: Vec<CaseSpan>,
    gaps: Vec<GapSpan>,
    /// Which of the cases came to nothing, rising.
    lost: Vec<u32>,
}

impl Lane {
    /// Its cases in the order of time.
    #[must_use]
    pub fn cases(&self) -> &[CaseSpan] {
        &self.cases
    }

    /// Its gaps in the order of time, as far as they are over.
    #[must_use]
    pub fn gaps(&self) -> &[GapSpan] {
        &self.gaps
    }

    /// How many of these cases, counted as in [`Lane::cases`], came to nothing.
    #[must_use]
    pub fn lost(&self, among: std::ops::Range<usize>) -> usize {
        let before = |at: usize| self.lost.partition_point(|&lost| (lost as usize) < at);
        before(among.end) - before(among.start)
    }

    /// How long it held cases until `now_ns`, in nanoseconds.
    #[must_use]
    pub fn busy_ns(&self, now_ns: u64) -> u64 {
        self.cases
            .last()
            .map_or(0, |last| last.before_ns + last.to_ns.min(now_ns).saturating_sub(last.from_ns))
    }

    /// Which of its cases it held at this time.
    #[must_use]
    pub fn case_at(&self, at_ns: u64) -> Option<usize> {
        let next = self.cases.partition_point(|span| span.from_ns <= at_ns);
        let span = self.cases.get(next.checked_sub(1)?)?;
        (at_ns < span.to_ns).then(|| next - 1)
    }

    fn push(&mut self, from_ns: u64, to_ns: u64, case: u32) {
        let before_ns = self.busy_ns(STILL_RUNNING - 1);
        self.cases.push(CaseSpan { from_ns, to_ns, before_ns, case });
    }
}

/// All lanes of a run.
///
/// A worker is no lane: which worker stands behind a free lane is not known. But
/// there are always as many free lanes as workers without a case, and what those
/// wait for is a matter of time alone; only a worker that is still being made is
/// told apart, as the highest free lane.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lanes {
    all: Vec<Lane>,
    /// How many cases there are to be run, and how many of them have started.
    cases: u32,
    begun: u32,
    /// How many attempts at them have started.
    started: u32,
    /// How many cases are in a batch, if there are batches.
    batch: Option<u32>,
    /// The batch that is in work, and when the barrier before it was lifted.
    at_batch: u32,
    lifted_ns: u64,
    latest_end_ns: u64,
    /// When workers were ready, rising.
    ready_ns: Vec<u64>,
    /// How many there were at first, and how that changed, in the order of time.
    at_first: usize,
    changes: Vec<Change>,
    /// Worker processes that took the place of others: from when till when.
    replaced: Vec<(u64, u64)>,
    /// When anyone was held, without overlaps.
    held: Vec<(u64, u64)>,
    /// Until when anyone waited at a barrier, as far as that was told.
    barrier_told_ns: u64,
    ended: bool,
}

/// A worker came or left while the run went on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Change {
    at_ns: u64,
    /// If it came: when it was ready.
    ready_ns: Option<u64>,
}

impl Change {
    /// How many workers there are then, of so many before.
    fn from(self, width: usize) -> usize {
        if self.ready_ns.is_some() { width + 1 } else { width.saturating_sub(1) }
    }
}

/// A time in which there was no worker for a lane.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_field_names, reason = "their unit")]
struct Absence {
    from_ns: u64,
    to_ns: u64,
    /// When the worker was ready that came then.
    ready_ns: u64,
}

impl Lanes {
    /// The lanes of a run of so many cases that has not begun.
    #[must_use]
    pub fn new(plan: &FrozenPlan, cases: u32) -> Self {
        let batches = plan.strategy.dispatch() == Dispatch::Batches;
        Self {
            all: vec![Lane::default(); plan.workers as usize],
            at_first: plan.workers as usize,
            cases,
            batch: batches.then(|| plan.batch.unwrap_or(plan.workers).max(1)),
            ..Self::default()
        }
    }

    /// The lanes of a run that is over.
    #[must_use]
    pub fn of_run(plan: &FrozenPlan, state: &RunState) -> Self {
        let count = u32::try_from(state.records().len()).unwrap_or(u32::MAX);
        let mut lanes = Self::new(plan, count - state.resumed_count());
        lanes.ready_ns = state.ready_ns().to_vec();
        lanes.ready_ns.sort_unstable();
        for process in state.processes() {
            lanes.note_process(
                process.start.replaces,
                process.start.from_ns,
                process.start.ready_ns,
            );
        }
        let added = state.added_workers_ns().iter();
        let added = added.map(|&(at_ns, ready_ns)| Change { at_ns, ready_ns: Some(ready_ns) });
        let retired = state.retired_ns().iter().map(|&at_ns| Change { at_ns, ready_ns: None });
        lanes.note_changes(added.chain(retired));
        state.waits().iter().for_each(|wait| lanes.note_wait(*wait));
        for LaneAttempt { case, first, one } in attempts(state) {
            let done = one.status == Status::Done;
            lanes.place(case, (one.lane, first), (one.start_ns, one.end_ns), done);
        }
        lanes.close(state.makespan_ns());
        lanes
    }

    /// The lanes of what was played on the virtual clock by this plan.
    #[must_use]
    pub fn of_simulation(plan: &FrozenPlan, played: &SimulatedRun) -> Self {
        let cases = u32::try_from(played.placements.len()).unwrap_or(u32::MAX);
        let mut lanes = Self::new(plan, cases);
        played.waits.iter().for_each(|wait| lanes.note_wait(*wait));
        for Placement { ticket, start_ns, end_ns } in &played.placements {
            let place = (ticket.lane, ticket.attempt == 1);
            lanes.place(ticket.case, place, (*start_ns, *end_ns), true);
        }
        lanes.close(played.makespan_ns());
        lanes
    }

    /// Takes in what has happened.
    pub fn apply(&mut self, event: &RunEvent) {
        match event {
            RunEvent::WorkerReady { at_ns } => {
                let at = self.ready_ns.partition_point(|ready_ns| ready_ns <= at_ns);
                self.ready_ns.insert(at, *at_ns);
            }
            RunEvent::WorkerAdded { requested_ns: from_ns, at_ns } => {
                self.note_changes([Change { at_ns: *from_ns, ready_ns: Some(*at_ns) }]);
            }
            RunEvent::WorkerRetired { at_ns } => {
                self.note_changes([Change { at_ns: *at_ns, ready_ns: None }]);
            }
            RunEvent::ProcessStarted(start) => {
                self.note_process(start.replaces, start.from_ns, start.ready_ns);
            }
            RunEvent::Waited(wait) => self.note_wait(*wait),
            RunEvent::Started { ticket, at_ns, .. } => {
                let Ticket { case, lane, attempt, .. } = *ticket;
                self.begin(case, (lane, attempt == 1), (*at_ns, STILL_RUNNING));
            }
            RunEvent::Finished(end) => self.finish(end),
            RunEvent::CaseResumed(_) => self.cases = self.cases.saturating_sub(1),
            _ => {}
        }
    }

    fn finish(&mut self, end: &CaseEnd) {
        let Ticket { case, lane, attempt, .. } = end.ticket;
        let done = matches!(end.outcome, CaseOutcome::Done(_));
        let last = self.all.get_mut(lane as usize).and_then(|lane| lane.cases.last_mut());
        match last.filter(|last| last.case == case && last.to_ns == STILL_RUNNING) {
            // In a worker process the work starts when word of it gets there.
            Some(last) => (last.from_ns, last.to_ns) = (end.start_ns, end.end_ns),
            None => self.begin(case, (lane, attempt == 1), (end.start_ns, end.end_ns)),
        }
        self.note_end(lane, end.end_ns, done);
    }

    /// Nothing more happens after `end_ns`, the end of the last case.
    pub fn close(&mut self, end_ns: u64) {
        // Of a run that was ended early what waited at a barrier waited in vain.
        let barrier_ns = if self.begun < self.cases { self.barrier_told_ns } else { 0 };
        for lane in 0..self.all.len() {
            let gaps = self.behind(lane, self.lifted_ns.max(barrier_ns), end_ns);
            self.all[lane].gaps.extend(gaps);
        }
        self.ended = true;
    }

    /// The lanes, from 0 up.
    #[must_use]
    pub fn lanes(&self) -> &[Lane] {
        &self.all
    }

    /// How many attempts have started: it changes with everything that is drawn.
    #[must_use]
    pub fn started(&self) -> u32 {
        self.started
    }

    /// The gaps behind the last case of a lane until `now_ns`; none once the run
    /// is over, for then they are among [`Lane::gaps`].
    #[must_use]
    pub fn open_gaps(&self, lane: usize, now_ns: u64) -> Vec<GapSpan> {
        if self.ended {
            return Vec::new();
        }
        // While there is more to come all that are free wait for the others.
        let waits = self.batch.is_some() && self.begun < self.cases;
        self.behind(lane, if waits { now_ns } else { self.lifted_ns }, now_ns)
    }

    fn note_changes(&mut self, changes: impl IntoIterator<Item = Change>) {
        self.changes.extend(changes);
        self.changes.sort_unstable();
        let widths = self.changes.iter().scan(self.at_first, |width, change| {
            *width = change.from(*width);
            Some(*width)
        });
        let widest = widths.max().unwrap_or(0).max(self.all.len());
        self.all.resize_with(widest, Lane::default);
    }

    /// When there was no worker for this lane between these times.
    fn absences(&self, lane: usize, from_ns: u64, to_ns: u64) -> Vec<Absence> {
        if self.changes.is_empty() {
            return Vec::new();
        }
        let mut width = self.at_first;
        let mut since_ns = (lane >= width).then_some(0);
        let mut absences = Vec::new();
        let mut add = |since_ns: u64, until_ns: u64, ready_ns| {
            let (from_ns, to_ns) = (since_ns.max(from_ns), until_ns.min(to_ns));
            if from_ns < to_ns {
                absences.push(Absence { from_ns, to_ns, ready_ns });
            }
        };
        for change in &self.changes {
            let before = width;
            width = change.from(before);
            match change.ready_ns {
                Some(ready_ns) if before == lane => {
                    if let Some(since_ns) = since_ns.take() {
                        add(since_ns, change.at_ns, ready_ns);
                    }
                }
                None if width == lane => since_ns = Some(change.at_ns),
                _ => {}
            }
        }
        if let Some(since_ns) = since_ns {
            add(since_ns, STILL_RUNNING, STILL_RUNNING);
        }
        absences
    }

    /// Behind the last case of a lane: the start-up if there was no case, a
    /// barrier until `barrier_ns`, and until `now_ns` nothing left to do, but for
    /// when it was held or not there.
    fn behind(&self, lane: usize, barrier_ns: u64, now_ns: u64) -> Vec<GapSpan> {
        let (startup_ns, from_ns) = if let Some(last) = self.all[lane].cases.last() {
            (0, last.to_ns)
        } else if lane >= self.at_first {
            (0, 0)
        } else {
            // Of a run that tells no start-ups none is made up.
            let told = self.started == 0 || !self.ready_ns.is_empty();
            let ready_ns = self.ready_ns.get(lane).copied();
            let ready_ns = ready_ns.unwrap_or(if told { STILL_RUNNING } else { 0 }).min(now_ns);
            (ready_ns, ready_ns)
        };
        let barrier_ns = barrier_ns.clamp(from_ns.min(now_ns), now_ns);
        let mut gaps = vec![
            GapSpan { from_ns: 0, to_ns: startup_ns, reason: GapReason::Startup },
            GapSpan { from_ns, to_ns: barrier_ns, reason: GapReason::Barrier },
        ];
        let mut at_ns = barrier_ns.max(from_ns);
        let first = self.held.partition_point(|wait| wait.1 <= at_ns);
        for &(wait_ns, until_ns) in self.held[first..].iter().take_while(|w| w.0 < now_ns) {
            let (held_ns, until_ns) = (wait_ns.max(at_ns), until_ns.min(now_ns));
            gaps.push(GapSpan { from_ns: at_ns, to_ns: held_ns, reason: GapReason::Idle });
            gaps.push(GapSpan { from_ns: held_ns, to_ns: until_ns, reason: GapReason::Held });
            at_ns = until_ns;
        }
        gaps.push(GapSpan { from_ns: at_ns, to_ns: now_ns, reason: GapReason::Idle });
        gaps.retain(|gap| gap.from_ns < gap.to_ns);
        over(gaps, &self.absences(lane, from_ns, now_ns), now_ns)
    }

    fn note_process(&mut self, replaces: bool, from_ns: u64, ready_ns: u64) {
        if replaces {
            self.replaced.push((from_ns, ready_ns));
        }
    }

    fn note_wait(&mut self, wait: WaitSpan) {
        match wait.reason {
            WaitReason::Barrier => self.barrier_told_ns = self.barrier_told_ns.max(wait.until_ns),
            WaitReason::Licence | WaitReason::Memory | WaitReason::Paused | WaitReason::Backoff => {
                // Waits are told when they end: each ends after those before it.
                let mut from_ns = wait.from_ns;
                while let Some(before) = self.held.pop_if(|held| held.1 >= from_ns) {
                    from_ns = from_ns.min(before.0);
                }
                self.held.push((from_ns, wait.until_ns));
            }
            WaitReason::Empty => {}
        }
    }

    /// A case from its start to its end.
    fn place(&mut self, case: u32, place: (u32, bool), times_ns: (u64, u64), done: bool) {
        self.begin(case, place, times_ns);
        self.note_end(place.0, times_ns.1, done);
    }

    fn note_end(&mut self, lane: u32, end_ns: u64, done: bool) {
        self.latest_end_ns = self.latest_end_ns.max(end_ns);
        if let Some(lane) = self.all.get_mut(lane as usize).filter(|_| !done) {
            lane.lost.push(u32::try_from(lane.cases.len() - 1).unwrap_or(u32::MAX));
        }
    }

    /// An attempt at a case begins in this lane, `first` if it is its first one.
    fn begin(&mut self, case: u32, (lane, first): (u32, bool), (from_ns, to_ns): (u64, u64)) {
        self.started += 1;
        // An attempt at a case that is tried again belongs to the batch in work.
        if let Some(batch) = self.batch.filter(|_| first)
            && self.begun / batch > self.at_batch
        {
            self.at_batch = self.begun / batch;
            self.lifted_ns = self.latest_end_ns;
        }
        self.begun += u32::from(first);
        let number = lane as usize;
        if number >= self.all.len() {
            self.all.resize_with(number + 1, Lane::default);
        }
        let last_ns = self.all[number].cases.last().map(|last| last.to_ns);
        let mut gaps = Vec::new();
        let mut gap = |from_ns, to_ns, reason| {
            if from_ns < to_ns {
                gaps.push(GapSpan { from_ns, to_ns, reason });
            }
            from_ns.max(to_ns)
        };
        let mut at_ns = last_ns.unwrap_or_else(|| {
            let ready_ns = self.ready_ns.get(number).copied().unwrap_or(0);
            gap(0, ready_ns.min(from_ns), GapReason::Startup)
        });
        if at_ns < from_ns {
            let replaced = self.replaced.iter().rev().find(|replaced| replaced.0 == at_ns);
            if let Some(&(_, ready_ns)) = replaced {
                at_ns = gap(at_ns, ready_ns.min(from_ns), GapReason::Startup);
            }
            at_ns = gap(at_ns, self.lifted_ns.min(from_ns), GapReason::Barrier);
            let first = self.held.partition_point(|wait| wait.1 <= at_ns);
            for &(wait_ns, until_ns) in self.held[first..].iter().take_while(|w| w.0 < from_ns) {
                gap(wait_ns.max(at_ns), until_ns.min(from_ns), GapReason::Held);
            }
        }
        let absences = self.absences(number, last_ns.unwrap_or(0), from_ns);
        let held = &mut self.all[number];
        held.gaps.extend(over(gaps, &absences, from_ns));
        held.push(from_ns, to_ns, case);
    }
}

/// The gaps of a lane until `to_ns`, if its worker was not there at these times and was
/// being made after them.
fn over(mut gaps: Vec<GapSpan>, absences: &[Absence], to_ns: u64) -> Vec<GapSpan> {
    for absence in absences {
        let ready_ns = absence.ready_ns.clamp(absence.to_ns, to_ns);
        gaps = gaps
            .into_iter()
            .flat_map(|gap| {
                let before = GapSpan { to_ns: gap.to_ns.min(absence.from_ns), ..gap };
                let behind = GapSpan { from_ns: gap.from_ns.max(ready_ns), ..gap };
                [before, behind]
            })
            .filter(|gap| gap.from_ns < gap.to_ns)
            .collect();
        let (from_ns, to_ns) = (absence.from_ns, absence.to_ns);
        gaps.push(GapSpan { from_ns, to_ns, reason: GapReason::Absent });
        if to_ns < ready_ns {
            gaps.push(GapSpan { from_ns: to_ns, to_ns: ready_ns, reason: GapReason::Startup });
        }
    }
    gaps.sort_unstable_by_key(|gap| gap.from_ns);
    gaps
}

/// An attempt at a case.
struct LaneAttempt {
    case: u32,
    /// Whether it is the first one.
    first: bool,
    one: Attempt,
}

/// All attempts of this sitting, in the order of their dispatch.
fn attempts(state: &RunState) -> Vec<LaneAttempt> {
    let mut last: Vec<Option<LaneAttempt>> = Vec::new();
    let mut before = Vec::new();
    for (record, case) in state.records().iter().zip(0..) {
        if !record.has_started() || record.session != state.session() {
            continue;
        }
        let CaseRecord { lane, start_ns, end_ns, status, .. } = *record;
        let tries = state.attempts(case);
        let earlier = tries.iter().filter(|one| one.start_ns != start_ns);
        let mut first = true;
        for &one in earlier {
            before.push(LaneAttempt { case, first, one });
            first = false;
        }
        let at = record.dispatch_index as usize;
        last.resize_with(last.len().max(at + 1), || None);
        last[at] =
            Some(LaneAttempt { case, first, one: Attempt { lane, start_ns, end_ns, status } });
    }
    let mut all: Vec<LaneAttempt> = last.into_iter().flatten().collect();
    // Of an attempt that was followed by another only its time is known.
    if !before.is_empty() {
        all.extend(before);
        all.sort_by_key(|attempt| attempt.one.start_ns);
    }
    all
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use strum::VariantArray as _;

    use super::*;
    use crate::run::replay;
    use crate::schedule::{Rules, Scheduler, s_from_ns, simulate};
    use crate::study::{
        CaseTable, ClockChoice, FrozenStudy, Lengths, Order, SeriesChoice, Strategy, WorkloadName,
    };

    use crate::report::figures::account::Account;

    fn plan(strategy: Strategy, workers: u32, batch: Option<u32>) -> FrozenPlan {
        FrozenPlan {
            limits: crate::study::Limits::default(),
            strategy,
            workers,
            batch,
            order: Order::Listed,
            seed: 1,
            time_scale: 1.0,
            series: SeriesChoice::Estimate,
            clock: ClockChoice::Virtual,
        }
    }

    fn run(plan: FrozenPlan, lengths_s: &[f64]) -> RunState {
        let mut cases = CaseTable::default();
        for &length_s in lengths_s {
            cases.push("case", length_s, 1.0, &[]);
        }
        let lengths = Lengths::Seconds(lengths_s.to_vec());
        replay(&FrozenStudy { cases, workload: WorkloadName::Wait, plan, lengths, program: None })
    }

    /// All lane-time of this kind, in seconds.
    fn sum_s(lanes: &Lanes, why: GapReason) -> f64 {
        let gaps = lanes.lanes().iter().flat_map(Lane::gaps);
        gaps.filter(|gap| gap.reason == why).map(|gap| s_from_ns(gap.to_ns - gap.from_ns)).sum()
    }

    fn gaps(lanes: &Lanes, lane: usize) -> Vec<(u64, u64, GapReason)> {
        lanes.lanes()[lane].gaps().iter().map(|gap| (gap.from_ns, gap.to_ns, gap.reason)).collect()
    }

    fn started(case: u32, lane: u32, at_ns: u64) -> RunEvent {
        let ticket = Ticket { case, lane, attempt: 1, dispatch_index: case };
        RunEvent::Started { ticket, asked_ns: at_ns, at_ns }
    }

    fn finished(case: u32, lane: u32, times_ns: (u64, u64), outcome: CaseOutcome) -> RunEvent {
        RunEvent::Finished(CaseEnd {
            will_retry: false,
            ticket: Ticket { case, lane, attempt: 1, dispatch_index: case },
            start_ns: times_ns.0,
            end_ns: times_ns.1,
            waited_ns: None,
            cpu_ns: None,
            memory_bytes: None,
            outcome,
        })
    }

    #[test]
    fn a_lane_whose_worker_comes_later_and_leaves_is_not_there_before_and_after() {
        let plan = plan(Strategy::Threads, 1, None);
        let ticket = |case, lane| Ticket { case, lane, attempt: 1, dispatch_index: case };
        let started = |case, lane, at_ns| RunEvent::Started {
            ticket: ticket(case, lane),
            asked_ns: at_ns,
            at_ns,
        };
        let finished = |case, lane, start_ns, end_ns| {
            let outcome = CaseOutcome::Done(None);
            let (waited_ns, cpu_ns, memory_bytes, again) = (None, None, None, false);
            let ticket = ticket(case, lane);
            RunEvent::Finished(CaseEnd {
                ticket,
                start_ns,
                end_ns,
                waited_ns,
                cpu_ns,
                memory_bytes,
                outcome,
                will_retry: again,
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
        assert_eq!(live.lanes()[1].gaps(), gaps);
        assert_eq!(live.lanes()[0].gaps(), [gap(0, 5, GapReason::Startup)]);
        assert_eq!(Lanes::of_run(&plan, &state).lanes(), live.lanes());
        let account = Account::of(&state, 1, ClockChoice::Real);
        let there_ns = |lane: &Lane| {
            let absent = lane.gaps().iter().filter(|gap| gap.reason == GapReason::Absent);
            100 - absent.map(|gap| gap.to_ns - gap.from_ns).sum::<u64>()
        };
        let there_ns = live.lanes().iter().map(there_ns).sum();
        assert!((account.lane_seconds - s_from_ns(there_ns)).abs() < 1e-12);
    }

    #[test]
    fn a_run_that_goes_on_is_followed() {
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
        assert_eq!((lanes.lanes()[0].case_at(50), lanes.open_gaps(0, 50)), (Some(0), vec![]));
        lanes.apply(&started(2, 2, 30));
        lanes.apply(&finished(0, 0, (11, 40), CaseOutcome::Done(None)));
        let waits = GapSpan { from_ns: 40, to_ns: 60, reason: GapReason::Barrier };
        assert_eq!(lanes.open_gaps(0, 60), [waits]);
        lanes.apply(&finished(1, 1, (12, 90), CaseOutcome::Failed(String::new())));
        lanes.apply(&finished(2, 2, (30, 70), CaseOutcome::Done(None)));
        lanes.apply(&started(3, 0, 91));
        lanes.apply(&started(4, 1, 91));
        assert_eq!(gaps(&lanes, 0), [(0, 10, GapReason::Startup), (40, 90, GapReason::Barrier)]);
        lanes.apply(&finished(3, 0, (91, 100), CaseOutcome::Done(None)));
        lanes.apply(&finished(4, 1, (91, 120), CaseOutcome::Done(None)));
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
        assert_eq!((lane.case_at(90), lane.case_at(91), lane.case_at(120)), (None, Some(1), None));
    }

    #[test]
    fn what_a_cancel_ends_at_a_barrier_waited_there() {
        let mut lanes = Lanes::new(&plan(Strategy::Batches, 2, None), 9);
        lanes.apply(&finished(0, 0, (0, 10), CaseOutcome::Done(None)));
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
    fn a_worker_process_that_takes_the_place_of_another_starts_up() {
        let mut lanes = Lanes::new(&plan(Strategy::Processes, 1, None), 2);
        lanes.apply(&finished(0, 0, (5, 10), CaseOutcome::Failed(String::new())));
        lanes.note_process(true, 10, 18);
        lanes.apply(&started(1, 0, 19));
        assert_eq!(gaps(&lanes, 0), [(10, 18, GapReason::Startup)]);
    }

    #[test]
    fn lanes_are_held_by_a_limit() {
        let rules = Rules { limit: Some(1), ..Rules::with_lanes(2) };
        let played = simulate(Scheduler::new(vec![0, 1, 2], rules), 2, |_| 10);
        let lanes = Lanes::of_simulation(&plan(Strategy::Threads, 2, None), &played);
        assert_eq!(lanes.lanes()[0].cases().len(), 3);
        assert_eq!(gaps(&lanes, 1), [(0, 20, GapReason::Held), (20, 30, GapReason::Idle)]);
    }

    proptest! {
        #[test]
        fn cases_and_gaps_fill_all_lanes_as_the_account_has_it(
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
            prop_assert_eq!(sum_s(&lanes, GapReason::Barrier), account.barrier);
            prop_assert_eq!(sum_s(&lanes, GapReason::Idle), account.idle);
            prop_assert_eq!(sum_s(&lanes, GapReason::Startup) + sum_s(&lanes, GapReason::Held), 0.0);
            for lane in lanes.lanes() {
                let cases = lane.cases().iter().map(|span| (span.from_ns, span.to_ns));
                let gaps = lane.gaps().iter().map(|gap| (gap.from_ns, gap.to_ns));
                let mut all: Vec<(u64, u64)> = cases.chain(gaps).collect();
                all.sort_unstable();
                let mut at_ns = 0;
                for (from_ns, to_ns) in all {
                    prop_assert_eq!(from_ns, at_ns, "no hole and no overlap");
                    at_ns = to_ns;
                }
                prop_assert_eq!(at_ns, state.makespan_ns());
            }
            // Told case by case it is the same.
            let mut told = Lanes::new(&plan, u32::try_from(lengths_s.len()).unwrap());
            for LaneAttempt { case, first, one } in attempts(&state) {
                told.place(case, (one.lane, first), (one.start_ns, one.end_ns), true);
            }
            told.close(state.makespan_ns());
            for (told, whole) in told.lanes().iter().zip(lanes.lanes()) {
                prop_assert_eq!(told.cases(), whole.cases());
            }
        }
    }
}
