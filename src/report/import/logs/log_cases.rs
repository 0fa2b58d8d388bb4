//! Collects the cases of a log and turns them into the report of a run.

use std::sync::Arc;

use super::lanes::fewest_lanes;
use super::log_times::is_date_s;
use crate::report::run_report::{Machine, RunReport};
use crate::report::run_source::{LogKind, RecordedLog, RunSource};
use crate::run::{Attempt, CaseRecord, RecordedCases, Status};
use crate::study::{
    CaseResources, CaseTable, ClockChoice, FrozenPlan, FrozenStudy, InputFiles, Lengths, Limits,
    Order, SeriesChoice, Strategy, WorkloadName,
};

/// When a case ran, in nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogTime {
    /// It did not run.
    #[default]
    None,
    /// Only its length is known.
    Length(u64),
    /// Start and end, from any origin; the end is not before the start.
    Span(i64, i64),
}

/// A case of a log.
#[derive(Debug, Clone, Default)]
pub struct LogCase<'a> {
    pub name: &'a str,
    /// Cells of the further columns.
    pub cells: &'a [&'a str],
    pub time: LogTime,
    pub status: Status,
    pub error: Option<String>,
    pub host: Option<&'a str>,
    pub queued_ns: Option<u64>,
    pub memory_bytes: Option<u64>,
    pub output_tail: Option<String>,
    pub value: Option<f64>,
    pub waited_ns: Option<u64>,
    pub cpu_ns: Option<u64>,
    /// Time it was meant to take, in seconds.
    pub intended_s: Option<f64>,
    /// How it was dispatched, if the log tells.
    pub dispatch: Option<LogDispatch>,
}

/// How a case was dispatched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogDispatch {
    pub lane: u32,
    pub dispatch_index: u32,
    pub session: u32,
    pub attempts: u32,
}

/// The cases of a log.
#[derive(Debug)]
pub struct LogCases {
    kind: LogKind,
    /// Whether spans count from 1970.
    pub has_dates: bool,
    /// Start of the run; that of its first case if the log does not tell.
    pub origin_ns: Option<i64>,
    /// What the user should know about the log.
    pub notes: Vec<String>,
    table: CaseTable,
    recorded: RecordedCases,
    times: Vec<LogTime>,
    has_inputs: bool,
    /// Whether all cases that ran tell how they were dispatched.
    has_dispatch: bool,
    /// Intended times, as long as all cases have one.
    intended_s: Option<Vec<f64>>,
    /// Earlier attempts: index of the case, start, end and status.
    earlier: Vec<(u32, i64, i64, Status)>,
}

impl LogCases {
    /// Starts a log with these further columns.
    pub fn new(kind: LogKind, columns: &[&str]) -> Self {
        let headings = columns.iter().map(|&heading| heading.to_owned()).collect();
        Self {
            kind,
            has_dates: false,
            origin_ns: None,
            notes: Vec::new(),
            table: CaseTable::with_extra_columns(headings),
            recorded: RecordedCases::default(),
            times: Vec::new(),
            has_inputs: false,
            has_dispatch: true,
            intended_s: Some(Vec::new()),
            earlier: Vec::new(),
        }
    }

    /// Takes x and y from two further columns if all their cells are numbers. Empty columns are
    /// left out; others stay as they are.
    pub fn take_inputs(&mut self, [x, y]: [usize; 2], number: impl Fn(&str) -> Option<f64>) {
        let cells = |at: usize| self.table.extra_columns()[at].1.iter();
        let numbers = |at| cells(at).map(&number).collect::<Option<Vec<f64>>>();
        let is_empty = cells(x).chain(cells(y)).all(str::is_empty);
        match numbers(x).zip(numbers(y)) {
            Some((xs, ys)) => {
                for (row, (x, y)) in xs.into_iter().zip(ys).enumerate() {
                    self.table.set_x(row, x);
                    self.table.set_y(row, y);
                }
                self.has_inputs = true;
            }
            None if is_empty => {}
            None => return,
        }
        self.table.remove_column(x.max(y));
        self.table.remove_column(x.min(y));
    }

    /// Notes that the end of the log is missing.
    pub fn note_torn_end(&mut self, is_torn: bool) {
        if is_torn {
            self.notes.push("the last line is incomplete and was dropped".to_owned());
        }
    }

    pub fn len(&self) -> usize {
        self.times.len()
    }

