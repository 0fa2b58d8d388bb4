//! Compares real runs of every strategy with the virtual clock.

#![expect(clippy::unwrap_used, reason = "a test fails on an unexpected error")]

#[path = "timing/exclusive.rs"]
mod exclusive;
#[path = "timing/retry.rs"]
mod retry;

use std::sync::Arc;
use std::time::Duration;

use assert_cmd::cargo::cargo_bin;
use caselanes::engine::{self, RunOptions, WorkerProgram};
use caselanes::report::{Machine, RunReport};
use caselanes::run::{RunState, replay};
use caselanes::study::{
    CaseTable, FrozenStudy, LaneCount, Limits, Order, Plan, SeriesChoice, Strategy, WorkloadName,
};
use caselanes::workload::{Environment, find, freeze};
use strum::VariantArray as _;

use exclusive::exclusive;
use retry::retry_timing;

fn frozen(xs: &[f64], name: WorkloadName, plan: &Plan) -> Arc<FrozenStudy> {
    let mut cases = CaseTable::default();
    for &x in xs {
        cases.push("", x, 1.0, &[]);
    }
    let environment = Environment { logical_cpus: 2, seed: 10, last_s: None };
    Arc::new(freeze(cases, name, find(name).as_ref(), plan, environment).unwrap().0)
}

