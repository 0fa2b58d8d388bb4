//! Parsers for the numbers of a plan, whose errors name the expected value, and setups,
//! written `STRATEGY[:WORKERS[:ORDER]]`.

use std::fmt::{self, Display};
use std::ops::RangeInclusive;
use std::str::FromStr;

use super::run_plan::{Order, Plan, Strategy, WORKER_RANGE, parse_name};

const MAX_TIME_SCALE: f64 = 1000.0;

/// Longest time between two starts, in seconds: 31 years.
const MAX_START_EVERY_S: f64 = 1e9;

/// Largest number of retries, which take more than 16 hours with their pauses.
const MAX_RETRIES: u32 = 1000;

pub fn parse_workers(text: &str) -> Result<u32, String> {
    parse_whole(text, WORKER_RANGE)
}

/// Distinct numbers of workers in ascending order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkerCounts(pub Vec<u32>);

/// Parses numbers of workers such as `1..8`, which includes 8, `1,2,4` or both.
pub fn parse_worker_counts(text: &str) -> Result<WorkerCounts, String> {
    let number = |text: &str| {
        let hint = |(from, to)| format!("; write a range as {from}..{to}");
        let hint = || text.trim().split_once('-').filter(|(from, _)| !from.is_empty()).map(hint);
        let error = |expected| format!("{expected}, found {text:?}{}", hint().unwrap_or_default());
        parse_workers(text.trim()).map_err(error)
    };
    let mut counts = Vec::new();
    for part in text.split(',') {
        let Some((from, to)) = part.split_once("..") else {
            counts.push(number(part)?);
            continue;
        };
        let (from, to) = (number(from)?, number(to)?);
        if from > to {
            return Err(format!("expected an ascending range such as {to}..{from}"));
        }
        counts.extend(from..=to);
    }
    counts.sort_unstable();
    counts.dedup();
    Ok(WorkerCounts(counts))
}

pub fn parse_retries(text: &str) -> Result<u32, String> {
    parse_whole(text, 0..=MAX_RETRIES)
}

pub fn parse_positive(text: &str) -> Result<u32, String> {
    parse_whole(text, 1..=u32::MAX)
}

pub fn parse_seed(text: &str) -> Result<u64, String> {
    parse_whole(text, 0..=u64::MAX)
}

fn parse_whole<T>(text: &str, range: RangeInclusive<T>) -> Result<T, String>
where
    T: FromStr + PartialOrd + Display,
{
    let expected = || format!("expected a whole number from {} to {}", range.start(), range.end());
    text.parse().ok().filter(|number| range.contains(number)).ok_or_else(expected)
}

pub fn parse_start_every(text: &str) -> Result<f64, String> {
    let seconds = text.parse().ok().filter(|seconds| (0.0..=MAX_START_EVERY_S).contains(seconds));
    seconds.ok_or_else(|| format!("expected seconds from 0 to {MAX_START_EVERY_S}"))
}

pub fn parse_time_scale(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(scale) if scale > 0.0 && scale <= MAX_TIME_SCALE => Ok(scale),
        _ => Err(format!("expected a number above 0 and at most {MAX_TIME_SCALE}")),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Setup {
    pub strategy: Strategy,
    /// Number of workers; `None` keeps that of the plan.
    pub workers: Option<u32>,
    /// Order of dispatch; `None` keeps that of the plan.
    pub order: Option<Order>,
}

impl Setup {
    /// Returns the plan with the parts that the setup names replaced.
    pub fn apply_to(&self, plan: &Plan) -> Plan {
        Plan {
            strategy: self.strategy,
            workers: self.workers.or(plan.workers),
            order: self.order.unwrap_or(plan.order),
            ..plan.clone()
        }
    }
}

impl Display for Setup {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(self.strategy.into())?;
        match (self.workers, self.order) {
            (Some(workers), _) => write!(to, ":{workers}")?,
            (None, Some(_)) => to.write_str(":")?,
            (None, None) => {}
        }
        self.order.map_or(Ok(()), |order| write!(to, ":{}", <&str>::from(order)))
    }
}

