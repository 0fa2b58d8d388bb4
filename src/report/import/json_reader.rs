//! Reads a run report back, as far as predicting from it needs.

use std::fmt;
use std::io::{self, BufReader, Read};
use std::str::FromStr;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, IgnoredAny, SeqAccess, Visitor};
use serde_json::error::Category;
use strum::VariantArray;

use crate::run::{CaseRecord, Status};
use crate::schedule::s_from_ns;
use crate::study::{Order, Strategy, WorkloadName, parse_name};
use crate::text::read_error_text;

use crate::report::run_report::{RunReport, WAITS};

/// The schema that is read.
const SCHEMA: &str = "caselanes.run/1";

/// A report of the most cases is smaller than this, so what is larger is none.
const MOST_BYTES: u64 = 8 << 30;

/// More cases than these would fill the memory.
const MOST_CASES: usize = 10_000_000;

/// The longest time of a case, in seconds: 64 bits of nanoseconds end at 1.8e10.
const LONGEST_S: f64 = 1e10;

/// What a run report tells about its run.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportInput {
    /// The calculation.
    pub workload: WorkloadName,
    /// The strategy.
    pub strategy: Strategy,
    /// How many workers, at least 1.
    pub workers: u32,
    /// How many cases were in a batch, if there were batches.
    pub batch: Option<u32>,
    /// The order of dispatch.
    pub order: Order,
    /// The seed of all draws.
    pub seed: u64,
    /// What every wait and every amount of computing was multiplied with.
    pub time_scale: f64,
    /// How many threads the machine really runs at once, at least 1.
    pub logical_cpus: u32,
    /// How many lane-seconds workers were held for want of licences or memory, by
    /// pauses, or to try again.
    pub held_s: f64,
    /// The cases, in listed order.
    pub cases: Vec<InputCase>,
}

/// A case of a report. Times are finite and not negative.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InputCase {
    /// What became of it.
    pub status: Status,
    /// How long its last attempt took, in seconds.
    pub time_s: Option<f64>,
    /// How much of that it waited.
    pub waited_s: Option<f64>,
    /// How much CPU time it used.
    pub cpu_s: Option<f64>,
    /// How long it was meant to take.
    pub intended_s: Option<f64>,
}

impl ReportInput {
    /// What the JSON of this report would say.
    #[must_use]
    pub fn of(report: &RunReport) -> Self {
        let plan = &report.frozen.plan;
        let case = |(index, record): (usize, &CaseRecord)| InputCase {
            status: record.status,
            time_s: record.has_started().then(|| s_from_ns(record.time_ns())),
            waited_s: record.waited_ns.map(s_from_ns),
            cpu_s: record.cpu_ns.map(s_from_ns),
            intended_s: report.frozen.lengths.intended_s(index),
        };
        Self {
            workload: report.frozen.workload,
            strategy: plan.strategy,
            workers: plan.workers,
            batch: plan.batch,
            order: plan.order,
            seed: plan.seed,
            time_scale: plan.time_scale,
            logical_cpus: report.machine.logical_cpus.max(1),
            held_s: report.figures.account.map_or(0.0, |account| account.held),
            cases: report.state.records().iter().enumerate().map(case).collect(),
        }
    }
}

impl ReportInput {
    /// Whether the cases held each other up and it is not known how long they take
    /// alone: programs that computed on shared CPUs.
    pub(crate) fn is_stretched(&self) -> bool {
        let apart = |case: &InputCase| case.intended_s.is_some() || case.waited_s.is_some();
        if self.workers <= self.logical_cpus || self.cases.iter().all(apart) {
            return false;
        }
        let done = || self.cases.iter().filter(|case| case.status == Status::Done);
        let sum = |of: fn(&InputCase) -> Option<f64>| done().filter_map(of).sum::<f64>();
        sum(|case| case.cpu_s) >= WAITS * sum(|case| case.time_s)
    }
}

/// Why a report cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}", .place.map_or(String::new(), shown))]
pub struct ReportInputError {
    /// Line and column, each from 1, where they are known.
    pub place: Option<(usize, usize)>,
    /// What was expected, what was found, what to do.
    pub message: String,
}

fn shown((line, column): (usize, usize)) -> String {
    format!("line {line}, column {column}: ")
}

/// Reads a run report in JSON, one case after another.
pub fn read_report(from: impl Read) -> Result<ReportInput, ReportInputError> {
    let from = without_mark(Limited { from, left: MOST_BYTES })?;
    let json: RunJson =
        serde_json::from_reader(BufReader::new(from)).map_err(|error| explained(&error))?;
    Ok(ReportInput {
        workload: json.workload,
        strategy: json.strategy,
        workers: json.workers,
        batch: json.batch,
        order: json.order,
        seed: json.seed,
        time_scale: json.time_scale,
        logical_cpus: json.machine.logical_cpus,
        held_s: json.account.map_or(0.0, |account| account.held),
        cases: json.cases.map_err(|message| ReportInputError { place: None, message })?,
    })
}

