//! Every strategy, run for real beside the virtual clock.

#![expect(clippy::unwrap_used, reason = "a test ends where something goes wrong")]

#[path = "timing/alone.rs"]
mod alone;
#[path = "timing/at_best.rs"]
mod at_best;

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use assert_cmd::cargo::cargo_bin;
use caselanes::engine::{self, RunOptions, WorkerProgram};
use caselanes::report::{Machine, RunReport};
use caselanes::run::{RunState, replay};
use caselanes::study::{
    CaseTable, FrozenStudy, LaneCount, Order, Plan, SeriesChoice, Strategy, WorkloadName,
};
use caselanes::workload::{Environment, find, freeze};
use strum::VariantArray as _;

use alone::alone;
use at_best::at_best;

fn frozen(xs: &[f64], name: WorkloadName, plan: &Plan) -> Arc<FrozenStudy> {
    let mut cases = CaseTable::default();
    for &x in xs {
        cases.push("", x, 1.0, &[]);
    }
    let given = Environment { logical_cpus: 2, seed: 10, last_s: None };
    Arc::new(freeze(cases, name, find(name).as_ref(), plan, given).unwrap().0)
}

fn run(frozen: &Arc<FrozenStudy>) -> RunState {
    let program = WorkerProgram::At(cargo_bin("caselanes"));
    let workload = find(frozen.workload);
    let handle = engine::start_with(
        Arc::clone(frozen),
        workload,
        RunOptions { worker_program: program, ..RunOptions::default() },
        || (),
    )
    .unwrap();
    let mut state = RunState::new(frozen.cases.len());
    while let Some(bundle) = handle.next_within(Duration::from_millis(5)) {
        bundle.into_iter().for_each(|event| state.apply(event));
    }
    assert!(state.has_ended() && state.abort_message().is_none(), "{:?}", state.abort_message());
    state
}

/// (dispatch index, lane) of each case.
fn places(state: &RunState) -> Vec<(u32, u32)> {
    state.records().iter().map(|record| (record.dispatch_index, record.lane)).collect()
}

/// From the first start to the last end: what a virtual run is, which has no
/// start-up.
fn from_first_start_ns(state: &RunState) -> u64 {
    let first = state.records().iter().map(|record| record.start_ns).min().unwrap_or(0);
    state.makespan_ns() - first
}

/// No two subsets of these that any strategy below runs in a lane end within
/// 5 ms of each other, so that a late wake swaps nothing.
const WAITS_S: [f64; 6] = [0.020, 0.130, 0.056, 0.075, 0.203, 0.111];

#[test]
fn every_strategy_does_what_the_virtual_clock_says() {
    let _alone = alone();
    for &strategy in Strategy::VARIANTS {
        for order in [Order::Listed, Order::Longest] {
            for workers in [2, 3, 6] {
                if strategy.lanes() != LaneCount::Workers && workers != 2 {
                    continue;
                }
                let plan = Plan { strategy, order, workers: Some(workers), ..Plan::default() };
                let frozen = frozen(&WAITS_S, WorkloadName::Wait, &plan);
                let ideal = replay(&frozen);
                at_best(6, || {
                    let state = run(&frozen);
                    assert!(state.all_done());
                    let (took_ns, ideal_ns) = (from_first_start_ns(&state), ideal.makespan_ns());
                    assert!(took_ns >= ideal_ns, "sooner than possible");
                    let fits = took_ns <= ideal_ns + (ideal_ns / 50).max(5_000_000);
                    let same = places(&state) == places(&ideal);
                    (fits && same).then_some(()).ok_or_else(|| {
                        format!(
                            "{strategy:?}, {order:?}, {workers} workers: {took_ns} ns, ideal \
                             {ideal_ns}; {:?}, expected {:?}",
                            places(&state),
                            places(&ideal)
                        )
                    })
                });
            }
        }
    }
}

