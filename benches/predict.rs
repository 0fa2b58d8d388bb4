//! Predictions of 10 000 cases for 64 worker counts, reading a report of as many cases,
//! the search for the best possible makespan, and advice on the number of workers.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use caselanes::report::{
    Advice, Exportable as _, Machine, Optimum, Predictor, RunReport, Scenario, read_report,
};
use caselanes::run::replay;
use caselanes::study::{
    CaseTable, ClockChoice, FrozenPlan, FrozenStudy, Lengths, Order, SeriesChoice, Strategy,
    WorkloadName,
};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

const CASES: u32 = 10_000;

/// Unsorted lengths in seconds, all different.
fn lengths_s(cases: u32) -> Vec<f64> {
    let uneven = |case: u32| 1 + case.wrapping_mul(2_654_435_761) % 100_000;
    (0..cases).map(|case| f64::from(uneven(case)) * 1e-3 + f64::from(case) * 1e-9).collect()
}

/// A run of this many cases on the virtual clock.
fn run(cases: u32) -> RunReport {
    let lengths_s = lengths_s(cases);
    let mut cases = CaseTable::default();
    for &length_s in &lengths_s {
        cases.push("Case", length_s, 1.0, &[]);
    }
    let plan = FrozenPlan {
        limits: caselanes::study::Limits::default(),
        strategy: Strategy::Threads,
        workers: 3,
        batch: None,
        order: Order::Listed,
        seed: 0,
        time_scale: 1.0,
        series: SeriesChoice::Estimate,
        clock: ClockChoice::Virtual,
    };
    let lengths = Lengths::Seconds(lengths_s);
    let frozen = FrozenStudy {
        cases,
        has_inputs: true,
        workload: WorkloadName::Wait,
        plan,
        lengths,
        program: None,
        input_files: caselanes::study::InputFiles::default(),
        resources: caselanes::study::CaseResources::default(),
    };
    let state = replay(&frozen);
    let machine = Machine { logical_cpus: 2, os: std::env::consts::OS, cpus: None };
    RunReport::new(Arc::new(frozen), state, machine)
}

/// The JSON report of a run.
fn report() -> Vec<u8> {
    let mut text = Vec::new();
    run(CASES).write_json(&mut text).expect("writing to memory succeeds");
    text
}

fn predictions(criterion: &mut Criterion) {
    let text = report();
    let read = read_report(text.as_slice()).expect("a written report is readable");
    let mut group = criterion.benchmark_group("predict 10 000 cases x 64 workers");
    group.sample_size(20).measurement_time(Duration::from_secs(3));
    for strategy in [Strategy::Threads, Strategy::Batches, Strategy::Shares] {
        for order in [Order::Listed, Order::Longest] {
            let (strategy_name, order_name): (&str, &str) = (strategy.into(), order.into());
            group.bench_function(BenchmarkId::new(strategy_name, order_name), |bencher| {
                bencher.iter(|| {
                    let predictor = Predictor::of_run(&read).expect("all times are known");
                    let scenario = Scenario { strategy, batch: None, order };
                    let predictions = (1..=64).map(predictor.for_scenario(scenario));
                    black_box(predictions.collect::<Result<Vec<_>, _>>())
                });
            });
        }
    }
    group.finish();
    let mut group = criterion.benchmark_group("read a report");
    group.throughput(Throughput::Bytes(text.len() as u64)).sample_size(20);
    group.bench_function(BenchmarkId::from_parameter(CASES), |bencher| {
        bencher.iter(|| black_box(read_report(text.as_slice())));
    });
    group.finish();
}

fn best_possible(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("best possible");
    group.sample_size(10).measurement_time(Duration::from_secs(1));
    for (cases, lanes) in [(20, 3), (40, 4), (100, 32), (2000, 64), (10_000, 64), (1_000_000, 64)] {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "below 100 s")]
        let lengths_ns: Vec<u64> =
            lengths_s(cases).iter().map(|length_s| (length_s * 1e9) as u64).collect();
        group.bench_function(BenchmarkId::new(format!("{lanes} lanes"), cases), |bencher| {
            bencher.iter(|| black_box(Optimum::of(&lengths_ns, lanes)));
        });
    }
    group.finish();
}

fn advice(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("advice");
    group.sample_size(10).measurement_time(Duration::from_secs(1));
    for cases in [100, 10_000, 1_000_000] {
        let report = run(cases);
        group.bench_function(BenchmarkId::from_parameter(cases), |bencher| {
            bencher.iter(|| black_box(Advice::for_run(&report)));
        });
    }
    group.finish();
}

criterion_group!(benches, predictions, best_possible, advice);
criterion_main!(benches);