#[derive(Deserialize)]
#[serde(expecting = "a run report, which begins with {\"schema\": \"caselanes.run/1\"")]
struct RunJson {
    #[serde(rename = "schema", deserialize_with = "schema")]
    _schema: (),
    #[serde(deserialize_with = "workload")]
    workload: WorkloadName,
    #[serde(deserialize_with = "strategy")]
    strategy: Strategy,
    #[serde(deserialize_with = "at_least_one")]
    workers: u32,
    #[serde(deserialize_with = "batch")]
    batch: Option<u32>,
    #[serde(deserialize_with = "order")]
    order: Order,
    seed: u64,
    #[serde(deserialize_with = "time_scale")]
    time_scale: f64,
    machine: InputMachineJson,
    #[serde(default)]
    account: Option<JsonAccount>,
    #[serde(deserialize_with = "cases")]
    cases: ColumnsJson,
}

/// The cases, or what is wrong with their indices: the parser has gone on by
/// then and does not know the place.
type ColumnsJson = Result<Vec<InputCase>, String>;

#[derive(Deserialize)]
#[serde(expecting = "the machine, an object")]
struct InputMachineJson {
    #[serde(deserialize_with = "at_least_one")]
    logical_cpus: u32,
}

#[derive(Deserialize)]
#[serde(expecting = "the account, an object")]
struct JsonAccount {
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

/// A time in seconds or null. With a function of its own a key that is missing
/// is an error, not null.
fn time<'de, D: Deserializer<'de>>(from: D) -> Result<Option<f64>, D::Error> {
    match Option::deserialize(from)? {
        Some(time_s) if !(0.0..=LONGEST_S).contains(&time_s) => Err(D::Error::custom(format!(
            "expected a time from 0 to {LONGEST_S:e} s or null, found {time_s}"
        ))),
        time_s => Ok(time_s),
    }
}

fn cases<'de, D: Deserializer<'de>>(from: D) -> Result<ColumnsJson, D::Error> {
    from.deserialize_seq(InputCasesJson { most: MOST_CASES })
}

/// Takes the cases one by one.
struct InputCasesJson {
    most: usize,
}

impl<'de> Visitor<'de> for InputCasesJson {
    type Value = ColumnsJson;

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
                    "expected the case with index {expected}, found index {found}: each case \
                     stands once and in listed order"
                )));
            }
            if cases.len() == self.most {
                let most = self.most;
                return Err(A::Error::custom(format!("expected at most {most} cases, found more")));
            }
            let InputCaseJson { status, time_s, waited_s, cpu_s, intended_s, .. } = case;
            cases.push(InputCase { status, time_s, waited_s, cpu_s, intended_s });
        }
        Ok(Ok(cases))
    }
}

/// Reads no more than is left.
struct Limited<R> {
    from: R,
    left: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(to)?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| {
            let most = MOST_BYTES >> 30;
            io::Error::other(format!("expected a run report of at most {most} GiB, found more"))
        })?;
        Ok(read)
    }
}

/// Passes over a byte order mark, which some editors and shells write.
fn without_mark<R: Read>(mut from: R) -> Result<impl Read, ReportInputError> {
    let mut head = Vec::new();
    let unreadable =
        |error: io::Error| ReportInputError { place: None, message: read_error_text(&error) };
    from.by_ref().take(3).read_to_end(&mut head).map_err(unreadable)?;
    if head.starts_with(&[0xFF, 0xFE]) || head.starts_with(&[0xFE, 0xFF]) {
        let message = "expected UTF-8 text, found UTF-16, as some shells write into a file; write \
                       the report with --output";
        return Err(ReportInputError { place: None, message: message.to_owned() });
    }
    if head == [0xEF, 0xBB, 0xBF] {
        head.clear();
    }
    Ok(io::Cursor::new(head).chain(from))
}

/// The parser's error in the words of this house.
fn explained(error: &serde_json::Error) -> ReportInputError {
    let (line, column) = (error.line(), error.column());
    let text = error.to_string();
    let text = text.strip_suffix(&format!(" at line {line} column {column}")).unwrap_or(&text);
    let message = match error.classify() {
        Category::Io => text.to_owned(),
        Category::Eof if (line, column) == (1, 0) => {
            "expected a run report, found an empty file".to_owned()
        }
        Category::Eof => "expected the rest of the report, found the end of the file: it was cut \
                          off; use the whole file"
            .to_owned(),
        Category::Syntax => format!("expected a run report in JSON, found what is none: {text}"),
        Category::Data => expected_and_found(text),
    };
    let place = (line > 0 && (line, column) != (1, 0)).then_some((line, column));
    ReportInputError { place, message }
}

