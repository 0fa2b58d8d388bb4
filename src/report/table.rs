//! The report for people: a table of the cases, then what it means.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr as _;

use crate::run::{CaseRecord, Status};
use crate::schedule::s_from_ns;
use crate::study::{Case, shortest};

use super::answer::answer;
use super::figures::SeriesKind;
use super::report::RunReport;
use super::units::{Unit, duration, ratio};

/// How many failures are listed under the table.
const FAILURES: usize = 20;

const COLUMNS: usize = 10;

/// Writes the table of the cases, the failures, the answer and the figures.
pub fn write_table(report: &RunReport, to: &mut impl Write) -> io::Result<()> {
    if !report.frozen.cases.is_empty() {
        write_cases(report, to)?;
        write_failures(report, to)?;
    }
    writeln!(to, "{}", answer(report))?;
    write_figures(report, to)
}

fn write_cases(report: &RunReport, to: &mut impl Write) -> io::Result<()> {
    let unit = Unit::fitting(report.figures.total_parallel_s);
    let heading = |name: &str| format!("{name} [{}]", unit.symbol());
    let headings = [
        "#".to_owned(),
        "name".to_owned(),
        "x".to_owned(),
        "y".to_owned(),
        "value".to_owned(),
        "status".to_owned(),
        "lane".to_owned(),
        heading("start"),
        heading("end"),
        heading("time"),
    ];
    let mut widths = headings.each_ref().map(|heading| heading.width());
    for (case, record) in report.cases() {
        for (width, cell) in widths.iter_mut().zip(&row(case, record, unit)) {
            *width = (*width).max(cell.width());
        }
    }
    write_row(&headings, &widths, to)?;
    for (case, record) in report.cases() {
        write_row(&row(case, record, unit), &widths, to)?;
    }
    writeln!(to)
}

fn row(case: Case<'_>, record: &CaseRecord, unit: Unit) -> [String; COLUMNS] {
    let time = |ns: u64| format!("{:.3}", unit.of_s(s_from_ns(ns)));
    let cell = |text: &dyn Fn() -> String| if record.started() { text() } else { String::new() };
    [
        (case.index + 1).to_string(),
        one_line(case.name),
        shortest(case.x),
        shortest(case.y),
        record.value.map_or(String::new(), shortest),
        record.status.name().to_owned(),
        cell(&|| record.lane.to_string()),
        cell(&|| time(record.start_ns)),
        cell(&|| time(record.end_ns)),
        cell(&|| time(record.time_ns())),
    ]
}

/// The text without line breaks and other controls, which would break the
/// table or the terminal.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// Name and status to the left, numbers to the right.
fn write_row(
    row: &[String; COLUMNS],
    widths: &[usize; COLUMNS],
    to: &mut impl Write,
) -> io::Result<()> {
    let mut line = String::new();
    for (at, (cell, &width)) in row.iter().zip(widths).enumerate() {
        let padding = " ".repeat(width - cell.width());
        let text = matches!(at, 1 | 5);
        if at > 0 {
            line.push_str("  ");
        }
        let (first, second) = if text { (cell, &padding) } else { (&padding, cell) };
        line.push_str(first);
        line.push_str(second);
    }
    writeln!(to, "{}", line.trim_end())
}

fn write_failures(report: &RunReport, to: &mut impl Write) -> io::Result<()> {
    let errors: Vec<_> = report.state.errors().collect();
    for (case, error) in errors.iter().take(FAILURES) {
        let name = one_line(report.frozen.cases.case(*case as usize).name);
        writeln!(to, "row {}, {name}: {}", case + 1, one_line(error))?;
    }
    if errors.len() > FAILURES {
        writeln!(to, "and {} more failed", errors.len() - FAILURES)?;
    }
    if !errors.is_empty() {
        writeln!(to)?;
    }
    Ok(())
}

fn write_figures(report: &RunReport, to: &mut impl Write) -> io::Result<()> {
    let plan = &report.frozen.plan;
    let figures = &report.figures;
    writeln!(to)?;
    let workload: &str = report.frozen.workload.into();
    let strategy: &str = plan.strategy.into();
    let order: &str = plan.order.into();
    let clock: &str = plan.clock.into();
    let cpus = report.machine.logical_cpus;
    writeln!(
        to,
        "run           {workload}, {strategy}, workers {} (logical CPUs {cpus}), order {order}, \
         seed {}, time scale {}, {clock} clock",
        plan.workers, plan.seed, plan.time_scale
    )?;
    for status in [Status::Failed, Status::Cancelled, Status::NotRun] {
        let count = report.state.records().iter().filter(|r| r.status == status).count();
        if count > 0 {
            writeln!(to, "{:<14}{count}", status.name())?;
        }
    }
    writeln!(to, "total         {}", duration(figures.total_parallel_s))?;
    if let Some(series) = figures.series {
        writeln!(to, "in series     {} ({})", duration(series.total_s), series.kind.words())?;
    }
    if let (Some(speedup), Some(efficiency)) = (figures.speedup, figures.efficiency) {
        let at_most = figures.series.is_some_and(|series| series.kind == SeriesKind::AtMost);
        let at_most = if at_most { "at most " } else { "" };
        writeln!(to, "speed-up      {at_most}{}x", ratio(speedup))?;
        writeln!(to, "efficiency    {at_most}{:.0} %", efficiency * 100.0)?;
    }
    if let Some(bound_s) = figures.lower_bound_s {
        writeln!(to, "lower bound   {}", duration(bound_s))?;
    }
    write_account(report, to)
}

fn write_account(report: &RunReport, to: &mut impl Write) -> io::Result<()> {
    let account = &report.figures.account;
    if account.lane_seconds <= 0.0 {
        return Ok(());
    }
    let parts = [
        ("work", account.work),
        ("stretch", account.stretch),
        ("start-up", Some(account.startup)),
        ("dispatch", Some(account.dispatch)),
        ("barrier", Some(account.barrier)),
        ("held", Some(account.held)),
        ("lost", Some(account.lost)),
        ("idle", Some(account.idle)),
    ];
    let parts: Vec<_> = parts
        .into_iter()
        .filter_map(|(name, part)| part.filter(|&part| part > 0.0).map(|part| (name, part)))
        .map(|(name, part)| {
            format!("{name} {} ({:.1} %)", duration(part), part / account.lane_seconds * 100.0)
        })
        .collect();
    let whole = duration(account.lane_seconds);
    writeln!(to, "lane-seconds  {whole} = {}", parts.join(" + "))
}
