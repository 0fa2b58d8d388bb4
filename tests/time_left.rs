//! Estimates of the time left compared with the truth: 938 cases of 2 to 30 minutes, as
//! run over night, on the virtual clock.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::{Duration, Instant};

use caselanes::report::{TimeLeftEstimator, TimeLeftRange};
use caselanes::run::{CaseEnd, CaseOutcome, RunEvent};
use caselanes::schedule::{
    Placement, Rules, Scheduler, SchedulerEvent, SchedulerStep, dispatch_order, ns_from_s,
    s_from_ns, simulate,
};
use caselanes::study::{
    CaseTable, ClockChoice, FrozenPlan, FrozenStudy, Lengths, Order, SeriesChoice, Strategy,
    WorkloadName, stream,
};
use rand::RngExt as _;

const CASES: usize = 938;

/// What the lengths grow with.
#[derive(Debug, Clone, Copy)]
enum Growth {
    /// In proportion to x.
    X,
    /// A constant plus y; x is irrelevant.
    Y,
    /// In proportion to x times y.
    Both,
    /// A constant plus x plus y.
    Sum,
    /// With the square of x.
    Square,
}

/// Cases from longest to shortest and their lengths in seconds, with log-normal noise.
fn night(growth: Growth, noise: f64, seed: u64) -> (CaseTable, Vec<f64>) {
    let mut rng = stream(seed, 0);
    let mut rows: Vec<(f64, f64, f64)> = (0..CASES)
        .map(|_| {
            let [u, v]: [f64; 2] = [rng.random(), rng.random()];
            let (x, y, share) = match growth {
                Growth::X => (2.0 + 28.0 * u, 100.0 * v, u),
                Growth::Y => (100.0 * u, 1.0 + 9.0 * v, v),
                Growth::Both => {
                    let (x, y) = (10.0 + 40.0 * u, 100.0 + 300.0 * v);
                    (x, y, (x * y - 1000.0) / 19_000.0)
                }
                Growth::Sum => (u, v, f64::midpoint(u, v)),
                Growth::Square => (2.0 + 6.0 * u, v, ((2.0 + 6.0 * u).powi(2) - 4.0) / 60.0),
            };
            (x, y, 120.0 + share * 1680.0)
        })
        .collect();
    rows.sort_by(|a, b| b.2.total_cmp(&a.2));
    let mut cases = CaseTable::default();
    let mut lengths_s = Vec::new();
    for (x, y, length_s) in rows {
        cases.push("", x, y, &[]);
        // The sum of twelve uniform draws is nearly normal.
        let normal: f64 = (0..12).map(|_| rng.random::<f64>()).sum::<f64>() - 6.0;
        lengths_s.push(length_s * (noise * normal).exp());
    }
    (cases, lengths_s)
}

fn frozen(cases: CaseTable, lengths: Lengths, strategy: Strategy, workers: u32) -> FrozenStudy {
    let plan = FrozenPlan {
        limits: caselanes::study::Limits::default(),
        strategy,
        workers,
        batch: (strategy == Strategy::Batches).then_some(workers),
        order: Order::Listed,
        seed: 1,
        time_scale: 1.0,
        series: SeriesChoice::Estimate,
        clock: ClockChoice::Real,
    };
    FrozenStudy {
        cases,
        has_inputs: true,
        workload: WorkloadName::Wait,
        plan,
        lengths,
        program: None,
        input_files: caselanes::study::InputFiles::default(),
        resources: caselanes::study::CaseResources::default(),
    }
}

