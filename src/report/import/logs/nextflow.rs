//! The trace of Nextflow, `trace.txt`.

use super::log_cases::{LogCase, LogCases, LogTime};
use super::log_lines::{bad_line, complete_lines};
use super::log_times::{date_ns, duration_ns};
use crate::report::import::read_error::ReportInputError;
use crate::report::run_source::LogKind;
use crate::run::Status;
use crate::text::count;

const MILLISECOND_NS: i64 = 1_000_000;

pub fn is_nextflow_trace(text: &str) -> bool {
    let header = text.lines().next().unwrap_or_default();
    TraceColumns::find(header).is_some()
}

/// Indices of the columns.
struct TraceColumns {
    count: usize,
    name: usize,
    status: usize,
    exit: Option<usize>,
    submit: Option<usize>,
    start: Option<usize>,
    complete: Option<usize>,
    duration: Option<usize>,
    realtime: usize,
    memory: Option<usize>,
    host: Option<usize>,
    hash: Option<usize>,
}

impl TraceColumns {
    fn find(header: &str) -> Option<Self> {
        let headings: Vec<&str> = header.split('\t').map(str::trim).collect();
        let find = |name: &str| headings.iter().position(|found| *found == name);
        let has_task = find("task_id").or_else(|| find("hash")).or_else(|| find("native_id"));
        has_task?;
        Some(Self {
            count: headings.len(),
            name: find("name").or_else(|| find("process"))?,
            status: find("status")?,
            exit: find("exit"),
            submit: find("submit"),
            start: find("start"),
            complete: find("complete"),
            duration: find("duration"),
            realtime: find("realtime")?,
            memory: find("peak_rss"),
            host: find("hostname"),
            hash: find("hash"),
        })
    }
}

/// Times of a task in nanoseconds; `None` where the trace has none.
struct TaskTimes {
    submit: Option<i64>,
    start: Option<i64>,
    complete: Option<i64>,
    duration: Option<i64>,
    realtime: Option<i64>,
}

impl TaskTimes {
    /// Returns when the task ran. The trace has start and end only if asked for: else the end is
    /// `submit` + `duration`, and the start is `realtime` before it.
    fn span(&self) -> LogTime {
        let sum = |(from_ns, length_ns): (i64, i64)| from_ns.saturating_add(length_ns);
        let difference = |(end_ns, length_ns): (i64, i64)| end_ns.saturating_sub(length_ns);
        let submitted = self.submit.zip(self.duration);
        let end_ns = self.complete.or_else(|| submitted.map(sum));
        let real_ns = self.realtime;
        let before_end = end_ns.zip(real_ns).map(difference);
        let start_ns = self.start.or(before_end);
        let end_ns = end_ns.or_else(|| start_ns.zip(real_ns).map(sum));
        match (start_ns, end_ns) {
            (Some(start_ns), Some(end_ns)) => LogTime::Span(start_ns, end_ns.max(start_ns)),
            _ => real_ns.map_or(LogTime::None, |ns| LogTime::Length(ns.unsigned_abs())),
        }
    }
}