/// Parses a setup such as `threads`, `threads:3` or `threads:3:longest`. Workers may
/// be left empty, as in `threads::longest`.
pub fn parse_setup(text: &str) -> Result<Setup, String> {
    let mut parts = text.split(':');
    let strategy = parse_name("strategy", parts.next().unwrap_or_default())?;
    let workers = match parts.next() {
        None | Some("") => None,
        Some(workers) => Some(
            parse_workers(workers)
                .map_err(|error| format!("workers: {error}, found {workers:?}"))?,
        ),
    };
    let order = parts.next().map(|order| parse_name("order", order)).transpose()?;
    match parts.next() {
        None => Ok(Setup { strategy, workers, order }),
        Some(rest) => Err(format!("expected STRATEGY[:WORKERS[:ORDER]], found {rest:?} after it")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_outside_their_range_are_rejected() {
        assert_eq!((parse_workers("1"), parse_workers("256")), (Ok(1), Ok(256)));
        assert_eq!(parse_workers("257").unwrap_err(), "expected a whole number from 1 to 256");
        assert_eq!((parse_positive("1"), parse_positive("3")), (Ok(1), Ok(3)));
        let error = parse_positive("0").unwrap_err();
        assert_eq!(error, "expected a whole number from 1 to 4294967295");
        assert_eq!(parse_seed("18446744073709551615"), Ok(u64::MAX));
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
    fn worker_counts_are_sorted_and_distinct() {
        let counts = |text| parse_worker_counts(text).map(|counts| counts.0);
        assert_eq!(counts("1..4"), Ok(vec![1, 2, 3, 4]));
        assert_eq!(counts("8, 1..3,2"), Ok(vec![1, 2, 3, 8]));
        assert_eq!(counts("256"), Ok(vec![256]));
        let error = |text| counts(text).unwrap_err();
        assert_eq!(error("0..3"), "expected a whole number from 1 to 256, found \"0\"");
        assert_eq!(error("5..2"), "expected an ascending range such as 2..5");
        assert_eq!(error("x"), "expected a whole number from 1 to 256, found \"x\"");
        assert_eq!(
            error("1-4"),
            "expected a whole number from 1 to 256, found \"1-4\"; write a range as 1..4"
        );
        assert_eq!(error("1..257"), "expected a whole number from 1 to 256, found \"257\"");
        for text in ["", "1,", "1..", "..3", "1..2..3", "-1", "1...3"] {
            assert!(error(text).contains("found"), "{text}");
        }
    }

    #[test]
    fn setups_are_written_as_they_are_parsed() {
        for text in ["series", "threads:3", "threads:3:longest", "batches::shuffled"] {
            assert_eq!(parse_setup(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_setup_keeps_the_parts_of_the_plan_that_it_does_not_name() {
        let plan = Plan { workers: Some(5), order: Order::Longest, ..Plan::default() };
        let changed = parse_setup("shares").unwrap().apply_to(&plan);
        assert_eq!(
            (changed.strategy, changed.workers, changed.order),
            (Strategy::Shares, Some(5), Order::Longest)
        );
        let changed = parse_setup("shares:2:listed").unwrap().apply_to(&plan);
        assert_eq!((changed.workers, changed.order), (Some(2), Order::Listed));
    }

    #[test]
    fn errors_name_the_bad_part() {
        let error = |text| parse_setup(text).unwrap_err();
        assert!(error("fast:3").starts_with("unknown strategy \"fast\"; expected one of"));
        assert!(error("").starts_with("unknown strategy \"\""));
        assert_eq!(
            error("threads:0"),
            "workers: expected a whole number from 1 to 256, found \"0\""
        );
        assert!(error("threads:3:fast").starts_with("unknown order \"fast\""));
        assert!(error("threads:3:listed:1").contains("found \"1\" after it"));
    }
}
