//! Runs that are paused, resized or changed while in progress.

#![expect(clippy::unwrap_used, reason = "a test fails on an unexpected error")]

#[path = "timing/exclusive.rs"]
mod exclusive;

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use caselanes::engine::{self, RunHandle, RunOptions, WorkerProgram};
use caselanes::report::Account;
use caselanes::run::{CaseRecord, RunState, Status};
use caselanes::study::{CaseTable, ClockChoice, FrozenStudy, Plan, Strategy, WorkloadName};
use caselanes::workload::{Environment, find, freeze};

use exclusive::exclusive;

/// A finished run that was steered by the test.
struct SteeredRun {
    state: RunState,
    lanes: u32,
}

impl SteeredRun {
    /// Runs `cases` waits of `each_s` seconds; calls `steer` after every bundle of events.
    fn new(
        (cases, each_s): (usize, f64),
        (strategy, workers): (Strategy, u32),
        mut steer: impl FnMut(&RunHandle, &RunState),
    ) -> Self {
        let mut table = CaseTable::default();
        for _ in 0..cases {
            table.push("", each_s, 1.0, &[]);
        }
        let plan = Plan { strategy, workers: Some(workers), ..Plan::default() };
        let environment = Environment { logical_cpus: 2, seed: 10, last_s: None };
        let workload = find(WorkloadName::Wait);
        let frozen = freeze(table, WorkloadName::Wait, workload.as_ref(), &plan, environment);
        let frozen: Arc<FrozenStudy> = Arc::new(frozen.unwrap().0);
        let program = WorkerProgram::At(env!("CARGO_BIN_EXE_caselanes").into());
        let run_options = RunOptions { worker_program: program, ..RunOptions::default() };
        let handle = engine::start(frozen, workload, run_options, || ()).unwrap();
        let mut state = RunState::new(cases);
        while let Some(bundle) = handle.next_within(Duration::from_millis(2)) {
            bundle.into_iter().for_each(|event| state.apply(event));
            steer(&handle, &state);
        }
        assert!(state.has_ended);
        Self { state, lanes: workers }
    }

    /// Returns the maximum number of cases running at `from_ns` or later.
    fn max_running(&self, from_ns: u64) -> usize {
        let later = |record: &&CaseRecord| record.start_ns >= from_ns;
        let starts = self.state.records.iter().filter(later).map(|record| record.start_ns);
        let running_at = |at_ns: u64| {
            let is_running = |r: &&CaseRecord| r.start_ns <= at_ns && at_ns < r.end_ns;
            self.state.records.iter().filter(is_running).count()
        };
        starts.map(running_at).max().unwrap_or(0)
    }

    /// Checks that every lane-second is accounted for.
    fn check_account(&self) {
        let account = Account::of(&self.state, self.lanes, ClockChoice::Real);
        let left_over = account.remainder_s(&self.state).unwrap();
        assert!(left_over.abs() < 1e-3, "{left_over} s unaccounted for: {account:?}");
    }
}

#[test]
fn more_workers_start_at_once_and_every_lane_second_is_accounted_for() {
    let _guard = exclusive();
    for strategy in [Strategy::Threads, Strategy::Processes, Strategy::Shares] {
        let mut has_steered = false;
        let run = SteeredRun::new((30, 0.1), (strategy, 2), |handle, state| {
            if !has_steered && state.ended_count >= 4 {
                has_steered = true;
                handle.resize(5);
            }
        });
        assert!(run.state.all_done());
        assert_eq!((run.state.target_workers, run.state.added_workers_ns.len()), (Some(5), 3));
        for &(from_ns, at_ns) in &run.state.added_workers_ns {
            assert!(at_ns - from_ns < 500_000_000, "{strategy:?}: {} ns", at_ns - from_ns);
        }
        assert_eq!(run.max_running(0), 5, "{strategy:?}");
        run.check_account();
    }
}

