//! The part of a run report that predictions need.

use crate::report::PredictError;
use crate::report::figures::lower_bound::CaseLengths;
use crate::report::figures::median::median;
use crate::report::run_report::{RunReport, WAITING_CPU_SHARE};
use crate::run::{CaseRecord, Status};
use crate::schedule::{ns_from_s, s_from_ns};
use crate::study::{CaseResources, Order};

/// A run report, as far as predictions need it.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportInput {
    /// Number of workers, at least 1.
    pub workers: u32,
    /// Number of cases per batch; `None` for as many as workers.
    pub batch: Option<u32>,
    pub order: Order,
    pub seed: u64,
    /// Threads the machine runs in parallel, at least 1; the most where that is unknown.
    pub logical_cpus: u32,
    /// Whether the log of the run does not tell the CPUs of its machine.
    pub has_unknown_cpus: bool,
    /// Lane-seconds that workers were held by licences, memory, pauses or retries.
    pub held_s: f64,
    /// Time of the tool between two cases on a lane, in nanoseconds; 0 unless a log tells it.
    pub between_ns: u64,
    /// Least time between two starts, in nanoseconds.
    pub start_every_ns: Option<u64>,
    /// What running cases share.
    pub resources: CaseResources,
    /// Whether the time each case takes alone is known.
    pub knows_alone_times: bool,
    /// The cases in the order of their starts, if they are not listed in it: logs list them as
    /// they ended.
    pub by_start: Option<Vec<u32>>,
    pub cases: Vec<InputCase>,
}

/// A case of a report. Times are finite and not negative.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InputCase {
    pub status: Status,
    /// Time of its last attempt, in seconds.
    pub time_s: Option<f64>,
    /// Part of that time spent waiting.
    pub waited_s: Option<f64>,
    pub cpu_s: Option<f64>,
    /// Time it was meant to take.
    pub intended_s: Option<f64>,
}

impl InputCase {
    /// Takes the times of a record, multiplied by this ratio.
    pub(crate) fn new(record: &CaseRecord, intended_s: Option<f64>, ratio: f64) -> Self {
        let seconds = |ns: u64| s_from_ns(ns) * ratio;
        Self {
            status: record.status,
            time_s: record.has_started().then(|| seconds(record.time_ns())),
            waited_s: record.waited_ns.map(seconds),
            cpu_s: record.cpu_ns.map(seconds),
            intended_s,
        }
    }
}

/// Returns the cases in the order of their dispatch.
fn by_start(records: &[CaseRecord]) -> Vec<u32> {
    let mut cases: Vec<u32> = (0..).take(records.len()).collect();
    cases.sort_by_key(|&case| records[case as usize].dispatch_index);
    cases
}

/// Returns the median time between two cases on a lane, if the cases waited for nothing but the
/// tool: it starts the next one as soon as it can.
fn between_ns(report: &RunReport) -> u64 {
    let log = report.source.log();
    if !log.is_some_and(|log| log.has_starts && !log.kind.may_have_dependencies()) {
        return 0;
    }
    let records = report.state.records.iter().filter(|record| record.has_started());
    let spans = records.map(|record| (record.lane, record.start_ns, record.end_ns));
    let attempts = (0..report.state.records.len()).flat_map(|case| report.attempts(case));
    let attempts = attempts.map(|one| (one.lane, one.start_ns, one.end_ns));
    let mut spans: Vec<_> = spans.chain(attempts).collect();
    spans.sort_unstable();
    spans.dedup();
    let on_a_lane = spans.windows(2).filter(|pair| pair[0].0 == pair[1].0);
    let gaps_s = on_a_lane.map(|pair| s_from_ns(pair[1].1.saturating_sub(pair[0].2)));
    median(&mut gaps_s.collect::<Vec<f64>>()).map_or(0, ns_from_s)
}

impl ReportInput {
    /// Takes the same from a report as reading its JSON would.
    pub fn of(report: &RunReport) -> Self {
        let plan = &report.frozen.plan;
        let is_foreign = report.source.is_foreign();
        let case = |(index, record): (usize, &CaseRecord)| {
            let case = InputCase::new(record, report.frozen.lengths.intended_s(index), 1.0);
            // Other tools do not run a failed job again either.
            // A case that did not run takes no time.
            let time_s = if is_foreign { case.time_s.or(Some(0.0)) } else { case.time_s };
            let status = if is_foreign { Status::Done } else { case.status };
            InputCase { status, time_s, ..case }
        };
        Self {
            workers: plan.workers,
            batch: plan.batch,
            order: report.frozen.order(),
            seed: plan.seed,
            logical_cpus: report.machine.limiting_cpus(),
            has_unknown_cpus: report.source.log().is_some() && report.machine.logical_cpus == 0,
            held_s: report.figures.account.and_then(|account| account.held).unwrap_or(0.0),
            between_ns: between_ns(report),
            start_every_ns: plan.limits.start_every_s.map(ns_from_s),
            resources: report.frozen.resources.clone(),
            knows_alone_times: report.knows_alone_times(),
            by_start: report.source.log().map(|_| by_start(&report.state.records)),
            cases: report.state.records.iter().enumerate().map(case).collect(),
        }
    }

    /// Whether the cases compute, and on how many CPUs is unknown.
    pub(crate) fn needs_cpus(&self) -> bool {
        let done = || self.cases.iter().filter(|case| case.status == Status::Done);
        let sum = |of: fn(&InputCase) -> Option<f64>| done().filter_map(of).sum::<f64>();
        self.has_unknown_cpus
            && self.cases.iter().any(|case| case.intended_s.is_none())
            && sum(|case| case.cpu_s) > WAITING_CPU_SHARE * sum(|case| case.time_s)
    }

    /// Takes the intended times, else CPU plus waited times, else run times; each only
    /// if known for all cases. CPU and run times count only for done cases.
    pub(crate) fn case_lengths(&self) -> Result<CaseLengths, PredictError> {
        if let Some(lengths_ns) = self.all_ns(|case| case.intended_s)? {
            return Ok(CaseLengths { lengths_ns, computing_ns: 0 });
        }
        let cpu_s = |case: &InputCase| case.cpu_s.filter(|_| case.status == Status::Done);
        let own_s = |case: &InputCase| Some(cpu_s(case)? + case.waited_s?);
        let time_s = |case: &InputCase| case.time_s.filter(|_| case.status == Status::Done);
        let computing_ns = self.all_ns(cpu_s)?.map_or(0, |cpu_ns| cpu_ns.iter().sum());
        let lengths_ns = match self.all_ns(own_s)? {
            None => self.all_ns(time_s)?,
            known => known,
        };
        if let Some(lengths_ns) = lengths_ns {
            return Ok(CaseLengths { lengths_ns, computing_ns });
        }
        let first = self.cases.iter().position(|case| time_s(case).is_none()).unwrap_or(0);
        Err(PredictError::NoTime { row: first + 1, status: self.cases[first].status.name() })
    }

    /// A time of each case in nanoseconds, if known for all.
    fn all_ns(
        &self,
        time_s: impl Fn(&InputCase) -> Option<f64>,
    ) -> Result<Option<Vec<u64>>, PredictError> {
        let times_ns = self.cases.iter().map(|case| time_s(case).map(ns_from_s));
        let Some(times_ns) = times_ns.collect::<Option<Vec<u64>>>() else { return Ok(None) };
        let sum_ns = times_ns.iter().try_fold(0_u64, |sum, &time_ns| sum.checked_add(time_ns));
        sum_ns.map(|_| Some(times_ns)).ok_or(PredictError::TooLong)
    }
}
