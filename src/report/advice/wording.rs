//! Phrases of the advice.

use super::evidence::Evidence;
use super::recommendation::Advice;
use crate::study::{Order, Strategy};
use crate::text::{capitalized, count, precise_duration};

/// Such as `3 workers, longest first: 15.43 s.`
pub(super) fn choice_text(workers: u32, order: Option<Order>, total_s: Option<f64>) -> String {
    let workers = count(workers, "worker");
    let order = order.map_or(String::new(), |order| format!(", {}", order_text(order)));
    let total = total_s.map_or(String::new(), |s| format!(": {}", precise_duration(s)));
    format!("{workers}{order}{total}.")
}

/// Such as `With threads instead of series`, to begin a sentence.
pub(super) fn instead_text(strategy: Strategy, own: Strategy) -> String {
    format!("With {} instead of {}", <&str>::from(strategy), <&str>::from(own))
}

/// The order as a phrase: `longest first`.
pub(super) fn order_text(order: Order) -> &'static str {
    match order {
        Order::Listed => "as listed",
        Order::Longest => "longest first",
        Order::Shortest => "shortest first",
        Order::Shuffled => "shuffled",
    }
}

/// `A fourth`, `An eighth`, `An 11th`, to begin a sentence.
pub(super) fn ordinal(number: u32) -> String {
    const WORDS: [&str; 10] = [
        "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
        "tenth",
    ];
    let article = if matches!(number, 8 | 11 | 18 | 80..=89) { "An" } else { "A" };
    if let Some(word) = number.checked_sub(1).and_then(|at| WORDS.get(at as usize)) {
        return format!("{article} {word}");
    }
    let ending = match (number % 100, number % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{article} {number}{ending}")
}

impl Evidence<'_> {
    pub(super) fn choice_text(&self, advice: &Advice, names_order: bool) -> String {
        let workers = advice.workers.unwrap_or(1);
        let order = advice.order.filter(|_| names_order);
        self.lead(workers, &choice_text(workers, order, advice.total_s))
    }

    /// Begins a sentence about this many workers, with their strategy if the run has another. A
    /// single worker does the same with any.
    pub(super) fn lead(&self, workers: u32, text: &str) -> String {
        let (strategy, own) = (self.scenario.strategy, self.report.frozen.plan.strategy);
        if workers > 1 && strategy != own {
            format!("{}, {text}", instead_text(strategy, own))
        } else {
            capitalized(text)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinals_have_the_right_article_and_ending() {
        for (number, text) in [
            (2, "A second"),
            (8, "An eighth"),
            (11, "An 11th"),
            (12, "A 12th"),
            (18, "An 18th"),
            (21, "A 21st"),
            (80, "An 80th"),
            (103, "A 103rd"),
            (112, "A 112th"),
        ] {
            assert_eq!(ordinal(number), text);
        }
    }
}