fn run(frozen: &Arc<FrozenStudy>) -> RunState {
    let program = WorkerProgram::At(cargo_bin("caselanes"));
    let workload = find(frozen.workload);
    let handle = engine::start(
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
    assert!(state.has_ended && state.abort_message().is_none(), "{:?}", state.abort_message());
    state
}

/// Returns (dispatch index, lane) of each case.
fn places(state: &RunState) -> Vec<(u32, u32)> {
    state.records.iter().map(|record| (record.dispatch_index, record.lane)).collect()
}

/// Returns the time from the first start to the last end, which leaves out the
/// start-up that a simulated run does not have.
fn from_first_start_ns(state: &RunState) -> u64 {
    let first = state.records.iter().map(|record| record.start_ns).min().unwrap_or(0);
    state.makespan_ns - first
}

/// Whatever the strategies below run in a lane, no two ends are within 5 ms of
/// each other, so a late wake-up cannot swap two cases.
const WAITS_S: [f64; 6] = [0.020, 0.130, 0.056, 0.075, 0.203, 0.111];

#[test]
fn every_strategy_agrees_with_the_virtual_clock() {
    let _guard = exclusive();
    for &strategy in Strategy::VARIANTS {
        for order in [Order::Listed, Order::Longest] {
            for workers in [2, 3, 6] {
                if strategy.lanes() != LaneCount::Workers && workers != 2 {
                    continue;
                }
                let plan = Plan { strategy, order, workers: Some(workers), ..Plan::default() };
                let frozen = frozen(&WAITS_S, WorkloadName::Wait, &plan);
                let ideal = replay(&frozen);
                retry_timing(6, || {
                    let state = run(&frozen);
                    assert!(state.all_done());
                    let (took_ns, ideal_ns) = (from_first_start_ns(&state), ideal.makespan_ns);
                    assert!(took_ns >= ideal_ns, "shorter than possible");
                    let fits = took_ns <= ideal_ns + (ideal_ns / 20).max(10_000_000);
                    let are_placed_alike = places(&state) == places(&ideal);
                    (fits && are_placed_alike).then_some(()).ok_or_else(|| {
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
fn every_strategy_accounts_for_every_lane_second() {
    let _guard = exclusive();
    for &strategy in Strategy::VARIANTS {
        let plan = Plan { strategy, workers: Some(3), ..Plan::default() };
        let waits_s: Vec<f64> = (0..60).map(|n| 1e-4 * f64::from(n % 7)).collect();
        let frozen = frozen(&waits_s, WorkloadName::Wait, &plan);
        let state = run(&frozen);
        let barriers = strategy == Strategy::Batches;
        let machine = Machine { logical_cpus: 2, os: "linux", cpus: None };
        let report = RunReport::new(Arc::clone(&frozen), state, machine);
        let account = report.figures.account.unwrap();
        let left_over = account.remainder_s(&report.state).unwrap();
        assert!(left_over.abs() < 1e-3, "{strategy:?}: {left_over} s unaccounted for: {account:?}");
        assert_eq!(account.barrier > Some(0.0), barriers, "{strategy:?}: {account:?}");
        assert!(account.startup > Some(0.0), "{strategy:?}: {account:?}");
    }
}

#[test]
fn waits_have_the_reasons_of_the_virtual_clock_where_licences_and_barriers_meet() {
    let _guard = exclusive();
    let machine = Machine { logical_cpus: 2, os: "linux", cpus: None };
    let parts_s = |frozen: &Arc<FrozenStudy>, state| {
        let report = RunReport::new(Arc::clone(frozen), state, machine);
        let account = report.figures.account.unwrap();
        [account.barrier, account.held, account.idle].map(Option::unwrap)
    };
    // Three lanes: no case waits for a licence, and the third lane waits for the barrier.
    let one_free_lane: &[f64] = &[0.1, 0.2, 0.1];
    for (waits_s, workers, batch, expected_s) in [
        (one_free_lane, 3, 2, [0.3, 0.0, 0.2]),
        (&[0.1, 0.2, 0.1, 0.3, 0.1], 4, 4, [0.9, 0.4, 0.3]),
        (&[0.2, 0.3, 0.4, 0.1, 0.2, 0.3, 0.4, 0.1], 4, 4, [0.8, 1.2, 0.8]),
    ] {
        let limits = Limits { licences: Some(2), ..Limits::default() };
        let strategy = Strategy::Batches;
        let (workers, batch) = (Some(workers), Some(batch));
        let plan = Plan { strategy, workers, batch, limits, ..Plan::default() };
        let frozen = frozen(waits_s, WorkloadName::Wait, &plan);
        let is_near = |found_s: [f64; 3]| {
            found_s.iter().zip(expected_s).all(|(found, expected)| (found - expected).abs() < 0.03)
        };
        let simulated_s = parts_s(&frozen, replay(&frozen));
        assert!(is_near(simulated_s), "{simulated_s:?}, expected {expected_s:?}");
        retry_timing(6, || {
            let found_s = parts_s(&frozen, run(&frozen));
            is_near(found_s).then_some(()).ok_or_else(|| format!("{found_s:?}, {expected_s:?}"))
        });
    }
}

#[test]
fn a_worker_without_a_case_in_the_last_batch_is_idle() {
    let _guard = exclusive();
    let (strategy, workers) = (Strategy::Batches, Some(3));
    let plan = Plan { strategy, workers, ..Plan::default() };
    let frozen = frozen(&[0.020, 0.040, 0.060, 0.200], WorkloadName::Wait, &plan);
    let machine = Machine { logical_cpus: 2, os: "linux", cpus: None };
    retry_timing(6, || {
        let report = RunReport::new(Arc::clone(&frozen), run(&frozen), machine);
        let account = report.figures.account.unwrap();
        let near = |found_s: Option<f64>, ideal_s: f64| (found_s.unwrap() - ideal_s).abs() < 0.01;
        let right = near(account.barrier, 0.060) && near(account.idle, 0.400);
        right.then_some(()).ok_or_else(|| format!("{account:?}"))
    });
}

#[test]
fn a_global_lock_speeds_up_waiting_but_not_computing() {
    let _guard = exclusive();
    let plan = Plan {
        strategy: Strategy::GlobalLock,
        workers: Some(4),
        series: SeriesChoice::Measure,
        ..Plan::default()
    };
    let speedup = |frozen: &Arc<FrozenStudy>| {
        let machine = Machine { logical_cpus: 2, os: "linux", cpus: None };
        RunReport::new(Arc::clone(frozen), run(frozen), machine).figures.speedup.unwrap()
    };
    let computing = frozen(&[2.0; 4], WorkloadName::Crunch, &plan);
    retry_timing(8, || {
        let speedup = speedup(&computing);
        let is_one = (0.9..1.1).contains(&speedup);
        is_one.then_some(()).ok_or_else(|| format!("computing: {speedup}x"))
    });
    let waiting = frozen(&[0.1; 4], WorkloadName::Wait, &plan);
    retry_timing(5, || {
        let speedup = speedup(&waiting);
        let is_four = (3.7..4.1).contains(&speedup);
        is_four.then_some(()).ok_or_else(|| format!("waiting: {speedup}x"))
    });
}

/// Measures how many cores two computing threads keep busy, the current capacity of the machine.
#[cfg(unix)]
fn available_cores() -> f64 {
    use rustix::time::{ClockId, clock_gettime};

    let start = std::time::Instant::now();
    let compute = || {
        (0..60_000_000_u64).for_each(|n| {
            std::hint::black_box(n);
        });
        let time = clock_gettime(ClockId::ThreadCPUTime);
        time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
    };
    let cpu_s: f64 = std::thread::scope(|scope| {
        let both = [(); 2].map(|()| scope.spawn(compute));
        both.map(|thread| thread.join().unwrap()).iter().sum()
    });
    cpu_s / start.elapsed().as_secs_f64()
}

// Windows measures CPU time in steps of 16 ms.
#[test]
#[cfg(unix)]
fn threads_and_processes_speed_up_computing() {
    let _guard = exclusive();
    for strategy in [Strategy::Threads, Strategy::Processes] {
        let plan = Plan { strategy, workers: Some(2), ..Plan::default() };
        let frozen = frozen(&[4.0; 4], WorkloadName::Crunch, &plan);
        let mut measured = Vec::new();
        for _ in 0..12 {
            let available = available_cores();
            let state = run(&frozen);
            let cpu_ns: u64 = state.records.iter().map(|r| r.cpu_ns.unwrap()).sum();
            let cores = cpu_ns as f64 / from_first_start_ns(&state) as f64;
            measured.push((cores, available));
            if cores > 1.3 {
                break;
            }
        }
        // On a shared machine, expect no more than was available.
        let has_gained =
            measured.iter().any(|&(cores, available)| cores > 0.8 * available.min(1.6));
        assert!(has_gained, "{strategy:?}: cores busy, and by bare threads: {measured:?}");
    }
}
