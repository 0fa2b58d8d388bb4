//! Tasks and their ends for tests.

use super::cluster_run::{ClusterRules, ClusterRun};
use super::cluster_task::{Observations, TaskEnd};
use crate::engine::cluster::slurm::time_stamps::StartStamp;
use crate::engine::cluster::submissions::{ArrayTask, JobArray};
use crate::run::{CaseOutcome, RunState};

pub(super) const SECOND_NS: u64 = 1_000_000_000;

pub(super) const RULES: ClusterRules = ClusterRules { workers: 2, retries: 1, stop_after: None };

/// Time of the submission in nanoseconds from 1970.
pub(super) const SUBMITTED_NS: u64 = 1_700_000_000 * SECOND_NS;

pub(super) fn at(seconds: u64) -> u64 {
    SUBMITTED_NS + seconds * SECOND_NS
}

pub(super) fn array(tasks: &[(u32, u32)]) -> JobArray {
    let task = |&(case, attempt): &(u32, u32)| ArrayTask { index: case, case, attempt };
    let tasks = tasks.iter().map(task).collect();
    JobArray { name: "a".into(), job: Some(17), submitted_ns: SUBMITTED_NS, tasks }
}

pub(super) fn run(rules: ClusterRules, cases: u32) -> ClusterRun {
    let mut run = ClusterRun::new(rules, None);
    run.add_array(&array(&(0..cases).map(|case| (case, 1)).collect::<Vec<_>>()));
    run
}

pub(super) fn start(number: usize, seconds: u64) -> (usize, StartStamp) {
    (number, StartStamp { at_ns: at(seconds), job: 17, host: "n1".into() })
}

pub(super) fn end(number: usize, seconds: u64, outcome: CaseOutcome) -> (usize, TaskEnd) {
    let (lacks_value_file, output_tail) = (false, None);
    let at_ns = at(seconds);
    (number, TaskEnd { at_ns, outcome, cpu_ns: None, lacks_value_file, output_tail })
}

pub(super) fn done(number: usize, seconds: u64) -> (usize, TaskEnd) {
    end(number, seconds, CaseOutcome::done(Some(1.0)))
}

pub(super) fn failed(number: usize, seconds: u64) -> (usize, TaskEnd) {
    end(number, seconds, CaseOutcome::Failed("bad".to_owned()))
}

pub(super) fn see(
    run: &mut ClusterRun,
    now: u64,
    starts: Vec<(usize, StartStamp)>,
    ends: Vec<(usize, TaskEnd)>,
) {
    run.absorb(at(now), Observations { starts, ends, ..Observations::default() });
}

pub(super) fn state(run: &mut ClusterRun, cases: usize) -> RunState {
    let mut state = RunState::new(cases);
    run.take_events().into_iter().for_each(|event| state.apply(event));
    state
}
