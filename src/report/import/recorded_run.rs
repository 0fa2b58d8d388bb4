//! Reads a recorded run of any kind, recognised by its content.

use std::io::{self, Read};

use encoding_rs::{Encoding, UTF_8};

use super::embedded_report::embedded_report;
use super::json_reader::read_report;
use super::logs::csv_log::is_case_table;
use super::logs::log_format::LOG_FORMATS;
use super::read_error::ReportInputError;
use crate::report::run_report::RunReport;
use crate::report::run_source::LogKind;
use crate::study::binary_kind;
use crate::text::{quoted, read_error_text};

/// Length of the beginning that tells the kind of a file.
const HEAD_BYTES: u64 = 1 << 16;

/// Largest log that is read, in bytes.
const MAX_LOG_BYTES: u64 = 2 << 30;

/// Beginning of a report of this program in JSON.
const REPORT_KEY: &str = "\"schema\"";

/// A recorded run, and what the user should know about its record.
#[derive(Debug)]
pub struct RecordedRun {
    /// The run.
    pub report: RunReport,
    /// What is missing in its record, as sentences.
    pub notes: Vec<String>,
}

/// Kind of a file, by its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordKind {
    /// A report of this program in JSON.
    Report,
    /// The log of another tool.
    Log(LogKind),
    /// A report of this program in HTML, which holds the one in JSON.
    Page,
    /// A log in CSV that is also a table of cases.
    TableWithTimes,
}

/// Recognises a recorded run by its beginning; `None` for other files.
pub fn record_kind(head: &[u8]) -> Option<RecordKind> {
    let (head, ..) = UTF_8.decode(head);
    let head = head.as_ref();
    let object = head.trim_start().strip_prefix('{').map(str::trim_start);
    if object.is_some_and(|keys| keys.starts_with(REPORT_KEY)) {
        return Some(RecordKind::Report);
    }
    let start: String = head.trim_start().chars().take(9).collect();
    if ["<!doctype", "<html"].iter().any(|tag| start.to_lowercase().starts_with(tag)) {
        return Some(RecordKind::Page);
    }
    let log = LOG_FORMATS.iter().find(|format| (format.is_recognised)(head));
    match log {
        Some(format) if format.kind == LogKind::Csv && is_case_table(head) => {
            Some(RecordKind::TableWithTimes)
        }
        Some(format) => Some(RecordKind::Log(format.kind)),
        None => object.map(|_| RecordKind::Report),
    }
}

/// Reads a recorded run of this kind, or else of the kind of its content.
pub fn read_recorded(
    mut from: impl Read,
    kind: Option<LogKind>,
) -> Result<RecordedRun, ReportInputError> {
    let unreadable = |error: io::Error| ReportInputError::without_place(read_error_text(&error));
    let mut head = Vec::new();
    from.by_ref().take(HEAD_BYTES).read_to_end(&mut head).map_err(unreadable)?;
    // Some shells write UTF-16 when they redirect output.
    if Encoding::for_bom(&head).is_some_and(|(encoding, _)| encoding != UTF_8) {
        from.by_ref().take(MAX_LOG_BYTES).read_to_end(&mut head).map_err(unreadable)?;
        head = UTF_8.decode(&head).0.into_owned().into_bytes();
    }
    let kind = match (kind, record_kind(&head)) {
        (Some(kind), _) | (None, Some(RecordKind::Log(kind))) => kind,
        (None, Some(RecordKind::TableWithTimes)) => LogKind::Csv,
        (None, Some(RecordKind::Report)) => {
            let report = read_report(head.as_slice().chain(from))?;
            return Ok(RecordedRun { report, notes: Vec::new() });
        }
        (None, Some(RecordKind::Page)) => {
            let mut page = head;
            from.take(MAX_LOG_BYTES).read_to_end(&mut page).map_err(unreadable)?;
            let json = embedded_report(&page)
                .map_err(|error| ReportInputError::without_place(error.to_string()))?;
            return Ok(RecordedRun { report: read_report(json.as_slice())?, notes: Vec::new() });
        }
        (None, None) => return Err(unknown(&head)),
    };
    let mut bytes = head;
    from.take(MAX_LOG_BYTES).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 >= MAX_LOG_BYTES {
        let most = MAX_LOG_BYTES >> 30;
        let message = format!("expected a log of at most {most} GiB, found more");
        return Err(ReportInputError::without_place(message));
    }
    let Some(format) = LOG_FORMATS.iter().find(|format| format.kind == kind) else {
        return Err(unknown(&bytes));
    };
    let mut log = (format.read)(&UTF_8.decode(&bytes).0)?;
    let notes = std::mem::take(&mut log.notes);
    Ok(RecordedRun { report: log.into_report(), notes })
}

