//! A kept run: what is known of it without its full record. Small, however many
//! cases it had.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::report::{Account, RunReport};
use crate::run::CaseRecord;
use crate::schedule::s_from_ns;
use crate::study::{ClockChoice, FrozenStudy, Order, Strategy, WorkloadName, program_options};

use crate::window::{MOST_CASES, case_names, few};

/// A time of day, as the shell hands it in.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Moment {
    /// Milliseconds since 1970 in UTC.
    pub unix_ms: u64,
    /// The date and time of day where it was, such as `2026-11-24 14:03:12`.
    pub local: String,
}

/// What a kept run is known by: the name of its file, without its ending.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SavedRunId(pub String);

/// A run in the list.
#[derive(Debug, Clone, PartialEq)]
pub struct ListedRun {
    /// What it is known by.
    pub id: SavedRunId,
    /// The run.
    pub run: SavedRun,
    /// Whether its full record is kept too, so that it can be shown again.
    pub whole: bool,
}

/// The summary of a kept run. Times are in seconds.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SavedRun {
    /// What it is called.
    pub name: String,
    /// Whether the user called it that.
    pub named: bool,
    /// Whether it was run by itself and not as part of an experiment.
    pub alone: bool,
    /// When it was kept, at its end.
    pub ended: Moment,
    /// The workload.
    pub workload: String,
    /// The plan in short, such as `threads × 3, longest first`.
    pub plan: String,
    /// The seed of its draws.
    pub seed: u64,
    /// What every wait and every amount of computing was multiplied by.
    pub time_scale: f64,
    /// Whether it was computed on the virtual clock and not run.
    pub computed: bool,
    /// How many workers there were.
    pub workers: u32,
    /// How many cases there were.
    pub cases: usize,
    /// How many of them were done.
    pub done: usize,
    /// From its start to the end of its last case.
    pub total_s: Option<f64>,
    /// Where its lane-seconds went.
    pub account: Option<Account>,
    /// What the cases are called; empty for many.
    pub names: Vec<String>,
    /// How long each took, where it ended; empty for many.
    pub times_s: Vec<Option<f64>>,
    /// What each came to, where that is a number that can be written down; empty
    /// for many.
    pub values: Vec<Option<f64>>,
    /// The same for runs of the same cases by the same workload.
    pub same_cases: u64,
    /// The same if the cases were also meant to take the same time.
    pub same_work: u64,
    /// The same for the same values; `None` if nothing was computed.
    pub same_values: Option<u64>,
}

impl SavedRun {
    /// The summary of a run that has ended; `None` if no case has. What it is of
    /// is the study's name or the experiment's.
    #[must_use]
    pub fn of(report: &RunReport, of: &SavedRunKind, ended: Moment) -> Option<Self> {
        let frozen = &*report.frozen;
        let total_s = report.figures.total_parallel_s?;
        if frozen.cases.is_empty() {
            return None;
        }
        let records = report.state.records();
        let real = frozen.plan.clock == ClockChoice::Real;
        let workload: &str = frozen.workload.into();
        let plan = plan_in_short(frozen);
        let name = match of {
            SavedRunKind::Alone(Some(study)) => format!("{study}: {plan}"),
            SavedRunKind::Alone(None) => format!("{workload}: {plan}"),
            SavedRunKind::PartOf { title, label } => format!("{title}: {label}"),
        };
        let same_cases = cases_print(frozen);
        Some(Self {
            name: short(&name),
            named: false,
            alone: matches!(of, SavedRunKind::Alone(_)),
            ended,
            workload: workload.to_owned(),
            plan,
            seed: frozen.plan.seed,
            time_scale: frozen.plan.time_scale,
            computed: !real,
            workers: frozen.plan.workers,
            cases: records.len(),
            done: report.state.done_count() as usize,
            total_s: Some(total_s),
            account: report.figures.account,
            names: case_names(frozen).iter().map(|name| short(name)).collect(),
            times_s: few(report, |report| {
                let time_s =
                    |record: &CaseRecord| record.has_ended().then(|| s_from_ns(record.time_ns()));
                report.state.records().iter().map(time_s).collect()
            }),
            values: few(report, |report| {
                report.state.records().iter().map(|record| record.value).collect()
            }),
            same_cases,
            same_work: work_print(same_cases, frozen),
            same_values: real.then(|| values_print(report)),
        })
    }

