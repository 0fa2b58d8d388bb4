//! Comparisons: the same cases with several setups, in interleaved blocks, so that a
//! drift of the machine's speed affects all setups alike.

use super::statistics::{Interval, Verdict, difference};
use super::step::{LabelledRun, RunStep};
use crate::study::{ClockChoice, Setup, Study};
use crate::workload::workload_for_timing;

/// Returns the steps of a comparison: a warm-up block, then `repeat` blocks that count.
/// Each block runs every setup once and starts with the next one. Without a seed in
/// the plan, each run draws its own.
pub(super) fn comparison_steps(study: &Study, setups: &[Setup], repeat: u32) -> Vec<RunStep> {
    let workload = workload_for_timing(study);
    let steps = setups.len() * (repeat as usize + 1);
    let step = |at: usize| {
        let setup = &setups[setup_at(at, setups.len())];
        RunStep {
            label: setup.to_string(),
            study: Study { plan: setup.apply_to(&study.plan), ..study.clone() },
            workload: workload.clone(),
            counts: at >= setups.len(),
        }
    };
    (0..steps).map(step).collect()
}

/// Returns the setup of a step: block b starts with setup b.
fn setup_at(step: usize, setups: usize) -> usize {
    (step / setups + step % setups) % setups
}

#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct CompareRow {
    pub setup: String,
    /// Total of each run whose cases are all done, in seconds.
    pub repeats_s: Vec<f64>,
    /// Median of the totals, in seconds.
    pub median_s: Option<f64>,
    /// Lower end of the median's interval, in seconds.
    pub low_s: Option<f64>,
    /// Upper end of the interval, in seconds.
    pub high_s: Option<f64>,
    /// Median of the first setup divided by this one's.
    pub speedup: Option<f64>,
    pub verdict: Verdict,
    /// Whether all values equal those of the first setup bit for bit; `None` if no
    /// values can be compared.
    pub values_match: Option<bool>,
    /// Number of incomplete runs, which are left out of the figures.
    #[serde(skip)]
    pub undone: usize,
}

/// Evaluates a comparison, one row per setup. `runs` are the runs that count, in the
/// order they were made; the last ones may be missing.
pub fn compare_rows(setups: &[Setup], runs: &[LabelledRun]) -> Vec<CompareRow> {
    let runs_of = |setup: usize| {
        let counted = runs.iter().enumerate();
        // The warm-up block is not among them.
        counted.filter(move |(at, _)| setup_at(at + setups.len(), setups.len()) == setup)
    };
    let totals = |setup: usize| -> Vec<Option<f64>> {
        let done = |run: &LabelledRun| run.report.state.all_done();
        let total = |run: &LabelledRun| run.report.figures.total_parallel_s.filter(|_| done(run));
        runs_of(setup).map(|(_, run)| total(run)).collect()
    };
    let reference = reference_values(runs_of(0).map(|(_, run)| run));
    let base = totals(0);
    let base_interval = Interval::of(&complete(&base));
    let exact = runs.iter().all(|LabelledRun { report, .. }| {
        report.frozen.plan.clock == ClockChoice::Virtual || report.frozen.cases.is_empty()
    });
    let row = |(at, setup): (usize, &Setup)| {
        let own = totals(at);
        let repeats_s = complete(&own);
        let interval = Interval::of(&repeats_s);
        let speedup = base_interval
            .zip(interval.filter(|own| own.median > 0.0))
            .map(|(base, own)| base.median / own.median);
        CompareRow {
            setup: setup.to_string(),
            undone: own.len() - repeats_s.len(),
            repeats_s,
            median_s: interval.map(|interval| interval.median),
            low_s: interval.map(|interval| interval.low),
            high_s: interval.map(|interval| interval.high),
            speedup,
            verdict: match at {
                0 => Verdict::Base,
                _ => verdict(&base, &own, exact).reconciled(speedup),
            },
            values_match: values_match(&reference, runs_of(at).map(|(_, run)| run)),
        }
    };
    setups.iter().enumerate().map(row).collect()
}

