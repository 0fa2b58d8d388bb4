//! The cases of a report's last session, and those that other workers waited for: at
//! barriers and at the end.

use std::collections::BTreeMap;

use crate::report::run_report::RunReport;
use crate::run::{CaseRecord, SessionAttempt, Status};
use crate::schedule::{WaitReason, s_from_ns};

/// Cases run in the last session.
pub(super) fn session_cases(report: &RunReport) -> impl Iterator<Item = (u32, &CaseRecord)> {
    let session = report.state.session;
    (0..).zip(&report.state.records).filter(move |(_, record)| record.session == session)
}

/// Those that are done.
pub(super) fn done_cases(report: &RunReport) -> impl Iterator<Item = (u32, &CaseRecord)> {
    session_cases(report).filter(|(_, record)| record.status == Status::Done)
}

pub(crate) fn done_s(report: &RunReport) -> f64 {
    done_cases(report).fold(0.0, |sum, (_, record)| sum + s_from_ns(record.time_ns()))
}

/// Those that ended without success.
pub(super) fn lost_cases(report: &RunReport) -> impl Iterator<Item = (u32, &CaseRecord)> {
    let lost = |record: &CaseRecord| record.has_ended() && record.status != Status::Done;
    session_cases(report).filter(move |(_, record)| lost(record))
}

/// Time in nanoseconds that each done case took beyond its work and waiting, where known.
pub(super) fn stretches_ns(report: &RunReport) -> impl Iterator<Item = (u32, u64)> {
    done_cases(report).filter_map(|(case, record)| {
        Some((case, record.time_ns().saturating_sub(record.busy_ns()?)))
    })
}

/// A barrier at which workers waited.
pub(super) struct Barrier {
    /// The case that ended last.
    pub(super) case: u32,
    /// Workers that waited for it.
    pub(super) workers: u32,
    /// Sum of their waits, in nanoseconds.
    pub(super) waited_ns: u64,
}

/// Finds the barriers at which workers waited, in the order of time.
pub(super) fn barriers(report: &RunReport) -> Vec<Barrier> {
    let plan = &report.frozen.plan;
    let Some(batch) = plan.batch_size() else { return Vec::new() };
    let batch = batch.max(1);
    // End of each batch, and the case that ended last.
    let mut lifts: BTreeMap<u32, (u64, u32)> = BTreeMap::new();
    for (case, record) in session_cases(report) {
        if record.has_ended() {
            let lift = lifts.entry(record.dispatch_index / batch).or_default();
            *lift = (*lift).max((record.end_ns, case));
        }
    }
    let lifts: Vec<_> = lifts.into_values().collect();
    let mut barriers: Vec<Barrier> =
        lifts.iter().map(|lift| Barrier { case: lift.1, workers: 0, waited_ns: 0 }).collect();
    for wait in report.state.waits.iter().filter(|wait| wait.reason == WaitReason::Barrier) {
        let at = lifts.partition_point(|lift| lift.0 <= wait.from_ns);
        if let Some(barrier) = barriers.get_mut(at) {
            barrier.workers += 1;
            barrier.waited_ns = barrier.waited_ns.saturating_add(wait.until_ns - wait.from_ns);
        }
    }
    let most_ns = barriers.iter().map(|barrier| barrier.waited_ns).max().unwrap_or(0);
    // Waits this short beside the others are dispatch, not barriers.
    barriers.retain(|barrier| barrier.waited_ns > most_ns / 1000);
    barriers
}

pub(super) struct LaneEnds {
    /// Workers at the end.
    pub(super) workers: u32,
    /// Their lanes that ever ran a case.
    pub(super) used_lanes: u32,
    /// The case that ended last.
    pub(super) last_case: u32,
    /// First lane free for good until the last case ended, in nanoseconds.
    pub(super) tail_ns: u64,
    /// Last cases of the lanes that ended after the first one was free.
    pub(super) tail_cases: Vec<u32>,
}

/// Finds how the lanes ended; `None` if no case ended.
pub(super) fn lane_ends(report: &RunReport) -> Option<LaneEnds> {
    let mut ends: Vec<Option<(u64, u32)>> = Vec::new();
    for SessionAttempt { case, attempt, .. } in report.state.session_attempts() {
        if report.state.records[case as usize].has_ended() {
            let lane = attempt.lane as usize;
            ends.resize(ends.len().max(lane + 1), None);
            ends[lane] = ends[lane].max(Some((attempt.end_ns, case)));
        }
    }
    let workers = report.state.target_workers.unwrap_or(report.frozen.plan.workers);
    // A lane whose worker has left is not free.
    let present = || ends.iter().take(workers as usize).flatten();
    let used_lanes = u32::try_from(present().count()).unwrap_or(u32::MAX);
    let &(last_ns, last_case) = ends.iter().flatten().max()?;
    // A lane that never ran a case was free from the start.
    let free_ns = if used_lanes < workers { 0 } else { present().min()?.0 };
    let tail_cases = ends.iter().flatten().filter(|end| end.0 > free_ns).map(|end| end.1).collect();
    Some(LaneEnds { workers, used_lanes, last_case, tail_ns: last_ns - free_ns, tail_cases })
}
