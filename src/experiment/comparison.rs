//! Comparing setups: the same cases by each of them, in interleaved blocks, so
//! that a machine that grows slower or faster meanwhile does so for all.

use strum::IntoStaticStr;

use crate::study::{ClockChoice, Setup, Study};
use crate::workload::workload_for_timing;

use super::step::{LabelledRun, RunStep};
use crate::experiment::statistics::interval::Interval;
use crate::experiment::statistics::paired::{PairedDifference, difference};

/// One block that only warms up, then so many that count. Each block runs every
/// setup once; each begins with another one. The study's plan should have a
/// seed, or each run draws its own.
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

/// Which setup the step of this number runs: block b begins with setup b.
fn setup_at(step: usize, setups: usize) -> usize {
    (step / setups + step % setups) % setups
}

/// What a setup is, against the first one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr, serde::Serialize)]
#[strum(serialize_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It is the first.
    Base,
    /// It takes less time.
    Faster,
    /// It takes more time.
    Slower,
    /// On the virtual clock: it takes the same time.
    Equal,
    /// No difference that the noise could not make too.
    WithinNoise,
    /// Too few runs were done to tell.
    TooFewRepeats,
}

impl Verdict {
    /// Returns the verdict in words.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::WithinNoise => "within the noise",
            Self::TooFewRepeats => "too few repeats to tell",
            verdict => verdict.into(),
        }
    }

    /// The verdict goes by the pairs of each block, the speed-up by the medians:
    /// where they point to different sides the noise is larger than either.
    fn beside(self, speedup: Option<f64>) -> Self {
        match (self, speedup) {
            (Self::Faster, Some(speedup)) if speedup <= 1.0 => Self::WithinNoise,
            (Self::Slower, Some(speedup)) if speedup >= 1.0 => Self::WithinNoise,
            _ => self,
        }
    }
}

/// What the runs of one setup came to.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct CompareRow {
    /// The setup as it is written.
    pub setup: String,
    /// The total of each run of which all cases are done, in seconds.
    pub repeats_s: Vec<f64>,
    /// Their median, in seconds.
    pub median_s: Option<f64>,
    /// The lower end of the median's interval.
    pub low_s: Option<f64>,
    /// The upper end.
    pub high_s: Option<f64>,
    /// The first setup's median divided by this one's.
    pub speedup: Option<f64>,
    /// Whether it differs from the first.
    pub verdict: Verdict,
    /// Whether each value of its runs is, bit for bit, that of the same case by
    /// the first setup; `None` where there are none to compare.
    pub values_match: Option<bool>,
    /// How many of its runs were not all done: their times do not enter.
    #[serde(skip)]
    pub undone: usize,
}

/// The rows of a comparison, a row for each setup. The runs are those that
/// count, as they were made; some may be missing at the end.
#[must_use]
pub fn compare_rows(setups: &[Setup], runs: &[LabelledRun]) -> Vec<CompareRow> {
    let runs_of = |setup: usize| {
        let counted = runs.iter().enumerate();
        // The first block only warmed up.
        counted.filter(move |(at, _)| setup_at(at + setups.len(), setups.len()) == setup)
    };
    let totals = |setup: usize| -> Vec<Option<f64>> {
        let done = |run: &LabelledRun| run.report.state.all_done();
        let total = |run: &LabelledRun| run.report.figures.total_parallel_s.filter(|_| done(run));
        runs_of(setup).map(|(_, run)| total(run)).collect()
    };
    let right = right_values(runs_of(0).map(|(_, run)| run));
    let base = totals(0);
    let base_interval = Interval::of(&known(&base));
    let exact = runs.iter().all(|run| run.report.frozen.plan.clock == ClockChoice::Virtual);
    let row = |(at, setup): (usize, &Setup)| {
        let own = totals(at);
        let repeats_s = known(&own);
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
                _ => verdict(&base, &own, exact).beside(speedup),
            },
            values_match: values_match(&right, runs_of(at).map(|(_, run)| run)),
        }
    };
    setups.iter().enumerate().map(row).collect()
}

fn known(totals: &[Option<f64>]) -> Vec<f64> {
    totals.iter().copied().flatten().collect()
}

