#![expect(clippy::print_stdout, reason = "a bench prints its figures")]
//! Overhead of the engine, compared with bare threads that share a counter.
//!
//! - `per trivial case`: makespan divided by the number of cases, with 2 workers
//!   and full records.
//! - `per trivial case in worker processes`: the same, from the time the first
//!   process is ready.
//! - `start of a worker process`: time until it is ready for a case.
//! - `makespan of 40 uneven waits`: its ratio to the ideal makespan is printed after
//!   each line.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use caselanes::engine::{self, RunOptions, WorkerProgram};
use caselanes::run::{ProcessRecord, RunState, replay};
use caselanes::study::{CaseTable, FrozenStudy, Plan, Strategy, WorkloadName};
use caselanes::workload::{Environment, find, freeze};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

fn frozen(waits_s: impl Iterator<Item = f64>, workers: u32) -> Arc<FrozenStudy> {
    frozen_by(Strategy::default(), waits_s, workers)
}

fn frozen_by(
    strategy: Strategy,
    waits_s: impl Iterator<Item = f64>,
    workers: u32,
) -> Arc<FrozenStudy> {
    let mut cases = CaseTable::default();
    for wait_s in waits_s {
        cases.push("", wait_s, 1.0, &[]);
    }
    let workload = find(WorkloadName::Wait);
    let plan = Plan { strategy, workers: Some(workers), ..Plan::default() };
    let environment = Environment { logical_cpus: 2, seed: 0, last_s: None };
    let (frozen, _) = freeze(cases, WorkloadName::Wait, workload.as_ref(), &plan, environment)
        .expect("waits from 0 s are valid");
    Arc::new(frozen)
}

/// Runs the engine; returns the makespan it reports.
fn through_engine(frozen: &Arc<FrozenStudy>) -> Duration {
    Duration::from_nanos(run(frozen).makespan_ns)
}

fn run(frozen: &Arc<FrozenStudy>) -> RunState {
    let program = WorkerProgram::At(env!("CARGO_BIN_EXE_caselanes").into());
    let workload = find(WorkloadName::Wait);
    let handle = engine::start(
        Arc::clone(frozen),
        workload,
        RunOptions { worker_program: program, ..RunOptions::default() },
        || (),
    )
    .expect("threads can be started");
    let mut state = RunState::new(frozen.cases.len());
    while let Some(bundle) = handle.next_within(Duration::from_millis(20)) {
        bundle.into_iter().for_each(|event| state.apply(event));
    }
    assert!(state.all_done(), "a case is not done");
    state
}

/// Runs the waits on bare threads with a counter; returns the makespan.
fn bare_threads(frozen: &FrozenStudy) -> Duration {
    let next = AtomicUsize::new(0);
    let start = Instant::now();
    thread::scope(|scope| {
        for _ in 0..frozen.plan.workers {
            scope.spawn(|| {
                loop {
                    let case = next.fetch_add(1, Relaxed);
                    if case >= frozen.cases.len() {
                        break;
                    }
                    let case = frozen.cases.case(case);
                    if case.x > 0.0 {
                        thread::sleep(Duration::from_secs_f64(case.x));
                    }
                    black_box((Instant::now(), case.x * case.x));
                }
            });
        }
    });
    start.elapsed()
}

fn per_trivial_case(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("per trivial case");
    group.sample_size(10);
    for cases in [1_000_u32, 1_000_000] {
        let frozen = frozen((0..cases).map(|_| 0.0), 2);
        group.throughput(Throughput::Elements(u64::from(cases)));
        group.bench_function(BenchmarkId::new("engine", cases), |bencher| {
            bencher.iter_custom(|runs| (0..runs).map(|_| through_engine(&frozen)).sum());
        });
        group.bench_function(BenchmarkId::new("bare threads", cases), |bencher| {
            bencher.iter_custom(|runs| (0..runs).map(|_| bare_threads(&frozen)).sum());
        });
    }
    group.finish();
}

fn in_worker_processes(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("per trivial case in worker processes");
    group.sample_size(10).measurement_time(Duration::from_secs(10));
    for workers in [1, 2] {
        let cases = 20_000_u32;
        let frozen = frozen_by(Strategy::Processes, (0..cases).map(|_| 0.0), workers);
        let time = || {
            let state = run(&frozen);
            let ready_ns = state.ready_ns.iter().min().copied().unwrap_or(0);
            Duration::from_nanos(state.makespan_ns - ready_ns)
        };
        group.throughput(Throughput::Elements(u64::from(cases)));
        group.bench_function(BenchmarkId::new("workers", workers), |bencher| {
            bencher.iter_custom(|runs| (0..runs).map(|_| time()).sum());
        });
    }
    group.finish();
}

fn start_of_a_worker_process(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("start of a worker process");
    group.sample_size(20);
    for workers in [1_u32, 2, 8] {
        // Long enough for every worker to get a case.
        let frozen = frozen_by(Strategy::Processes, (0..workers).map(|_| 0.2), workers);
        let time = || {
            let state = run(&frozen);
            let startups_ns: u64 = state.processes.iter().map(ProcessRecord::startup_ns).sum();
            Duration::from_nanos(startups_ns) / workers
        };
        group.bench_function(BenchmarkId::new("at once", workers), |bencher| {
            bencher.iter_custom(|runs| (0..runs).map(|_| time()).sum());
        });
    }
    group.finish();
}

fn makespan(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("makespan of 40 uneven waits");
    group.sample_size(10).warm_up_time(Duration::from_millis(100));
    group.measurement_time(Duration::from_secs(1));
    for workers in [1, 2, 4, 8, 16] {
        // 10 to 59 ms, unordered.
        let frozen = frozen((0..40).map(|n| f64::from(10 + n * 17 % 50) / 1000.0), workers);
        let ideal = Duration::from_nanos(replay(&frozen).makespan_ns);
        let mut compare = |name: &str, run: &dyn Fn() -> Duration| {
            let mut ratios = Vec::new();
            group.bench_function(BenchmarkId::new(name, workers), |bencher| {
                bencher.iter_custom(|runs| {
                    let times: Vec<Duration> = (0..runs).map(|_| run()).collect();
                    ratios.extend(times.iter().map(|t| t.as_secs_f64() / ideal.as_secs_f64()));
                    times.iter().sum()
                });
            });
            if ratios.is_empty() {
                return;
            }
            ratios.sort_by(f64::total_cmp);
            let (least, median) = (ratios[0], ratios[ratios.len() / 2]);
            println!(
                "{name}, {workers} workers: {median:.4} of the ideal {ideal:?} (least {least:.4})"
            );
        };
        compare("engine", &|| through_engine(&frozen));
        compare("bare threads", &|| bare_threads(&frozen));
    }
    group.finish();
}

criterion_group!(
    benches,
    per_trivial_case,
    in_worker_processes,
    start_of_a_worker_process,
    makespan
);
criterion_main!(benches);
