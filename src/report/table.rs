//! The report for people: a table of the cases, then what it means.

use std::io::{self, Write};

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::run::{CaseRecord, Status};
use crate::schedule::s_from_ns;
use crate::study::{Case, shortest};

use super::answer::answer;
use super::best::best_possible;
use super::columns::Columns;
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
    let unit = Unit::fitting(report.figures.total_parallel_s.unwrap_or(0.0));
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
    let mut columns = Columns::new(COLUMNS, &[1, 5]);
    columns.fit(&headings);
    for (case, record) in report.cases() {
        columns.fit(&row(case, record, unit));
    }
    columns.write(&headings, to)?;
    for (case, record) in report.cases() {
        columns.write(&row(case, record, unit), to)?;
    }
    writeln!(to)
}

fn row(case: Case<'_>, record: &CaseRecord, unit: Unit) -> [String; COLUMNS] {
    let time = |ns: u64| format!("{:.3}", unit.of_s(s_from_ns(ns)));
    let cell = |text: &dyn Fn() -> String| if record.started() { text() } else { String::new() };
    [
        (case.index + 1).to_string(),
        shortened(&one_line(case.name)),
        shortest(case.x),
        shortest(case.y),
        record.value.map_or(String::new(), readable),
        record.status.name().to_owned(),
        cell(&|| record.lane.to_string()),
        cell(&|| time(record.start_ns)),
        cell(&|| time(record.end_ns)),
        cell(&|| time(record.time_ns())),
    ]
}

/// The text without line breaks and other controls, those of the direction of
/// writing too, which would break the table or the terminal.
fn one_line(text: &str) -> String {
    let breaks = |c: char| {
        c.is_control()
            || matches!(c, '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if breaks(c) { ' ' } else { c }).collect()
}

/// At most 40 columns of the text; the other formats have the whole.
fn shortened(text: &str) -> String {
    const WIDEST: usize = 40;
    if text.width() <= WIDEST {
        return text.to_owned();
    }
    let mut width = 1;
    let fits = |c: &char| {
        width += c.width().unwrap_or(0);
        width <= WIDEST
    };
    text.chars().take_while(fits).chain(['…']).collect()
}

/// The value in at most ten digits; the other formats have all of them.
fn readable(value: f64) -> String {
    let digits = format!("{value:.9e}");
    shortest(digits.parse().unwrap_or(value))
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
    if let Some(total_s) = figures.total_parallel_s {
        writeln!(to, "total         {}", duration(total_s))?;
    }
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
    if let Some(best) = best_possible(report) {
        writeln!(to, "{:<14}{}", best.label, best.words)?;
    }
    write_account(report, to)
}

fn write_account(report: &RunReport, to: &mut impl Write) -> io::Result<()> {
    let Some(account) = report.figures.account.filter(|account| account.lane_seconds > 0.0) else {
        return Ok(());
    };
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_shortened_by_their_width_on_screen() {
        assert_eq!(shortened("Case 1"), "Case 1");
        assert_eq!(shortened(&"a".repeat(41)), format!("{}…", "a".repeat(39)));
        assert_eq!(shortened(&"三".repeat(30)), format!("{}…", "三".repeat(19)));
    }

    #[test]
    fn values_are_shown_without_the_noise_of_their_last_digits() {
        assert_eq!(readable(0.1 * 0.1), "0.01");
        assert_eq!(readable(1.0 / 3.0), "0.3333333333");
        assert_eq!(readable(1e300), "1e300");
    }
}
