//! Runs on threads with short waits.

#![expect(clippy::unwrap_used, reason = "a test fails on an unexpected error")]

#[path = "timing/exclusive.rs"]
mod exclusive;
#[path = "timing/retry.rs"]
mod retry;

use std::sync::Arc;
use std::time::{Duration, Instant};

use caselanes::engine::{self, RunHandle, RunOptions};
use caselanes::report::{Figures, SeriesKind};
use caselanes::run::{RunState, Status, replay};
use caselanes::schedule::{Rules, Scheduler, simulate};
use caselanes::study::{
    Case, CaseTable, ClockChoice, FrozenStudy, Order, Plan, SeriesChoice, Strategy, WorkloadName,
};
use caselanes::workload::{Context, Environment, Failure, Workload, find, freeze};

use exclusive::exclusive;
use retry::retry_timing;

/// A workload defined by a function.
struct Custom(fn(Case<'_>, &mut Context<'_>) -> Result<f64, Failure>);

impl Workload for Custom {
    fn description(&self) -> &'static str {
        "a function of the test"
    }

    fn run(&self, case: Case<'_>, context: &mut Context<'_>) -> Result<f64, Failure> {
        self.0(case, context)
    }
}

fn frozen_by(
    xs: &[f64],
    name: WorkloadName,
    workload: &dyn Workload,
    plan: &Plan,
) -> Arc<FrozenStudy> {
    let mut cases = CaseTable::default();
    for &x in xs {
        cases.push("", x, 1.0, &[]);
    }
    let environment = Environment { logical_cpus: 2, seed: 10, last_s: None };
    Arc::new(freeze(cases, name, workload, plan, environment).unwrap().0)
}

fn frozen(xs: &[f64], name: WorkloadName, plan: &Plan) -> Arc<FrozenStudy> {
    frozen_by(xs, name, find(name).as_ref(), plan)
}

fn follow(handle: &RunHandle, cases: usize, mut each: impl FnMut(&RunState)) -> RunState {
    let mut state = RunState::new(cases);
    while let Some(bundle) = handle.next_within(Duration::from_millis(2)) {
        bundle.into_iter().for_each(|event| state.apply(event));
        each(&state);
    }
    assert!(state.has_ended, "the stream ended without its last event");
    state
}

fn run(frozen: &Arc<FrozenStudy>) -> RunState {
    let handle =
        engine::start(Arc::clone(frozen), find(frozen.workload), RunOptions::default(), || ())
            .unwrap();
    follow(&handle, frozen.cases.len(), |_| ())
}

fn run_custom(xs: &[f64], workers: u32, workload: Custom) -> RunState {
    let plan = Plan { workers: Some(workers), ..Plan::default() };
    let frozen = frozen_by(xs, WorkloadName::Wait, &workload, &plan);
    let handle = engine::start(frozen, Arc::new(workload), RunOptions::default(), || ()).unwrap();
    follow(&handle, xs.len(), |_| ())
}

fn plan(workers: u32) -> Plan {
    Plan { workers: Some(workers), ..Plan::default() }
}

/// The cases in the order of their dispatch.
fn dispatched(state: &RunState) -> Vec<usize> {
    let mut cases: Vec<usize> = (0..state.records.len()).collect();
    cases.sort_by_key(|&case| state.records[case].dispatch_index);
    cases
}

const UNEVEN_S: [f64; 12] =
    [0.031, 0.012, 0.047, 0.005, 0.023, 0.039, 0.018, 0.009, 0.027, 0.043, 0.014, 0.035];

