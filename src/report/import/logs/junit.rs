//! `JUnit` XML. That of nextest tells when each test started; plain `JUnit` has lengths only.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::log_cases::{LogCase, LogCases, LogTime};
use super::log_times::{date_ns, number_ns};
use crate::report::import::read_error::ReportInputError;
use crate::report::run_source::LogKind;
use crate::run::Status;

const SECOND_NS: u32 = 1_000_000_000;

/// Longest end of an output that is kept, in bytes.
const TAIL_BYTES: usize = 2000;

/// Attempt at a test.
#[derive(Debug, Clone, Copy)]
struct TestAttempt {
    start_ns: Option<i64>,
    length_ns: Option<u64>,
    status: Status,
}

/// A test while its element is read.
struct TestElement {
    name: String,
    class: String,
    main: TestAttempt,
    /// Attempts besides the main one.
    others: Vec<TestAttempt>,
    error: Option<String>,
    output: String,
}

pub fn is_junit(text: &str) -> bool {
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event() {
            Ok(Event::Decl(_) | Event::Comment(_) | Event::Text(_) | Event::PI(_)) => {}
            Ok(Event::Start(start) | Event::Empty(start)) => {
                return matches!(start.name().as_ref(), "testsuites" | "testsuite");
            }
            _ => return false,
        }
    }
}

/// Reads the tests of all suites.
pub fn read_junit(text: &str) -> Result<LogCases, ReportInputError> {
    let mut reader = Reader::from_str(text);
    let mut log = LogCases::new(LogKind::Junit, &["class"]);
    log.has_dates = true;
    let mut test: Option<TestElement> = None;
    let (mut open, mut has_suite) = (0_u32, false);
    let mut in_output = false;
    loop {
        let line = |reader: &Reader<&[u8]>| {
            let at =
                usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX).min(text.len());
            1 + String::from_utf8_lossy(&text.as_bytes()[..at]).matches('\n').count()
        };
        let event = reader.read_event();
        match event {
            Err(error) => {
                return Err(ReportInputError::in_line(line(&reader), format!("not XML: {error}")));
            }
            Ok(Event::Eof) if open > 0 => {
                let message = "the report is cut off: found the end of the file";
                return Err(ReportInputError::in_line(line(&reader), message));
            }
            Ok(Event::Eof) => break,
            Ok(event) => {
                let (element, is_empty) = match &event {
                    Event::Start(element) => (Some(element), false),
                    Event::Empty(element) => (Some(element), true),
                    _ => (None, false),
                };
                if let Some(element) = element {
                    open += u32::from(!is_empty);
                    let name = element.name();
                    has_suite |= matches!(name.as_ref(), "testsuites" | "testsuite");
                    let bad = |message| ReportInputError::in_line(line(&reader), message);
                    begin(element, &mut test).map_err(bad)?;
                    in_output = !is_empty && has_output(name.as_ref());
                    if is_empty && name.as_ref() == "testcase" {
                        finish(&mut log, test.take());
                    }
                }
                match &event {
                    Event::Text(found) if in_output => {
                        add_output(&mut test, found);
                    }
                    Event::GeneralRef(found) if in_output => {
                        let name: &str = found;
                        let escaped = format!("&{name};");
                        let text = quick_xml::escape::unescape(&escaped);
                        add_output(&mut test, text.as_deref().unwrap_or(&escaped));
                    }
                    Event::CData(found) if in_output => {
                        add_output(&mut test, found);
                    }
                    Event::End(element) => {
                        open -= 1;
                        in_output = false;
                        if element.name().as_ref() == "testcase" {
                            finish(&mut log, test.take());
                        }
                    }
                    _ => {}
                }
            }
        }
    }
    if has_suite {
        Ok(log)
    } else {
        let first = crate::text::quoted(text.lines().next().unwrap_or_default());
        let message = format!("expected a JUnit report, found {first}");
        Err(ReportInputError::in_line(1, message))
    }
}

/// Notes what an element says about a test.
fn begin(element: &BytesStart<'_>, test: &mut Option<TestElement>) -> Result<(), String> {
    let attribute = |key: &str| -> Option<String> {
        let found = element.try_get_attribute(key).ok()??;
        let text: &str = &found.value;
        Some(quick_xml::escape::unescape(text).map_or(text.to_owned(), Cow::into_owned))
    };
    let attempt = |status| -> Result<TestAttempt, String> {
        let time = attribute("time").map(|text| {
            // Some tools group thousands.
            let plain = text.trim().replace(',', "");
            let ns = number_ns(&plain, SECOND_NS).and_then(|ns| u64::try_from(ns).ok());
            ns.ok_or_else(|| format!("expected a time in seconds, found {text:?}"))
        });
        let start_ns = attribute("timestamp").and_then(|text| date_ns(text.trim()));
        Ok(TestAttempt { start_ns, length_ns: time.transpose()?, status })
    };
    let name = element.name();
    if name.as_ref() == "testcase" {
        *test = Some(TestElement {
            name: attribute("name").unwrap_or_default(),
            class: attribute("classname").unwrap_or_default(),
            main: attempt(Status::Done)?,
            others: Vec::new(),
            error: None,
            output: String::new(),
        });
        return Ok(());
    }
    let Some(test) = test else { return Ok(()) };
    match name.as_ref() {
        "failure" | "error" => {
            test.main.status = Status::Failed;
            let message = attribute("message").or_else(|| attribute("type"));
            test.error = Some(message.unwrap_or_else(|| "failed".to_owned()));
        }
        "skipped" => test.main.status = Status::NotRun,
        "flakyFailure" | "flakyError" | "rerunFailure" | "rerunError" => {
            test.others.push(attempt(Status::Failed)?);
        }
        _ => {}
    }
    Ok(())
}

