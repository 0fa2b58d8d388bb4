//! A sweep: the same cases with growing numbers of workers, each total beside the
//! one that was predicted.

use std::sync::Arc;

use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

use crate::report::{
    Advice, Contention, KNEE_TOLERANCE, MeasuredPoint, PredictError, Predictor, ReportInput,
    RunReport, Scenario,
};
use crate::run::RunState;
use crate::study::{
    ClockChoice, LaneCount, Order, Plan, SeriesChoice, Strategy, Study, WORKER_RANGE,
};
use crate::workload::workload_for_timing;

use super::sample::CaseSample;
use super::step::{LabelledRun, RunStep};
use crate::experiment::statistics::interval::Interval;

/// Up to so many workers a sweep that ends by itself leaves none out; from there on
/// it goes on in steps of about a quarter.
const WITHOUT_GAPS: u32 = 8;

/// Where a prediction is further off, it does not say whether to go on.
const AGREE: f64 = 0.1;

/// How far a sweep goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SweepPlan {
    /// The numbers of workers, growing; `None` goes on until more stop paying.
    pub workers: Option<Vec<u32>>,
    /// How many times each is run.
    pub repeat: u32,
}

/// Why a study cannot be swept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "the strategy {} fixes its number of workers, so there is none to sweep; use another, such as \
     threads", <&str>::from(*.0)
)]
pub struct FixedWorkers(pub Strategy);

impl SweepPlan {
    /// Whether the study's strategy can have other numbers of workers.
    pub fn check(study: &Study) -> Result<(), FixedWorkers> {
        match study.plan.strategy.lanes() {
            LaneCount::Workers => Ok(()),
            LaneCount::One | LaneCount::PerCase => Err(FixedWorkers(study.plan.strategy)),
        }
    }

    /// The steps that are known before anything has run: on the real clock one that
    /// only warms up, and gives the lengths that orders need where the workload
    /// knows none; then the first block, or of an open sweep its first run.
    pub(super) fn steps(&self, study: &Study) -> Vec<RunStep> {
        let warm_up = (study.plan.clock == ClockChoice::Real).then(|| {
            let most = self.workers.as_ref().and_then(|workers| workers.last().copied());
            RunStep { counts: false, ..step(study, most.or(study.plan.workers)) }
        });
        let with = |&workers: &u32| step(study, Some(workers));
        let counted: Vec<RunStep> = match &self.workers {
            None => vec![with(&1)],
            Some(workers) => (0..self.repeat)
                .flat_map(|block| rotated(workers, block))
                .map(|w| with(&w))
                .collect(),
        };
        warm_up.into_iter().chain(counted).collect()
    }

    /// The steps behind the last one, once it has ended: of an open sweep the next
    /// number of workers, then the other blocks.
    pub(super) fn more(&self, last: &RunStep, runs: &[LabelledRun]) -> Vec<RunStep> {
        if !self.is_growing(runs) {
            return Vec::new();
        }
        let workers: Vec<u32> = workers(runs).collect();
        match next_workers(runs, shape(&last.study)) {
            Some(next) => vec![step(&last.study, Some(next))],
            None => (1..self.repeat)
                .flat_map(|block| rotated(&workers, block))
                .map(|workers| step(&last.study, Some(workers)))
                .collect(),
        }
    }

    /// Whether its numbers of workers are open and still grow.
    pub(super) fn is_growing(&self, runs: &[LabelledRun]) -> bool {
        self.workers.is_none() && workers(runs).is_sorted_by(|a, b| a < b)
    }
}

fn workers(runs: &[LabelledRun]) -> impl Iterator<Item = u32> {
    runs.iter().map(|run| run.report.frozen.plan.workers)
}

fn step(study: &Study, workers: Option<u32>) -> RunStep {
    let plan = Plan { workers, series: SeriesChoice::Estimate, ..study.plan.clone() };
    let label = match workers {
        None => "the usual workers".to_owned(),
        Some(1) => "1 worker".to_owned(),
        Some(workers) => format!("{workers} workers"),
    };
    let study = Study { plan, ..study.clone() };
    RunStep { label, workload: workload_for_timing(&study), study, counts: true }
}

