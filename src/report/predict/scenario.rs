//! What is predicted: a strategy and order, and the resulting makespan or error.

use serde::{Serialize, Serializer};

use crate::study::{FrozenPlan, LaneCount, MAX_CASE_LANES, Order, Strategy};

/// Strategy, batch size and order of a predicted run; the worker count is separate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scenario {
    /// The strategy.
    pub strategy: Strategy,
    /// Cases per batch; `None` for as many as workers.
    pub batch: Option<u32>,
    /// The dispatch order; longest and shortest go by the lengths that the prediction uses.
    pub order: Order,
}

impl Scenario {
    /// The scenario of a plan.
    pub fn of(plan: &FrozenPlan) -> Self {
        Self { strategy: plan.strategy, batch: plan.batch, order: plan.order }
    }

    /// The scenario that tells how many workers a plan needs: its own, or that of threads if its
    /// strategy fixes their number.
    pub fn of_worker_counts(plan: &FrozenPlan) -> Self {
        let strategy = match plan.strategy.lanes() {
            LaneCount::Workers => plan.strategy,
            LaneCount::One | LaneCount::PerCase => Strategy::Threads,
        };
        Self { strategy, ..Self::of(plan) }
    }
}

/// A predicted makespan; as JSON `caselanes.predict/1`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(tag = "schema", rename = "caselanes.predict/1")]
pub struct Prediction {
    #[serde(serialize_with = "name")]
    pub strategy: Strategy,
    pub workers: u32,
    #[serde(serialize_with = "name")]
    pub order: Order,
    /// Makespan in seconds, without overhead.
    pub total_s: f64,
    /// Time between two cases of a worker that the total includes, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub between_s: Option<f64>,
    /// Lower bound in seconds of any order and strategy with this many workers.
    pub lower_bound_s: f64,
}

fn name<T, S>(choice: &T, to: S) -> Result<S::Ok, S::Error>
where
    T: Copy + Into<&'static str>,
    S: Serializer,
{
    to.serialize_str((*choice).into())
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PredictError {
    #[error("row {row} has no time: {status}; predict from a run in which all cases are done")]
    NoTime {
        /// Row of the case, from 1.
        row: usize,
        status: &'static str,
    },
    /// Programs that computed at once, in a log that does not tell on how many CPUs.
    #[error(
        "the time each program takes alone is unknown: several ran at once, and the log does not \
         tell on how many CPUs; predict from the report of the run in JSON or HTML, or run a sweep"
    )]
    UnknownTimes,
    /// Programs that compute, more of them at once than there are CPUs; holds the number of CPUs.
    #[error(
        "the time each program takes alone is unknown: more programs ran at once than there are \
         CPUs, and slowed each other down; run at most {0} at once, or run a sweep"
    )]
    Stretched(u32),
    /// Cases that compute, in a log that does not tell on how many CPUs.
    #[error(
        "the cases compute, and the log does not tell on how many CPUs; predict 1 worker, or \
         predict from the report of the run in JSON or HTML"
    )]
    UnknownCpus,
    /// The virtual clock counts nanoseconds in 64 bits.
    #[error("the cases take more than 584 years in total, the limit of the virtual clock")]
    TooLong,
    /// The strategy all-at-once has a thread per case.
    #[error(
        "strategy all-at-once starts at most {MAX_CASE_LANES} cases, found {0}; use another \
         strategy, such as threads"
    )]
    TooManyAtOnce(usize),
}