/// Whether the text of an element is output of the test.
fn has_output(element: &str) -> bool {
    matches!(element, "system-out" | "system-err" | "failure" | "error")
}

fn add_output(test: &mut Option<TestElement>, text: &str) {
    if let Some(test) = test {
        test.output.push_str(text);
        let from = test.output.len().saturating_sub(TAIL_BYTES);
        test.output.drain(..test.output.ceil_char_boundary(from));
    }
}

/// Adds a test with all its attempts; the one that started last counts.
fn finish(log: &mut LogCases, test: Option<TestElement>) {
    let Some(TestElement { name, class, main, others, error, output }) = test else { return };
    let mut attempts = others;
    attempts.push(main);
    let has_starts = attempts.iter().all(|attempt| attempt.start_ns.is_some());
    if has_starts {
        attempts.sort_by_key(|attempt| attempt.start_ns);
    } else {
        // Only the main attempt belongs to the length of the test.
        attempts = vec![main];
    }
    let Some((TestAttempt { start_ns, length_ns, status }, earlier)) = attempts.split_last() else {
        return;
    };
    let has_failed = *status == Status::Failed;
    log.push(LogCase {
        name: &name,
        cells: &[&class],
        time: test_time(*start_ns, length_ns.filter(|_| *status != Status::NotRun)),
        status: *status,
        error: has_failed.then(|| error.unwrap_or_else(|| "failed".to_owned())),
        output_tail: (has_failed && !output.is_empty()).then_some(output),
        ..LogCase::default()
    });
    for &TestAttempt { start_ns, length_ns, status } in earlier {
        if let LogTime::Span(start_ns, end_ns) = test_time(start_ns, length_ns) {
            log.push_earlier(start_ns, end_ns, status);
        }
    }
}

fn test_time(start_ns: Option<i64>, length_ns: Option<u64>) -> LogTime {
    match (start_ns, length_ns) {
        (_, None) => LogTime::None,
        (None, Some(length_ns)) => LogTime::Length(length_ns),
        (Some(start_ns), Some(length_ns)) => {
            let length_ns = i64::try_from(length_ns).unwrap_or(i64::MAX);
            LogTime::Span(start_ns, start_ns.saturating_add(length_ns))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_reports_have_lengths_only() {
        let text = r#"<?xml version="1.0"?>
<testsuite name="s" timestamp="2026-01-31T12:00:00Z">
  <testcase classname="a.B" name="x &lt; y" time="1,234.5"/>
  <testcase classname="a.B" name="bad" time="0.25"><failure message="no &amp; no">at line 3</failure></testcase>
  <testcase classname="a.B" name="left" time="0"><skipped/></testcase>
</testsuite>"#;
        assert!(is_junit(text));
        let report = read_junit(text).unwrap().into_report();
        let cases: Vec<_> = report
            .cases()
            .map(|(case, record)| (case.name, record.time_ns() / 1_000_000, record.status))
            .collect();
        assert_eq!(
            cases,
            [
                ("x < y", 1_234_500, Status::Done),
                ("bad", 250, Status::Failed),
                ("left", 0, Status::NotRun)
            ]
        );
        assert_eq!(report.error(1), Some("no & no"));
        assert_eq!(report.state.notes.output_tail(1), Some("at line 3"));
        assert!(!report.source.has_starts());
    }

    #[test]
    fn attempts_of_a_test_have_their_own_times() {
        let text = r#"<testsuites><testsuite name="s">
  <testcase name="flaky" classname="s" timestamp="2026-01-31T12:00:02.000+00:00" time="1">
    <flakyFailure timestamp="2026-01-31T12:00:00.000+00:00" time="1.5" type="x"/>
  </testcase>
  <testcase name="bad" classname="s" timestamp="2026-01-31T12:00:01.000+00:00" time="1">
    <failure type="test failure"/>
    <rerunFailure timestamp="2026-01-31T12:00:02.500+00:00" time="2"/>
  </testcase>
</testsuite></testsuites>"#;
        let report = read_junit(text).unwrap().into_report();
        assert_eq!(report.figures.total_parallel_s, Some(4.5));
        let record = report.state.records[0];
        assert_eq!(
            (record.status, record.attempts, record.time_ns()),
            (Status::Done, 2, 1_000_000_000)
        );
        let record = report.state.records[1];
        assert_eq!((record.status, record.start_ns), (Status::Failed, 2_500_000_000));
        assert_eq!(report.frozen.plan.workers, 2);
    }

    #[test]
    fn a_torn_or_wrong_file_is_reported_with_its_line() {
        let torn = "<testsuite>\n<testcase name=\"a\" time=\"1\"/>\n<testcase na";
        assert_eq!(read_junit(torn).unwrap_err().place.map(|place| place.0), Some(3));
        let torn = "<testsuite>\n<testcase name=\"a\" time=\"1\"/>\n";
        assert!(read_junit(torn).unwrap_err().message.contains("cut off"));
        let bad = "<testsuite>\n<testcase name=\"a\" time=\"soon\"/></testsuite>";
        assert_eq!(read_junit(bad).unwrap_err().place, Some((2, None)));
        assert!(read_junit("").is_err() && read_junit("<html></html>").is_err());
        assert!(!is_junit("<html></html>") && !is_junit("") && !is_junit("name,start"));
    }
}