/// Block b begins with the number of place b.
fn rotated(workers: &[u32], block: u32) -> impl Iterator<Item = u32> {
    let from = block as usize % workers.len().max(1);
    workers.iter().copied().cycle().skip(from).take(workers.len())
}

/// The number of workers that an open sweep goes on with: while there is something
/// to gain, as measured by the last two numbers, or as predicted, as long as the
/// prediction is true of the last.
fn next_workers(runs: &[LabelledRun], shape: Scenario) -> Option<u32> {
    let last = &runs.last()?.report;
    let cases = u32::try_from(last.frozen.cases.len()).unwrap_or(u32::MAX);
    let workers = last.frozen.plan.workers;
    let totals_s: Vec<f64> = runs.iter().map(|run| total_s(&run.report)).collect::<Option<_>>()?;
    let next = workers + if workers < WITHOUT_GAPS { 1 } else { workers / 4 };
    if workers >= cases.min(*WORKER_RANGE.end()) {
        return None;
    }
    let best_s = |totals_s: &[f64]| totals_s.iter().copied().fold(f64::INFINITY, f64::min);
    let before = totals_s.len().saturating_sub(2);
    let gained =
        before == 0 || best_s(&totals_s) < best_s(&totals_s[..before]) * (1.0 - KNEE_TOLERANCE);
    let to_gain = || {
        let predictor = Predictor::new(&ReportInput::of(&runs.first()?.report)).ok()?;
        let predicted = predictor.predict(shape, workers).ok()?;
        let measured_s = *totals_s.last()?;
        let agrees = (predicted.total_s - measured_s).abs() <= AGREE * measured_s;
        let floor_s = predictor.floor_s(last.frozen.plan.strategy);
        Some(agrees && floor_s < best_s(&totals_s) * (1.0 - KNEE_TOLERANCE))
    };
    (gained || to_gain() == Some(true)).then_some(next.min(cases).min(*WORKER_RANGE.end()))
}

/// How the study is run; a batch that is not said follows the workers.
fn shape(study: &Study) -> Scenario {
    let Plan { strategy, batch, order, .. } = study.plan;
    Scenario { strategy, batch, order }
}

/// The total of a run of which all cases are done, in seconds.
fn total_s(report: &RunReport) -> Option<f64> {
    report.figures.total_parallel_s.filter(|_| report.state.all_done())
}

/// What a number of workers came to. What was not measured is absent.
#[derive(Debug, Clone, PartialEq)]
pub struct SweepPoint {
    /// How many.
    pub workers: u32,
    /// The total of each run of which all cases are done, in seconds.
    pub repeats_s: Vec<f64>,
    /// Their median, and between what it lies, in seconds.
    pub total_s: Option<Interval>,
    /// The total with one worker divided by this one: as measured, else as the
    /// cases are meant to take.
    pub speedup: Option<f64>,
    /// The speed-up divided by the workers.
    pub efficiency: Option<f64>,
    /// What was predicted, in seconds: from the lengths of the cases, and where they
    /// compute with the contention that the other numbers of workers showed; absent
    /// beyond twice the most of those.
    pub predicted_s: Option<f64>,
    /// Where only a part of the cases was run: what all would take, predicted, in
    /// seconds.
    pub all_s: Option<f64>,
    /// How many of its runs were not all done: their times do not enter.
    pub undone: usize,
}

impl SweepPoint {
    /// By which part of the measured total the predicted one is more.
    #[must_use]
    pub fn error(&self) -> Option<f64> {
        let measured_s = self.total_s?.median;
        (measured_s > 0.0).then_some(self.predicted_s? / measured_s - 1.0)
    }
}

/// A point as JSON. Of what only a part was run nothing was measured.
#[derive(Serialize)]
struct JsonPoint {
    workers: u32,
    total_s: Option<f64>,
    speedup: Option<f64>,
    efficiency: Option<f64>,
    predicted_s: Option<f64>,
}