fn complete(totals: &[Option<f64>]) -> Vec<f64> {
    totals.iter().copied().flatten().collect()
}

/// Compares a setup with the first one by the pairs of each block.
fn verdict(base: &[Option<f64>], own: &[Option<f64>], exact: bool) -> Verdict {
    let pairs = base.iter().zip(own).filter_map(|(base, own)| base.zip(*own));
    let (base, own): (Vec<f64>, Vec<f64>) = pairs.unzip();
    if exact {
        return match (base.first(), own.first()) {
            (Some(base), Some(own)) if own < base => Verdict::Faster,
            (Some(base), Some(own)) if own > base => Verdict::Slower,
            (Some(_), Some(_)) => Verdict::Equal,
            _ => Verdict::TooFewRepeats,
        };
    }
    difference(&base, &own)
}

/// Returns the bits of the values of all outputs; `None` for cases that are not done, and on
/// the virtual clock.
fn value_bits(run: &LabelledRun) -> impl Iterator<Item = Option<u64>> {
    let real = run.report.frozen.plan.clock == ClockChoice::Real;
    run.report.values().map(move |value| value.filter(|_| real).map(f64::to_bits))
}

/// Returns the first value of each case among these runs.
fn reference_values<'a>(runs: impl Iterator<Item = &'a LabelledRun>) -> Vec<Option<u64>> {
    let mut reference: Vec<Option<u64>> = Vec::new();
    for run in runs {
        reference.resize(reference.len().max(value_bits(run).count()), None);
        reference
            .iter_mut()
            .zip(value_bits(run))
            .for_each(|(reference, own)| *reference = reference.or(own));
    }
    reference
}

