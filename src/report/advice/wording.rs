//! The advice in words.

use std::fmt;

use super::conclusion::{Conclusion, NextWorker, NoAdvice, OneWorkerReason};
use super::limiting_factor::LimitReason;
use crate::study::{Order, WORKER_RANGE};
use crate::text::{count, plural, precise_duration};

/// Longer case names are shortened.
const MAX_NAME_CHARS: usize = 40;

/// One or two sentences.
#[derive(Debug, Clone, PartialEq, Eq)]
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

impl From<&NoAdvice> for AdviceText {
    fn from(reason: &NoAdvice) -> Self {
        Self { lead: format!("No advice: {reason}."), rest: String::new() }
    }
}

impl From<&Conclusion> for AdviceText {
    fn from(conclusion: &Conclusion) -> Self {
        match conclusion {
            Conclusion::Fewest { choice, names_order, limit, next } => {
                let order = if *names_order { Some(choice.order) } else { None };
                Self {
                    lead: choice_text(choice.workers, order, choice.total_s),
                    rest: next_worker_text(choice.workers, next, limit.as_ref()),
                }
            }
            Conclusion::Licensed { choice, unlimited } => {
                let order = Some(choice.order).filter(|_| choice.workers > 1);
                let licences = licences_text(choice.workers);
                let unlimited = unlimited.map_or(String::new(), |point| {
                    let workers = count(point.workers, "worker");
                    format!(
                        "; {workers} with as many licences take {}",
                        precise_duration(point.total_s)
                    )
                });
                Self {
                    lead: choice_text(choice.workers, order, choice.total_s),
                    rest: format!("There {licences}{unlimited}."),
                }
            }
            Conclusion::OneWorker { reason: OneWorkerReason::NoWork, .. } => Self {
                lead: "1 worker: the cases take no time.".to_owned(),
                rest: "Only overhead is left, and more workers add to it.".to_owned(),
            },
            Conclusion::OneWorker {
                reason: OneWorkerReason::ShortCases { mean_s, pays_from_s },
                ..
            } => {
                let pays = pays_from_s.map_or(String::new(), |pays_from_s| {
                    let from = precise_duration(pays_from_s);
                    format!("; a second worker pays off from {from} per case")
                });
                Self {
                    lead: "1 worker: running in parallel does not pay off here.".to_owned(),
                    rest: format!("A case takes {} on average{pays}.", precise_duration(*mean_s)),
                }
            }
            Conclusion::AtMost { workers, limit } => Self {
                lead: format!(
                    "At most {} can help: {}.",
                    count(*workers, "worker"),
                    limit_text(limit)
                ),
                rest: "Run a sweep to measure how many are worth having.".to_owned(),
            },
        }
    }
}

/// Such as `3 workers, longest first: 15.43 s.`
fn choice_text(workers: u32, order: Option<Order>, total_s: Option<f64>) -> String {
    let workers = count(workers, "worker");
    let order = order.map_or(String::new(), |order| format!(", {}", order_text(order)));
    let total = total_s.map_or(String::new(), |s| format!(": {}", precise_duration(s)));
    format!("{workers}{order}{total}.")
}

fn next_worker_text(workers: u32, next: &NextWorker, limit: Option<&LimitReason>) -> String {
    let most = WORKER_RANGE.end();
    let ordinal = ordinal(workers + 1);
    let limit = limit.map(limit_text);
    match next {
        NextWorker::AtMaximum => format!("{most} is the maximum."),
        NextWorker::MaximumTakes(total_s) => {
            format!("The maximum of {most} takes {}.", precise_duration(*total_s))
        }
        NextWorker::NotMeasured => {
            let limit = limit.map_or(String::new(), |limit| format!("; {limit}"));
            format!("{ordinal} was not measured{limit}.")
        }
        NextWorker::Saves { saved, is_floor } => {
            let saves = match saved {
                Some((saved_s, share)) => {
                    format!("{} ({:.0} %)", precise_duration(*saved_s), 100.0 * share)
                }
                None => "nothing".to_owned(),
            };
            // At the floor the limit explains the whole makespan.
            let between = if *is_floor && saved.is_none() { ":" } else { ";" };
            let limit = limit.map_or(String::new(), |limit| format!("{between} {limit}"));
            format!("{ordinal} saves {saves}{limit}.")
        }
    }
}

/// The limit as a clause, without a full stop.
fn limit_text(limit: &LimitReason) -> String {
    match limit {
        LimitReason::LongestCase { name, length_s } => {
            format!("{} alone takes {}", shorten(name), precise_duration(*length_s))
        }
        LimitReason::EqualCases { length_s } => {
            format!("each case alone takes {}", precise_duration(*length_s))
        }
        LimitReason::GlobalLock => "under the global lock one case computes at a time".to_owned(),
        LimitReason::Contention => "cases that compute slow each other down here".to_owned(),
        LimitReason::Cpus(1) => "the cases compute, and there is 1 CPU".to_owned(),
        LimitReason::Cpus(cpus) => format!("the cases compute, and there are {cpus} CPUs"),
        LimitReason::Overhead => "starting and dispatching to it costs what it saves".to_owned(),
        LimitReason::Licences(licences) => format!("there {}", licences_text(*licences)),
    }
}

fn licences_text(licences: u32) -> String {
    let verb = plural(licences, "is", "are");
    format!("{verb} {}", count(licences, "licence"))
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
fn ordinal(number: u32) -> String {
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

fn shorten(name: &str) -> String {
    if name.chars().count() <= MAX_NAME_CHARS {
        return name.to_owned();
    }
    let start: String = name.chars().take(MAX_NAME_CHARS - 1).collect();
    format!("{start}…")
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
