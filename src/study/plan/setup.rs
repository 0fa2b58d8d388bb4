//! A setup: a strategy, and workers and order where they are named, written
//! `STRATEGY[:WORKERS[:ORDER]]`.

use std::fmt;

use super::plan_value::parse_workers;
use super::run_plan::{Order, Plan, Strategy, parse_name};

/// One way of running cases, to be compared with others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Setup {
    /// The strategy.
    pub strategy: Strategy,
    /// How many workers; `None` is what the plan says.
    pub workers: Option<u32>,
    /// The order of dispatch; `None` is what the plan says.
    pub order: Option<Order>,
}

impl Setup {
    /// The plan with this setup in place of what it said.
    #[must_use]
    pub fn over(&self, plan: &Plan) -> Plan {
        Plan {
            strategy: self.strategy,
            workers: self.workers.or(plan.workers),
            order: self.order.unwrap_or(plan.order),
            ..plan.clone()
        }
    }
}

impl fmt::Display for Setup {
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

/// Reads a setup such as `threads`, `threads:3` or `threads:3:longest`; workers
/// left empty, as in `threads::longest`, are those of the plan.
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
        Some(rest) => Err(format!("expected STRATEGY[:WORKERS[:ORDER]], found {rest:?} behind it")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setup_is_written_as_it_is_read() {
        for text in ["series", "threads:3", "threads:3:longest", "batches::shuffled"] {
            assert_eq!(parse_setup(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_a_setup_does_not_name_is_as_in_the_plan() {
        let plan = Plan { workers: Some(5), order: Order::Longest, ..Plan::default() };
        let over = parse_setup("shares").unwrap().over(&plan);
        assert_eq!(
            (over.strategy, over.workers, over.order),
            (Strategy::Shares, Some(5), Order::Longest)
        );
        let over = parse_setup("shares:2:listed").unwrap().over(&plan);
        assert_eq!((over.workers, over.order), (Some(2), Order::Listed));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let error = |text| parse_setup(text).unwrap_err();
        assert!(error("fast:3").starts_with("unknown strategy \"fast\"; known are"));
        assert!(error("").starts_with("unknown strategy \"\""));
        assert_eq!(
            error("threads:0"),
            "workers: expected a whole number from 1 to 256, found \"0\""
        );
        assert!(error("threads:3:fast").starts_with("unknown order \"fast\""));
        assert!(error("threads:3:listed:1").contains("found \"1\" behind it"));
    }
}
