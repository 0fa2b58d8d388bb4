//! Freezing what is to be run, and saying what stands in the way.

use crate::experiment::RunStep;
use crate::study::{Column, FrozenStudy};
use crate::workload::{Environment, FreezeError, Remark, freeze};

/// Drawn seeds are short enough to be typed again.
const SEEDS: u32 = 1_000_000;

/// A seed for what has none.
pub(crate) fn drawn_seed() -> u64 {
    u64::from(rand::random_range(0..SEEDS))
}

/// Why something cannot be run.
pub(crate) enum PrepareError {
    /// A row stands in the way.
    Row(usize, Column, String),
    /// Something else does.
    Other(String),
}

/// Freezes a study with its workload; `last_s` is how long its cases took when
/// they were last run, in seconds.
pub(crate) fn frozen(
    step: &RunStep,
    logical_cpus: u32,
    last_s: Option<&[f64]>,
) -> Result<(FrozenStudy, Vec<Remark>), PrepareError> {
    let given = Environment { logical_cpus, seed: drawn_seed(), last_s };
    let study = step.study.clone();
    freeze(study.cases, study.workload, step.workload.as_ref(), &study.plan, given).map_err(refused)
}

fn refused(error: FreezeError) -> PrepareError {
    match error {
        FreezeError::Cases(refused) => match refused.into_iter().next() {
            Some((row, refusal)) => PrepareError::Row(row, refusal.column, refusal.message),
            None => PrepareError::Other(String::new()),
        },
        error => PrepareError::Other(in_window(&error)),
    }
}

/// The message without the options of the command line.
fn in_window(error: &FreezeError) -> String {
    match error {
        FreezeError::NoTimes => "this workload does not know how long its cases take, which the \
                                 virtual clock needs; choose the real clock"
            .to_owned(),
        FreezeError::NothingToMeasure => "the virtual clock runs nothing, so it cannot measure \
                                          the series total; choose estimate, or the real clock"
            .to_owned(),
        error => error.to_string(),
    }
}
