//! Reads a run report from JSON, `caselanes.run/1`.

use std::io::{self, BufReader, Read};

use serde_json::error::Category;

use super::read_error::ReportInputError;
use super::run_json::RunJson;
use crate::report::run_report::RunReport;
use crate::text::{quoted, read_error_text};

/// Largest report that is read.
const MAX_BYTES: u64 = 8 << 30;

/// Length of the beginning of a text that errors quote.
const HEAD_BYTES: u64 = 200;

/// Reads a run report in JSON, one case after another.
pub fn read_report(from: impl Read) -> Result<RunReport, ReportInputError> {
    let (head, from) = read_head(LimitedReader { from, left: MAX_BYTES })?;
    let json: RunJson = serde_json::from_reader(BufReader::new(head.as_slice().chain(from)))
        .map_err(|error| describe(&error, &head))?;
    json.report().map_err(ReportInputError::without_place)
}

/// Fails once more than `left` bytes are read.
struct LimitedReader<R> {
    from: R,
    left: u64,
}

impl<R: Read> Read for LimitedReader<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(to)?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| {
            let most = MAX_BYTES >> 30;
            io::Error::other(format!("expected a run report of at most {most} GiB, found more"))
        })?;
        Ok(read)
    }
}

/// Reads the beginning of a text. Skips a UTF-8 byte order mark, which some editors and
/// shells write.
fn read_head<R: Read>(mut from: R) -> Result<(Vec<u8>, R), ReportInputError> {
    let mut head = Vec::new();
    let unreadable = |error: io::Error| ReportInputError::without_place(read_error_text(&error));
    from.by_ref().take(HEAD_BYTES).read_to_end(&mut head).map_err(unreadable)?;
    if head.starts_with(&[0xEF, 0xBB, 0xBF]) {
        head.drain(..3);
    }
    Ok((head, from))
}

/// Rewords an error of the JSON parser. `head` is the beginning of the text that was read.
fn describe(error: &serde_json::Error, head: &[u8]) -> ReportInputError {
    let head = String::from_utf8_lossy(head);
    let first_line = head.trim_start().lines().next().unwrap_or_default();
    let (line, column) = (error.line(), error.column());
    let text = error.to_string();
    let text = text.strip_suffix(&format!(" at line {line} column {column}")).unwrap_or(&text);
    let message = match error.classify() {
        Category::Io => text.to_owned(),
        Category::Eof if (line, column) == (1, 0) => {
            "expected a run report, found an empty file".to_owned()
        }
        Category::Eof => {
            "the report is cut off: found the end of the file; use the complete file".to_owned()
        }
        Category::Syntax if line == 1 && !first_line.starts_with('{') => {
            format!("expected a run report in JSON, found {}", quoted(first_line))
        }
        Category::Syntax => format!("not a CaseLanes report: {text}"),
        Category::Data => describe_data_error(text),
    };
    let place = (line > 0 && (line, column) != (1, 0)).then_some((line, Some(column)));
    ReportInputError { place, message }
}

/// Turns `invalid type: null, expected u32` into `expected …, found null`.
fn describe_data_error(text: &str) -> String {
    if let Some(key) = text.strip_prefix("missing field ") {
        return format!("missing key {key}");
    }
    if let Some(key) = text.strip_prefix("duplicate field ") {
        return format!("duplicate key {key}");
    }
    if let Some((_, expected)) = text.strip_prefix("invalid length ").and_then(split_expected) {
        return format!("expected {expected}, found a list");
    }
    let invalid = text.strip_prefix("invalid type: ").or(text.strip_prefix("invalid value: "));
    let Some((found, expected)) = invalid.and_then(split_expected) else { return text.to_owned() };
    let expected = match expected {
        "u32" | "u64" | "usize" => "a whole number of at least 0",
        "f64" => "a number",
        other => other,
    };
    format!("expected {expected}, found {found}")
}

