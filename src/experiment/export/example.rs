//! The list of examples, and one example as it was run, in every format; as JSON
//! `caselanes.example/1`.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::{Serialize, Serializer};
use strum::VariantArray as _;

use crate::experiment::findings::{Claim, FigureTable, Findings};
use crate::experiment::{ExampleName, LabelledRun};
use crate::report::{Exportable, ListColumn, RowSink, RunReport, serialize, write_list};
use crate::text::{Columns, TextColumnOf, four_digit_duration, paragraph, write_table};

/// Indent of a claim, wider than the longest verdict.
const CLAIM_INDENT: &str = "               ";

#[derive(Debug, Clone, Copy, Default)]
pub struct ExampleList;

#[derive(Serialize)]
struct ExampleEntry {
    name: &'static str,
    title: &'static str,
}

impl ExampleList {
    fn entries() -> Vec<ExampleEntry> {
        let entry = |&name: &ExampleName| ExampleEntry { name: name.into(), title: name.title() };
        ExampleName::VARIANTS.iter().map(entry).collect()
    }
}

impl Exportable for ExampleList {
    fn write_text(&self, to: &mut dyn Write) -> io::Result<()> {
        let row = |entry: &ExampleEntry| vec![entry.name.to_owned(), entry.title.to_owned()];
        let rows: Vec<_> = Self::entries().iter().map(row).collect();
        Columns::new(2, &[0, 1]).write_all(&rows, to)?;
        writeln!(to, "\nRun one with: caselanes examples NAME --time-scale 0.1")
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

impl Exportable for ExampleReport<'_> {
    fn write_text(&self, to: &mut dyn Write) -> io::Result<()> {
        writeln!(to, "{}\n", self.name.title())?;
        writeln!(to, "{}", paragraph(self.name.explanation(), "", ""))?;
        write_table(&RUN_COLUMNS, &[0], self.runs, to)?;
        if let Some(grid) = &self.findings.grid {
            writeln!(to)?;
            write_grid(grid, to)?;
        }
        for claim in &self.findings.claims {
            let verdict = format!("{:<1$}", claim.verdict(), CLAIM_INDENT.len());
            write!(to, "\n{}", paragraph(&claim.sentence, &verdict, CLAIM_INDENT))?;
            write!(to, "{}", paragraph(&claim.evidence, CLAIM_INDENT, CLAIM_INDENT))?;
        }
        Ok(())
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

fn write_grid(grid: &FigureTable, to: &mut dyn Write) -> io::Result<()> {
    let mut rows = vec![[String::new()].into_iter().chain(grid.columns.iter().cloned()).collect()];
    for (heading, cells) in &grid.rows {
        let marked = cells.iter().map(|cell| {
            let mark = if cell.best { "best" } else { "    " };
            format!("{} {mark}", cell.text)
        });
        rows.push([heading.clone()].into_iter().chain(marked).collect::<Vec<_>>());
    }
    Columns::new(grid.columns.len() + 1, &[0]).write_all(&rows, to)
}
