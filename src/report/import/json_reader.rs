//! Reads a run report from JSON, `caselanes.run/1`.

use std::fmt;
use std::io::{self, BufReader, Read};
use std::str::FromStr;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, IgnoredAny, SeqAccess, Visitor};
use serde_json::error::Category;
use strum::VariantArray;

use super::report_input::{InputCase, ReportInput};
use crate::run::Status;
use crate::study::{Order, Strategy, WorkloadName, parse_name};
use crate::text::{quoted, read_error_text};

const SCHEMA: &str = "caselanes.run/1";

/// Largest report that is read; one with [`MAX_CASES`] cases is smaller.
const MAX_BYTES: u64 = 8 << 30;

/// Length of the beginning of a text that errors quote.
const HEAD_BYTES: u64 = 200;

/// Most cases that are read; more would fill the memory.
const MAX_CASES: usize = 10_000_000;

/// Longest time of a case, in seconds: 64 bits of nanoseconds end at 1.8e10.
const MAX_TIME_S: f64 = 1e10;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}", .place.map_or(String::new(), |(line, column)| {
    format!("line {line}, column {column}: ")
}))]
pub struct ReportInputError {
    /// Line and column, each from 1, where known.
    pub place: Option<(usize, usize)>,
    /// The problem, what was found, and what to do.
    pub message: String,
}

impl ReportInputError {
    /// Describes the error with the file and, where known, the place.
    pub fn describe(&self, file: &str) -> String {
        match self.place {
            Some(_) => format!("{file}, {self}"),
            None => format!("{self}: {file}"),
        }
    }

    fn without_place(message: impl Into<String>) -> Self {
        Self { place: None, message: message.into() }
    }
}

/// Reads a run report in JSON, one case after another.
pub fn read_report(from: impl Read) -> Result<ReportInput, ReportInputError> {
    let (head, from) = read_head(LimitedReader { from, left: MAX_BYTES })?;
    let json: RunJson = serde_json::from_reader(BufReader::new(head.as_slice().chain(from)))
        .map_err(|error| describe(&error, &head))?;
    Ok(ReportInput {
        workers: json.workers,
        batch: json.batch,
        order: json.order,
        seed: json.seed,
        logical_cpus: json.machine.logical_cpus,
        held_s: json.account.map_or(0.0, |account| account.held),
        cases: json.cases.map_err(ReportInputError::without_place)?,
    })
}

#[derive(Deserialize)]
#[serde(expecting = "a run report, which begins with {\"schema\": \"caselanes.run/1\"")]
struct RunJson {
    // Keys with an underscore are only checked.
    #[serde(rename = "schema", deserialize_with = "schema")]
    _schema: (),
    #[serde(rename = "workload", deserialize_with = "workload")]
    _workload: WorkloadName,
    #[serde(rename = "strategy", deserialize_with = "strategy")]
    _strategy: Strategy,
    #[serde(deserialize_with = "at_least_one")]
    workers: u32,
    #[serde(deserialize_with = "batch")]
    batch: Option<u32>,
    #[serde(deserialize_with = "order")]
    order: Order,
    seed: u64,
    #[serde(rename = "time_scale", deserialize_with = "time_scale")]
    _time_scale: f64,
    machine: InputMachineJson,
    #[serde(default)]
    account: Option<InputAccountJson>,
    #[serde(deserialize_with = "cases")]
    cases: InputCasesJson,
}

/// The cases, or an error in their indices: the parser has moved past its place by then.
type InputCasesJson = Result<Vec<InputCase>, String>;

#[derive(Deserialize)]
#[serde(expecting = "the machine, an object")]
struct InputMachineJson {
    #[serde(deserialize_with = "at_least_one")]
    logical_cpus: u32,
}

#[derive(Deserialize)]
#[serde(expecting = "the account, an object")]
struct InputAccountJson {
    #[serde(default)]
    held: f64,
}

