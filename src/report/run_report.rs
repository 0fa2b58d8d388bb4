//! The run report: a run, its study, its machine and its figures.

use std::borrow::Cow;
use std::sync::Arc;

use crate::report::figures::run_figures::Figures;
use crate::report::figures::shared_cpus::most_shared_cpus;
use crate::report::run_source::RunSource;
use crate::run::{Attempt, CaseRecord, RunState, Status};
use crate::schedule::s_from_ns;
use crate::study::{Case, ClockChoice, CpuCounts, FrozenStudy, public_options};

/// Cases whose CPU time is less than this share of their time are waiting cases.
pub(crate) const WAITING_CPU_SHARE: f64 = 0.1;

/// The machine of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Machine {
    /// Threads that can run in parallel; 0 if unknown.
    pub logical_cpus: u32,
    /// Operating system; empty if unknown.
    pub os: &'static str,
    /// All CPUs, if they were counted.
    pub cpus: Option<CpuCounts>,
}

/// Operating systems a run can come from.
const SYSTEMS: [&str; 7] = ["linux", "windows", "macos", "freebsd", "openbsd", "netbsd", ""];

impl Machine {
    /// Returns the CPUs that limit a run; those of an unknown machine limit nothing.
    pub fn limiting_cpus(self) -> u32 {
        if self.logical_cpus == 0 { u32::MAX } else { self.logical_cpus }
    }

    /// Returns the machine of a run that was started here. Those of a cluster are not known.
    pub(crate) fn of_run(self, frozen: &FrozenStudy) -> Self {
        if frozen.is_on_cluster() { Self::default() } else { self }
    }

    /// Describes a recorded machine.
    pub fn recorded(logical_cpus: u32, os: &str) -> Self {
        let os = SYSTEMS.into_iter().find(|known| *known == os).unwrap_or("another system");
        Self { logical_cpus, os, cpus: None }
    }
}

/// The record of one execution of a study.
#[derive(Debug, Clone)]
pub struct RunReport {
    /// The study that was run.
    pub frozen: Arc<FrozenStudy>,
    /// Records of all cases and workers.
    pub state: RunState,
    /// The machine it ran on.
    pub machine: Machine,
    /// Totals, speed-up and the account of lane-seconds.
    pub figures: Figures,
    /// Where the record comes from, and so what it lacks.
    pub source: RunSource,
    /// Version of this program that ran it, if known.
    pub version: Option<Cow<'static, str>>,
    /// Whether the events of the run are known, beside its cases.
    pub has_events: bool,
    /// Limits and options of the program, as reports hold them, if known.
    pub options: Option<Vec<String>>,
}

impl RunReport {
    /// Computes the figures of a run and bundles them with it.
    pub fn new(frozen: Arc<FrozenStudy>, state: RunState, machine: Machine) -> Self {
        let machine = machine.of_run(&frozen);
        let figures = Figures::of(&frozen, &state);
        let version = Some(env!("CARGO_PKG_VERSION").into());
        let options = Some(public_options(&frozen.plan.limits, frozen.program.as_deref()));
        let source = RunSource::Observed;
        Self { frozen, state, machine, figures, source, version, has_events: true, options }
    }

    /// Bundles a run of which only the cases were recorded with the figures that they give.
    pub fn of_records(
        frozen: Arc<FrozenStudy>,
        state: RunState,
        machine: Machine,
        source: RunSource,
    ) -> Self {
        let machine = machine.of_run(&frozen);
        let figures = Figures::of_records(&frozen, &state, source);
        let options = || public_options(&frozen.plan.limits, frozen.program.as_deref());
        let options = source.log().is_none().then(options);
        Self { frozen, state, machine, figures, source, version: None, has_events: false, options }
    }

