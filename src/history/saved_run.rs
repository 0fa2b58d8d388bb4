//! Summary of a saved run, small for any number of cases.

use std::fmt::Write as _;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::report::{Account, LogKind, RunReport, Steering};
use crate::run::CaseRecord;
use crate::schedule::s_from_ns;
use crate::study::{
    CaseFolders, ClockChoice, DEFAULT_OUTPUT, FrozenStudy, Order, Strategy, WorkloadName,
    program_options,
};
use crate::text::{count, duration, grouped};

/// Above this number of cases no list per case is shown or saved in a summary.
pub const MAX_LISTED_CASES: usize = 40;

/// A point in time, supplied by the shell.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Moment {
    /// Milliseconds since 1970, UTC.
    pub unix_ms: u64,
    /// Local date and time, such as `2026-11-24 14:03:12`.
    pub local: String,
}

/// Identifier of a saved run: its file name without suffix.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SavedRunId(pub String);

#[derive(Debug, Clone, PartialEq)]
pub struct ListedRun {
    pub id: SavedRunId,
    pub run: SavedRun,
    /// Whether the full record is saved too.
    pub whole: bool,
}

/// Summary of a saved run. Times are in seconds.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct SavedRun {
    pub name: String,
    pub named: bool,
    /// The name of its study, if that had one, unless it was part of an experiment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub study: Option<String>,
    /// Whether it ran on its own, not as part of an experiment.
    pub alone: bool,
    /// The example that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub example: Option<String>,
    pub ended: Moment,
    pub workload: String,
    /// Short form of the plan, such as `threads × 3, longest first`.
    pub plan: String,
    pub seed: u64,
    /// Factor applied to every wait and every amount of computing.
    pub time_scale: f64,
    /// Whether it was simulated on the virtual clock.
    pub computed: bool,
    pub workers: u32,
    pub cases: usize,
    pub done: usize,
    /// Cases done in earlier sessions of a resumed run, whose time is not part of the total.
    pub resumed: usize,
    /// What was changed while it was in progress; such a total is not that of the plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub steering: Option<Steering>,
    /// Makespan of the last session.
    pub total_s: Option<f64>,
    pub account: Option<Account>,
    /// Names of the cases; empty above [`MAX_LISTED_CASES`].
    pub names: Vec<String>,
    /// Time of each case that ended; empty above [`MAX_LISTED_CASES`].
    pub times_s: Vec<Option<f64>>,
    /// Value of the first output of each case; empty above [`MAX_LISTED_CASES`].
    pub values: Vec<Option<f64>>,
    /// Names of all outputs; empty for the single one of built-in workloads, and in files of
    /// earlier versions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub value_names: Vec<String>,
    /// Values of the outputs after the first, like `values`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub further_values: Vec<Vec<Option<f64>>>,
    /// Kind of the log of another tool that the run was read from. Such a run is not saved.
    #[serde(skip)]
    pub log: Option<LogKind>,
    pub same_cases: u64,
    /// Fingerprint of the commands of all cases, whatever their order; `None` for built-in
    /// workloads, logs without commands, and in files of earlier versions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub same_commands: Option<u64>,
    /// Fingerprint of the command of each case; empty above [`MAX_LISTED_CASES`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub commands: Vec<u64>,
    /// Fingerprint of cases, workload and intended lengths.
    pub same_work: u64,
    /// Fingerprint of the values; `None` for simulated runs.
    pub same_values: Option<u64>,
}

