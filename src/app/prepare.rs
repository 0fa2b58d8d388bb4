//! Freezes studies for this machine: makes the choices that were left open and checks
//! every case.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use crate::engine;
use crate::experiment::{CaseSample, Experiment, RunStep};
use crate::report::Machine;
use crate::study::{FrozenStudy, Plan, Study, StudyOption};
use crate::text::memory;
use crate::workload::{Environment, FreezeError, Remark, Workload, freeze, workload_for};

pub fn this_machine() -> Machine {
    let cpus = engine::cpu_counts();
    Machine { logical_cpus: cpus.usable, os: std::env::consts::OS, cpus: Some(cpus) }
}

/// Upper bound of random seeds. They are short, so they can be typed again.
const SEED_LIMIT: u64 = 1_000_000;

/// Draws a seed for a study that has none.
pub fn drawn_seed() -> u64 {
    rand::random_range(0..SEED_LIMIT)
}

/// Gives the study a seed if it has none, so that all its runs share it.
pub fn with_seed(study: Study) -> Study {
    let seed = Some(study.plan.seed.unwrap_or_else(drawn_seed));
    Study { plan: Plan { seed, ..study.plan }, ..study }
}

/// Freezes a study with its workload or a variant of it. `last_s` holds the times
/// of the cases in an earlier run, in seconds.
pub(super) fn freeze_study(
    study: &Study,
    workload: &dyn Workload,
    logical_cpus: u32,
    last_s: Option<&[f64]>,
) -> Result<(FrozenStudy, Vec<Remark>), FreezeError> {
    if let Some(floor) = study.plan.limits.memory_floor_bytes
        && let Some(total) = engine::total_memory_bytes().filter(|&total| total < floor)
    {
        let [floor, total] = [floor, total].map(memory);
        let problem =
            format!("no case could ever start: {floor} is more than the {total} of this machine");
        return Err(FreezeError::Option(StudyOption::MemoryFloor.key(), problem));
    }
    let environment = Environment { logical_cpus, seed: drawn_seed(), last_s };
    let mut plan = Cow::Borrowed(&study.plan);
    let is_here = workload.program().is_none_or(|program| program.cluster.is_none());
    if is_here && plan.limits.memory_per_case.is_some() && plan.limits.memory_bytes.is_none() {
        plan.to_mut().limits.memory_bytes = engine::free_memory_bytes();
    }
    let mut result = freeze(study.cases.clone(), study.workload, workload, &plan, environment)?;
    // The next run of the study takes what is free then.
    result.0.plan.limits.memory_bytes = study.plan.limits.memory_bytes;
    Ok(result)
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

/// Checks before the first run that every step can run, once per label. Remarks and
/// the error come with their label.
pub fn check_steps(
    experiment: &Experiment,
    logical_cpus: u32,
) -> Result<Vec<(String, Remark)>, (String, FreezeError)> {
    let mut labels = BTreeSet::new();
    let mut found = Vec::new();
    for RunStep { label, study, workload, .. } in &experiment.steps {
        if labels.insert(label) {
            let (_, remarks) = freeze_study(study, workload.as_ref(), logical_cpus, None)
                .map_err(|error| (label.clone(), error))?;
            found.extend(remarks.into_iter().map(|remark| (label.clone(), remark)));
        }
    }
    Ok(found)
}
