//! The form of a comparison: configurations and repeats.

use std::ops::RangeInclusive;

use crate::experiment::Experiment;
use crate::study::{Setup, Strategy};

use super::experiment_progress::experiment_study;
use crate::window::state::Document;

/// Most configurations in one comparison.
pub const MAX_SETUPS: usize = 8;

pub const REPEATS: RangeInclusive<u32> = 1..=100;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompareForm {
    /// The configurations; the first is the base.
    pub setups: Vec<Setup>,
    pub repeats: u32,
}

impl Default for CompareForm {
    fn default() -> Self {
        let setup = |strategy| Setup { strategy, ..Setup::default() };
        Self { setups: vec![setup(Strategy::Series), setup(Strategy::Threads)], repeats: 7 }
    }
}

impl CompareForm {
    pub fn add(&mut self) {
        let strategies = [
            Strategy::Threads,
            Strategy::Shares,
            Strategy::Batches,
            Strategy::GlobalLock,
            Strategy::Processes,
            Strategy::AllAtOnce,
            Strategy::Series,
        ];
        let new = strategies.map(|strategy| Setup { strategy, ..Setup::default() });
        let new = new.into_iter().find(|setup| !self.setups.contains(setup));
        self.setups.push(new.unwrap_or_default());
    }

    /// Returns the number of runs, warm-up included.
    pub fn runs(&self) -> usize {
        self.setups.len() * (self.repeats as usize + 1)
    }

    pub fn problem(&self) -> Option<&'static str> {
        let twice = |(at, setup): (usize, &Setup)| self.setups[..at].contains(setup);
        match self.setups.len() {
            0 | 1 => Some("Add a configuration: a comparison needs two"),
            _ if self.setups.iter().enumerate().any(twice) => Some("Two configurations are equal"),
            _ => None,
        }
    }

    /// Returns the comparison of these configurations on the cases of the document.
    /// `seed` applies where the plan has none.
    pub fn session(&self, document: &Document, seed: u64) -> Experiment {
        let study = experiment_study(document, seed);
        Experiment::comparison(&study, self.setups.clone(), self.repeats)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::{Column, Order, SeriesChoice};

    #[test]
    fn the_form_starts_with_series_and_threads_and_others_can_be_added() {
        let mut form = CompareForm::default();
        assert_eq!((form.problem(), form.runs()), (None, 16));
        for _ in form.setups.len()..MAX_SETUPS - 1 {
            form.add();
            assert_eq!(form.problem(), None, "{:?}", form.setups);
        }
        form.setups[1] = form.setups[0];
        assert_eq!(form.problem(), Some("Two configurations are equal"));
        form.setups.truncate(1);
        assert!(form.problem().unwrap().contains("needs two"));
    }

    #[test]
    fn a_comparison_runs_the_cases_of_the_document_with_one_seed() {
        let mut document = Document::default();
        document.set_text(1, Column::X, "7");
        document.plan.order = Order::Longest;
        document.plan.series = SeriesChoice::Measure;
        let session = CompareForm::default().session(&document, 5);
        assert_eq!(session.steps.len(), 16);
        for step in &session.steps {
            assert_eq!(step.study.cases, document.cases);
            let plan = &step.study.plan;
            assert_eq!((plan.seed, plan.order), (Some(5), Order::Longest));
            assert_eq!(plan.series, SeriesChoice::Estimate, "the series is a setup of its own");
        }
        document.plan.seed = Some(9);
        let session = CompareForm::default().session(&document, 5);
        assert_eq!(session.steps[0].study.plan.seed, Some(9));
    }
}