impl SavedRun {
    /// Summarises a finished run; `None` if no case ended.
    pub fn new(report: &RunReport, kind: &SavedRunKind, ended: Moment) -> Option<Self> {
        let frozen = &*report.frozen;
        let total_s = report.figures.total_parallel_s?;
        if frozen.cases.is_empty() {
            return None;
        }
        let records = &report.state.records;
        let real = frozen.plan.clock == ClockChoice::Real;
        let log = report.source.log().map(|log| log.kind);
        let workload = log.map_or_else(|| frozen.workload.into(), LogKind::title);
        let plan = match log {
            Some(_) => format!("at least {}", count(frozen.plan.workers as usize, "worker")),
            None => describe_plan(frozen),
        };
        let name = match kind {
            SavedRunKind::Alone(Some(file)) if log.is_some() => format!("{file}, {workload}"),
            SavedRunKind::Alone(Some(study)) => format!("{study}: {plan}"),
            SavedRunKind::Alone(None) => format!("{workload}: {plan}"),
            SavedRunKind::PartOf { title, label, .. } => format!("{title}: {label}"),
        };
        let example = match kind {
            SavedRunKind::PartOf { title, is_example: true, .. } => Some(title.clone()),
            _ => None,
        };
        let same_cases = cases_fingerprint(frozen);
        let commands = command_fingerprints(report);
        let value_names = frozen.value_names();
        let mut values = values_by_output(report).into_iter();
        Some(Self {
            name: shorten_name(&name),
            named: false,
            study: match kind {
                SavedRunKind::Alone(study) => study.clone(),
                SavedRunKind::PartOf { .. } => None,
            },
            alone: matches!(kind, SavedRunKind::Alone(_)),
            example,
            ended,
            workload: workload.to_owned(),
            plan,
            seed: frozen.plan.seed,
            time_scale: frozen.plan.time_scale,
            computed: !real,
            workers: frozen.plan.workers,
            cases: records.len(),
            done: report.state.done_count as usize,
            resumed: report.state.resumed_count as usize,
            steering: report.figures.steering,
            total_s: Some(total_s),
            account: report.figures.account,
            names: case_names(frozen).iter().map(|name| shorten_name(name)).collect(),
            times_s: list_per_case(report, |report| {
                let time_s =
                    |record: &CaseRecord| record.has_ended().then(|| s_from_ns(record.time_ns()));
                report.state.records.iter().map(time_s).collect()
            }),
            values: values.next().unwrap_or_default(),
            value_names: match value_names[..] {
                [DEFAULT_OUTPUT] => Vec::new(),
                _ => value_names.into_iter().map(str::to_owned).collect(),
            },
            further_values: values.collect(),
            log,
            same_cases,
            same_commands: commands.as_ref().map(|all| {
                let sum = all.iter().fold(0, |sum: u64, &command| sum.wrapping_add(command));
                WorkFingerprint::new().number(all.len() as u64).number(sum).0
            }),
            commands: commands.filter(|all| all.len() <= MAX_LISTED_CASES).unwrap_or_default(),
            same_work: work_fingerprint(same_cases, frozen),
            same_values: (real && log.is_none()).then(|| values_fingerprint(report)),
        })
    }

    /// Whether the lists per case have the expected length.
    pub fn is_sound(&self) -> bool {
        let each = if self.cases <= MAX_LISTED_CASES { self.cases } else { 0 };
        let has_names = self.further_values.len() < self.value_names.len().max(1);
        (self.names.len(), self.times_s.len(), self.values.len()) == (each, each, each)
            && has_names
            && self.further_values.iter().all(|values| values.len() == each)
    }

    /// Returns the names of the outputs whose values are listed.
    pub fn listed_outputs(&self) -> Vec<String> {
        match self.value_names.len() {
            0 => vec![DEFAULT_OUTPUT.to_owned()],
            _ => self.value_names.clone(),
        }
    }

    /// Returns the values of each output; none for a log, which has no outputs.
    pub fn listed_values(&self) -> Vec<Vec<Option<f64>>> {
        if self.log.is_some() {
            return Vec::new();
        }
        [&self.values].into_iter().chain(&self.further_values).cloned().collect()
    }

    pub fn all_done(&self) -> bool {
        self.done == self.cases
    }

    /// Whether its total is that of its plan, and not of a last session or of a changed run.
    pub fn has_total_of_plan(&self) -> bool {
        self.all_done() && self.resumed == 0 && self.steering.is_none()
    }

    /// Returns the total as it is listed, with the number of its cases if it is not that of all.
    pub fn total_text(&self) -> String {
        let Some(total_s) = self.total_s else { return "–".to_owned() };
        match self.resumed {
            0 => duration(total_s),
            earlier => {
                let cases = self.done.saturating_sub(earlier);
                format!("{} for {} of {}", duration(total_s), grouped(cases), grouped(self.cases))
            }
        }
    }

