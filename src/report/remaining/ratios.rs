//! Ratios of actual to expected case lengths.

use super::length_model::{GrowthModel, LengthSample};

/// Cases of exactly the expected length that a known length counts as.
const KNOWN_WEIGHT: usize = 4;

/// A case that takes longer than any before may take up to this share of its time so far longer.
const OVERRUN: f64 = 0.3;

/// Ratios that differ by less are equal except for rounding.
const EQUAL: f64 = 1e-6;

/// Common error of all lengths, as a logarithm, after a single ended case.
const FEW_CASES_ERROR: f64 = 0.5;

/// Common error of all lengths, as a logarithm, for cases e times as long as those ended.
const DISTANCE_ERROR: f64 = 0.15;

/// Ratios of actual to modelled length, drawn from ended cases.
///
/// Draws are hashes, not random: a case gets the same draw each time, so an estimate
/// changes only when something is learned.
#[derive(Debug)]
pub(crate) struct Ratios {
    ascending: Vec<f64>,
    pub(crate) mean: f64,
    are_known: bool,
    /// Whether all lengths are known and none was off.
    pub(crate) is_certain: bool,
    simulation: u64,
}

impl Ratios {
    /// Draws the ratios of one simulation by bootstrapping.
    ///
    /// `distance` is the logarithm of the ratio of the mean lengths of waiting and ended cases.
    pub(crate) fn draw(
        growth: &GrowthModel,
        ended: &[LengthSample],
        running: &[LengthSample],
        are_known: bool,
        distance: f64,
        simulation: u64,
    ) -> Self {
        let ratio = |sample: &LengthSample| {
            let length = growth.length(&sample.terms);
            (length > 0.0).then(|| sample.time_s / length)
        };
        let mut all: Vec<f64> = ended.iter().filter_map(ratio).collect();
        if are_known {
            all.extend([1.0; KNOWN_WEIGHT]);
        }
        all.sort_by(f64::total_cmp);
        let typical = all.get(all.len() / 2).copied().unwrap_or(1.0);
        // A case running for longer than typical will take at least that long.
        all.extend(running.iter().filter_map(ratio).filter(|&ratio| !are_known && ratio > typical));
        if all.is_empty() {
            all.push(1.0);
        }
        let count = all.len();
        let is_certain = are_known && all.iter().all(|ratio| (ratio - all[0]).abs() <= EQUAL);
        let draw = |draw| all[index_at(hash_unit([simulation, draw, 1]), count)];
        let mut ascending: Vec<f64> = (0..count as u64).map(draw).collect();
        if !are_known {
            // The uncertainty left by few cases, or by cases of other lengths.
            let error = 2.0 * hash_unit([simulation, 0, 2]) - 1.0;
            let factor = (error
                * (FEW_CASES_ERROR / (count as f64 + 1.0) + DISTANCE_ERROR * distance))
                .exp();
            ascending.iter_mut().for_each(|ratio| *ratio *= factor);
        }
        ascending.sort_by(f64::total_cmp);
        let mean = ascending.iter().sum::<f64>() / count as f64;
        Self { ascending, mean, are_known, is_certain, simulation }
    }

    pub(crate) fn ratio(&self, case: u32) -> f64 {
        self.ascending[index_at(self.case_draw(case), self.ascending.len())]
    }

    /// Time left of a running case with this modelled length after `taken_s`, drawn from
    /// the ratios that exceed the time taken.
    pub(crate) fn left_s(&self, case: u32, length_s: f64, taken_s: f64) -> f64 {
        let longer = self.ascending.partition_point(|ratio| ratio * length_s <= taken_s);
        let longer = &self.ascending[longer..];
        let draw = self.case_draw(case);
        match longer.get(index_at(draw, longer.len())) {
            Some(ratio) => ratio * length_s - taken_s,
            None if self.are_known => 0.0,
            None => draw * OVERRUN * taken_s,
        }
    }

    fn case_draw(&self, case: u32) -> f64 {
        hash_unit([self.simulation, u64::from(case), 3])
    }
}

/// Index at this share, from 0 to 1, of a list.
pub(crate) fn index_at(share: f64, count: usize) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below the count")]
    let at = (share * count as f64) as usize;
    at.min(count.saturating_sub(1))
}

/// Hashes numbers to 0..1 (`SplitMix64`).
fn hash_unit(numbers: [u64; 3]) -> f64 {
    let mixed = numbers.into_iter().fold(0_u64, |mixed, number| {
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
    fn a_running_case_takes_longer_than_it_has_already() {
        let ended: Vec<LengthSample> = (1..=20).map(|n| sample(1.0, f64::from(n))).collect();
        let ratios = Ratios::draw(&GrowthModel::known(), &ended, &[], false, 0.0, 0);
        for taken_s in [0.0, 5.0, 15.0] {
            let left_s = ratios.left_s(3, 1.0, taken_s);
            assert!(left_s > 0.0 && left_s + taken_s < 21.0, "{taken_s}: {left_s}");
        }
        assert!(ratios.left_s(3, 1.0, 100.0) < 30.0);
    }

    #[test]
    fn known_lengths_are_certain_until_a_case_is_off() {
        let known =
            |ended: &[LengthSample]| Ratios::draw(&GrowthModel::known(), ended, &[], true, 0.0, 0);
        assert!(known(&[]).is_certain && known(&[sample(2.0, 2.0)]).is_certain);
        let other = known(&vec![sample(2.0, 3.0); 100]);
        assert!(!other.is_certain && other.mean > 1.4);
        assert!(known(&[sample(0.0, 0.0)]).is_certain);
    }

    #[test]
    fn hashed_draws_are_spread_evenly() {
        let mean = (0..1000).map(|n| hash_unit([n, 1, 2])).sum::<f64>() / 1000.0;
        assert!((mean - 0.5).abs() < 0.05, "{mean}");
        assert_eq!(
            (index_at(0.0, 3), index_at(0.99, 3), index_at(1.0, 3), index_at(0.5, 0)),
            (0, 2, 2, 0)
        );
    }
}
