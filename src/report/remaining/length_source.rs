//! Where the lengths of waiting cases come from.

use super::length_model::{GrowthModel, LengthModel, LengthSample, TERMS, Terms, WeightedModel};
use crate::study::{CaseTable, Lengths};

/// Where the lengths of waiting cases come from.
#[derive(Debug, Clone)]
pub(super) enum LengthSource {
    /// Known for all cases: in seconds, or as amounts of unknown speed.
    Known { weights: Vec<f64>, in_seconds: bool },
    /// Learned from x and y of ended cases.
    Learned { model: LengthModel, cases: CaseTable },
}

impl LengthSource {
    pub(super) fn new(cases: &CaseTable, lengths: &Lengths) -> Self {
        match lengths.weights() {
            Some(weights) => {
                let in_seconds = !matches!(lengths, Lengths::Amounts(_));
                Self::Known { weights: weights.to_vec(), in_seconds }
            }
            None => Self::Learned { model: LengthModel::new(cases), cases: cases.clone() },
        }
    }

    pub(super) fn terms(&self, case: u32) -> Terms {
        match self {
            Self::Known { weights, .. } => {
                let mut terms = [0.0; TERMS];
                terms[0] = weights[case as usize];
                terms
            }
            Self::Learned { model, cases } => {
                let case = cases.case(case as usize);
                model.terms(case.x, case.y)
            }
        }
    }

    pub(super) fn are_learned(&self) -> bool {
        matches!(self, Self::Learned { .. })
    }

    pub(super) fn is_in_seconds(&self) -> bool {
        matches!(self, Self::Known { in_seconds: true, .. })
    }

    /// The growth models, weighted by the times so far; `None` before a case has ended,
    /// unless lengths are known in seconds.
    pub(super) fn models(
        &self,
        ended: &[LengthSample],
        running: &[LengthSample],
    ) -> Option<Vec<WeightedModel>> {
        match self {
            _ if ended.is_empty() && !self.is_in_seconds() => None,
            Self::Known { .. } => {
                Some(vec![WeightedModel { growth: GrowthModel::known(), share: 1.0 }])
            }
            Self::Learned { model, .. } => Some(model.weigh(ended, running)),
        }
    }
}
