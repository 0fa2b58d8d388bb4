//! The answer in one sentence.

use crate::study::ClockChoice;

use super::figures::{SeriesKind, SeriesTotal};
use super::report::RunReport;
use super::units::{duration, ratio};

/// What the run says, in one sentence, such as `3 cases in 4.0 s instead of
/// 8.0 s in series (estimated): 2.0x faster`.
#[must_use]
pub fn answer(report: &RunReport) -> String {
    let cases = report.frozen.cases.len();
    let noun = if cases == 1 { "case" } else { "cases" };
    if cases == 0 {
        return "No cases: nothing was run".to_owned();
    }
    let total = duration(report.figures.total_parallel_s);
    let done = report.state.done();
    if !report.state.all_done() {
        return format!("{done} of {cases} {noun} done in {total}: no speed-up can be given");
    }
    let would = match report.frozen.plan.clock {
        ClockChoice::Real => "",
        ClockChoice::Virtual => "would take ",
    };
    let in_time = if would.is_empty() { format!("in {total}") } else { total };
    let beginning = format!("{cases} {noun} {would}{in_time}");
    match (report.figures.series, report.figures.speedup) {
        (Some(series), Some(speedup)) => {
            format!("{beginning} {}: {}", instead_of(series), verdict(series.kind, speedup))
        }
        _ => beginning,
    }
}

fn instead_of(series: SeriesTotal) -> String {
    let total = duration(series.total_s);
    match series.kind {
        SeriesKind::AtMost => format!("instead of at most {total} in series"),
        kind => format!("instead of {total} in series ({})", kind.words()),
    }
}

fn verdict(kind: SeriesKind, speedup: f64) -> String {
    let at_most = if kind == SeriesKind::AtMost { "at most " } else { "" };
    match speedup {
        s if s >= 1.005 => format!("{at_most}{}x faster", ratio(s)),
        s if s > 0.995 || kind == SeriesKind::AtMost => "no faster".to_owned(),
        s => format!("{}x, slower than in series", ratio(s)),
    }
}
