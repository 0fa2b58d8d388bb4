//! Queries: waiting for a database, in two orders.

use crate::study::{Order, Plan, Setup, Strategy, WorkloadName};

use super::build::setup;
use super::two_orders;
use super::two_orders::{LOCK, PROCESSES, SERIES, THREADS, THREADS_LAST, VALUES};
use crate::experiment::findings::Claim;
use crate::experiment::judge::Judge;
use crate::experiment::step::RunStep;
use crate::text::list;

pub(in super::super) const EXPLANATION: &str = "\
Four database queries wait 1, 8, 1.5 and 2 s on two workers; then the same queries run with \
the long one last. Waiting profits from threads even under a global lock, which they release \
while they wait. Workers take queries as they become free; starting with the longest query \
saves the time that it costs at the end.";

const LONGEST_LAST: &str = "long one last, 2 threads, longest first";

pub(in super::super) fn steps(plan: &Plan) -> Vec<RunStep> {
    let longest = Setup { order: Some(Order::Longest), ..setup(Strategy::Threads, 2) };
    let mut steps = two_orders::steps(WorkloadName::Wait, plan);
    steps.push(two_orders::long_last(WorkloadName::Wait, plan).step(LONGEST_LAST, longest));
    steps
}

pub(in super::super) fn claims(judge: &Judge<'_>) -> Vec<Claim> {
    vec![
        judge.expected(
            "In series the total is the sum of the queries",
            SERIES,
            judge.waits_s(SERIES).map(|waits_s| waits_s.iter().sum()),
            "the queries sum to",
        ),
        judge.faster("Two threads reduce the total (12.5 s to 8 s)", THREADS, SERIES),
        judge.faster(
            "With the long query last, the total grows (8 s to 9.5 s)",
            THREADS,
            THREADS_LAST,
        ),
        judge.faster("Longest first balances the load and is faster", LONGEST_LAST, THREADS_LAST),
        judge.about_equal(
            "Threads under a global lock wait as well as threads without one",
            LOCK,
            THREADS,
            0.05,
        ),
        judge.faster("Processes are faster too, after their start-up", PROCESSES, SERIES),
        lanes_claim(judge),
        judge.values("The results are in the order of the queries", THREADS, &VALUES),
    ]
}

/// Tests which lane runs which query.
fn lanes_claim(judge: &Judge<'_>) -> Claim {
    let finding = judge.reports(THREADS).next().map(|report| {
        let lanes: Vec<u32> = report.state.records.iter().map(|record| record.lane).collect();
        let shown = lanes.iter().zip(0..).map(|(lane, query)| format!("query {query}: {lane}"));
        (Some(lanes == [0, 1, 0, 0]), format!("lanes of {}", list(shown)))
    });
    Claim::new("Worker 0 takes query 0, worker 1 query 1, and worker 0 the rest", finding)
}