/// A sweep as far as it was run; as JSON `caselanes.sweep/1`.
#[derive(Debug, Clone)]
pub struct SweepReport {
    /// The strategy.
    pub strategy: Strategy,
    /// The order of dispatch.
    pub order: Order,
    /// How many cases are in a batch; `None` is as many as workers.
    pub batch: Option<u32>,
    /// A point for each number of workers, growing.
    pub points: Vec<SweepPoint>,
    /// How many are worth having.
    pub advice: Advice,
    /// Of cases that compute, what all that was measured shows.
    pub contention: Option<Contention>,
    /// The run that predictions are made from: one with the fewest workers.
    pub base: Option<Arc<RunReport>>,
    /// How many cases were run of how many, if not all.
    pub part: Option<(usize, usize)>,
}

impl Serialize for SweepReport {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut report = to.serialize_struct("SweepReport", 5)?;
        report.serialize_field("schema", "caselanes.sweep/1")?;
        report.serialize_field("strategy", <&str>::from(self.strategy))?;
        report.serialize_field("order", <&str>::from(self.order))?;
        report.serialize_field("points", &self.json_points())?;
        report.serialize_field("advice", &self.advice)?;
        report.end()
    }
}

impl SweepReport {
    /// What these runs of the study came to. Computes as long as [`Advice::of`].
    #[must_use]
    pub fn new(study: &Study, plan: &SweepPlan, runs: &[LabelledRun]) -> Self {
        let shape = shape(study);
        let Scenario { strategy, batch, order } = shape;
        let reports: Vec<&Arc<RunReport>> = runs.iter().map(|run| &run.report).collect();
        let mut workers: Vec<u32> = plan.workers.clone().unwrap_or_default();
        workers.extend(reports.iter().map(|report| report.frozen.plan.workers));
        workers.sort_unstable();
        workers.dedup();
        let mut points: Vec<SweepPoint> =
            workers.iter().map(|&workers| point(workers, &reports)).collect();
        let Some(base) = base(&points, &reports) else {
            let advice = Advice::for_empty_run();
            return Self {
                strategy,
                order,
                batch,
                points,
                advice,
                contention: None,
                base: None,
                part: None,
            };
        };
        set_speedups(&mut points, base);
        let measured: Vec<MeasuredPoint> = points.iter().filter_map(measured).collect();
        let contention = predict(&mut points, &measured, base, shape).ok().flatten();
        let advice = Advice::for_sweep(base, shape, &measured);
        let base = Some(Arc::clone(base));
        Self { strategy, order, batch, points, advice, contention, base, part: None }
    }
}

impl SweepReport {
    /// What the sweep of a sample says of all cases: what they would take, predicted
    /// from their lengths, and with the contention that the sample showed. Of cases
    /// that compute the advice stays that of the sample, and says so.
    #[must_use]
    pub fn for_all(mut self, sample: &CaseSample) -> Self {
        let whole = sample.whole();
        self.part = Some((sample.len(), whole.cases.len()));
        let Some(base) = &self.base else { return self };
        if let Ok(predictor) = Predictor::new(&sample.scaled(base)) {
            let shape = self.shape();
            for point in &mut self.points {
                let total_s = match &self.contention {
                    Some(contention) => contention.total_s(&predictor, shape, point.workers),
                    None => predictor.predict(shape, point.workers).map(|p| Some(p.total_s)),
                };
                point.all_s = total_s.ok().flatten();
            }
        }
        if whole.lengths.seconds().is_some() {
            let state = RunState::new(whole.cases.len());
            let unrun = RunReport::new(Arc::clone(whole), state, base.machine);
            self.advice =
                Advice { details: Vec::new(), ..Advice::for_sweep(&unrun, self.shape(), &[]) };
        } else {
            let lead = &mut self.advice.text.lead;
            *lead = format!("In the part that was run: {lead}");
        }
        self
    }

    /// The shape that was swept.
    #[must_use]
    pub fn shape(&self) -> Scenario {
        Scenario { strategy: self.strategy, batch: self.batch, order: self.order }
    }

