//! Repeatable random draws: a seed and a row give the same draws with every
//! strategy, on every platform and in every version.

use rand_chacha::{ChaCha8Rng, rand_core::SeedableRng as _};

/// Returns the random stream of a row: `ChaCha8` keyed by the seed, with the row as
/// the stream number.
///
/// `u64::MAX` is the stream for draws that belong to no row (the shuffled order).
pub fn stream(seed: u64, row: u64) -> ChaCha8Rng {
    let mut key = [0; 32];
    key[..8].copy_from_slice(&seed.to_le_bytes());
    let mut rng = ChaCha8Rng::from_seed(key);
    rng.set_stream(row);
    rng
}

#[cfg(test)]
mod tests {
    use rand::Rng as _;

    use super::*;

    /// The expected values come from an independent implementation of `ChaCha8`.
    #[test]
    fn random_streams_never_change() {
        let first = |seed, row| stream(seed, row).next_u64();
        assert_eq!(first(10, 0), 13_406_774_817_637_044_999);
        assert_eq!(first(10, 1), 14_306_588_385_087_449_793);
        assert_eq!(first(11, 0), 5_984_236_588_004_475_714);
    }
}
