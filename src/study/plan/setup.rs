//! Setups, written `STRATEGY[:WORKERS[:ORDER]]`.

use std::fmt;

use super::plan_parsers::parse_workers;
use super::run_plan::{Order, Plan, Strategy, parse_name};

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
