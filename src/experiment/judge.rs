//! Tests claims: compares the totals of labelled runs with each other and with
//! expected totals, allowing for noise.

use super::findings::{Claim, Finding};
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
pub(super) struct RunTotals {
    all_s: Vec<f64>,
    /// Time until the workers could take a case, as the mean of each run.
    startup_s: Vec<f64>,
    pub(super) median_s: f64,
    noise_s: f64,
    time_scale: f64,
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

    /// Returns the totals as they were if the workers took no time to start.
    fn without_startup(&self) -> Self {
        let all_s = self.all_s.iter().zip(&self.startup_s);
        let all_s: Vec<f64> = all_s.map(|(total_s, startup_s)| total_s - startup_s).collect();
        let median_s = Interval::of(&all_s).map_or(self.median_s, |interval| interval.median);
        Self { all_s, median_s, ..self.clone() }
    }

    fn startup_share(&self) -> f64 {
        let sum = |times_s: &[f64]| times_s.iter().sum::<f64>();
        sum(&self.startup_s) / sum(&self.all_s).max(f64::MIN_POSITIVE)
    }

    fn range(&self) -> (f64, f64) {
        let least_s = self.all_s.iter().copied().fold(f64::INFINITY, f64::min);
        (least_s, self.all_s.iter().copied().fold(0.0, f64::max))
    }
}

/// Tests totals. A test that fails at a shortened time scale, but would not if the workers took no
/// time to start, says nothing: start-up is not shortened.
pub(super) fn test(totals: &[RunTotals], holds: impl Fn(&[RunTotals]) -> Option<bool>) -> Finding {
    let held = holds(totals);
    let time_scale = totals.iter().map(|totals| totals.time_scale).fold(1.0, f64::min);
    let fails_without = || {
        let without: Vec<_> = totals.iter().map(RunTotals::without_startup).collect();
        holds(&without) == Some(false)
    };
    if held != Some(false) || time_scale >= 1.0 || fails_without() {
        return Finding::Held(held);
    }
    let share = totals.iter().map(RunTotals::startup_share).fold(0.0, f64::max);
    Finding::StartUp { share, time_scale }
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
        let (all_s, startup_s): (Vec<f64>, Vec<f64>) =
            self.reports(label).filter_map(total_and_startup_s).unzip();
        let time_scale = self.reports(label).next()?.frozen.plan.time_scale;
        let median_s = Interval::of(&all_s)?.median;
        let exact = self.reports(label).all(|r| r.frozen.plan.clock == ClockChoice::Virtual);
        let noise_s = if exact { 0.0 } else { NOISE.1.max(NOISE.0 * median_s) };
        Some(RunTotals { all_s, startup_s, median_s, noise_s, time_scale })
    }

    /// Tests that `faster` takes less time than `slower`.
    pub(super) fn faster(self, claim: &str, faster: &str, slower: &str) -> Claim {
        let finding = self.totals(faster).zip(self.totals(slower)).map(|(a, b)| {
            let evidence = against((faster, &a), (slower, &b));
            (test(&[a, b], |totals| totals[0].is_less(&totals[1])), evidence)
        });
        Claim::new(claim, finding)
    }

    /// Tests that two totals are about equal: that they differ by at most the share `within`.
    pub(super) fn about_equal(self, claim: &str, one: &str, other: &str, within: f64) -> Claim {
        let holds = |totals: &[RunTotals]| {
            let [a, b] = totals else { return None };
            let tolerance_s = (within * b.median_s).max(a.noise_s).max(b.noise_s);
            // With a tolerance as large as the totals, everything is about equal.
            let blind = tolerance_s > 0.5 * b.median_s;
            let inside = (a.median_s - b.median_s).abs() <= tolerance_s;
            let ((a_least_s, a_most_s), (b_least_s, b_most_s)) = (a.range(), b.range());
            let gap_s = (a_least_s - b_most_s).max(b_least_s - a_most_s);
            match (blind, inside) {
                (false, true) => Some(true),
                (false, false) if gap_s > REFUTED * tolerance_s => Some(false),
                _ => None,
            }
        };
        let finding = self.totals(one).zip(self.totals(other)).map(|(a, b)| {
            let evidence = against((one, &a), (other, &b));
            (test(&[a, b], holds), evidence)
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
            let (total, expected) =
                (four_digit_duration(totals.median_s), four_digit_duration(expected_s));
            let off = signed_percent((totals.median_s - expected_s) / expected_s);
            let holds = |totals: &[RunTotals]| match (totals[0].median_s - expected_s).abs() {
                _ if blind => None,
                off_s if off_s <= tolerance_s => Some(true),
                // A busy machine may delay a single run.
                off_s if off_s <= REFUTED * tolerance_s => None,
                _ => Some(false),
            };
            (test(&[totals], holds), format!("{total}; {what} {expected} ({off})"))
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

/// Returns the total of a run, and the mean time until its workers could take a case.
fn total_and_startup_s(report: &RunReport) -> Option<(f64, f64)> {
    let startup_s = report.figures.account.and_then(|account| account.startup).unwrap_or(0.0);
    let workers = f64::from(report.frozen.plan.workers.max(1));
    Some((report.figures.total_parallel_s?, startup_s / workers))
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Totals of single runs on the real clock, each with the start-up in it.
    fn totals(total_s: f64, startup_s: f64, time_scale: f64) -> RunTotals {
        let (all_s, startup_s) = (vec![total_s], vec![startup_s]);
        RunTotals { all_s, startup_s, median_s: total_s, noise_s: 0.005, time_scale }
    }

    fn is_faster(a: RunTotals, b: RunTotals) -> Finding {
        test(&[a, b], |totals| totals[0].is_less(&totals[1]))
    }

    #[test]
    fn start_up_at_a_short_time_scale_makes_a_claim_inconclusive_instead_of_refuting_it() {
        let series = |time_scale| totals(0.125, 0.0, time_scale);
        let processes = |time_scale| totals(0.160, 0.080, time_scale);
        let Finding::StartUp { share, time_scale } = is_faster(processes(0.01), series(0.01))
        else {
            panic!("the start-up decides")
        };
        assert_eq!((share, time_scale), (0.5, 0.01));
        assert_eq!(is_faster(processes(1.0), series(1.0)), Finding::Held(Some(false)));
        // Without its start-up it would be slower too.
        let slow = totals(0.300, 0.080, 0.01);
        assert_eq!(is_faster(slow, series(0.01)), Finding::Held(Some(false)));
        let fast = totals(0.080, 0.010, 0.01);
        assert_eq!(is_faster(fast, series(0.01)), Finding::Held(Some(true)));
        let claim = Claim::new(
            "Processes are faster",
            Some((
                Finding::StartUp { share, time_scale },
                "2 processes 160.0 ms, in series 125.0 ms: 1.3x".to_owned(),
            )),
        );
        assert_eq!((claim.held, claim.verdict()), (None, "inconclusive"));
        assert_eq!(
            claim.evidence,
            "2 processes 160.0 ms, in series 125.0 ms: 1.3x; at time scale 0.01 the start-up of the \
             workers took 50 % of the run and decides, so this says nothing about the claim"
        );
    }
}
