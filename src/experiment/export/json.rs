//! Experiments as JSON: `caselanes.example/1` and `caselanes.compare/1`.

use serde::Serialize;

use crate::report::RunReport;
use crate::study::Setup;

use crate::experiment::claim::Claim;
use crate::experiment::comparison::{CompareRow, compare_rows};
use crate::experiment::example::{ExampleName, Findings};
use crate::experiment::step::LabelledRun;

/// An example as it was run, for [`write_json`](crate::report::write_json).
#[derive(Serialize)]
pub struct ExampleReport<'a> {
    schema: &'static str,
    name: &'static str,
    runs: Vec<LabelledReport<'a>>,
    claims: &'a [Claim],
}

#[derive(Serialize)]
struct LabelledReport<'a> {
    label: &'a str,
    #[serde(flatten)]
    report: &'a RunReport,
}

impl<'a> ExampleReport<'a> {
    /// The runs of an example with what they show.
    #[must_use]
    pub fn new(name: ExampleName, runs: &'a [LabelledRun], findings: &'a Findings) -> Self {
        let runs = runs.iter().map(|run| LabelledReport { label: &run.label, report: &run.report });
        Self {
            schema: "caselanes.example/1",
            name: name.into(),
            runs: runs.collect(),
            claims: &findings.claims,
        }
    }
}

/// One line of the list of examples.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ExampleEntry {
    /// Its name.
    pub name: &'static str,
    /// Its title.
    pub title: &'static str,
}

impl ExampleEntry {
    /// All examples.
    #[must_use]
    pub fn all() -> Vec<Self> {
        use strum::VariantArray as _;
        let entry = |&name: &ExampleName| Self { name: name.into(), title: name.title() };
        ExampleName::VARIANTS.iter().map(entry).collect()
    }
}

/// A comparison, for [`write_json`](crate::report::write_json).
#[derive(Debug, Clone, Serialize)]
pub struct CompareReport {
    schema: &'static str,
    runs: Vec<CompareRow>,
}

impl CompareReport {
    /// What the runs of these setups came to.
    #[must_use]
    pub fn new(setups: &[Setup], runs: &[LabelledRun]) -> Self {
        Self { schema: "caselanes.compare/1", runs: compare_rows(setups, runs) }
    }

    /// A row for each setup.
    #[must_use]
    pub fn rows(&self) -> &[CompareRow] {
        &self.runs
    }
}
