//! Freezes studies: makes the choices that were left open and checks every case.

use std::sync::Arc;

use crate::experiment::{CaseSample, Experiment, RunStep};
use crate::study::{FrozenStudy, Plan, Study};
use crate::workload::{Environment, FreezeError, Remark, Workload, freeze, workload_for};

/// Upper bound of random seeds. They are short, so they can be typed again.
const SEED_LIMIT: u64 = 1_000_000;

/// A remark about the runs of one label of an experiment.
#[derive(Debug, Clone, PartialEq)]
pub struct StepRemark {
    /// Label of the runs.
    pub label: String,
    /// The remark.
    pub remark: Remark,
}

/// A step of an experiment that cannot run.
#[derive(Debug)]
pub struct StepError {
    /// Label of the step.
    pub label: String,
    /// Reason.
    pub error: FreezeError,
}

/// Draws a seed for a study that has none.
#[must_use]
pub fn drawn_seed() -> u64 {
    rand::random_range(0..SEED_LIMIT)
}

/// Gives the study a seed if it has none, so that all its runs share it.
#[must_use]
pub fn with_seed(study: Study) -> Study {
    let seed = Some(study.plan.seed.unwrap_or_else(drawn_seed));
    Study { plan: Plan { seed, ..study.plan }, ..study }
}

/// Freezes a study with its workload or a variant of it. `last_s` holds the times
/// of the cases in an earlier run, in seconds.
pub fn freeze_study(
    study: &Study,
    workload: &dyn Workload,
    logical_cpus: u32,
    last_s: Option<&[f64]>,
) -> Result<(FrozenStudy, Vec<Remark>), FreezeError> {
    let environment = Environment { logical_cpus, seed: drawn_seed(), last_s };
    freeze(study.cases.clone(), study.workload, workload, &study.plan, environment)
}

/// Freezes a step of an experiment.
pub(super) fn freeze_step(
    step: &RunStep,
    logical_cpus: u32,
    last_s: Option<&[f64]>,
) -> Result<(FrozenStudy, Vec<Remark>), FreezeError> {
    freeze_study(&step.study, step.workload.as_ref(), logical_cpus, last_s)
}

/// Picks `count` cases that represent all cases of the study. Returns `None` if the
/// study has no more than that.
pub fn sample_cases(
    study: &Study,
    count: usize,
    logical_cpus: u32,
) -> Result<Option<CaseSample>, FreezeError> {
    let (frozen, _) = freeze_study(study, workload_for(study).as_ref(), logical_cpus, None)?;
    Ok(CaseSample::of(Arc::new(frozen), count))
}

/// Checks before the first run that every step can run, once per label.
pub fn check_steps(
    experiment: &Experiment,
    logical_cpus: u32,
) -> Result<Vec<StepRemark>, StepError> {
    let mut labels: Vec<&str> = Vec::new();
    let mut found = Vec::new();
    for step in experiment.steps() {
        if labels.contains(&step.label.as_str()) {
            continue;
        }
        labels.push(&step.label);
        let (_, remarks) = freeze_step(step, logical_cpus, None)
            .map_err(|error| StepError { label: step.label.clone(), error })?;
        let label = |remark| StepRemark { label: step.label.clone(), remark };
        found.extend(remarks.into_iter().map(label));
    }
    Ok(found)
}
