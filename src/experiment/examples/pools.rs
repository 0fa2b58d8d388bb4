//! Pools and processes: tiny cases with each way of using a pool, ten processes that
//! draw one number each, and the case length from which parallel running pays.

use super::build::{Common, alone, setup, table};
use crate::experiment::findings::Finding;
use crate::experiment::judge::{Judge, number_list, test, values};
use crate::experiment::{Claim, RunStep};
use crate::study::{CaseTable, Plan, Strategy, WORKER_RANGE, WorkloadName};
use crate::text::four_digit_duration;

pub(in super::super) const EXPLANATION: &str = "\
x^(x−1) of 1 to 4 is 1, 2, 9, 64 (the printed code, value**value-1, would give 0, 3, 26, 255), \
one call at a time and by a pool; results are in listed order, and the table can be sorted by \
finishing order. Ten processes draw a whole number from 1 to 101 each. For tiny cases the \
overhead exceeds the gain of parallel running: cases of growing length show where it starts to \
pay on this machine.";

const ONE_AT_A_TIME: &str = "one call at a time";
const POOL: &str = "map";
const PROCESSES: &str = "map, processes";
const DRAWS: &str = "ten processes draw";

/// Case lengths, as x of `crunch`: 10⁷ steps times x.
const LENGTHS: [(f64, &str); 5] = [
    (1e-5, "100 steps"),
    (1e-4, "1 000 steps"),
    (1e-3, "10 000 steps"),
    (1e-2, "100 000 steps"),
    (1e-1, "1 000 000 steps"),
];

const CASES: usize = 100;

/// Takes a few seconds in total; with 7, noise left too many claims inconclusive.
const REPEATS: usize = 14;

/// Ways of running each length.
const WAYS: [&str; 3] = ["in series", "threads", "processes"];

fn label(way: &str, length: &str) -> String {
    format!("{length}, {way}")
}

fn powers() -> CaseTable {
    table(["1", "2", "3", "4"].into_iter().zip([1.0, 2.0, 3.0, 4.0]).map(|(n, x)| (n, x, 0.0)))
}

pub(in super::super) fn steps(plan: &Plan, logical_cpus: u32) -> Vec<RunStep> {
    let cpus = logical_cpus.clamp(*WORKER_RANGE.start(), *WORKER_RANGE.end());
    let power = Common::new(powers(), WorkloadName::Power, plan);
    let draws = table((0..10).map(|_| ("", 1.0, 101.0)));
    let draws = Common::new(draws, WorkloadName::Random, plan);
    let setups =
        [alone(Strategy::Series), setup(Strategy::Threads, cpus), setup(Strategy::Processes, cpus)];
    let mut steps = vec![draws.step(DRAWS, setup(Strategy::Processes, 10))];
    for _ in 0..REPEATS {
        for (label, setup) in [ONE_AT_A_TIME, POOL, PROCESSES].into_iter().zip(setups) {
            steps.push(power.step(label, setup));
        }
        for (x, length) in LENGTHS {
            let cases = table((0..CASES).map(|_| ("", x, 0.0)));
            let crunch = Common::new(cases, WorkloadName::Crunch, plan);
            for (way, setup) in WAYS.iter().zip(setups) {
                steps.push(crunch.step(label(way, length), setup));
            }
        }
    }
    steps
}

pub(in super::super) fn claims(judge: &Judge<'_>) -> Vec<Claim> {
    let right = [1.0, 2.0, 9.0, 64.0];
    vec![
        judge.values("The results are 1, 2, 9, 64, one call at a time", ONE_AT_A_TIME, &right),
        judge.values("A pool returns them in listed order", POOL, &right),
        printed_claim(judge),
        draws_claim(judge),
        judge.faster("For small tasks the overhead outweighs the gain", ONE_AT_A_TIME, PROCESSES),
        pays_claim(judge, "threads"),
        pays_claim(judge, "processes"),
    ]
}

