//! Samples: a part of the cases that represents all of them.

use std::sync::Arc;

use crate::report::{InputCase, ReportInput, RunReport};
use crate::run::CaseRecord;
use crate::study::{FrozenStudy, Lengths, Study};

/// A systematic sample: the cases, sorted by length, are cut into strata of equal size,
/// and the middle case of each stratum runs. Without known lengths they are cut in
/// listed order. It is not random: the same cases always give the same sample.
#[derive(Debug, Clone)]
pub struct CaseSample {
    whole: Arc<FrozenStudy>,
    /// All rows, shortest first.
    sorted: Vec<usize>,
    /// Sampled rows, in listed order.
    rows: Vec<usize>,
}

impl CaseSample {
    /// Samples `count` of the cases; `None` if that is none or all of them.
    pub fn of(whole: Arc<FrozenStudy>, count: usize) -> Option<Self> {
        let cases = whole.cases.len();
        if count == 0 || count >= cases {
            return None;
        }
        let mut sorted: Vec<usize> = (0..cases).collect();
        if let Some(weights) = whole.lengths.weights() {
            sorted.sort_by(|&a, &b| weights[a].total_cmp(&weights[b]));
        }
        let mut rows: Vec<usize> =
            (0..count).map(|stratum| sorted[middle(stratum, count, cases)]).collect();
        rows.sort_unstable();
        Some(Self { whole, sorted, rows })
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn whole(&self) -> &Arc<FrozenStudy> {
        &self.whole
    }

    pub fn study(&self, study: &Study) -> Study {
        Study { cases: study.cases.select_rows(&self.rows), ..study.clone() }
    }

    /// Extrapolates a run of the sample to all cases: each case takes the figures of its
    /// representative, in proportion to its amount of computing where that is known.
    pub fn scaled(&self, report: &RunReport) -> ReportInput {
        let (count, cases) = (self.rows.len(), self.whole.cases.len());
        let amounts = match &self.whole.lengths {
            Lengths::Amounts(amounts) => Some(amounts),
            _ => None,
        };
        let unknown = InputCase::new(&CaseRecord::default(), None, 1.0);
        let mut scaled = vec![unknown; cases];
        for stratum in 0..count {
            let row = self.sorted[middle(stratum, count, cases)];
            let at = self.rows.binary_search(&row).ok();
            let Some(record) = at.and_then(|at| report.state.records.get(at)) else { continue };
            for &alike in &self.sorted[stratum * cases / count..(stratum + 1) * cases / count] {
                let ratio = amounts.filter(|amounts| amounts[row] > 0.0);
                let ratio = ratio.map_or(1.0, |amounts| amounts[alike] / amounts[row]);
                let intended_s = self.whole.lengths.intended_s(alike);
                scaled[alike] = InputCase::new(record, intended_s, ratio);
            }
        }
        let resources = self.whole.resources.clone();
        ReportInput { cases: scaled, resources, ..ReportInput::of(report) }
    }
}

/// Returns the index of the middle case of a stratum.
fn middle(stratum: usize, count: usize, cases: usize) -> usize {
    (stratum * cases / count).midpoint((stratum + 1) * cases / count - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::{CaseTable, ClockChoice, Plan, WorkloadName};
    use crate::workload::{Environment, find, freeze};

    fn whole(workload: WorkloadName, xs: &[f64]) -> (Study, Arc<FrozenStudy>) {
        let mut cases = CaseTable::default();
        for &x in xs {
            cases.push("", x, 1.0, &[]);
        }
        let plan = Plan { clock: ClockChoice::Real, seed: Some(1), ..Plan::default() };
        let study = Study { cases, workload, program: None, plan, recipe: None };
        let environment = Environment { logical_cpus: 2, seed: 0, last_s: None };
        let workload = find(workload);
        let frozen = freeze(
            study.cases.clone(),
            study.workload,
            workload.as_ref(),
            &study.plan,
            environment,
        );
        (study, Arc::new(frozen.unwrap().0))
    }

    fn xs(study: &Study) -> Vec<f64> {
        study.cases.iter().map(|case| case.x).collect()
    }

    #[test]
    fn the_middle_of_each_stratum_runs_in_listed_order() {
        let (study, frozen) = whole(WorkloadName::Wait, &[9.0, 1.0, 8.0, 2.0, 7.0, 3.0]);
        let of = |count| CaseSample::of(Arc::clone(&frozen), count).map(|s| xs(&s.study(&study)));
        assert_eq!(of(2), Some(vec![8.0, 2.0]));
        assert_eq!(of(3), Some(vec![1.0, 8.0, 3.0]));
        assert_eq!((of(0), of(6), of(7)), (None, None, None));
        assert_eq!(of(1), Some(vec![3.0]));
        // Without lengths, in listed order.
        let (study, frozen) = whole(WorkloadName::Power, &[9.0, 1.0, 8.0, 2.0]);
        let sample = CaseSample::of(frozen, 2).unwrap();
        assert_eq!(xs(&sample.study(&study)), [9.0, 8.0]);
    }

    #[test]
    fn the_mean_of_a_sample_is_close_to_that_of_all_cases() {
        let all: Vec<f64> = (0..1000).map(|i| f64::from(i * 7919 % 1000).powi(2)).collect();
        let (study, frozen) = whole(WorkloadName::Wait, &all);
        let sample = xs(&CaseSample::of(frozen, 20).unwrap().study(&study));
        let mean = |xs: &[f64]| xs.iter().sum::<f64>() / xs.len() as f64;
        assert!((mean(&sample) / mean(&all) - 1.0).abs() < 0.01);
    }
}