    /// Says how the parallel total is known.
    pub fn parallel_kind(&self) -> &'static str {
        match self.frozen.plan.clock {
            _ if self.source.log().is_some() && self.figures.total_parallel_s.is_none() => {
                "not recorded"
            }
            ClockChoice::Virtual => "simulated",
            ClockChoice::Real if self.state.resumed_count > 0 => "last session",
            ClockChoice::Real if !self.state.all_done() => "until it ended",
            ClockChoice::Real => "measured",
        }
    }

    /// Returns the most workers that it had.
    pub fn most_workers(&self) -> u32 {
        let changed = self.figures.steering.and_then(|steering| steering.workers);
        changed.map_or(self.frozen.plan.workers, |(_, most)| most)
    }

    /// Whether its total is that of its plan: all cases are done, in one session that nobody
    /// changed or paused.
    pub fn has_total_of_plan(&self) -> bool {
        self.state.all_done_in_session() && self.figures.steering.is_none()
    }

    /// All cases with their records, in listed order.
    pub fn cases(&self) -> impl Iterator<Item = (Case<'_>, &CaseRecord)> {
        self.frozen.cases.iter().zip(&self.state.records)
    }

    /// Value of an output of a case.
    pub fn value(&self, case: usize, output: usize) -> Option<f64> {
        self.state.value(u32::try_from(case).ok()?, output)
    }

    /// Values of all outputs, one output after another, each in listed order.
    pub fn values(&self) -> impl Iterator<Item = Option<f64>> {
        let outputs = self.frozen.value_count();
        let cases = self.state.records.len();
        (0..outputs).flat_map(move |output| (0..cases).map(move |case| self.value(case, output)))
    }

    /// Time of each case in seconds, from whichever session ran it; `None` unless all are done.
    pub fn times_s(&self) -> Option<Vec<f64>> {
        let times = || self.state.records.iter().map(|record| s_from_ns(record.time_ns()));
        self.state.all_done().then(|| times().collect())
    }

    /// CPU time divided by CPU plus waited time of all done cases, from 0 to 1: the
    /// share of its time that a case computes when it has a core to itself.
    ///
    /// The waited time of programs is unknown; their CPU time is divided by their whole time, which
    /// makes the share smaller where they share cores. `None` if no CPU time is known.
    pub fn cpu_share(&self) -> Option<f64> {
        let done = self.state.records.iter().filter(|record| record.status == Status::Done);
        let own_ns = |record: &CaseRecord| record.busy_ns().unwrap_or(record.time_ns());
        let times = done.filter_map(|record| Some((record.cpu_ns?, own_ns(record))));
        let sum = |(cpu_s, own_s), (cpu_ns, own_ns)| {
            (cpu_s + s_from_ns(cpu_ns), own_s + s_from_ns(own_ns))
        };
        let (cpu_s, own_s) = times.fold((0.0, 0.0), sum);
        (own_s > 0.0).then(|| cpu_s / own_s)
    }

    /// Whether the cases compute, so that cores limit them and only measured totals show how many
    /// workers are worth having. False for cases of known length, which only wait.
    ///
    /// The log of another tool may not tell; then its times are taken as they are.
    pub fn is_compute_bound(&self) -> bool {
        let is_log = self.source.log().is_some();
        self.frozen.lengths.seconds().is_none()
            && self.cpu_share().map_or(!is_log, |share| share >= WAITING_CPU_SHARE)
    }

    /// Whether the time each case takes alone is known. It is not if cases that ran at once
    /// shared CPUs, and their waiting cannot be told from being slowed down.
    pub fn knows_alone_times(&self) -> bool {
        let has_own_times = || self.state.records.iter().all(|record| record.busy_ns().is_some());
        let is_log = self.source.log().is_some();
        let cpus = if is_log { self.machine.logical_cpus } else { self.machine.limiting_cpus() };
        self.frozen.lengths.seconds().is_some()
            || !self.is_compute_bound()
            || has_own_times()
            || most_shared_cpus(&self.state, &self.frozen.resources) <= u64::from(cpus)
    }

    /// When the run started, in UTC, such as `2026-01-31T12:00:00Z`; `None` on the virtual clock.
    pub fn started_at(&self) -> Option<String> {
        jiff::Timestamp::from_second(self.state.started_at?).ok().map(|at| at.to_string())
    }

    /// All attempts at this case; empty unless there were several.
    pub fn attempts(&self, case: usize) -> &[Attempt] {
        u32::try_from(case).map_or(&[], |case| self.state.attempts(case))
    }

    /// Number of attempts at this case.
    pub fn attempt_count(&self, case: usize) -> u32 {
        u32::try_from(case).map_or(0, |case| self.state.attempt_count(case))
    }

    /// Why this case failed, if it did.
    pub fn error(&self, case: usize) -> Option<&str> {
        self.state.error(u32::try_from(case).ok()?)
    }
}
