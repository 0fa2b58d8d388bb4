//! The verdicts of a comparison on real noise: makespans of one short run that
//! was repeated over and over, so that whatever differs is the machine.
//!
//! `data/noise.csv` holds them in the order in which they were measured, in
//! microseconds: four cases on two workers and two cores of a shared host, which
//! compute or wait for about 10 ms, three times while others kept the cores busy
//! (up to 200 threads) and once while nearly nobody did. Each column is the first
//! 800 runs of one go, none left out.

#![expect(clippy::unwrap_used, reason = "a test ends where something goes wrong")]

use caselanes::experiment::{Interval, PairedDifference, difference};

/// From a few repeats, where a rule of thumb decides, to drawn flips.
const REPEATS: [usize; 5] = [3, 5, 7, 10, 20];

/// The columns by name, as they were measured.
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

/// How often each verdict was given to two setups measured in so many blocks at
/// every place of the recording. What is measured next goes to the setup whose
/// turn it is, as in a comparison: each block begins with the other one. The
/// second setup really takes `factor` times as long.
#[derive(Debug, Default)]
struct Verdicts {
    trials: usize,
    faster: usize,
    slower: usize,
}

impl Verdicts {
    fn of(column: &[f64], repeats: usize, factor: f64) -> Self {
        let mut verdicts = Self::default();
        // Drawn flips take longer: fewer places, which still cover the whole.
        let step = if repeats > 14 { 5 } else { 1 };
        for blocks in column.windows(2 * repeats).step_by(step) {
            let (mut first, mut second) = (Vec::new(), Vec::new());
            for (at, block) in blocks.chunks(2).enumerate() {
                let (one, other) = (at % 2, 1 - at % 2);
                first.push(block[one]);
                second.push(block[other] * factor);
            }
            verdicts.trials += 1;
            match difference(&first, &second) {
                PairedDifference::Faster => verdicts.faster += 1,
                PairedDifference::Slower => verdicts.slower += 1,
                PairedDifference::WithinNoise | PairedDifference::TooFewRepeats => {}
            }
        }
        verdicts
    }

    fn share(&self, count: usize) -> f64 {
        count as f64 / self.trials as f64
    }
}

/// Neighbouring trials share most of their runs, so a single column says too
/// little: all of them together do.
#[test]
fn two_equal_setups_are_called_different_in_at_most_5_percent_of_trials() {
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
    assert_eq!(difference(&[1.0], &[2.0]), PairedDifference::TooFewRepeats);
}

#[test]
fn a_real_difference_is_found_and_hardly_ever_taken_for_its_opposite() {
    for (name, column) in noise() {
        for repeats in REPEATS {
            let verdicts = Verdicts::of(&column, repeats, 0.7);
            let opposite = verdicts.share(verdicts.slower);
            assert!(opposite <= 0.01, "{name}, {repeats} repeats: {opposite}, {verdicts:?}");
            // Where the machine does not waver by more than what is to be found.
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
fn a_tenth_less_time_is_found_in_most_trials_where_the_machine_is_quiet() {
    for (_, column) in noise().iter().filter(|(name, _)| name == "quiet_waited") {
        for repeats in REPEATS.into_iter().filter(|&repeats| repeats > 5) {
            let verdicts = Verdicts::of(column, repeats, 0.9);
            assert!(verdicts.share(verdicts.faster) > 0.5, "{repeats} repeats: {verdicts:?}");
        }
    }
}

#[test]
fn the_interval_holds_the_median_of_all_19_times_in_20() {
    for repeats in [7, 10, 20] {
        let (mut trials, mut held) = (0, 0);
        for (_, column) in noise() {
            let median = Interval::of(&column).unwrap().median;
            // Runs far apart are independent of what the machine did meanwhile.
            let stride = column.len() / repeats;
            for from in 0..stride {
                let runs: Vec<f64> =
                    column.iter().skip(from).step_by(stride).copied().take(repeats).collect();
                let interval = Interval::of(&runs).unwrap();
                trials += 1;
                held += u32::from(interval.low <= median && median <= interval.high);
            }
        }
        assert!(20 * held >= 19 * trials, "{repeats} repeats: {held} of {trials}");
    }
}
