//! The result of a sweep: its points and their predictions.

use std::sync::Arc;

use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

use super::plan::{SweepPlan, scenario, total_s};
use crate::experiment::{CaseSample, Interval, LabelledRun};
use crate::report::{
    Advice, Contention, MeasuredPoint, PredictError, Predictor, RunReport, Scenario,
};
use crate::run::RunState;
use crate::study::Study;

/// Excess of an efficiency over 1 that noise does not explain.
const IMPLAUSIBLE: f64 = 0.05;

/// A point as JSON. A sample measures nothing of the whole, so it has predictions only.
#[derive(Serialize)]
struct JsonPoint {
    workers: u32,
    total_s: Option<f64>,
    speedup: Option<f64>,
    efficiency: Option<f64>,
    predicted_s: Option<f64>,
}

/// Result of a sweep, also before its end; as JSON `caselanes.sweep/1`.
#[derive(Debug, Clone)]
pub struct SweepReport {
    /// Strategy, order and batch size; no batch size follows the worker count.
    pub scenario: Scenario,
    pub points: Vec<SweepPoint>,
    pub advice: Advice,
    /// Contention between cases that compute.
    pub contention: Option<Contention>,
    /// Run that the predictions start from.
    pub base: Option<Arc<RunReport>>,
    /// Size of the sample and number of all cases, if only a sample ran.
    pub part: Option<(usize, usize)>,
}

impl Serialize for SweepReport {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut report = to.serialize_struct("SweepReport", 5)?;
        report.serialize_field("schema", "caselanes.sweep/1")?;
        report.serialize_field("strategy", <&str>::from(self.scenario.strategy))?;
        report.serialize_field("order", <&str>::from(self.scenario.order))?;
        report.serialize_field("points", &self.json_points())?;
        report.serialize_field("advice", &self.advice)?;
        report.end()
    }
}

impl SweepReport {
    pub fn new(study: &Study, plan: &SweepPlan, runs: &[LabelledRun]) -> Self {
        let scenario = scenario(study);
        let reports: Vec<&Arc<RunReport>> = runs.iter().map(|run| &run.report).collect();
        let mut workers: Vec<u32> = plan.workers.clone().unwrap_or_default();
        workers.extend(reports.iter().map(|report| report.frozen.plan.workers));
        workers.sort_unstable();
        workers.dedup();
        let mut points: Vec<SweepPoint> =
            workers.iter().map(|&workers| point(workers, &reports)).collect();
        let base = base(&points, &reports);
        let (mut advice, mut contention) = (Advice::for_empty_run(), None);
        if let Some(base) = base {
            set_speedups(&mut points, base);
            let measured: Vec<MeasuredPoint> = points.iter().filter_map(measured).collect();
            contention = predict(&mut points, &measured, base, scenario).ok().flatten();
            advice = Advice::for_sweep(base, scenario, &measured);
        }
        Self { scenario, points, advice, contention, base: base.map(Arc::clone), part: None }
    }

    /// Extends the sweep of a sample to all cases: predicts their totals from their
    /// lengths and the contention in the sample. The advice on cases that compute
    /// remains that of the sample, and says so.
    #[must_use]
    pub fn for_all(mut self, sample: &CaseSample) -> Self {
        let whole = sample.whole();
        self.part = Some((sample.len(), whole.cases.len()));
        let Some(base) = &self.base else { return self };
        if let Ok(predictor) = Predictor::new(&sample.scaled(base)) {
            let scenario = self.scenario;
            for point in &mut self.points {
                let total_s = match &self.contention {
                    Some(contention) => contention.total_s(&predictor, scenario, point.workers),
                    None => predictor.predict(scenario, point.workers).map(|p| Some(p.total_s)),
                };
                point.all_s = total_s.ok().flatten();
            }
        }
        if whole.lengths.seconds().is_some() {
            let state = RunState::new(whole.cases.len());
            let unrun = RunReport::new(Arc::clone(whole), state, base.machine);
            self.advice =
                Advice { details: Vec::new(), ..Advice::for_sweep(&unrun, self.scenario, &[]) };
        } else {
            let lead = &mut self.advice.text.lead;
            *lead = format!("In the sample: {lead}");
        }
        self
    }