    /// Adds a case with its last attempt.
    pub fn push(&mut self, case: LogCase<'_>) {
        let index = self.len();
        let number = u32::try_from(index).unwrap_or(u32::MAX);
        self.table.push(case.name, 0.0, 0.0, case.cells);
        let has_started = case.time != LogTime::None;
        self.has_dispatch &= !has_started || case.dispatch.is_some();
        let dispatch = case.dispatch.filter(|_| has_started);
        self.recorded.records.push(CaseRecord {
            status: case.status,
            attempts: dispatch.map_or(u32::from(has_started), |at| at.attempts.max(1)),
            lane: dispatch.map_or(0, |at| at.lane),
            dispatch_index: dispatch.map_or(0, |at| at.dispatch_index),
            session: dispatch.map_or(0, |at| at.session),
            waited_ns: case.waited_ns,
            cpu_ns: case.cpu_ns,
            memory_bytes: case.memory_bytes,
            value: case.value,
            ..CaseRecord::default()
        });
        match (&mut self.intended_s, case.intended_s) {
            (Some(all), Some(intended_s)) => all.push(intended_s),
            _ => self.intended_s = None,
        }
        self.times.push(case.time);
        if let Some(error) = case.error {
            self.recorded.errors.insert(number, error);
        }
        let notes = &mut self.recorded.notes;
        if let Some(host) = case.host {
            notes.set_host(index, host);
        }
        if let Some(queued_ns) = case.queued_ns {
            notes.set_queued_ns(index, queued_ns);
        }
        if case.output_tail.is_some() {
            notes.set_output_tail(number, case.output_tail);
        }
    }

    /// Adds an earlier attempt at the case that was added last.
    pub fn push_earlier(&mut self, start_ns: i64, end_ns: i64, status: Status) {
        let Some(record) = self.recorded.records.last_mut() else { return };
        record.attempts += 1;
        let number = u32::try_from(self.times.len() - 1).unwrap_or(u32::MAX);
        self.earlier.push((number, start_ns, end_ns, status));
    }

    /// Returns the run, on its lanes or else the fewest that hold its cases.
    pub fn into_report(self) -> RunReport {
        let Self { kind, has_dates, origin_ns, table, mut recorded, times, earlier, .. } = self;
        let Self { has_inputs, has_dispatch, intended_s, .. } = self;
        let has_starts = times.iter().all(|time| !matches!(time, LogTime::Length(_)));
        let spans = times.iter().filter_map(|time| match *time {
            LogTime::Span(start_ns, end_ns) => Some((start_ns, end_ns)),
            LogTime::None | LogTime::Length(_) => None,
        });
        let earlier_spans = earlier.iter().map(|&(_, start_ns, end_ns, _)| (start_ns, end_ns));
        let spans: Vec<(i64, i64)> = spans.chain(earlier_spans).collect();
        let first_ns = spans.iter().map(|span| span.0).min().unwrap_or(0);
        let origin_ns = origin_ns.map_or(first_ns, |origin_ns| origin_ns.min(first_ns));
        let since = |ns: i64| ns.saturating_sub(origin_ns).unsigned_abs();
        let spans: Vec<(u64, u64)> =
            spans.iter().map(|&(start_ns, end_ns)| (since(start_ns), since(end_ns))).collect();
        let (lanes, lane_count) = if has_dispatch {
            let started = || recorded.records.iter().filter(|record| record.has_started());
            let lanes = started().map(|record| record.lane);
            (lanes.clone().collect(), lanes.max().map_or(0, |lane| lane + 1))
        } else if has_starts {
            fewest_lanes(&spans)
        } else {
            (vec![0; spans.len()], 0)
        };
        let mut placed = spans.iter().zip(&lanes);
        for (record, time) in recorded.records.iter_mut().zip(&times) {
            match *time {
                LogTime::None => {}
                LogTime::Length(length_ns) => record.end_ns = length_ns,
                LogTime::Span(start_ns, end_ns) => {
                    let Some((span, &lane)) = placed.next() else { continue };
                    let length = (0, since(end_ns) - since(start_ns));
                    (record.start_ns, record.end_ns) = if has_starts { *span } else { length };
                    record.lane = lane;
                }
            }
        }
        if has_starts {
            for ((case, _, _, status), (span, &lane)) in earlier.into_iter().zip(placed) {
                let attempt = Attempt { lane, start_ns: span.0, end_ns: span.1, status };
                recorded.attempts.entry(case).or_default().push(attempt);
            }
            for (&case, attempts) in &mut recorded.attempts {
                let CaseRecord { lane, start_ns, end_ns, status, .. } =
                    recorded.records[case as usize];
                attempts.push(Attempt { lane, start_ns, end_ns, status });
            }
            recorded.started_at =
                (has_dates && is_date_s(origin_ns)).then(|| origin_ns.div_euclid(1_000_000_000));
        }
        if !has_dispatch {
            recorded.number_by_start();
        }
        let frozen = FrozenStudy {
            cases: table,
            has_inputs,
            workload: WorkloadName::Command,
            plan: plan(lane_count.max(1)),
            lengths: intended_s.map_or(Lengths::Unknown, Lengths::Seconds),
            program: None,
            input_files: InputFiles::default(),
            resources: CaseResources::default(),
        };
        let log = RecordedLog { kind, has_starts, has_dispatch };
        let source = RunSource::Log(log);
        let state = recorded.into_state();
        RunReport::of_records(Arc::new(frozen), state, Machine::default(), source)
    }
}

