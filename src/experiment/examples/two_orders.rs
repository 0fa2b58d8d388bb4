//! Queries and simulations: four cases that wait or compute, in two orders, each run in
//! series, by two threads with and without a global lock, and by two processes.

use super::build::{Common, alone, setup, table};
use crate::experiment::judge::Judge;
use crate::experiment::{Claim, RunStep};
use crate::run::CaseRecord;
use crate::schedule::s_from_ns;
use crate::study::{CaseTable, Order, Plan, Setup, Strategy, WorkloadName};
use crate::text::{four_digit_duration, list, ratio};

const SERIES: &str = "in series";
const THREADS: &str = "2 threads";
const LOCK: &str = "2 threads, global lock";
const PROCESSES: &str = "2 processes";
const SERIES_LAST: &str = "long one last, in series";
const THREADS_LAST: &str = "long one last, 2 threads";
const LOCK_LAST: &str = "long one last, 2 threads, global lock";
const PROCESSES_LAST: &str = "long one last, 2 processes";

const VALUES: [f64; 4] = [1.0, 64.0, 2.25, 4.0];

/// Returns the cases in the first order.
fn first(workload: WorkloadName, plan: &Plan) -> Common<'_> {
    Common::new(cases([1.0, 8.0, 1.5, 2.0]), workload, plan)
}

/// Returns the cases with the long one last.
fn long_last(workload: WorkloadName, plan: &Plan) -> Common<'_> {
    Common::new(cases([1.0, 1.5, 2.0, 8.0]), workload, plan)
}

fn cases(xs: [f64; 4]) -> CaseTable {
    let names = ["query 0", "query 1", "query 2", "query 3"];
    table(names.into_iter().zip(xs).map(|(name, x)| (name, x, 0.0)))
}

/// Returns both orders, each run in four ways.
fn both_orders(workload: WorkloadName, plan: &Plan) -> Vec<RunStep> {
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

pub(in super::super) const QUERIES: &str = "\
Four database queries wait 1, 8, 1.5 and 2 s on two workers; then the same queries run with \
the long one last. Waiting profits from threads even under a global lock, which they release \
while they wait. Workers take queries as they become free; starting with the longest query \
saves the time that it costs at the end.";

const LONGEST_LAST: &str = "long one last, 2 threads, longest first";

pub(in super::super) fn query_steps(plan: &Plan) -> Vec<RunStep> {
    let longest = Setup { order: Some(Order::Longest), ..setup(Strategy::Threads, 2) };
    let mut steps = both_orders(WorkloadName::Wait, plan);
    steps.push(long_last(WorkloadName::Wait, plan).step(LONGEST_LAST, longest));
    steps
}

pub(in super::super) fn query_claims(judge: &Judge<'_>) -> Vec<Claim> {
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

pub(in super::super) const SIMULATIONS: &str = "\
The same four cases as in the queries, but they compute: they count down from x · 10⁷. Under a \
global lock only one thread computes at a time, so two threads gain nothing; two processes are \
faster, within the limits of the cores, and so are two threads without a lock. Each way runs \
14 times, interleaved, because computing is noisier than waiting.";

/// Takes a few seconds in total; with 7, noise left too many claims inconclusive.
const REPEATS: usize = 14;

pub(in super::super) fn simulation_steps(plan: &Plan) -> Vec<RunStep> {
    vec![both_orders(WorkloadName::Crunch, plan); REPEATS].concat()
}

pub(in super::super) fn simulation_claims(judge: &Judge<'_>) -> Vec<Claim> {
    vec![
        judge.about_equal("Under a global lock two threads gain nothing", LOCK, SERIES, 0.10),
        judge.faster("Two processes are faster than one after another", PROCESSES, SERIES),
        judge.faster(
            "Two processes are faster with the long case last, too",
            PROCESSES_LAST,
            SERIES_LAST,
        ),
        judge.faster("Without the lock, two threads are faster", THREADS, LOCK),
        judge.faster(
            "Without the lock, two threads are faster with the long case last, too",
            THREADS_LAST,
            LOCK_LAST,
        ),
        judge.faster("Running the long case last costs time", PROCESSES, PROCESSES_LAST),
        cpu_claim(judge),
        judge.values("Threads compute the same results", THREADS, &VALUES),
        judge.values("Processes compute the same results", PROCESSES, &VALUES),
    ]
}

/// The published CPU time of two processes, 18 ms, covers the parent only.
fn cpu_claim(judge: &Judge<'_>) -> Claim {
    let finding = || {
        let report = judge.reports(PROCESSES).next()?;
        let records = &report.state.records;
        let Some(cpu_ns) = records.iter().map(|record| record.cpu_ns).sum::<Option<u64>>() else {
            return Some((None, "the system does not report such short CPU times".to_owned()));
        };
        let cpu_s = s_from_ns(cpu_ns);
        let total_s = report.figures.total_parallel_s.filter(|&total_s| total_s > 0.0)?;
        let evidence = format!(
            "including the workers, {} of CPU time in {}: {} cores busy; the cases took {}",
            four_digit_duration(cpu_s),
            four_digit_duration(total_s),
            ratio(cpu_s / total_s),
            four_digit_duration(s_from_ns(records.iter().map(CaseRecord::time_ns).sum())),
        );
        Some((Some(cpu_s < 0.1 * total_s), evidence))
    };
    Claim::new("Two processes use next to no CPU time (18 ms were published)", finding())
}