    /// Whether what is said of each case is said of all of them, or of none where
    /// they are many.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let each = if self.cases <= MOST_CASES { self.cases } else { 0 };
        (self.names.len(), self.times_s.len(), self.values.len()) == (each, each, each)
    }

    /// Whether all of its cases were done.
    #[must_use]
    pub fn all_done(&self) -> bool {
        self.done == self.cases
    }

    /// What it was, in short: workload, cases, plan.
    #[must_use]
    pub fn description(&self) -> String {
        let noun = if self.cases == 1 { "case" } else { "cases" };
        let mut said = format!("{}, {} {noun}", self.workload, self.cases);
        // Unless the name says it already.
        if !self.name.ends_with(&self.plan) {
            write!(said, " · {}", self.plan).ok();
        }
        if self.time_scale != 1.0 {
            write!(said, " · time scale {}", self.time_scale).ok();
        }
        if self.computed {
            said.push_str(" · computed");
        }
        if !self.all_done() {
            write!(said, " · {} done", self.done).ok();
        }
        said
    }
}

/// The longest name that is kept in a summary, in characters.
const LONGEST_NAME: usize = 120;

/// The name, or as much of it as is kept.
#[must_use]
pub fn short(name: &str) -> String {
    name.trim().chars().take(LONGEST_NAME).collect()
}

/// What a run is kept as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SavedRunKind {
    /// A run by itself, of the study of this name if it has one.
    Alone(Option<String>),
    /// One of several runs of an experiment.
    PartOf {
        /// The experiment.
        title: String,
        /// Which of its runs.
        label: String,
    },
}

fn plan_in_short(frozen: &FrozenStudy) -> String {
    let plan = &frozen.plan;
    let strategy: &str = plan.strategy.into();
    let mut said = match (plan.strategy, plan.batch) {
        (Strategy::Series | Strategy::AllAtOnce, _) => strategy.replace('-', " "),
        (_, Some(batch)) if batch != plan.workers => {
            format!("batches of {batch} × {}", plan.workers)
        }
        _ => format!("{} × {}", strategy.replace('-', " "), plan.workers),
    };
    match plan.order {
        Order::Listed => {}
        Order::Shuffled => said.push_str(", shuffled"),
        order => {
            write!(said, ", {}", order.description()).ok();
        }
    }
    said
}

/// The 64-bit FNV-1a hash: the same in all versions and on all platforms, as it
/// is kept in files.
#[derive(Debug, Clone, Copy)]
pub struct WorkFingerprint(pub u64);

impl WorkFingerprint {
    /// Of nothing.
    #[must_use]
    pub fn new() -> Self {
        Self(0xCBF2_9CE4_8422_2325)
    }

    /// With these bytes behind.
    #[must_use]
    pub fn bytes(self, bytes: &[u8]) -> Self {
        let step = |hash: u64, &byte: &u8| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3);
        Self(bytes.iter().fold(self.0, step))
    }

    /// With this number behind.
    #[must_use]
    pub fn number(self, number: u64) -> Self {
        self.bytes(&number.to_le_bytes())
    }

    /// With this text behind, and its end.
    fn text(self, text: &str) -> Self {
        self.number(text.len() as u64).bytes(text.as_bytes())
    }
}

impl Default for WorkFingerprint {
    fn default() -> Self {
        Self::new()
    }
}

fn cases_print(frozen: &FrozenStudy) -> u64 {
    let mut print = WorkFingerprint::new().text(frozen.workload.into());
    for case in frozen.cases.iter() {
        print = print.text(case.name).number(case.x.to_bits()).number(case.y.to_bits());
    }
    for (heading, cells) in frozen.cases.extra_columns() {
        print = cells.iter().fold(print.text(heading), WorkFingerprint::text);
    }
    if let Some(program) = &frozen.program {
        print = program.command.words().fold(print, WorkFingerprint::text);
        print = program_options(program).iter().fold(print, |print, option| print.text(option));
    }
    print.0
}

fn values_print(report: &RunReport) -> u64 {
    let values = report.state.records().iter().map(|record| record.value);
    let print = |print: WorkFingerprint, value: Option<f64>| match value {
        Some(value) => print.bytes(b"+").number(value.to_bits()),
        None => print.bytes(b"-"),
    };
    values.fold(WorkFingerprint::new(), print).0
}

