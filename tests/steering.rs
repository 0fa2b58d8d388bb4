//! Real runs that are steered while they go on: paused, on more workers, on fewer.

#![expect(clippy::unwrap_used, reason = "a test ends where something goes wrong")]

#[path = "timing/alone.rs"]
mod alone;

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use caselanes::engine::{self, RunHandle, RunOptions, WorkerProgram};
use caselanes::report::Account;
use caselanes::run::{CaseRecord, RunState, Status};
use caselanes::study::{CaseTable, ClockChoice, FrozenStudy, Plan, Strategy, WorkloadName};
use caselanes::workload::{Environment, find, freeze};

use alone::alone;

/// What the test does to the run, once so many cases are in work or have ended.
struct Steered {
    state: RunState,
    lanes: u32,
}

impl Steered {
    /// A run of so many waits, in seconds, that `steer` does something to.
    fn run(
        (cases, each_s): (usize, f64),
        (strategy, workers): (Strategy, u32),
        mut steer: impl FnMut(&RunHandle, &RunState),
    ) -> Self {
        let mut table = CaseTable::default();
        for _ in 0..cases {
            table.push("", each_s, 1.0, &[]);
        }
        let plan = Plan { strategy, workers: Some(workers), ..Plan::default() };
        let given = Environment { logical_cpus: 2, seed: 10, last_s: None };
        let workload = find(WorkloadName::Wait);
        let frozen = freeze(table, WorkloadName::Wait, workload.as_ref(), &plan, given);
        let frozen: Arc<FrozenStudy> = Arc::new(frozen.unwrap().0);
        let program = WorkerProgram::At(env!("CARGO_BIN_EXE_caselanes").into());
        let setting = RunOptions { worker_program: program, ..RunOptions::default() };
        let handle = engine::start_with(frozen, workload, setting, || ()).unwrap();
        let mut state = RunState::new(cases);
        while let Some(bundle) = handle.next_within(Duration::from_millis(2)) {
            bundle.into_iter().for_each(|event| state.apply(event));
            steer(&handle, &state);
        }
        assert!(state.has_ended());
        Self { state, lanes: workers }
    }

    /// How many cases were in work at most at this time or later.
    fn most_from(&self, from_ns: u64) -> usize {
        let later = |record: &&CaseRecord| record.start_ns >= from_ns;
        let starts = self.state.records().iter().filter(later).map(|record| record.start_ns);
        let in_work = |at_ns: u64| {
            let holds = |r: &&CaseRecord| r.start_ns <= at_ns && at_ns < r.end_ns;
            self.state.records().iter().filter(holds).count()
        };
        starts.map(in_work).max().unwrap_or(0)
    }

    /// Every lane-second is accounted for.
    fn check_account(&self) {
        let account = Account::of(&self.state, self.lanes, ClockChoice::Real);
        let left_over = account.remainder_s().unwrap();
        assert!(left_over.abs() < 1e-3, "{left_over} s are left over: {account:?}");
    }
}

#[test]
fn more_workers_start_at_once_and_every_lane_second_is_accounted_for() {
    let _alone = alone();
    for strategy in [Strategy::Threads, Strategy::Processes, Strategy::Shares] {
        let mut asked = false;
        let run = Steered::run((30, 0.1), (strategy, 2), |handle, state| {
            if !asked && state.ended_count() >= 4 {
                asked = true;
                handle.resize(5);
            }
        });
        assert!(run.state.all_done());
        assert_eq!((run.state.target_workers(), run.state.added_workers_ns().len()), (Some(5), 3));
        for &(from_ns, at_ns) in run.state.added_workers_ns() {
            assert!(at_ns - from_ns < 500_000_000, "{strategy:?}: {} ns", at_ns - from_ns);
        }
        assert_eq!(run.most_from(0), 5, "{strategy:?}");
        run.check_account();
    }
}