    /// By which part the cases took longer than their CPU and waiting time when only
    /// one was in work at a time: other programs had the cores meanwhile. Absent if
    /// that was not run.
    #[must_use]
    pub fn disturbed(&self) -> Option<f64> {
        let base = self.base.as_ref().filter(|base| base.frozen.plan.workers == 1)?;
        let account = base.figures.account?;
        account.work.filter(|&work| work > 0.0).and_then(|work| Some(account.stretch? / work))
    }

    fn json_points(&self) -> Vec<JsonPoint> {
        let point = |point: &SweepPoint| match self.part {
            Some(_) => JsonPoint {
                workers: point.workers,
                total_s: None,
                speedup: None,
                efficiency: None,
                predicted_s: point.all_s,
            },
            None => JsonPoint {
                workers: point.workers,
                total_s: point.total_s.map(|total_s| total_s.median),
                speedup: point.speedup,
                efficiency: point.efficiency,
                predicted_s: point.predicted_s,
            },
        };
        self.points.iter().map(point).collect()
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

/// Of the runs with the fewest workers the one whose total is nearest to their
/// median; if of none all cases are done, the first.
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
    let meant_s = || base.frozen.lengths.seconds().map(|lengths_s| lengths_s.iter().sum::<f64>());
    let series_s = alone.map(|point| point.total_s).or_else(meant_s);
    for point in points {
        let total_s = point.total_s.map(|total_s| total_s.median).filter(|&total_s| total_s > 0.0);
        point.speedup = series_s.zip(total_s).map(|(series_s, total_s)| series_s / total_s);
        point.efficiency = point.speedup.map(|speedup| speedup / f64::from(point.workers));
    }
}

/// The part of their time that the cases compute, if they do and if they took most of
/// the run: what overhead makes of totals is no contention.
fn contended(base: &RunReport) -> Option<f64> {
    let account = base.figures.account?;
    let cases_s = account.work? + account.stretch?;
    base.cpu_share().filter(|_| base.is_compute_bound() && cases_s > account.lane_seconds / 2.0)
}

/// Predicts each point, never from its own total, and says what contention there
/// was.
fn predict(
    points: &mut [SweepPoint],
    measured: &[MeasuredPoint],
    base: &RunReport,
    shape: Scenario,
) -> Result<Option<Contention>, PredictError> {
    let predictor = Predictor::new(&ReportInput::of(base))?;
    // More workers than licences wait for one.
    let licences = base.frozen.plan.limits.licences.unwrap_or(u32::MAX);
    let Some(cpu_share) = contended(base) else {
        for point in points {
            let workers = point.workers.min(licences);
            point.predicted_s = Some(predictor.predict(shape, workers)?.total_s);
        }
        return Ok(None);
    };
    let fit = |from: &[MeasuredPoint]| Contention::fit(&predictor, shape, cpu_share, from);
    for point in points {
        let others: Vec<MeasuredPoint> =
            measured.iter().copied().filter(|other| other.workers != point.workers).collect();
        let workers = point.workers.min(licences);
        point.predicted_s = fit(&others)?.total_s(&predictor, shape, workers)?;
    }
    fit(measured).map(Some)
}

#[cfg(test)]
mod tests {
    use super::super::experiment::Experiment;
    use super::*;
    use crate::report::{LimitedBy, Machine};
    use crate::run::{CaseEnd, CaseOutcome, RunEvent, replay};
    use crate::schedule::{Ticket, ns_from_s};
    use crate::study::{CaseTable, WorkloadName};
    use crate::workload::{Environment, find, freeze};

    fn study(workload: WorkloadName, xs: &[f64], clock: ClockChoice) -> Study {
        let mut cases = CaseTable::default();
        for &x in xs {
            cases.push("", x, 1.0, &[]);
        }
        let plan = Plan { clock, seed: Some(1), ..Plan::default() };
        Study { cases, workload, program: None, plan }
    }

    fn waits(xs: &[f64]) -> Study {
        study(WorkloadName::Wait, xs, ClockChoice::Virtual)
    }