#[test]
fn a_real_run_agrees_with_the_virtual_clock_in_order_and_time() {
    let _guard = exclusive();
    for order in [Order::Listed, Order::Longest, Order::Shortest, Order::Shuffled] {
        for workers in [1, 2, 3, 5, 16] {
            let frozen = frozen(&UNEVEN_S, WorkloadName::Wait, &Plan { order, ..plan(workers) });
            let virtual_run = replay(&frozen);
            let ideal_ns = virtual_run.makespan_ns;
            let mut attempt = 0;
            retry_timing(6, || {
                attempt += 1;
                let state = run(&frozen);
                assert!(state.all_done());
                assert_eq!(dispatched(&state), dispatched(&virtual_run));
                let starts: Vec<_> =
                    dispatched(&state).iter().map(|&c| state.records[c].start_ns).collect();
                assert!(starts.is_sorted(), "starts are not in dispatch order: {starts:?}");
                let makespan_ns = state.makespan_ns;
                assert!(makespan_ns >= ideal_ns, "shorter than possible");
                let fits = |ns: u64| makespan_ns <= ns + (ns / 50).max(5_000_000);
                // On a machine whose sleeps are always late, compare with the waits
                // as they really were.
                let as_waited_ns = as_waited_ns(&frozen, &state);
                let holds = fits(ideal_ns) || (attempt > 4 && fits(as_waited_ns));
                holds.then_some(()).ok_or_else(|| {
                    format!(
                        "{order:?}, {workers} workers: {makespan_ns} ns, ideal {ideal_ns}, with \
                         the real waits {as_waited_ns}"
                    )
                })
            });
        }
    }
}

/// Simulates the makespan with the case lengths of a real run.
fn as_waited_ns(frozen: &FrozenStudy, state: &RunState) -> u64 {
    let order = dispatched(state).iter().map(|&case| u32::try_from(case).unwrap()).collect();
    let workers = frozen.plan.workers;
    let scheduler = Scheduler::new(order, Rules::with_lanes(workers));
    simulate(scheduler, workers, |case| state.records[case as usize].time_ns()).makespan_ns()
}

#[test]
fn a_real_run_uses_the_lanes_of_the_virtual_clock() {
    let _guard = exclusive();
    // All ends are at least 10 ms apart, so jitter cannot swap two.
    let waits_s = [0.03, 0.1, 0.05, 0.15, 0.06, 0.01];
    let frozen = frozen(&waits_s, WorkloadName::Wait, &plan(2));
    let lanes = |state: &RunState| state.records.iter().map(|r| r.lane).collect::<Vec<_>>();
    let expected = lanes(&replay(&frozen));
    retry_timing(5, || {
        let lanes = lanes(&run(&frozen));
        (lanes == expected).then_some(()).ok_or_else(|| format!("{lanes:?}, {expected:?}"))
    });
}

#[test]
fn many_short_cases_run_once_and_in_order_on_any_number_of_workers() {
    let _guard = exclusive();
    for workers in [1, 2, 8] {
        let frozen = frozen(&vec![0.0; 20_000], WorkloadName::Wait, &plan(workers));
        let state = run(&frozen);
        assert!(state.all_done());
        assert_eq!(dispatched(&state), (0..20_000).collect::<Vec<_>>());
        assert!(state.records.iter().map(|r| r.start_ns).is_sorted());
        assert!(state.records.iter().all(|r| r.lane < workers && r.attempts == 1));
    }
}

#[test]
fn a_lane_never_runs_two_cases_at_once() {
    let _guard = exclusive();
    let state = run(&frozen(&[0.0001; 300], WorkloadName::Wait, &plan(4)));
    for lane in 0..4 {
        let mut spans: Vec<_> = state.records.iter().filter(|r| r.lane == lane).collect();
        spans.sort_by_key(|r| r.start_ns);
        assert!(spans.windows(2).all(|pair| pair[0].end_ns <= pair[1].start_ns));
    }
}

#[test]
fn a_run_with_more_workers_than_cases_succeeds() {
    let _guard = exclusive();
    let state = run(&frozen(&[0.01, 0.02], WorkloadName::Wait, &plan(16)));
    assert!(state.all_done());
    assert_eq!(state.ready_ns.len(), 16);
    assert_eq!(state.left_ns.len(), 16);
}

