//! Chrome trace JSON, as Bazel, clang, nextest and this program write it.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use serde_json::error::Category;

use super::log_cases::{LogCase, LogCases, LogTime};
use crate::report::import::read_error::ReportInputError;
use crate::report::run_source::LogKind;
use crate::run::Status;
use crate::study::parse_name;
use crate::text::count;

const MICROSECOND_NS: f64 = 1e3;

/// Longest time that is read, in microseconds.
const MAX_US: f64 = 9e15;

pub fn is_chrome_trace(text: &str) -> bool {
    let text = text.trim_start();
    let is_list = text.strip_prefix('[').is_some_and(|rest| rest.trim_start().starts_with('{'));
    is_list || text.starts_with('{') && text.contains("\"traceEvents\"")
}

#[derive(Deserialize)]
struct TraceEventJson {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    ph: Option<String>,
    #[serde(default)]
    ts: Option<f64>,
    #[serde(default)]
    dur: Option<f64>,
    #[serde(default)]
    pid: Option<Value>,
    #[serde(default)]
    tid: Option<Value>,
    #[serde(default)]
    args: Option<Value>,
}

/// A slice of a thread.
struct TraceSlice {
    name: String,
    thread: Option<u32>,
    start_ns: i64,
    end_ns: i64,
    status: Option<Status>,
    /// Run and index of the case, and number of the attempt, in traces of this program.
    attempt: Option<((u64, u64), u64)>,
}

/// Slices and those that have begun, by thread.
#[derive(Default)]
struct TraceSlices {
    slices: Vec<TraceSlice>,
    threads: HashMap<String, u32>,
    open: HashMap<u32, Vec<(String, i64, Option<Status>)>>,
    problem: Option<String>,
}

/// Reads the slices that are not part of another one on their thread.
///
/// Programs may write the list of events without its end.
pub fn read_chrome_trace(text: &str) -> Result<LogCases, ReportInputError> {
    let mut found = TraceSlices::default();
    let mut json = serde_json::Deserializer::from_str(text);
    let read = TraceSeed(&mut found).deserialize(&mut json).and_then(|()| json.end());
    let is_list = text.trim_start().starts_with('[');
    let is_cut = match read {
        Ok(()) => false,
        Err(error) if is_list && error.classify() == Category::Eof && error.line() > 0 => true,
        Err(error) => {
            let message = found.problem.take();
            let error = ReportInputError::of_json(&error, "a Chrome trace");
            return Err(
                message.map_or(error.clone(), |message| ReportInputError { message, ..error })
            );
        }
    };
    let mut log = LogCases::new(LogKind::ChromeTrace, &[]);
    let open_count = found.open.values().map(Vec::len).sum::<usize>();
    if open_count > 0 {
        let events = count(open_count, "event");
        log.notes.push(format!("{events} without an end left out: phase B without its E"));
    }
    let slices = outermost(found.slices);
    if is_cut && slices.is_empty() {
        return Err(ReportInputError::without_place(
            "expected a Chrome trace with slices, found none",
        ));
    }
    // Traces of this program hold every attempt, and count from the start of the run.
    let is_own = !slices.is_empty() && slices.iter().all(|slice| slice.attempt.is_some());
    log.origin_ns = is_own.then_some(0);
    let mut slices = slices;
    if is_own {
        // Each process is a run or a session of one, with times from its own start.
        let process = |slice: &TraceSlice| slice.attempt.map(|((process, _), _)| process);
        let last = slices.iter().map(process).max().flatten();
        let all = slices.len();
        slices.retain(|slice| process(slice) == last);
        if slices.len() < all {
            let text = "the trace holds several runs or sessions; only the last was read";
            log.notes.push(text.to_owned());
        }
        slices.sort_by_key(|slice| slice.attempt.map(|(case, attempt)| (case, Reverse(attempt))));
    }
    let mut latest = None;
    for slice in slices {
        let case = slice.attempt.map(|(case, _)| case);
        if case.is_some() && case == latest {
            let status = slice.status.unwrap_or(Status::Failed);
            log.push_earlier(slice.start_ns, slice.end_ns, status);
            continue;
        }
        latest = case;
        let status = slice.status.unwrap_or(Status::Done);
        let has_failed = matches!(status, Status::Failed | Status::TimedOut | Status::Cancelled);
        log.push(LogCase {
            name: &slice.name,
            time: LogTime::Span(slice.start_ns, slice.end_ns),
            status,
            error: has_failed.then(|| status.name().to_owned()),
            ..LogCase::default()
        });
    }
    if is_cut {
        let text = "the list of events has no end; an incomplete last event was dropped";
        log.notes.push(text.to_owned());
    }
    Ok(log)
}

