//! Simulations: computing, in the same two orders as the queries.

use crate::run::CaseRecord;
use crate::schedule::s_from_ns;
use crate::study::{Plan, WorkloadName};
use crate::text::{four_digit_duration, ratio};

use super::two_orders;
use super::two_orders::{
    LOCK, LOCK_LAST, PROCESSES, PROCESSES_LAST, SERIES, SERIES_LAST, THREADS, THREADS_LAST, VALUES,
};
use crate::experiment::findings::Claim;
use crate::experiment::judge::Judge;
use crate::experiment::step::RunStep;

pub(in super::super) const EXPLANATION: &str = "\
The same four cases as in the queries, but they compute: they count down from x · 10⁷. Under a \
global lock only one thread computes at a time, so two threads gain nothing; two processes are \
faster, within the limits of the cores, and so are two threads without a lock. Each way runs \
14 times, interleaved, because computing is noisier than waiting.";

/// Takes a few seconds in total; with 7, noise left too many claims inconclusive.
const REPEATS: usize = 14;

pub(in super::super) fn steps(plan: &Plan) -> Vec<RunStep> {
    vec![two_orders::steps(WorkloadName::Crunch, plan); REPEATS].concat()
}

pub(in super::super) fn claims(judge: &Judge<'_>) -> Vec<Claim> {
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
        let cpu_s = s_from_ns(records.iter().map(|record| record.cpu_ns).sum::<Option<u64>>()?);
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
