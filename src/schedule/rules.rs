//! Rules a scheduler follows.

use super::time::ns_from_s;
use crate::study::{Dispatch, FrozenPlan};

const DEFAULT_RETRY_PAUSE_NS: u64 = 1_000_000_000;

/// Rules a scheduler follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Initial number of lanes.
    pub lanes: u32,
    /// Order in which lanes receive cases.
    pub dispatch: Dispatch,
    /// Cases per batch; used by `Dispatch::Batches` only.
    pub batch: u32,
    /// Maximum number of running cases, however many lanes there are.
    pub limit: Option<u32>,
    /// Maximum retries of a failed case.
    pub retries: u32,
    /// Pause before the first retry, in nanoseconds. It doubles with every
    /// further retry of the same case, up to a minute.
    pub retry_pause_ns: u64,
    /// Number of failed cases after which no more case starts.
    pub stop_after: Option<u32>,
    /// Least time between two starts, retries included, in nanoseconds.
    pub start_every_ns: Option<u64>,
}

impl Rules {
    /// Dispatches to the next free lane, without limits or retries.
    pub fn with_lanes(lanes: u32) -> Self {
        Self {
            lanes,
            dispatch: Dispatch::NextFree,
            batch: lanes,
            limit: None,
            retries: 0,
            retry_pause_ns: DEFAULT_RETRY_PAUSE_NS,
            stop_after: None,
            start_every_ns: None,
        }
    }

    /// Returns the rules of a plan.
    pub fn of(plan: &FrozenPlan) -> Self {
        Self {
            dispatch: plan.strategy.dispatch(),
            batch: plan.batch.unwrap_or(plan.workers),
            limit: plan.limits.licences,
            retries: plan.limits.retries,
            stop_after: plan.limits.stop_after,
            start_every_ns: plan.limits.start_every_s.map(ns_from_s),
            ..Self::with_lanes(plan.workers)
        }
    }

    /// Returns the rules for running cases again one after another, each of which has to succeed.
    #[must_use]
    pub fn in_series(self) -> Self {
        Self { lanes: 1, dispatch: Dispatch::NextFree, batch: 1, stop_after: Some(1), ..self }
    }
}