#[test]
fn surplus_workers_finish_their_case_first() {
    let _guard = exclusive();
    for strategy in [Strategy::Threads, Strategy::Processes] {
        let mut resized_at_ns = None;
        let run = SteeredRun::new((24, 0.05), (strategy, 6), |handle, state| {
            if resized_at_ns.is_none() && state.ended_count >= 6 {
                resized_at_ns = Some(handle.now_ns());
                handle.resize(2);
            }
        });
        assert!(run.state.all_done());
        assert_eq!(run.state.retired_ns.len(), 4);
        // The cases running at that time have ended by now.
        let from_ns = resized_at_ns.unwrap() + 60_000_000;
        assert!(run.max_running(from_ns) <= 2, "{strategy:?}");
        run.check_account();
    }
}

#[test]
fn the_number_of_workers_may_change_many_times() {
    let mut step = 0;
    let run = SteeredRun::new((120, 0.01), (Strategy::Threads, 3), |handle, state| {
        if state.ended_count >= step * 8 {
            handle.resize([1, 7, 2, 16, 3][(step % 5) as usize]);
            step += 1;
        }
    });
    assert!(run.state.all_done());
    run.check_account();
}

#[test]
fn no_case_starts_during_a_pause_and_its_time_counts_as_held() {
    let _guard = exclusive();
    let mut paused = false;
    let run = SteeredRun::new((12, 0.03), (Strategy::Threads, 2), |handle, state| {
        if !paused && state.ended_count >= 4 {
            paused = true;
            handle.pause();
            thread::sleep(Duration::from_millis(300));
            handle.resume();
        }
    });
    assert!(run.state.all_done() && !run.state.is_paused);
    let account = Account::of(&run.state, 2, ClockChoice::Real);
    assert!(account.held.unwrap() > 0.3, "{account:?}");
    run.check_account();
}

#[test]
fn a_strategy_with_fixed_lanes_cannot_be_resized() {
    let run = SteeredRun::new((4, 0.02), (Strategy::Series, 1), |handle, _| handle.resize(4));
    assert_eq!((run.state.target_workers, run.max_running(0)), (None, 1));
}

#[test]
fn a_single_case_is_cancelled_and_the_others_continue() {
    let _guard = exclusive();
    for strategy in [Strategy::Threads, Strategy::Processes, Strategy::Shares, Strategy::GlobalLock]
    {
        let mut has_steered = false;
        let run = SteeredRun::new((7, 0.8), (strategy, 2), |handle, state| {
            if !has_steered && state.records[0].status == Status::Running {
                has_steered = true;
                thread::sleep(Duration::from_millis(20));
                // A running case, one that has not started, and one that does not exist.
                [0, 6, 99].into_iter().for_each(|case| handle.cancel_case(case));
            }
        });
        let status: Vec<_> = run.state.records.iter().map(|record| record.status).collect();
        let (done, cancelled) = (Status::Done, Status::Cancelled);
        assert_eq!(status, [cancelled, done, done, done, done, done, cancelled], "{strategy:?}");
        let [first, .., last] = run.state.records.as_slice() else { panic!("seven cases") };
        assert!(first.time_ns() < 790_000_000, "{strategy:?}: {first:?}");
        assert!(!last.has_started());
        assert_eq!((run.state.done_count, run.state.ended_count), (5, 7));
        run.check_account();
    }
}

#[test]
fn a_single_case_is_run_again() {
    let _guard = exclusive();
    for strategy in [Strategy::Threads, Strategy::Processes, Strategy::Batches] {
        let mut step = 0;
        let run = SteeredRun::new((6, 0.1), (strategy, 2), |handle, state| {
            if step == 0 && state.records[0].status == Status::Running {
                step = 1;
                handle.cancel_case(5);
                handle.requeue_case(0);
            }
            if step == 1 && state.records[0].status == Status::Done {
                step = 2;
                [0, 0, 5, 99].into_iter().for_each(|case| handle.requeue_case(case));
            }
        });
        assert!(run.state.all_done(), "{strategy:?}");
        let [first, .., last] = run.state.records.as_slice() else { panic!("six cases") };
        assert_eq!((first.attempts, last.attempts), (2, 1), "{strategy:?}");
        assert_eq!(run.state.attempts(0).len(), 2);
        assert_eq!((run.state.done_count, run.state.ended_count), (6, 6));
        let lost = Account::of(&run.state, 2, ClockChoice::Real).lost.unwrap();
        assert!((0.1..0.2).contains(&lost), "the first attempt is lost: {lost}");
        run.check_account();
    }
}
