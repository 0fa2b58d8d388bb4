//! The log of ninja, `.ninja_log`, versions 5 to 7.

use std::collections::HashSet;

use super::log_cases::{LogCase, LogCases, LogTime};
use super::log_lines::{bad_line, complete_lines};
use crate::report::import::read_error::ReportInputError;
use crate::report::run_source::LogKind;
use crate::run::Status;

const SIGNATURE: &str = "# ninja log v";

const MILLISECOND_NS: i64 = 1_000_000;

pub fn is_ninja_log(text: &str) -> bool {
    text.starts_with(SIGNATURE)
}

/// A line of the log.
struct NinjaEdge<'a> {
    start_ms: i64,
    end_ms: i64,
    output: &'a str,
    hash: u64,
}

/// Reads the last build of a log. Only edges that succeeded are in it.
pub fn read_ninja_log(text: &str) -> Result<LogCases, ReportInputError> {
    let (mut lines, is_torn) = complete_lines(text);
    let header = lines.next().filter(|(number, _)| *number == 1).map(|(_, line)| line);
    let version = header.and_then(|line| line.strip_prefix(SIGNATURE));
    if !version.is_some_and(|version| ["5", "6", "7"].contains(&version.trim())) {
        let first = text.lines().next().unwrap_or_default();
        return Err(bad_line(1, "a ninja log of version 5 to 7", first));
    }
    let mut builds = 1;
    let mut edges: Vec<NinjaEdge<'_>> = Vec::new();
    for (number, line) in lines.filter(|(_, line)| !line.starts_with('#')) {
        let edge = NinjaEdge::parse(line).ok_or_else(|| {
            bad_line(number, "start, end, time, output and hash, separated by tabs", line)
        })?;
        if edges.last().is_some_and(|before| edge.end_ms < before.end_ms) {
            builds += 1;
            edges.clear();
        }
        edges.push(edge);
    }
    let mut log = LogCases::new(LogKind::Ninja, &[]);
    log.origin_ns = Some(0);
    let mut seen = HashSet::new();
    for NinjaEdge { start_ms, end_ms, output, hash } in edges {
        // An edge has a line for each of its outputs.
        if seen.insert((start_ms, end_ms, hash)) {
            let time = LogTime::Span(start_ms * MILLISECOND_NS, end_ms * MILLISECOND_NS);
            log.push(LogCase { name: output, time, status: Status::Done, ..LogCase::default() });
        }
    }
    if builds > 1 {
        log.notes.push(format!("the log holds {builds} builds; only the last one is read"));
    }
    log.note_torn_end(is_torn);
    Ok(log)
}

impl<'a> NinjaEdge<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let mut columns = line.split('\t');
        let mut next = || columns.next();
        let milliseconds = |text: &str| {
            text.parse::<i64>().ok().filter(|ms| (0..i64::MAX / MILLISECOND_NS).contains(ms))
        };
        let (start_ms, end_ms) = (milliseconds(next()?)?, milliseconds(next()?)?);
        next()?.parse::<i64>().ok()?;
        let output = next()?;
        let hash = u64::from_str_radix(next()?, 16).ok()?;
        let is_complete = columns.next().is_none() && start_ms <= end_ms && !output.is_empty();
        is_complete.then_some(Self { start_ms, end_ms, output, hash })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        let report = read_ninja_log(text).unwrap().into_report();
        report.frozen.cases.iter().map(|case| case.name.to_owned()).collect()
    }

    #[test]
    fn outputs_of_one_edge_are_one_case() {
        let text = "# ninja log v5\n0\t10\t1\ta.o\tff\n0\t10\t1\ta.d\tff\n0\t10\t1\tb.o\tfe\n";
        assert_eq!(names(text), ["a.o", "b.o"]);
        let report = read_ninja_log(text).unwrap().into_report();
        assert_eq!(report.figures.total_parallel_s, Some(0.01));
        assert_eq!(report.frozen.plan.workers, 2);
        assert_eq!(report.figures.account.unwrap().lost, None, "failed edges are not logged");
    }

    #[test]
    fn the_last_of_several_builds_is_read() {
        for version in 5..=7 {
            let text = format!(
                "# ninja log v{version}\n0\t10\t1\ta\t1\n5\t20\t1\tb\t2\n0\t7\t1\ta\t1\n7\t7\t1\tc\t3\n"
            );
            assert_eq!(names(&text), ["a", "c"]);
            let notes = read_ninja_log(&text).unwrap().notes;
            assert_eq!(notes, ["the log holds 2 builds; only the last one is read"]);
        }
    }

    #[test]
    fn a_torn_end_is_dropped_and_other_bad_lines_are_named() {
        let torn = read_ninja_log("# ninja log v5\n0\t10\t1\ta\tff\n5\t20\t1\tb\tf").unwrap();
        assert_eq!((torn.len(), torn.notes.len()), (1, 1));
        for bad in
            ["0\t10\t1\ta", "9\t1\t1\ta\tf", "-1\t1\t1\ta\tf", "0\t1\t1\ta\tg", "0\t1\t1\t\tf"]
        {
            let error = read_ninja_log(&format!("# ninja log v5\n{bad}\n")).unwrap_err();
            assert_eq!(error.place, Some((2, None)), "{error}");
        }
        for bad in ["# ninja log v4\n", "", "# ninja log v8\n0\t1\t1\ta\tf\n"] {
            assert_eq!(read_ninja_log(bad).unwrap_err().place, Some((1, None)));
        }
    }
}