#[test]
fn every_lane_second_is_accounted_for_by_every_strategy() {
    let _alone = alone();
    for &strategy in Strategy::VARIANTS {
        let plan = Plan { strategy, workers: Some(3), ..Plan::default() };
        let waits_s: Vec<f64> = (0..60).map(|n| 1e-4 * f64::from(n % 7)).collect();
        let frozen = frozen(&waits_s, WorkloadName::Wait, &plan);
        let state = run(&frozen);
        let barriers = strategy == Strategy::Batches;
        let machine = Machine { logical_cpus: 2, os: "linux" };
        let report = RunReport::new(Arc::clone(&frozen), state, machine);
        let account = report.figures.account.unwrap();
        let left_over = account.remainder_s().unwrap();
        assert!(left_over.abs() < 1e-3, "{strategy:?}: {left_over} s left over of {account:?}");
        assert_eq!(account.barrier > 0.0, barriers, "{strategy:?}: {account:?}");
        assert!(account.startup > 0.0, "{strategy:?}: {account:?}");
    }
}

#[test]
fn behind_the_last_barrier_a_worker_without_a_case_is_idle() {
    let _alone = alone();
    let (strategy, workers) = (Strategy::Batches, Some(3));
    let plan = Plan { strategy, workers, ..Plan::default() };
    let frozen = frozen(&[0.020, 0.040, 0.060, 0.200], WorkloadName::Wait, &plan);
    let machine = Machine { logical_cpus: 2, os: "linux" };
    at_best(6, || {
        let report = RunReport::new(Arc::clone(&frozen), run(&frozen), machine);
        let account = report.figures.account.unwrap();
        let near = |found_s: f64, ideal_s: f64| (found_s - ideal_s).abs() < 0.01;
        let right = near(account.barrier, 0.060) && near(account.idle, 0.400);
        right.then_some(()).ok_or_else(|| format!("{account:?}"))
    });
}

#[test]
fn under_a_global_lock_computing_gains_nothing_and_waiting_all() {
    let _alone = alone();
    let plan = Plan {
        strategy: Strategy::GlobalLock,
        workers: Some(4),
        series: SeriesChoice::Measure,
        ..Plan::default()
    };
    let speedup = |frozen: &Arc<FrozenStudy>| {
        let machine = Machine { logical_cpus: 2, os: "linux" };
        RunReport::new(Arc::clone(frozen), run(frozen), machine).figures.speedup.unwrap()
    };
    let computing = frozen(&[2.0; 4], WorkloadName::Crunch, &plan);
    at_best(8, || {
        let speedup = speedup(&computing);
        let none = (0.9..1.1).contains(&speedup);
        none.then_some(()).ok_or_else(|| format!("computing: {speedup}x"))
    });
    let waiting = frozen(&[0.1; 4], WorkloadName::Wait, &plan);
    at_best(5, || {
        let speedup = speedup(&waiting);
        let all = (3.7..4.1).contains(&speedup);
        all.then_some(()).ok_or_else(|| format!("waiting: {speedup}x"))
    });
}

/// How many cores two bare threads that compute keep busy: what the machine
/// has to give at the moment.
#[cfg(unix)]
fn cores_to_be_had() -> f64 {
    use rustix::time::{ClockId, clock_gettime};

    let start = Instant::now();
    let compute = || {
        (0..60_000_000_u64).for_each(|n| {
            std::hint::black_box(n);
        });
        let time = clock_gettime(ClockId::ThreadCPUTime);
        time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
    };
    let cpu_s: f64 = thread::scope(|scope| {
        let both = [(); 2].map(|()| scope.spawn(compute));
        both.map(|thread| thread.join().unwrap()).iter().sum()
    });
    cpu_s / start.elapsed().as_secs_f64()
}

#[test]
#[cfg(unix)]
fn computing_gains_by_threads_and_by_processes() {
    let _alone = alone();
    for strategy in [Strategy::Threads, Strategy::Processes] {
        let plan = Plan { strategy, workers: Some(2), ..Plan::default() };
        let frozen = frozen(&[4.0; 4], WorkloadName::Crunch, &plan);
        let mut seen = Vec::new();
        for _ in 0..12 {
            let to_be_had = cores_to_be_had();
            let state = run(&frozen);
            let cpu_ns: u64 = state.records().iter().map(|r| r.cpu_ns.unwrap()).sum();
            let cores = cpu_ns as f64 / from_first_start_ns(&state) as f64;
            seen.push((cores, to_be_had));
            if cores > 1.3 {
                break;
            }
        }
        // Where others use the cores too, no more is asked than there was.
        let gained = seen.iter().any(|&(cores, to_be_had)| cores > 0.8 * to_be_had.min(1.6));
        assert!(gained, "{strategy:?}: cores busy, and by bare threads: {seen:?}");
    }
}
