//! How many workers are worth having, in which order, and what limits them.

use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

use super::conclusion::NoAdvice;
use super::evidence::Evidence;
use super::limiting_factor::LimitedBy;
use super::wording::AdviceText;
use crate::report::predict::{MeasuredPoint, PredictError, Scenario};
use crate::report::run_report::RunReport;
use crate::run::Status;
use crate::study::{Order, RunsIn, Strategy};

/// How many workers are worth having.
///
/// As JSON it has the keys `workers`, `order`, `limited_by` and `sentence`; unknown
/// values are null.
#[derive(Debug, Clone, PartialEq)]
pub struct Advice {
    /// The fewest workers whose makespan is within 5 % of the best.
    pub workers: Option<u32>,
    /// The best order with this many workers.
    pub order: Option<Order>,
    /// Why more workers are not worth having. Also `None` where they would be, but were
    /// not measured or are not possible.
    pub limited_by: Option<LimitedBy>,
    /// The advice in words.
    pub text: AdviceText,
    /// Makespan with these workers in that order, in seconds.
    pub total_s: Option<f64>,
    /// Whether that makespan was measured instead of predicted.
    pub is_measured: bool,
    /// Further sentences: whether the cases wait or compute, what the order saves, and
    /// what the advice saves over the run it is drawn from.
    pub details: Vec<String>,
}

impl Serialize for Advice {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut advice = to.serialize_struct("Advice", 4)?;
        advice.serialize_field("workers", &self.workers)?;
        advice.serialize_field("order", &self.order.map(<&str>::from))?;
        advice.serialize_field("limited_by", &self.limited_by.map(<&str>::from))?;
        advice.serialize_field("sentence", &self.text.to_string())?;
        advice.end()
    }
}

impl Advice {
    /// Advises from one run by predictions from its case lengths. For cases that compute
    /// it says only how many workers can help at most.
    ///
    /// Takes up to three times as long as [`Curve::of`](crate::report::Curve::of), so
    /// call it off the UI thread.
    pub fn for_run(report: &RunReport) -> Self {
        let own = Scenario::of(&report.frozen.plan);
        let scenario = Scenario { strategy: advised_strategy(own.strategy), ..own };
        Self::for_sweep(report, scenario, &[])
    }

    /// Advises from a sweep: one of its runs, best the one with the fewest workers, and
    /// the makespans measured in this scenario, by growing workers.
    pub fn for_sweep(report: &RunReport, scenario: Scenario, measured: &[MeasuredPoint]) -> Self {
        Self::conclude(report, scenario, measured).unwrap_or_else(|reason| Self::none(&reason))
    }

    /// The advice for no run at all.
    pub fn for_empty_run() -> Self {
        Self::none(&NoAdvice::EmptyRun)
    }

    fn conclude(
        report: &RunReport,
        scenario: Scenario,
        measured: &[MeasuredPoint],
    ) -> Result<Self, NoAdvice> {
        let cases = report.frozen.cases.len();
        if cases == 0 {
            return Err(NoAdvice::NoCases);
        }
        if report.state.resumed_count() > 0 {
            return Err(NoAdvice::Resumed);
        }
        let mut statuses = report.state.records().iter().map(|record| record.status);
        if statuses.all(|status| matches!(status, Status::Failed | Status::TimedOut)) {
            return Err(match cases {
                1 => NoAdvice::OnlyCaseFailed,
                _ => NoAdvice::AllFailed(cases),
            });
        }
        let evidence = Evidence::new(report, scenario, measured).map_err(|error| match error {
            PredictError::NoTime { .. } => {
                NoAdvice::NotAllDone { done: report.state.done_count(), cases }
            }
            error => NoAdvice::Unpredictable(error),
        })?;
        let conclusion = evidence.conclude()?;
        let choice = conclusion.choice();
        Ok(Self {
            workers: choice.map(|choice| choice.workers),
            order: choice.map(|choice| choice.order),
            limited_by: conclusion.limited_by(),
            text: AdviceText::from(&conclusion),
            total_s: choice.and_then(|choice| choice.total_s),
            is_measured: choice.is_some_and(|choice| choice.is_measured),
            details: evidence.details(&conclusion).iter().map(ToString::to_string).collect(),
        })
    }