/// Against the first setup, by the pairs of one block of which both are done.
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
    match difference(&base, &own) {
        PairedDifference::Faster => Verdict::Faster,
        PairedDifference::Slower => Verdict::Slower,
        PairedDifference::WithinNoise => Verdict::WithinNoise,
        PairedDifference::TooFewRepeats => Verdict::TooFewRepeats,
    }
}

/// The values of a run in listed order, bit for bit; of a case that is not done,
/// and on the virtual clock, there is none.
fn value_bits(run: &LabelledRun) -> impl Iterator<Item = Option<u64>> {
    let real = run.report.frozen.plan.clock == ClockChoice::Real;
    let records = run.report.state.records().iter();
    records.map(move |record| record.value.filter(|_| real).map(f64::to_bits))
}

/// For each case its value in the first of these runs in which it has one.
fn right_values<'a>(runs: impl Iterator<Item = &'a LabelledRun>) -> Vec<Option<u64>> {
    let mut right: Vec<Option<u64>> = Vec::new();
    for run in runs {
        right.resize(right.len().max(run.report.state.records().len()), None);
        right.iter_mut().zip(value_bits(run)).for_each(|(right, own)| *right = right.or(own));
    }
    right
}

/// Whether the values that can be compared are equal, if there are any.
fn values_match<'a>(
    right: &[Option<u64>],
    runs: impl Iterator<Item = &'a LabelledRun>,
) -> Option<bool> {
    let pairs = runs.flat_map(|run| right.iter().zip(value_bits(run)));
    let compared = pairs.filter_map(|(right, own)| Some((*right)? == own?));
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

    /// A run of one case that took so long and came to this value, or failed.
    fn run(label: &str, end_ns: u64, value: Option<f64>) -> LabelledRun {
        let study = Study { cases: Study::default().cases, ..Study::default() };
        let mut cases = crate::study::CaseTable::default();
        cases.push("", 1.0, 1.0, &[]);
        let workload = workload_for_timing(&study);
        let given = Environment { logical_cpus: 1, seed: 0, last_s: None };
        let frozen = freeze(cases, study.workload, workload.as_ref(), &study.plan, given);
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
                Some(value) => CaseOutcome::Done(Some(value)),
                None => CaseOutcome::Failed("no".to_owned()),
            },
        }));
        let machine = Machine { logical_cpus: 1, os: "linux" };
        let report = RunReport::new(Arc::new(frozen.unwrap().0), state, machine);
        LabelledRun { label: label.to_owned(), report: Arc::new(report) }
    }

    #[test]
    fn rows_say_what_each_setup_took_against_the_first() {
        let setups = setups(&["series", "threads:2"]);
        // Blocks begin in turn with the second and with the first setup.
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
    fn verdict_and_speedup_never_point_to_different_sides() {
        assert_eq!(Verdict::Faster.beside(Some(0.98)), Verdict::WithinNoise);
        assert_eq!(Verdict::Slower.beside(Some(1.02)), Verdict::WithinNoise);
        assert_eq!(Verdict::Faster.beside(Some(1.02)), Verdict::Faster);
        assert_eq!(Verdict::Slower.beside(None), Verdict::Slower);
    }

    #[test]
    fn other_values_are_noticed() {
        let setups = setups(&["series", "threads:1"]);
        let by = |label: &'static str| move |value| run(label, 10, value);
        let (series, threads) = (by("series"), by("threads:1"));
        let (one, two) = (Some(1.0), Some(2.0));
        // Two blocks, of which the first begins with the second setup.
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
        // A case that failed has no value, which is no other value.
        let failed = matching([threads(None), series(None), series(one), threads(one)]);
        assert_eq!(failed, (Some(true), Some(true)));
        let none = matching([threads(None), series(one), series(one), threads(None)]);
        assert_eq!(none, (Some(true), None));
    }

    #[test]
    fn what_is_not_done_does_not_count() {
        let setups = setups(&["series", "series"]);
        let rows = compare_rows(&setups, &[run("series", 10, None), run("series", 10, Some(1.0))]);
        assert_eq!((rows[1].repeats_s.len(), rows[1].undone), (0, 1));
        assert_eq!((rows[1].median_s, rows[1].speedup), (None, None));
        assert_eq!(rows[1].verdict, Verdict::TooFewRepeats);
        let rows = compare_rows(&setups, &[]);
        assert_eq!((rows[0].median_s, rows[0].values_match), (None, None));
    }
}