    /// Returns by which share the cases took longer than their CPU and waiting time with one
    /// worker, when only other programs could slow them down. `None` if one worker was not tried.
    pub fn disturbance(&self) -> Option<f64> {
        let base = self.base.as_ref().filter(|base| base.frozen.plan.workers == 1)?;
        let account = base.figures.account?;
        account.work.filter(|&work| work > 0.0).and_then(|work| Some(account.stretch? / work))
    }

    /// Returns the worker count with the highest efficiency, and this, if it is clearly above 1:
    /// then the runs with one worker were slow.
    pub fn implausible_efficiency(&self) -> Option<(u32, f64)> {
        let efficiencies = self.points.iter().filter_map(|p| Some((p.workers, p.efficiency?)));
        let highest = efficiencies.max_by(|(_, a), (_, b)| a.total_cmp(b));
        highest.filter(|&(_, efficiency)| efficiency > 1.0 + IMPLAUSIBLE)
    }

    fn json_points(&self) -> Vec<JsonPoint> {
        let is_whole = self.part.is_none();
        let point = |point: &SweepPoint| JsonPoint {
            workers: point.workers,
            total_s: point.total_s.filter(|_| is_whole).map(|total_s| total_s.median),
            speedup: point.speedup.filter(|_| is_whole),
            efficiency: point.efficiency.filter(|_| is_whole),
            predicted_s: if is_whole { point.predicted_s } else { point.all_s },
        };
        self.points.iter().map(point).collect()
    }
}

/// Results for one worker count; `None` where nothing was measured.
#[derive(Debug, Clone, PartialEq)]
pub struct SweepPoint {
    pub workers: u32,
    /// Total of each run whose cases are all done, in seconds.
    pub repeats_s: Vec<f64>,
    /// Their median with its interval, in seconds.
    pub total_s: Option<Interval>,
    /// Total with one worker divided by this one; without a measured total, the sum
    /// of the intended times stands for it.
    pub speedup: Option<f64>,
    /// Speed-up divided by the worker count.
    pub efficiency: Option<f64>,
    /// Predicted total in seconds, from the lengths of the cases. For cases that
    /// compute it includes the contention measured at the other worker counts, and is
    /// `None` beyond twice the largest of those.
    pub predicted_s: Option<f64>,
    /// Predicted total of all cases in seconds, if only a sample ran.
    pub all_s: Option<f64>,
    /// Number of incomplete runs, which are left out of the figures.
    pub undone: usize,
}

impl SweepPoint {
    pub fn error(&self) -> Option<f64> {
        let measured_s = self.total_s?.median;
        (measured_s > 0.0).then_some(self.predicted_s? / measured_s - 1.0)
    }
}

fn point(workers: u32, reports: &[&Arc<RunReport>]) -> SweepPoint {
    let own = || reports.iter().filter(|report| report.frozen.plan.workers == workers);
    let repeats_s: Vec<f64> = own().filter_map(|report| total_s(report)).collect();
    SweepPoint {
        workers,
        undone: own().count() - repeats_s.len(),
        total_s: Interval::of(&repeats_s),
        repeats_s,
        speedup: None,
        efficiency: None,
        predicted_s: None,
        all_s: None,
    }
}

fn measured(point: &SweepPoint) -> Option<MeasuredPoint> {
    Some(MeasuredPoint { workers: point.workers, total_s: point.total_s?.median })
}

/// Returns the run that predictions start from: among those with the fewest workers,
/// the one nearest their median; without a complete run, the first.
fn base<'a>(points: &[SweepPoint], reports: &[&'a Arc<RunReport>]) -> Option<&'a Arc<RunReport>> {
    let Some(fewest) = points.iter().find_map(measured) else { return reports.first().copied() };
    let off_s = |report: &RunReport| {
        let is_one = report.frozen.plan.workers == fewest.workers;
        Some((total_s(report).filter(|_| is_one)? - fewest.total_s).abs())
    };
    let known = reports.iter().filter_map(|report| Some((off_s(report)?, *report)));
    known.min_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, report)| report)
}

