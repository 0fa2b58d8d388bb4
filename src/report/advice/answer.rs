//! The answer in one sentence.

use crate::study::ClockChoice;

use crate::report::figures::run_figures::{SeriesKind, SeriesTotal};
use crate::report::run_report::RunReport;
use crate::text::{duration, ratio};

/// What the run says, in one sentence, such as `3 cases in 4.0 s instead of
/// 8.0 s in series (estimated): 2.0x faster`.
#[must_use]
pub fn answer(report: &RunReport) -> String {
    let cases = report.frozen.cases.len();
    let noun = if cases == 1 { "case" } else { "cases" };
    if cases == 0 {
        return "No cases: nothing was run".to_owned();
    }
    let (done, before) = (report.state.done_count(), report.state.resumed_count());
    let Some(total_s) = report.figures.total_parallel_s else {
        return match before {
            0 => format!("None of {cases} {noun} was run"),
            before => format!("{before} of {cases} {noun} done before, and none was run now"),
        };
    };
    let total = duration(total_s);
    if before > 0 {
        let now = done - before;
        if report.state.all_done() {
            return format!(
                "All {cases} {noun} done: {before} before, and {now} now in {total}; no speed-up can \
                 be given"
            );
        }
        return format!(
            "{now} of {cases} {noun} done in {total}, {before} before that: no speed-up can be given"
        );
    }
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
        (Some(series), _) if series.total_s <= 0.0 => {
            format!("{beginning}, all of it overhead: they are meant to take no time")
        }
        (Some(series), Some(speedup)) => {
            let verdict = verdict(series.kind, speedup, report.frozen.plan.workers);
            format!("{beginning} {}: {verdict}", instead_of(series))
        }
        _ => beginning,
    }
}

fn instead_of(series: SeriesTotal) -> String {
    let total = duration(series.total_s);
    match series.kind {
        SeriesKind::AtMost => format!("instead of at most {total} in series"),
        kind => format!("instead of {total} in series ({})", kind.label()),
    }
}

fn verdict(kind: SeriesKind, speedup: f64, workers: u32) -> String {
    let at_most = if kind == SeriesKind::AtMost { "at most " } else { "" };
    let ratio = ratio(speedup);
    match speedup {
        // The two totals are of two runs, and the machine was faster in one.
        s if s > 1.005 * f64::from(workers) => {
            let noun = if workers == 1 { "worker" } else { "workers" };
            format!("{at_most}{ratio}x, more than {workers} {noun} can give: the machine is noisy")
        }
        s if s >= 1.005 => format!("{at_most}{ratio}x faster"),
        s if s > 0.995 => "no faster".to_owned(),
        _ => format!("{at_most}{ratio}x, slower than in series"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verdict_never_flatters() {
        use SeriesKind::{AtMost, Estimated, Measured};
        for (kind, speedup, workers, text) in [
            (Estimated, 2.0, 3, "2.0x faster"),
            (AtMost, 1.9, 2, "at most 1.9x faster"),
            (Estimated, 0.9985, 1, "no faster"),
            (Measured, 0.8, 2, "0.80x, slower than in series"),
            (AtMost, 0.05, 2, "at most 0.05x, slower than in series"),
            (Measured, 1.04, 1, "1.04x, more than 1 worker can give: the machine is noisy"),
            (Measured, 2.5, 2, "2.5x, more than 2 workers can give: the machine is noisy"),
        ] {
            assert_eq!(verdict(kind, speedup, workers), text);
        }
    }
}
