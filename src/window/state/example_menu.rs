//! The examples in the menu: their time scale and how long they take.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use strum::VariantArray as _;

use crate::experiment::{ExampleName, Experiment};
use crate::run::replay;
use crate::schedule::s_from_ns;
use crate::study::Plan;
use crate::workload::{Environment, freeze};

/// Time scale of the waits and the computing of examples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ExampleScale {
    /// As published.
    Full,
    #[default]
    Tenth,
    Hundredth,
}

impl ExampleScale {
    pub fn title(self) -> &'static str {
        match self {
            Self::Full => "full length",
            Self::Tenth => "×0.1",
            Self::Hundredth => "×0.01",
        }
    }

    pub fn factor(self) -> f64 {
        match self {
            Self::Full => 1.0,
            Self::Tenth => 0.1,
            Self::Hundredth => 0.01,
        }
    }
}

/// Number of seeds to average over: the waits of some examples are random.
const SEEDS: u64 = 16;

/// Expected time of each example at full length, in seconds.
static FULL_LENGTH_S: LazyLock<Vec<Option<f64>>> =
    LazyLock::new(|| ExampleName::VARIANTS.iter().map(|&name| mean_s(name)).collect());

/// Returns the time of an example without any overhead, in seconds, or `None` if the
/// lengths of its cases are unknown.
pub fn expected_s(name: ExampleName, scale: ExampleScale) -> Option<f64> {
    let index = ExampleName::VARIANTS.iter().position(|&other| other == name)?;
    FULL_LENGTH_S[index].map(|full_s| full_s * scale.factor())
}

fn mean_s(name: ExampleName) -> Option<f64> {
    let sum_s: Option<f64> = (0..SEEDS).map(|seed| simulated_s(name, seed)).sum();
    Some(sum_s? / SEEDS as f64)
}

/// Returns the sum of the makespans of all steps on the virtual clock.
fn simulated_s(name: ExampleName, seed: u64) -> Option<f64> {
    let plan = Plan { seed: Some(seed), ..Plan::default() };
    // The number of CPUs matters to computing cases only; their lengths are unknown.
    let experiment = Experiment::example(name, &plan, 1);
    let step_s = |step: &crate::experiment::RunStep| {
        let study = step.study.clone();
        let environment = Environment { logical_cpus: 1, seed, last_s: None };
        let workload = step.workload.as_ref();
        let frozen =
            freeze(study.cases, study.workload, workload, &study.plan, environment).ok()?.0;
        frozen.lengths.seconds()?;
        Some(s_from_ns(replay(&frozen).makespan_ns))
    };
    experiment.steps.iter().map(step_s).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_waiting_examples_have_an_expected_time() {
        let full_s = |name| expected_s(name, ExampleScale::Full);
        // Series, by meshes, all at once, three workers as listed and longest first.
        let crash_tests_s = full_s(ExampleName::CrashTests).unwrap();
        assert!((crash_tests_s - 109.53).abs() < 0.01, "{crash_tests_s}");
        let tenth_s = expected_s(ExampleName::CrashTests, ExampleScale::Tenth).unwrap();
        assert!((tenth_s - 10.953).abs() < 0.001);
        // The longest of three waits and their sum: 3.4 + 7.5 s on average.
        assert!((9.0..13.0).contains(&full_s(ExampleName::Demo).unwrap()));
        assert_eq!(full_s(ExampleName::Simulations), None);
        assert_eq!(full_s(ExampleName::IoAndCpu), None);
    }
}
