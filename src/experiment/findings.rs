//! What the runs of an example show: claims with their verdicts, and tables of figures.

use crate::text::{percent, shortest};

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
    /// Creates a claim with the finding and the evidence, or the inconclusive claim of
    /// missing runs.
    pub(super) fn new(claim: &str, finding: Option<(impl Into<Finding>, String)>) -> Self {
        let (held, evidence) = match finding.map(|(finding, text)| (finding.into(), text)) {
            None => (None, "not measured: a run is missing or incomplete".to_owned()),
            Some((Finding::Held(held), evidence)) => (held, evidence),
            Some((Finding::StartUp { share, time_scale }, evidence)) => {
                let (share, scale) = (percent(share), shortest(time_scale));
                let text = format!(
                    "{evidence}; at time scale {scale} the start-up of the workers took {share} of \
                     the run and decides, so this says nothing about the claim"
                );
                (None, text)
            }
        };
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

/// What measurements say about a claim.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Finding {
    /// Whether it held; `None` within noise.
    Held(Option<bool>),
    /// It failed at a shortened time scale only because of the start-up of the workers, which
    /// took this share of the run.
    StartUp { share: f64, time_scale: f64 },
}

impl From<Option<bool>> for Finding {
    fn from(held: Option<bool>) -> Self {
        Self::Held(held)
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
    /// Whether it is the best of its column.
    pub best: Option<Best>,
}

/// The best figure of a column, or one that the noise does not tell from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, strum::IntoStaticStr)]
pub enum Best {
    #[strum(serialize = "best")]
    Least,
    #[strum(serialize = "≈ best")]
    WithinNoise,
}
