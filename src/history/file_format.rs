//! File format of a saved run: a line of JSON with the summary, then the full record as postcard,
//! if it is kept. The line holds length and checksum of the record, which reveal a torn file, and
//! its own checksum.
//!
//! The values of outputs after the first stand behind the record. A change to the serialized
//! form of `RunState` needs a new number in [`SCHEMA`].

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufRead, BufReader, Read as _};
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::saved_run::{SavedRun, WorkFingerprint};
use super::version_2::{LimitsVersion2, ProgramVersion2};
use crate::report::{Machine, RunReport};
use crate::run::{CaseNotes, PlaceList, RunState, StateAdditions};
use crate::study::{
    CaseResources, CaseTable, FrozenPlan, FrozenStudy, InputFiles, Lengths, Limits, MAX_CASE_LANES,
    Program, WorkloadName, parse_name,
};
use crate::text::{end_line, is_checksum_right};

/// Format and version of the files.
const SCHEMA: &str = "caselanes.kept/4";

/// The version before programs had several outputs, and series totals were sampled.
const VERSION_3: &str = "caselanes.kept/3";

/// The version before options were stored as texts.
const VERSION_2: &str = "caselanes.kept/2";

/// The first version, of which only the summary is read: its record has no limits and attempts.
const VERSION_1: &str = "caselanes.kept/1";

/// Beginning of every version.
const BEGINNING: &[u8] = b"{\"schema\":\"caselanes.kept/";

/// Longest line that is read, in bytes.
const LONGEST_LINE: u64 = 1 << 20;

/// Runs with more cases are saved without their full record.
const MOST_WHOLE: usize = 1_000_000;

#[derive(Debug, Error)]
pub(crate) enum HistoryFileError {
    #[error("not a saved run")]
    Foreign,
    #[error("saved by a newer version of CaseLanes")]
    Newer,
    #[error("damaged or incomplete")]
    Torn,
    #[error("saved without its full record")]
    SummaryAlone,
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

/// Fields common to all versions.
#[derive(Deserialize)]
struct HistorySchema {
    schema: String,
}

#[derive(Serialize, Deserialize)]
struct Head<'a> {
    schema: Cow<'a, str>,
    record_bytes: u64,
    record_print: u64,
    run: Cow<'a, SavedRun>,
}

/// The record as it is written, with limits `L` and program `P` of its version. Choices
/// are stored by name and options as texts, so that adding one keeps old files readable.
#[derive(Serialize, Deserialize)]
struct Record<'a, L = Limits, P: Clone = Program> {
    workload: String,
    strategy: String,
    workers: u32,
    batch: Option<u32>,
    order: String,
    seed: u64,
    time_scale: f64,
    series: String,
    clock: String,
    limits: L,
    logical_cpus: u32,
    os: String,
    names: Vec<String>,
    x: Vec<f64>,
    y: Vec<f64>,
    further: Vec<(String, Vec<String>)>,
    lengths: Cow<'a, Lengths>,
    program: Option<Cow<'a, P>>,
    state: Cow<'a, RunState>,
}

/// Facts about a run behind its additions, which earlier files of version 4 lack.
#[derive(Default, Serialize, Deserialize)]
struct RunFacts<'a> {
    version: Option<Cow<'a, str>>,
    started_at: Option<i64>,
    notes: Cow<'a, CaseNotes>,
}

impl<'a> RunFacts<'a> {
    fn of(report: &'a RunReport) -> Self {
        Self {
            version: report.version.as_deref().map(Cow::Borrowed),
            started_at: report.state.started_at,
            notes: Cow::Borrowed(&report.state.notes),
        }
    }
}

/// Returns the content of the file of a run.
pub(crate) fn bytes(run: &SavedRun, report: &RunReport) -> Result<Vec<u8>, String> {
    bytes_up_to(MOST_WHOLE, run, report)
}

fn bytes_up_to(most_whole: usize, run: &SavedRun, report: &RunReport) -> Result<Vec<u8>, String> {
    let record = if report.frozen.cases.len() <= most_whole {
        let facts = RunFacts::of(report);
        let resources = &report.frozen.resources;
        let places = report.state.notes.places();
        let additions = report.state.additions();
        postcard::to_stdvec(&(
            Record::of(report),
            additions,
            facts,
            resources,
            places,
            report.machine.cpus,
            report.state.core_slots,
            Some(report.frozen.plan.batch.is_none()),
        ))
        .map_err(|error| error.to_string())?
    } else {
        Vec::new()
    };
    whole(SCHEMA, run, &record)
}