/// Estimates at this many moments, from the third wave to the last, each with the true
/// time left in seconds.
fn estimates(frozen: &FrozenStudy, lengths_s: &[f64], moments: usize) -> Vec<(TimeLeftRange, f64)> {
    let count = u32::try_from(lengths_s.len()).unwrap();
    let order = dispatch_order(frozen.plan.order, count, None, 0);
    let scheduler = Scheduler::new(order, Rules::of(&frozen.plan));
    let length_ns = |case: u32| ns_from_s(lengths_s[case as usize]);
    let simulated = simulate(scheduler, frozen.plan.workers, length_ns);
    let makespan_ns = simulated.makespan_ns();
    // Ends come before the starts they allow.
    let mut events: Vec<(u64, bool, Placement)> = simulated
        .placements
        .iter()
        .flat_map(|&placed| [(placed.start_ns, true, placed), (placed.end_ns, false, placed)])
        .collect();
    events.sort_by_key(|&(at_ns, starts, placed)| (at_ns, starts, placed.ticket.dispatch_index));
    let ends: Vec<u64> = events.iter().filter(|event| !event.1).map(|event| event.0).collect();
    let workers = frozen.plan.workers as usize;
    let (from_ns, to_ns) = (ends[2 * workers], ends[ends.len() - 1 - workers]);
    let mut due = (0..moments).map(|moment| {
        let share = (moment as f64 + 0.5) / moments as f64;
        from_ns + ns_from_s(share * s_from_ns(to_ns - from_ns))
    });
    let mut next_ns = due.next();
    let mut estimator = TimeLeftEstimator::new(frozen);
    let mut found = Vec::new();
    for (at_ns, starts, placed) in events {
        while let Some(due_ns) = next_ns.filter(|&due_ns| due_ns < at_ns) {
            estimator.update(due_ns);
            found.push((estimator.estimate(due_ns).unwrap(), s_from_ns(makespan_ns - due_ns)));
            next_ns = due.next();
        }
        estimator.apply(&if starts {
            RunEvent::Started { ticket: placed.ticket, asked_ns: at_ns, at_ns }
        } else {
            RunEvent::Finished(CaseEnd {
                will_retry: false,
                ticket: placed.ticket,
                start_ns: placed.start_ns,
                end_ns: placed.end_ns,
                waited_ns: None,
                cpu_ns: None,
                memory_bytes: None,
                outcome: CaseOutcome::done(None),
            })
        });
    }
    found
}

/// Relative error of the likely time, and whether the range contains the truth.
fn judge((left, truth_s): &(TimeLeftRange, f64)) -> (f64, bool) {
    let off = (left.likely_s / truth_s - 1.0).abs();
    // Up to rounding.
    (off, left.low_s * (1.0 - 1e-6) <= *truth_s && *truth_s <= left.high_s * (1.0 + 1e-6))
}

#[test]
fn unknown_lengths_that_grow_with_x_or_y_are_estimated_from_the_third_wave_on() {
    for noise in [0.0, 0.05, 0.15] {
        let (mut near, mut held, mut all) = (0, 0, 0);
        for growth in [Growth::X, Growth::Y] {
            for (workers, strategy) in [
                (3, Strategy::Threads),
                (8, Strategy::Batches),
                (8, Strategy::Shares),
                (16, Strategy::Threads),
            ] {
                for seed in 0..3 {
                    let (cases, lengths_s) = night(growth, noise, seed);
                    let frozen = frozen(cases, Lengths::Unknown, strategy, workers);
                    for moment in &estimates(&frozen, &lengths_s, 4) {
                        let (off, holds) = judge(moment);
                        near += i32::from(off <= 0.25);
                        held += i32::from(holds);
                        all += 1;
                    }
                }
            }
        }
        println!("noise {noise}: {near} of {all} within 25 %, the range held {held}");
        // Noise can hide the growth for some waves.
        assert!(
            near * 100 >= all * if noise == 0.0 { 100 } else { 95 },
            "{noise}: {near} of {all}"
        );
        assert!(held * 10 >= all * 9, "{noise}: the range held {held} of {all}");
    }
}

#[test]
fn the_range_is_honest_for_other_growth() {
    let (mut held, mut all) = (0, 0);
    for growth in [Growth::Both, Growth::Sum, Growth::Square] {
        for noise in [0.0, 0.1, 0.3] {
            for workers in [3, 16] {
                let (cases, lengths_s) = night(growth, noise, 7);
                let frozen = frozen(cases, Lengths::Unknown, Strategy::Threads, workers);
                let judged: Vec<_> = estimates(&frozen, &lengths_s, 6).iter().map(judge).collect();
                held += judged.iter().filter(|(_, holds)| *holds).count();
                all += judged.len();
            }
        }
    }
    println!("the range held {held} of {all}");
    assert!(held * 10 >= all * 9, "the range held {held} of {all}");
}