/// Reads a trace with values for people or raw milliseconds.
pub fn read_nextflow_trace(text: &str) -> Result<LogCases, ReportInputError> {
    let (mut lines, is_torn) = complete_lines(text);
    let header = lines.next().filter(|(number, _)| *number == 1);
    let columns = header.and_then(|(_, line)| TraceColumns::find(line)).ok_or_else(|| {
        let first = text.lines().next().unwrap_or_default();
        bad_line(1, "the columns name, status and realtime of a Nextflow trace", first)
    })?;
    let mut log = LogCases::new(LogKind::Nextflow, &["hash"]);
    log.has_dates = true;
    let (mut cached, mut unfinished) = (0, 0);
    for (number, line) in lines {
        let bad = |expected: &str| bad_line(number, expected, line);
        let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
        if cells.len() != columns.count {
            return Err(bad(&format!("{} as in the header", count(columns.count, "column"))));
        }
        let cell = |column: Option<usize>| column.map(|at| cells[at]).filter(|cell| *cell != "-");
        let date = |column, expected: &str| {
            cell(column).map(|text| trace_date_ns(text).ok_or_else(|| bad(expected))).transpose()
        };
        let duration = |column, expected: &str| {
            let read = |text: &str| trace_duration_ns(text).ok_or_else(|| bad(expected));
            cell(column).map(read).transpose()
        };
        let times = TaskTimes {
            submit: date(columns.submit, "a submit time")?,
            start: date(columns.start, "a start time")?,
            complete: date(columns.complete, "a time of completion")?,
            duration: duration(columns.duration, "a duration")?,
            realtime: duration(Some(columns.realtime), "a duration")?,
        };
        let status = match cells[columns.status] {
            "COMPLETED" => Status::Done,
            "FAILED" => Status::Failed,
            "ABORTED" => Status::Cancelled,
            "CACHED" => {
                cached += 1;
                continue;
            }
            "NEW" | "SUBMITTED" | "RUNNING" | "PENDING" => Status::NotRun,
            _ => return Err(bad("the status of a task")),
        };
        unfinished += usize::from(status == Status::NotRun);
        let time = if status == Status::NotRun { LogTime::None } else { times.span() };
        let queued_ns = match time {
            LogTime::Span(start_ns, _) => {
                times.submit.map(|submit_ns| start_ns.saturating_sub(submit_ns))
            }
            LogTime::None | LogTime::Length(_) => None,
        };
        let exit = cell(columns.exit).filter(|_| status == Status::Failed);
        let further = [cell(columns.hash).unwrap_or_default()];
        log.push(LogCase {
            name: cells[columns.name],
            cells: &further,
            time,
            status,
            error: (status == Status::Failed)
                .then(|| exit.map_or("failed".to_owned(), |exit| format!("exit status {exit}"))),
            host: cell(columns.host),
            queued_ns: queued_ns.and_then(|ns| u64::try_from(ns).ok()),
            memory_bytes: cell(columns.memory).and_then(memory_bytes),
            ..LogCase::default()
        });
    }
    if cached > 0 {
        let tasks = count(cached, "cached task");
        log.notes.push(format!("left out {tasks}, which did not run"));
    }
    if unfinished > 0 {
        log.notes.push(format!("{} had not ended", count(unfinished, "task")));
    }
    log.note_torn_end(is_torn);
    Ok(log)
}

/// Parses milliseconds from 1970 or a date.
fn trace_date_ns(text: &str) -> Option<i64> {
    match text.parse::<i64>() {
        Ok(ms) => ms.checked_mul(MILLISECOND_NS),
        Err(_) => date_ns(text),
    }
}

/// Parses milliseconds or a duration for people.
fn trace_duration_ns(text: &str) -> Option<i64> {
    let ns = match text.parse::<i64>() {
        Ok(ms) => ms.checked_mul(MILLISECOND_NS),
        Err(_) => duration_ns(text),
    };
    ns.filter(|ns| *ns >= 0)
}

