//! Lengths of the cases known before they run.

use serde::{Deserialize, Serialize};

/// Lengths of all cases of a table, in listed order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Lengths {
    /// Seconds that the workload intends, after the time scale.
    Seconds(Vec<f64>),
    /// Amounts of computing, which give an order but no times.
    Amounts(Vec<f64>),
    /// Seconds that the same cases took in their last run, which give an order but
    /// are not the intended times.
    Last(Vec<f64>),
    /// Unknown.
    Unknown,
}

impl Lengths {
    /// Returns the intended time of a case, in seconds.
    pub fn intended_s(&self, case: usize) -> Option<f64> {
        self.seconds().map(|seconds| seconds[case])
    }

    /// Returns the intended times of all cases, in seconds.
    pub fn seconds(&self) -> Option<&[f64]> {
        match self {
            Self::Seconds(seconds) => Some(seconds),
            Self::Amounts(_) | Self::Last(_) | Self::Unknown => None,
        }
    }

    /// Returns numbers that compare as the lengths do.
    pub fn weights(&self) -> Option<&[f64]> {
        match self {
            Self::Seconds(weights) | Self::Amounts(weights) | Self::Last(weights) => Some(weights),
            Self::Unknown => None,
        }
    }

    /// Describes the source of the lengths for a report.
    pub fn source(&self) -> &'static str {
        match self {
            Self::Seconds(_) => "as the workload intends",
            Self::Amounts(_) => "by the amount of computing",
            Self::Last(_) => "from the last run",
            Self::Unknown => "not known",
        }
    }
}
