//! The numbers of the sweep and of the comparison, as they are stored for the next start.

use serde::{Deserialize, Serialize};

use super::compare_form::{CompareForm, MAX_SETUPS};
use crate::study::parse_setup;
use crate::window::state::CountField;
use crate::window::workers::sweep_state::SweepForm;

/// Stored numbers. Those that are missing or out of range take their defaults.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct ExperimentCounts {
    sweep_repeats: Option<u32>,
    sweep_workers: Option<u32>,
    sweep_sample: Option<u32>,
    repeats: Option<u32>,
    /// Configurations of the comparison, such as `threads:3:longest`.
    setups: Vec<String>,
}

impl ExperimentCounts {
    pub(crate) fn of(sweep: &SweepForm, compare: &CompareForm) -> Self {
        Self {
            sweep_repeats: Some(sweep.repeats),
            sweep_workers: sweep.max_workers,
            sweep_sample: sweep.sample,
            repeats: Some(compare.repeats),
            setups: compare.setups.iter().map(ToString::to_string).collect(),
        }
    }

    pub(crate) fn forms(&self) -> (SweepForm, CompareForm) {
        let (mut sweep, mut compare) = (SweepForm::default(), CompareForm::default());
        let valid = |count: Option<u32>, field: CountField| {
            count.filter(|count| field.range().contains(count))
        };
        sweep.repeats =
            valid(self.sweep_repeats, CountField::SweepRepeats).unwrap_or(sweep.repeats);
        sweep.max_workers = valid(self.sweep_workers, CountField::SweepWorkers);
        sweep.sample = valid(self.sweep_sample, CountField::SweepSample);
        compare.repeats =
            valid(self.repeats, CountField::CompareRepeats).unwrap_or(compare.repeats);
        let setups = self.setups.iter().filter_map(|text| parse_setup(text).ok());
        let setups: Vec<_> = setups.take(MAX_SETUPS).collect();
        if !setups.is_empty() {
            compare.setups = setups;
        }
        (sweep, compare)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::{Order, Setup, Strategy};

    #[test]
    fn stored_counts_are_read_again_and_impossible_ones_take_their_defaults() {
        let sweep = SweepForm { repeats: 9, max_workers: Some(12), sample: None };
        let setup = Setup { strategy: Strategy::Shares, workers: Some(3), order: None };
        let ordered = Setup { order: Some(Order::Longest), workers: None, ..setup };
        let compare = CompareForm { setups: vec![setup, ordered], repeats: 2 };
        let text = serde_json::to_string(&ExperimentCounts::of(&sweep, &compare)).unwrap();
        let read = |text: &str| serde_json::from_str::<ExperimentCounts>(text).unwrap().forms();
        assert_eq!(read(&text), (sweep, compare));
        let defaults = (SweepForm::default(), CompareForm::default());
        assert_eq!(read("{}"), defaults);
        let impossible = r#"{"sweep_repeats": 0, "sweep_workers": 9999, "setups": ["fast"]}"#;
        assert_eq!(read(impossible), defaults);
    }
}
