//! Concludes from the evidence how many workers are worth having.

use super::evidence::{CurvePoint, Evidence, LimitedBy, Overhead, fewest_workers, order_matters};
use super::limits::{Limit, Scarcity};
use super::recommendation::{Advice, AdviceText};
use super::wording::{choice_text, instead_text, ordinal};
use crate::report::{
    Curve, KNEE_TOLERANCE, MeasuredPoint, PredictError, Prediction, RunReport, Scenario,
};
use crate::run::{CaseRecord, Status};
use crate::study::{Order, WORKER_RANGE};
use crate::text::{capitalized, count, grouped, plural, precise_duration};

/// Predicted savings below this share of the makespan count as nothing.
const NEGLIGIBLE_PREDICTED: f64 = 0.005;

/// Measured savings below this share of the makespan count as nothing.
const NEGLIGIBLE_MEASURED: f64 = 0.02;

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

    /// Advises this many workers in this order; their makespan is predicted unless measured.
    fn advise(&self, workers: u32, order: Order, predicted_s: Option<f64>) -> Advice {
        let measured_s = self.measured_s(workers, order);
        Advice {
            workers: Some(workers),
            strategy: Some(self.scenario.strategy),
            order: Some(order),
            total_s: measured_s.or(predicted_s),
            is_measured: measured_s.is_some(),
            ..Advice::default()
        }
    }

    /// Advises the fewest workers within 5 % of the best makespan.
    fn fewest(&self) -> Result<Advice, String> {
        let points = self.points();
        let chosen = fewest_workers(&points, self.scenario.order)
            .ok_or("no worker count completed all cases")?;
        let CurvePoint { workers, order, total_s } = chosen;
        if let Some(ceiling) = self.ceiling().filter(|it| it.at_once < workers) {
            let predicted_s = self.predicted_s(ceiling.at_once, order);
            let advice = self.advise(ceiling.at_once, order, predicted_s);
            return Ok(self.capped(advice, ceiling.at_once > 1, ceiling.scarcity(chosen)));
        }
        let advice = self.advise(workers, order, Some(total_s));
        let names_order = workers > 1 && order_matters(&points, &chosen);
        if let Some(scarcity) = self.scarce_resource(order) {
            return Ok(self.capped(advice, names_order, scarcity));
        }
        let limit = self.limit(&points, &chosen);
        let text = AdviceText {
            lead: self.choice_text(&advice, names_order),
            rest: self.next_worker(&points, &chosen, limit.as_ref()),
        };
        Ok(Advice { limited_by: limit.map(|limit| limit.by), text, ..advice })
    }

    /// Words advice whose number of workers is limited by something scarce.
    fn capped(&self, advice: Advice, names_order: bool, scarcity: Scarcity) -> Advice {
        let Scarcity { limit: Limit { by, clause }, plenty, unlimited } = scarcity;
        let unlimited = if self.uses_predictions() {
            let (workers, take) =
                (count(unlimited.workers, "worker"), plural(unlimited.workers, "takes", "take"));
            format!("; {workers} with {plenty} {take} {}", precise_duration(unlimited.total_s))
        } else {
            String::new()
        };
        let text = AdviceText {
            lead: self.choice_text(&advice, names_order),
            rest: format!("{}{unlimited}.", capitalized(&clause)),
        };
        Advice { limited_by: Some(by), text, ..advice }
    }

    fn choice_text(&self, advice: &Advice, names_order: bool) -> String {
        let workers = advice.workers.unwrap_or(1);
        let order = advice.order.filter(|_| names_order);
        self.lead(workers, &choice_text(workers, order, advice.total_s))
    }

    /// Begins a sentence about this many workers, with their strategy if the run has another. A
    /// single worker does the same with any.
    fn lead(&self, workers: u32, text: &str) -> String {
        let (strategy, own) = (self.scenario.strategy, self.report.frozen.plan.strategy);
        if workers > 1 && strategy != own {
            format!("{}, {text}", instead_text(strategy, own))
        } else {
            capitalized(text)
        }
    }

    /// A single run of cases that compute shows only how many workers can help.
    fn at_most(&self) -> Advice {
        let floor_s = self.predictor.floor_s(self.scenario.strategy);
        let reaching = self.curves.iter().filter_map(|curve| {
            let limit_s = curve.best_s().max(floor_s * (1.0 + NEGLIGIBLE_PREDICTED));
            curve.points.iter().find(|point| point.total_s <= limit_s)
        });
        let workers = reaching.map(|point| point.workers).min().unwrap_or(1);
        let cores = self.predictor.cores(self.scenario.strategy);
        let scarce = self.scarce_resource(self.scenario.order).map(|scarcity| scarcity.limit);
        let best_s = self.curves.iter().map(Curve::best_s).fold(f64::INFINITY, f64::min);
        let at_floor = || {
            (best_s <= floor_s * (1.0 + KNEE_TOLERANCE))
                .then(|| self.floor_limit(workers.max(cores)))
        };
        let ceiling = self.ceiling().filter(|ceiling| ceiling.at_once < workers);
        let (workers, limit) = match ceiling {
            Some(ceiling) => (ceiling.at_once, Some(ceiling.limit())),
            None => (workers, scarce.or_else(at_floor)),
        };
        let reason = limit.as_ref().map_or(String::new(), |limit| format!(": {}", limit.clause));
        let text = AdviceText {
            lead: self
                .lead(workers, &format!("at most {} can help{reason}.", count(workers, "worker"))),
            rest: "Run a sweep to measure how many are worth having.".to_owned(),
        };
        Advice { limited_by: limit.map(|limit| limit.by), text, ..Advice::default() }
    }

    /// Advises one worker if more cost more than they save.
    fn one_worker(&self) -> Option<Advice> {
        let order = self.scenario.order;
        let series_s = self.predictor.series_s();
        if series_s <= 0.0 {
            return Some(Advice {
                workers: Some(1),
                order: Some(order),
                limited_by: Some(LimitedBy::Overhead),
                text: AdviceText {
                    lead: "1 worker: the cases take no time.".to_owned(),
                    rest: "Only overhead is left, and more workers add to it.".to_owned(),
                },
                total_s: Some(series_s),
                ..Advice::default()
            });
        }
        let curve = self.curves.iter().min_by(|a, b| a.best_s().total_cmp(&b.best_s()))?;
        let cores = self.predictor.cores(self.scenario.strategy);
        let cases = self.predictor.cases();
        let overhead = Overhead::of(self.report)?;
        if curve.knee().workers == 1 && overhead.total_s(cases, 1) <= KNEE_TOLERANCE * series_s {
            return None;
        }
        let with_overhead =
            |p: &Prediction| p.total_s + overhead.total_s(cases, p.workers.min(cores));
        let several = curve.points.iter().filter(|p| p.workers > 1).map(with_overhead);
        let measured = self.measured.iter().filter(|point| point.workers > 1);
        let all_s = several.chain(measured.map(|point| point.total_s));
        if all_s.fold(f64::INFINITY, f64::min) < series_s * (1.0 - KNEE_TOLERANCE) {
            return None;
        }
        // `None` if the cores or the lock prevent a gain: longer cases would not help.
        let two = if self.report.is_compute_bound() { cores.min(2) } else { 2 };
        let pays_from_s = overhead.pays_from_s(cases, two)?;
        let mean_s = series_s / cases as f64;
        let pays = if pays_from_s > mean_s {
            let from = precise_duration(pays_from_s);
            format!("; a second worker pays off from {from} per case")
        } else {
            String::new()
        };
        let text = AdviceText {
            lead: "1 worker: running in parallel does not pay off here.".to_owned(),
            rest: format!("A case takes {} on average{pays}.", precise_duration(mean_s)),
        };
        let advice = self.advise(1, order, Some(series_s));
        Some(Advice { limited_by: Some(LimitedBy::Overhead), text, ..advice })
    }

    /// What one worker more than chosen would change, and why.
    fn next_worker(
        &self,
        points: &[CurvePoint],
        chosen: &CurvePoint,
        limit: Option<&Limit>,
    ) -> String {
        let most = *WORKER_RANGE.end();
        if limit.is_none() {
            if chosen.workers == most {
                return format!("{most} is the maximum.");
            }
            let at_most = points.iter().find(|p| p.workers == most && p.order == chosen.order);
            let is_shorter =
                |p: &&CurvePoint| p.total_s < chosen.total_s * (1.0 - NEGLIGIBLE_PREDICTED);
            if let Some(at_most) = at_most.filter(is_shorter) {
                return format!(
                    "The maximum of {most} takes {}.",
                    precise_duration(at_most.total_s)
                );
            }
        }
        let ordinal = ordinal(chosen.workers + 1);
        let reason =
            |mark: &str| limit.map_or(String::new(), |limit| format!("{mark} {}", limit.clause));
        let Some(next_s) = self.next_s(points, chosen) else {
            return format!("{ordinal} was not measured{}.", reason(";"));
        };
        let negligible =
            if self.uses_predictions() { NEGLIGIBLE_PREDICTED } else { NEGLIGIBLE_MEASURED };
        let saved_s = chosen.total_s - next_s;
        if saved_s > negligible * chosen.total_s {
            let (saved, share) = (precise_duration(saved_s), saved_s / chosen.total_s);
            return format!("{ordinal} saves {saved} ({:.0} %){}.", 100.0 * share, reason(";"));
        }
        // At the floor the limit explains the whole makespan.
        let floor_s = self.predictor.floor_s(self.scenario.strategy);
        let is_floor = chosen.total_s <= floor_s * (1.0 + negligible) || floor_s == 0.0;
        format!("{ordinal} saves nothing{}.", reason(if is_floor { ":" } else { ";" }))
    }

    /// Makespan with one worker more, in seconds; predicted if the curve skips it. One
    /// worker has no order; a second would use the best.
    fn next_s(&self, points: &[CurvePoint], chosen: &CurvePoint) -> Option<f64> {
        let workers = chosen.workers + 1;
        let is_next = |p: &&CurvePoint| {
            p.workers == workers && (chosen.workers == 1 || p.order == chosen.order)
        };
        let known = points.iter().filter(is_next).map(|p| p.total_s).min_by(f64::total_cmp);
        known
            .or_else(|| self.predicted_s(workers, chosen.order).filter(|_| self.uses_predictions()))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::report::Predictor;
    use crate::report::fixtures;
    use crate::report::run_report::Machine;
    use crate::run::{CaseEnd, CaseOutcome, RunEvent, RunState, replay};
    use crate::schedule::{Ticket, ns_from_s};
    use crate::study::{
        CaseDemand, CaseResources, CaseTable, ClockChoice, FrozenStudy, Lengths, Limits, Strategy,
    };

    fn frozen(names: &[&str], lengths: Lengths, strategy: Strategy, workers: u32) -> FrozenStudy {
        let mut cases = CaseTable::default();
        for name in names {
            cases.push(name, 1.0, 1.0, &[]);
        }
        fixtures::study(cases, lengths, fixtures::plan(strategy, workers))
    }

    fn report(frozen: FrozenStudy, state: RunState) -> RunReport {
        RunReport::new(
            Arc::new(frozen),
            state,
            Machine { logical_cpus: 2, os: "linux", cpus: None },
        )
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
                outcome: CaseOutcome::done(None),
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
        let mut computed = computed(&[1.0; 8]);
        Arc::make_mut(&mut computed.frozen).plan.limits.licences = Some(1);
        let lead = "At most 1 worker can help: there is 1 licence.";
        assert_eq!(Advice::for_run(&computed).text.lead, lead);
    }

    #[test]
    fn the_cores_of_a_cluster_limit_the_workers() {
        let mut run = crash_tests(Strategy::Threads, 2);
        run.state.apply(RunEvent::CoreSlots(2));
        let advice = Advice::for_run(&run);
        assert_eq!((advice.workers, advice.limited_by), (Some(2), Some(LimitedBy::Cores)));
        let rest = "The cluster has cores for 2 cases at once; 3 workers with as many cores take \
                    15.43 s.";
        assert_eq!(advice.text.rest, rest);
    }

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
    fn advice_on_shares_and_batches_is_about_them_and_names_what_threads_take() {
        let lengths_s = [5.0, 5.0, 5.0, 1.0, 1.0, 1.0, 1.0, 1.0];
        let run = waits_by(Strategy::Shares, 4, &[""; 8], &lengths_s);
        let advice = Advice::for_run(&run);
        let expected = "8 workers: 5.0 s. A ninth saves nothing: Case 1 alone takes 5.0 s.";
        assert_eq!(advice.text.to_string(), expected);
        assert_eq!(advice.strategy, Some(Strategy::Shares));
        let own_s = Predictor::of_run(&run).unwrap().predict(Scenario::of(&run.frozen.plan), 8);
        assert_eq!(advice.total_s, Some(own_s.unwrap().total_s));
        let threads = "With threads instead of shares, 4 workers: 5.0 s.";
        assert_eq!(advice.details.last().unwrap(), threads);

        let advice = Advice::for_run(&crash_tests(Strategy::Batches, 3));
        let expected = "6 workers: 15.43 s. A seventh saves nothing: front__50__400 alone takes \
                        15.43 s.";
        assert_eq!(advice.text.to_string(), expected);
        assert_eq!(
            advice.details.join(" "),
            "The total is predicted from the intended times of the cases, without overhead. The \
             plan of this run, batches with 3 workers, as listed, takes 23.14 s: 7.71 s more. With \
             threads instead of batches, 3 workers, longest first: 15.43 s."
        );
    }

    /// A run of four waits under these limits.
    fn limited(workers: u32, limits: &Limits) -> RunReport {
        let lengths = Lengths::Seconds(vec![2.0; 4]);
        let mut frozen = frozen(&[""; 4], lengths, Strategy::Threads, workers);
        frozen.resources = CaseResources::new(limits, &frozen.cases, 2).unwrap();
        frozen.plan.limits = limits.clone();
        let state = replay(&frozen);
        report(frozen, state)
    }

    #[test]
    fn a_resource_that_binds_is_named_with_what_more_of_it_is_worth() {
        let need = |amount| Some(CaseDemand::Amount(amount));
        let tokens = Limits { tokens: Some(2), tokens_per_case: need(2), ..Limits::default() };
        let gigabyte = 1_000_000_000;
        let (memory_bytes, memory_per_case) = (Some(gigabyte), need(gigabyte));
        let memory =
            Limits { memory_bytes, memory_per_case: memory_per_case.clone(), ..Limits::default() };
        let cores = Limits { cores_per_case: need(2), ..Limits::default() };
        let two_at_once = Limits { tokens: Some(2), ..memory.clone() };
        let one_at_once = Limits { memory_per_case, memory_bytes, ..tokens.clone() };
        for (limits, by, there, enough) in [
            (
                &tokens,
                LimitedBy::Tokens,
                "There are 2 tokens",
                "4 workers with enough tokens take 2.0 s",
            ),
            (
                &memory,
                LimitedBy::Memory,
                "There is 1.0 GB of memory",
                "4 workers with enough memory take 2.0 s",
            ),
            (
                &cores,
                LimitedBy::Cores,
                "There are 2 cores",
                "4 workers with enough cores take 2.0 s",
            ),
            (
                &two_at_once,
                LimitedBy::Memory,
                "There is 1.0 GB of memory",
                "2 workers with enough memory take 4.0 s",
            ),
            (
                &one_at_once,
                LimitedBy::Memory,
                "There is 1.0 GB of memory",
                "4 workers with enough memory and tokens take 2.0 s",
            ),
        ] {
            for workers in [1, 4] {
                let advice = Advice::for_run(&limited(workers, limits));
                let expected =
                    format!("1 worker: 8.0 s. {there}, enough for 1 case at once; {enough}.");
                assert_eq!(advice.text.to_string(), expected);
                assert_eq!((advice.workers, advice.limited_by), (Some(1), Some(by)));
            }
        }
        // Two tokens of three are used: the bound of the resource alone is not reached.
        let three = Limits { tokens: Some(3), ..tokens.clone() };
        assert_eq!(Advice::for_run(&limited(2, &three)).limited_by, Some(LimitedBy::Tokens));
        let eight = Limits { tokens: Some(8), ..tokens.clone() };
        let expected = "4 workers: 2.0 s. A fifth saves nothing: each case alone takes 2.0 s.";
        assert_eq!(text(&limited(2, &eight)), expected);
        // Cases that compute.
        let mut computed = computed(&[1.0; 4]);
        let frozen = Arc::make_mut(&mut computed.frozen);
        frozen.resources = CaseResources::new(&tokens, &frozen.cases, 2).unwrap();
        let expected = "At most 1 worker can help: there are 2 tokens, enough for 1 case at once.";
        assert_eq!(Advice::for_run(&computed).text.lead, expected);
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
        // They ran one after another, whatever the number of workers.
        let mut queued = programs(0.5, 4.0);
        for (case, record) in (0..).zip(&mut queued.state.records) {
            (record.start_ns, record.end_ns) = (ns_from_s(4.0) * case, ns_from_s(4.0) * (case + 1));
        }
        let expected = "At most 8 workers can help: each case alone takes 4.0 s.";
        assert_eq!(Advice::for_run(&queued).text.lead, expected);
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