/// The printed code computes the power before it subtracts.
fn printed_claim(judge: &Judge<'_>) -> Claim {
    let finding = judge.reports(POOL).next().and_then(values).map(|found| {
        let printed = [1.0, 2.0, 3.0, 4.0].map(|value: f64| value.powf(value) - 1.0);
        let (printed_text, found_text) = (number_list(&printed), number_list(&found));
        (Some(found == printed), format!("it gives {printed_text}; x^(x−1) gives {found_text}"))
    });
    Claim::new("The code as printed, value**value-1, gives these results", finding)
}

fn draws_claim(judge: &Judge<'_>) -> Claim {
    let finding = || {
        let report = judge.reports(DRAWS).next()?;
        let drawn = values(report)?;
        let fits = |&draw: &f64| (1.0..=101.0).contains(&draw) && draw.fract() == 0.0;
        let held = drawn.len() == 10 && drawn.iter().all(fits);
        Some((Some(held), format!("seed {}: {}", report.frozen.plan.seed, number_list(&drawn))))
    };
    Claim::new("Ten processes draw ten whole numbers from 1 to 101", finding())
}

/// Tests from which case length a way of running beats the series.
fn pays_claim(judge: &Judge<'_>, way: &str) -> Claim {
    let totals = |way: &str, length: &str| judge.totals(&label(way, length));
    // Length of a case, and parallel total over series total: at least 1 where noise
    // could explain the difference.
    let point = |(_, length): &(f64, &str)| {
        let (series, parallel) = (totals(WAYS[0], length)?, totals(way, length)?);
        let case_s = series.median_s / CASES as f64;
        let ratio = (series.median_s > 0.0).then(|| parallel.median_s / series.median_s)?;
        let pays = parallel.is_less(&series) == Some(true);
        Some((case_s, if pays { ratio.min(1.0) } else { ratio.max(1.0) }))
    };
    let points = LENGTHS.iter().map(point).collect::<Option<Vec<_>>>();
    let finding = points.map(|points| {
        let (shortest_s, longest_s) = (points[0].0, points[points.len() - 1].0);
        match break_even_s(&points) {
            Some(even_s) if even_s <= shortest_s => {
                (Some(true).into(), format!("even at {} per case", four_digit_duration(shortest_s)))
            }
            Some(even_s) => {
                (Some(true).into(), format!("from about {} per case", four_digit_duration(even_s)))
            }
            None => {
                let longest = LENGTHS[LENGTHS.len() - 1].1;
                let both = totals(way, longest).zip(totals(WAYS[0], longest));
                let finding = both.map_or(Finding::Held(None), |(parallel, series)| {
                    test(&[parallel, series], |totals| totals[0].is_less(&totals[1]))
                });
                (finding, format!("not even at {} per case", four_digit_duration(longest_s)))
            }
        }
    });
    Claim::new(&format!("Above some case length, {way} pay"), finding)
}

/// Returns the length above which the ratio stays below 1, interpolated on logarithmic
/// scales between the last point above 1 and the first below.
fn break_even_s(points: &[(f64, f64)]) -> Option<f64> {
    let Some(last_above) = points.iter().rposition(|&(_, ratio)| ratio >= 1.0) else {
        return points.first().map(|&(length_s, _)| length_s);
    };
    let ((from_s, above), (to_s, below)) = (points[last_above], *points.get(last_above + 1)?);
    let share = above.ln() / (above.ln() - below.ln());
    Some((from_s.ln() + share * (to_s.ln() - from_s.ln())).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_break_even_is_where_the_ratio_crosses_one() {
        let even = break_even_s(&[(1e-6, 100.0), (1e-5, 10.0), (1e-4, 0.1)]).unwrap();
        assert!((even / 10_f64.powf(-4.5) - 1.0).abs() < 1e-9, "{even}");
        assert_eq!(break_even_s(&[(1e-6, 0.9), (1e-5, 0.5)]), Some(1e-6));
        assert_eq!(break_even_s(&[(1e-6, 9.0), (1e-5, 1.0)]), None);
    }
}