/// Returns whether all comparable values are equal, if there are any.
fn values_match<'a>(
    reference: &[Option<u64>],
    runs: impl Iterator<Item = &'a LabelledRun>,
) -> Option<bool> {
    let pairs = runs.flat_map(|run| reference.iter().zip(value_bits(run)));
    let compared = pairs.filter_map(|(reference, own)| Some((*reference)? == own?));
    compared.reduce(|all, equal| all && equal)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::report::{Machine, RunReport};
    use crate::run::{CaseEnd, CaseOutcome, RunEvent, RunState};
    use crate::schedule::Ticket;
    use crate::study::parse_setup;
    use crate::workload::{Environment, freeze};

    fn setups(texts: &[&str]) -> Vec<Setup> {
        texts.iter().map(|text| parse_setup(text).unwrap()).collect()
    }

    #[test]
    fn blocks_are_interleaved_and_the_first_does_not_count() {
        let setups = setups(&["series", "threads:2"]);
        let steps = comparison_steps(&Study::default(), &setups, 2);
        let labels: Vec<_> = steps.iter().map(|step| (step.label.as_str(), step.counts)).collect();
        assert_eq!(
            labels,
            [
                ("series", false),
                ("threads:2", false),
                ("threads:2", true),
                ("series", true),
                ("series", true),
                ("threads:2", true),
            ]
        );
    }

    /// Makes a run of one case with this total and value; without a value it failed.
    fn run(label: &str, end_ns: u64, value: Option<f64>) -> LabelledRun {
        let study = Study { cases: Study::default().cases, ..Study::default() };
        let mut cases = crate::study::CaseTable::default();
        cases.push("", 1.0, 1.0, &[]);
        let workload = workload_for_timing(&study);
        let environment = Environment { logical_cpus: 1, seed: 0, last_s: None };
        let frozen = freeze(cases, study.workload, workload.as_ref(), &study.plan, environment);
        let mut state = RunState::new(1);
        state.apply(RunEvent::Finished(CaseEnd {
            will_retry: false,
            ticket: Ticket { case: 0, lane: 0, attempt: 1, dispatch_index: 0 },
            start_ns: 0,
            end_ns,
            waited_ns: None,
            cpu_ns: None,
            memory_bytes: None,
            outcome: match value {
                Some(value) => CaseOutcome::done(Some(value)),
                None => CaseOutcome::Failed("no".to_owned()),
            },
        }));
        let machine = Machine { logical_cpus: 1, os: "linux", cpus: None };
        let report = RunReport::new(Arc::new(frozen.unwrap().0), state, machine);
        LabelledRun { label: label.to_owned(), report: Arc::new(report) }
    }

    #[test]
    fn rows_compare_each_setup_with_the_first() {
        let setups = setups(&["series", "threads:2"]);
        // Blocks start alternately with the second and the first setup.
        let slow = |n: u64| run("series", 2_000_000_000 + n, Some(1.0));
        let fast = |n: u64| run("threads:2", 1_000_000_000 + n, Some(1.0));
        let runs = [fast(0), slow(0), slow(1), fast(1), fast(2), slow(2)];
        let rows = compare_rows(&setups, &runs);
        assert_eq!(rows[0].median_s, Some(2.000_000_001));
        assert_eq!((rows[0].verdict, rows[0].speedup), (Verdict::Base, Some(1.0)));
        assert_eq!(rows[1].repeats_s, [1.0, 1.000_000_001, 1.000_000_002]);
        assert_eq!((rows[1].low_s, rows[1].high_s), (Some(1.0), Some(1.000_000_002)));
        assert_eq!((rows[1].verdict, rows[1].values_match), (Verdict::Faster, Some(true)));
        assert!((rows[1].speedup.unwrap() - 2.0).abs() < 1e-8);
    }

    #[test]
    fn verdict_and_speedup_never_disagree() {
        assert_eq!(Verdict::Faster.reconciled(Some(0.98)), Verdict::WithinNoise);
        assert_eq!(Verdict::Slower.reconciled(Some(1.02)), Verdict::WithinNoise);
        assert_eq!(Verdict::Faster.reconciled(Some(1.02)), Verdict::Faster);
        assert_eq!(Verdict::Slower.reconciled(None), Verdict::Slower);
    }

    #[test]
    fn different_values_are_detected() {
        let setups = setups(&["series", "threads:1"]);
        let by = |label: &'static str| move |value| run(label, 10, value);
        let (series, threads) = (by("series"), by("threads:1"));
        let (one, two) = (Some(1.0), Some(2.0));
        // Two blocks; the first starts with the second setup.
        let matching = |runs: [LabelledRun; 4]| {
            let rows = compare_rows(&setups, &runs);
            (rows[0].values_match, rows[1].values_match)
        };
        let same = matching([threads(one), series(one), series(one), threads(one)]);
        assert_eq!(same, (Some(true), Some(true)));
        let other = matching([threads(one), series(one), series(one), threads(two)]);
        assert_eq!(other, (Some(true), Some(false)));
        let unsteady = matching([threads(one), series(one), series(two), threads(one)]);
        assert_eq!(unsteady, (Some(false), Some(true)));
        let zeros = matching([threads(Some(-0.0)), series(Some(0.0)), series(one), threads(one)]);
        assert_eq!(zeros, (Some(false), Some(false)), "bit for bit");
        // A failed case has no value to compare.
        let failed = matching([threads(None), series(None), series(one), threads(one)]);
        assert_eq!(failed, (Some(true), Some(true)));
        let none = matching([threads(None), series(one), series(one), threads(None)]);
        assert_eq!(none, (Some(true), None));
    }

    #[test]
    fn incomplete_runs_do_not_count() {
        let setups = setups(&["series", "series"]);
        let rows = compare_rows(&setups, &[run("series", 10, None), run("series", 10, Some(1.0))]);
        assert_eq!((rows[1].repeats_s.len(), rows[1].undone), (0, 1));
        assert_eq!((rows[1].median_s, rows[1].speedup), (None, None));
        assert_eq!(rows[1].verdict, Verdict::TooFewRepeats);
        let rows = compare_rows(&setups, &[]);
        assert_eq!((rows[0].median_s, rows[0].values_match), (None, None));
    }
}
