//! The longest case of a report.

use crate::report::run_report::RunReport;
use crate::schedule::ns_from_s;

/// Returns the longest case and its length: of equally long ones, the first listed.
pub(crate) fn longest_case(
    lengths_ns: impl IntoIterator<Item = (usize, u64)>,
) -> Option<(usize, u64)> {
    lengths_ns.into_iter().reduce(|longest, case| if case.1 > longest.1 { case } else { longest })
}

/// Returns the longest case of the last session, among those that ended.
///
/// The length is the intended time, since measured times are never equal; or the measured time if
/// that is shorter or nothing was intended.
pub(crate) fn longest_case_of_session(report: &RunReport) -> Option<usize> {
    let ended = report.state.records.iter().enumerate();
    let ended =
        ended.filter(|(_, record)| record.session == report.state.session && record.has_ended());
    let lengths = &report.frozen.lengths;
    let length_ns = |case| lengths.intended_s(case).map_or(u64::MAX, ns_from_s);
    let longest = longest_case(ended.map(|(case, it)| (case, it.time_ns().min(length_ns(case)))));
    longest.map(|(case, _)| case)
}
