//! The job log of GNU parallel, `--joblog FILE`.

use std::collections::HashMap;

use super::log_cases::{LogCase, LogCases, LogTime};
use super::log_lines::{bad_line, complete_lines};
use super::log_times::number_ns;
use crate::report::import::read_error::ReportInputError;
use crate::report::run_source::LogKind;
use crate::run::Status;

const HEADER: &str = "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand";

const COLUMNS: usize = 9;

/// Host of jobs on the machine of GNU parallel itself.
const LOCAL_HOST: &str = ":";

const SECOND_NS: u32 = 1_000_000_000;

pub fn is_job_log(text: &str) -> bool {
    text.starts_with("Seq\tHost\tStarttime\t")
}

/// Reads a job log, which has a line per attempt in the order of their ends. A repeated `Seq` is
/// a further attempt.
pub fn read_job_log(text: &str) -> Result<LogCases, ReportInputError> {
    let (mut lines, is_torn) = complete_lines(text);
    if lines.next().is_none_or(|(number, line)| number != 1 || line != HEADER) {
        let first = text.lines().next().unwrap_or_default();
        return Err(bad_line(1, "the header of a GNU parallel job log", first));
    }
    let mut log = LogCases::new(LogKind::Parallel, &["seq"]);
    log.has_dates = true;
    let mut jobs = Vec::new();
    for (number, line) in lines.filter(|(_, line)| *line != HEADER) {
        let job = JobLine::parse(line)
            .ok_or_else(|| bad_line(number, "the nine columns of a finished job", line))?;
        jobs.push(job);
    }
    // The jobs in the order of their first attempts, each with the lines of all its attempts.
    let mut numbers: HashMap<&str, usize> = HashMap::new();
    let mut lines: Vec<Vec<usize>> = Vec::new();
    for (line, job) in jobs.iter().enumerate() {
        let number = *numbers.entry(job.sequence).or_insert(lines.len());
        lines.resize_with(lines.len().max(number + 1), Vec::new);
        lines[number].push(line);
    }
    for lines in &lines {
        let Some((&last, earlier)) = lines.split_last() else { continue };
        let job = &jobs[last];
        log.push(LogCase {
            name: job.command,
            cells: &[job.sequence],
            time: LogTime::Span(job.start_ns, job.end_ns),
            status: job.status(),
            error: job.error(),
            host: Some(job.host).filter(|host| *host != LOCAL_HOST),
            ..LogCase::default()
        });
        for job in earlier.iter().map(|&line| &jobs[line]) {
            log.push_earlier(job.start_ns, job.end_ns, job.status());
        }
    }
    log.note_torn_end(is_torn);
    Ok(log)
}

/// A line of the log.
struct JobLine<'a> {
    sequence: &'a str,
    host: &'a str,
    start_ns: i64,
    end_ns: i64,
    exit: i64,
    signal: i64,
    command: &'a str,
}

impl<'a> JobLine<'a> {
    fn parse(line: &'a str) -> Option<Self> {
        let mut columns = line.splitn(COLUMNS, '\t');
        let mut next = || columns.next();
        let (sequence, host) = (next()?, next()?);
        sequence.parse::<u64>().ok()?;
        let start_ns = number_ns(next()?.trim(), SECOND_NS)?;
        let runtime_ns = number_ns(next()?.trim(), SECOND_NS).filter(|ns| *ns >= 0)?;
        // Bytes sent and received.
        next()?.trim().parse::<i64>().ok()?;
        next()?.trim().parse::<i64>().ok()?;
        let exit: i64 = next()?.trim().parse().ok()?;
        let signal: i64 = next()?.trim().parse().ok()?;
        let end_ns = start_ns.checked_add(runtime_ns)?;
        Some(Self { sequence, host, start_ns, end_ns, exit, signal, command: next()? })
    }

    fn status(&self) -> Status {
        if (self.exit, self.signal) == (0, 0) { Status::Done } else { Status::Failed }
    }

    fn error(&self) -> Option<String> {
        match (self.exit, self.signal) {
            (0, 0) => None,
            (exit, 0) => Some(format!("exit status {exit}")),
            (_, signal) => Some(format!("killed by signal {signal}")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(lines: &[&str]) -> String {
        [&[HEADER], lines].concat().join("\n") + "\n"
    }

    #[test]
    fn a_repeated_number_is_a_further_attempt_and_the_last_counts() {
        let text = log(&[
            "2\t:\t1795926442.500\t     1.250\t0\t0\t0\t0\tsleep 1.25",
            "1\tn1\t1795926442.000\t     0.500\t0\t0\t7\t0\tflaky\twith tab",
            "1\tn2\t1795926443.000\t     0.250\t0\t0\t0\t0\tflaky\twith tab",
            "3\t:\t1795926443.750\t     0.001\t0\t0\t0\t9\tcrash",
        ]);
        let report = read_job_log(&text).unwrap().into_report();
        let names: Vec<_> = report.frozen.cases.iter().map(|case| case.name).collect();
        assert_eq!(names, ["sleep 1.25", "flaky\twith tab", "crash"]);
        assert_eq!(report.figures.total_parallel_s, Some(1.751));
        let tries: Vec<_> =
            report.attempts(1).iter().map(|one| (one.start_ns, one.end_ns)).collect();
        assert_eq!(tries, [(0, 500_000_000), (1_000_000_000, 1_250_000_000)]);
        let statuses: Vec<_> = report.state.records.iter().map(|record| record.status).collect();
        assert_eq!(statuses, [Status::Done, Status::Done, Status::Failed]);
        assert_eq!((report.error(1), report.error(2)), (None, Some("killed by signal 9")));
        assert_eq!(report.state.notes.host(0), None, "the local machine has no name");
    }

    #[test]
    fn a_torn_end_is_dropped_and_other_bad_lines_are_named() {
        let good = "1\t:\t1795926442.000\t     0.500\t0\t0\t0\t0\tsleep 1";
        let whole = log(&[good]);
        for cut in whole.len() + 1..whole.len() + good.len() {
            let text = format!("{whole}{}", &format!("{good}{good}")[..cut - whole.len()]);
            let read = read_job_log(&text).unwrap();
            assert_eq!((read.len(), read.notes.len()), (1, 1), "{text}");
        }
        for bad in [
            "1\t:\t17\t0.5\t0\t0\t0\tsleep",
            "x\t:\t1\t1\t0\t0\t0\t0\ta",
            "1\t:\t1\t-1\t0\t0\t0\t0\ta",
        ] {
            let error = read_job_log(&log(&[good, bad, good])).unwrap_err();
            assert_eq!(error.place, Some((3, None)), "{error}");
        }
        assert_eq!(read_job_log("wrong\n").unwrap_err().place, Some((1, None)));
        assert_eq!(read_job_log(&log(&[])).unwrap().len(), 0);
    }
}
