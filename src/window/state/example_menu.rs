//! The examples as they stand in their menu: at which time scale they run, and
//! how long that takes.

use std::sync::LazyLock;

use strum::VariantArray as _;

use crate::experiment::{ExampleName, Experiment};
use crate::run::replay;
use crate::schedule::s_from_ns;
use crate::study::Plan;
use crate::workload::{Environment, freeze};

/// By how much the waits and the computing of examples are scaled.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Default,
    strum::VariantArray,
    serde::Serialize,
    serde::Deserialize,
)]
pub enum ExampleScale {
    /// As they were published.
    Full,
    /// A tenth.
    #[default]
    Tenth,
    /// A hundredth.
    Hundredth,
}

impl ExampleScale {
    /// Its words.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Full => "at full length",
            Self::Tenth => "×0.1",
            Self::Hundredth => "×0.01",
        }
    }

    /// The time scale.
    #[must_use]
    pub fn factor(self) -> f64 {
        match self {
            Self::Full => 1.0,
            Self::Tenth => 0.1,
            Self::Hundredth => 0.01,
        }
    }
}

/// So many seeds are tried, as some examples draw how long their cases wait.
const SEEDS: u64 = 16;

/// How long each example takes at full length, in seconds.
static WHOLE_S: LazyLock<Vec<Option<f64>>> =
    LazyLock::new(|| ExampleName::VARIANTS.iter().map(|&name| mean_s(name)).collect());

/// How long the example takes without any overhead, in seconds, where its cases
/// know how long they take.
#[must_use]
pub fn expected_s(name: ExampleName, scale: ExampleScale) -> Option<f64> {
    let at = ExampleName::VARIANTS.iter().position(|&other| other == name)?;
    WHOLE_S[at].map(|whole_s| whole_s * scale.factor())
}

fn mean_s(name: ExampleName) -> Option<f64> {
    let all: Option<Vec<f64>> = (0..SEEDS).map(|seed| whole_s(name, seed)).collect();
    all.map(|all| all.iter().sum::<f64>() / all.len() as f64)
}

/// The sum of the makespans of all its steps on the virtual clock.
fn whole_s(name: ExampleName, seed: u64) -> Option<f64> {
    let plan = Plan { seed: Some(seed), ..Plan::default() };
    // How many processors there are matters only to those who compute.
    let session = Experiment::example(name, &plan, 1);
    let step_s = |step: &crate::experiment::RunStep| {
        let study = step.study.clone();
        let given = Environment { logical_cpus: 1, seed, last_s: None };
        let workload = step.workload.as_ref();
        let frozen = freeze(study.cases, study.workload, workload, &study.plan, given).ok()?.0;
        frozen.lengths.seconds()?;
        Some(s_from_ns(replay(&frozen).makespan_ns()))
    };
    session.steps().iter().map(step_s).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_examples_say_how_long_they_take_and_computing_ones_do_not() {
        let full_s = |name| expected_s(name, ExampleScale::Full);
        // In series, by meshes, at once, by three as listed and longest first.
        let crash_tests_s = full_s(ExampleName::CrashTests).unwrap();
        assert!((crash_tests_s - 109.53).abs() < 0.01, "{crash_tests_s}");
        let tenth_s = expected_s(ExampleName::CrashTests, ExampleScale::Tenth).unwrap();
        assert!((tenth_s - 10.953).abs() < 0.001);
        // The longest of three and their sum: 3.4 + 7.5 s in the mean.
        assert!((9.0..13.0).contains(&full_s(ExampleName::Demo).unwrap()));
        assert_eq!(full_s(ExampleName::Simulations), None);
        assert_eq!(full_s(ExampleName::IoAndCpu), None);
    }
}