/// The plan that stands for an unknown one: a free worker takes the next case.
fn plan(workers: u32) -> FrozenPlan {
    FrozenPlan {
        strategy: Strategy::Threads,
        workers,
        batch: None,
        order: Order::Listed,
        seed: 0,
        time_scale: 1.0,
        series: SeriesChoice::Estimate,
        clock: ClockChoice::Real,
        limits: Limits::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn done(name: &str, time: LogTime) -> LogCase<'_> {
        LogCase { name, time, status: Status::Done, ..LogCase::default() }
    }

    #[test]
    fn times_count_from_the_first_start_and_lanes_are_the_fewest() {
        let mut log = LogCases::new(LogKind::Parallel, &[]);
        log.has_dates = true;
        let second = 1_000_000_000;
        let at = |s: i64| 1_800_000_000 * second + s * second;
        log.push(done("b", LogTime::Span(at(2), at(5))));
        log.push(done("a", LogTime::Span(at(0), at(2))));
        log.push(done("c", LogTime::Span(at(1), at(3))));
        let report = log.into_report();
        let cases: Vec<_> = report
            .cases()
            .map(|(case, record)| {
                let seconds = (record.start_ns / 1_000_000_000, record.end_ns / 1_000_000_000);
                (case.name, record.lane, seconds, record.dispatch_index)
            })
            .collect();
        assert_eq!(
            cases,
            [("b", 0, (2, 5), 2), ("a", 0, (0, 2), 0), ("c", 1, (1, 3), 1)],
            "touching cases share a lane"
        );
        assert_eq!(report.figures.total_parallel_s, Some(5.0));
        assert_eq!(report.frozen.plan.workers, 2);
        assert_eq!(report.started_at().as_deref(), Some("2027-01-15T08:00:00Z"));
        let account = report.figures.account.unwrap();
        assert_eq!((account.lane_seconds, account.lost), (10.0, Some(0.0)));
        assert_eq!([account.work, account.idle, account.dispatch, account.startup], [None; 4]);
    }

    #[test]
    fn one_case_without_a_start_leaves_lengths_only() {
        let mut log = LogCases::new(LogKind::Junit, &[]);
        log.push(done("a", LogTime::Span(5, 9)));
        log.push(done("b", LogTime::Length(3)));
        let report = log.into_report();
        let lengths: Vec<_> = report.state.records.iter().map(CaseRecord::time_ns).collect();
        assert_eq!(lengths, [4, 3]);
        assert_eq!((report.figures.total_parallel_s, report.figures.account), (None, None));
        assert!(!report.source.has_starts() && report.started_at().is_none());
    }

    #[test]
    fn earlier_attempts_take_lanes_and_time_too() {
        let mut log = LogCases::new(LogKind::Parallel, &[]);
        log.push(done("a", LogTime::Span(4, 9)));
        log.push_earlier(0, 4, Status::Failed);
        log.push(done("b", LogTime::Span(2, 4)));
        let report = log.into_report();
        assert_eq!(report.attempts(0).len(), 2);
        assert_eq!((report.state.records[0].attempts, report.error(0)), (2, None));
        assert_eq!((report.state.lost_ns, report.state.makespan_ns), (4, 9));
        assert_eq!(report.frozen.plan.workers, 2);
    }
}
