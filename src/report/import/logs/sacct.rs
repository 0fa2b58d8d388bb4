//! The accounting of Slurm, `sacct -X -P`.

use super::log_cases::{LogCase, LogCases, LogTime};
use super::log_lines::{bad_line, complete_lines};
use super::log_times::date_ns;
use crate::report::import::read_error::ReportInputError;
use crate::report::run_source::LogKind;
use crate::run::Status;
use crate::text::count;

pub fn is_sacct(text: &str) -> bool {
    let header = text.lines().next().unwrap_or_default();
    SacctColumns::find(header).is_some()
}

/// Indices of the columns.
struct SacctColumns {
    count: usize,
    id: usize,
    start: usize,
    end: usize,
    submit: Option<usize>,
    state: Option<usize>,
    exit: Option<usize>,
    nodes: Option<usize>,
    cores: Option<usize>,
    name: Option<usize>,
}

impl SacctColumns {
    fn find(header: &str) -> Option<Self> {
        let headings: Vec<&str> = header.split('|').collect();
        let find = |name: &str| headings.iter().position(|found| found.eq_ignore_ascii_case(name));
        Some(Self {
            count: headings.len(),
            id: find("JobID").or_else(|| find("JobIDRaw"))?,
            start: find("Start")?,
            end: find("End")?,
            submit: find("Submit"),
            state: find("State"),
            exit: find("ExitCode"),
            nodes: find("NodeList"),
            cores: find("AllocCPUS"),
            name: find("JobName"),
        })
    }

    /// Splits a line. Surplus separators belong to the name of the job.
    fn cells<'a>(&self, line: &'a str) -> Option<Vec<&'a str>> {
        let parts: Vec<&str> = line.split('|').collect();
        let surplus = parts.len().checked_sub(self.count)?;
        if surplus == 0 {
            return Some(parts);
        }
        let name = self.name?;
        let offset: usize = parts[..name].iter().map(|part| part.len() + 1).sum();
        let length = parts[name..=name + surplus].iter().map(|part| part.len() + 1).sum::<usize>();
        let mut cells = parts[..name].to_vec();
        cells.push(&line[offset..offset + length - 1]);
        cells.extend(&parts[name + surplus + 1..]);
        Some(cells)
    }
}

/// Reads the output of `sacct -X -P` with its header. Times are in the local time zone.
pub fn read_sacct(text: &str) -> Result<LogCases, ReportInputError> {
    let (mut lines, is_torn) = complete_lines(text);
    let header = lines.next().filter(|(number, _)| *number == 1);
    let columns = header.and_then(|(_, line)| SacctColumns::find(line)).ok_or_else(|| {
        let first = text.lines().next().unwrap_or_default();
        bad_line(1, "the columns JobID, Start and End of sacct -P", first)
    })?;
    let mut log = LogCases::new(LogKind::Sacct, &["job_id", "cores"]);
    log.has_dates = true;
    let mut unfinished = 0;
    for (number, line) in lines {
        let bad = |expected: &str| bad_line(number, expected, line);
        let cells = columns.cells(line).ok_or_else(|| bad("as many columns as the header has"))?;
        let cell = |column: Option<usize>| column.map_or("", |at| cells[at].trim());
        let start_ns = time_ns(cells[columns.start]).map_err(|()| bad("a start time"))?;
        let end_ns = time_ns(cells[columns.end]).map_err(|()| bad("an end time"))?;
        let submit_ns = time_ns(cell(columns.submit)).map_err(|()| bad("a submit time"))?;
        let state = cell(columns.state);
        let status = status_of(state);
        let time = match (start_ns, end_ns) {
            (Some(start_ns), Some(end_ns)) if end_ns < start_ns => {
                return Err(bad("an end that is not before the start"));
            }
            (Some(start_ns), Some(end_ns)) if status != Status::NotRun => {
                LogTime::Span(start_ns, end_ns)
            }
            _ => LogTime::None,
        };
        unfinished += usize::from(status == Status::NotRun);
        let has_failed = matches!(status, Status::Failed | Status::TimedOut | Status::Cancelled);
        let exit = cell(columns.exit);
        let exit = Some(exit).filter(|exit| !matches!(*exit, "" | "0:0"));
        let exit = exit.map_or(String::new(), |exit| format!(", exit code {exit}"));
        let queued_ns =
            start_ns.zip(submit_ns).map(|(start_ns, from_ns)| start_ns.saturating_sub(from_ns));
        let further = [cells[columns.id], cell(columns.cores)];
        log.push(LogCase {
            name: Some(cell(columns.name))
                .filter(|name| !name.is_empty())
                .unwrap_or(cells[columns.id]),
            cells: &further,
            time,
            status,
            error: has_failed.then(|| format!("{state}{exit}")),
            host: Some(cell(columns.nodes)).filter(|nodes| !matches!(*nodes, "" | "None assigned")),
            queued_ns: queued_ns.and_then(|ns| u64::try_from(ns).ok()),
            ..LogCase::default()
        });
    }
    if unfinished > 0 {
        log.notes.push(format!("{} had not ended", count(unfinished, "job")));
    }
    log.note_torn_end(is_torn);
    Ok(log)
}

