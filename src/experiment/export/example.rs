//! The list of examples, and one example as it was run, in every format; as JSON
//! `caselanes.example/1`.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::{Serialize, Serializer};
use strum::VariantArray as _;

use crate::experiment::findings::{Claim, FigureTable, Findings};
use crate::experiment::{ExampleName, LabelledRun};
use crate::report::{
    ChartRole, DocumentColumn, DocumentPart, DocumentTable, DocumentVerdict, Exportable, Extent,
    ListColumn, ReportDocument, RowSink, RunReport, TotalRow, serialize, totals_picture,
    write_list,
};
use crate::text::{TextColumnOf, four_digit_duration};

#[derive(Debug, Clone, Copy, Default)]
pub struct ExampleList;

#[derive(Serialize)]
struct ExampleEntry {
    name: &'static str,
    title: &'static str,
}

const ENTRY_COLUMNS: [TextColumnOf<ExampleName>; 2] =
    [("example", |name| <&str>::from(name).to_owned()), ("title", |name| name.title().to_owned())];

impl ExampleList {
    fn entries() -> Vec<ExampleEntry> {
        let entry = |&name: &ExampleName| ExampleEntry { name: name.into(), title: name.title() };
        ExampleName::VARIANTS.iter().map(entry).collect()
    }
}

impl Exportable for ExampleList {
    fn document(&self, _: Extent) -> ReportDocument<'_> {
        let table =
            DocumentTable::of_list("Examples", &ENTRY_COLUMNS, &[0, 1], ExampleName::VARIANTS);
        let hint = "Run one with: caselanes examples NAME --time-scale 0.1".to_owned();
        ReportDocument {
            title: "Examples".into(),
            introduction: Vec::new(),
            answer: vec![DocumentPart::Sentence(hint)],
            details: vec![DocumentPart::Table(table)],
        }
    }

    fn write_json(&self, to: &mut dyn Write) -> io::Result<()> {
        serialize(&Self::entries(), to)
    }

    fn write_rows(&self, sink: &mut RowSink<'_>) -> io::Result<()> {
        const COLUMNS: [ListColumn<ExampleEntry>; 2] =
            [("name", |entry| entry.name.into()), ("title", |entry| entry.title.into())];
        write_list(&COLUMNS, &Self::entries(), sink)
    }
}

/// An example with its runs and findings.
#[derive(Debug, Clone, Copy)]
pub struct ExampleReport<'a> {
    pub name: ExampleName,
    pub runs: &'a [LabelledRun],
    pub findings: &'a Findings,
}

#[derive(Serialize)]
struct ExampleJson<'a> {
    schema: &'static str,
    name: &'static str,
    runs: Vec<LabelledRunJson<'a>>,
    claims: &'a [Claim],
}

#[derive(Serialize)]
struct LabelledRunJson<'a> {
    label: &'a str,
    #[serde(flatten)]
    report: &'a RunReport,
}

impl Serialize for ExampleReport<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let runs = self.runs.iter();
        let runs = runs.map(|run| LabelledRunJson { label: &run.label, report: &run.report });
        let (name, claims) = (self.name.into(), &self.findings.claims[..]);
        ExampleJson { schema: "caselanes.example/1", name, runs: runs.collect(), claims }
            .serialize(to)
    }
}

impl<'a> Exportable for ExampleReport<'a> {
    fn document(&self, _: Extent) -> ReportDocument<'_> {
        let runs = DocumentTable::of_list("Runs", &RUN_COLUMNS, &[0], self.runs);
        let grid = self.findings.grid.as_ref().map(grid_table);
        let verdict = |claim: &'a Claim| DocumentVerdict {
            verdict: claim.verdict(),
            claim: &claim.sentence,
            evidence: &claim.evidence,
        };
        let verdicts = self.findings.claims.iter().map(verdict).collect();
        let row = |run: &LabelledRun| TotalRow {
            name: run.label.clone(),
            total_s: run.report.figures.total_parallel_s.filter(|_| run.report.state.all_done()),
            interval_s: None,
        };
        let rows: Vec<_> = self.runs.iter().map(row).collect();
        let chart = (!rows.is_empty())
            .then(|| DocumentPart::Chart(ChartRole::Main, totals_picture("Totals", &rows)));
        ReportDocument {
            title: self.name.title().into(),
            introduction: vec![DocumentPart::Sentence(self.name.explanation().to_owned())],
            answer: vec![DocumentPart::Verdicts(verdicts)],
            details: chart
                .into_iter()
                .chain([runs].into_iter().chain(grid).map(DocumentPart::Table))
                .collect(),
        }
    }

    fn write_json(&self, to: &mut dyn Write) -> io::Result<()> {
        serialize(self, to)
    }

    fn runs(&self) -> Vec<(Cow<'_, str>, &RunReport)> {
        self.runs.iter().map(|run| (run.label.as_str().into(), run.report.as_ref())).collect()
    }

    fn write_rows(&self, sink: &mut RowSink<'_>) -> io::Result<()> {
        const COLUMNS: [ListColumn<Claim>; 3] = [
            ("claim", |claim| claim.sentence.as_str().into()),
            ("held", |claim| claim.held.into()),
            ("evidence", |claim| claim.evidence.as_str().into()),
        ];
        write_list(&COLUMNS, &self.findings.claims, sink)
    }
}

const RUN_COLUMNS: [TextColumnOf<LabelledRun>; 3] = [
    ("run", |run| run.label.clone()),
    ("total", |run| match run.report.figures.total_parallel_s {
        Some(total_s) if run.report.state.all_done() => four_digit_duration(total_s),
        _ => "incomplete".to_owned(),
    }),
    ("workers", |run| run.report.frozen.plan.workers.to_string()),
];

fn grid_table(grid: &FigureTable) -> DocumentTable<'_> {
    let column = |heading: &'_ str, is_number| DocumentColumn {
        heading: heading.to_owned().into(),
        is_number,
    };
    let columns = grid.columns.iter().map(|heading| column(heading, true));
    let row = |row: usize| {
        let (heading, cells) = &grid.rows[row];
        let marked = cells.iter().map(|cell| {
            let mark = cell.best.map_or("", <&str>::from);
            format!("{} {mark:<6}", cell.text)
        });
        [heading.clone()].into_iter().chain(marked).collect()
    };
    DocumentTable {
        caption: "Totals",
        columns: [column("", false)].into_iter().chain(columns).collect(),
        row_count: grid.rows.len(),
        row: Box::new(row),
        is_main: true,
    }
}