    /// Runs all steps: on the virtual clock, else as cases that compute for `x`
    /// seconds on 2 CPUs would take in all with so many workers.
    fn run(session: &mut Experiment, computed_s: impl Fn(u32) -> f64) {
        while let Some(step) = session.next() {
            let given = Environment { logical_cpus: 2, seed: 0, last_s: None };
            let study = step.study.clone();
            let workload = Arc::clone(&step.workload);
            let frozen = freeze(study.cases, study.workload, workload.as_ref(), &study.plan, given);
            let frozen = frozen.unwrap().0;
            let state = match frozen.plan.clock {
                ClockChoice::Virtual => replay(&frozen),
                ClockChoice::Real => computed(&frozen, computed_s(frozen.plan.workers)),
            };
            let machine = Machine { logical_cpus: 2, os: "linux" };
            session.take(Arc::new(RunReport::new(Arc::new(frozen), state, machine)));
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
                outcome: CaseOutcome::Done(Some(1.0)),
            }));
        }
        state
    }

    fn swept(study: &Study, plan: &SweepPlan, computed_s: impl Fn(u32) -> f64) -> SweepReport {
        let mut session = Experiment::sweep(study, plan.clone());
        run(&mut session, computed_s);
        SweepReport::new(study, plan, session.runs())
    }

    fn closed(workers: &[u32], repeat: u32) -> SweepPlan {
        SweepPlan { workers: Some(workers.to_vec()), repeat }
    }

    fn open(repeat: u32) -> SweepPlan {
        SweepPlan { workers: None, repeat }
    }

    #[test]
    fn blocks_are_interleaved_behind_one_run_that_warms_up() {
        let study = study(WorkloadName::Wait, &[1.0; 4], ClockChoice::Real);
        let session = Experiment::sweep(&study, closed(&[1, 2, 4], 2));
        let steps: Vec<_> =
            session.steps().iter().map(|step| (step.study.plan.workers, step.counts)).collect();
        let counted = [1, 2, 4, 2, 4, 1].map(|workers| (Some(workers), true));
        assert_eq!(steps, [&[(Some(4), false)][..], &counted].concat());
        let session = Experiment::sweep(&waits(&[1.0; 4]), closed(&[1, 2], 1));
        assert_eq!(session.steps().len(), 2, "nothing to warm up");
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
    fn a_batch_that_is_said_does_not_follow_the_workers() {
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
    fn an_open_sweep_goes_on_until_more_stop_paying() {
        let counts = |xs: &[f64]| -> Vec<u32> {
            swept(&waits(xs), &open(1), |_| 0.0).points.iter().map(|p| p.workers).collect()
        };
        assert_eq!(counts(&[1.0; 6]), [1, 2, 3, 4, 5, 6]);
        // From 5 to 8 workers nothing is gained, but then the half.
        assert_eq!(counts(&[1.0; 9]), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
        assert_eq!(counts(&[10.0, 1.0, 1.0, 1.0, 1.0, 1.0]), [1, 2, 3, 4]);
        assert_eq!(counts(&[1.0; 20]), [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 18, 20]);
        assert_eq!(counts(&[]), [1]);
        assert_eq!(counts(&[0.0, 0.0, 0.0, 0.0]), [1, 2, 3]);
        // Then come the other blocks.
        let study = waits(&[1.0, 1.0]);
        let mut session = Experiment::sweep(&study, open(3));
        assert!(session.may_grow());
        run(&mut session, |_| 0.0);
        assert!(!session.may_grow());
        let workers: Vec<u32> = workers(session.runs()).collect();
        assert_eq!(workers, [1, 2, 2, 1, 1, 2]);
    }

    #[test]
    fn an_open_sweep_of_what_computes_ends_behind_the_cores() {
        let study = study(WorkloadName::Crunch, &[1.0; 8], ClockChoice::Real);
        let total_s = |workers: u32| if workers == 1 { 8.0 } else { 5.0 };
        let report = swept(&study, &open(2), total_s);
        let counts: Vec<u32> = report.points.iter().map(|point| point.workers).collect();
        assert_eq!(counts, [1, 2, 3, 4]);
        assert!(report.points.iter().all(|point| point.repeats_s.len() == 2));
        // Two slow each other by a quarter. Predicted is each from the others.
        assert!((report.contention.unwrap().sigma() - 0.25).abs() < 1e-9);
        for point in &report.points {
            assert!(point.error().unwrap().abs() < 1e-9, "{point:?}");
        }
        assert_eq!(report.advice.workers, Some(2));
        assert_eq!(report.advice.limited_by, Some(LimitedBy::Cores));
    }

    #[test]
    fn what_computes_is_not_predicted_beyond_twice_what_was_measured() {
        let study = study(WorkloadName::Crunch, &[1.0; 8], ClockChoice::Real);
        let report = swept(&study, &closed(&[1, 3], 1), |workers| 8.0 / f64::from(workers));
        assert_eq!(report.points[0].predicted_s, Some(8.0));
        assert_eq!(report.points[1].predicted_s, None, "only 1 was measured besides");
        assert_eq!(report.points[1].error(), None);
    }

    /// The whole study, frozen.
    fn whole(study: &Study) -> Arc<crate::study::FrozenStudy> {
        let given = Environment { logical_cpus: 2, seed: 0, last_s: None };
        let workload = find(study.workload);
        let cases = study.cases.clone();
        Arc::new(freeze(cases, study.workload, workload.as_ref(), &study.plan, given).unwrap().0)
    }

    #[test]
    fn a_part_predicts_the_whole_and_measures_nothing_of_it() {
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

        // Of computing the amounts are known, and what each took.
        let all = study(WorkloadName::Crunch, &xs, ClockChoice::Real);
        let sample = CaseSample::of(whole(&all), 6).unwrap();
        let study = sample.study(&all);
        let sum_s: f64 = study.cases.iter().map(|case| case.x).sum();
        let report = swept(&study, &plan, |workers| sum_s / f64::from(workers)).for_all(&sample);
        assert!((report.points[0].all_s.unwrap() - 1830.0).abs() < 1e-6);
        assert!(report.advice.text.lead.starts_with("In the part that was run: 2 workers"));
    }

    #[test]
    fn what_was_not_run_is_absent() {
        let study = waits(&[1.0, 2.0]);
        let plan = closed(&[1, 2], 1);
        let mut session = Experiment::sweep(&study, plan.clone());
        let nothing = SweepReport::new(&study, &plan, session.runs());
        assert_eq!(nothing.advice.text.to_string(), "No advice: nothing was run.");
        assert!(nothing.points.iter().all(|p| p.total_s.is_none() && p.predicted_s.is_none()));
        let step = session.next().unwrap().clone();
        let given = Environment { logical_cpus: 2, seed: 0, last_s: None };
        let frozen = freeze(
            study.cases.clone(),
            study.workload,
            step.workload.as_ref(),
            &step.study.plan,
            given,
        );
        let frozen = frozen.unwrap().0;
        let state = replay(&frozen);
        let machine = Machine { logical_cpus: 2, os: "linux" };
        session.take(Arc::new(RunReport::new(Arc::new(frozen), state, machine)));
        let half = SweepReport::new(&study, &plan, session.runs());
        assert_eq!(half.points[1].total_s, None);
        assert_eq!(half.points[1].predicted_s, Some(2.0));
        let json = serde_json::to_string(&half).unwrap();
        assert!(json.contains("{\"workers\":2,\"total_s\":null,\"speedup\":null,\"efficiency\":null,\"predicted_s\":2.0}"), "{json}");
    }

    #[test]
    fn a_strategy_without_a_choice_of_workers_cannot_be_swept() {
        let of = |strategy| {
            let study = waits(&[1.0]);
            let plan = Plan { strategy, ..study.plan.clone() };
            SweepPlan::check(&Study { plan, ..study })
        };
        assert_eq!(of(Strategy::Batches), Ok(()));
        assert_eq!(of(Strategy::Series), Err(FixedWorkers(Strategy::Series)));
        let error = of(Strategy::AllAtOnce).unwrap_err().to_string();
        assert!(error.starts_with("the strategy all-at-once fixes its number of workers"));
    }
}
