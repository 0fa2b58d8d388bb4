//! Draws fractions from 0 to below 1 for each row and column.

use rand::Rng as _;
use rand::seq::SliceRandom as _;

use super::joe_kuo::DirectionNumbers;
use crate::study::plan::random_stream::stream;

/// Largest number below 1.
const BELOW_ONE: f64 = 1.0 - f64::EPSILON / 2.0;

/// Fractions of all rows, computed or drawn on demand.
pub(super) enum Sampler {
    /// Independent, from one random stream per row.
    Random {
        seed: u64,
        drawn: Vec<f64>,
    },
    /// By column: the stratum of each row, with the place in it.
    LatinHypercube(Vec<Vec<f64>>),
    Sobol {
        columns: Vec<DirectionNumbers>,
        shifts: Vec<u32>,
    },
}

impl Sampler {
    pub(super) fn random(seed: u64, columns: usize) -> Self {
        Self::Random { seed, drawn: vec![0.0; columns] }
    }

    /// Latin hypercube sample: in each column, one row per stratum of `1 / rows`.
    ///
    /// Source: `McKay`, Beckman and Conover, Technometrics 21 (1979).
    /// In a discrete column, all rows have the same place in their stratum. So the numbers
    /// of rows with each of its values differ by 1 at most.
    pub(super) fn latin_hypercube(seed: u64, is_discrete: &[bool], rows: u32) -> Self {
        let column = |(column, &is_discrete): (usize, &bool)| {
            let mut random = stream(seed, column as u64);
            let mut strata: Vec<u32> = (0..rows).collect();
            strata.shuffle(&mut random);
            // Never at the edge of a stratum, where rounding could move it to the next one.
            let mut draw = || (f64::from(random.next_u32() >> 8) + 0.5) / f64::from(1 << 24);
            let common = is_discrete.then(&mut draw);
            let mut place = || common.unwrap_or_else(&mut draw);
            let strata = strata.into_iter();
            strata.map(|stratum| (f64::from(stratum) + place()) / f64::from(rows)).collect()
        };
        Self::LatinHypercube(is_discrete.iter().enumerate().map(column).collect())
    }

    /// Sobol sequence. Seeds other than 0 shift it digitally.
    /// The error is the maximum number of columns.
    pub(super) fn sobol(seed: u64, columns: usize) -> Result<Self, usize> {
        let shift = |column: u64| if seed == 0 { 0 } else { stream(seed, column).next_u32() };
        let shifts = (0..columns as u64).map(shift).collect();
        let found = DirectionNumbers::of_columns(columns);
        if found.len() < columns {
            Err(found.len())
        } else {
            Ok(Self::Sobol { columns: found, shifts })
        }
    }

    /// Begins a row.
    pub(super) fn begin(&mut self, row: u32) {
        if let Self::Random { seed, drawn } = self {
            let mut random = stream(*seed, u64::from(row));
            drawn.iter_mut().for_each(|fraction| *fraction = fraction_of(random.next_u64()));
        }
    }

    /// Returns the fraction of a column in the row begun last.
    pub(super) fn fraction(&self, row: u32, column: usize) -> f64 {
        match self {
            Self::Random { drawn, .. } => drawn[column],
            Self::LatinHypercube(columns) => columns[column][row as usize],
            Self::Sobol { columns, shifts } => {
                let point = columns[column].point(row) ^ shifts[column];
                f64::from(point) / 2.0_f64.powi(32)
            }
        }
    }
}

/// Returns a fraction with 53 random bits.
fn fraction_of(bits: u64) -> f64 {
    ((bits >> 11) as f64 * 2.0_f64.powi(-53)).min(BELOW_ONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_latin_hypercube_hits_each_stratum_once_per_column() {
        for rows in [1, 2, 7, 1000] {
            let sampler = Sampler::latin_hypercube(5, &[false, true, false], rows);
            for column in 0..3 {
                let stratum = |row| {
                    let fraction = sampler.fraction(row, column);
                    (fraction * f64::from(rows)).floor()
                };
                let mut strata: Vec<f64> = (0..rows).map(stratum).collect();
                strata.sort_unstable_by(f64::total_cmp);
                assert!(strata.into_iter().eq((0..rows).map(f64::from)));
            }
        }
    }

    #[test]
    fn a_random_row_is_the_same_whatever_comes_before() {
        let fractions = |rows: &[u32]| {
            let mut sampler = Sampler::random(9, 2);
            rows.iter().for_each(|&row| sampler.begin(row));
            [sampler.fraction(4, 0), sampler.fraction(4, 1)]
        };
        assert_eq!(fractions(&[4]), fractions(&[0, 1, 4]));
        assert_ne!(fractions(&[4]), fractions(&[3]));
    }

    #[test]
    fn a_shifted_sobol_sequence_still_has_one_row_per_stratum() {
        let sampler = Sampler::sobol(3, 5).unwrap();
        for column in 0..5 {
            let stratum = |row| (sampler.fraction(row, column) * 64.0).floor();
            let mut strata: Vec<f64> = (0..64).map(stratum).collect();
            strata.sort_unstable_by(f64::total_cmp);
            assert!(strata.into_iter().eq((0..64).map(f64::from)));
        }
    }
}
