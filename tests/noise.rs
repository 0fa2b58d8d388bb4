//! Verdicts of comparisons on real noise: makespans of one short run, repeated, so every
//! difference is caused by the machine.
//!
//! `data/noise.csv` holds the makespans in microseconds, in measured order: four cases on two
//! workers and two cores of a shared host, computing or waiting for about 10 ms, three times while
//! other processes kept the cores busy (up to 200 threads) and once while the host was nearly idle.
//! Each column is the first 800 runs of one recording, without omissions.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use caselanes::experiment::{Interval, Verdict, difference};

/// From few repeats, judged by a rule of thumb, to many, judged by random sign flips.
const REPEATS: [usize; 5] = [3, 5, 7, 10, 20];

/// The columns by name, in measured order.
fn noise() -> Vec<(String, Vec<f64>)> {
    let mut lines = include_str!("data/noise.csv").lines();
    let mut columns: Vec<_> =
        lines.next().unwrap().split(',').map(|name| (name.to_owned(), Vec::new())).collect();
    for line in lines {
        for (cell, (_, column)) in line.split(',').zip(&mut columns) {
            column.push(cell.parse().unwrap());
        }
    }
    columns
}

/// Counts the verdicts on two configurations measured in blocks, all along the recording.
/// Measurements alternate as in a comparison: each block begins with the other
/// configuration. The second one takes `factor` times as long.
#[derive(Debug, Default)]
struct Verdicts {
    trials: usize,
    faster: usize,
    slower: usize,
}

impl Verdicts {
    fn of(column: &[f64], repeats: usize, factor: f64) -> Self {
        let mut verdicts = Self::default();
        // Neighbouring trials share most of their runs: fewer positions say as much.
        let step = repeats / 2;
        for blocks in column.windows(2 * repeats).step_by(step) {
            let (mut first, mut second) = (Vec::new(), Vec::new());
            for (at, block) in blocks.chunks(2).enumerate() {
                let (one, other) = (at % 2, 1 - at % 2);
                first.push(block[one]);
                second.push(block[other] * factor);
            }
            verdicts.trials += 1;
            match difference(&first, &second) {
                Verdict::Faster => verdicts.faster += 1,
                Verdict::Slower => verdicts.slower += 1,
                _ => {}
            }
        }
        verdicts
    }

    fn share(&self, count: usize) -> f64 {
        count as f64 / self.trials as f64
    }
}

/// Neighbouring trials share most of their runs, so only all columns together are conclusive.
#[test]
fn equal_configurations_are_called_different_in_at_most_5_percent_of_trials() {
    for repeats in REPEATS {
        let (mut trials, mut wrong) = (0, 0);
        for (name, column) in noise() {
            assert!(column.len() >= 800, "{name}: {} runs", column.len());
            let verdicts = Verdicts::of(&column, repeats, 1.0);
            trials += verdicts.trials;
            wrong += verdicts.faster + verdicts.slower;
            let share = verdicts.share(verdicts.faster + verdicts.slower);
            assert!(share <= 0.1, "{name}, {repeats} repeats: {verdicts:?}");
        }
        assert!(20 * wrong <= trials, "{repeats} repeats: {wrong} of {trials}");
    }
    assert_eq!(difference(&[1.0], &[2.0]), Verdict::TooFewRepeats);
}

#[test]
fn a_real_difference_is_found_and_almost_never_reversed() {
    for (name, column) in noise() {
        for repeats in REPEATS {
            let verdicts = Verdicts::of(&column, repeats, 0.7);
            let opposite = verdicts.share(verdicts.slower);
            assert!(opposite <= 0.01, "{name}, {repeats} repeats: {opposite}, {verdicts:?}");
            // Only here is the noise smaller than the difference.
            if name == "quiet_waited" {
                let found = verdicts.share(verdicts.faster);
                assert!(found >= 0.85, "{name}, {repeats} repeats: {found}, {verdicts:?}");
            }
        }
        let many = Verdicts::of(&column, 20, 0.5);
        assert!(many.share(many.faster) >= 0.9, "{name}: {many:?}");
    }
}

#[test]
fn on_a_quiet_machine_a_10_percent_difference_is_found_in_most_trials() {
    for (_, column) in noise().iter().filter(|(name, _)| name == "quiet_waited") {
        for repeats in REPEATS.into_iter().filter(|&repeats| repeats > 5) {
            let verdicts = Verdicts::of(column, repeats, 0.9);
            assert!(verdicts.share(verdicts.faster) > 0.5, "{repeats} repeats: {verdicts:?}");
        }
    }
}

#[test]
fn the_interval_contains_the_true_median_in_19_of_20_trials() {
    for repeats in [7, 10, 20] {
        let (mut trials, mut hits) = (0, 0);
        for (_, column) in noise() {
            let median = Interval::of(&column).unwrap().median;
            // Runs far apart are independent of short disturbances.
            let stride = column.len() / repeats;
            for from in 0..stride {
                let runs: Vec<f64> =
                    column.iter().skip(from).step_by(stride).copied().take(repeats).collect();
                let interval = Interval::of(&runs).unwrap();
                trials += 1;
                hits += u32::from(interval.low <= median && median <= interval.high);
            }
        }
        assert!(20 * hits >= 19 * trials, "{repeats} repeats: {hits} of {trials}");
    }
}
