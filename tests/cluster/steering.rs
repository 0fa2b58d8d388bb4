//! Runs on the cluster that are paused, resized or changed while in progress.
//!
//! Each is started in a process of its own, since the commands of Slurm find the cluster by a
//! variable of the environment.

use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use caselanes::engine::{RunFolder, RunHandle, RunOptions, start_on_cluster};
use caselanes::run::{RunState, Status};
use caselanes::study::{CaseTable, Cluster, CommandLine, Plan, Program, Study, WorkloadName};
use caselanes::workload::{Environment, freeze, workload_for};

use crate::slurm::{LIMIT, play, scenario};

/// The test that plays the scenarios.
const PLAYER: &str = "steering::the_scenario_of_the_environment_succeeds";

/// A run that a scenario steers.
struct SteeredRun {
    handle: RunHandle,
    state: RunState,
    deadline: Instant,
}

impl SteeredRun {
    /// Starts cases that sleep for these times in seconds.
    fn start(times: &[f64], workers: u32) -> Self {
        let mut cases = CaseTable::default();
        for time in times {
            cases.push("", *time, 1.0, &[]);
        }
        let command = CommandLine::parse(&["sh", "-c", "sleep {x}; echo {x}"]).unwrap();
        let program = Program { cluster: Some(Cluster::default()), ..Program::new(command) };
        let study = Study {
            cases,
            workload: WorkloadName::Command,
            program: Some(Arc::new(program)),
            plan: Plan { workers: Some(workers), ..Plan::default() },
            recipe: None,
        };
        Self::begin(RunFolder::create(Path::new("run")).unwrap(), &study)
    }

    /// Follows the run in the folder after nobody did.
    fn follow_again() -> Self {
        let deadline = Instant::now() + LIMIT;
        loop {
            match RunFolder::open(Path::new("run")) {
                Ok((folder, study)) => return Self::begin(folder, &study),
                Err(error) => assert!(Instant::now() < deadline, "{error}"),
            }
            thread::sleep(Duration::from_millis(50));
        }
    }

    fn begin(mut folder: RunFolder, study: &Study) -> Self {
        let environment = Environment { logical_cpus: 2, seed: 1, last_s: None };
        let workload = workload_for(study);
        let cases = study.cases.clone();
        let frozen = freeze(cases, study.workload, workload.as_ref(), &study.plan, environment);
        let frozen = Arc::new(frozen.unwrap().0);
        let state = RunState::new(frozen.cases.len());
        let start = folder.begin(study, &frozen).unwrap();
        let options = RunOptions { folder: Some(folder), ..RunOptions::default() };
        let (handle, _) = start_on_cluster(frozen, options, start.continued, || ()).unwrap();
        Self { handle, state, deadline: Instant::now() + LIMIT }
    }

    /// Follows the run until a condition holds.
    fn until(&mut self, what: &str, holds: impl Fn(&RunState) -> bool) {
        while !holds(&self.state) {
            assert!(Instant::now() < self.deadline, "{what}: {:?}", self.statuses());
            let bundle = self.handle.next_within(Duration::from_millis(50));
            let Some(bundle) = bundle else { panic!("the run ended before: {what}") };
            bundle.into_iter().for_each(|event| self.state.apply(event));
        }
    }

    /// Follows the run for a time.
    fn wait(&mut self, seconds: f64) {
        let end = Instant::now() + Duration::from_secs_f64(seconds);
        while Instant::now() < end {
            let bundle = self.handle.next_within(Duration::from_millis(50)).unwrap();
            bundle.into_iter().for_each(|event| self.state.apply(event));
        }
    }

    fn until_ended(&mut self) {
        self.until("the run ends", |state| state.has_ended);
    }

    fn statuses(&self) -> Vec<Status> {
        self.state.records.iter().map(|record| record.status).collect()
    }

    fn started(&self) -> usize {
        started(&self.state)
    }

