//! What the runs of an example show: claims with their verdicts, and tables of figures.

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Findings {
    pub claims: Vec<Claim>,
    /// Table of totals, if the example has one.
    pub grid: Option<FigureTable>,
}

/// A claim that measurements confirm or refute.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Claim {
    #[serde(rename = "claim")]
    pub sentence: String,
    /// Whether the measurements confirm it; `None` if the noise exceeds the
    /// difference or nothing was measured.
    pub held: Option<bool>,
    pub evidence: String,
}

impl Claim {
    /// Creates a claim with its verdict and the evidence, or the inconclusive claim of
    /// missing runs.
    pub(super) fn new(claim: &str, finding: Option<(Option<bool>, String)>) -> Self {
        let missing = || (None, "not measured: a run is missing or incomplete".to_owned());
        let (held, evidence) = finding.unwrap_or_else(missing);
        Self { sentence: claim.to_owned(), held, evidence }
    }

    pub fn verdict(&self) -> &'static str {
        match self.held {
            Some(true) => "confirmed",
            Some(false) => "not confirmed",
            None => "inconclusive",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigureTable {
    pub columns: Vec<String>,
    pub rows: Vec<(String, Vec<FigureCell>)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FigureCell {
    /// Figure with its unit; empty if unknown.
    pub text: String,
    /// Whether it is the best of its column or within noise of it.
    pub best: bool,
}
