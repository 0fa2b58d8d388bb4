//! The answer of an experiment, in one sentence.

use crate::experiment::Verdict;
use crate::report::{Headline, SpeedVerdict};
use crate::study::ClockChoice;
use crate::text::duration;

use super::compare_data::{CaseSet, CompareView, RunSeries};
use super::experiment_view::ExperimentView;

pub fn experiment_answer(experiment: &ExperimentView) -> Headline {
    let title = experiment.progress.title;
    if let Some(progress) = experiment.progress.now() {
        return format!("{title}, {progress}").into();
    }
    let view = &experiment.shown;
    match (experiment.example, view.sets.first()) {
        (_, None) => format!("{title}: no run was completed").into(),
        (Some(_), _) => format!("{title}: {}", claims_summary(view)).into(),
        (None, Some(set)) => fastest(set),
    }
}

/// Counts the claims: `6 of 8 claims confirmed, 1 not confirmed, 1 inconclusive`.
fn claims_summary(view: &CompareView) -> String {
    let [confirmed, refuted, open] = view.verdicts();
    let part = |count: usize, verdict: &str| match count {
        0 => String::new(),
        count => format!(", {count} {verdict}"),
    };
    let all = confirmed + refuted + open;
    let (refuted, open) = (part(refuted, "not confirmed"), part(open, "inconclusive"));
    format!("{confirmed} of {all} claims confirmed{refuted}{open}")
}

fn fastest(set: &CaseSet) -> Headline {
    if set.series.iter().any(|series| series.values_match == Some(false)) {
        return "The computed values differ: one of the setups is wrong".into();
    }
    let base = &set.series[set.base];
    let median_s = |series: &RunSeries| series.total_s.map(|total_s| total_s.median);
    let timed = set.series.iter().filter_map(|series| Some((series, median_s(series)?)));
    let (Some((best, best_s)), Some(base_s)) =
        (timed.min_by(|a, b| a.1.total_cmp(&b.1)), median_s(base))
    else {
        return "No setup completed all its cases".into();
    };
    let has = |verdict| set.series.iter().any(|series| series.verdict == Some(verdict));
    match best.verdict {
        Some(Verdict::Faster) => {
            let (best_s, base_s) = (duration(best_s), duration(base_s));
            let would = match best.run.report.frozen.plan.clock {
                ClockChoice::Real => "in",
                ClockChoice::Virtual => "would take",
            };
            Headline {
                lead: format!(
                    "{} {would} {best_s} instead of {base_s} with {}",
                    best.name, base.name
                ),
                verdict: best.speedup.map(SpeedVerdict::faster),
            }
        }
        _ if has(Verdict::Faster) => {
            format!("{} has the lowest median, {}", best.name, duration(best_s)).into()
        }
        _ if has(Verdict::Slower) => {
            format!("Nothing is faster than {}, {}", base.name, duration(base_s)).into()
        }
        _ => "No difference beyond noise".into(),
    }
}