fn set_speedups(points: &mut [SweepPoint], base: &RunReport) {
    let alone = points.iter().find(|point| point.workers == 1).and_then(measured);
    let intended_s =
        || base.frozen.lengths.seconds().map(|lengths_s| lengths_s.iter().sum::<f64>());
    let series_s = alone.map(|point| point.total_s).or_else(intended_s);
    for point in points {
        let total_s = point.total_s.map(|total_s| total_s.median).filter(|&total_s| total_s > 0.0);
        point.speedup = series_s.zip(total_s).map(|(series_s, total_s)| series_s / total_s);
        point.efficiency = point.speedup.map(|speedup| speedup / f64::from(point.workers));
    }
}

/// Returns the CPU share of cases that compute for most of the run: otherwise overhead
/// would pass for contention.
fn contended_cpu_share(base: &RunReport) -> Option<f64> {
    let account = base.figures.account?;
    let cases_s = account.work? + account.stretch?;
    base.cpu_share().filter(|_| base.is_compute_bound() && cases_s > account.lane_seconds / 2.0)
}

/// Predicts each point from the others, and returns the contention that all of them show.
fn predict(
    points: &mut [SweepPoint],
    measured: &[MeasuredPoint],
    base: &RunReport,
    scenario: Scenario,
) -> Result<Option<Contention>, PredictError> {
    let predictor = Predictor::of_run(base)?;
    // Workers beyond the licences only wait.
    let licences = base.frozen.plan.limits.licences.unwrap_or(u32::MAX);
    let Some(cpu_share) = contended_cpu_share(base) else {
        for point in points {
            let workers = point.workers.min(licences);
            point.predicted_s = Some(predictor.predict(scenario, workers)?.total_s);
        }
        return Ok(None);
    };
    let fit = |from: &[MeasuredPoint]| Contention::fit(&predictor, scenario, cpu_share, from);
    for point in points {
        let others: Vec<MeasuredPoint> =
            measured.iter().copied().filter(|other| other.workers != point.workers).collect();
        let workers = point.workers.min(licences);
        point.predicted_s = fit(&others)?.total_s(&predictor, scenario, workers)?;
    }
    fit(measured).map(Some)
}

#[cfg(test)]
mod tests {
    use super::super::plan::workers;
    use super::*;
    use crate::experiment::experiment::Experiment;
    use crate::report::TableFormat;
    use crate::report::fixtures::MACHINE;
    use crate::run::{CaseEnd, CaseOutcome, RunEvent, replay};
    use crate::schedule::{Ticket, ns_from_s};
    use crate::study::{CaseDemand, CaseTable, ClockChoice, Limits, Plan, Strategy, WorkloadName};
    use crate::workload::{Environment, find, freeze};

    fn study(workload: WorkloadName, xs: &[f64], clock: ClockChoice) -> Study {
        let mut cases = CaseTable::default();
        for &x in xs {
            cases.push("", x, 1.0, &[]);
        }
        let plan = Plan { clock, seed: Some(1), ..Plan::default() };
        Study { cases, workload, program: None, plan, recipe: None }
    }

    fn waits(xs: &[f64]) -> Study {
        study(WorkloadName::Wait, xs, ClockChoice::Virtual)
    }

    /// Runs all steps: on the virtual clock, else as if the cases computed for `x`
    /// seconds on 2 CPUs; `computed_s` is the total by worker count.
    fn run(experiment: &mut Experiment, computed_s: impl Fn(u32) -> f64) {
        while let Some(step) = experiment.next() {
            let environment = Environment { logical_cpus: 2, seed: 0, last_s: None };
            let study = step.study.clone();
            let workload = Arc::clone(&step.workload);
            let frozen =
                freeze(study.cases, study.workload, workload.as_ref(), &study.plan, environment);
            let frozen = frozen.unwrap().0;
            let state = match frozen.plan.clock {
                ClockChoice::Virtual => replay(&frozen),
                ClockChoice::Real => computed(&frozen, computed_s(frozen.plan.workers)),
            };
            experiment.take(Arc::new(RunReport::new(Arc::new(frozen), state, MACHINE)));
        }
    }

