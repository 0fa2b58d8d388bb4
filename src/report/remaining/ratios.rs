//! How far the lengths of single cases are off what is expected of them.

use super::length_model::{GrowthModel, LengthSample};

/// Known lengths count as so many cases that took just that long.
const KNOWN: usize = 4;

/// A case that takes longer than any before it may go on for up to this share of
/// the time that it has taken.
const GOES_ON: f64 = 0.3;

/// Ratios that differ by less are the same, but for the rounding of figures.
const ALIKE: f64 = 1e-6;

/// Cases may all take longer or shorter than expected: the logarithm of how much,
/// if one alone has ended, and for what is e times as long.
const FEW: f64 = 0.5;
const FAR: f64 = 0.15;

/// How many times their shape cases may take: drawn from those that have ended.
/// Draws are hashes and not chance: a case has the same each time, so that what is
/// said of a run changes by what is learned alone.
#[derive(Debug)]
pub(crate) struct Ratios {
    rising: Vec<f64>,
    pub(crate) mean: f64,
    known: bool,
    /// Whether all that is known says the same.
    pub(crate) certain: bool,
    play: u64,
}

impl Ratios {
    /// For one play of many: each draws anew what it takes for the whole truth.
    /// `reach` is how far what waits is from what has ended, as the logarithm of
    /// the ratio of their lengths.
    pub(crate) fn drawn(
        shape: &GrowthModel,
        ended: &[LengthSample],
        in_work: &[LengthSample],
        known: bool,
        reach: f64,
        play: u64,
    ) -> Self {
        let ratio = |sample: &LengthSample| {
            let length = shape.of(&sample.terms);
            (length > 0.0).then(|| sample.time_s / length)
        };
        let mut all: Vec<f64> = ended.iter().filter_map(ratio).collect();
        if known {
            all.extend([1.0; KNOWN]);
        }
        all.sort_by(f64::total_cmp);
        let usual = all.get(all.len() / 2).copied().unwrap_or(1.0);
        // What is in work for longer than usual will have taken at least so long.
        all.extend(in_work.iter().filter_map(ratio).filter(|&ratio| !known && ratio > usual));
        if all.is_empty() {
            all.push(1.0);
        }
        let count = all.len();
        let certain = known && all.iter().all(|ratio| (ratio - all[0]).abs() <= ALIKE);
        let draw = |draw| all[place(unit([play, draw, 1]), count)];
        let mut rising: Vec<f64> = (0..count as u64).map(draw).collect();
        if !known {
            // What few cases do not tell, and not those of quite other lengths.
            let lean = 2.0 * unit([play, 0, 2]) - 1.0;
            let factor = (lean * (FEW / (count as f64 + 1.0) + FAR * reach)).exp();
            rising.iter_mut().for_each(|ratio| *ratio *= factor);
        }
        rising.sort_by(f64::total_cmp);
        let mean = rising.iter().sum::<f64>() / count as f64;
        Self { rising, mean, known, certain, play }
    }

    /// The ratio of a case that waits.
    pub(crate) fn of(&self, case: u32) -> f64 {
        self.rising[place(unit([self.play, u64::from(case), 3]), self.rising.len())]
    }

    /// What a case of this length by its shape still takes after `taken_s`: longer
    /// than that it takes in any case.
    pub(crate) fn left_s(&self, case: u32, length_s: f64, taken_s: f64) -> f64 {
        let longer = self.rising.partition_point(|ratio| ratio * length_s <= taken_s);
        let longer = &self.rising[longer..];
        let draw = unit([self.play, u64::from(case), 3]);
        match longer.get(place(draw, longer.len())) {
            Some(ratio) => ratio * length_s - taken_s,
            None if self.known => 0.0,
            None => draw * GOES_ON * taken_s,
        }
    }
}

/// The place of this share among so many.
pub(crate) fn place(share: f64, count: usize) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below the count")]
    let at = (share * count as f64) as usize;
    at.min(count.saturating_sub(1))
}

/// A number from 0 to 1 that these numbers always give (`SplitMix64`).
fn unit(of: [u64; 3]) -> f64 {
    let mixed = of.into_iter().fold(0_u64, |mixed, number| {
        let mut z = (mixed ^ number).wrapping_add(0x9E37_79B9_7F4A_7C15);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    });
    (mixed >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::super::length_model::{TERMS, Terms};
    use super::*;

    fn sample(length: f64, time_s: f64) -> LengthSample {
        let mut terms: Terms = [0.0; TERMS];
        terms[0] = length;
        LengthSample { terms, time_s }
    }

    #[test]
    fn what_lasts_already_lasts_longer() {
        let ended: Vec<LengthSample> = (1..=20).map(|n| sample(1.0, f64::from(n))).collect();
        let ratios = Ratios::drawn(&GrowthModel::known(), &ended, &[], false, 0.0, 0);
        for taken_s in [0.0, 5.0, 15.0] {
            let left_s = ratios.left_s(3, 1.0, taken_s);
            assert!(left_s > 0.0 && left_s + taken_s < 21.0, "{taken_s}: {left_s}");
        }
        assert!(ratios.left_s(3, 1.0, 100.0) < 30.0);
    }

    #[test]
    fn known_lengths_are_certain_until_a_case_takes_another_time() {
        let known =
            |ended: &[LengthSample]| Ratios::drawn(&GrowthModel::known(), ended, &[], true, 0.0, 0);
        assert!(known(&[]).certain && known(&[sample(2.0, 2.0)]).certain);
        let other = known(&vec![sample(2.0, 3.0); 100]);
        assert!(!other.certain && other.mean > 1.4);
        assert!(known(&[sample(0.0, 0.0)]).certain);
    }

    #[test]
    fn the_numbers_are_spread_evenly() {
        let mean = (0..1000).map(|n| unit([n, 1, 2])).sum::<f64>() / 1000.0;
        assert!((mean - 0.5).abs() < 0.05, "{mean}");
        assert_eq!((place(0.0, 3), place(0.99, 3), place(1.0, 3), place(0.5, 0)), (0, 2, 2, 0));
    }
}