    /// Most cases that ran at the same moment, of those that started at this time or later.
    fn most_at_once(&self, from_ns: u64) -> usize {
        let records = || self.state.records.iter().filter(|record| record.has_started());
        let at = |ns: u64| records().filter(|it| it.start_ns <= ns && ns < it.end_ns).count();
        let starts = records().map(|record| record.start_ns).filter(|&start| start >= from_ns);
        starts.map(at).max().unwrap_or(0)
    }
}

fn started(state: &RunState) -> usize {
    state.records.iter().filter(|record| record.has_started()).count()
}

#[test]
fn a_paused_run_starts_no_case_and_continues_after_the_pause() {
    play(PLAYER, "pause");
}

#[test]
fn a_paused_run_that_nobody_follows_continues_when_it_is_resumed() {
    play(PLAYER, "pause left");
}

#[test]
fn more_and_fewer_workers_take_effect_while_the_run_is_in_progress() {
    play(PLAYER, "workers");
}

#[test]
fn single_cases_are_cancelled_while_waiting_and_while_running_and_run_again() {
    play(PLAYER, "cases");
}

#[test]
#[ignore = "needs a cluster, which the other tests start"]
fn the_scenario_of_the_environment_succeeds() {
    match scenario().as_str() {
        "pause" => pause(),
        "pause left" => pause_left(),
        "workers" => workers(),
        "cases" => single_cases(),
        other => panic!("no scenario {other}"),
    }
}

fn pause() {
    let mut run = SteeredRun::start(&[2.0; 6], 2);
    run.until("two cases run", |state| started(state) == 2);
    run.handle.pause();
    run.until("it is paused", |state| state.is_paused);
    run.wait(5.0);
    assert_eq!(run.started(), 2, "{:?}", run.statuses());
    run.handle.resume();
    run.until_ended();
    assert_eq!(run.statuses(), [Status::Done; 6]);
    assert!(run.most_at_once(0) <= 2);
}

fn pause_left() {
    let mut run = SteeredRun::start(&[2.0; 6], 2);
    run.until("two cases run", |state| started(state) == 2);
    run.handle.pause();
    run.until("it is paused", |state| state.is_paused);
    run.wait(1.0);
    drop(run);
    let mut again = SteeredRun::follow_again();
    again.until_ended();
    assert_eq!(again.statuses(), [Status::Done; 6]);
    assert!(!again.state.is_paused);
}

fn workers() {
    let mut run = SteeredRun::start(&[2.0; 12], 1);
    run.until("a case runs", |state| started(state) == 1);
    run.handle.resize(4);
    run.until("four run", |state| {
        state.records.iter().filter(|record| record.status == Status::Running).count() == 4
    });
    run.handle.resize(1);
    run.until("fewer are wanted", |state| state.target_workers == Some(1));
    run.until("the four have ended", |state| state.ended_count >= 4);
    // Those that Slurm started before it heard of the new limit are over as well.
    let now_ns = run.handle.now_ns() + 3_000_000_000;
    run.until_ended();
    assert_eq!(run.statuses(), [Status::Done; 12]);
    assert!(run.most_at_once(0) <= 4);
    assert_eq!(run.most_at_once(now_ns), 1);
}

fn single_cases() {
    let mut run = SteeredRun::start(&[60.0, 2.0, 60.0, 8.0], 2);
    run.until("two cases run", |state| started(state) == 2);
    run.handle.cancel_case(0);
    run.handle.cancel_case(2);
    run.until("the one that waited is cancelled", |state| {
        state.records[2].status == Status::Cancelled
    });
    assert_eq!(run.state.records[2].attempts, 0);
    run.until("the one that ran is cancelled", |state| {
        state.records[0].status == Status::Cancelled
    });
    run.until("the second is done", |state| state.records[1].status == Status::Done);
    run.handle.requeue_case(1);
    run.until_ended();
    let expected = [Status::Cancelled, Status::Done, Status::Cancelled, Status::Done];
    assert_eq!(run.statuses(), expected);
    assert_eq!(run.state.records[1].attempts, 2);
}