    fn computed(frozen: &crate::study::FrozenStudy, total_s: f64) -> RunState {
        let mut state = RunState::new(frozen.cases.len());
        for case in frozen.cases.iter() {
            let number = u32::try_from(case.index).unwrap();
            state.apply(RunEvent::Finished(CaseEnd {
                will_retry: false,
                ticket: Ticket { case: number, lane: 0, attempt: 1, dispatch_index: number },
                start_ns: 0,
                end_ns: ns_from_s(total_s),
                waited_ns: Some(0),
                cpu_ns: Some(ns_from_s(case.x)),
                memory_bytes: None,
                outcome: CaseOutcome::done(Some(1.0)),
            }));
        }
        state
    }

    fn swept(study: &Study, plan: &SweepPlan, computed_s: impl Fn(u32) -> f64) -> SweepReport {
        let mut experiment = Experiment::sweep(study, plan.clone());
        run(&mut experiment, computed_s);
        SweepReport::new(study, plan, &experiment.runs)
    }

    fn closed(workers: &[u32], repeat: u32) -> SweepPlan {
        SweepPlan { workers: Some(workers.to_vec()), repeat }
    }

    fn open(repeat: u32) -> SweepPlan {
        SweepPlan { workers: None, repeat }
    }

    #[test]
    fn blocks_are_interleaved_after_a_warm_up() {
        let study = study(WorkloadName::Wait, &[1.0; 4], ClockChoice::Real);
        let experiment = Experiment::sweep(&study, closed(&[1, 2, 4], 2));
        let steps: Vec<_> =
            experiment.steps.iter().map(|step| (step.study.plan.workers, step.counts)).collect();
        let counted = [1, 2, 4, 2, 4, 1].map(|workers| (Some(workers), true));
        assert_eq!(steps, [&[(Some(4), false)][..], &counted].concat());
        let experiment = Experiment::sweep(&waits(&[1.0; 4]), closed(&[1, 2], 1));
        assert_eq!(experiment.steps.len(), 2, "no warm-up");
    }

    #[test]
    fn waits_are_predicted_to_the_nanosecond() {
        let report = swept(&waits(&[1.0, 8.0, 1.5, 2.0]), &closed(&[1, 2, 3], 1), |_| 0.0);
        let totals: Vec<_> =
            report.points.iter().map(|point| point.total_s.unwrap().median).collect();
        assert_eq!(totals, [12.5, 8.0, 8.0]);
        for point in &report.points {
            assert_eq!(point.predicted_s, Some(point.total_s.unwrap().median));
            assert_eq!(point.error(), Some(0.0));
        }
        assert_eq!(report.points[1].speedup, Some(12.5 / 8.0));
        assert_eq!(report.points[1].efficiency, Some(12.5 / 16.0));
        let sentence = "2 workers: 8.0 s. A third saves nothing: Case 2 alone takes 8.0 s.";
        assert_eq!(report.advice.text.to_string(), sentence);
    }

    #[test]
    fn a_fixed_batch_size_does_not_follow_the_workers() {
        let study = waits(&[1.0; 8]);
        let plan = Plan { strategy: Strategy::Batches, batch: Some(2), ..study.plan.clone() };
        let study = Study { plan, ..study };
        let report = swept(&study, &closed(&[2, 4], 1), |_| 0.0);
        for point in &report.points {
            assert_eq!(point.total_s.unwrap().median, 4.0);
            assert_eq!(point.predicted_s, Some(4.0));
        }
    }

