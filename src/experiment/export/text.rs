//! Experiments for people: as text, and as CSV for spreadsheets.

use std::io::{self, Write};

use crate::report::Columns;
use crate::study::escape_formula;
use crate::text::ratio;
use crate::text::shortest;

use super::json::{CompareReport, ExampleEntry};
use crate::experiment::claim::Claim;
use crate::experiment::comparison::CompareRow;
use crate::experiment::example::{ExampleName, Findings};
use crate::experiment::grid::FigureTable;
use crate::experiment::judge::figure;
use crate::experiment::step::LabelledRun;

/// The width that explanations are broken to.
const WIDTH: usize = 78;

/// Writes the list of examples.
pub fn write_examples(to: &mut impl Write) -> io::Result<()> {
    let rows: Vec<Vec<String>> = ExampleEntry::all()
        .iter()
        .map(|entry| vec![entry.name.to_owned(), entry.title.to_owned()])
        .collect();
    Columns::new(2, &[0, 1]).write_all(&rows, to)?;
    writeln!(to, "\nRun one with: caselanes examples NAME --time-scale 0.1")
}

/// Writes the list of examples as CSV.
pub fn write_examples_csv(to: &mut impl Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(to);
    writer.write_record(["name", "title"])?;
    for entry in ExampleEntry::all() {
        writer.write_record([entry.name, entry.title])?;
    }
    writer.flush()
}

/// Writes what an example is about, its runs, and which claims held.
pub fn write_example(
    name: ExampleName,
    runs: &[LabelledRun],
    findings: &Findings,
    to: &mut impl Write,
) -> io::Result<()> {
    writeln!(to, "{}\n", name.title())?;
    write_wrapped(name.explanation(), "", to)?;
    writeln!(to)?;
    write_runs(runs, to)?;
    if let Some(grid) = &findings.grid {
        writeln!(to)?;
        write_grid(grid, to)?;
    }
    for claim in &findings.claims {
        writeln!(to)?;
        write_wrapped(&format!("{:<8}{}", said(claim), claim.claim), "        ", to)?;
        write_wrapped(&format!("        {}", claim.evidence), "        ", to)?;
    }
    Ok(())
}

/// The verdict on a claim in one word.
fn said(claim: &Claim) -> &'static str {
    match claim.held {
        Some(true) => "held",
        Some(false) => "not so",
        None => "open",
    }
}

fn write_runs(runs: &[LabelledRun], to: &mut impl Write) -> io::Result<()> {
    let mut rows = vec![["run", "total", "workers"].map(str::to_owned).to_vec()];
    for run in runs {
        let total_s = run.report.figures.total_parallel_s;
        let total = match total_s {
            Some(total_s) if run.report.state.all_done() => figure(total_s),
            _ => "not all done".to_owned(),
        };
        rows.push(vec![run.label.clone(), total, run.report.frozen.plan.workers.to_string()]);
    }
    Columns::new(3, &[0]).write_all(&rows, to)
}

fn write_grid(grid: &FigureTable, to: &mut impl Write) -> io::Result<()> {
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

/// Writes a text broken at spaces; lines behind the first begin with `indent`.
pub(crate) fn write_wrapped(text: &str, indent: &str, to: &mut impl Write) -> io::Result<()> {
    let mut line = String::new();
    let mut words = text.split(' ').peekable();
    // Spaces before the first word are part of it.
    while words.peek().is_some_and(|word| word.is_empty()) {
        words.next();
        line.push(' ');
    }
    let mut any = false;
    for word in words {
        if any && line.chars().count() + 1 + word.chars().count() > WIDTH {
            writeln!(to, "{}", line.trim_end())?;
            indent.clone_into(&mut line);
            any = false;
        }
        if any {
            line.push(' ');
        }
        line.push_str(word);
        any = true;
    }
    writeln!(to, "{}", line.trim_end())
}

/// Writes the claims with their verdicts as CSV.
pub fn write_claims_csv(claims: &[Claim], to: &mut impl Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(to);
    writer.write_record(["claim", "held", "evidence"])?;
    for claim in claims {
        let held = claim.held.map_or(String::new(), |held| held.to_string());
        writer.write_record([claim.claim.as_str(), held.as_str(), claim.evidence.as_str()])?;
    }
    writer.flush()
}

/// Writes the setups side by side.
pub fn write_comparison(report: &CompareReport, to: &mut impl Write) -> io::Result<()> {
    let headings = ["setup", "median", "from", "to", "speed-up", "verdict", "values"];
    let mut rows = vec![headings.map(str::to_owned).to_vec()];
    let shown = |seconds: Option<f64>| seconds.map_or("-".to_owned(), figure);
    for row in report.rows() {
        rows.push(vec![
            row.setup.clone(),
            shown(row.median_s),
            shown(row.low_s),
            shown(row.high_s),
            row.speedup.map_or("-".to_owned(), |speedup| format!("{}x", ratio(speedup))),
            verdict(row),
            match row.values_match {
                Some(true) => "match",
                Some(false) => "DIFFER",
                None => "-",
            }
            .to_owned(),
        ]);
    }
    Columns::new(headings.len(), &[0, 5, 6]).write_all(&rows, to)?;
    writeln!(to)?;
    write_wrapped(&evidence(report.rows()), "", to)
}

/// The verdict, and how many runs did not enter it.
fn verdict(row: &CompareRow) -> String {
    let words = row.verdict.words();
    match row.undone {
        0 => words.to_owned(),
        undone => format!("{words}; {undone} not all done"),
    }
}

/// How many runs there were, and what the interval is.
fn evidence(rows: &[CompareRow]) -> String {
    let repeats = rows.iter().map(|row| row.repeats_s.len()).min().unwrap_or(0);
    let noun = if repeats == 1 { "run" } else { "runs" };
    let undone: usize = rows.iter().map(|row| row.undone).sum();
    let left_out = match undone {
        0 => String::new(),
        undone => format!(" {undone} of all runs were not all done and are left out."),
    };
    format!(
        "{repeats} {noun} of each, in turn; from and to hold the true median 19 times in 20 if \
         there are six runs or more, else they are all that was seen.{left_out}"
    )
}

/// Writes the setups as CSV, a row each.
pub fn write_comparison_csv(report: &CompareReport, to: &mut impl Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(to);
    let headings =
        ["setup", "median_s", "low_s", "high_s", "speedup", "verdict", "values_match", "repeats_s"];
    writer.write_record(headings)?;
    let number = |number: Option<f64>| number.map_or(String::new(), shortest);
    for row in report.rows() {
        let repeats: Vec<String> = row.repeats_s.iter().map(|&s| shortest(s)).collect();
        writer.write_record([
            escape_formula(&row.setup).as_ref(),
            &number(row.median_s),
            &number(row.low_s),
            &number(row.high_s),
            &number(row.speedup),
            row.verdict.into(),
            &row.values_match.map_or(String::new(), |matching| matching.to_string()),
            &repeats.join(" "),
        ])?;
    }
    writer.flush()
}
