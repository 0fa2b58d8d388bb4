//! Comparisons in every format; as JSON `caselanes.compare/1`.

use std::io::{self, Write};

use serde::Serialize;

use crate::experiment::CompareRow;
use crate::report::{
    ChartRole, DocumentPart, DocumentTable, Exportable, Extent, ListColumn, ReportDocument,
    RowSink, TotalRow, serialize, totals_picture, write_list,
};
use crate::text::{TextColumnOf, column_factor, count, four_digit_duration, list, shortest};

/// A comparison, one row per setup.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "schema", rename = "caselanes.compare/1")]
pub struct CompareReport {
    pub runs: Vec<CompareRow>,
}

impl CompareReport {
    /// Returns the verdict on each setup but the first: `threads:2: faster (1.98x)`.
    pub fn summary(&self) -> String {
        let verdict = |row: &CompareRow| {
            let factor =
                row.speedup.map_or(String::new(), |s| format!(" ({})", column_factor(s, 'x')));
            format!("{}: {}{factor}", row.setup, verdict_cell(row))
        };
        let base = self.runs.first().map_or("", |row| &row.setup);
        let verdicts = list(self.runs.iter().skip(1).map(verdict));
        format!("compared with {base}: {verdicts}")
    }
}

const TEXT_COLUMNS: [TextColumnOf<CompareRow>; 7] = [
    ("setup", |row| row.setup.clone()),
    ("median", |row| time_or_dash(row.median_s)),
    ("from", |row| time_or_dash(row.low_s)),
    ("to", |row| time_or_dash(row.high_s)),
    ("speed-up", |row| or_dash(row.speedup, |factor| column_factor(factor, 'x'))),
    ("verdict", verdict_cell),
    ("values", |row| {
        row.values_match.map_or("-", |matches| if matches { "match" } else { "DIFFER" }).to_owned()
    }),
];

const COLUMNS: [ListColumn<CompareRow>; 8] = [
    ("setup", |row| row.setup.as_str().into()),
    ("median_s", |row| row.median_s.into()),
    ("low_s", |row| row.low_s.into()),
    ("high_s", |row| row.high_s.into()),
    ("speedup", |row| row.speedup.into()),
    ("verdict", |row| <&str>::from(row.verdict).into()),
    ("values_match", |row| row.values_match.into()),
    ("repeats_s", |row| joined(&row.repeats_s).into()),
];

impl Exportable for CompareReport {
    fn document(&self, extent: Extent) -> ReportDocument<'_> {
        let table = DocumentTable::of_list("Setups", &TEXT_COLUMNS, &[0, 5, 6], &self.runs);
        let row = |row: &CompareRow| TotalRow {
            name: row.setup.clone(),
            total_s: row.median_s,
            interval_s: row.low_s.zip(row.high_s),
        };
        let rows: Vec<_> = self.runs.iter().map(row).collect();
        let headline = (extent != Extent::Brief).then(|| DocumentPart::Headline(self.summary()));
        ReportDocument {
            title: "Setups compared".into(),
            introduction: Vec::new(),
            answer: headline
                .into_iter()
                .chain([DocumentPart::Sentence(evidence(&self.runs))])
                .collect(),
            details: vec![
                DocumentPart::Chart(ChartRole::Main, totals_picture("Totals", &rows)),
                DocumentPart::Table(table),
            ],
        }
    }

    fn write_json(&self, to: &mut dyn Write) -> io::Result<()> {
        serialize(self, to)
    }

    fn write_rows(&self, sink: &mut RowSink<'_>) -> io::Result<()> {
        write_list(&COLUMNS, &self.runs, sink)
    }
}

/// Joins times in seconds by spaces, as one cell.
pub(super) fn joined(times_s: &[f64]) -> String {
    times_s.iter().map(|&time_s| shortest(time_s)).collect::<Vec<_>>().join(" ")
}

/// Formats a time in seconds, or `-` for an unknown one.
pub(super) fn time_or_dash(seconds: Option<f64>) -> String {
    or_dash(seconds, four_digit_duration)
}

/// Formats a number, or `-` for an unknown one.
pub(super) fn or_dash(number: Option<f64>, format: fn(f64) -> String) -> String {
    number.map_or("-".to_owned(), format)
}

fn verdict_cell(row: &CompareRow) -> String {
    let verdict = row.verdict.text();
    match row.undone {
        undone if undone > 0 && row.repeats_s.is_empty() => {
            format!("none of {} complete", count(undone, "run"))
        }
        0 => verdict.to_owned(),
        undone => format!("{verdict}; {} incomplete", count(undone, "run")),
    }
}

/// Explains the number of runs and the interval.
fn evidence(rows: &[CompareRow]) -> String {
    let interval = "With six runs or more, from and to enclose the true median with 95 % \
                    confidence; with fewer, they are the extremes.";
    let undone = incomplete_runs(rows.iter().map(|row| row.undone).sum());
    match run_counts(rows.iter().map(|row| row.repeats_s.len()), "setup") {
        None => format!("No run is complete, so there is nothing to compare.{undone}"),
        Some(runs) => format!("{runs}, interleaved. {interval}{undone}"),
    }
}

/// Returns such as `7 runs per setup` or `6 to 7 runs per setup`; `None` without runs.
pub(super) fn run_counts(runs: impl Iterator<Item = usize> + Clone, per: &str) -> Option<String> {
    let (fewest, most) = (runs.clone().min()?, runs.max().filter(|&most| most > 0)?);
    let from = if fewest < most { format!("{fewest} to ") } else { String::new() };
    Some(format!("{from}{} per {per}", count(most, "run")))
}

/// States how many runs are left out because not all of their cases are done.
pub(super) fn incomplete_runs(undone: usize) -> String {
    match undone {
        0 => String::new(),
        1 => " 1 incomplete run is left out.".to_owned(),
        undone => format!(" {undone} incomplete runs are left out."),
    }
}
