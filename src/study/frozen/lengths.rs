//! How long the cases are, as far as that is known before they run.

use serde::{Deserialize, Serialize};

/// The lengths of all cases of a table, in listed order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Lengths {
    /// Seconds, after the time scale: what the workload intends.
    Seconds(Vec<f64>),
    /// Amounts of computing: good for an order, but not for a clock.
    Amounts(Vec<f64>),
    /// Seconds, as the same cases took in their last run: good for an order, but
    /// not what they are meant to take.
    Last(Vec<f64>),
    /// Not known.
    Unknown,
}

impl Lengths {
    /// The seconds that the case is meant to take, where known.
    #[must_use]
    pub fn intended_s(&self, case: usize) -> Option<f64> {
        self.seconds().map(|seconds| seconds[case])
    }

    /// All lengths in seconds, where known.
    #[must_use]
    pub fn seconds(&self) -> Option<&[f64]> {
        match self {
            Self::Seconds(seconds) => Some(seconds),
            Self::Amounts(_) | Self::Last(_) | Self::Unknown => None,
        }
    }

    /// Numbers that compare as the lengths do, where anything is known.
    #[must_use]
    pub fn weights(&self) -> Option<&[f64]> {
        match self {
            Self::Seconds(weights) | Self::Amounts(weights) | Self::Last(weights) => Some(weights),
            Self::Unknown => None,
        }
    }

    /// Where the lengths come from, in words for a report.
    #[must_use]
    pub fn source(&self) -> &'static str {
        match self {
            Self::Seconds(_) => "as the workload intends",
            Self::Amounts(_) => "by the amount of computing",
            Self::Last(_) => "from the last run",
            Self::Unknown => "not known",
        }
    }
}
