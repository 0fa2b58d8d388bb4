//! Reasons a case has no value.

/// Why a case has no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The run was cancelled.
    Cancelled,
    /// The calculation failed; the message says how.
    Failed(String),
}
