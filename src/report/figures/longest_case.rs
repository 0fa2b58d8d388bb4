//! The longest case of a report.

use crate::report::run_report::RunReport;
use crate::schedule::ns_from_s;

/// Share of the longest time by which equally long cases may differ.
const NOISE: f64 = 0.05;

/// Returns the longest case and its length: of equally long ones, the first listed.
pub(crate) fn longest_case(
    lengths_ns: impl IntoIterator<Item = (usize, u64)>,
) -> Option<(usize, u64)> {
    lengths_ns.into_iter().reduce(|longest, case| if case.1 > longest.1 { case } else { longest })
}

/// Returns the longest case of the last session, among those that ended; of those within
/// [`NOISE`] of it, the one of the greatest intended length, since measured times are never equal.
pub(crate) fn longest_case_of_session(report: &RunReport) -> Option<usize> {
    let ended = report.state.records.iter().enumerate();
    let ended = ended
        .filter(|(_, record)| record.session == report.state.session && record.has_ended())
        .map(|(case, record)| (case, record.time_ns()));
    let (_, longest_ns) = longest_case(ended.clone())?;
    let lengths = &report.frozen.lengths;
    let length_ns = |case, time_ns: u64| lengths.intended_s(case).map_or(time_ns, ns_from_s);
    let as_long = ended.filter(|&(_, ns)| ns as f64 >= (1.0 - NOISE) * longest_ns as f64);
    longest_case(as_long.map(|(case, ns)| (case, length_ns(case, ns)))).map(|(case, _)| case)
}