/// Explains which files are read. An empty file is named by the reader of reports.
fn unknown(head: &[u8]) -> ReportInputError {
    if head.is_empty()
        && let Err(error) = read_report(head)
    {
        return error;
    }
    if let Some(kind) = binary_kind(head) {
        let kind = match kind {
            // The beginning does not tell which archive it is.
            _ if head.starts_with(b"PK") => "a workbook or another ZIP archive",
            Ok(_) => "a workbook",
            Err(kind) => kind,
        };
        let message = format!("expected a run report in JSON or HTML, or a log, found {kind}");
        return ReportInputError::without_place(message);
    }
    let text = String::from_utf8_lossy(head);
    let first = text.trim_start().lines().next().unwrap_or_default();
    let first: String = first.chars().take(60).collect();
    ReportInputError::in_line(
        1,
        format!(
            "expected a run report in JSON or a log, found {}; --from names the kind of a log",
            quoted(&first)
        ),
    )
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::Index;
    use strum::VariantArray as _;

    use super::*;
    use crate::report::export::exporter::Exporter as _;
    use crate::report::export::html::html_format::HtmlFormat;
    use crate::report::run_report::Machine;
    use crate::report::{
        Advice, PredictError, Predictor, ReportInput, Scenario, exporter_named, fixtures,
    };
    use crate::run::{CaseRecord, replay};
    use crate::study::{Case, CaseTable, Lengths, Order, Strategy as StudyStrategy};

    const LOGS: [&[u8]; 9] = [
        include_bytes!("../../../tests/data/logs/chrome-trace.json"),
        include_bytes!("../../../tests/data/logs/hyperfine.json"),
        include_bytes!("../../../tests/data/logs/nextest.xml"),
        include_bytes!("../../../tests/data/logs/nextflow.txt"),
        include_bytes!("../../../tests/data/logs/ninja-v5.ninja_log"),
        include_bytes!("../../../tests/data/logs/parallel-short-2.joblog"),
        include_bytes!("../../../tests/data/logs/parallel-appended.joblog"),
        include_bytes!("../../../tests/data/logs/sacct.txt"),
        include_bytes!("../../../tests/data/logs/times.csv"),
    ];

    /// A byte that means something in a log, or any.
    fn byte() -> impl Strategy<Value = u8> {
        prop_oneof![any::<u8>(), prop::sample::select(b"0123456789-+.eE:|,;\t\n\"<>{}[]".to_vec())]
    }

    /// Returns an HTML report.
    fn page() -> Vec<u8> {
        let plan = fixtures::plan(StudyStrategy::Threads, 2);
        let lengths = Lengths::Seconds(vec![1.0; 3]);
        let frozen = fixtures::study(CaseTable::demo(), lengths, plan);
        let state = replay(&frozen);
        let report = RunReport::new(frozen.into(), state, Machine::default());
        let mut page = Vec::new();
        HtmlFormat.write(&report, &mut page).unwrap();
        page
    }

    #[test]
    fn kinds_are_recognised_by_their_beginning() {
        use RecordKind::{Log, Report, TableWithTimes};
        for (head, kind) in [
            ("{\n  \"schema\": \"caselanes.run/1\"", Some(Report)),
            ("{\"account\": null, \"schema\": \"caselanes.run/1\"", Some(Report)),
            ("{\"results\": [{\"command\": \"a\"", Some(Log(LogKind::Hyperfine))),
            ("{\"traceEvents\": []}", Some(Log(LogKind::ChromeTrace))),
            ("[\n{\"ph\": \"X\"}", Some(Log(LogKind::ChromeTrace))),
            ("# ninja log v7\n", Some(Log(LogKind::Ninja))),
            ("Seq\tHost\tStarttime\tJobRuntime\tSend", Some(Log(LogKind::Parallel))),
            ("task_id\thash\tname\tstatus\trealtime\n", Some(Log(LogKind::Nextflow))),
            ("JobID|Start|End|State\n", Some(Log(LogKind::Sacct))),
            ("<?xml version=\"1.0\"?>\n<testsuites>", Some(Log(LogKind::Junit))),
            ("\u{FEFF}name,start,duration\n", Some(Log(LogKind::Csv))),
            ("name,x,y,start_s,end_s\n", Some(TableWithTimes)),
            ("name,x,y\n", None),
            ("<!DOCTYPE html><html>", Some(RecordKind::Page)),
            ("version = 1\n", None),
            ("", None),
        ] {
            assert_eq!(record_kind(head.as_bytes()), kind, "{head}");
        }
    }

    #[test]
    fn other_files_are_rejected_with_the_kinds_that_are_read() {
        let error = read_recorded("name,x,y\na,1,2\n".as_bytes(), None).unwrap_err();
        assert_eq!(
            error.to_string(),
            "line 1: expected a run report in JSON or a log, found \"name,x,y\"; --from names the \
             kind of a log"
        );
        let workbook = read_recorded(b"PK\x03\x04xl".as_slice(), None).unwrap_err();
        assert_eq!(
            workbook.to_string(),
            "expected a run report in JSON or HTML, or a log, found a workbook or another ZIP archive"
        );
        let empty = read_recorded([].as_slice(), None).unwrap_err();
        assert_eq!(empty.to_string(), "expected a run report, found an empty file");
        for &kind in LogKind::VARIANTS {
            for text in ["", "wrong\n", "{\"a\": 1}"] {
                let error = read_recorded(text.as_bytes(), Some(kind)).unwrap_err();
                assert!(!error.message.is_empty(), "{kind:?}");
            }
        }
    }

    #[test]
    fn a_file_that_holds_no_single_run_is_named() {
        for (schema, content) in [
            ("caselanes.compare/1", "a comparison"),
            ("caselanes.sweep/1", "a sweep"),
            ("caselanes.example/1", "an example"),
        ] {
            let json = format!("{{\"schema\": {schema:?}, \"rows\": []}}");
            let error = read_recorded(json.as_bytes(), None).unwrap_err();
            let expected = format!("expected the report of a run, found {content}; ");
            assert!(error.message.starts_with(&expected), "{error}");
        }
    }

    #[test]
    fn utf_16_with_a_byte_order_mark_is_read() {
        let log = "name,start,end\nä,0,1\nb,1,3\n";
        for to_bytes in [u16::to_le_bytes, u16::to_be_bytes] {
            let units = "\u{FEFF}".encode_utf16().chain(log.encode_utf16());
            let bytes: Vec<u8> = units.flat_map(to_bytes).collect();
            assert_eq!(record_kind(&bytes), Some(RecordKind::Log(LogKind::Csv)));
            let report = read_recorded(bytes.as_slice(), None).unwrap().report;
            let names: Vec<_> = report.frozen.cases.iter().map(|case| case.name).collect();
            assert_eq!(names, ["ä", "b"]);
        }
    }

    fn read_text(text: &str) -> RunReport {
        read_recorded(text.as_bytes(), None).unwrap().report
    }

    #[test]
    fn the_time_between_two_cases_is_the_median() {
        let head = "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n";
        let row = |(number, start): (u32, &str)| {
            format!("{number}\t:\t{start}\t1.000\t0\t0\t0\t0\tsolve {number}\n")
        };
        let starts = ["100.000", "101.010", "102.030", "103.060", "104.100"];
        let rows: Vec<String> = (1..).zip(starts).map(row).collect();
        let log = head.to_owned() + &rows.concat();
        let between_ns = ReportInput::of(&read_text(&log)).between_ns;
        assert!(between_ns.abs_diff(25_000_000) < 1000, "{between_ns}");
    }

    #[test]
    fn a_log_with_cases_that_did_not_succeed_gives_advice_with_a_note() {
        let failed = include_str!("../../../tests/data/logs/parallel-appended.joblog");
        let skipped = "name,start,end,status\na,0,2,done\nb,2,5,timed-out\nc,,,not-run\n";
        for (log, notes) in [
            (failed, &["did not succeed"][..]),
            (skipped, &["1 case did not succeed", "1 case did not run"][..]),
        ] {
            let advice = Advice::for_run(&read_text(log));
            assert!(advice.workers.is_some(), "{}", advice.text);
            for note in notes {
                assert!(advice.details.iter().any(|it| it.contains(note)), "{:?}", advice.details);
            }
        }
        let nothing = read_text("name,start,end,status\na,,,not-run\n");
        assert!(Advice::for_run(&nothing).text.to_string().starts_with("No advice: 0 of 1 "));
    }

    #[test]
    fn a_log_of_lengths_has_no_measured_total() {
        let log = include_str!("../../../tests/data/logs/hyperfine.json");
        assert_eq!(read_text(log).parallel_kind(), "not recorded");
    }

    #[test]
    fn the_cores_of_cases_that_compute_are_unknown_from_csv() {
        let head = "name,x,y,value,status,error,lane,dispatch_index,start_s,end_s,time_s,waited_s,\
                    cpu_s,intended_s,memory_bytes,attempts,session,host,queued_s\n";
        let rows = "a,1,1,2,done,,0,0,0,1,1,0,1,,,1,0,,\nb,1,1,2,done,,1,1,0,1,1,0,1,,,1,0,,\n";
        let predictor = |rows: &str| {
            Predictor::new(&ReportInput::of(&read_text(&format!("{head}{rows}")))).unwrap()
        };
        let total_s = |predictor: &Predictor, workers| {
            let strategy = StudyStrategy::Threads;
            let scenario = Scenario { strategy, batch: None, order: Order::Listed };
            predictor.predict(scenario, workers).map(|prediction| prediction.total_s)
        };
        let computing = predictor(rows);
        assert_eq!(total_s(&computing, 1), Ok(2.0));
        assert_eq!(total_s(&computing, 2), Err(PredictError::UnknownCpus));
        let waiting = predictor(&rows.replace(",1,0,1,,,1", ",1,1,0,,,1"));
        assert_eq!(total_s(&waiting, 2), Ok(1.0));
    }

    proptest! {
        #[test]
        fn no_bytes_cause_a_panic(
            bytes: Vec<u8>,
            lines in vec("[0-9a-fA-Z|\t:.,;\"<>/={}\\[\\]-]{0,30}", 0..5),
            head in 0..9_usize,
        ) {
            let heads = [
                "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n",
                "task_id\thash\tname\tstatus\tsubmit\tduration\trealtime\n",
                "# ninja log v5\n",
                "{\"results\": [",
                "<testsuites><testcase time=\"1\" ",
                "JobID|Start|End|JobName\n",
                "[{\"ph\": \"X\", \"ts\": 1, ",
                "name,start,end\n",
                "",
            ];
            read_recorded(bytes.as_slice(), None).ok();
            let text = format!("{}{}", heads[head], lines.join("\n"));
            for kind in LogKind::VARIANTS.iter().copied().map(Some).chain([None]) {
                if let Ok(read) = read_recorded(text.as_bytes(), kind) {
                    prop_assert!(read.report.frozen.plan.workers >= 1);
                }
            }
        }

        #[test]
        fn names_and_intervals_survive_every_format_that_is_read(
            cases in vec((".{0,9}", 0.0..1e5_f64), 1..12),
            workers in 1..5_u32,
        ) {
            let mut table = CaseTable::default();
            for (name, length_s) in &cases {
                table.push(name, *length_s, 1.0, &[]);
            }
            let lengths = Lengths::Seconds(cases.iter().map(|(_, length_s)| *length_s).collect());
            let plan = fixtures::plan(StudyStrategy::Threads, workers);
            let frozen = fixtures::study(table, lengths, plan);
            let state = replay(&frozen);
            let report = RunReport::new(frozen.into(), state, Machine::default());
            let spans = |report: &RunReport| {
                let span = |(case, record): (Case<'_>, &CaseRecord)| {
                    (record.start_ns, record.end_ns, case.name.to_owned())
                };
                let mut spans: Vec<_> = report.cases().map(span).collect();
                spans.sort_unstable();
                spans
            };
            for format in ["json", "csv", "html", "trace"] {
                let mut bytes = Vec::new();
                exporter_named(format).unwrap().write(&report, &mut bytes).unwrap();
                let read = read_recorded(bytes.as_slice(), None).unwrap();
                prop_assert_eq!(spans(&read.report), spans(&report), "{}", format);
            }
        }

        #[test]
        fn no_damaged_log_or_page_causes_a_panic(
            file in 0..LOGS.len() + 1,
            changes in vec((any::<Index>(), byte()), 1..8),
            end: Option<Index>,
            kind in prop::sample::select(LogKind::VARIANTS),
        ) {
            let mut damaged = LOGS.get(file).map_or_else(page, |log| log.to_vec());
            for (at, byte) in changes {
                let at = at.index(damaged.len());
                damaged[at] = byte;
            }
            damaged.truncate(end.map_or(usize::MAX, |end| end.index(damaged.len())));
            for kind in [None, Some(kind)] {
                if let Ok(read) = read_recorded(damaged.as_slice(), kind) {
                    prop_assert!(read.report.frozen.plan.workers >= 1);
                    Advice::for_run(&read.report);
                }
            }
        }
    }
}
