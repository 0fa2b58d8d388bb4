//! Comparing setups: the same cases by each of them, in interleaved blocks, so
//! that a machine that grows slower or faster meanwhile does so for all.

use crate::study::{Setup, Study};
use crate::workload::find;

use super::step::Step;

/// One block that only warms up, then so many that count. Each block runs every
/// setup once; each begins with another one. The study's plan should have a
/// seed, or each run draws its own.
pub(super) fn comparison_steps(study: &Study, setups: &[Setup], repeat: u32) -> Vec<Step> {
    let workload = find(study.workload);
    let step = |setup: &Setup, counts| Step {
        label: setup.to_string(),
        study: Study { plan: setup.over(&study.plan), ..study.clone() },
        workload: workload.clone(),
        counts,
    };
    let block = |number: usize| {
        let from = number % setups.len().max(1);
        let rotated = setups[from..].iter().chain(&setups[..from]);
        rotated.map(move |setup| step(setup, number > 0)).collect::<Vec<_>>()
    };
    (0..=repeat as usize).flat_map(block).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::parse_setup;

    #[test]
    fn blocks_are_interleaved_and_the_first_does_not_count() {
        let setups = ["series", "threads:2"].map(|text| parse_setup(text).unwrap());
        let steps = comparison_steps(&Study::default(), &setups, 2);
        let labels: Vec<_> = steps.iter().map(|step| (step.label.as_str(), step.counts)).collect();
        assert_eq!(
            labels,
            [
                ("series", false),
                ("threads:2", false),
                ("threads:2", true),
                ("series", true),
                ("series", true),
                ("threads:2", true),
            ]
        );
    }
}
