//! Tests claims: compares the totals of labelled runs with each other and with
//! expected totals, allowing for noise.

use super::findings::Claim;
use super::statistics::{Interval, Verdict, difference};
use super::step::LabelledRun;
use crate::report::RunReport;
use crate::study::ClockChoice;
use crate::text::{ascii_factor, four_digit_duration, list, shortest, signed_percent};

/// Difference between equal runs on the real clock that passes as noise: the larger of
/// this share of the total and this many seconds.
const NOISE: (f64, f64) = (0.02, 0.005);

/// A deviation beyond this multiple of the tolerance refutes a claim; between the two
/// the claim is inconclusive.
const REFUTED: f64 = 3.0;

/// Evidence where values are tested but the clock was virtual.
pub(super) const NO_VALUES: &str = "the virtual clock computes no values";

#[derive(Debug, Clone, Copy)]
pub(super) struct Judge<'a> {
    runs: &'a [LabelledRun],
}

/// Totals of the runs of one label, in seconds, in the order of the runs.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_field_names, reason = "the unit is part of each name")]
pub(super) struct RunTotals {
    all_s: Vec<f64>,
    pub(super) median_s: f64,
    noise_s: f64,
}

impl RunTotals {
    /// Whether these totals are below the others; `None` within noise. Repeats are
    /// compared in pairs, single runs by the noise of a run.
    pub(super) fn is_less(&self, other: &Self) -> Option<bool> {
        if self.all_s.len().min(other.all_s.len()) > 1 {
            return match difference(&other.all_s, &self.all_s) {
                Verdict::Faster => Some(true),
                Verdict::Slower => Some(false),
                _ => None,
            };
        }
        let gap_s = self.noise_s.max(other.noise_s);
        let off_s = self.median_s - other.median_s;
        (off_s.abs() > gap_s).then_some(off_s < 0.0)
    }

    fn range(&self) -> (f64, f64) {
        let least_s = self.all_s.iter().copied().fold(f64::INFINITY, f64::min);
        (least_s, self.all_s.iter().copied().fold(0.0, f64::max))
    }
}

impl<'a> Judge<'a> {
    pub(super) fn new(runs: &'a [LabelledRun]) -> Self {
        Self { runs }
    }

    /// Returns the reports of the complete runs of a label.
    pub(super) fn reports(self, label: &str) -> impl Iterator<Item = &'a RunReport> {
        let of_label = self.runs.iter().filter(move |run| run.label == label);
        of_label.map(|run| run.report.as_ref()).filter(|report| report.state.all_done())
    }

    /// Returns the totals of a label's complete runs, if there are any.
    pub(super) fn totals(self, label: &str) -> Option<RunTotals> {
        let all_s: Vec<f64> =
            self.reports(label).filter_map(|report| report.figures.total_parallel_s).collect();
        let median_s = Interval::of(&all_s)?.median;
        let exact = self.reports(label).all(|r| r.frozen.plan.clock == ClockChoice::Virtual);
        let noise_s = if exact { 0.0 } else { NOISE.1.max(NOISE.0 * median_s) };
        Some(RunTotals { all_s, median_s, noise_s })
    }

    /// Tests that `faster` takes less time than `slower`.
    pub(super) fn faster(self, claim: &str, faster: &str, slower: &str) -> Claim {
        let totals = self.totals(faster).zip(self.totals(slower));
        let finding = totals.map(|(a, b)| (a.is_less(&b), against((faster, &a), (slower, &b))));
        Claim::new(claim, finding)
    }

    /// Tests that two totals are about equal: that they differ by at most the share `within`.
    pub(super) fn about_equal(self, claim: &str, one: &str, other: &str, within: f64) -> Claim {
        let finding = self.totals(one).zip(self.totals(other)).map(|(a, b)| {
            let tolerance_s = (within * b.median_s).max(a.noise_s).max(b.noise_s);
            // With a tolerance as large as the totals, everything is about equal.
            let blind = tolerance_s > 0.5 * b.median_s;
            let inside = (a.median_s - b.median_s).abs() <= tolerance_s;
            let ((a_least_s, a_most_s), (b_least_s, b_most_s)) = (a.range(), b.range());
            let gap_s = (a_least_s - b_most_s).max(b_least_s - a_most_s);
            let held = match (blind, inside) {
                (false, true) => Some(true),
                (false, false) if gap_s > REFUTED * tolerance_s => Some(false),
                _ => None,
            };
            (held, against((one, &a), (other, &b)))
        });
        Claim::new(claim, finding)
    }

    /// Tests that the total is the expected one without overhead, if that is known;
    /// `what` names the source of the expectation.
    pub(super) fn expected(
        self,
        claim: &str,
        label: &str,
        expected_s: Option<f64>,
        what: &str,
    ) -> Claim {
        let finding = self.totals(label).zip(expected_s).map(|(totals, expected_s)| {
            let tolerance_s = NOISE.1.max(2.0 * NOISE.0 * expected_s);
            let blind = tolerance_s > 0.5 * expected_s;
            let off_s = totals.median_s - expected_s;
            let held = match off_s.abs() {
                _ if blind => None,
                off_s if off_s <= tolerance_s => Some(true),
                // A busy machine may delay a single run.
                off_s if off_s <= REFUTED * tolerance_s => None,
                _ => Some(false),
            };
            let (total, expected) =
                (four_digit_duration(totals.median_s), four_digit_duration(expected_s));
            (held, format!("{total}; {what} {expected} ({})", signed_percent(off_s / expected_s)))
        });
        Claim::new(claim, finding)
    }

    /// Returns the intended waits of the first complete run of a label, in seconds.
    pub(super) fn waits_s(self, label: &str) -> Option<&'a [f64]> {
        self.reports(label).next()?.frozen.lengths.seconds()
    }

    /// Tests that all runs of a label computed these values, in listed order.
    pub(super) fn values(self, claim: &str, label: &str, expected: &[f64]) -> Claim {
        let finding = self.reports(label).next().map(|report| {
            let Some(found) = values(report) else { return (None, NO_VALUES.to_owned()) };
            let is_expected = |report| values(report).is_some_and(|values| values == expected);
            let all_alike = self.reports(label).all(is_expected);
            (Some(all_alike), format!("{label}: {}", number_list(&found)))
        });
        Claim::new(claim, finding)
    }
}

/// Returns the values of a run in listed order, if all cases have one.
pub(super) fn values(report: &RunReport) -> Option<Vec<f64>> {
    report.state.records.iter().map(|record| record.value).collect()
}

/// Compares two totals: `2 threads 8.003 s, in series 12.50 s: 1.6x`.
fn against((a, a_s): (&str, &RunTotals), (b, b_s): (&str, &RunTotals)) -> String {
    let (first, second) = (four_digit_duration(a_s.median_s), four_digit_duration(b_s.median_s));
    if a_s.median_s <= 0.0 || b_s.median_s <= 0.0 {
        return format!("{a} {first}, {b} {second}");
    }
    let (least, most) = (a_s.median_s.min(b_s.median_s), a_s.median_s.max(b_s.median_s));
    format!("{a} {first}, {b} {second}: {}", ascii_factor(most / least))
}

pub(super) fn number_list(numbers: &[f64]) -> String {
    list(numbers.iter().copied().map(shortest))
}