fn split_expected(text: &str) -> Option<(&str, &str)> {
    text.split_once(", expected ")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::collection::vec;
    use proptest::option;
    use proptest::prelude::*;

    use super::*;
    use crate::report::export::exporter::Exportable as _;
    use crate::report::figures::account::Account;
    use crate::report::figures::series_total::{SeriesKind, SeriesTotal};
    use crate::report::fixtures;
    use crate::report::import::report_input::{InputCase, ReportInput};
    use crate::report::run_report::Machine;
    use crate::report::timeline::run_timeline::Timeline;
    use crate::run::{
        Attempt, CaseEnd, CaseOutcome, CaseRecord, RecordedCases, RunEvent, RunState, Status,
        replay,
    };
    use crate::schedule::Ticket;
    use crate::study::{
        CaseResources, CaseTable, ClockChoice, CommandLine, FrozenPlan, Lengths, Order, Program,
        ProgramOutput, WorkloadName,
    };

    /// A report of a run on the virtual clock.
    fn report() -> String {
        let mut cases = CaseTable::default();
        let lengths_s = vec![0.1 + 0.2, 8.0, 0.0];
        for &length_s in &lengths_s {
            cases.push("a \"name\"", length_s, 1.0, &[]);
        }
        let plan = FrozenPlan {
            batch: Some(3),
            order: Order::Longest,
            time_scale: 0.1,
            seed: u64::MAX,
            ..fixtures::plan(crate::study::Strategy::Batches, 2)
        };
        let lengths = Lengths::Seconds(lengths_s);
        let frozen = fixtures::study(cases, lengths, plan);
        let state = replay(&frozen);
        let machine = Machine { logical_cpus: 4, os: "linux", cpus: None };
        let mut text = Vec::new();
        RunReport::new(Arc::new(frozen), state, machine).write_json(&mut text).unwrap();
        String::from_utf8(text).unwrap()
    }

    fn error(text: &str) -> String {
        read_report(text.as_bytes()).unwrap_err().to_string()
    }

    proptest! {
        #[test]
        fn no_bytes_and_no_damaged_report_cause_a_panic(
            any: Vec<u8>,
            changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
            end: Option<prop::sample::Index>,
        ) {
            read_report(any.as_slice()).ok();
            let mut damaged = report().into_bytes();
            for (at, byte) in changes {
                let at = at.index(damaged.len());
                damaged[at] = byte;
            }
            damaged.truncate(end.map_or(usize::MAX, |end| end.index(damaged.len())));
            read_report(damaged.as_slice()).ok();
        }
    }

    fn written(report: &RunReport) -> String {
        let mut text = Vec::new();
        report.write_json(&mut text).unwrap();
        String::from_utf8(text).unwrap()
    }

    fn read(text: &str) -> RunReport {
        read_report(text.as_bytes()).unwrap()
    }

    #[test]
    fn predictions_read_the_same_from_a_run_and_from_its_report() {
        let input = ReportInput::of(&read(&report()));
        let case = |time_s| InputCase {
            status: Status::Done,
            time_s: Some(time_s),
            waited_s: None,
            cpu_s: None,
            intended_s: Some(time_s),
        };
        // Times are whole nanoseconds, intended times are not.
        let first = InputCase { intended_s: Some(0.1 + 0.2), ..case(0.3) };
        assert_eq!(
            input,
            ReportInput {
                between_ns: 0,
                workers: 2,
                batch: Some(3),
                order: Order::Longest,
                seed: u64::MAX,
                logical_cpus: 4,
                has_unknown_cpus: false,
                held_s: 0.0,
                start_every_ns: None,
                resources: CaseResources::default(),
                knows_alone_times: true,
                by_start: None,
                cases: vec![first, case(8.0), case(0.0)],
            }
        );
    }

    #[test]
    fn a_report_without_the_later_keys_is_read_and_they_are_unknown() {
        let mut old = String::new();
        let later = ["version", "started_at", "command", "recorded_by", "aborted"];
        let names = "  \"value_names\": [\n    \"value\"\n  ],\n";
        for line in report().replace(names, "").lines() {
            if later.iter().all(|key| !line.starts_with(&format!("  \"{key}\""))) {
                let line = line.replace(", \"host\": null, \"queued_s\": null", "");
                let line = line.replace(", \"output_tail\": null", "");
                old += &(line.replace("\"values\": {\"value\": null}, ", "") + "\n");
            }
        }
        assert!(!old.contains("host") && !old.contains("values"), "{old}");
        let (old, new) = (read(&old), read(&report()));
        assert_eq!((old.version, old.state), (None, new.state));
        assert_eq!((old.frozen, old.figures), (new.frozen, new.figures));
    }

    fn seconds() -> impl Strategy<Value = u64> {
        prop_oneof![0..3_u64, 0..5_000_000_000_u64, 0..1_u64 << 51]
    }

    /// Any run that can be recorded, its figures among them.
    fn recorded() -> impl Strategy<Value = RunReport> {
        let record = (
            (0..5_usize, 0..3_u32, 0..6_u32, 0..40_u32),
            (seconds(), seconds()),
            any::<[Option<u32>; 3]>(),
            (option::of(-1e3..1e3_f64), 0..2_u32),
        );
        let case = (
            (".*", any::<i32>(), -1e9..1e9_f64, ".{0,4}"),
            record,
            (option::of(".{0,9}"), option::of("[ -~]{0,5}"), any::<Option<u32>>(), any::<bool>()),
        );
        let plan = (1..9_u32, option::of(1..5_u32), any::<(u64, bool, bool)>());
        let figures = any::<(bool, Option<u16>, i32)>();
        (vec(case, 0..5), plan, figures, vec(option::of(0.0..1e6_f64), 20))
            .prop_map(|(cases, plan, figures, numbers)| run_of(&cases, plan, figures, &numbers))
    }

    type CaseParts = (
        (String, i32, f64, String),
        ((usize, u32, u32, u32), (u64, u64), [Option<u32>; 3], (Option<f64>, u32)),
        (Option<String>, Option<String>, Option<u32>, bool),
    );

    fn run_of(
        cases: &[CaseParts],
        (workers, batch, (seed, has_program, has_lengths)): (u32, Option<u32>, (u64, bool, bool)),
        (is_virtual, version, started_at): (bool, Option<u16>, i32),
        numbers: &[Option<f64>],
    ) -> RunReport {
        let mut table = CaseTable::with_extra_columns(vec!["mesh".to_owned(), "a b".to_owned()]);
        let mut recorded = RecordedCases::default();
        for (index, ((name, x, y, cell), record, facts)) in cases.iter().enumerate() {
            table.push(name, f64::from(*x) / 7.0, *y, &[cell, "fine"]);
            table.set_name(index, name);
            let ((status, attempts, lane, dispatch_index), (start_ns, time_ns), parts, last) =
                *record;
            let statuses =
                [Status::Done, Status::Failed, Status::TimedOut, Status::Cancelled, Status::NotRun];
            let end_ns = start_ns + time_ns;
            let [waited_ns, cpu_ns, memory_bytes] = parts.map(|part| part.map(u64::from));
            let (value, session) = last;
            let started = CaseRecord {
                status: statuses[status],
                attempts,
                lane,
                dispatch_index,
                start_ns,
                end_ns,
                waited_ns,
                cpu_ns,
                memory_bytes,
                value,
                will_retry: false,
                session,
            };
            let unstarted =
                CaseRecord { status: statuses[3 + status % 2], ..CaseRecord::default() };
            recorded.records.push(if attempts == 0 { unstarted } else { started });
            let case = u32::try_from(index).unwrap();
            let (error, host, queued, has_tries) = facts;
            if let Some(error) = error {
                recorded.errors.insert(case, error.clone());
                recorded.notes.set_output_tail(case, Some(error.repeat(3)));
            }
            if let Some(host) = host {
                recorded.notes.set_host(index, host);
            }
            if let Some(queued) = queued {
                recorded.notes.set_queued_ns(index, u64::from(*queued));
            }
            if *has_tries && attempts > 1 {
                let status = Status::Failed;
                let first = Attempt { lane, start_ns: start_ns / 2, end_ns: start_ns, status };
                let last = Attempt { lane, start_ns, end_ns, status: started.status };
                recorded.attempts.insert(case, vec![first, last]);
            }
        }
        let mut program = Program::new(CommandLine::parse(&["./solve", "{x}", "a b"]).unwrap());
        if has_program {
            let named = |name: &str| ProgramOutput::new(name, None, "x").unwrap();
            program.add_output(named("lift")).unwrap();
            program.add_output(named("drag")).unwrap();
            recorded.further_values = vec![cases.iter().map(|case| case.1.3.0).collect()];
        }
        recorded.started_at = (!is_virtual).then(|| i64::from(started_at).abs());
        let number = |at: usize| numbers[at % numbers.len()];
        let lengths: Option<Vec<f64>> =
            (0..cases.len()).map(|at| number(at).filter(|_| has_lengths)).collect();
        let plan = FrozenPlan {
            workers,
            batch,
            seed,
            clock: if is_virtual { ClockChoice::Virtual } else { ClockChoice::Real },
            order: Order::Shuffled,
            ..fixtures::plan(crate::study::Strategy::Batches, workers)
        };
        let mut frozen = fixtures::study(table, Lengths::Unknown, plan);
        frozen.lengths = lengths.map_or(Lengths::Unknown, Lengths::Seconds);
        frozen.program = has_program.then(|| Arc::new(program));
        frozen.workload = if has_program { WorkloadName::Command } else { WorkloadName::Crunch };
        let machine = Machine { logical_cpus: workers, os: "linux", cpus: None };
        let mut report = RunReport::new(Arc::new(frozen), recorded.into_state(), machine);
        report.version = version.map(|version| format!("0.{version}").into());
        let figures = &mut report.figures;
        figures.efficiency = number(11);
        figures.speedup = number(12);
        figures.lower_bound_s = number(13);
        figures.series = number(14).map(|total_s| SeriesTotal {
            total_s,
            kind: SeriesKind::Sampled,
            interval_s: number(15).zip(number(16)),
        });
        figures.account = figures.account.map(|account| Account {
            lane_seconds: number(17).unwrap_or(1.0),
            barrier: number(18),
            idle: number(19),
            ..account
        });
        report
    }

    proptest! {
        #[test]
        fn a_report_that_is_read_is_written_byte_for_byte(report in recorded()) {
            let text = written(&report);
            prop_assert_eq!(written(&read(&text)), text);
        }
    }

    #[test]
    fn a_refused_start_is_read_as_one_and_not_as_a_failed_attempt() {
        let plan = fixtures::plan(crate::study::Strategy::Threads, 1);
        let lengths = Lengths::Seconds(vec![1.0]);
        let mut cases = CaseTable::default();
        cases.push("a", 1.0, 1.0, &[]);
        let frozen = fixtures::study(cases, lengths, plan);
        let mut state = RunState::new(1);
        for (attempt, outcome) in [(1, CaseOutcome::Refused), (2, CaseOutcome::done(None))] {
            let start_ns = 10 * u64::from(attempt);
            let end = fixtures::case_end(0, 0, start_ns, start_ns + 5);
            let ticket = Ticket { attempt, ..end.ticket };
            state.apply(RunEvent::Started { ticket, asked_ns: start_ns, at_ns: start_ns });
            let will_retry = outcome == CaseOutcome::Refused;
            state.apply(RunEvent::Finished(CaseEnd { ticket, outcome, will_retry, ..end }));
        }
        let report = RunReport::new(Arc::new(frozen), state, Machine::default());
        let read = read(&written(&report));
        assert_eq!(read.attempts(0), report.attempts(0));
        assert_eq!(read.attempts(0)[0].status, Status::Refused);
    }

    #[test]
    fn keys_may_have_any_order_and_unknown_keys_are_ignored() {
        let text = report();
        let last = text.replace("\"schema\": \"caselanes.run/1\",", "\"more\": [{}],");
        let last = last.replace("\n}", ",\n  \"schema\": \"caselanes.run/1\"}");
        assert_eq!(written(&read(&format!("\u{FEFF}{last}"))), written(&read(&text)));
    }

    #[test]
    fn absurd_numbers_of_lanes_and_workers_take_no_memory() {
        for (from, to, expected) in [
            ("\"workers\": 2", "\"workers\": 4000000000", "expected at most 4096 workers, found"),
            ("\"lane\": 0", "\"lane\": 4000000000", "expected a lane below 10000000, found"),
        ] {
            let error = error(&report().replacen(from, to, 1));
            assert!(error.contains(expected), "{error}");
        }
        let read =
            read(&report().replacen("\"dispatch_index\": 1", "\"dispatch_index\": 4000000000", 1));
        assert_eq!(Timeline::of_run(&read.frozen.plan, &read.state).lanes.started(), 3);
    }

    #[test]
    fn an_error_names_the_schema_of_another_document() {
        let sweep = "{\"schema\": \"caselanes.sweep/1\", \"strategy\": \"threads\"}";
        assert_eq!(
            error(sweep),
            "line 1, column 31: expected the report of a run, found a sweep; only runs can be opened"
        );
        let jobs = sweep.replace("sweep", "slurm");
        assert_eq!(
            error(&jobs),
            "line 1, column 31: expected a run report with the schema \"caselanes.run/1\", found \
             the schema \"caselanes.slurm/1\"; write one with: caselanes run --format json"
        );
        let expected = "missing key `schema`";
        assert!(error("{\"a\": 1}").ends_with(expected), "{}", error("{\"a\": 1}"));
        for (text, found) in [("[]", "a list"), ("3", "integer `3`"), ("null", "null")] {
            let error = error(text);
            assert!(error.contains("expected a run report"), "{error}");
            assert!(error.ends_with(&format!("found {found}")), "{error}");
        }
    }

    #[test]
    fn a_report_cut_off_anywhere_is_reported_as_cut_off() {
        let text = report();
        assert_eq!(error(""), "expected a run report, found an empty file");
        for end in 1..text.trim_end().len() {
            let error = error(&text[..end]);
            let cut = "the report is cut off";
            // 0.1 cut to 0 is no time scale, and cut to 0. is no number.
            let within = text[..end].ends_with(": 0") || text[..end].ends_with('.');
            assert!(error.contains(cut) || within, "{end}: {error}");
            assert!(error.starts_with("line "), "{end}: {error}");
        }
    }

    #[test]
    fn a_file_that_is_not_json_is_rejected() {
        assert_eq!(
            error("name,x,y\na,1,2\n"),
            "line 1, column 2: expected a run report in JSON, found \"name,x,y\""
        );
        let twice = error(&report().repeat(2));
        assert!(twice.ends_with("not a CaseLanes report: trailing characters"), "{twice}");
        let bytes = read_report(b"\x7fELF\x02\0".as_slice()).unwrap_err();
        assert!(bytes.message.starts_with("expected a run report in JSON"), "{bytes}");
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_is_rejected() {
        let folder = std::fs::File::open(env!("CARGO_MANIFEST_DIR")).unwrap();
        let error = read_report(folder).unwrap_err();
        assert_eq!(error.describe("runs"), "expected a file, found a folder: runs");
    }

    #[test]
    fn a_wrong_value_is_reported_with_its_line() {
        let text = report();
        for (from, to, line, expected) in [
            (
                "\"workers\": 2",
                "\"workers\": \"2\"",
                5,
                "expected a whole number of at least 0, found str",
            ),
            (
                "\"workers\": 2",
                "\"workers\": 0",
                5,
                "expected a whole number of at least 1, found 0",
            ),
            (
                "\"workers\": 2",
                "\"workers\": -2",
                5,
                "expected a whole number of at least 0, found int",
            ),
            (
                "\"batch\": 3",
                "\"batch\": 0",
                6,
                "expected a batch of at least 1 case or null, found 0",
            ),
            (
                "\"time_scale\": 0.1",
                "\"time_scale\": 0",
                11,
                "expected a time scale above 0, found 0",
            ),
            (
                "\"time_s\": 8.0",
                "\"time_s\": -1",
                36,
                "expected a time from 0 to 1e10 s or null, found -1",
            ),
            ("\"time_s\": 8.0", "\"time_s\": \"8\"", 36, "expected a number, found string \"8\""),
            ("\"cpu_s\": null, ", "", 35, "missing key `cpu_s`"),
            (
                "\"index\": 1",
                "\"index\": 1.5",
                36,
                "expected a whole number of at least 0, found floating",
            ),
            ("\"seed\": ", "\"seed\": 1, \"seed\": ", 10, "duplicate key `seed`"),
            (
                "{\"index\": 1",
                "7, {\"index\": 1",
                36,
                "expected a case, an object, found integer `7`",
            ),
        ] {
            assert!(text.contains(from), "{from}");
            let error = error(&text.replacen(from, to, 1));
            assert!(error.contains(expected), "{error}");
            assert!(error.starts_with(&format!("line {line}, column ")), "{error}");
        }
        for (from, to, expected) in [
            ("\"wait\"", "\"await\"", "unknown workload \"await\"; expected one of demo"),
            ("\"batches\"", "\"fast\"", "unknown strategy \"fast\"; expected one of series"),
            ("\"longest\"", "\"best\"", "unknown order \"best\"; expected one of listed"),
            ("\"index\": 1", "\"index\": 0", "expected the case with index 1, found index 0; list"),
            ("\"index\": 1", "\"index\": 2", "expected the case with index 1, found index 2; list"),
            ("\"done\"", "\"over\"", "unknown status \"over\"; expected one of not-run"),
            ("\"time_s\": 8.0", "\"time_s\": 1e999", "number out of range"),
            ("\"time_s\": 8.0", "\"time_s\": NaN", "not a CaseLanes report"),
        ] {
            let error = error(&text.replacen(from, to, 1));
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn reading_stops_at_the_size_limits() {
        let mut text = String::new();
        let mut limited = LimitedReader { from: io::repeat(b' '), left: 1 << 20 };
        let error = limited.read_to_string(&mut text).unwrap_err();
        assert_eq!(error.to_string(), "expected a run report of at most 8 GiB, found more");
    }
}
