//! Concludes from the evidence how many workers are worth having.

use super::evidence::Evidence;
use super::recommendation::Advice;
use crate::report::{Curve, MeasuredPoint, PredictError, RunReport, Scenario};
use crate::run::{CaseRecord, Status};
use crate::text::{count, grouped};

impl Advice {
    /// Advises from one run by predictions from its case lengths. For cases that compute
    /// it says only how many workers can help at most.
    ///
    /// Takes up to three times as long as `Curve::of`, so call it off the UI thread.
    pub fn for_run(report: &RunReport) -> Self {
        Self::with_curves(report).0
    }

    /// Advises like [`Self::for_run`], and returns the predicted curves that the advice is drawn
    /// from.
    pub fn with_curves(report: &RunReport) -> (Self, Vec<Curve>) {
        let records = &report.state.records;
        let is_left_out = |status| matches!(status, Status::Cancelled | Status::NotRun);
        // The log of another tool counts its cases with the times that they took.
        let is_incomplete = if report.source.is_foreign() {
            !records.iter().any(CaseRecord::has_started)
        } else {
            records.iter().any(|record| is_left_out(record.status))
        };
        if is_incomplete {
            return (Self::none(&incomplete(report)), Vec::new());
        }
        let scenario = Scenario::of_worker_counts(&report.frozen.plan);
        let advised = Self::conclude(report, scenario, &[]);
        advised.unwrap_or_else(|reason| (Self::none(&reason), Vec::new()))
    }

    /// Advises from a sweep: one of its runs, best the one with the fewest workers, and
    /// the makespans measured in this scenario, by growing workers.
    pub fn for_sweep(report: &RunReport, scenario: Scenario, measured: &[MeasuredPoint]) -> Self {
        let advised = Self::conclude(report, scenario, measured);
        advised.map_or_else(|reason| Self::none(&reason), |(advice, _)| advice)
    }

    /// The advice for no run at all.
    pub fn for_empty_run() -> Self {
        Self::none("nothing was run")
    }

    fn conclude(
        report: &RunReport,
        scenario: Scenario,
        measured: &[MeasuredPoint],
    ) -> Result<(Self, Vec<Curve>), String> {
        let cases = report.frozen.cases.len();
        if cases == 0 {
            return Err("there are no cases".to_owned());
        }
        let mut statuses = report.state.records.iter().map(|record| record.status);
        if statuses.all(|status| matches!(status, Status::Failed | Status::TimedOut)) {
            return Err(match cases {
                1 => "the case failed".to_owned(),
                _ => format!("all {} failed", count(cases, "case")),
            });
        }
        let evidence = Evidence::new(report, scenario, measured).map_err(|error| match error {
            PredictError::NoTime { .. } => incomplete(report),
            error => error.to_string(),
        })?;
        let advice = evidence.conclude()?;
        let advice = Self { details: evidence.details(&advice), ..advice };
        Ok((advice, evidence.curves))
    }
}

fn incomplete(report: &RunReport) -> String {
    let done = grouped(report.state.done_count);
    let cases = count(report.state.records.len(), "case");
    format!("{done} of {cases} are done; advice needs a run in which all are")
}

impl Evidence<'_> {
    /// Concludes everything but the details.
    fn conclude(&self) -> Result<Advice, String> {
        if let Some(advice) = self.one_worker() {
            Ok(advice)
        } else if self.report.is_compute_bound() && self.measured.is_empty() {
            Ok(self.at_most())
        } else {
            self.fewest()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::advice::evidence::LimitedBy;
    use crate::report::advice::fixtures::{crash_tests, frozen, ran, report, text, waits_by};
    use crate::report::fixtures;
    use crate::run::{CaseEnd, CaseOutcome, RunEvent, RunState};
    use crate::study::{Lengths, Order, Strategy};

    #[test]
    fn a_resumed_run_is_advised_from_the_times_of_all_its_sessions() {
        let whole = crash_tests(Strategy::Threads, 2);
        let mut resumed = whole.clone();
        resumed.state.session = 1;
        resumed.state.resumed_count = 4;
        resumed.state.records[4..].iter_mut().for_each(|record| record.session = 1);
        assert_eq!(Advice::for_run(&resumed).text.lead, Advice::for_run(&whole).text.lead);
    }

    #[test]
    fn a_strategy_that_fixes_its_workers_is_advised_to_be_threads_by_name() {
        for (strategy, workers, instead) in [
            (Strategy::Series, 1, "With threads instead of series, "),
            (Strategy::AllAtOnce, 6, "With threads instead of all-at-once, "),
            (Strategy::Threads, 3, ""),
            (Strategy::Processes, 2, ""),
        ] {
            let advice = Advice::for_run(&crash_tests(strategy, workers));
            let lead = format!("{instead}3 workers, longest first: 15.43 s.");
            assert_eq!(advice.text.lead, lead);
            let rest = "A fourth saves nothing: front__50__400 alone takes 15.43 s.";
            assert_eq!(advice.text.rest, rest);
            assert_eq!((advice.workers, advice.order), (Some(3), Some(Order::Longest)));
            assert_eq!(advice.limited_by, Some(LimitedBy::LongestCase));
        }
        let series = text(&waits_by(Strategy::Series, 1, &[""], &[4.0]));
        assert_eq!(series, "1 worker: 4.0 s. A second saves nothing: Case 1 alone takes 4.0 s.");
        let series = text(&ran(Strategy::Series, &[(1.0, 0.0); 8]));
        assert!(series.starts_with("With threads instead of series, at most 2 workers can help: "));
    }

    #[test]
    fn a_cancelled_run_gives_no_advice_and_one_with_failures_only_if_lengths_are_known() {
        let end = |case, outcome| {
            RunEvent::Finished(CaseEnd { outcome, ..fixtures::case_end(case, 0, 0, 10) })
        };
        let failed = || CaseOutcome::Failed("no".to_owned());
        let of = |outcomes: [CaseOutcome; 2], lengths: Lengths| {
            let mut state = RunState::new(2);
            for (case, outcome) in (0..).zip(outcomes) {
                state.apply(end(case, outcome));
            }
            text(&report(frozen(&["", ""], lengths, Strategy::Threads, 2), state))
        };
        let known = || Lengths::Seconds(vec![1.0, 2.0]);
        assert_eq!(of([failed(), failed()], known()), "No advice: all 2 cases failed.");
        let done = || CaseOutcome::done(None);
        let incomplete = "No advice: 1 of 2 cases are done; advice needs a run in which all are.";
        for outcomes in [[done(), CaseOutcome::Cancelled], [done(), failed()]] {
            assert_eq!(of(outcomes, Lengths::Unknown), incomplete);
        }
        assert_eq!(of([done(), CaseOutcome::Cancelled], known()), incomplete);
        let half = of([done(), failed()], known());
        assert_eq!(half, "2 workers: 2.0 s. A third saves nothing: Case 2 alone takes 2.0 s.");
    }
}
