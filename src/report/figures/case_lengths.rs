//! How long the cases of a run are, as far as that is known.

use crate::run::{CaseRecord, RunState, Status};
use crate::schedule::ns_from_s;
use crate::study::FrozenStudy;

use crate::report::import::json_reader::{InputCase, ReportInput};
use crate::report::predict::predictor::PredictError;

/// The lengths of all cases of a run, in listed order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct CaseLengths {
    /// How long each takes when nothing else is in work, in nanoseconds.
    pub(crate) lengths_ns: Vec<u64>,
    /// How much of that is computing, which cores that are shared do one after
    /// another: the sum of all cases in nanoseconds. 0 where the cases are meant
    /// to wait.
    pub(crate) computing_ns: u64,
}

impl CaseLengths {
    /// From the times that the cases are meant to wait, else the CPU time plus
    /// the waited time of each in this run, once all are done. Times alone, from
    /// a measured series total, are of another run: with them the noise of the
    /// machine put the lower bound above the total.
    pub(crate) fn of(frozen: &FrozenStudy, state: &RunState) -> Option<Self> {
        if let Some(seconds) = frozen.lengths.seconds() {
            let lengths_ns = seconds.iter().copied().map(ns_from_s).collect();
            return Some(Self { lengths_ns, computing_ns: 0 });
        }
        if !state.all_done() {
            return None;
        }
        let records = state.records().iter();
        let lengths_ns = records.map(CaseRecord::busy_ns).collect::<Option<_>>()?;
        let computing_ns = state.records().iter().filter_map(|record| record.cpu_ns).sum();
        Some(Self { lengths_ns, computing_ns })
    }

    /// From a run report: the times that the cases were meant to take, else their
    /// CPU plus waited times, else their times, each only if known of all. Of a
    /// case that is not done only the first is a length.
    pub(crate) fn recorded(recorded: &ReportInput) -> Result<Self, PredictError> {
        let cases = &recorded.cases;
        if let Some(lengths_ns) = all_ns(cases, |case| case.intended_s)? {
            return Ok(Self { lengths_ns, computing_ns: 0 });
        }
        let cpu_s = |case: &InputCase| case.cpu_s.filter(|_| case.status == Status::Done);
        let computing_ns = all_ns(cases, cpu_s)?.map_or(0, |cpu_ns| cpu_ns.iter().sum());
        let own_s = |case: &InputCase| Some(cpu_s(case)? + case.waited_s?);
        if let Some(lengths_ns) = all_ns(cases, own_s)? {
            return Ok(Self { lengths_ns, computing_ns });
        }
        let time_s = |case: &InputCase| case.time_s.filter(|_| case.status == Status::Done);
        if let Some(lengths_ns) = all_ns(cases, time_s)? {
            return Ok(Self { lengths_ns, computing_ns });
        }
        let first = cases.iter().position(|case| time_s(case).is_none()).unwrap_or(0);
        Err(PredictError::NoTime { row: first + 1, status: cases[first].status.name() })
    }

    /// The time below which so many cores cannot do the computing, whatever the
    /// workers, in nanoseconds.
    pub(crate) fn cores_bound_ns(&self, cores: u32) -> u64 {
        self.computing_ns.div_ceil(u64::from(cores.max(1)))
    }
}

/// The times of all cases in nanoseconds, if known of all.
fn all_ns(
    cases: &[InputCase],
    time_s: impl Fn(&InputCase) -> Option<f64>,
) -> Result<Option<Vec<u64>>, PredictError> {
    let times_ns = cases.iter().map(|case| time_s(case).map(ns_from_s));
    let Some(times_ns) = times_ns.collect::<Option<Vec<u64>>>() else { return Ok(None) };
    let sum_ns = times_ns.iter().try_fold(0_u64, |sum, &time_ns| sum.checked_add(time_ns));
    sum_ns.map(|_| Some(times_ns)).ok_or(PredictError::TooLong)
}
