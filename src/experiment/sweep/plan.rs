//! The steps of a sweep.

use crate::experiment::step::{LabelledRun, RunStep};
use crate::report::{KNEE_TOLERANCE, Predictor, RunReport, Scenario};
use crate::study::{ClockChoice, LaneCount, Plan, SeriesChoice, Study, WORKER_RANGE};
use crate::text::count;
use crate::workload::workload_for_timing;

/// Up to this worker count an open sweep tries every count; above, it grows by about a quarter.
const WITHOUT_GAPS: u32 = 8;

/// Largest relative error of a prediction that decides whether to continue.
const AGREEMENT: f64 = 0.1;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SweepPlan {
    /// Growing worker counts; `None` continues until more workers stop paying.
    pub workers: Option<Vec<u32>>,
    pub repeat: u32,
}

impl SweepPlan {
    /// Checks that the strategy of the study lets the worker count vary.
    pub fn check(study: &Study) -> Result<(), String> {
        match study.plan.strategy.lanes() {
            LaneCount::Workers => Ok(()),
            LaneCount::One | LaneCount::PerCase => Err(format!(
                "strategy \"{}\" cannot be swept: it fixes its worker count; use another, such as \
                 threads",
                <&str>::from(study.plan.strategy)
            )),
        }
    }

    /// Returns the steps that are known before the first run: on the real clock a
    /// warm-up, which also measures the lengths that orders need; then all blocks, or
    /// the first run of an open sweep.
    pub(in crate::experiment) fn steps(&self, study: &Study) -> Vec<RunStep> {
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

    /// Returns the steps after the last one of an open sweep: the next worker count,
    /// then the remaining blocks.
    pub(in crate::experiment) fn next_steps(
        &self,
        last: &RunStep,
        runs: &[LabelledRun],
    ) -> Vec<RunStep> {
        if !self.is_growing(runs) {
            return Vec::new();
        }
        let workers: Vec<u32> = workers(runs).collect();
        match next_workers(runs, scenario(&last.study)) {
            Some(next) => vec![step(&last.study, Some(next))],
            None => (1..self.repeat)
                .flat_map(|block| rotated(&workers, block))
                .map(|workers| step(&last.study, Some(workers)))
                .collect(),
        }
    }

    /// Whether the worker count is open and still grows.
    pub(in crate::experiment) fn is_growing(&self, runs: &[LabelledRun]) -> bool {
        self.workers.is_none() && workers(runs).is_sorted_by(|a, b| a < b)
    }
}

pub(super) fn workers(runs: &[LabelledRun]) -> impl Iterator<Item = u32> {
    runs.iter().map(|run| run.report.frozen.plan.workers)
}

fn step(study: &Study, workers: Option<u32>) -> RunStep {
    let plan = Plan { workers, series: SeriesChoice::Estimate, ..study.plan.clone() };
    let label = match workers {
        None => "default workers".to_owned(),
        Some(workers) => count(workers, "worker"),
    };
    let study = Study { plan, ..study.clone() };
    RunStep { label, workload: workload_for_timing(&study), study, counts: true }
}

/// Rotates the worker counts so that block b starts with the b-th.
fn rotated(workers: &[u32], block: u32) -> impl Iterator<Item = u32> {
    let from = block as usize % workers.len().max(1);
    workers.iter().copied().cycle().skip(from).take(workers.len())
}

/// Returns the next worker count of an open sweep, while the last two counts gained
/// time or an accurate prediction promises a gain.
fn next_workers(runs: &[LabelledRun], scenario: Scenario) -> Option<u32> {
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
        let predictor = Predictor::of_run(&runs.first()?.report).ok()?;
        let predicted = predictor.predict(scenario, workers).ok()?;
        let measured_s = *totals_s.last()?;
        let agrees = (predicted.total_s - measured_s).abs() <= AGREEMENT * measured_s;
        let floor_s = predictor.floor_s(last.frozen.plan.strategy);
        Some(agrees && floor_s < best_s(&totals_s) * (1.0 - KNEE_TOLERANCE))
    };
    (gained || to_gain() == Some(true)).then_some(next.min(cases).min(*WORKER_RANGE.end()))
}

/// Returns the scenario of a study; without a batch size, batches follow the workers.
pub(in crate::experiment) fn scenario(study: &Study) -> Scenario {
    let Plan { strategy, batch, order, .. } = study.plan;
    Scenario { strategy, batch, order }
}

/// Returns the total of a run in seconds, if all its cases are done.
pub(super) fn total_s(report: &RunReport) -> Option<f64> {
    report.figures.total_parallel_s.filter(|_| report.state.all_done())
}