/// Where it is not known how long the cases are meant to take, the time scale
/// tells how much of their work is done. Draws that are values are work too.
fn work_print(same_cases: u64, frozen: &FrozenStudy) -> u64 {
    let print = WorkFingerprint::new().number(same_cases).number(frozen.plan.time_scale.to_bits());
    let drawn = frozen.workload == WorkloadName::Random;
    let print = if drawn { print.number(frozen.plan.seed) } else { print };
    let seconds = frozen.lengths.seconds().unwrap_or_default().iter();
    seconds.fold(print, |print, length_s| print.number(length_s.to_bits())).0
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::report::Machine;
    use crate::run::replay;
    use crate::study::{CaseTable, CommandLine, Plan, Program};
    use crate::workload::{Environment, find, freeze};

    /// A run on the virtual clock of the demo's cases, with the last so named.
    fn report(plan: &Plan, workload: WorkloadName, last: &str, cut_short: bool) -> RunReport {
        let mut cases = CaseTable::demo();
        cases.set_name(2, last);
        let plan = Plan { clock: ClockChoice::Virtual, ..plan.clone() };
        let given = Environment { logical_cpus: 2, seed: 5, last_s: None };
        let (frozen, _) = freeze(cases, workload, find(workload).as_ref(), &plan, given).unwrap();
        let state = if cut_short { crate::run::RunState::new(3) } else { replay(&frozen) };
        RunReport::new(frozen.into(), state, Machine { logical_cpus: 2, os: "linux" })
    }

    fn kept(plan: &Plan, last: &str) -> SavedRun {
        let report = report(plan, WorkloadName::Demo, last, false);
        SavedRun::of(&report, &SavedRunKind::Alone(None), Moment::default()).unwrap()
    }

    #[test]
    fn a_summary_says_what_was_run_and_how() {
        let plan = Plan { order: Order::Longest, time_scale: 0.5, ..Plan::default() };
        let run = kept(&plan, "last");
        assert_eq!(run.name, "demo: threads × 3, longest first");
        assert_eq!(run.description(), "demo, 3 cases · time scale 0.5 · computed");
        let run = SavedRun { name: "mine".to_owned(), done: 1, computed: false, ..run };
        let said = "demo, 3 cases · threads × 3, longest first · time scale 0.5 · 1 done";
        assert_eq!(run.description(), said);
        assert_eq!((run.names.len(), run.times_s.len(), run.same_values), (3, 3, None));
        assert_eq!(run.names[2], "last");
        assert!(kept(&plan, &"long".repeat(9000)).names[2].len() <= LONGEST_NAME);
    }

    #[test]
    fn plans_are_told_apart_in_short() {
        for (strategy, batch, said) in [
            (Strategy::Series, None, "demo: series"),
            (Strategy::AllAtOnce, None, "demo: all at once"),
            (Strategy::Batches, None, "demo: batches × 3"),
            (Strategy::Batches, Some(2), "demo: batches of 2 × 3"),
            (Strategy::GlobalLock, None, "demo: global lock × 3"),
        ] {
            let plan = Plan { strategy, batch, ..Plan::default() };
            assert_eq!(kept(&plan, "last").name, said);
        }
        let plan = Plan { order: Order::Shuffled, ..Plan::default() };
        assert_eq!(kept(&plan, "last").name, "demo: threads × 3, shuffled");
    }

    #[test]
    fn a_run_of_which_nothing_ended_is_not_kept() {
        let none = report(&Plan::default(), WorkloadName::Demo, "last", true);
        assert_eq!(SavedRun::of(&none, &SavedRunKind::Alone(None), Moment::default()), None);
    }

    #[test]
    fn other_programs_are_other_cases() {
        let run = |program: Option<&str>| {
            let report = report(&Plan::default(), WorkloadName::Demo, "last", false);
            let line = |text: &str| CommandLine::parse(&[text]).unwrap();
            let program = program.map(|text| Arc::new(Program::new(line(text))));
            let frozen = FrozenStudy { program, ..report.frozen.as_ref().clone() };
            cases_print(&frozen)
        };
        assert_eq!(run(Some("sleep")), run(Some("sleep")));
        assert_ne!(run(Some("sleep")), run(Some("true")));
        assert_ne!(run(Some("sleep")), run(None));
    }

    #[test]
    fn the_same_work_is_known_whatever_the_plan() {
        let plan = Plan::default();
        let same = |run: &SavedRun| (run.same_cases, run.same_work);
        let run = kept(&plan, "last");
        let more = Plan { workers: Some(7), strategy: Strategy::Shares, ..plan.clone() };
        assert_eq!(same(&run), same(&kept(&more, "last")));
        assert_ne!(run.same_cases, kept(&plan, "other").same_cases);
        for other in
            [Plan { seed: Some(6), ..plan.clone() }, Plan { time_scale: 0.5, ..plan.clone() }]
        {
            let other = kept(&other, "last");
            assert_eq!(run.same_cases, other.same_cases);
            assert_ne!(run.same_work, other.same_work, "other draws, or less of them");
        }
    }

    #[test]
    fn the_hash_is_that_of_the_files() {
        assert_eq!(WorkFingerprint::new().bytes(b"").0, 0xCBF2_9CE4_8422_2325);
        assert_eq!(WorkFingerprint::new().bytes(b"a").0, 0xAF63_DC4C_8601_EC8C);
        assert_eq!(WorkFingerprint::new().bytes(b"foobar").0, 0x8594_4171_F739_67E8);
    }
}
