//! The cases of a report's last session.

use crate::report::run_report::RunReport;
use crate::run::{CaseRecord, Status};

/// Cases run in the last session.
pub(super) fn session_cases(report: &RunReport) -> impl Iterator<Item = (u32, &CaseRecord)> {
    let session = report.state.session();
    (0..).zip(report.state.records()).filter(move |(_, record)| record.session == session)
}

/// Those that are done.
pub(super) fn done_cases(report: &RunReport) -> impl Iterator<Item = (u32, &CaseRecord)> {
    session_cases(report).filter(|(_, record)| record.status == Status::Done)
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