    #[test]
    fn an_open_sweep_continues_until_more_workers_stop_paying() {
        let counts = |xs: &[f64]| -> Vec<u32> {
            swept(&waits(xs), &open(1), |_| 0.0).points.iter().map(|p| p.workers).collect()
        };
        assert_eq!(counts(&[1.0; 6]), [1, 2, 3, 4, 5, 6]);
        // 5 to 8 workers gain nothing, but 9 take half the time.
        assert_eq!(counts(&[1.0; 9]), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
        assert_eq!(counts(&[10.0, 1.0, 1.0, 1.0, 1.0, 1.0]), [1, 2, 3, 4]);
        assert_eq!(counts(&[1.0; 20]), [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 18, 20]);
        assert_eq!(counts(&[]), [1]);
        assert_eq!(counts(&[0.0, 0.0, 0.0, 0.0]), [1, 2, 3]);
        // The remaining blocks follow.
        let study = waits(&[1.0, 1.0]);
        let mut experiment = Experiment::sweep(&study, open(3));
        assert!(experiment.may_grow());
        run(&mut experiment, |_| 0.0);
        assert!(!experiment.may_grow());
        let workers: Vec<u32> = workers(&experiment.runs).collect();
        assert_eq!(workers, [1, 2, 2, 1, 1, 2]);
    }

    #[test]
    fn an_open_sweep_of_computing_cases_ends_soon_after_the_cores() {
        let study = study(WorkloadName::Crunch, &[1.0; 8], ClockChoice::Real);
        let total_s = |workers: u32| if workers == 1 { 8.0 } else { 5.0 };
        let report = swept(&study, &open(2), total_s);
        let counts: Vec<u32> = report.points.iter().map(|point| point.workers).collect();
        assert_eq!(counts, [1, 2, 3, 4]);
        assert!(report.points.iter().all(|point| point.repeats_s.len() == 2));
        // Two slow each other down by a quarter; each point is predicted from the others.
        assert!((report.contention.unwrap().sigma() - 0.25).abs() < 1e-9);
        for point in &report.points {
            assert!(point.error().unwrap().abs() < 1e-9, "{point:?}");
        }
        assert_eq!(report.advice.workers, Some(2));
        assert_eq!(report.advice.limited_by.map(<&str>::from), Some("cores"));
    }

    #[test]
    fn a_slow_first_point_is_named_by_its_implausible_efficiency() {
        let study = study(WorkloadName::Crunch, &[1.0; 8], ClockChoice::Real);
        let plan = closed(&[1, 2, 4], 1);
        let slow_first = |workers: u32| if workers == 1 { 90.48 } else { 4.0 };
        let report = swept(&study, &plan, slow_first);
        assert_eq!(report.implausible_efficiency(), Some((2, 11.31)));
        let mut text = Vec::new();
        crate::report::Exporter::write(&TableFormat, &report, &mut text).unwrap();
        let text = String::from_utf8(text).unwrap().replace('\n', " ");
        assert!(text.contains("The efficiency of 1131 % with 2 workers is above"), "{text}");
        let report = swept(&study, &plan, |workers| 8.2 / f64::from(workers));
        assert_eq!(report.implausible_efficiency(), None);
    }

    #[test]
    fn computing_cases_are_not_predicted_beyond_twice_the_measured_workers() {
        let study = study(WorkloadName::Crunch, &[1.0; 8], ClockChoice::Real);
        let report = swept(&study, &closed(&[1, 3], 1), |workers| 8.0 / f64::from(workers));
        assert_eq!(report.points[0].predicted_s, Some(8.0));
        assert_eq!(report.points[1].predicted_s, None, "only 1 worker was measured besides");
        assert_eq!(report.points[1].error(), None);
    }

    /// Freezes the whole study.
    fn whole(study: &Study) -> Arc<crate::study::FrozenStudy> {
        let environment = Environment { logical_cpus: 2, seed: 0, last_s: None };
        let workload = find(study.workload);
        let cases = study.cases.clone();
        Arc::new(
            freeze(cases, study.workload, workload.as_ref(), &study.plan, environment).unwrap().0,
        )
    }

    #[test]
    fn a_sample_predicts_all_cases_and_measures_none_of_them() {
        let xs: Vec<f64> = (1..=60).map(f64::from).collect();
        let plan = closed(&[1, 2], 1);
        let all = waits(&xs);
        let sample = CaseSample::of(whole(&all), 6).unwrap();
        let report = swept(&sample.study(&all), &plan, |_| 0.0).for_all(&sample);
        assert_eq!(report.part, Some((6, 60)));
        let of_all = swept(&all, &plan, |_| 0.0);
        for (point, of_all) in report.points.iter().zip(&of_all.points) {
            assert_eq!(point.all_s, of_all.predicted_s);
            assert!(point.total_s.unwrap().median < point.all_s.unwrap() / 8.0);
        }
        assert_eq!(report.advice.text, of_all.advice.text);
        let json = serde_json::to_string(&report).unwrap();
        assert!(json.contains("{\"workers\":1,\"total_s\":null,\"speedup\":null,\"efficiency\":null,\"predicted_s\":1830.0}"), "{json}");

        // Computing cases have known amounts and measured times.
        let all = study(WorkloadName::Crunch, &xs, ClockChoice::Real);
        let sample = CaseSample::of(whole(&all), 6).unwrap();
        let study = sample.study(&all);
        let sum_s: f64 = study.cases.iter().map(|case| case.x).sum();
        let report = swept(&study, &plan, |workers| sum_s / f64::from(workers)).for_all(&sample);
        assert!((report.points[0].all_s.unwrap() - 1830.0).abs() < 1e-6);
        assert!(report.advice.text.lead.starts_with("In the sample: 2 workers"));
    }

    #[test]
    fn predictions_consider_what_running_cases_share() {
        let study = waits(&[2.0; 4]);
        let need = Some(CaseDemand::Amount(2));
        let of = |limits: Limits| {
            let plan = Plan { limits, ..study.plan.clone() };
            swept(&Study { plan, ..study.clone() }, &closed(&[1, 2, 3, 4], 1), |_| 0.0)
        };
        let tokens = Limits { tokens: Some(2), tokens_per_case: need.clone(), ..Limits::default() };
        let cores = Limits { cores_per_case: need, ..Limits::default() };
        for report in [of(tokens), of(cores)] {
            assert!(report.points.iter().all(|point| point.predicted_s == Some(8.0)));
            assert!(report.points.iter().all(|point| point.error() == Some(0.0)));
        }
    }

    #[test]
    fn figures_of_missing_runs_are_absent() {
        let study = waits(&[1.0, 2.0]);
        let plan = closed(&[1, 2], 1);
        let mut experiment = Experiment::sweep(&study, plan.clone());
        let nothing = SweepReport::new(&study, &plan, &experiment.runs);
        assert_eq!(nothing.advice.text.to_string(), "No advice: nothing was run.");
        assert!(nothing.points.iter().all(|p| p.total_s.is_none() && p.predicted_s.is_none()));
        let step = experiment.next().unwrap().clone();
        let environment = Environment { logical_cpus: 2, seed: 0, last_s: None };
        let frozen = freeze(
            study.cases.clone(),
            study.workload,
            step.workload.as_ref(),
            &step.study.plan,
            environment,
        );
        let frozen = frozen.unwrap().0;
        let state = replay(&frozen);
        experiment.take(Arc::new(RunReport::new(Arc::new(frozen), state, MACHINE)));
        let half = SweepReport::new(&study, &plan, &experiment.runs);
        assert_eq!(half.points[1].total_s, None);
        assert_eq!(half.points[1].predicted_s, Some(2.0));
        let json = serde_json::to_string(&half).unwrap();
        assert!(json.contains("{\"workers\":2,\"total_s\":null,\"speedup\":null,\"efficiency\":null,\"predicted_s\":2.0}"), "{json}");
    }

    #[test]
    fn a_strategy_that_fixes_its_workers_cannot_be_swept() {
        let of = |strategy| {
            let study = waits(&[1.0]);
            let plan = Plan { strategy, ..study.plan.clone() };
            SweepPlan::check(&Study { plan, ..study })
        };
        assert_eq!(of(Strategy::Batches), Ok(()));
        assert!(
            of(Strategy::Series).unwrap_err().starts_with("strategy \"series\" cannot be swept")
        );
        let error = of(Strategy::AllAtOnce).unwrap_err();
        assert!(error.starts_with("strategy \"all-at-once\" cannot be swept"));
    }
}