#[test]
fn fewer_workers_let_what_runs_finish() {
    let _alone = alone();
    for strategy in [Strategy::Threads, Strategy::Processes] {
        let mut asked_ns = None;
        let run = Steered::run((24, 0.05), (strategy, 6), |handle, state| {
            if asked_ns.is_none() && state.ended_count() >= 6 {
                asked_ns = Some(handle.now_ns());
                handle.resize(2);
            }
        });
        assert!(run.state.all_done());
        assert_eq!(run.state.retired_ns().len(), 4);
        // Those that were in work then have ended by now.
        let from_ns = asked_ns.unwrap() + 60_000_000;
        assert!(run.most_from(from_ns) <= 2, "{strategy:?}");
        run.check_account();
    }
}

#[test]
fn workers_may_come_and_go_many_times() {
    let mut step = 0;
    let run = Steered::run((120, 0.01), (Strategy::Threads, 3), |handle, state| {
        if state.ended_count() >= step * 8 {
            handle.resize([1, 7, 2, 16, 3][(step % 5) as usize]);
            step += 1;
        }
    });
    assert!(run.state.all_done());
    run.check_account();
}

#[test]
fn in_a_pause_nothing_starts_and_its_time_is_held() {
    let _alone = alone();
    let mut paused = false;
    let run = Steered::run((12, 0.03), (Strategy::Threads, 2), |handle, state| {
        if !paused && state.ended_count() >= 4 {
            paused = true;
            handle.pause();
            thread::sleep(Duration::from_millis(300));
            handle.resume();
        }
    });
    assert!(run.state.all_done() && !run.state.is_paused());
    let account = Account::of(&run.state, 2, ClockChoice::Real);
    assert!(account.held > 0.3, "{account:?}");
    run.check_account();
}

#[test]
fn what_has_no_number_of_workers_keeps_its_lanes() {
    let run = Steered::run((4, 0.02), (Strategy::Series, 1), |handle, _| handle.resize(4));
    assert_eq!((run.state.target_workers(), run.most_from(0)), (None, 1));
}

#[test]
fn a_single_case_is_cancelled_and_the_others_go_on() {
    let _alone = alone();
    for strategy in [Strategy::Threads, Strategy::Processes, Strategy::Shares, Strategy::GlobalLock]
    {
        let mut asked = false;
        let run = Steered::run((7, 0.8), (strategy, 2), |handle, state| {
            if !asked && state.records()[0].status == Status::Running {
                asked = true;
                thread::sleep(Duration::from_millis(20));
                // One that is in work, one that has not started, and what there is not.
                [0, 6, 99].into_iter().for_each(|case| handle.cancel_case(case));
            }
        });
        let status: Vec<_> = run.state.records().iter().map(|record| record.status).collect();
        let (done, cancelled) = (Status::Done, Status::Cancelled);
        assert_eq!(status, [cancelled, done, done, done, done, done, cancelled], "{strategy:?}");
        let [first, .., last] = run.state.records() else { panic!("seven cases") };
        assert!(first.time_ns() < 790_000_000, "{strategy:?}: {first:?}");
        assert!(!last.has_started());
        assert_eq!((run.state.done_count(), run.state.ended_count()), (5, 7));
        run.check_account();
    }
}

#[test]
fn a_single_case_is_run_once_more() {
    let _alone = alone();
    for strategy in [Strategy::Threads, Strategy::Processes, Strategy::Batches] {
        let mut asked = 0;
        let run = Steered::run((6, 0.1), (strategy, 2), |handle, state| {
            if asked == 0 && state.records()[0].status == Status::Running {
                asked = 1;
                handle.cancel_case(5);
                handle.requeue_case(0);
            }
            if asked == 1 && state.records()[0].status == Status::Done {
                asked = 2;
                [0, 0, 5, 99].into_iter().for_each(|case| handle.requeue_case(case));
            }
        });
        assert!(run.state.all_done(), "{strategy:?}");
        let [first, .., last] = run.state.records() else { panic!("six cases") };
        assert_eq!((first.attempts, last.attempts), (2, 1), "{strategy:?}");
        assert_eq!(run.state.attempts(0).len(), 2);
        assert_eq!((run.state.done_count(), run.state.ended_count()), (6, 6));
        let lost = Account::of(&run.state, 2, ClockChoice::Real).lost;
        assert!((0.1..0.2).contains(&lost), "the first attempt at it came to nothing: {lost}");
        run.check_account();
    }
}
