//! The account of lane-seconds: how the lanes spent their time.

use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};

use crate::run::{CaseRecord, RunState, Status};
use crate::schedule::{WaitReason, s_from_ns};
use crate::study::{ClockChoice, FrozenStudy, WorkloadName};

/// Lanes × time in seconds, divided among what the lanes did; `None` where a part was not
/// recorded. Each part comes from its own time stamps; the parts sum to the whole except for
/// the resolution of the clock.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// Lanes × makespan; if the number of workers changed, the sum of the times each lane
    /// had a worker.
    #[serde(default)]
    pub lane_seconds: f64,
    /// CPU plus waited time of the done cases; `None` if a CPU time is unknown.
    pub work: Option<f64>,
    /// Time of the done cases beyond that: sharing cores.
    pub stretch: Option<f64>,
    /// Start of the run until each worker asked for its first case, and death of a worker
    /// process until its replacement was ready.
    pub startup: Option<f64>,
    /// End of a case to the start of the next, including communication with worker processes.
    pub dispatch: Option<f64>,
    /// Waiting for the rest of the batch.
    pub barrier: Option<f64>,
    /// Waiting for a licence, memory, the end of a pause or the next attempt.
    pub held: Option<f64>,
    /// Unsuccessful attempts: failed, timed out, cancelled.
    pub lost: Option<f64>,
    /// Nothing left to start.
    pub idle: Option<f64>,
}

impl Account {
    /// Computes the account of a run that started with this many lanes.
    pub fn of(state: &RunState, lanes: u32, clock: ClockChoice) -> Self {
        let end_ns = state.makespan_ns;
        // The run ends with its last case.
        let first = state.ready_ns.iter().map(|&ready_ns| ready_ns.min(end_ns));
        let replaced = state.processes.iter().filter(|process| process.start.replaces);
        let replaced = replaced
            .map(|process| process.start.ready_ns.min(end_ns) - process.start.from_ns.min(end_ns));
        let added = state.added_workers_ns.iter();
        let added = added.map(|&(from_ns, at_ns)| at_ns.min(end_ns) - from_ns.min(end_ns));
        let startup = sum_s(first.chain(replaced).chain(added));
        let mut idle = sum_s(state.left_ns.iter().map(|&left_ns| end_ns.saturating_sub(left_ns)));
        let (mut barrier, mut held) = (0.0, 0.0);
        for wait in &state.waits {
            let waited_s = s_from_ns(wait.until_ns.min(end_ns).saturating_sub(wait.from_ns));
            let part = match wait.reason {
                WaitReason::Empty => &mut idle,
                WaitReason::Barrier => &mut barrier,
                _ => &mut held,
            };
            *part += waited_s;
        }
        let (work, stretch) = work_and_stretch(state, clock).unzip();
        // Each lane counts while it has a worker.
        let since = |at_ns: u64| s_from_ns(end_ns.saturating_sub(at_ns));
        let gained =
            state.added_workers_ns.iter().fold(0.0, |sum, &(from_ns, _)| sum + since(from_ns));
        let given_up = state.retired_ns.iter().fold(0.0, |sum, &at_ns| sum + since(at_ns));
        Self {
            lane_seconds: f64::from(lanes) * s_from_ns(end_ns) + gained - given_up,
            work: work.map(s_from_ns),
            stretch: stretch.map(s_from_ns),
            startup: Some(startup),
            dispatch: Some(s_from_ns(state.dispatch_ns)),
            barrier: Some(barrier),
            held: Some(held),
            lost: Some(s_from_ns(state.lost_ns)),
            idle: Some(idle),
        }
    }

    /// Returns the account without work and stretch if a program ran: its CPU time does not tell
    /// how long it would have taken alone.
    #[must_use]
    pub fn known_for(self, frozen: &FrozenStudy) -> Self {
        let is_known =
            frozen.workload != WorkloadName::Command || frozen.plan.clock == ClockChoice::Virtual;
        let known = |part: Option<f64>| part.filter(|_| is_known);
        Self { work: known(self.work), stretch: known(self.stretch), ..self }
    }

    /// Lane-seconds of a part, if they are recorded.
    pub(crate) fn part(&self, part: AccountPart) -> Option<f64> {
        match part {
            AccountPart::Work => self.work,
            AccountPart::Stretch => self.stretch,
            AccountPart::Startup => self.startup,
            AccountPart::Dispatch => self.dispatch,
            AccountPart::Barrier => self.barrier,
            AccountPart::Held => self.held,
            AccountPart::Lost => self.lost,
            AccountPart::Idle => self.idle,
            AccountPart::Cases | AccountPart::Unknown => None,
        }
    }

    /// Lane-seconds of a run minus all parts, in seconds; `None` if a part is unknown. Cases of
    /// unknown work count with their time. Under 1 ms if every moment is accounted for.
    pub fn remainder_s(&self, state: &RunState) -> Option<f64> {
        let waits = self.barrier? + self.held? + self.lost? + self.idle?;
        let known = self.startup? + self.dispatch? + waits;
        let cases = || sum_s(done_here(state).map(CaseRecord::time_ns));
        let done = self.work.zip(self.stretch).map_or_else(cases, |(work, stretch)| work + stretch);
        Some(self.lane_seconds - done - known)
    }

    /// Computes the account of a run of which only the cases were recorded.
    pub fn of_records(state: &RunState, lanes: u32, clock: ClockChoice) -> Self {
        let (work, stretch) = work_and_stretch(state, clock).unzip();
        Self {
            lane_seconds: f64::from(lanes) * s_from_ns(state.makespan_ns),
            work: work.map(s_from_ns),
            stretch: stretch.map(s_from_ns),
            startup: None,
            dispatch: None,
            barrier: None,
            held: None,
            lost: Some(s_from_ns(state.lost_ns)),
            idle: None,
        }
    }
}

/// A part of the lane-seconds, see [`Account`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum AccountPart {
    /// Work and waiting of done cases.
    Work,
    /// Time of done cases whose work is unknown.
    Cases,
    Stretch,
    #[strum(serialize = "start-up")]
    Startup,
    Dispatch,
    Barrier,
    Held,
    Lost,
    Idle,
    #[strum(serialize = "not recorded")]
    Unknown,
}

impl AccountPart {
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// Sums in seconds: many lanes may have more nanoseconds than 64 bits hold.
fn sum_s(times_ns: impl Iterator<Item = u64>) -> f64 {
    times_ns.map(s_from_ns).fold(0.0, |sum, time_s| sum + time_s)
}

/// The cases that are done in this session.
fn done_here(state: &RunState) -> impl Iterator<Item = &CaseRecord> {
    let session = state.session;
    let records = state.records.iter();
    records.filter(move |record| record.status == Status::Done && record.session == session)
}

/// Work and stretch in nanoseconds. On the virtual clock a case is all work.
fn work_and_stretch(state: &RunState, clock: ClockChoice) -> Option<(u64, u64)> {
    let (mut work, mut stretch) = (0_u64, 0_u64);
    for record in done_here(state) {
        let busy_ns = match clock {
            ClockChoice::Virtual => record.time_ns(),
            ClockChoice::Real => record.busy_ns()?,
        };
        work = work.saturating_add(busy_ns);
        stretch = stretch.saturating_add(record.time_ns().saturating_sub(busy_ns));
    }
    Some((work, stretch))
}