/// Parses bytes, or a size for people in units of 1024.
fn memory_bytes(text: &str) -> Option<u64> {
    let (number, unit) = text.split_once(' ').unwrap_or((text, "B"));
    let power = ["B", "KB", "MB", "GB", "TB"].iter().position(|known| *known == unit)?;
    let number: f64 =
        number.parse().ok().filter(|number| (0.0..1e6).contains(number) || power == 0)?;
    let bytes = number * 1024_f64.powi(i32::try_from(power).ok()?);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
    Some(bytes.round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "task_id\thash\tnative_id\tname\tstatus\texit\tsubmit\tduration\trealtime\t\
                          %cpu\tpeak_rss\tpeak_vmem\trchar\twchar\n";

    #[test]
    fn values_for_people_and_raw_values_mean_the_same() {
        let people = format!(
            "{HEADER}1\tab/1\t77\talign (1)\tCOMPLETED\t0\t2026-01-31 12:00:00.000\t1m 11s\t1m 10s\t\
             99.0%\t1.5 MB\t-\t-\t-\n\
             2\tab/2\t78\talign (2)\tFAILED\t137\t2026-01-31 12:00:02.500\t10s\t9.5s\t-\t-\t-\t-\t-\n"
        );
        let first_ms = date_ns("2026-01-31 12:00:00").unwrap() / MILLISECOND_NS;
        let raw = format!(
            "{HEADER}1\tab/1\t77\talign (1)\tCOMPLETED\t0\t{first_ms}\t71000\t70000\t99.0\t1572864\t-\t\
             -\t-\n\
             2\tab/2\t78\talign (2)\tFAILED\t137\t{}\t10000\t9500\t-\t-\t-\t-\t-\n",
            first_ms + 2500
        );
        let [people, raw] =
            [people, raw].map(|text| read_nextflow_trace(&text).unwrap().into_report());
        assert_eq!(people.state, raw.state);
        let spans: Vec<_> = raw
            .state
            .records
            .iter()
            .map(|record| (record.start_ns / 1_000_000, record.end_ns / 1_000_000))
            .collect();
        assert_eq!(spans, [(0, 70_000), (2_000, 11_500)]);
        assert_eq!(raw.state.notes.queued_ns(0), Some(1_000_000_000));
        assert_eq!(raw.state.records[0].memory_bytes, Some(1_572_864));
        assert_eq!(raw.error(1), Some("exit status 137"));
    }

    #[test]
    fn start_and_complete_are_used_where_the_trace_has_them() {
        let text = "hash\tname\tstatus\trealtime\tstart\tcomplete\n\
                    a\tone\tCOMPLETED\t2s\t1000\t4000\nb\told\tCACHED\t2s\t1000\t4000\n\
                    c\tnone\tABORTED\t-\t-\t-\n";
        let log = read_nextflow_trace(text).unwrap();
        assert_eq!(log.notes, ["left out 1 cached task, which did not run"]);
        let report = log.into_report();
        assert_eq!(report.figures.total_parallel_s, Some(3.0));
        assert_eq!(report.state.records[1].status, Status::Cancelled);
        assert!(!report.state.records[1].has_started());
    }

    #[test]
    fn times_at_the_ends_of_the_range_saturate() {
        let header = "hash\tname\tstatus\tsubmit\tstart\tcomplete\tduration\trealtime\n";
        for times in [
            "9000000000000\t-\t-\t9000000000000\t1",
            "-9000000000000\t9000000000000\t-\t-\t9000000000000",
            "-\t-\t-9000000000000\t-\t9000000000000",
        ] {
            let text = format!("{header}a\tone\tCOMPLETED\t{times}\n");
            let report = read_nextflow_trace(&text).unwrap().into_report();
            assert!(report.state.records[0].has_started(), "{times}");
        }
    }

    #[test]
    fn a_torn_end_is_dropped_and_other_bad_lines_are_named() {
        let good = "1\ta\t7\tx\tCOMPLETED\t0\t1000\t5\t4\t-\t-\t-\t-\t-\n";
        let torn = read_nextflow_trace(&format!("{HEADER}{good}2\tb")).unwrap();
        assert_eq!((torn.len(), torn.notes.len()), (1, 1));
        for bad in [
            "2\tb\n".to_owned(),
            good.replace("COMPLETED", "WELL"),
            good.replace("1000", "noon"),
            good.replace("\t4\t", "\t-4\t"),
        ] {
            let error = read_nextflow_trace(&format!("{HEADER}{bad}{good}")).unwrap_err();
            assert_eq!(error.place, Some((2, None)), "{error}");
        }
        assert_eq!(read_nextflow_trace("x\n").unwrap_err().place, Some((1, None)));
    }
}