    /// Describes the run in short: workload, cases, plan.
    pub fn description(&self) -> String {
        let mut text = format!("{}, {}", self.workload, count(self.cases, "case"));
        // The name may already end with the plan.
        if !self.name.ends_with(&self.plan) {
            write!(text, " · {}", self.plan).ok();
        }
        if self.time_scale != 1.0 {
            write!(text, " · time scale {}", self.time_scale).ok();
        }
        if self.computed {
            text.push_str(" · simulated");
        }
        if !self.all_done() {
            write!(text, " · {} done", self.done).ok();
        }
        if let Some(steering) = &self.steering {
            write!(text, " · {steering}").ok();
        }
        if self.resumed > 0 {
            write!(text, " · resumed, {} done earlier", count(self.resumed, "case")).ok();
        }
        text
    }
}

const MAX_NAME_CHARS: usize = 120;

/// Trims a name to its stored length.
pub fn shorten_name(name: &str) -> String {
    name.trim().chars().take(MAX_NAME_CHARS).collect()
}

/// An ended run, and what it was part of.
pub type RunToSave = (Arc<RunReport>, SavedRunKind);

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SavedRunKind {
    /// A single run, with the name of its study if it has one.
    Alone(Option<String>),
    /// One of several runs of an experiment.
    PartOf { title: String, label: String, is_example: bool },
}

fn describe_plan(frozen: &FrozenStudy) -> String {
    let plan = &frozen.plan;
    let strategy: &str = plan.strategy.into();
    let mut text = match (plan.strategy, plan.batch_size()) {
        (Strategy::Series | Strategy::AllAtOnce, _) => strategy.replace('-', " "),
        (_, Some(batch)) if batch != plan.workers => {
            format!("batches of {batch} × {}", plan.workers)
        }
        _ => format!("{} × {}", strategy.replace('-', " "), plan.workers),
    };
    match frozen.order() {
        Order::Listed => {}
        Order::Shuffled => text.push_str(", shuffled"),
        order => {
            write!(text, ", {}", order.description()).ok();
        }
    }
    text
}

/// Returns the names of the cases; empty above [`MAX_LISTED_CASES`].
pub fn case_names(frozen: &FrozenStudy) -> Vec<String> {
    match frozen.cases.len() {
        0..=MAX_LISTED_CASES => frozen.cases.iter().map(|case| case.name.to_owned()).collect(),
        _ => Vec::new(),
    }
}

/// Returns a list per case; empty above [`MAX_LISTED_CASES`].
pub fn list_per_case<T>(report: &RunReport, each: impl Fn(&RunReport) -> Vec<T>) -> Vec<T> {
    if report.frozen.cases.len() <= MAX_LISTED_CASES { each(report) } else { Vec::new() }
}

/// Returns the values of the cases by output; empty above [`MAX_LISTED_CASES`].
pub fn values_by_output(report: &RunReport) -> Vec<Vec<Option<f64>>> {
    list_per_case(report, |report| {
        let cases = report.frozen.cases.len();
        let values = |output| (0..cases).map(|case| report.value(case, output)).collect();
        (0..report.frozen.value_count()).map(values).collect()
    })
}

/// 64-bit FNV-1a hash; stored in files, so the same in all versions and on all platforms.
#[derive(Debug, Clone, Copy)]
pub struct WorkFingerprint(pub u64);

impl WorkFingerprint {
    pub fn new() -> Self {
        Self(0xCBF2_9CE4_8422_2325)
    }

    pub fn bytes(self, bytes: &[u8]) -> Self {
        let step = |hash: u64, &byte: &u8| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3);
        Self(bytes.iter().fold(self.0, step))
    }

    pub fn number(self, number: u64) -> Self {
        self.bytes(&number.to_le_bytes())
    }

    /// Adds a text and its length.
    fn text(self, text: &str) -> Self {
        self.number(text.len() as u64).bytes(text.as_bytes())
    }
}