fn whole(schema: &str, run: &SavedRun, record: &[u8]) -> Result<Vec<u8>, String> {
    let head = Head {
        schema: schema.into(),
        record_bytes: record.len() as u64,
        record_print: WorkFingerprint::new().bytes(record).0,
        run: Cow::Borrowed(run),
    };
    let mut bytes = serde_json::to_vec(&head).map_err(|error| error.to_string())?;
    end_line(&mut bytes, 0);
    bytes.extend_from_slice(record);
    Ok(bytes)
}

/// A run as summarised by its file.
pub(crate) struct SavedRunFile {
    pub(crate) run: SavedRun,
    pub(crate) whole: bool,
    pub(crate) bytes: u64,
}

pub(crate) fn read_summary(path: &Path) -> Result<SavedRunFile, HistoryFileError> {
    let file = File::open(path)?;
    let bytes = file.metadata()?.len();
    let (head, line) = read_head(&mut BufReader::new(file))?;
    if line.checked_add(head.record_bytes) != Some(bytes) || !head.run.is_sound() {
        return Err(HistoryFileError::Torn);
    }
    let whole = head.record_bytes > 0 && head.schema != VERSION_1;
    Ok(SavedRunFile { run: head.run.into_owned(), whole, bytes })
}

pub(crate) fn read_report(path: &Path) -> Result<(SavedRun, RunReport), HistoryFileError> {
    let (head, record) = read(path)?;
    report(head, &record)
}

/// Reads a file without comparing its checksum, which few changed files have right.
#[cfg(any(test, fuzzing))]
pub(crate) fn read_unchecked(mut bytes: &[u8]) -> Result<RunReport, HistoryFileError> {
    let (head, _) = read_head(&mut bytes)?;
    Ok(report(head, bytes)?.1)
}

fn report(head: Head<'_>, record: &[u8]) -> Result<(SavedRun, RunReport), HistoryFileError> {
    if record.is_empty() || head.schema == VERSION_1 {
        return Err(HistoryFileError::SummaryAlone);
    }
    let report = if head.schema == VERSION_2 {
        report_of::<LimitsVersion2, ProgramVersion2>(record)
    } else {
        report_of::<Limits, Program>(record)
    };
    Ok((head.run.into_owned(), report.ok_or(HistoryFileError::Torn)?))
}

/// Rebuilds the report from a record and the parts behind it, which earlier files lack.
fn report_of<'a, L, P>(bytes: &'a [u8]) -> Option<RunReport>
where
    L: Deserialize<'a> + Into<Limits>,
    P: Deserialize<'a> + Clone + TryInto<Program>,
{
    let (record, rest) = postcard::take_from_bytes::<Record<'_, L, P>>(bytes).ok()?;
    let (additions, rest) = part_or_default::<StateAdditions<'_>>(rest)?;
    let (facts, rest) = part_or_default::<RunFacts<'_>>(rest)?;
    let (resources, rest) = part_or_default(rest)?;
    let (places, rest) = part_or_default::<PlaceList>(rest)?;
    let (cpus, rest) = part_or_default(rest)?;
    let (core_slots, rest) = part_or_default(rest)?;
    let (batch_follows_workers, _) = part_or_default(rest)?;
    let batch = FrozenPlan::requested_batch(record.batch, record.workers, batch_follows_workers);
    let mut report = Record { batch, ..record }.report(additions, resources)?;
    report.version = facts.version.map(|version| Cow::Owned(version.into_owned()));
    report.state.started_at = facts.started_at;
    report.state.notes = facts.notes.into_owned();
    let cases = report.state.records.len();
    if places.iter().any(|(case, ..)| *case as usize >= cases) {
        return None;
    }
    report.state.notes.set_places(places);
    report.machine.cpus = cpus;
    report.state.core_slots = core_slots;
    Some(report)
}

/// Reads a part and returns it with the bytes behind it; the default at the end of the bytes.
fn part_or_default<'a, T: Deserialize<'a> + Default>(bytes: &'a [u8]) -> Option<(T, &'a [u8])> {
    if bytes.is_empty() {
        return Some((T::default(), bytes));
    }
    postcard::take_from_bytes(bytes).ok()
}

