//! The numbers of a plan, read from a text: the same on the command line and
//! in a study file. The errors say what was expected; who reads says what was
//! found.

use super::plan::WORKERS;

/// The longest time scale.
const MOST_TIME_SCALE: f64 = 1000.0;

/// Reads a number of workers.
pub fn parse_workers(text: &str) -> Result<u32, String> {
    let (least, most) = (WORKERS.start(), WORKERS.end());
    let expected = || format!("expected a whole number from {least} to {most}");
    text.parse().ok().filter(|workers| WORKERS.contains(workers)).ok_or_else(expected)
}

/// Reads how many cases are in a batch.
pub fn parse_batch(text: &str) -> Result<u32, String> {
    let expected = || format!("expected a whole number from 1 to {}", u32::MAX);
    text.parse().ok().filter(|&batch| batch >= 1).ok_or_else(expected)
}

/// Reads a seed.
pub fn parse_seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("expected a whole number from 0 to {}", u64::MAX))
}

/// Reads a time scale.
pub fn parse_time_scale(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(scale) if scale > 0.0 && scale <= MOST_TIME_SCALE => Ok(scale),
        _ => Err(format!("expected a number above 0 and at most {MOST_TIME_SCALE}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_are_kept_and_said() {
        assert_eq!((parse_workers("1"), parse_workers("256")), (Ok(1), Ok(256)));
        assert_eq!(parse_workers("257").unwrap_err(), "expected a whole number from 1 to 256");
        assert_eq!(parse_batch("1"), Ok(1));
        assert_eq!(parse_batch("0").unwrap_err(), "expected a whole number from 1 to 4294967295");
        assert_eq!(parse_seed("18446744073709551615"), Ok(u64::MAX));
        assert!(parse_seed("-1").unwrap_err().starts_with("expected a whole number from 0 to"));
        assert_eq!((parse_time_scale("1e-9"), parse_time_scale("1000")), (Ok(1e-9), Ok(1000.0)));
        for text in ["0", "-1", "1001", "nan", "inf", ""] {
            let error = parse_time_scale(text).unwrap_err();
            assert_eq!(error, "expected a number above 0 and at most 1000");
        }
    }
}