/// Removes the slices within another slice of their thread, which are details of it.
fn outermost(slices: Vec<TraceSlice>) -> Vec<TraceSlice> {
    let mut order: Vec<usize> = (0..slices.len()).collect();
    order.sort_by_key(|&at| (slices[at].thread, slices[at].start_ns, -slices[at].end_ns));
    let mut is_detail = vec![false; slices.len()];
    let mut outer: Option<&TraceSlice> = None;
    for at in order {
        let slice = &slices[at];
        let is_within = |outer: &TraceSlice| {
            slice.thread.is_some()
                && outer.thread == slice.thread
                && slice.start_ns < outer.end_ns
                && slice.end_ns <= outer.end_ns
        };
        if outer.is_some_and(is_within) {
            is_detail[at] = true;
        } else {
            outer = Some(slice);
        }
    }
    let slices = slices.into_iter().zip(is_detail);
    slices.filter(|(_, is_detail)| !is_detail).map(|(slice, _)| slice).collect()
}

impl TraceSlices {
    fn add(&mut self, event: &TraceEventJson) -> Result<(), String> {
        let phase = event.ph.as_deref().unwrap_or_default();
        if !matches!(phase, "X" | "B" | "E") {
            return Ok(());
        }
        let name = event.name.clone().unwrap_or_default();
        let ns = |key: &str, us: Option<f64>| match us {
            #[expect(clippy::cast_possible_truncation, reason = "within the range")]
            Some(us) if us.abs() < MAX_US => Ok((us * MICROSECOND_NS).round() as i64),
            Some(us) => Err(format!("expected {key} in microseconds, found {us}")),
            None => Err(format!("expected {key} of the event {name:?}, found none")),
        };
        let start_ns = ns("ts", event.ts)?;
        let thread = self.thread(event);
        let run = event.pid.as_ref().and_then(Value::as_u64).unwrap_or(0);
        let argument = |key: &str| event.args.as_ref().and_then(|args| args.get(key));
        let status = argument("status").and_then(Value::as_str);
        let status = status.and_then(|status| parse_name("status", status).ok());
        let number = |key: &str| argument(key).and_then(Value::as_u64);
        let attempt = number("index").zip(number("attempt")).filter(|_| status.is_some());
        let attempt = attempt.map(|(case, attempt)| ((run, case), attempt));
        let own_name = argument("name").and_then(Value::as_str).filter(|_| attempt.is_some());
        match phase {
            "X" => {
                let end_ns = start_ns + ns("dur", event.dur)?;
                if end_ns < start_ns {
                    return Err(format!("expected dur of at least 0, found that of {name:?}"));
                }
                let name = own_name.map_or_else(|| name.clone(), str::to_owned);
                self.slices.push(TraceSlice { name, thread, start_ns, end_ns, status, attempt });
            }
            "B" => self.open.entry(thread.unwrap_or(0)).or_default().push((name, start_ns, status)),
            _ => {
                let begun = self.open.get_mut(&thread.unwrap_or(0)).and_then(Vec::pop);
                if let Some((name, from_ns, begun_status)) = begun {
                    let (end_ns, status) = (start_ns.max(from_ns), status.or(begun_status));
                    let (start_ns, attempt) = (from_ns, None);
                    self.slices.push(TraceSlice {
                        name,
                        thread,
                        start_ns,
                        end_ns,
                        status,
                        attempt,
                    });
                }
            }
        }
        Ok(())
    }

    /// Returns the number of a thread, from 1.
    fn thread(&mut self, event: &TraceEventJson) -> Option<u32> {
        let id = event.tid.as_ref()?;
        let key = event.pid.as_ref().map_or(format!("{id}"), |pid| format!("{pid} {id}"));
        let next = u32::try_from(self.threads.len() + 1).unwrap_or(u32::MAX);
        Some(*self.threads.entry(key).or_insert(next))
    }
}

/// Reads the list of events, or the object that holds it.
struct TraceSeed<'a>(&'a mut TraceSlices);

