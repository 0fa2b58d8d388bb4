//! The four cases shared by queries and simulations, in two orders, each run in series,
//! by two threads with and without a global lock, and by two processes.

use crate::study::{CaseTable, Plan, Strategy, WorkloadName};

use super::build::{Common, alone, setup, table};
use crate::experiment::step::RunStep;

pub(super) const SERIES: &str = "in series";
pub(super) const THREADS: &str = "2 threads";
pub(super) const LOCK: &str = "2 threads, global lock";
pub(super) const PROCESSES: &str = "2 processes";
pub(super) const SERIES_LAST: &str = "long one last, in series";
pub(super) const THREADS_LAST: &str = "long one last, 2 threads";
pub(super) const LOCK_LAST: &str = "long one last, 2 threads, global lock";
pub(super) const PROCESSES_LAST: &str = "long one last, 2 processes";

pub(super) const VALUES: [f64; 4] = [1.0, 64.0, 2.25, 4.0];

/// Returns the cases in the first order.
pub(super) fn first(workload: WorkloadName, plan: &Plan) -> Common<'_> {
    Common::new(cases([1.0, 8.0, 1.5, 2.0]), workload, plan)
}

/// Returns the cases with the long one last.
pub(super) fn long_last(workload: WorkloadName, plan: &Plan) -> Common<'_> {
    Common::new(cases([1.0, 1.5, 2.0, 8.0]), workload, plan)
}

fn cases(xs: [f64; 4]) -> CaseTable {
    let names = ["query 0", "query 1", "query 2", "query 3"];
    table(names.into_iter().zip(xs).map(|(name, x)| (name, x, 0.0)))
}

/// Returns both orders, each run in four ways.
pub(super) fn steps(workload: WorkloadName, plan: &Plan) -> Vec<RunStep> {
    let orders = [
        (first(workload, plan), [SERIES, THREADS, LOCK, PROCESSES]),
        (long_last(workload, plan), [SERIES_LAST, THREADS_LAST, LOCK_LAST, PROCESSES_LAST]),
    ];
    let ways = [
        alone(Strategy::Series),
        setup(Strategy::Threads, 2),
        setup(Strategy::GlobalLock, 2),
        setup(Strategy::Processes, 2),
    ];
    let by_all_ways = |(common, labels): &(Common<'_>, [&str; 4])| {
        labels.iter().zip(ways).map(|(label, way)| common.step(*label, way)).collect::<Vec<_>>()
    };
    orders.iter().flat_map(by_all_ways).collect()
}
