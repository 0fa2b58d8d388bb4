//! Puts claims to the test: compares the totals of labelled runs with each
//! other and with what was to be expected, minding the noise.

use crate::report::RunReport;
use crate::study::ClockChoice;
use crate::text::{four_digit_duration, ratio, shortest};

use super::claim::Claim;
use super::step::LabelledRun;
use crate::experiment::statistics::interval::Interval;
use crate::experiment::statistics::paired::{PairedDifference, difference};

/// What two runs of the same may differ by on the real clock: the larger of
/// this part of the total and so many seconds.
const NOISE: (f64, f64) = (0.02, 0.005);

/// What is off by more than this many times what is allowed is clearly off;
/// between the two the noise decides.
const CLEARLY: f64 = 3.0;

/// The finished runs of an example.
#[derive(Debug, Clone, Copy)]
pub(super) struct Judge<'a> {
    runs: &'a [LabelledRun],
}

/// The totals of the runs of one label, in seconds, in the order of the runs.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_field_names, reason = "the unit is part of each name")]
pub(super) struct RunTotals {
    all_s: Vec<f64>,
    /// The median.
    pub(super) median_s: f64,
    /// What a single one of them may be off by.
    noise_s: f64,
}

impl RunTotals {
    /// Whether these are below those; `None` within the noise. Repeats are
    /// compared in pairs, single runs by what a run may be off by.
    pub(super) fn less(&self, other: &Self) -> Option<bool> {
        if self.all_s.len().min(other.all_s.len()) > 1 {
            return match difference(&other.all_s, &self.all_s) {
                PairedDifference::Faster => Some(true),
                PairedDifference::Slower => Some(false),
                PairedDifference::WithinNoise | PairedDifference::TooFewRepeats => None,
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

    /// The reports of this label's runs of which all cases are done.
    pub(super) fn reports(self, label: &str) -> impl Iterator<Item = &'a RunReport> {
        let of_label = self.runs.iter().filter(move |run| run.label == label);
        of_label.map(|run| run.report.as_ref()).filter(|report| report.state.all_done())
    }

    /// The totals of this label's runs, if there are any.
    pub(super) fn totals(self, label: &str) -> Option<RunTotals> {
        let all_s: Vec<f64> =
            self.reports(label).filter_map(|report| report.figures.total_parallel_s).collect();
        let median_s = Interval::of(&all_s)?.median;
        let exact = self.reports(label).all(|r| r.frozen.plan.clock == ClockChoice::Virtual);
        let noise_s = if exact { 0.0 } else { NOISE.1.max(NOISE.0 * median_s) };
        Some(RunTotals { all_s, median_s, noise_s })
    }

    /// `faster` takes less time than `slower`.
    pub(super) fn faster(self, claim: &str, faster: &str, slower: &str) -> Claim {
        let Some((a, b)) = self.totals(faster).zip(self.totals(slower)) else {
            return missing(claim);
        };
        let (held, evidence) = (a.less(&b), against((faster, &a), (slower, &b)));
        Claim { claim: claim.to_owned(), held, evidence }
    }

    /// The totals of the two are about the same: their ratio is within so much
    /// of 1.
    pub(super) fn about_equal(self, claim: &str, one: &str, other: &str, within: f64) -> Claim {
        let Some((a, b)) = self.totals(one).zip(self.totals(other)) else {
            return missing(claim);
        };
        let slack_s = (within * b.median_s).max(a.noise_s).max(b.noise_s);
        // Where the slack is as large as the totals, everything is about equal.
        let blind = slack_s > 0.5 * b.median_s;
        let inside = (a.median_s - b.median_s).abs() <= slack_s;
        let ((a_least_s, a_most_s), (b_least_s, b_most_s)) = (a.range(), b.range());
        let gap_s = (a_least_s - b_most_s).max(b_least_s - a_most_s);
        let held = match (blind, inside) {
            (false, true) => Some(true),
            (false, false) if gap_s > CLEARLY * slack_s => Some(false),
            _ => None,
        };
        Claim { claim: claim.to_owned(), held, evidence: against((one, &a), (other, &b)) }
    }

    /// The total is what it would be without any overhead; `what` says how that
    /// was found.
    pub(super) fn expected(self, claim: &str, label: &str, expected_s: f64, what: &str) -> Claim {
        let Some(totals) = self.totals(label) else { return missing(claim) };
        let slack_s = NOISE.1.max(2.0 * NOISE.0 * expected_s);
        let blind = slack_s > 0.5 * expected_s;
        let off_s = totals.median_s - expected_s;
        let held = match off_s.abs() {
            _ if blind => None,
            off_s if off_s <= slack_s => Some(true),
            // A busy machine wakes a single run late.
            off_s if off_s <= CLEARLY * slack_s => None,
            _ => Some(false),
        };
        let (total, expected) =
            (four_digit_duration(totals.median_s), four_digit_duration(expected_s));
        let percent = 100.0 * off_s / expected_s;
        let evidence = format!("{total}; {what} {expected} ({percent:+.1} %)");
        Claim { claim: claim.to_owned(), held, evidence }
    }

    /// All runs of this label came to these values, in listed order.
    pub(super) fn values(self, claim: &str, label: &str, expected: &[f64]) -> Claim {
        let Some(report) = self.reports(label).next() else { return missing(claim) };
        let Some(found) = values(report) else {
            let evidence = "on the virtual clock nothing is computed".to_owned();
            return Claim { claim: claim.to_owned(), held: None, evidence };
        };
        let all_alike = self
            .reports(label)
            .map(values)
            .all(|values| values.is_some_and(|values| values == expected));
        let evidence = format!("{label}: {}", list(&found));
        Claim { claim: claim.to_owned(), held: Some(all_alike), evidence }
    }
}

/// The values of a run in listed order, if all cases have one.
pub(super) fn values(report: &RunReport) -> Option<Vec<f64>> {
    report.state.records().iter().map(|record| record.value).collect()
}

/// A claim whose runs are missing.
pub(super) fn missing(claim: &str) -> Claim {
    let evidence = "not measured: its runs were not made or not all done".to_owned();
    Claim { claim: claim.to_owned(), held: None, evidence }
}

/// `2 threads 8.003 s, in series 12.50 s: 1.6x`.
pub(super) fn against((a, a_s): (&str, &RunTotals), (b, b_s): (&str, &RunTotals)) -> String {
    let (first, second) = (four_digit_duration(a_s.median_s), four_digit_duration(b_s.median_s));
    if a_s.median_s <= 0.0 || b_s.median_s <= 0.0 {
        return format!("{a} {first}, {b} {second}");
    }
    let (least, most) = (a_s.median_s.min(b_s.median_s), a_s.median_s.max(b_s.median_s));
    format!("{a} {first}, {b} {second}: {}x", ratio(most / least))
}

/// Numbers with commas between.
pub(super) fn list(numbers: &[f64]) -> String {
    numbers.iter().map(|&number| shortest(number)).collect::<Vec<_>>().join(", ")
}