#[derive(Deserialize)]
#[serde(expecting = "a case, an object")]
struct InputCaseJson {
    index: usize,
    #[serde(deserialize_with = "status")]
    status: Status,
    #[serde(deserialize_with = "time")]
    time_s: Option<f64>,
    #[serde(deserialize_with = "time")]
    waited_s: Option<f64>,
    #[serde(deserialize_with = "time")]
    cpu_s: Option<f64>,
    #[serde(deserialize_with = "time")]
    intended_s: Option<f64>,
}

fn schema<'de, D: Deserializer<'de>>(from: D) -> Result<(), D::Error> {
    match String::deserialize(from)?.as_str() {
        SCHEMA => Ok(()),
        found => Err(D::Error::custom(format!(
            "expected a run report with the schema {SCHEMA:?}, found the schema {found:?}; write \
             one with: caselanes run --format json"
        ))),
    }
}

fn named<'de, D, T>(what: &str, from: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: VariantArray + Copy + Into<&'static str> + FromStr,
{
    parse_name(what, &String::deserialize(from)?).map_err(D::Error::custom)
}

fn workload<'de, D: Deserializer<'de>>(from: D) -> Result<WorkloadName, D::Error> {
    named("workload", from)
}

fn strategy<'de, D: Deserializer<'de>>(from: D) -> Result<Strategy, D::Error> {
    named("strategy", from)
}

fn order<'de, D: Deserializer<'de>>(from: D) -> Result<Order, D::Error> {
    named("order", from)
}

fn status<'de, D: Deserializer<'de>>(from: D) -> Result<Status, D::Error> {
    named("status", from)
}

fn at_least_one<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    match u32::deserialize(from)? {
        0 => Err(D::Error::custom("expected a whole number of at least 1, found 0")),
        number => Ok(number),
    }
}

fn batch<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u32>, D::Error> {
    match Option::deserialize(from)? {
        Some(0) => Err(D::Error::custom("expected a batch of at least 1 case or null, found 0")),
        batch => Ok(batch),
    }
}

fn time_scale<'de, D: Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    match f64::deserialize(from)? {
        scale if scale > 0.0 => Ok(scale),
        scale => Err(D::Error::custom(format!("expected a time scale above 0, found {scale}"))),
    }
}

/// Reads a time in seconds or null. Because it has a function of its own, a missing
/// key is an error instead of null.
fn time<'de, D: Deserializer<'de>>(from: D) -> Result<Option<f64>, D::Error> {
    match Option::deserialize(from)? {
        Some(time_s) if !(0.0..=MAX_TIME_S).contains(&time_s) => Err(D::Error::custom(format!(
            "expected a time from 0 to {MAX_TIME_S:e} s or null, found {time_s}"
        ))),
        time_s => Ok(time_s),
    }
}

fn cases<'de, D: Deserializer<'de>>(from: D) -> Result<InputCasesJson, D::Error> {
    from.deserialize_seq(CaseListVisitor { max_cases: MAX_CASES })
}

struct CaseListVisitor {
    max_cases: usize,
}

