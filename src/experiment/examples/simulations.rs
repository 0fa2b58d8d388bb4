//! Simulations: computing, in the same two orders as the queries.

use crate::run::CaseRecord;
use crate::schedule::s_from_ns;
use crate::study::{Plan, WorkloadName};
use crate::text::ratio;

use super::two_orders;
use super::two_orders::{
    LOCK, LOCK_LAST, PROCESSES, PROCESSES_LAST, SERIES, SERIES_LAST, THREADS, THREADS_LAST, VALUES,
};
use crate::experiment::claim::Claim;
use crate::experiment::judge::{Judge, missing};
use crate::experiment::step::RunStep;
use crate::text::four_digit_duration;

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
    let claim = "Two processes use next to no CPU time (18 ms were published)";
    let Some(report) = judge.reports(PROCESSES).next() else { return missing(claim) };
    let cpu_ns: Option<u64> = report.state.records().iter().map(|record| record.cpu_ns).sum();
    let total_s = report.figures.total_parallel_s.filter(|&total_s| total_s > 0.0);
    let (Some(cpu_ns), Some(total_s)) = (cpu_ns, total_s) else { return missing(claim) };
    let cpu_s = s_from_ns(cpu_ns);
    let wall_ns: u64 = report.state.records().iter().map(CaseRecord::time_ns).sum();
    let evidence = format!(
        "including the workers, {} of CPU time in {}: {} cores busy; the cases took {}",
        four_digit_duration(cpu_s),
        four_digit_duration(total_s),
        ratio(cpu_s / total_s),
        four_digit_duration(s_from_ns(wall_ns)),
    );
    Claim { claim: claim.to_owned(), held: Some(cpu_s < 0.1 * total_s), evidence }
}