/// Parses a time; `None` where Slurm knows none.
fn time_ns(text: &str) -> Result<Option<i64>, ()> {
    match text.trim() {
        "" | "Unknown" | "None" | "N/A" => Ok(None),
        text => date_ns(text).map(Some).ok_or(()),
    }
}

fn status_of(state: &str) -> Status {
    // Such as "CANCELLED by 1000".
    match state.split_whitespace().next().unwrap_or_default() {
        "" | "COMPLETED" => Status::Done,
        "TIMEOUT" | "DEADLINE" => Status::TimedOut,
        "CANCELLED" | "PREEMPTED" | "REVOKED" => Status::Cancelled,
        "PENDING" | "RUNNING" | "SUSPENDED" | "REQUEUED" | "RESIZING" | "COMPLETING"
        | "CONFIGURING" | "STAGE_OUT" | "SIGNALING" | "STOPPED" | "REQUEUE_HOLD"
        | "SPECIAL_EXIT" => Status::NotRun,
        _ => Status::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str =
        "JobID|Submit|Start|End|ElapsedRaw|State|ExitCode|NodeList|AllocCPUS|JobName\n";

    #[test]
    fn jobs_have_their_state_queue_time_and_node() {
        let text = format!(
            "{HEADER}\
             7_0|2026-01-31T12:00:00|2026-01-31T12:00:05|2026-01-31T12:00:09|4|COMPLETED|0:0|n1|2|a|b|c\n\
             7_1|2026-01-31T12:00:00|2026-01-31T12:00:05|2026-01-31T12:00:06|1|FAILED|3:0|n2|1|sweep\n\
             8|2026-01-31T12:00:00|Unknown|Unknown|0|CANCELLED by 1000|0:0|None assigned|0|late\n\
             9|2026-01-31T12:00:00|2026-01-31T12:00:08|Unknown|0|RUNNING|0:0|n1|1|now\n"
        );
        let log = read_sacct(&text).unwrap();
        assert_eq!(log.notes, ["1 job had not ended"]);
        let report = log.into_report();
        let names: Vec<_> = report.frozen.cases.iter().map(|case| case.name).collect();
        assert_eq!(names, ["a|b|c", "sweep", "late", "now"]);
        let statuses: Vec<_> = report.state.records.iter().map(|record| record.status).collect();
        let expected = [Status::Done, Status::Failed, Status::Cancelled, Status::NotRun];
        assert_eq!(statuses, expected);
        assert_eq!(report.error(1), Some("FAILED, exit code 3:0"));
        let notes = &report.state.notes;
        assert_eq!((notes.host(0), notes.queued_ns(0)), (Some("n1"), Some(5_000_000_000)));
        assert_eq!((notes.host(2), notes.queued_ns(2)), (None, None));
        assert_eq!((report.figures.total_parallel_s, report.frozen.plan.workers), (Some(4.0), 2));
    }

    #[test]
    fn centuries_in_the_queue_saturate() {
        let text = "JobID|Submit|Start|End\n\
                    7|1700-01-01T00:00:00|2250-01-01T00:00:00|2250-01-01T00:00:01\n";
        let report = read_sacct(text).unwrap().into_report();
        assert_eq!(report.state.notes.queued_ns(0), Some(i64::MAX.unsigned_abs()));
    }

    #[test]
    fn a_torn_end_is_dropped_and_other_bad_lines_are_named() {
        let good = "7|2026-01-31T12:00:00|2026-01-31T12:00:05|2026-01-31T12:00:09|4|COMPLETED|0:0|n1|2|a\n";
        let torn = read_sacct(&format!("{HEADER}{good}8|2026-01-31T12")).unwrap();
        assert_eq!((torn.len(), torn.notes.len()), (1, 1));
        for bad in [
            "7|2026-01-31T12:00:00|2026-01-31T12:00:05\n",
            "7|x|2026-01-31T12:00:05|2026-01-31T12:00:09|4|COMPLETED|0:0|n1|2|a\n",
            "7||2026-01-31T12:00:05|2026-01-31T12:00:01|4|COMPLETED|0:0|n1|2|a\n",
        ] {
            let error = read_sacct(&format!("{HEADER}{good}{bad}{good}")).unwrap_err();
            assert_eq!(error.place, Some((3, None)), "{error}");
        }
        assert!(!is_sacct("a|b\n") && is_sacct(HEADER));
        assert_eq!(read_sacct("").unwrap_err().place, Some((1, None)));
    }
}