impl<'de> Visitor<'de> for CaseListVisitor {
    type Value = InputCasesJson;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("the list of cases")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Self::Value, A::Error> {
        let mut cases = Vec::new();
        while let Some(case) = from.next_element::<InputCaseJson>()? {
            if case.index != cases.len() {
                let (expected, found) = (cases.len(), case.index);
                while from.next_element::<IgnoredAny>()?.is_some() {}
                return Ok(Err(format!(
                    "expected the case with index {expected}, found index {found}; list each case \
                     once, in listed order"
                )));
            }
            if cases.len() == self.max_cases {
                let most = self.max_cases;
                return Err(A::Error::custom(format!("expected at most {most} cases, found more")));
            }
            let InputCaseJson { status, time_s, waited_s, cpu_s, intended_s, .. } = case;
            cases.push(InputCase { status, time_s, waited_s, cpu_s, intended_s });
        }
        Ok(Ok(cases))
    }
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
/// shells write; rejects UTF-16.
fn read_head<R: Read>(mut from: R) -> Result<(Vec<u8>, R), ReportInputError> {
    let mut head = Vec::new();
    let unreadable = |error: io::Error| ReportInputError::without_place(read_error_text(&error));
    from.by_ref().take(HEAD_BYTES).read_to_end(&mut head).map_err(unreadable)?;
    if head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF]) {
        return Err(ReportInputError::without_place(
            "expected UTF-8 text, found UTF-16, which some shells write when redirecting output; \
             write the report with --output",
        ));
    }
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
    let place = (line > 0 && (line, column) != (1, 0)).then_some((line, column));
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

    use proptest::prelude::{any, prop, proptest};

    use super::*;
    use crate::report::export::exporter::Exportable as _;
    use crate::report::fixtures;
    use crate::report::run_report::{Machine, RunReport};
    use crate::run::replay;
    use crate::study::{CaseTable, FrozenPlan, Lengths};

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
            ..fixtures::plan(Strategy::Batches, 2)
        };
        let lengths = Lengths::Seconds(lengths_s);
        let frozen = fixtures::study(cases, lengths, plan);
        let state = replay(&frozen);
        let machine = Machine { logical_cpus: 4, os: "linux" };
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
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
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

    #[test]
    fn a_written_report_reads_back_unchanged() {
        let input = read_report(report().as_bytes()).unwrap();
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
                workers: 2,
                batch: Some(3),
                order: Order::Longest,
                seed: u64::MAX,
                logical_cpus: 4,
                held_s: 0.0,
                cases: vec![first, case(8.0), case(0.0)],
            }
        );
    }

    #[test]
    fn keys_may_have_any_order_and_unknown_keys_are_ignored() {
        let text = report();
        let last = text.replace("\"schema\": \"caselanes.run/1\",", "\"more\": [{}],");
        let last = last.replace("\n}", ",\n  \"schema\": \"caselanes.run/1\"}");
        let marked = format!("\u{FEFF}{last}");
        assert_eq!(read_report(marked.as_bytes()), read_report(text.as_bytes()));
    }

    #[test]
    fn an_error_names_the_schema_of_another_document() {
        let sweep = "{\"schema\": \"caselanes.sweep/1\", \"strategy\": \"threads\"}";
        assert_eq!(
            error(sweep),
            "line 1, column 31: expected a run report with the schema \"caselanes.run/1\", found \
             the schema \"caselanes.sweep/1\"; write one with: caselanes run --format json"
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
        let utf_16 = read_report([0xFF, 0xFE, b'{', 0].as_slice()).unwrap_err();
        assert!(utf_16.message.starts_with("expected UTF-8 text, found UTF-16"));
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
                10,
                "expected a time scale above 0, found 0",
            ),
            (
                "\"time_s\": 8.0",
                "\"time_s\": -1",
                26,
                "expected a time from 0 to 1e10 s or null, found -1",
            ),
            ("\"time_s\": 8.0", "\"time_s\": \"8\"", 26, "expected a number, found string \"8\""),
            ("\"cpu_s\": null, ", "", 25, "missing key `cpu_s`"),
            (
                "\"index\": 1",
                "\"index\": 1.5",
                26,
                "expected a whole number of at least 0, found floating",
            ),
            ("\"seed\": ", "\"seed\": 1, \"seed\": ", 9, "duplicate key `seed`"),
            (
                "{\"index\": 1",
                "7, {\"index\": 1",
                26,
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
        let case = |index| {
            format!(
                "{{\"index\": {index}, \"status\": \"done\", \"time_s\": 1, \"waited_s\": null, \
                 \"cpu_s\": null, \"intended_s\": null}}"
            )
        };
        let three = format!("[{}, {}, {}]", case(0), case(1), case(2));
        let take = |max_cases| {
            serde_json::Deserializer::from_str(&three)
                .deserialize_seq(CaseListVisitor { max_cases })
        };
        assert_eq!(take(3).unwrap().unwrap().len(), 3);
        let error = describe(&take(2).unwrap_err(), b"[");
        assert_eq!(error.message, "expected at most 2 cases, found more");
    }
}
