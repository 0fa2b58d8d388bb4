//! A sweep for people: as text, and as CSV for spreadsheets.

use std::io::{self, Write};

use crate::report::Columns;
use crate::text::ratio;
use crate::text::shortest;

use super::text::write_wrapped;
use crate::experiment::judge::figure;
use crate::experiment::sweep::{SweepPoint, SweepReport};

/// Cases that are stretched by less of their time with one worker were left alone.
const DISTURBED: f64 = 0.1;

/// Writes a line for each number of workers, and how many are worth having.
pub fn write_sweep(report: &SweepReport, to: &mut impl Write) -> io::Result<()> {
    let headings = [
        "workers",
        "total",
        "from",
        "to",
        "speed-up",
        "efficiency",
        "predicted",
        "error",
        "all cases",
    ];
    let columns = headings.len() - usize::from(report.part.is_none());
    let mut rows = vec![headings.map(str::to_owned).to_vec()];
    rows.extend(report.points.iter().map(row));
    rows.iter_mut().for_each(|row| row.truncate(columns));
    Columns::new(columns, &[]).write_all(&rows, to)?;
    writeln!(to)?;
    write_wrapped(&report.advice.text.to_string(), "", to)?;
    for detail in &report.advice.details {
        write_wrapped(detail, "", to)?;
    }
    write_wrapped(&evidence(report), "", to)
}

fn row(point: &SweepPoint) -> Vec<String> {
    let shown = |seconds: Option<f64>| seconds.map_or("-".to_owned(), figure);
    let total_s = |of: fn(&crate::experiment::statistics::interval::Interval) -> f64| {
        shown(point.total_s.as_ref().map(of))
    };
    vec![
        point.workers.to_string(),
        total_s(|total_s| total_s.median),
        total_s(|total_s| total_s.low),
        total_s(|total_s| total_s.high),
        point.speedup.map_or("-".to_owned(), |speedup| format!("{}x", ratio(speedup))),
        point.efficiency.map_or("-".to_owned(), |part| format!("{:.0} %", part * 100.0)),
        shown(point.predicted_s),
        point.error().map_or("-".to_owned(), percent),
        shown(point.all_s),
    ]
}

/// A part in percent with its sign, of which nothing has the plus.
fn percent(part: f64) -> String {
    format!("{:+.1} %", (part * 1000.0).round() / 10.0 + 0.0)
}

/// How many runs there were, and where the predictions come from.
fn evidence(report: &SweepReport) -> String {
    let runs = report.points.iter().map(|point| point.repeats_s.len());
    let (fewest, most) = (runs.clone().min().unwrap_or(0), runs.max().unwrap_or(0));
    let runs = match (fewest, most) {
        (_, 1) if fewest == most => "1 run of each number of workers.".to_owned(),
        _ if fewest == most => {
            format!("{most} runs of each number of workers, in turn; total is their median.")
        }
        _ => format!("{fewest} to {most} runs of each number of workers; total is their median."),
    };
    let undone: usize = report.points.iter().map(|point| point.undone).sum();
    let left_out = match undone {
        0 => String::new(),
        undone => format!(" {undone} of all runs were not all done and are left out."),
    };
    let disturbed = report.disturbed().filter(|&share| share > DISTURBED);
    let predicted = match (&report.contention, disturbed) {
        _ if report.points.iter().all(|point| point.predicted_s.is_none()) => String::new(),
        (None, _) => " Predicted from the lengths of the cases, without overhead.".to_owned(),
        (Some(_), Some(share)) => format!(
            " Predicted from the cases' CPU times and from what the other numbers of workers showed. \
             Other programs used the cores meanwhile: alone, the cases took {:.0} % longer than \
             their CPU and waiting time.",
            share * 100.0
        ),
        (Some(contention), None) => format!(
            " Predicted from the cases' CPU times and from what the other numbers of workers showed: \
             a case is {:.0} % slower for each that computes beside it.",
            contention.sigma() * 100.0
        ),
    };
    let part = match report.part {
        None => String::new(),
        Some((run, all)) => format!(
            " Only {run} of {all} cases were run, chosen by their lengths; what all would take is \
             predicted."
        ),
    };
    format!("{runs}{left_out}{predicted}{part}")
}

/// Writes a row for each number of workers as CSV.
pub fn write_sweep_csv(report: &SweepReport, to: &mut impl Write) -> io::Result<()> {
    let mut writer = csv::Writer::from_writer(to);
    writer.write_record([
        "workers",
        "total_s",
        "low_s",
        "high_s",
        "speedup",
        "efficiency",
        "predicted_s",
        "repeats_s",
        "all_cases_predicted_s",
    ])?;
    let number = |number: Option<f64>| number.map_or(String::new(), shortest);
    for point in &report.points {
        let repeats: Vec<String> = point.repeats_s.iter().map(|&s| shortest(s)).collect();
        writer.write_record([
            point.workers.to_string(),
            number(point.total_s.map(|total_s| total_s.median)),
            number(point.total_s.map(|total_s| total_s.low)),
            number(point.total_s.map(|total_s| total_s.high)),
            number(point.speedup),
            number(point.efficiency),
            number(point.predicted_s),
            repeats.join(" "),
            number(point.all_s),
        ])?;
    }
    writer.flush()
}