#[test]
fn lengths_of_the_last_run_give_the_time_left() {
    for strategy in [Strategy::Threads, Strategy::Batches, Strategy::Shares] {
        let (cases, lengths_s) = night(Growth::Y, 0.2, 1);
        let frozen = frozen(cases, Lengths::Last(lengths_s.clone()), strategy, 8);
        for moment in &estimates(&frozen, &lengths_s, 12) {
            let (off, holds) = judge(moment);
            assert!(off < 0.02 && holds, "{strategy:?}: {moment:?}");
        }
        // All cases 10 % slower than last time, as on a busier machine.
        let slower_s: Vec<f64> = lengths_s.iter().map(|length_s| length_s * 1.1).collect();
        for moment in &estimates(&frozen, &slower_s, 12) {
            let (off, _) = judge(moment);
            assert!(off < 0.05, "{strategy:?}, slower: {moment:?}");
        }
    }
}

#[test]
fn equal_lengths_give_a_narrow_range() {
    let mut cases = CaseTable::default();
    for n in 0..200 {
        cases.push("", f64::from(n), 5.0, &[]);
    }
    let lengths_s = vec![60.0; 200];
    let frozen = frozen(cases, Lengths::Unknown, Strategy::Threads, 4);
    for (left, truth_s) in estimates(&frozen, &lengths_s, 10) {
        let (off, holds) = judge(&(left, truth_s));
        assert!(off < 0.05 && holds, "{left:?}, {truth_s}");
    }
}

/// Returns the time of the fastest estimate during the first waves of equal cases on 64 lanes.
fn fastest_estimate(count: u32, strategy: Strategy) -> Duration {
    let mut cases = CaseTable::default();
    for n in 0..count {
        cases.push("", f64::from(n % 97), f64::from(n % 89), &[]);
    }
    let frozen = frozen(cases, Lengths::Unknown, strategy, 64);
    let mut estimator = TimeLeftEstimator::new(&frozen);
    let mut scheduler = Scheduler::new((0..count).collect(), Rules::of(&frozen.plan));
    let mut fastest = Duration::MAX;
    for wave in 0..8_u64 {
        let (start_ns, end_ns) = (wave * 1_000_000_000, (wave + 1) * 1_000_000_000);
        while let SchedulerStep::Start(ticket) = scheduler.next(start_ns) {
            estimator.apply(&RunEvent::Started { ticket, asked_ns: start_ns, at_ns: start_ns });
            let end = CaseEnd {
                will_retry: false,
                ticket,
                start_ns,
                end_ns,
                waited_ns: None,
                cpu_ns: None,
                memory_bytes: None,
                outcome: CaseOutcome::done(None),
            };
            estimator.apply(&RunEvent::Finished(end));
        }
        for lane in 0..64 {
            scheduler.handle(end_ns, SchedulerEvent::Finished { lane, has_failed: false });
        }
        let begin = Instant::now();
        estimator.update(end_ns);
        fastest = fastest.min(begin.elapsed());
        let estimate = estimator.estimate(end_ns).unwrap();
        let truth_s = f64::from(count) / 64.0 - (wave + 1) as f64;
        let (off, _) = judge(&(estimate, truth_s));
        assert!(wave < 4 || off < 0.1, "{strategy:?}: {estimate:?}, {truth_s}");
    }
    fastest
}

#[test]
fn a_million_cases_are_estimated_as_fast_as_20_000() {
    for strategy in [Strategy::Threads, Strategy::Batches, Strategy::Shares] {
        // The speed of a shared machine changes within seconds.
        let counts = [20_000, 1_000_000, 20_000];
        let [before, many, after] = counts.map(|count| fastest_estimate(count, strategy));
        println!("{strategy:?}: {many:?}, {before:?} and {after:?} with 20 000 cases");
        assert!(many < 3 * before.max(after), "{strategy:?}: {many:?}, {before:?}, {after:?}");
    }
}