fn cases_fingerprint(frozen: &FrozenStudy) -> u64 {
    let mut hash = WorkFingerprint::new().text(frozen.workload.into());
    for case in frozen.cases.iter() {
        hash = hash.text(case.name).number(case.x.to_bits()).number(case.y.to_bits());
    }
    for (heading, cells) in frozen.cases.extra_columns() {
        hash = cells.iter().fold(hash.text(heading), WorkFingerprint::text);
    }
    if let Some(program) = &frozen.program {
        let (executable, arguments) = (program.command.words().next(), program.command.words());
        let executable = program.executable_name(executable.unwrap_or_default());
        hash = arguments.skip(1).fold(hash.text(&executable), WorkFingerprint::text);
        hash = program_options(program).iter().fold(hash, |hash, option| hash.text(option));
    }
    hash.0
}

/// Returns a fingerprint of the command of each case, if the run or the log has commands.
fn command_fingerprints(report: &RunReport) -> Option<Vec<u64>> {
    let frozen = &*report.frozen;
    let of_words = |words: &[String]| {
        words.iter().map(String::as_str).fold(WorkFingerprint::new(), WorkFingerprint::text).0
    };
    if let Some(log) = report.source.log() {
        // A line that is no list of words is like no other command.
        let words = |name: &str| {
            shell_words::split(name).unwrap_or_else(|_| vec![name.to_owned(), String::new()])
        };
        let commands = frozen.cases.iter().map(|case| of_words(&words(case.name)));
        return log.kind.has_commands().then(|| commands.collect());
    }
    let program = frozen.program.as_ref()?;
    let folders = CaseFolders { run: "{run}", case: "{case}" };
    let command = |row: usize| {
        let mut words = program.command.fill(&frozen.cases, row, folders);
        let executable = words.first().map(|first| program.executable_name(first));
        words.iter_mut().zip(executable).for_each(|(first, name)| *first = name);
        of_words(&words)
    };
    Some((0..frozen.cases.len()).map(command).collect())
}

fn values_fingerprint(report: &RunReport) -> u64 {
    let names = report.frozen.value_names();
    // Runs without named outputs keep their fingerprint.
    let named = names.iter().filter(|_| names[..] != [DEFAULT_OUTPUT]);
    let start = named.fold(WorkFingerprint::new(), |hash, name| hash.text(name));
    let hash = |hash: WorkFingerprint, value: Option<f64>| match value {
        Some(value) => hash.bytes(b"+").number(value.to_bits()),
        None => hash.bytes(b"-"),
    };
    report.values().fold(start, hash).0
}