/// Reads a whole file. Returns its run after a change, and the content of the file with it.
pub(crate) fn changed(
    path: &Path,
    change: impl FnOnce(&mut SavedRun),
) -> Result<(SavedRun, Vec<u8>), String> {
    let (head, record) = read(path).map_err(|error| error.to_string())?;
    let mut run = head.run.into_owned();
    if !run.is_sound() {
        return Err(HistoryFileError::Torn.to_string());
    }
    change(&mut run);
    let bytes = whole(&head.schema, &run, &record)?;
    Ok((run, bytes))
}

fn read(path: &Path) -> Result<(Head<'static>, Vec<u8>), HistoryFileError> {
    let mut file = BufReader::new(File::open(path)?);
    let (head, _) = read_head(&mut file)?;
    let mut record = Vec::new();
    file.read_to_end(&mut record)?;
    let print = WorkFingerprint::new().bytes(&record).0;
    if (record.len() as u64, print) != (head.record_bytes, head.record_print) {
        return Err(HistoryFileError::Torn);
    }
    Ok((head, record))
}

/// Returns the first line and its length in bytes.
fn read_head(file: &mut impl BufRead) -> Result<(Head<'static>, u64), HistoryFileError> {
    let mut line = Vec::new();
    file.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line)?;
    if !line.starts_with(BEGINNING) {
        // A line torn this early cannot be recognised either.
        return Err(HistoryFileError::Foreign);
    }
    let schema: HistorySchema =
        serde_json::from_slice(&line).map_err(|_| HistoryFileError::Torn)?;
    if ![SCHEMA, VERSION_3, VERSION_2, VERSION_1].contains(&schema.schema.as_str()) {
        return Err(HistoryFileError::Newer);
    }
    // Earlier files have no checksum of the line.
    if is_checksum_right(line.trim_ascii_end()) == Some(false) {
        return Err(HistoryFileError::Torn);
    }
    let head = serde_json::from_slice(&line).map_err(|_| HistoryFileError::Torn)?;
    Ok((head, line.len() as u64))
}

impl<'a> Record<'a> {
    fn of(report: &'a RunReport) -> Self {
        let FrozenStudy { cases, workload, plan, lengths, program, .. } = &*report.frozen;
        let name = |name: &'static str| name.to_owned();
        Self {
            workload: name((*workload).into()),
            strategy: name(plan.strategy.into()),
            workers: plan.workers,
            batch: plan.batch_size(),
            order: name(plan.order.into()),
            seed: plan.seed,
            time_scale: plan.time_scale,
            series: name(plan.series.into()),
            clock: name(plan.clock.into()),
            limits: plan.limits.clone(),
            logical_cpus: report.machine.logical_cpus,
            os: report.machine.os.to_owned(),
            names: cases.iter().map(|case| case.name.to_owned()).collect(),
            x: cases.iter().map(|case| case.x).collect(),
            y: cases.iter().map(|case| case.y).collect(),
            further: cases
                .extra_columns()
                .iter()
                .map(|(heading, cells)| {
                    (heading.clone(), cells.iter().map(str::to_owned).collect())
                })
                .collect(),
            lengths: Cow::Borrowed(lengths),
            program: program.as_deref().map(Cow::Borrowed),
            state: Cow::Borrowed(&report.state),
        }
    }
}