/// `invalid type: null, expected u32` the other way round.
fn expected_and_found(text: &str) -> String {
    if let Some(key) = text.strip_prefix("missing field ") {
        return format!("expected the key {key}, found the end of its object");
    }
    if let Some(key) = text.strip_prefix("duplicate field ") {
        return format!("expected the key {key} once, found it again");
    }
    if let Some((_, expected)) = text.strip_prefix("invalid length ").and_then(divided) {
        return format!("expected {expected}, found a list");
    }
    let invalid = text.strip_prefix("invalid type: ").or(text.strip_prefix("invalid value: "));
    match invalid.and_then(divided) {
        Some((found, expected)) => {
            let expected = match expected {
                "u32" | "u64" | "usize" => "a whole number of at least 0",
                "f64" => "a number",
                other => other,
            };
            format!("expected {expected}, found {found}")
        }
        None => text.to_owned(),
    }
}

fn divided(text: &str) -> Option<(&str, &str)> {
    text.split_once(", expected ")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::report::export::json::write_json;
    use crate::report::run_report::{Machine, RunReport};
    use crate::run::replay;
    use crate::study::{CaseTable, ClockChoice, FrozenPlan, FrozenStudy, Lengths, SeriesChoice};

    /// The report of a run on the virtual clock.
    fn report() -> String {
        let mut cases = CaseTable::default();
        let lengths_s = vec![0.1 + 0.2, 8.0, 0.0];
        for &length_s in &lengths_s {
            cases.push("a \"name\"", length_s, 1.0, &[]);
        }
        let plan = FrozenPlan {
            limits: crate::study::Limits::default(),
            strategy: Strategy::Batches,
            workers: 2,
            batch: Some(3),
            order: Order::Longest,
            seed: u64::MAX,
            time_scale: 0.1,
            series: SeriesChoice::Estimate,
            clock: ClockChoice::Virtual,
        };
        let lengths = Lengths::Seconds(lengths_s);
        let frozen =
            FrozenStudy { cases, workload: WorkloadName::Wait, plan, lengths, program: None };
        let state = replay(&frozen);
        let machine = Machine { logical_cpus: 4, os: "linux" };
        let mut text = Vec::new();
        write_json(&RunReport::new(Arc::new(frozen), state, machine), &mut text).unwrap();
        String::from_utf8(text).unwrap()
    }

    fn error(text: &str) -> String {
        read_report(text.as_bytes()).unwrap_err().to_string()
    }

    #[test]
    fn what_is_written_is_read_back() {
        let recorded = read_report(report().as_bytes()).unwrap();
        let case = |time_s| InputCase {
            status: Status::Done,
            time_s: Some(time_s),
            waited_s: None,
            cpu_s: None,
            intended_s: Some(time_s),
        };
        // The time is in whole nanoseconds, what was intended is not.
        let first = InputCase { intended_s: Some(0.1 + 0.2), ..case(0.3) };
        assert_eq!(
            recorded,
            ReportInput {
                workload: WorkloadName::Wait,
                strategy: Strategy::Batches,
                workers: 2,
                batch: Some(3),
                order: Order::Longest,
                seed: u64::MAX,
                time_scale: 0.1,
                logical_cpus: 4,
                held_s: 0.0,
                cases: vec![first, case(8.0), case(0.0)],
            }
        );
    }

    #[test]
    fn keys_may_come_in_any_order_and_more_may_come() {
        let text = report();
        let last = text.replace("\"schema\": \"caselanes.run/1\",", "\"more\": [{}],");
        let last = last.replace("\n}", ",\n  \"schema\": \"caselanes.run/1\"}");
        let marked = format!("\u{FEFF}{last}");
        assert_eq!(read_report(marked.as_bytes()), read_report(text.as_bytes()));
    }

    #[test]
    fn another_schema_is_named() {
        let sweep = "{\"schema\": \"caselanes.sweep/1\", \"strategy\": \"threads\"}";
        assert_eq!(
            error(sweep),
            "line 1, column 31: expected a run report with the schema \"caselanes.run/1\", found \
             the schema \"caselanes.sweep/1\"; write one with: caselanes run --format json"
        );
        let expected = "expected the key `schema`, found the end of its object";
        assert!(error("{\"a\": 1}").ends_with(expected), "{}", error("{\"a\": 1}"));
        for (text, found) in [("[]", "a list"), ("3", "integer `3`"), ("null", "null")] {
            let error = error(text);
            assert!(error.contains("expected a run report"), "{error}");
            assert!(error.ends_with(&format!("found {found}")), "{error}");
        }
    }

    #[test]
    fn a_cut_file_says_so_wherever_it_is_cut() {
        let text = report();
        assert_eq!(error(""), "expected a run report, found an empty file");
        for end in 1..text.trim_end().len() {
            let error = error(&text[..end]);
            let cut = "found the end of the file: it was cut off";
            // Within 0.1 there are 0, which is no time scale, and 0., which is no number.
            let within = text[..end].ends_with(": 0") || text[..end].ends_with('.');
            assert!(error.contains(cut) || within, "{end}: {error}");
            assert!(error.starts_with("line "), "{end}: {error}");
        }
    }

    #[test]
    fn what_is_no_json_says_so() {
        assert_eq!(
            error("name,x,y\n"),
            "line 1, column 2: expected a run report in JSON, found what is none: expected ident"
        );
        let twice = error(&report().repeat(2));
        assert!(twice.ends_with("found what is none: trailing characters"), "{twice}");
        let utf_16 = read_report([0xFF, 0xFE, b'{', 0].as_slice()).unwrap_err();
        assert!(utf_16.message.starts_with("expected UTF-8 text, found UTF-16"));
        let bytes = read_report(b"\x7fELF\x02\0".as_slice()).unwrap_err();
        assert!(bytes.message.starts_with("expected a run report in JSON"), "{bytes}");
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_says_so() {
        let folder = std::fs::File::open(env!("CARGO_MANIFEST_DIR")).unwrap();
        let error = read_report(folder).unwrap_err();
        assert_eq!(error.to_string(), "expected a file, found a folder");
    }

    #[test]
    fn a_wrong_value_is_named_with_its_line() {
        let text = report();
        for (from, to, line, expected) in [
            ("\"workers\": 2", "\"workers\": \"2\"", 5, "a whole number of at least 0, found str"),
            ("\"workers\": 2", "\"workers\": 0", 5, "a whole number of at least 1, found 0"),
            ("\"workers\": 2", "\"workers\": -2", 5, "a whole number of at least 0, found int"),
            ("\"batch\": 3", "\"batch\": 0", 6, "a batch of at least 1 case or null, found 0"),
            ("\"time_scale\": 0.1", "\"time_scale\": 0", 10, "a time scale above 0, found 0"),
            ("\"time_s\": 8.0", "\"time_s\": -1", 21, "a time from 0 to 1e10 s or null, found -1"),
            ("\"time_s\": 8.0", "\"time_s\": \"8\"", 21, "a number, found string \"8\""),
            ("\"cpu_s\": null, ", "", 20, "the key `cpu_s`, found the end of its object"),
            ("\"index\": 1", "\"index\": 1.5", 21, "a whole number of at least 0, found floating"),
            ("\"seed\": ", "\"seed\": 1, \"seed\": ", 9, "the key `seed` once, found it again"),
            ("{\"index\": 1", "7, {\"index\": 1", 21, "a case, an object, found integer `7`"),
        ] {
            assert!(text.contains(from), "{from}");
            let error = error(&text.replacen(from, to, 1));
            assert!(error.contains(&format!("expected {expected}")), "{error}");
            assert!(error.starts_with(&format!("line {line}, column ")), "{error}");
        }
        for (from, to, expected) in [
            ("\"wait\"", "\"await\"", "unknown workload \"await\"; known are demo"),
            ("\"batches\"", "\"fast\"", "unknown strategy \"fast\"; known are series"),
            ("\"longest\"", "\"best\"", "unknown order \"best\"; known are listed"),
            ("\"index\": 1", "\"index\": 0", "expected the case with index 1, found index 0: each"),
            ("\"index\": 1", "\"index\": 2", "expected the case with index 1, found index 2: each"),
            ("\"done\"", "\"over\"", "unknown status \"over\"; known are not-run"),
            ("\"time_s\": 8.0", "\"time_s\": 1e999", "number out of range"),
            ("\"time_s\": 8.0", "\"time_s\": NaN", "found what is none"),
        ] {
            let error = error(&text.replacen(from, to, 1));
            assert!(error.contains(expected), "{error}");
        }
    }

    #[test]
    fn what_is_too_large_is_not_read_to_its_end() {
        let mut text = String::new();
        let mut limited = Limited { from: io::repeat(b' '), left: 1 << 20 };
        let error = limited.read_to_string(&mut text).unwrap_err();
        assert_eq!(error.to_string(), "expected a run report of at most 8 GiB, found more");
        let case = |index| {
            format!(
                "{{\"index\": {index}, \"status\": \"done\", \"time_s\": 1, \"waited_s\": null, \
                 \"cpu_s\": null, \"intended_s\": null}}"
            )
        };
        let three = format!("[{}, {}, {}]", case(0), case(1), case(2));
        let take = |most| {
            serde_json::Deserializer::from_str(&three).deserialize_seq(InputCasesJson { most })
        };
        assert_eq!(take(3).unwrap().unwrap().len(), 3);
        let error = explained(&take(2).unwrap_err());
        assert_eq!(error.message, "expected at most 2 cases, found more");
    }
}
