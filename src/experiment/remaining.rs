//! Estimates how long the rest of an experiment takes.

use super::experiment::Experiment;
use super::step::RunStep;
use super::sweep::plan::scenario;
use crate::report::{Predictor, RunReport};
use crate::study::{CaseResources, ClockChoice, LaneCount};
use crate::workload::default_workers;

/// Most cases simulated for an estimate.
const MAX_SIMULATED: usize = 200_000;

/// Time of the steps that have not ended, in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RemainingSteps {
    /// Time of the next step, if it is known.
    pub next_s: Option<f64>,
    /// Time of all steps after it.
    pub later_s: f64,
}

impl Experiment {
    /// Estimates the time of the steps that have not ended: that of earlier runs of the same step,
    /// else predicted from another run of its cases. `None` while nothing is known of a step, or
    /// steps may be added.
    pub fn remaining(&self) -> Option<RemainingSteps> {
        if self.may_grow() {
            return None;
        }
        let mut known: Vec<(&RunStep, Option<f64>)> = Vec::new();
        let mut time_s = |step| {
            if let Some((_, time_s)) = known.iter().find(|(known, _)| is_repeat(known, step)) {
                return *time_s;
            }
            let time_s = self.measured_s(step).or_else(|| self.predicted_s(step, known.len()));
            known.push((step, time_s));
            time_s
        };
        let next_s = time_s(self.next()?);
        let later_s = self.steps[self.ended + 1..].iter().map(time_s).sum::<Option<f64>>()?;
        Some(RemainingSteps { next_s, later_s })
    }

    /// Returns the mean time of the ended repeats of a step.
    fn measured_s(&self, step: &RunStep) -> Option<f64> {
        let ended = self.steps.iter().zip(&self.totals_s);
        let repeats: Option<Vec<f64>> = ended
            .filter(|(ended, _)| is_repeat(ended, step))
            .map(|(_, total_s)| *total_s)
            .collect();
        let repeats = repeats.filter(|repeats| !repeats.is_empty())?;
        Some(repeats.iter().sum::<f64>() / repeats.len() as f64)
    }

    /// Predicts the time of a step from the latest run of its cases, after this many predictions.
    fn predicted_s(&self, step: &RunStep, predictions: usize) -> Option<f64> {
        let plan = &step.study.plan;
        let cases = step.study.cases.len();
        let is_of_cases = |report: &&RunReport| {
            (report.frozen.workload, report.frozen.cases.len()) == (step.study.workload, cases)
                && report.frozen.plan.time_scale == plan.time_scale
                && report.state.all_done()
        };
        let runs = self.runs.iter().rev().map(|run| &*run.report);
        let report = self.last.as_deref().into_iter().chain(runs).find(is_of_cases)?;
        if plan.clock == ClockChoice::Virtual || cases * (predictions + 1) > MAX_SIMULATED {
            return None;
        }
        let cpus = report.machine.logical_cpus;
        let workers = match plan.strategy.lanes() {
            LaneCount::One => 1,
            LaneCount::PerCase => u32::try_from(cases).unwrap_or(u32::MAX),
            LaneCount::Workers => {
                plan.workers.unwrap_or_else(|| default_workers(step.study.workload, cpus))
            }
        };
        // Cases that compute are no faster with more workers than cores.
        let most = if report.is_compute_bound() { cpus.max(1) } else { u32::MAX };
        let limits = &plan.limits;
        let resources = CaseResources::new(limits, &step.study.cases, cpus).unwrap_or_default();
        let predictor = Predictor::of_run(report).ok()?.with_resources(resources);
        Some(predictor.predict(scenario(&step.study), workers.min(most)).ok()?.total_s)
    }
}

/// Whether two steps run the same cases in the same way.
fn is_repeat(a: &RunStep, b: &RunStep) -> bool {
    let of = |step: &RunStep| (step.study.workload, step.study.cases.len());
    a.label == b.label && of(a) == of(b) && a.study.plan == b.study.plan
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::report::fixtures::MACHINE;
    use crate::run::replay;
    use crate::study::{CaseTable, Plan, Strategy, Study, WorkloadName, parse_setup};
    use crate::workload::{Environment, freeze};

    /// Takes the next step as if it had run for its simulated time.
    fn advance(experiment: &mut Experiment) -> f64 {
        let step = experiment.next().unwrap().clone();
        let environment = Environment { logical_cpus: 2, seed: 1, last_s: None };
        let Study { cases, workload, plan, .. } = step.study;
        let (frozen, _) =
            freeze(cases, workload, step.workload.as_ref(), &plan, environment).unwrap();
        let state = replay(&frozen);
        let report = RunReport::new(Arc::new(frozen), state, MACHINE);
        let total_s = report.figures.total_parallel_s.unwrap();
        experiment.take(Arc::new(report));
        total_s
    }

    #[test]
    fn the_rest_of_a_comparison_is_known_from_its_first_run_on() {
        let mut cases = CaseTable::default();
        for _ in 0..6 {
            cases.push("", 2.0, 1.0, &[]);
        }
        let workload = WorkloadName::Wait;
        let study = Study { cases, workload, plan: Plan::default(), program: None, recipe: None };
        let setups = ["series", "threads:2", "threads:3"].map(|setup| parse_setup(setup).unwrap());
        let mut experiment = Experiment::comparison(&study, setups.to_vec(), 2);
        assert_eq!(experiment.remaining(), None, "nothing is known");
        let steps = experiment.steps.len();
        let of_strategy = |step: &RunStep| match (step.study.plan.strategy, step.study.plan.workers)
        {
            (Strategy::Series, _) => 12.0,
            (_, Some(2)) => 6.0,
            _ => 4.0,
        };
        for ended in 1..steps {
            advance(&mut experiment);
            let RemainingSteps { next_s, later_s } = experiment.remaining().unwrap();
            let times_s: Vec<f64> = experiment.steps[ended..].iter().map(of_strategy).collect();
            assert!((next_s.unwrap() - times_s[0]).abs() < 1e-6, "after {ended}");
            assert!((later_s - times_s[1..].iter().sum::<f64>()).abs() < 1e-6, "after {ended}");
        }
        advance(&mut experiment);
        assert_eq!(experiment.remaining(), None, "it is over");
    }
}