impl<'de> DeserializeSeed<'de> for TraceSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for TraceSeed<'_> {
    type Value = ();

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("a list of trace events")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<(), A::Error> {
        while let Some(event) = from.next_element::<TraceEventJson>()? {
            if let Err(problem) = self.0.add(&event) {
                self.0.problem = Some(problem);
                return Err(serde::de::Error::custom("bad event"));
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<(), A::Error> {
        let mut has_events = false;
        while let Some(key) = from.next_key::<String>()? {
            if key == "traceEvents" {
                has_events = true;
                from.next_value_seed(TraceSeed(&mut *self.0))?;
            } else {
                from.next_value::<IgnoredAny>()?;
            }
        }
        if has_events { Ok(()) } else { Err(serde::de::Error::missing_field("traceEvents")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(text: &str) -> Vec<(String, u64, u64)> {
        let report = read_chrome_trace(text).unwrap().into_report();
        let spans = report.cases().map(|(case, record)| {
            (case.name.to_owned(), record.start_ns / 1000, record.end_ns / 1000)
        });
        spans.collect()
    }

    #[test]
    fn complete_events_and_pairs_are_cases_and_details_are_not() {
        let text = r#"{"otherData": {}, "traceEvents": [
            {"ph": "M", "name": "thread_name", "pid": 1, "tid": 1, "args": {"name": "x"}},
            {"ph": "X", "name": "compile", "pid": 1, "tid": 1, "ts": 10, "dur": 100},
            {"ph": "X", "name": "parse", "pid": 1, "tid": 1, "ts": 20, "dur": 90},
            {"ph": "B", "name": "link", "pid": 1, "tid": "b", "ts": 50.5},
            {"ph": "C", "name": "cpu", "pid": 1, "ts": 50, "args": {"v": 1}},
            {"ph": "E", "pid": 1, "tid": "b", "ts": 60.5},
            {"ph": "X", "name": "next", "pid": 1, "tid": 1, "ts": 110, "dur": 0}
        ]}"#;
        assert!(is_chrome_trace(text));
        let expected = [("compile", 0, 100), ("link", 40, 50), ("next", 100, 100)];
        let expected = expected.map(|(name, start, end)| (name.to_owned(), start, end));
        assert_eq!(spans(text), expected);
        let without_threads = r#"[{"ph": "X", "name": "a", "ts": 0, "dur": 9},
            {"ph": "X", "name": "b", "ts": 1, "dur": 2}]"#;
        assert_eq!(spans(without_threads).len(), 2);
    }

    #[test]
    fn what_is_left_out_is_noted() {
        let open = r#"[{"ph": "X", "name": "a", "tid": 1, "ts": 0, "dur": 9},
            {"ph": "B", "name": "b", "tid": 1, "ts": 10}]"#;
        let notes = read_chrome_trace(open).unwrap().notes;
        assert_eq!(notes, ["1 event without an end left out: phase B without its E"]);
        let own = |pid: u32, index: u32| {
            format!(
                r#"{{"ph": "X", "name": "a", "pid": {pid}, "tid": 0, "ts": 0, "dur": {pid},
                "args": {{"index": {index}, "attempt": 1, "status": "done"}}}}"#
            )
        };
        let text = format!("[{}, {}, {}]", own(2, 0), own(3, 1), own(2, 2));
        assert_eq!(spans(&text), [("a".to_owned(), 0, 3)]);
        assert_eq!(read_chrome_trace(&text).unwrap().notes.len(), 1);
    }

    #[test]
    fn a_list_without_an_end_is_read_and_other_errors_have_their_line() {
        let event = r#"{"ph": "X", "name": "a", "tid": 1, "ts": 0, "dur": 9}"#;
        for torn in
            [format!("[{event},\n"), format!("[{event}"), format!("[{event},\n{{\"ph\": \"X")]
        {
            let log = read_chrome_trace(&torn).unwrap();
            assert_eq!((log.len(), log.notes.len()), (1, 1), "{torn}");
        }
        let bad = format!("[{event},\n{}]", event.replace(", \"dur\": 9", ""));
        let error = read_chrome_trace(&bad).unwrap_err();
        assert_eq!(error.message, "expected dur of the event \"a\", found none");
        assert_eq!(error.place.map(|place| place.0), Some(2));
        assert!(read_chrome_trace("{}").is_err() && read_chrome_trace("").is_err());
        assert!(read_chrome_trace("{\"traceEvents\": [").is_err());
        assert!(!is_chrome_trace("[1, 2]") && !is_chrome_trace("{\"results\": []}"));
    }
}
