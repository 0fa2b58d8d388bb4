//! What was claimed, and whether the measurement bears it out.

/// A claim with its verdict.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Claim {
    /// What was claimed, in a sentence.
    pub claim: String,
    /// Whether it held; `None` where noise is larger than the difference, or
    /// nothing was measured.
    pub held: Option<bool>,
    /// The figures that say so.
    pub evidence: String,
}
