//! Claims and their verdicts.

/// A claim that measurements confirm or refute.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Claim {
    /// The claim, as a sentence.
    pub claim: String,
    /// Whether the measurements confirm it; `None` if the noise exceeds the
    /// difference or nothing was measured.
    pub held: Option<bool>,
    /// Figures behind the verdict.
    pub evidence: String,
}

impl Claim {
    /// Returns the verdict in words.
    pub fn verdict(&self) -> &'static str {
        match self.held {
            Some(true) => "confirmed",
            Some(false) => "not confirmed",
            None => "inconclusive",
        }
    }
}
