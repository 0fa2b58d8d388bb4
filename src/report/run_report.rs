//! The run report: a run, what it ran, where, and its figures.

use std::sync::Arc;

use crate::run::{Attempt, CaseRecord, RunState, Status};
use crate::schedule::s_from_ns;
use crate::study::{Case, FrozenStudy};

use crate::report::figures::run_figures::Figures;

/// Cases whose CPU time is less than this part of their time wait.
pub(crate) const WAITS: f64 = 0.1;

/// The machine that a run was on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Machine {
    /// How many threads can really run at once.
    pub logical_cpus: u32,
    /// The operating system.
    pub os: &'static str,
}

/// The record of one execution of a study.
#[derive(Debug, Clone)]
pub struct RunReport {
    /// What was run.
    pub frozen: Arc<FrozenStudy>,
    /// What happened.
    pub state: RunState,
    /// Where.
    pub machine: Machine,
    /// What it means.
    pub figures: Figures,
}

impl RunReport {
    /// The report of this run.
    #[must_use]
    pub fn new(frozen: Arc<FrozenStudy>, state: RunState, machine: Machine) -> Self {
        let figures = Figures::of(&frozen, &state);
        Self { frozen, state, machine, figures }
    }

    /// All cases with their records, in listed order.
    pub fn cases(&self) -> impl Iterator<Item = (Case<'_>, &CaseRecord)> {
        self.frozen.cases.iter().zip(self.state.records())
    }

    /// How long each case took in this run, in whichever sitting, in seconds, if all
    /// are done.
    #[must_use]
    pub fn times_s(&self) -> Option<Vec<f64>> {
        let times = || self.state.records().iter().map(|record| s_from_ns(record.time_ns()));
        self.state.all_done().then(|| times().collect())
    }

    /// The CPU time over the CPU and waited time of all cases that are done, from 0
    /// to 1: what part of its time a case computes that shares no core. Of programs
    /// it is not known how long they waited: there it is the part of all their time,
    /// which sharing a core makes smaller. Absent where no CPU time is known.
    #[must_use]
    pub fn cpu_share(&self) -> Option<f64> {
        let done = self.state.records().iter().filter(|record| record.status == Status::Done);
        let own_ns = |record: &CaseRecord| record.busy_ns().unwrap_or(record.time_ns());
        let times = done.filter_map(|record| Some((record.cpu_ns?, own_ns(record))));
        let sum = |(cpu_s, own_s), (cpu_ns, own_ns)| {
            (cpu_s + s_from_ns(cpu_ns), own_s + s_from_ns(own_ns))
        };
        let (cpu_s, own_s) = times.fold((0.0, 0.0), sum);
        (own_s > 0.0).then(|| cpu_s / own_s)
    }

    /// Whether the cases compute, so that cores bind and only measured totals say
    /// how many workers are worth having. What is meant to wait for a known time
    /// does not.
    #[must_use]
    pub fn is_compute_bound(&self) -> bool {
        self.frozen.lengths.seconds().is_none()
            && self.cpu_share().is_none_or(|share| share >= WAITS)
    }

    /// Whether it is known how long the cases take alone: not if they share cores
    /// and their waiting cannot be told from being held up.
    #[must_use]
    pub fn knows_alone_times(&self) -> bool {
        let apart = || self.state.records().iter().all(|record| record.busy_ns().is_some());
        self.frozen.lengths.seconds().is_some()
            || self.frozen.plan.at_once() <= self.machine.logical_cpus
            || !self.is_compute_bound()
            || apart()
    }

    /// All attempts at this case, if there were several.
    #[must_use]
    pub fn attempts(&self, case: usize) -> &[Attempt] {
        u32::try_from(case).map_or(&[], |case| self.state.attempts(case))
    }

    /// Why this case failed, if it did.
    #[must_use]
    pub fn error(&self, case: usize) -> Option<&str> {
        self.state.error(u32::try_from(case).ok()?)
    }
}