/// Includes the time scale, because it decides the amount of work where intended
/// lengths are unknown, and the seed where random draws are the values.
fn work_fingerprint(same_cases: u64, frozen: &FrozenStudy) -> u64 {
    let hash = WorkFingerprint::new().number(same_cases).number(frozen.plan.time_scale.to_bits());
    let drawn = frozen.workload == WorkloadName::Random;
    let hash = if drawn { hash.number(frozen.plan.seed) } else { hash };
    let seconds = frozen.lengths.seconds().unwrap_or_default().iter();
    seconds.fold(hash, |hash, length_s| hash.number(length_s.to_bits())).0
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::report::fixtures::MACHINE;
    use crate::run::replay;
    use crate::study::{CaseTable, CommandLine, Plan, Program};
    use crate::workload::{Environment, find, freeze};

    /// Simulates the cases of the demo, the last of them renamed.
    fn report(plan: &Plan, workload: WorkloadName, last: &str, cut_short: bool) -> RunReport {
        let mut cases = CaseTable::demo();
        cases.set_name(2, last);
        let plan = Plan { clock: ClockChoice::Virtual, ..plan.clone() };
        let given = Environment { logical_cpus: 2, seed: 5, last_s: None };
        let (frozen, _) = freeze(cases, workload, find(workload).as_ref(), &plan, given).unwrap();
        let state = if cut_short { crate::run::RunState::new(3) } else { replay(&frozen) };
        RunReport::new(frozen.into(), state, MACHINE)
    }

    fn kept(plan: &Plan, last: &str) -> SavedRun {
        let report = report(plan, WorkloadName::Demo, last, false);
        SavedRun::new(&report, &SavedRunKind::Alone(None), Moment::default()).unwrap()
    }

    #[test]
    fn a_summary_describes_workload_and_plan() {
        let plan = Plan { order: Order::Longest, time_scale: 0.5, ..Plan::default() };
        let run = kept(&plan, "last");
        assert_eq!(run.name, "demo: threads × 3, longest first");
        assert_eq!(run.description(), "demo, 3 cases · time scale 0.5 · simulated");
        let run = SavedRun { name: "mine".to_owned(), done: 1, computed: false, ..run };
        let text = "demo, 3 cases · threads × 3, longest first · time scale 0.5 · 1 done";
        assert_eq!(run.description(), text);
        assert_eq!((run.names.len(), run.times_s.len(), run.same_values), (3, 3, None));
        assert_eq!(run.names[2], "last");
        assert!(kept(&plan, &"long".repeat(9000)).names[2].len() <= MAX_NAME_CHARS);
    }

    #[test]
    fn short_plans_are_distinct() {
        for (strategy, batch, text) in [
            (Strategy::Series, None, "demo: series"),
            (Strategy::AllAtOnce, None, "demo: all at once"),
            (Strategy::Batches, None, "demo: batches × 3"),
            (Strategy::Batches, Some(2), "demo: batches of 2 × 3"),
            (Strategy::GlobalLock, None, "demo: global lock × 3"),
        ] {
            let plan = Plan { strategy, batch, ..Plan::default() };
            assert_eq!(kept(&plan, "last").name, text);
        }
        let plan = Plan { order: Order::Shuffled, ..Plan::default() };
        assert_eq!(kept(&plan, "last").name, "demo: threads × 3, shuffled");
    }

    #[test]
    fn a_run_without_finished_cases_is_not_saved() {
        let none = report(&Plan::default(), WorkloadName::Demo, "last", true);
        assert_eq!(SavedRun::new(&none, &SavedRunKind::Alone(None), Moment::default()), None);
    }

    #[test]
    fn another_program_changes_the_fingerprint() {
        let run = |program: Option<&str>| {
            let report = report(&Plan::default(), WorkloadName::Demo, "last", false);
            let line = |text: &str| CommandLine::parse(&[text]).unwrap();
            let program = program.map(|text| Arc::new(Program::new(line(text))));
            let frozen = FrozenStudy { program, ..report.frozen.as_ref().clone() };
            cases_fingerprint(&frozen)
        };
        assert_eq!(run(Some("sleep")), run(Some("sleep")));
        assert_ne!(run(Some("sleep")), run(Some("true")));
        assert_ne!(run(Some("sleep")), run(None));
    }

    #[test]
    fn a_command_is_the_same_by_all_paths_of_its_program() {
        let run = |base: &str, executable: &str| {
            let report = report(&Plan::default(), WorkloadName::Demo, "last", false);
            let command = CommandLine::parse(&[executable, "{x}"]).unwrap();
            let program = Program { base: base.into(), ..Program::new(command) };
            let frozen = FrozenStudy { program: Some(program.into()), ..(*report.frozen).clone() };
            let report = RunReport { frozen: frozen.into(), ..report };
            let run = SavedRun::new(&report, &SavedRunKind::Alone(None), Moment::default());
            let run = run.unwrap();
            (run.same_cases, run.same_commands.unwrap(), run.commands)
        };
        let relative = run("/a", "./solve.sh");
        assert_eq!(relative, run("/a", "/a/b/../solve.sh"));
        assert_eq!(relative, run("/b", "./solve.sh"), "the folder was moved");
        assert_ne!(relative, run("/b", "/a/solve.sh"));
        assert_ne!(relative, run("/a", "solve.sh"), "searched for in PATH");
    }

    #[test]
    fn fingerprints_do_not_depend_on_the_plan() {
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
    fn the_hash_is_fnv_1a() {
        assert_eq!(WorkFingerprint::new().bytes(b"").0, 0xCBF2_9CE4_8422_2325);
        assert_eq!(WorkFingerprint::new().bytes(b"a").0, 0xAF63_DC4C_8601_EC8C);
        assert_eq!(WorkFingerprint::new().bytes(b"foobar").0, 0x8594_4171_F739_67E8);
    }
}