#[test]
fn a_run_without_cases_ends_at_once() {
    let _guard = exclusive();
    let state = run(&frozen(&[], WorkloadName::Wait, &plan(2)));
    assert!(state.all_done());
    assert_eq!(state.makespan_ns, 0);
}

#[test]
fn a_panic_fails_only_its_own_case_with_its_message() {
    let _guard = exclusive();
    let state = run_custom(
        &[0.0, 1.0, 2.0, 3.0],
        2,
        Custom(|case, _| {
            assert!(case.x != 1.0, "one is {}", case.x);
            Ok(case.x)
        }),
    );
    let done: Vec<_> = state.records.iter().map(|r| r.status == Status::Done).collect();
    assert_eq!(done, [true, false, true, true]);
    assert_eq!(state.records[1].status, Status::Failed);
    assert_eq!(state.error(1), Some("panicked: one is 1"));
    assert_eq!(state.records[1].value, None);
}

#[test]
fn a_failure_and_an_overflow_fail_only_their_own_cases() {
    let _guard = exclusive();
    let state = run_custom(
        &[1.0, 2.0, 1e200],
        2,
        Custom(|case, _| match case.index {
            0 => Err(Failure::Failed("no mesh".to_owned())),
            _ => Ok(case.x * case.x),
        }),
    );
    assert_eq!(state.error(0), Some("no mesh"));
    assert_eq!(state.records[1].value, Some(4.0));
    assert_eq!(state.error(2), Some("overflow: expected a finite value, found inf"));
}

/// Cancels while the third case is running; returns how long the rest took to end.
fn cancelled(xs: &[f64], name: WorkloadName) -> (RunState, Duration) {
    let frozen = frozen(xs, name, &plan(2));
    let handle =
        engine::start(Arc::clone(&frozen), find(name), RunOptions::default(), || ()).unwrap();
    let mut at = None;
    let state = follow(&handle, xs.len(), |state| {
        if state.records[2].status == Status::Running && at.is_none() {
            at = Some(Instant::now());
            handle.cancel();
        }
    });
    (state, at.unwrap().elapsed())
}

#[test]
fn a_cancel_ends_waiting_and_computing_cases_and_keeps_finished_ones() {
    let _guard = exclusive();
    let waits = [0.03, 600.0, 600.0, 600.0];
    let counts = [0.1, 10_000.0, 10_000.0, 10_000.0];
    for (name, xs) in [(WorkloadName::Wait, waits), (WorkloadName::Crunch, counts)] {
        retry_timing(5, || {
            let (state, took) = cancelled(&xs, name);
            let status: Vec<_> = state.records.iter().map(|r| r.status).collect();
            let expected = [Status::Done, Status::Cancelled, Status::Cancelled, Status::NotRun];
            assert_eq!(status, expected);
            assert_eq!(state.records[0].value, Some(xs[0] * xs[0]));
            (took < Duration::from_millis(50)).then_some(()).ok_or_else(|| format!("{took:?}"))
        });
    }
}

