//! Comparisons in every format; as JSON `caselanes.compare/1`.

use std::io::{self, Write};

use serde::Serialize;

use crate::experiment::comparison::{CompareRow, compare_rows};
use crate::experiment::step::LabelledRun;
use crate::report::{Exportable, RowSink, serialize};
use crate::study::Setup;
use crate::text::{Columns, ascii_factor, count, four_digit_duration, paragraph, shortest};

/// The result of a comparison.
#[derive(Debug, Clone, Serialize)]
pub struct CompareReport {
    schema: &'static str,
    runs: Vec<CompareRow>,
}

impl CompareReport {
    /// Evaluates the runs of these setups.
    pub fn new(setups: &[Setup], runs: &[LabelledRun]) -> Self {
        Self { schema: "caselanes.compare/1", runs: compare_rows(setups, runs) }
    }

    /// Returns one row per setup.
    pub fn rows(&self) -> &[CompareRow] {
        &self.runs
    }
}

impl Exportable for CompareReport {
    fn write_text(&self, to: &mut dyn Write) -> io::Result<()> {
        let headings = ["setup", "median", "from", "to", "speed-up", "verdict", "values"];
        let mut rows = vec![headings.map(str::to_owned).to_vec()];
        rows.extend(self.runs.iter().map(cells));
        Columns::new(headings.len(), &[0, 5, 6]).write_all(&rows, to)?;
        writeln!(to)?;
        write!(to, "{}", paragraph(&evidence(&self.runs), "", ""))
    }

    fn write_json(&self, to: &mut dyn Write) -> io::Result<()> {
        serialize(self, to)
    }

    fn write_rows(&self, sink: &mut RowSink<'_>) -> io::Result<()> {
        sink(
            &[
                "setup",
                "median_s",
                "low_s",
                "high_s",
                "speedup",
                "verdict",
                "values_match",
                "repeats_s",
            ]
            .map(Into::into),
        )?;
        for row in &self.runs {
            sink(&[
                row.setup.as_str().into(),
                row.median_s.into(),
                row.low_s.into(),
                row.high_s.into(),
                row.speedup.into(),
                <&str>::from(row.verdict).into(),
                row.values_match.into(),
                joined(&row.repeats_s).as_str().into(),
            ])?;
        }
        Ok(())
    }
}

/// Joins times in seconds by spaces, as one cell.
pub(super) fn joined(times_s: &[f64]) -> String {
    times_s.iter().map(|&time_s| shortest(time_s)).collect::<Vec<_>>().join(" ")
}

/// Formats a time in seconds, or `-` for an unknown one.
pub(super) fn time_or_dash(seconds: Option<f64>) -> String {
    seconds.map_or("-".to_owned(), four_digit_duration)
}

fn cells(row: &CompareRow) -> Vec<String> {
    let verdict = row.verdict.text();
    let verdict = match row.undone {
        0 => verdict.to_owned(),
        undone => format!("{verdict}; {} incomplete", count(undone, "run")),
    };
    let values = match row.values_match {
        Some(true) => "match",
        Some(false) => "DIFFER",
        None => "-",
    };
    vec![
        row.setup.clone(),
        time_or_dash(row.median_s),
        time_or_dash(row.low_s),
        time_or_dash(row.high_s),
        row.speedup.map_or("-".to_owned(), ascii_factor),
        verdict,
        values.to_owned(),
    ]
}

/// Explains the number of runs and the interval.
fn evidence(rows: &[CompareRow]) -> String {
    let repeats = rows.iter().map(|row| row.repeats_s.len()).min().unwrap_or(0);
    let undone = rows.iter().map(|row| row.undone).sum();
    format!(
        "{} per setup, interleaved. With six runs or more, from and to enclose the true median \
         with 95 % confidence; with fewer, they are the extremes.{}",
        count(repeats, "run"),
        incomplete_runs(undone)
    )
}

/// States how many runs are left out because not all of their cases are done.
pub(super) fn incomplete_runs(undone: usize) -> String {
    match undone {
        0 => String::new(),
        1 => " 1 incomplete run is left out.".to_owned(),
        undone => format!(" {undone} incomplete runs are left out."),
    }
}
