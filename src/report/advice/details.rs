//! What is worth adding to the advice.

use std::fmt;

use super::conclusion::{Conclusion, NEGLIGIBLE_ORDER};
use super::evidence::Evidence;
use super::limiting_factor::LimitedBy;
use super::overhead::Overhead;
use super::wording::order_text;
use crate::report::predict::Scenario;
use crate::report::run_report::WAITING_CPU_SHARE;
use crate::study::{Order, Strategy};
use crate::text::{count, precise_duration};

/// Cases whose CPU time is more than this share of their time compute.
const COMPUTING_CPU_SHARE: f64 = 0.9;

/// A detail of the advice; times in seconds.
pub(super) enum Detail {
    /// CPU time divided by CPU plus waited time.
    CpuShare(f64),
    Overhead(Overhead),
    /// Source of a predicted makespan: the intended times, else the times of the run.
    Source {
        is_intended: bool,
    },
    /// What the advised order saves over the run's own with the same workers.
    OrderSaves {
        order: Order,
        own_order: Order,
        workers: u32,
        own_s: f64,
        saved_s: f64,
    },
    /// What the plan of the run takes, and how much more that is.
    PlanTakes {
        strategy: Strategy,
        workers: u32,
        order: Order,
        own_s: f64,
        saved_s: f64,
    },
}

impl Evidence<'_> {
    pub(super) fn details(&self, conclusion: &Conclusion) -> Vec<Detail> {
        let mut details = Vec::new();
        details.extend(self.report.cpu_share().map(Detail::CpuShare));
        let Some(choice) = conclusion.choice() else { return details };
        let Some(total_s) = choice.total_s else { return details };
        if conclusion.limited_by() == Some(LimitedBy::Overhead) {
            details.extend(Overhead::of(self.report).map(Detail::Overhead));
            return details;
        }
        if !choice.is_measured {
            let is_intended = self.report.frozen.lengths.seconds().is_some();
            details.push(Detail::Source { is_intended });
        }
        let (workers, order, own_order) = (choice.workers, choice.order, self.scenario.order);
        if let Some(own_s) = self.predicted_s(workers, own_order)
            && order != own_order
            && own_s - total_s > NEGLIGIBLE_ORDER * total_s
        {
            let saved_s = own_s - total_s;
            details.push(Detail::OrderSaves { order, own_order, workers, own_s, saved_s });
        }
        details.extend(self.plan_takes(workers, order, total_s));
        details
    }

    fn plan_takes(&self, workers: u32, order: Order, total_s: f64) -> Option<Detail> {
        let plan = &self.report.frozen.plan;
        let is_same = plan.workers == workers
            && plan.order == order
            && plan.strategy == self.scenario.strategy;
        if !self.measured.is_empty() || is_same {
            return None;
        }
        let own_s = self.predictor.predict(Scenario::of(plan), plan.workers).ok()?.total_s;
        let saved_s = own_s - total_s;
        (saved_s > NEGLIGIBLE_ORDER * total_s).then_some(Detail::PlanTakes {
            strategy: plan.strategy,
            workers: plan.workers,
            order: plan.order,
            own_s,
            saved_s,
        })
    }
}

impl fmt::Display for Detail {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::CpuShare(share) => {
                let kind = match share {
                    share if share < WAITING_CPU_SHARE => "wait",
                    share if share > COMPUTING_CPU_SHARE => "compute",
                    _ => "both wait and compute",
                };
                let percent = match 100.0 * share {
                    percent if percent < 1.0 => "less than 1 %".to_owned(),
                    percent => format!("{percent:.0} %"),
                };
                write!(to, "The cases {kind}: {percent} of their time is CPU time.")
            }
            Self::Overhead(Overhead { startup_s, dispatch_s }) => {
                let (startup, dispatch) =
                    (precise_duration(startup_s), precise_duration(dispatch_s));
                write!(to, "Overhead of this run: {startup} to start, {dispatch} per case.")
            }
            Self::Source { is_intended } => {
                let source = if is_intended {
                    "the intended times of the cases"
                } else {
                    "the CPU and waiting times of this run"
                };
                write!(to, "The total is predicted from {source}, without overhead.")
            }
            Self::OrderSaves { order, own_order, workers, own_s, saved_s } => {
                let (order, own_order) = (order_text(order), order_text(own_order));
                let (own, saved) = (precise_duration(own_s), precise_duration(saved_s));
                let (workers, take) =
                    (count(workers, "worker"), if workers == 1 { "takes" } else { "take" });
                write!(
                    to,
                    "Dispatching {order} saves {saved}: {own_order}, {workers} {take} {own}."
                )
            }
            Self::PlanTakes { strategy, workers, order, own_s, saved_s } => {
                let strategy: &str = strategy.into();
                let (workers, order) = (count(workers, "worker"), order_text(order));
                let (own, more) = (precise_duration(own_s), precise_duration(saved_s));
                write!(
                    to,
                    "The plan of this run, {strategy} with {workers}, {order}, takes {own}: {more} \
                     more."
                )
            }
        }
    }
}