    fn none(reason: &NoAdvice) -> Self {
        Self {
            workers: None,
            order: None,
            limited_by: None,
            text: AdviceText::from(reason),
            total_s: None,
            is_measured: false,
            details: Vec::new(),
        }
    }
}

/// The strategy to advise on for a run of this one: a free worker takes the next case,
/// in the same place.
fn advised_strategy(strategy: Strategy) -> Strategy {
    match strategy.runs_in() {
        RunsIn::Pool | RunsIn::OwnThreads => Strategy::Threads,
        RunsIn::GlobalLock | RunsIn::Processes => strategy,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::report::fixtures;
    use crate::report::predict::Predictor;
    use crate::report::run_report::Machine;
    use crate::run::{CaseEnd, CaseOutcome, RunEvent, RunState, replay};
    use crate::schedule::{Ticket, ns_from_s};
    use crate::study::{CaseTable, ClockChoice, FrozenPlan, FrozenStudy, Lengths, Strategy};

    fn frozen(names: &[&str], lengths: Lengths, strategy: Strategy, workers: u32) -> FrozenStudy {
        let mut cases = CaseTable::default();
        for name in names {
            cases.push(name, 1.0, 1.0, &[]);
        }
        let plan = FrozenPlan {
            batch: (strategy == Strategy::Batches).then_some(workers),
            ..fixtures::plan(strategy, workers)
        };
        fixtures::study(cases, lengths, plan)
    }

    fn report(frozen: FrozenStudy, state: RunState) -> RunReport {
        RunReport::new(Arc::new(frozen), state, Machine { logical_cpus: 2, os: "linux" })
    }

    fn waits_by(strategy: Strategy, workers: u32, names: &[&str], lengths_s: &[f64]) -> RunReport {
        let frozen = frozen(names, Lengths::Seconds(lengths_s.to_vec()), strategy, workers);
        let state = replay(&frozen);
        report(frozen, state)
    }

    fn waits(lengths_s: &[f64]) -> RunReport {
        waits_by(Strategy::Threads, 2, &vec![""; lengths_s.len()], lengths_s)
    }

    fn crash_tests(strategy: Strategy, workers: u32) -> RunReport {
        let names = [
            "side__10__200",
            "front__50__200",
            "rear__20__200",
            "side__10__400",
            "front__50__400",
            "rear__20__400",
        ];
        let lengths_s =
            [2.0, 10.0, 4.0, 4.0, 20.0, 8.0].map(|product| 0.771_320_643_266_746 * product);
        waits_by(strategy, workers, &names, &lengths_s)
    }

    /// A real run on two workers whose cases took these CPU and waited times.
    fn ran(strategy: Strategy, times_s: &[(f64, f64)]) -> RunReport {
        let mut frozen = frozen(&vec![""; times_s.len()], Lengths::Unknown, strategy, 2);
        frozen.plan.clock = ClockChoice::Real;
        let mut state = RunState::new(times_s.len());
        for at_ns in [100_000, 140_000] {
            state.apply(RunEvent::WorkerReady { at_ns });
        }
        let mut now_ns = 140_000;
        for (case, &(cpu_s, waited_s)) in (0..).zip(times_s) {
            let ticket = Ticket { case, lane: 0, attempt: 1, dispatch_index: case };
            let (asked_ns, start_ns) = (now_ns, now_ns + 500);
            state.apply(RunEvent::Started { ticket, asked_ns, at_ns: start_ns });
            now_ns = start_ns + ns_from_s(cpu_s + waited_s);
            state.apply(RunEvent::Finished(CaseEnd {
                will_retry: false,
                ticket,
                start_ns,
                end_ns: now_ns,
                waited_ns: Some(ns_from_s(waited_s)),
                cpu_ns: Some(ns_from_s(cpu_s)),
                memory_bytes: None,
                outcome: CaseOutcome::Done(None),
            }));
        }
        report(frozen, state)
    }

    fn computed(times_s: &[f64]) -> RunReport {
        ran(Strategy::Threads, &times_s.iter().map(|&cpu_s| (cpu_s, 0.0)).collect::<Vec<_>>())
    }

    fn text(report: &RunReport) -> String {
        Advice::for_run(report).text.to_string()
    }

    fn swept(report: &RunReport, measured: &[MeasuredPoint]) -> Advice {
        let plan = &report.frozen.plan;
        let scenario = Scenario { strategy: plan.strategy, batch: plan.batch, order: plan.order };
        Advice::for_sweep(report, scenario, measured)
    }

    fn measured(totals_s: &[f64]) -> Vec<MeasuredPoint> {
        (1..).zip(totals_s).map(|(workers, &total_s)| MeasuredPoint { workers, total_s }).collect()
    }

    #[test]
    fn licences_limit_the_workers_and_the_value_of_more_is_given() {
        let mut run = crash_tests(Strategy::Threads, 2);
        Arc::make_mut(&mut run.frozen).plan.limits.licences = Some(2);
        let advice = Advice::for_run(&run);
        assert_eq!((advice.workers, advice.limited_by), (Some(2), Some(LimitedBy::Licences)));
        assert!(advice.text.lead.starts_with("2 workers, longest first: "), "{}", advice.text);
        let rest = "There are 2 licences; 3 workers with as many licences take 15.43 s.";
        assert_eq!(advice.text.rest, rest);
        Arc::make_mut(&mut run.frozen).plan.limits.licences = Some(3);
        assert_eq!(Advice::for_run(&run).limited_by, Some(LimitedBy::LongestCase));
        run.state.apply(RunEvent::Licences { at_ns: 0, available: 1 });
        assert_eq!(Advice::for_run(&run).workers, Some(1));
    }

    #[test]
    fn every_run_of_the_crash_tests_gives_the_same_advice() {
        let expected = "3 workers, longest first: 15.43 s. A fourth saves nothing: front__50__400 \
                        alone takes 15.43 s.";
        for (strategy, workers) in [
            (Strategy::Series, 1),
            (Strategy::Batches, 3),
            (Strategy::AllAtOnce, 6),
            (Strategy::Threads, 3),
            (Strategy::Processes, 2),
        ] {
            let advice = Advice::for_run(&crash_tests(strategy, workers));
            assert_eq!(advice.text.to_string(), expected);
            assert_eq!(advice.text.lead, "3 workers, longest first: 15.43 s.");
            assert_eq!((advice.workers, advice.order), (Some(3), Some(Order::Longest)));
            assert_eq!(advice.limited_by, Some(LimitedBy::LongestCase));
        }
        let details = Advice::for_run(&crash_tests(Strategy::Batches, 3)).details.join(" ");
        assert_eq!(
            details,
            "The total is predicted from the intended times of the cases, without overhead. \
             Dispatching longest first saves 3.09 s: as listed, 3 workers take 18.51 s. The plan of \
             this run, batches with 3 workers, as listed, takes 23.14 s: 7.71 s more."
        );
    }

    #[test]
    fn advice_as_json_has_exactly_these_keys() {
        let json = |report: &RunReport| serde_json::to_string(&Advice::for_run(report)).unwrap();
        assert_eq!(
            json(&crash_tests(Strategy::Threads, 3)),
            "{\"workers\":3,\"order\":\"longest\",\"limited_by\":\"longest-case\",\"sentence\":\
             \"3 workers, longest first: 15.43 s. A fourth saves nothing: front__50__400 alone \
             takes 15.43 s.\"}"
        );
        assert_eq!(
            json(&waits(&[])),
            "{\"workers\":null,\"order\":null,\"limited_by\":null,\"sentence\":\"No advice: there \
             are no cases.\"}"
        );
    }

    #[test]
    fn edge_cases_get_true_advice() {
        for (lengths_s, expected) in [
            (&[][..], "No advice: there are no cases."),
            (&[4.0], "1 worker: 4.0 s. A second saves nothing: Case 1 alone takes 4.0 s."),
            (
                &[2.0, 2.0, 4.0],
                "2 workers, longest first: 4.0 s. A third saves nothing: Case 3 alone takes 4.0 s.",
            ),
            (
                &[1.0, 1.0, 1.0],
                "3 workers: 1.0 s. A fourth saves nothing: each case alone takes 1.0 s.",
            ),
            (
                &[1.0, 1.0, 60.0],
                "1 worker: 62.0 s. A second saves 2.0 s (3 %); Case 3 alone takes 60.0 s.",
            ),
            (
                &[0.0, 0.0],
                "1 worker: the cases take no time. Only overhead is left, and more workers add to \
                 it.",
            ),
        ] {
            assert_eq!(text(&waits(lengths_s)), expected);
        }
        let advice = Advice::for_run(&waits(&vec![1.0; 2560]));
        assert_eq!((advice.workers, advice.limited_by), (Some(256), None));
        let expected = "256 workers: 10.0 s. 256 is the maximum.";
        assert_eq!(advice.text.to_string(), expected);
    }

    #[test]
    fn runs_with_failed_or_cancelled_cases_give_advice_only_if_lengths_are_known() {
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
        let half = of([CaseOutcome::Done(None), CaseOutcome::Cancelled], Lengths::Unknown);
        assert_eq!(half, "No advice: 1 of 2 cases are done; advice needs a run in which all are.");
        let half = of([CaseOutcome::Done(None), CaseOutcome::Cancelled], known());
        assert_eq!(half, "2 workers: 2.0 s. A third saves nothing: Case 2 alone takes 2.0 s.");
    }

    #[test]
    fn one_run_of_computing_cases_says_only_how_many_workers_can_help() {
        let advice = Advice::for_run(&computed(&[1.0; 8]));
        assert_eq!(
            advice.text.to_string(),
            "At most 2 workers can help: the cases compute, and there are 2 CPUs. Run a sweep to \
             measure how many are worth having."
        );
        assert_eq!((advice.workers, advice.limited_by), (None, Some(LimitedBy::Cores)));
        assert_eq!(advice.details, ["The cases compute: 100 % of their time is CPU time."]);
        assert!(
            text(&computed(&[9.0, 1.0, 1.0]))
                .starts_with("At most 2 workers can help: Case 1 alone takes 9.0 s.")
        );
        let locked = Advice::for_run(&ran(Strategy::GlobalLock, &[(1.0, 0.0); 3]));
        assert!(locked.text.lead.starts_with(
            "At most 1 worker can help: under the global lock one case computes at a time."
        ));
        let both = Advice::for_run(&ran(Strategy::Threads, &[(1.0, 1.0); 8]));
        assert_eq!(both.workers, None);
        assert!(both.details[0].starts_with("The cases both wait and compute: 50 %"));
        // Waits of unknown length are predicted from one run.
        let waited = Advice::for_run(&ran(Strategy::Threads, &[(0.01, 1.0); 3]));
        assert_eq!((waited.workers, waited.limited_by), (Some(3), Some(LimitedBy::LongestCase)));
        assert!(waited.details[0].starts_with("The cases wait: less than 1 %"));
    }

    /// A real run of eight programs, all at once, each with this CPU time and time.
    fn programs(cpu_s: f64, time_s: f64) -> RunReport {
        let mut frozen = frozen(&["p"; 8], Lengths::Unknown, Strategy::Threads, 8);
        frozen.plan.clock = ClockChoice::Real;
        let mut state = RunState::new(8);
        for case in 0..8 {
            state.apply(RunEvent::WorkerReady { at_ns: 0 });
            state.apply(RunEvent::Finished(CaseEnd {
                cpu_ns: Some(ns_from_s(cpu_s)),
                ..fixtures::case_end(case, case, 0, ns_from_s(time_s))
            }));
        }
        report(frozen, state)
    }

    #[test]
    fn programs_are_judged_by_their_cpu_time() {
        // Stretched by sharing two CPUs: their times alone are unknown.
        let advice = Advice::for_run(&programs(1.0, 4.0));
        assert!(
            advice.text.lead.contains("the time each program takes alone is unknown"),
            "{advice:?}"
        );
        assert_eq!((advice.workers, advice.limited_by), (None, None));
        // They wait, so each takes as long as alone.
        let advice = Advice::for_run(&programs(0.01, 4.0));
        assert_eq!(
            advice.text.to_string(),
            "8 workers: 4.0 s. A ninth saves nothing: each case alone takes 4.0 s."
        );
        // Something other than the CPUs limits them to three.
        let measured = [(1, 32.0), (2, 16.0), (3, 12.0), (8, 12.0)];
        let measured = measured.map(|(workers, total_s)| MeasuredPoint { workers, total_s });
        let report = programs(0.01, 4.0);
        let scenario = Scenario { strategy: Strategy::Threads, batch: None, order: Order::Listed };
        let advice = Advice::for_sweep(&report, scenario, &measured);
        assert_eq!((advice.workers, advice.limited_by), (Some(3), None), "{advice:?}");
    }

    #[test]
    fn a_sweep_of_computing_cases_says_how_many_workers_are_worth_having() {
        let report = computed(&[1.0; 8]);
        let advice = swept(&report, &measured(&[8.0, 4.3, 4.2, 4.22]));
        assert_eq!(
            advice.text.to_string(),
            "2 workers: 4.3 s. A third saves 100.0 ms (2 %); the cases compute, and there are 2 \
             CPUs."
        );
        assert_eq!((advice.workers, advice.limited_by), (Some(2), Some(LimitedBy::Cores)));
        assert!(advice.is_measured);
        // Cores that share a chip are slower together, but still limit.
        let advice = swept(&report, &measured(&[8.0, 5.4, 5.4, 5.5]));
        assert_eq!((advice.workers, advice.limited_by), (Some(2), Some(LimitedBy::Cores)));
        let advice = swept(&report, &measured(&[8.0, 8.1, 8.2]));
        assert_eq!(
            advice.text.to_string(),
            "1 worker: 8.0 s. A second saves nothing; cases that compute slow each other down here."
        );
        // Nothing is claimed about unmeasured counts.
        let advice = swept(&computed(&[1.0; 80]), &measured(&[80.0, 54.0]));
        assert_eq!(advice.text.to_string(), "2 workers: 54.0 s. A third was not measured.");
        assert_eq!(advice.limited_by, None);
    }

    #[test]
    fn a_sweep_of_waits_keeps_measured_totals_and_predicts_the_other_order() {
        let report = crash_tests(Strategy::Threads, 1);
        let scenario = Scenario { strategy: Strategy::Threads, batch: None, order: Order::Listed };
        let predictor = Predictor::of_run(&report).unwrap();
        let predicted = (1..=6).map(predictor.for_scenario(scenario));
        let totals_s: Vec<f64> = predicted.map(|p| p.unwrap().total_s * 1.001).collect();
        let advice = swept(&report, &measured(&totals_s));
        assert_eq!((advice.workers, advice.order), (Some(3), Some(Order::Longest)));
        assert!(!advice.is_measured);
        // Orders are compared by predictions of both, not by a measured overhead.
        let demo = waits(&[2.0, 3.0, 1.0]);
        let advice = swept(&demo, &measured(&[6.3, 3.15, 3.1]));
        assert_eq!((advice.workers, advice.order), (Some(2), Some(Order::Listed)));
        assert_eq!(advice.text.lead, "2 workers: 3.15 s.");
        assert!(advice.is_measured);
        // If predictions are off, only measurements count.
        let off: Vec<f64> = totals_s.iter().map(|total_s| total_s * 1.2).collect();
        let advice = swept(&report, &measured(&off));
        assert_eq!((advice.workers, advice.order), (Some(5), Some(Order::Listed)));
        assert!(advice.is_measured);
    }

    #[test]
    fn a_barrier_is_not_overhead() {
        let mut frozen = frozen(
            &[""; 6],
            Lengths::Seconds(vec![1.0, 2.0, 1.0, 2.0, 1.0, 2.0]),
            Strategy::Batches,
            1,
        );
        frozen.plan.batch = Some(2);
        let state = replay(&frozen);
        let report = report(frozen, state);
        let advice = swept(&report, &measured(&[9.0, 6.0, 6.0]));
        assert_eq!((advice.workers, advice.limited_by), (Some(2), None));
        assert_eq!(advice.text.rest, "A third saves nothing.");
    }

    #[test]
    fn short_cases_get_the_length_from_which_workers_pay_off() {
        let advice = Advice::for_run(&computed(&[1e-6; 4]));
        // 120 µs to start and 0.5 µs for each of four: n L / 2 + 121 µs = n L.
        assert_eq!(
            advice.text.to_string(),
            "1 worker: running in parallel does not pay off here. A case takes 1.0 µs on average; a \
             second worker pays off from 60.5 µs per case."
        );
        assert_eq!((advice.workers, advice.limited_by), (Some(1), Some(LimitedBy::Overhead)));
        assert_eq!(
            advice.details.last().unwrap(),
            "Overhead of this run: 120.0 µs to start, 500.0 ns per case."
        );
        // A sweep in which two workers take longer gives the same advice.
        let advice = swept(&computed(&[1e-6; 4]), &measured(&[1e-4, 4.02e-4, 5e-4]));
        assert_eq!(
            advice.text.to_string(),
            "1 worker: running in parallel does not pay off here. A case takes 1.0 µs on average; a \
             second worker pays off from 60.5 µs per case."
        );
        assert!(advice.is_measured);
        let long = Advice::for_run(&computed(&[1e-3; 40]));
        assert_eq!(long.limited_by, Some(LimitedBy::Cores));
    }

    #[test]
    fn the_advice_says_if_more_than_the_maximum_would_help() {
        let uneven: Vec<f64> = (0..5000).map(|case| f64::from(case % 97) + 1.0).collect();
        let advice = Advice::for_run(&waits(&uneven));
        assert!(advice.workers.is_some_and(|workers| (240..250).contains(&workers)));
        assert_eq!(advice.limited_by, None);
        let rest = advice.text.rest;
        assert!(rest.starts_with("The maximum of 256 takes 15."), "{rest}");
    }

    proptest! {
        #[test]
        fn no_other_worker_count_is_more_than_5_percent_better(
            lengths_s in proptest::collection::vec(0.0..10.0_f64, 1..20),
        ) {
            let report = waits(&lengths_s);
            let advice = Advice::for_run(&report);
            prop_assert!(!advice.text.to_string().contains("NaN"));
            let predictor = Predictor::of_run(&report).unwrap();
            let total_s = |workers, order| {
                let scenario = Scenario { strategy: Strategy::Threads, batch: None, order };
                predictor.predict(scenario, workers).unwrap().total_s
            };
            let (workers, order) = (advice.workers.unwrap(), advice.order.unwrap());
            prop_assert_eq!(advice.total_s, Some(total_s(workers, order)));
            for more in 1..=22 {
                let best_s = total_s(more, Order::Longest).min(total_s(more, Order::Listed));
                prop_assert!(advice.total_s.unwrap() <= best_s * (1.05 + 1e-9));
                prop_assert!(more >= workers || best_s * (1.0 + 1e-9) >= predictor.floor_s(Strategy::Threads));
            }
        }
    }
}
