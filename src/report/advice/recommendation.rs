//! How many workers are worth having, in which order, and what limits them.

use std::fmt;

use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

use super::evidence::{Evidence, LimitedBy};
use crate::study::{Order, Strategy};

/// How many workers are worth having.
///
/// As JSON it has the keys `workers`, `order`, `limited_by` and `sentence`; unknown
/// values are null.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Advice {
    /// The fewest workers whose makespan is within 5 % of the best.
    pub workers: Option<u32>,
    /// The strategy of these workers: that of the run, unless it fixes their number.
    pub strategy: Option<Strategy>,
    /// The best order with this many workers.
    pub order: Option<Order>,
    /// Why more workers are not worth having. Also `None` where they would be, but were
    /// not measured or are not possible.
    pub limited_by: Option<LimitedBy>,
    /// The advice in words.
    pub text: AdviceText,
    /// Makespan with these workers in that order, in seconds.
    pub total_s: Option<f64>,
    /// Whether that makespan was measured instead of predicted.
    pub is_measured: bool,
    /// Further sentences: whether the cases wait or compute, what the order saves, and
    /// what the advice saves over the run it is drawn from.
    pub details: Vec<String>,
}

impl Serialize for Advice {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut advice = to.serialize_struct("Advice", 4)?;
        advice.serialize_field("workers", &self.workers)?;
        advice.serialize_field("order", &self.order.map(<&str>::from))?;
        advice.serialize_field("limited_by", &self.limited_by.map(<&str>::from))?;
        advice.serialize_field("sentence", &self.text.to_string())?;
        advice.end()
    }
}

/// One or two sentences.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AdviceText {
    /// The first sentence, which also stands alone: `3 workers, longest first: 15.43 s.`
    pub lead: String,
    /// The second sentence; may be empty.
    pub rest: String,
}

impl fmt::Display for AdviceText {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { lead, rest } = self;
        let between = if rest.is_empty() { "" } else { " " };
        write!(to, "{lead}{between}{rest}")
    }
}

impl Advice {
    /// Returns advice without a number of workers, and the reason.
    pub(super) fn none(reason: &str) -> Self {
        let text = AdviceText { lead: format!("No advice: {reason}."), rest: String::new() };
        Self { text, ..Self::default() }
    }
}

impl Evidence<'_> {
    /// Advises this many workers in this order; their makespan is predicted unless measured.
    pub(super) fn advise(&self, workers: u32, order: Order, predicted_s: Option<f64>) -> Advice {
        let measured_s = self.measured_s(workers, order);
        Advice {
            workers: Some(workers),
            strategy: Some(self.scenario.strategy),
            order: Some(order),
            total_s: measured_s.or(predicted_s),
            is_measured: measured_s.is_some(),
            ..Advice::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::RunReport;
    use crate::report::advice::fixtures::{crash_tests, waits};

    #[test]
    fn advice_as_json_has_exactly_these_keys() {
        let json = |report: &RunReport| serde_json::to_string(&Advice::for_run(report)).unwrap();
        assert_eq!(
            json(&crash_tests(Strategy::Threads, 3)),
            "{\"workers\":3,\"order\":\"longest\",\"limited_by\":\"longest-case\",\"sentence\":\
             \"3 workers, longest first: 15.43 s. A fourth saves nothing: front__50__400 alone \
             takes 15.43 s.\"}"
        );
        assert_eq!(
            json(&waits(&[])),
            "{\"workers\":null,\"order\":null,\"limited_by\":null,\"sentence\":\"No advice: there \
             are no cases.\"}"
        );
    }
}
