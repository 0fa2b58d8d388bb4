//! What an experiment says, in one sentence.

use crate::experiment::Verdict;
use crate::study::ClockChoice;
use crate::text::{duration, ratio};

use super::compare_data::{CaseSet, CompareView, RunSeries};
use super::experiment_view::ExperimentView;

/// The sentence, and the part of it that counts.
#[must_use]
pub fn experiment_answer(experiment: &ExperimentView) -> (String, Option<String>) {
    let title = experiment.title();
    if let Some(now) = experiment.now() {
        return (format!("{title}, {now}"), None);
    }
    let shown = &experiment.shown;
    match (experiment.example(), shown.sets.first()) {
        (_, None) => (format!("{title}: no run was made that counts"), None),
        (Some(_), _) => (format!("{title}: {}", claims_said(shown)), None),
        (None, Some(set)) => fastest(set),
    }
}

/// Such as `6 of 8 claims held, 1 did not, 1 is open`.
fn claims_said(shown: &CompareView) -> String {
    let [held, not, open] = shown.verdicts();
    let all = held + not + open;
    let not = if not > 0 { format!(", {not} did not") } else { String::new() };
    let open = match open {
        0 => String::new(),
        1 => ", 1 is open".to_owned(),
        open => format!(", {open} are open"),
    };
    format!("{held} of {all} claims held{not}{open}")
}

fn fastest(set: &CaseSet) -> (String, Option<String>) {
    if set.series.iter().any(|series| series.values_match == Some(false)) {
        return ("The values differ: fast or slow, one of the setups is wrong".to_owned(), None);
    }
    let base = &set.series[set.base];
    let median_s = |series: &RunSeries| series.total_s.map(|total_s| total_s.median);
    let timed = || set.series.iter().filter_map(|series| Some((series, median_s(series)?)));
    let (Some((best, best_s)), Some(base_s)) =
        (timed().min_by(|a, b| a.1.total_cmp(&b.1)), median_s(base))
    else {
        return ("No setup had all its cases done".to_owned(), None);
    };
    let faster = |series: &&RunSeries| series.verdict == Some(Verdict::Faster);
    match best.verdict {
        Some(Verdict::Faster) => {
            let (best_s, base_s) = (duration(best_s), duration(base_s));
            let would = match best.run.report.frozen.plan.clock {
                ClockChoice::Real => "in",
                ClockChoice::Virtual => "would take",
            };
            let sentence =
                format!("{} {would} {best_s} instead of {base_s} by {}:", best.name, base.name);
            let verdict = best.speedup.map(|speedup| format!("{}x faster", ratio(speedup)));
            (sentence, verdict)
        }
        _ if set.series.iter().any(|series| faster(&series)) => {
            (format!("{} has the least median, {}", best.name, duration(best_s)), None)
        }
        _ if set.series.iter().all(|series| series.verdict != Some(Verdict::Slower)) => {
            ("No difference that noise could not make too".to_owned(), None)
        }
        _ => (format!("Nothing is faster than {}, {}", base.name, duration(base_s)), None),
    }
}