#[test]
fn dropping_the_handle_cancels_the_run() {
    static ENDED: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(false);
    let _guard = exclusive();
    let workload = Arc::new(Custom(|_, context| {
        let waited = context.wait(600.0);
        ENDED.store(true, std::sync::atomic::Ordering::SeqCst);
        waited.map(|()| 0.0)
    }));
    let frozen = frozen_by(&[1.0], WorkloadName::Wait, workload.as_ref(), &plan(1));
    drop(engine::start(frozen, workload, RunOptions::default(), || ()).unwrap());
    // The run may have been cancelled before its case started; if not, it ends soon.
    let start = Instant::now();
    while !ENDED.load(std::sync::atomic::Ordering::SeqCst) && start.elapsed().as_secs() < 1 {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(start.elapsed() < Duration::from_mins(1));
}

#[test]
fn every_bundle_wakes_its_reader() {
    let _guard = exclusive();
    let (sender, woken) = std::sync::mpsc::channel();
    let frozen = frozen(&[0.0; 100], WorkloadName::Wait, &plan(2));
    let wake = move || sender.send(()).unwrap_or_default();
    let handle =
        engine::start(frozen, find(WorkloadName::Wait), RunOptions::default(), wake).unwrap();
    let mut bundles = 0;
    while woken.recv_timeout(Duration::from_mins(1)).is_ok() {
        bundles += u32::from(handle.try_next().is_some());
    }
    assert!(bundles > 0);
}

#[test]
fn random_numbers_depend_on_seed_and_row_but_not_on_the_strategy() {
    let _guard = exclusive();
    let intended = |strategy, workers, order| {
        let plan = Plan {
            strategy,
            order,
            workers: Some(workers),
            seed: Some(10),
            time_scale: 1e-3,
            ..Plan::default()
        };
        let frozen = frozen(&[1.0; 10], WorkloadName::Demo, &plan);
        let state = run(&frozen);
        // Each case waited at least as long as the random number says.
        for (record, &seconds) in state.records.iter().zip(frozen.lengths.seconds().unwrap()) {
            assert!(record.waited_ns.unwrap() as f64 >= seconds * 1e9);
        }
        frozen.lengths.clone()
    };
    let series = intended(Strategy::Series, 1, Order::Listed);
    assert_eq!(series, intended(Strategy::Threads, 4, Order::Shuffled));
}

#[test]
fn the_series_total_is_measured_by_running_the_cases_one_after_another() {
    let _guard = exclusive();
    let plan = Plan { series: SeriesChoice::Measure, ..plan(4) };
    let frozen = frozen(&[0.02, 0.03, 0.01], WorkloadName::Wait, &plan);
    let state = run(&frozen);
    let figures = Figures::of(&frozen, &state);
    let series = figures.series.unwrap();
    assert_eq!(series.kind, SeriesKind::Measured);
    assert!(series.total_s >= 0.06 && series.total_s < 0.6, "{series:?}");
    assert_eq!(state.series.unwrap().ended, 3);
}

/// Eight computing cases on eight workers are slowed down by each other, and alone they are not.
#[test]
fn a_sample_of_computing_cases_comes_close_to_their_measured_series_total() {
    let _guard = exclusive();
    let total_s = |series| {
        let frozen = frozen(&[4.0; 8], WorkloadName::Crunch, &Plan { series, ..plan(8) });
        Figures::of(&frozen, &run(&frozen)).series.unwrap()
    };
    // The machine drifts between two runs, so compare the median of several.
    retry_timing(3, || {
        let ratio = || {
            let sampled = total_s(SeriesChoice::Sample);
            assert_eq!(sampled.kind, SeriesKind::Sampled);
            assert!(sampled.interval_s.is_some_and(|(low_s, high_s)| low_s <= high_s));
            sampled.total_s / total_s(SeriesChoice::Measure).total_s
        };
        let mut ratios: Vec<f64> = (0..5).map(|_| ratio()).collect();
        ratios.sort_by(f64::total_cmp);
        (0.85..=1.15).contains(&ratios[2]).then_some(()).ok_or_else(|| format!("{ratios:?}"))
    });
}

/// The parts of the account come from separate time stamps and must add up to the
/// total, whatever happens in the run.
#[test]
fn every_lane_second_is_accounted_for() {
    let _guard = exclusive();
    let check = |frozen: &Arc<FrozenStudy>, state: &RunState| {
        let account = Figures::of(frozen, state).account.unwrap();
        let left = account.remainder_s(state).unwrap();
        assert!(left.abs() < 1e-3, "{left} s unaccounted for: {account:?}");
        account
    };
    for workers in [1, 2, 3, 16] {
        let waits = frozen(&UNEVEN_S, WorkloadName::Wait, &plan(workers));
        check(&waits, &run(&waits));
        let virtual_plan = Plan { clock: ClockChoice::Virtual, ..plan(workers) };
        let waits = frozen(&UNEVEN_S, WorkloadName::Wait, &virtual_plan);
        check(&waits, &replay(&waits));
        let counts = frozen(&[0.3, 0.1, 0.2, 0.4, 0.1], WorkloadName::Crunch, &plan(workers));
        check(&counts, &run(&counts));
        let trivial = frozen(&vec![0.0; 50_000], WorkloadName::Wait, &plan(workers));
        check(&trivial, &run(&trivial));
    }
    // With more computing workers than cores, preemption may happen anywhere.
    let crowd = Plan { time_scale: 0.02, ..plan(64) };
    for _ in 0..5 {
        let counts = frozen(&[1.0; 64], WorkloadName::Crunch, &crowd);
        check(&counts, &run(&counts));
    }
    // More lane-nanoseconds than fit into 64 bits.
    let endless = Plan { clock: ClockChoice::Virtual, ..plan(256) };
    let endless = frozen(&[1e9], WorkloadName::Wait, &endless);
    let account = Figures::of(&endless, &replay(&endless)).account.unwrap();
    assert!((account.idle.unwrap() - 255e9).abs() < 1.0, "{account:?}");
    let xs = [0.03, 600.0, 600.0, 600.0];
    let (state, _) = cancelled(&xs, WorkloadName::Wait);
    let account = check(&frozen(&xs, WorkloadName::Wait, &plan(2)), &state);
    let cut = state.records.iter().filter(|record| record.status == Status::Cancelled);
    let cut_ns: u64 = cut.map(caselanes::run::CaseRecord::time_ns).sum();
    assert!(
        cut_ns > 0 && (account.lost.unwrap() - cut_ns as f64 / 1e9).abs() < 1e-9,
        "{account:?}"
    );
}

/// On two cores, eight computing cases on eight workers take four times as long as
/// alone: the sum of their times would claim a speed-up of 8×.
#[test]
fn computing_cases_never_claim_more_than_their_measured_speed_up() {
    let _guard = exclusive();
    let claims = || {
        // Windows knows CPU times in steps of 16 ms.
        let xs = [if cfg!(windows) { 20.0 } else { 4.0 }; 8];
        let estimate = frozen(&xs, WorkloadName::Crunch, &plan(8));
        let claimed = Figures::of(&estimate, &run(&estimate));
        assert_eq!(claimed.series.unwrap().kind, SeriesKind::AtMost);
        let measure = Plan { series: SeriesChoice::Measure, ..plan(8) };
        let measure = frozen(&xs, WorkloadName::Crunch, &measure);
        let measured = Figures::of(&measure, &run(&measure));
        assert_eq!(measured.series.unwrap().kind, SeriesKind::Measured);
        let (claimed, measured) = (claimed.speedup.unwrap(), measured.speedup.unwrap());
        // A speed-up above the number of cores is impossible.
        assert!(claimed <= 1.02 * f64::from(engine::logical_cpus()), "claimed {claimed}");
        claimed / measured
    };
    // The machine drifts between two runs, so compare the median of several.
    retry_timing(3, || {
        let mut ratios: Vec<f64> = (0..5).map(|_| claims()).collect();
        ratios.sort_by(f64::total_cmp);
        (ratios[2] <= 1.15).then_some(()).ok_or_else(|| format!("{ratios:?}"))
    });
}

// Windows measures CPU time in steps of 16 ms.
#[test]
#[cfg(unix)]
fn waiting_takes_no_cpu_time_and_computing_does() {
    let _guard = exclusive();
    let waits = run(&frozen(&[0.05; 4], WorkloadName::Wait, &plan(4)));
    assert!(waits.records.iter().all(|r| r.cpu_ns.unwrap() < r.waited_ns.unwrap() / 2));
    let counts = run(&frozen(&[1.0; 2], WorkloadName::Crunch, &plan(1)));
    for record in &counts.records {
        assert_eq!(record.waited_ns, Some(0));
        assert!(record.cpu_ns.unwrap() > 1_000_000, "{record:?}");
    }
}