impl<L: Into<Limits>, P: Clone + TryInto<Program>> Record<'_, L, P> {
    /// Rebuilds the report; `None` if the record is inconsistent.
    fn report(self, additions: StateAdditions<'_>, resources: CaseResources) -> Option<RunReport> {
        if !self.is_sound() {
            return None;
        }
        let plan = FrozenPlan {
            limits: self.limits.into(),
            strategy: parse_name("strategy", &self.strategy).ok()?,
            workers: self.workers,
            batch: self.batch,
            order: parse_name("order", &self.order).ok()?,
            seed: self.seed,
            time_scale: self.time_scale,
            series: parse_name("series", &self.series).ok()?,
            clock: parse_name("clock", &self.clock).ok()?,
        };
        let workload: WorkloadName = parse_name("workload", &self.workload).ok()?;
        let headings = self.further.iter().map(|(heading, _)| heading.clone()).collect();
        let mut cases = CaseTable::with_extra_columns(headings);
        for (at, name) in self.names.iter().enumerate() {
            let cells: Vec<&str> = self.further.iter().map(|(_, c)| c[at].as_str()).collect();
            cases.push(name, self.x[at], self.y[at], &cells);
        }
        let machine = Machine::recorded(self.logical_cpus, &self.os);
        let lengths = self.lengths.into_owned();
        let program = self.program.map(|program| program.into_owned().try_into());
        let program = program.transpose().ok()?.map(Arc::new);
        let input_files = InputFiles::default();
        let resources = resources.of_cases(&cases);
        let frozen = FrozenStudy {
            cases,
            has_inputs: true,
            workload,
            plan,
            lengths,
            program,
            input_files,
            resources,
        };
        let frozen = Arc::new(frozen);
        let state = self.state.into_owned().with_additions(additions)?;
        Some(RunReport::new(frozen, state, machine))
    }

    /// Whether all parts describe the same cases, so that later lookups cannot fail.
    fn is_sound(&self) -> bool {
        let cases = self.names.len();
        let lengths = self.lengths.weights().is_none_or(|lengths| lengths.len() == cases);
        let columns = self.further.iter().all(|(_, cells)| cells.len() == cases);
        (self.x.len(), self.y.len()) == (cases, cases)
            && (1..=MAX_CASE_LANES).contains(&self.workers)
            && self.batch != Some(0)
            && lengths
            && columns
            && self.state.is_sound(cases)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::Index;
    use tempfile::tempdir;

    use super::super::saved_run::{Moment, SavedRunKind};
    use super::*;
    use crate::report::fixtures::MACHINE;
    use crate::run::replay;
    use crate::schedule::{WaitReason, WaitSpan};
    use crate::study::{
        CaseDemand, ClockChoice, CommandLine, CpuCounts, Order, Plan, ProgramOutput, Strategy,
    };
    use crate::workload::{Environment, find, freeze};

    fn report(cases: usize) -> RunReport {
        let mut table = CaseTable::with_extra_columns(vec!["mesh".to_owned()]);
        for case in 0..cases {
            table.push(&format!("ü {case}"), case as f64 / 7.0, 1.0, &["fine"]);
        }
        let plan = Plan {
            clock: ClockChoice::Virtual,
            order: Order::Longest,
            seed: Some(3),
            ..Plan::default()
        };
        let name = WorkloadName::Wait;
        let given = Environment { logical_cpus: 2, seed: 3, last_s: None };
        let (frozen, _) = freeze(table, name, find(name).as_ref(), &plan, given).unwrap();
        let state = replay(&frozen);
        RunReport::new(Arc::new(frozen), state, MACHINE)
    }

    #[test]
    fn values_of_all_outputs_are_read_back() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("a.run");
        let plain = report(2);
        let program = CommandLine::parse(&["solve"]).map(Program::new).unwrap();
        let outputs = ["lift=a=(.*)", "drag@d.txt=(.*)"];
        let outputs = outputs.map(|text| ProgramOutput::parse(text).unwrap());
        let program = Program { named_outputs: outputs.to_vec(), ..program };
        let frozen =
            FrozenStudy { program: Some(Arc::new(program)), ..plain.frozen.as_ref().clone() };
        let state = plain
            .state
            .clone()
            .with_additions(StateAdditions::new(&[vec![None, Some(0.5)]], &[(1, 7)]))
            .unwrap();
        let report = RunReport::new(Arc::new(frozen), state, plain.machine);
        fs::write(&path, bytes(&kept(&report), &report).unwrap()).unwrap();
        let (_, back) = read_report(&path).unwrap();
        assert_eq!((&back.state, &back.frozen.program), (&report.state, &report.frozen.program));
        assert_eq!((back.value(1, 1), back.frozen.value_name(1)), (Some(0.5), "drag"));
        let summary = read_summary(&path).unwrap().run;
        assert_eq!(summary.listed_outputs(), ["lift", "drag"]);
        assert_eq!(summary.listed_values()[1], [None, Some(0.5)]);
        let single = kept(&plain);
        assert_eq!(
            (single.listed_outputs(), single.listed_values().len()),
            (vec!["value".into()], 1)
        );
    }

    #[test]
    fn resources_hosts_and_times_in_the_queue_are_read_back() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("a.run");
        let plain = report(3);
        let mut table = CaseTable::with_extra_columns(vec!["peak".to_owned()]);
        for case in 0..3 {
            table.push(&format!("case {case}"), 1.0, 1.0, &[["1G", "2G", "500M"][case]]);
        }
        let column = |text| CaseDemand::parse_memory(text).unwrap();
        let limits = Limits {
            tokens: Some(500),
            tokens_per_case: CaseDemand::parse_count("76").ok(),
            memory_per_case: Some(column("peak")),
            memory_bytes: Some(8_000_000_000),
            ..Limits::default()
        };
        let resources = CaseResources::new(&limits, &table, 2).unwrap();
        let mut frozen = plain.frozen.as_ref().clone();
        (frozen.cases, frozen.resources, frozen.plan.limits) = (table, resources, limits);
        let mut state = plain.state.clone();
        state.notes.set_host(1, "n1");
        state.notes.set_queued_ns(1, 3_000_000_000);
        state.notes.set_queued_ns(2, 5);
        let cpus = CpuCounts { physical_cores: Some(1), logical_cpus: 4, affinity: 2, usable: 2 };
        let machine = Machine { cpus: Some(cpus), ..plain.machine };
        let report = RunReport::new(Arc::new(frozen), state, machine);
        fs::write(&path, bytes(&kept(&report), &report).unwrap()).unwrap();
        let (_, back) = read_report(&path).unwrap();
        assert_eq!((&back.state, back.machine), (&report.state, machine));
        assert_eq!(back.state.notes.host(1), Some("n1"));
        assert_eq!(back.frozen.resources, report.frozen.resources);
        assert_eq!(back.frozen.plan.limits, report.frozen.plan.limits);
        let need = back.frozen.resources.iter().map(|shared| shared.need(1));
        assert!(need.eq(report.frozen.resources.iter().map(|shared| shared.need(1))));
    }

    #[test]
    fn a_batch_size_that_follows_the_workers_is_told_from_one_of_their_number() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("a.run");
        for batch in [None, Some(3), Some(2)] {
            let mut report = report(3);
            let plan = &mut Arc::make_mut(&mut report.frozen).plan;
            (plan.strategy, plan.workers, plan.batch) = (Strategy::Batches, 3, batch);
            fs::write(&path, bytes(&kept(&report), &report).unwrap()).unwrap();
            assert_eq!(read_report(&path).unwrap().1.frozen.plan.batch, batch);
        }
        let of = |recorded| FrozenPlan::requested_batch(recorded, 3, None);
        assert_eq!([of(None), of(Some(3)), of(Some(2))], [None, None, Some(2)], "old files");
    }

    fn renamed(path: &Path, name: &str) -> Vec<u8> {
        let rename = |run: &mut SavedRun| (run.name, run.named) = (name.to_owned(), true);
        changed(path, rename).unwrap().1
    }

    fn kept(report: &RunReport) -> SavedRun {
        let ended = Moment { unix_ms: 5, local: "2026-11-24 14:03:12".to_owned() };
        SavedRun::new(report, &SavedRunKind::Alone(None), ended).unwrap()
    }

    #[test]
    fn a_saved_run_is_read_back_unchanged() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("a.run");
        let report = report(50);
        let run = kept(&report);
        fs::write(&path, bytes(&run, &report).unwrap()).unwrap();
        let found = read_summary(&path).unwrap();
        assert_eq!((&found.run, found.whole), (&run, true));
        let (again, back) = read_report(&path).unwrap();
        assert_eq!(again, run);
        assert_eq!(back.state, report.state);
        assert_eq!(back.figures, report.figures);
        assert_eq!(
            (&back.frozen.plan, &back.frozen.lengths),
            (&report.frozen.plan, &report.frozen.lengths)
        );
        assert!(back.frozen.cases.iter().eq(report.frozen.cases.iter()));
        assert_eq!(back.frozen.cases.extra_columns(), report.frozen.cases.extra_columns());
        assert_eq!(back.machine, report.machine);

        fs::write(&path, renamed(&path, "mine")).unwrap();
        let (again, back) = read_report(&path).unwrap();
        assert_eq!((again.name.as_str(), again.named, &back.state), ("mine", true, &report.state));
    }

    /// Written by `CaseLanes` 0.1.0 in versions 2 and 3, with the record of a resumed run
    /// of programs.
    #[test]
    fn files_written_by_earlier_versions_are_read() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
        for name in ["history_2.run", "history_3.run"] {
            check_earlier_file(&folder.join(name));
        }
    }

    fn check_earlier_file(path: &Path) {
        let found = read_summary(path).unwrap();
        assert!(found.whole);
        let (run, report) = read_report(path).unwrap();
        assert_eq!(found.run, run);
        assert_eq!((run.name.as_str(), run.named), ("wing: threads × 3, shuffled", false));
        assert_eq!((run.cases, run.done, run.workers, run.total_s), (7, 3, 3, Some(2.5)));
        assert_eq!(run.times_s[2], Some(0.397));

        let RunReport { frozen, state, .. } = &report;
        assert_eq!((frozen.cases.case(3).name, frozen.cases.case(3).x), ("sprint", 3.5));
        assert_eq!(frozen.cases.extra_columns()[0].1.get(6), "fine 6");
        assert_eq!((frozen.plan.order, frozen.plan.seed), (Order::Shuffled, 7));
        let program = frozen.program.as_ref().unwrap();
        assert_eq!((program.timeout_s, program.refused_exit), (Some(60.0), Some(3)));
        assert_eq!(program.environment, [("A".to_owned(), "1".to_owned())]);
        let statuses: Vec<_> = state.records.iter().map(|record| record.status.name()).collect();
        let expected = ["done", "done", "done", "failed", "timed-out", "cancelled", "cancelled"];
        assert_eq!(statuses, expected);
        assert_eq!(state.records[1].value, Some(0.4125));
        assert_eq!(state.records[2].memory_bytes, Some(951_000_000));
        assert_eq!(state.error(4), Some("took longer than 60 s"));
        assert_eq!((state.processes.len(), state.resumed_count, state.session), (4, 1, 1));
        assert_eq!(state.folder(), Some(Path::new("/tmp/caselanes-old/run")));

        let words: Vec<_> = program.command.words().collect();
        assert_eq!(words, ["./solver", "--mesh", "{mesh}", "--speed", "{x}"]);
        let folder = tempdir().unwrap();
        let rewritten = folder.path().join("a.run");
        fs::write(&rewritten, bytes(&run, &report).unwrap()).unwrap();
        let (_, again) = read_report(&rewritten).unwrap();
        assert_eq!((&again.frozen, &again.state), (&report.frozen, &report.state));
    }

    #[test]
    fn runs_with_too_many_cases_are_saved_as_a_small_summary() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("a.run");
        let report = report(3);
        let run = kept(&report);
        let bytes = bytes_up_to(2, &run, &report).unwrap();
        assert!(bytes.len() < 2000, "{} bytes", bytes.len());
        fs::write(&path, bytes).unwrap();
        let found = read_summary(&path).unwrap();
        assert_eq!((&found.run, found.whole), (&run, false));
        assert!(matches!(read_report(&path), Err(HistoryFileError::SummaryAlone)));
    }

    #[test]
    fn a_torn_file_and_any_damaged_byte_are_detected() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("a.run");
        let report = report(3);
        let run = kept(&report);
        let all = bytes(&run, &report).unwrap();
        for length in 0..all.len() {
            fs::write(&path, &all[..length]).unwrap();
            assert!(read_summary(&path).is_err(), "{length} of {} bytes", all.len());
            assert!(read_report(&path).is_err());
        }
        let record = all.iter().position(|&byte| byte == b'\n').unwrap() + 1;
        for at in 0..all.len() {
            let mut damaged = all.clone();
            damaged[at] ^= 0x10;
            fs::write(&path, damaged).unwrap();
            let is_torn = matches!(read_report(&path), Err(HistoryFileError::Torn));
            assert!(is_torn || at < record, "byte {at}");
            // A line whose checksum has another key counts as one of an earlier version.
            assert!(read_summary(&path).map_or(true, |found| found.run == run), "byte {at}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_and_no_damaged_run_cause_a_panic(
            any: Vec<u8>,
            file in 0..3_usize,
            changes in vec((any::<Index>(), any::<u8>()), 1..6),
            end: Option<Index>,
        ) {
            let folder = tempdir().unwrap();
            let path = folder.path().join("a.run");
            let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
            let all = match file {
                0 => bytes(&kept(&report(3)), &report(3)).unwrap(),
                1 => fs::read(data.join("history_2.run")).unwrap(),
                _ => fs::read(data.join("history_3.run")).unwrap(),
            };
            let head = all.iter().position(|&byte| byte == b'\n').unwrap() + 1;
            let damaged = |bytes: &[u8]| {
                let mut bytes = bytes.to_vec();
                for (at, byte) in &changes {
                    let at = at.index(bytes.len());
                    bytes[at] = *byte;
                }
                bytes.truncate(end.map_or(usize::MAX, |end| end.index(bytes.len())));
                bytes
            };
            // A record whose checksum is right, whatever it holds.
            let schema = [SCHEMA, VERSION_2, VERSION_3][file];
            let record = whole(schema, &kept(&report(3)), &damaged(&all[head..])).unwrap();
            let beginning = [BEGINNING, &any].concat();
            for bytes in [any, beginning, damaged(&all), record] {
                fs::write(&path, bytes).unwrap();
                read_summary(&path).ok();
                read_report(&path).ok();
                changed(&path, |_| ()).ok();
            }
        }
    }

    #[test]
    fn foreign_files_and_newer_versions_are_distinguished() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("a.run");
        fs::write(&path, "name,x,y\n").unwrap();
        assert!(matches!(read_summary(&path), Err(HistoryFileError::Foreign)));
        fs::write(&path, "{\"schema\":\"caselanes.kept/5\",\"more\":1}\nrest").unwrap();
        assert!(matches!(read_summary(&path), Err(HistoryFileError::Newer)));
        assert!(changed(&path, |_| ()).is_err());
        // Unknown fields are ignored.
        let report = report(1);
        let all = whole(SCHEMA, &kept(&report), &[]).unwrap();
        let text = String::from_utf8(all).unwrap();
        // Earlier versions wrote no checksum of the line.
        let (line, _) = text.rsplit_once(",\"crc\"").unwrap();
        let line = line.replacen("\"run\":{", "\"run\":{\"new\":1,", 1);
        fs::write(&path, format!("{line}}}}}\n")).unwrap();
        assert_eq!(read_summary(&path).unwrap().run, kept(&report));
    }

    #[test]
    fn the_summary_of_the_first_version_is_read() {
        let folder = tempdir().unwrap();
        let path = folder.path().join("a.run");
        let run = kept(&report(1));
        fs::write(&path, whole(VERSION_1, &run, b"what was known then").unwrap()).unwrap();
        let found = read_summary(&path).unwrap();
        assert_eq!((found.run, found.whole), (run, false));
        assert!(matches!(read_report(&path), Err(HistoryFileError::SummaryAlone)));
        fs::write(&path, renamed(&path, "another")).unwrap();
        assert!(matches!(read_report(&path), Err(HistoryFileError::SummaryAlone)));
    }

    #[test]
    fn an_inconsistent_record_is_rejected() {
        let report = report(2);
        let folder = tempdir().unwrap();
        let path = folder.path().join("a.run");
        let mut run = kept(&report);
        run.times_s.pop();
        fs::write(&path, whole(SCHEMA, &run, &[]).unwrap()).unwrap();
        assert!(matches!(read_summary(&path), Err(HistoryFileError::Torn)));

        let mut record = Record::of(&report);
        record.x.pop();
        assert!(record.report(StateAdditions::default(), CaseResources::default()).is_none());
        for workers in [0, 4_000_000_000] {
            let record = Record { workers, ..Record::of(&report) };
            assert!(record.report(StateAdditions::default(), CaseResources::default()).is_none());
        }
        let mut record = Record::of(&report);
        let (from_ns, until_ns) = (2, 1);
        let wait = WaitSpan { reason: WaitReason::Licence, from_ns, until_ns };
        record.state.to_mut().waits.push(wait);
        assert!(record.report(StateAdditions::default(), CaseResources::default()).is_none());
        let mut record = Record::of(&report);
        record.strategy = "magic".to_owned();
        assert!(record.report(StateAdditions::default(), CaseResources::default()).is_none());
        let with_values = |count| {
            let values = [vec![None; count]];
            let additions = StateAdditions::new(&values, &[]);
            Record::of(&report).report(additions, CaseResources::default())
        };
        assert!(with_values(3).is_none() && with_values(2).is_some());
    }
}
