//! The numbers of a plan, read from a text: the same on the command line and
//! in a study file. The errors say what was expected; who reads says what was
//! found.

use super::run_plan::WORKERS;

/// The longest time scale.
const MOST_TIME_SCALE: f64 = 1000.0;

/// The most retries: with the pauses between them, 16 hours and more.
const MOST_RETRIES: u32 = 1000;

/// Reads a number of workers.
pub fn parse_workers(text: &str) -> Result<u32, String> {
    let (least, most) = (WORKERS.start(), WORKERS.end());
    let expected = || format!("expected a whole number from {least} to {most}");
    text.parse().ok().filter(|workers| WORKERS.contains(workers)).ok_or_else(expected)
}

/// Numbers of workers, growing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerCounts(pub Vec<u32>);

/// Reads numbers of workers such as `1..8`, which ends with 8, `1,2,4` or both.
pub fn parse_worker_counts(text: &str) -> Result<WorkerCounts, String> {
    let number = |text: &str| {
        parse_workers(text.trim()).map_err(|expected| format!("{expected}, found {text:?}"))
    };
    let mut counts = Vec::new();
    for part in text.split(',') {
        let Some((from, to)) = part.split_once("..") else {
            counts.push(number(part)?);
            continue;
        };
        let (from, to) = (number(from)?, number(to)?);
        if from > to {
            return Err(format!("expected a range that grows, such as {to}..{from}"));
        }
        counts.extend(from..=to);
    }
    counts.sort_unstable();
    counts.dedup();
    Ok(WorkerCounts(counts))
}

/// Reads how many cases are in a batch.
pub fn parse_batch(text: &str) -> Result<u32, String> {
    at_least_one(text)
}

/// Reads how many licences there are.
pub fn parse_licences(text: &str) -> Result<u32, String> {
    at_least_one(text)
}

/// Reads after how many failed cases nothing more starts.
pub fn parse_stop_after(text: &str) -> Result<u32, String> {
    at_least_one(text)
}

/// Reads how many times a case that failed is tried again.
pub fn parse_retries(text: &str) -> Result<u32, String> {
    let expected = || format!("expected a whole number from 0 to {MOST_RETRIES}");
    text.parse().ok().filter(|&retries| retries <= MOST_RETRIES).ok_or_else(expected)
}

fn at_least_one(text: &str) -> Result<u32, String> {
    let expected = || format!("expected a whole number from 1 to {}", u32::MAX);
    text.parse().ok().filter(|&number| number >= 1).ok_or_else(expected)
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
        assert_eq!((parse_licences("3"), parse_stop_after("1")), (Ok(3), Ok(1)));
        assert!(parse_licences("0").is_err() && parse_stop_after("0").is_err());
        assert_eq!((parse_retries("0"), parse_retries("1000")), (Ok(0), Ok(1000)));
        assert_eq!(parse_retries("-1").unwrap_err(), "expected a whole number from 0 to 1000");
        assert!(parse_seed("-1").unwrap_err().starts_with("expected a whole number from 0 to"));
        assert_eq!((parse_time_scale("1e-9"), parse_time_scale("1000")), (Ok(1e-9), Ok(1000.0)));
        for text in ["0", "-1", "1001", "nan", "inf", ""] {
            let error = parse_time_scale(text).unwrap_err();
            assert_eq!(error, "expected a number above 0 and at most 1000");
        }
    }

    #[test]
    fn numbers_of_workers_grow_and_are_each_there_once() {
        let counts = |text| parse_worker_counts(text).map(|counts| counts.0);
        assert_eq!(counts("1..4"), Ok(vec![1, 2, 3, 4]));
        assert_eq!(counts("8, 1..3,2"), Ok(vec![1, 2, 3, 8]));
        assert_eq!(counts("256"), Ok(vec![256]));
        let error = |text| counts(text).unwrap_err();
        assert_eq!(error("0..3"), "expected a whole number from 1 to 256, found \"0\"");
        assert_eq!(error("5..2"), "expected a range that grows, such as 2..5");
        assert_eq!(error("x"), "expected a whole number from 1 to 256, found \"x\"");
        assert_eq!(error("1..257"), "expected a whole number from 1 to 256, found \"257\"");
        for text in ["", "1,", "1..", "..3", "1..2..3", "-1", "1...3"] {
            assert!(error(text).contains("found"), "{text}");
        }
    }
}
