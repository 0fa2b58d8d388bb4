//! Freezing what is to be run, and saying what stands in the way.

use crate::experiment::Step;
use crate::study::{Column, Frozen};
use crate::workload::{FreezeError, Given, Remark, freeze};

/// Drawn seeds are short enough to be typed again.
const SEEDS: u32 = 1_000_000;

/// A seed for what has none.
pub(crate) fn drawn_seed() -> u64 {
    u64::from(rand::random_range(0..SEEDS))
}

/// Why something cannot be run.
pub(crate) enum Refused {
    /// A row stands in the way.
    Row(usize, Column, String),
    /// Something else does.
    Other(String),
}

/// Freezes a study with its workload; `last_s` is how long its cases took when
/// they were last run, in seconds.
pub(crate) fn frozen(
    step: &Step,
    logical_cpus: u32,
    last_s: Option<&[f64]>,
) -> Result<(Frozen, Vec<Remark>), Refused> {
    let given = Given { logical_cpus, seed: drawn_seed(), last_s };
    let study = step.study.clone();
    freeze(study.cases, study.workload, step.workload.as_ref(), &study.plan, given).map_err(refused)
}

fn refused(error: FreezeError) -> Refused {
    match error {
        FreezeError::Cases(refused) => match refused.into_iter().next() {
            Some((row, refusal)) => Refused::Row(row, refusal.column, refusal.message),
            None => Refused::Other(String::new()),
        },
        error => Refused::Other(in_window(&error)),
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
