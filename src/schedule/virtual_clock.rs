//! The virtual clock: drives the scheduler with known case lengths, so that hours
//! are simulated in milliseconds.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use serde::{Deserialize, Serialize};

use super::event::{SchedulerEvent, SchedulerStep, Ticket, WaitReason};
use super::scheduler::Scheduler;

/// Time and lane of a simulated case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placement {
    /// The case, its lane and its dispatch index.
    pub ticket: Ticket,
    /// Start, in nanoseconds from the start of the run.
    pub start_ns: u64,
    /// End, in nanoseconds from the start of the run.
    pub end_ns: u64,
}

/// Period in which a worker had no case to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitSpan {
    /// Why no case could start.
    pub reason: WaitReason,
    /// Start, in nanoseconds from the start of the run.
    pub from_ns: u64,
    /// End, in nanoseconds from the start of the run.
    pub until_ns: u64,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SimulatedRun {
    pub placements: Vec<Placement>,
    pub waits: Vec<WaitSpan>,
}

impl SimulatedRun {
    /// Returns the end of the last case, in nanoseconds.
    pub fn makespan_ns(&self) -> u64 {
        self.placements.iter().map(|placement| placement.end_ns).max().unwrap_or(0)
    }
}

/// Simulates a run in which `length_ns` returns the length of each case. Cases
/// that can never start are left out.
pub fn simulate(
    scheduler: Scheduler,
    workers: u32,
    length_ns: impl Fn(u32) -> u64,
) -> SimulatedRun {
    let mut run = SimulatedRun::default();
    let on_start = |placement| run.placements.push(placement);
    drive(scheduler, workers, length_ns, on_start, |wait| run.waits.push(wait));
    run
}

/// Returns the makespan of a simulated run, in nanoseconds, without recording the run itself.
pub fn makespan_ns(scheduler: Scheduler, workers: u32, length_ns: impl Fn(u32) -> u64) -> u64 {
    let mut last_end_ns = 0;
    let on_start = |placement: Placement| last_end_ns = placement.end_ns.max(last_end_ns);
    drive(scheduler, workers, length_ns, on_start, |_| ());
    last_end_ns
}

struct IdleWorker {
    since_ns: u64,
    reason: Option<WaitReason>,
}

impl IdleWorker {
    /// Returns its wait up to now, if it lasted.
    fn wait_until(&self, now_ns: u64) -> Option<WaitSpan> {
        let reason = self.reason.filter(|_| self.since_ns < now_ns)?;
        Some(WaitSpan { reason, from_ns: self.since_ns, until_ns: now_ns })
    }
}

fn drive(
    mut scheduler: Scheduler,
    workers: u32,
    length_ns: impl Fn(u32) -> u64,
    mut on_start: impl FnMut(Placement),
    mut on_wait: impl FnMut(WaitSpan),
) {
    let mut now_ns = 0;
    let mut ends: BinaryHeap<Reverse<(u64, u32)>> = BinaryHeap::new();
    let mut idle: Vec<_> = (0..workers).map(|_| IdleWorker { since_ns: 0, reason: None }).collect();
    loop {
        let mut wake_ns = None;
        while let Some(worker) = idle.last() {
            match scheduler.next(now_ns) {
                SchedulerStep::Start(ticket) => {
                    worker.wait_until(now_ns).into_iter().for_each(&mut on_wait);
                    idle.pop();
                    let end_ns = now_ns.saturating_add(length_ns(ticket.case));
                    on_start(Placement { ticket, start_ns: now_ns, end_ns });
                    scheduler.record_start(now_ns, ticket.lane);
                    ends.push(Reverse((end_ns, ticket.lane)));
                }
                SchedulerStep::Wait { until_ns, reason } => {
                    for worker in idle.iter_mut().filter(|worker| worker.reason != Some(reason)) {
                        worker.wait_until(now_ns).into_iter().for_each(&mut on_wait);
                        *worker = IdleWorker { since_ns: now_ns, reason: Some(reason) };
                    }
                    wake_ns = until_ns;
                    break;
                }
                SchedulerStep::Done => {
                    idle.iter().filter_map(|worker| worker.wait_until(now_ns)).for_each(on_wait);
                    return;
                }
            }
        }
        let next_end_ns = ends.peek().map(|Reverse((end_ns, _))| *end_ns);
        let Some(next_ns) = next_end_ns.into_iter().chain(wake_ns).min() else { return };
        now_ns = next_ns;
        while let Some(&Reverse((end_ns, lane))) = ends.peek()
            && end_ns == now_ns
        {
            ends.pop();
            scheduler.handle(now_ns, SchedulerEvent::Finished { lane, has_failed: false });
            idle.push(IdleWorker { since_ns: now_ns, reason: None });
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::order::dispatch_order;
    use super::super::rules::Rules;
    use super::super::time::{ns_from_s, s_from_ns};
    use super::*;
    use crate::study::{Dispatch, Order};

    fn simulate_rules(lengths_s: &[f64], rules: Rules, order: Order) -> SimulatedRun {
        let cases = u32::try_from(lengths_s.len()).unwrap();
        let order = dispatch_order(order, cases, Some(lengths_s), 10);
        let scheduler = Scheduler::new(order, rules);
        let length_ns = |case| ns_from_s(lengths_s[case as usize]);
        let run = simulate(scheduler.clone(), rules.lanes, length_ns);
        assert_eq!(makespan_ns(scheduler, rules.lanes, length_ns), run.makespan_ns());
        run
    }

    fn simulate_order(lengths_s: &[f64], workers: u32, order: Order) -> SimulatedRun {
        simulate_rules(lengths_s, Rules::with_lanes(workers), order)
    }

    fn makespan_s(lengths_s: &[f64], workers: u32, order: Order) -> f64 {
        s_from_ns(simulate_order(lengths_s, workers, order).makespan_ns())
    }

    /// The crash tests of the reference: r · x · y / 1000 s.
    fn crash_tests() -> Vec<f64> {
        let r = 0.771_320_643_266_746;
        [(10, 200), (50, 200), (20, 200), (10, 400), (50, 400), (20, 400)]
            .map(|(x, y)| r * f64::from(x * y) / 1000.0)
            .to_vec()
    }

    /// (lengths, workers, [listed, longest first, shortest first]). The published figures of the
    /// crash tests have three digits, so the exact sums are written out.
    #[test]
    fn makespans_match_the_published_figures() {
        let c = crash_tests();
        let (side, front, rear, side4, front4, rear4) = (c[0], c[1], c[2], c[3], c[4], c[5]);
        let all: f64 = c.iter().sum();
        let table = [
            (c.clone(), 1, [all; 3], [37.023; 3]),
            (
                c.clone(),
                2,
                [front + front4, front4 + side4, side4 + rear4 + front4],
                [23.140, 18.512, 24.682],
            ),
            (c.clone(), 3, [rear + front4, front4, rear + front4], [18.512, 15.426, 18.512]),
            (c.clone(), 4, [side + front4, front4, rear + front4], [16.969, 15.426, 18.512]),
            (c, 6, [front4; 3], [15.426; 3]),
            (vec![1.0, 8.0, 1.5, 2.0], 2, [8.0, 8.0, 9.5], [8.0, 8.0, 9.5]),
            (vec![1.0, 1.5, 2.0, 8.0], 2, [9.5, 8.0, 9.5], [9.5, 8.0, 9.5]),
            (vec![3.0, 3.0, 2.0, 2.0, 2.0], 2, [7.0, 7.0, 7.0], [7.0, 7.0, 7.0]),
        ];
        for (lengths, workers, exact, published) in table {
            for (at, order) in [Order::Listed, Order::Longest, Order::Shortest].iter().enumerate() {
                let makespan = makespan_s(&lengths, workers, *order);
                let case = format!("{lengths:?}, {workers} workers, {order:?}");
                assert!((makespan - exact[at]).abs() < 1e-9, "{case}: {makespan}, {exact:?}");
                assert!((makespan - published[at]).abs() < 6e-4, "{case}: {makespan}");
            }
        }
        for (workers, expected) in [(1, 7.0), (2, 4.0), (3, 3.0), (4, 2.0), (6, 2.0), (7, 1.0)] {
            for order in [Order::Listed, Order::Longest, Order::Shortest] {
                assert!((makespan_s(&[1.0; 7], workers, order) - expected).abs() < 1e-9);
            }
        }
    }

    /// (lengths, workers, [batches, shares]) in listed order.
    #[test]
    fn makespans_of_batches_and_shares_match_the_published_figures() {
        let c = crash_tests();
        let (front, rear, side4, front4, rear4) = (c[1], c[2], c[3], c[4], c[5]);
        let all: f64 = c.iter().sum();
        let queries = vec![1.0, 8.0, 1.5, 2.0];
        let sorted = vec![1.0, 1.5, 2.0, 8.0];
        let table = [
            (c.clone(), 1, [all; 2], [37.023; 2]),
            (c.clone(), 2, [front + rear + front4, side4 + front4 + rear4], [26.225, 24.682]),
            (c.clone(), 3, [front + front4, front4 + rear4], [23.140, 21.597]),
            (c.clone(), 4, [front + front4, front4 + rear4], [23.140, 21.597]),
            (c, 6, [front4; 2], [15.426; 2]),
            (queries, 2, [10.0, 9.0], [10.0, 9.0]),
            (sorted, 2, [9.5, 10.0], [9.5, 10.0]),
            (vec![3.0, 3.0, 2.0, 2.0, 2.0], 2, [7.0, 8.0], [7.0, 8.0]),
        ];
        for (lengths, workers, exact, published) in table {
            for (at, dispatch) in [Dispatch::Batches, Dispatch::Shares].into_iter().enumerate() {
                let rules = Rules { dispatch, ..Rules::with_lanes(workers) };
                let makespan =
                    s_from_ns(simulate_rules(&lengths, rules, Order::Listed).makespan_ns());
                let case = format!("{lengths:?}, {workers} workers, {dispatch:?}");
                assert!((makespan - exact[at]).abs() < 1e-9, "{case}: {makespan}, {exact:?}");
                assert!((makespan - published[at]).abs() < 6e-4, "{case}: {makespan}");
            }
        }
        for (workers, expected) in [(1, 7.0), (2, 4.0), (3, 3.0), (4, 2.0), (6, 2.0), (7, 1.0)] {
            for dispatch in [Dispatch::Batches, Dispatch::Shares] {
                let rules = Rules { dispatch, ..Rules::with_lanes(workers) };
                let makespan =
                    s_from_ns(simulate_rules(&[1.0; 7], rules, Order::Listed).makespan_ns());
                assert!((makespan - expected).abs() < 1e-9, "{workers} workers: {makespan}");
            }
        }
    }

    #[test]
    fn lanes_wait_at_the_barrier_with_that_reason() {
        let rules = Rules { dispatch: Dispatch::Batches, ..Rules::with_lanes(2) };
        let run = simulate_rules(&[1.0, 3.0, 2.0], rules, Order::Listed);
        let wait = |reason, from_s, until_s| WaitSpan {
            reason,
            from_ns: ns_from_s(from_s),
            until_ns: ns_from_s(until_s),
        };
        assert_eq!(
            run.waits,
            [wait(WaitReason::Barrier, 1.0, 3.0), wait(WaitReason::Empty, 3.0, 5.0)]
        );
    }

    #[test]
    fn no_cases_take_no_time() {
        assert_eq!(simulate_order(&[], 3, Order::Listed), SimulatedRun::default());
    }

    #[test]
    fn a_worker_without_a_case_waits_until_the_end() {
        let run = simulate_order(&[2.0, 5.0], 3, Order::Listed);
        let empty = |from_s, until_s| WaitSpan {
            reason: WaitReason::Empty,
            from_ns: ns_from_s(from_s),
            until_ns: ns_from_s(until_s),
        };
        assert_eq!(run.waits, [empty(0.0, 5.0), empty(2.0, 5.0)]);
    }

    #[test]
    fn workers_wait_for_the_limit_and_a_limit_of_zero_ends_the_run() {
        let limited = |limit| {
            let rules = Rules { limit: Some(limit), ..Rules::with_lanes(2) };
            simulate(Scheduler::new(vec![0, 1], rules), 2, |_| 10)
        };
        assert_eq!(limited(1).makespan_ns(), 20);
        let licence = WaitSpan { reason: WaitReason::Licence, from_ns: 0, until_ns: 10 };
        assert!(limited(1).waits.contains(&licence));
        assert_eq!(limited(0).placements, []);
    }

    /// List scheduling as in the textbook: each case goes to the lane that is free
    /// first, the lowest of several.
    fn brute_force(lengths_ns: &[u64], order: &[u32], lanes: u32) -> Vec<(u32, u32, u64, u64)> {
        let mut free_at = vec![0_u64; lanes as usize];
        order
            .iter()
            .map(|&case| {
                let lane = (0..lanes).min_by_key(|&lane| free_at[lane as usize]).unwrap();
                let start = free_at[lane as usize];
                free_at[lane as usize] += lengths_ns[case as usize];
                (case, lane, start, free_at[lane as usize])
            })
            .collect()
    }

    /// Sums the batches; takes the longest of the shares.
    fn brute_force_cut(lengths_ns: &[u64], order: &[u32], rules: Rules) -> u64 {
        let sum = |cases: &[u32]| cases.iter().map(|&case| lengths_ns[case as usize]).sum::<u64>();
        match rules.dispatch {
            Dispatch::NextFree => {
                let model = brute_force(lengths_ns, order, rules.lanes);
                model.iter().map(|placed| placed.3).max().unwrap_or(0)
            }
            Dispatch::Batches => order
                .chunks(rules.batch as usize)
                .map(|batch| {
                    let model = brute_force(lengths_ns, batch, rules.lanes);
                    model.iter().map(|placed| placed.3).max().unwrap_or(0)
                })
                .sum(),
            Dispatch::Shares => {
                let size = order.len().div_ceil(rules.lanes as usize).max(1);
                order.chunks(size).map(sum).max().unwrap_or(0)
            }
        }
    }

    #[test]
    fn workers_wait_for_the_time_between_two_starts_with_that_reason() {
        let rules = Rules { start_every_ns: Some(10), ..Rules::with_lanes(2) };
        let run = simulate(Scheduler::new(vec![0, 1, 2], rules), 2, |_| 15);
        let starts: Vec<_> = run.placements.iter().map(|placed| placed.start_ns).collect();
        assert_eq!(starts, [0, 10, 20]);
        let held: Vec<_> =
            run.waits.iter().filter(|wait| wait.reason == WaitReason::StartInterval).collect();
        assert_eq!(held.iter().map(|wait| wait.until_ns - wait.from_ns).sum::<u64>(), 10 + 5);
    }

    /// Runs cases of which the first attempts fail or are refused; returns all starts.
    fn starts_with_retries(lengths_ns: &[u64], rules: Rules, workers: u32) -> Vec<u64> {
        let order: Vec<u32> = (0..).take(lengths_ns.len()).collect();
        let mut scheduler = Scheduler::new(order, rules);
        let (mut now_ns, mut starts) = (0, Vec::new());
        let mut ends = std::collections::BTreeSet::new();
        loop {
            let mut wake_ns = None;
            while ends.len() < workers as usize {
                match scheduler.next(now_ns) {
                    SchedulerStep::Done => return starts,
                    SchedulerStep::Wait { until_ns, .. } => {
                        wake_ns = until_ns;
                        break;
                    }
                    SchedulerStep::Start(ticket) => {
                        // The work starts later, as in a worker process.
                        let start_ns = now_ns + u64::from(ticket.lane % 3);
                        assert_ne!(scheduler.wait_reason(now_ns), None, "until it started");
                        scheduler.handle(start_ns, SchedulerEvent::Started { lane: ticket.lane });
                        starts.push(start_ns);
                        let length_ns = lengths_ns[ticket.case as usize];
                        ends.insert((start_ns + length_ns, ticket.lane, ticket.attempt));
                    }
                }
            }
            let end_ns = ends.first().map(|&(end_ns, ..)| end_ns);
            now_ns = end_ns.into_iter().chain(wake_ns).min().unwrap_or(now_ns).max(now_ns);
            while let Some(&(end_ns, lane, attempt)) = ends.first()
                && end_ns <= now_ns
            {
                ends.pop_first();
                let event = match (attempt, lane % 2) {
                    (1, 0) => SchedulerEvent::Refused { lane },
                    (1, _) => SchedulerEvent::Finished { lane, has_failed: true },
                    _ => SchedulerEvent::Finished { lane, has_failed: false },
                };
                scheduler.handle(now_ns, event);
            }
        }
    }

    proptest! {
        #[test]
        fn the_time_between_two_starts_holds_for_retries_too(
            lengths_ns in proptest::collection::vec(1..1_000_u64, 1..12),
            workers in 1..6_u32,
            every_ns in 1..2_000_u64,
        ) {
            let rules = Rules {
                retries: 3,
                retry_pause_ns: 50,
                start_every_ns: Some(every_ns),
                ..Rules::with_lanes(workers)
            };
            let starts = starts_with_retries(&lengths_ns, rules, workers);
            prop_assert_eq!(starts.len(), 2 * lengths_ns.len());
            prop_assert!(starts.windows(2).all(|pair| pair[1] - pair[0] >= every_ns), "{starts:?}");
        }

        #[test]
        fn every_dispatch_agrees_with_brute_force(
            lengths_ns in proptest::collection::vec(0..1_000_u64, 0..40),
            lanes in 1..12_u32,
            batch in 1..15_u32,
            dispatch in proptest::sample::select(
                vec![Dispatch::NextFree, Dispatch::Batches, Dispatch::Shares]),
        ) {
            let order: Vec<u32> = (0..).take(lengths_ns.len()).collect();
            let rules = Rules { dispatch, batch, ..Rules::with_lanes(lanes) };
            let scheduler = Scheduler::new(order.clone(), rules);
            let run = simulate(scheduler, lanes, |case| lengths_ns[case as usize]);
            prop_assert_eq!(run.placements.len(), lengths_ns.len());
            prop_assert_eq!(run.makespan_ns(), brute_force_cut(&lengths_ns, &order, rules));
            let work: u64 = lengths_ns.iter().sum();
            let waited: u64 = run.waits.iter().map(|w| w.until_ns - w.from_ns).sum();
            prop_assert_eq!(work + waited, u64::from(lanes) * run.makespan_ns());
        }

        #[test]
        fn every_order_agrees_with_brute_force(
            lengths_ns in proptest::collection::vec(prop_oneof![0..4_u64, 0..1_000_000_u64], 0..40),
            lanes in 1..12_u32,
            order in proptest::sample::select(
                vec![Order::Listed, Order::Longest, Order::Shortest, Order::Shuffled]),
            seed: u64,
        ) {
            let cases = u32::try_from(lengths_ns.len()).unwrap();
            let weights: Vec<f64> = lengths_ns.iter().map(|&ns| ns as f64).collect();
            let order = dispatch_order(order, cases, Some(&weights), seed);
            let scheduler = Scheduler::new(order.clone(), Rules::with_lanes(lanes));
            let run = simulate(scheduler, lanes, |case| lengths_ns[case as usize]);

            let placed: Vec<_> = run.placements.iter()
                .map(|p| (p.ticket.case, p.ticket.lane, p.start_ns, p.end_ns)).collect();
            // Cases of length 0 free their lane at once, so which of several
            // lanes they take at one instant is undefined.
            let model = brute_force(&lengths_ns, &order, lanes);
            if lengths_ns.contains(&0) {
                let times = |all: &[(u32, u32, u64, u64)]|
                    all.iter().map(|p| (p.0, p.2, p.3)).collect::<Vec<_>>();
                prop_assert_eq!(times(&placed), times(&model));
            } else {
                prop_assert_eq!(placed, model);
            }

            let dispatched: Vec<_> =
                run.placements.iter().map(|p| p.ticket.dispatch_index).collect();
            prop_assert_eq!(dispatched, (0..cases).collect::<Vec<_>>());

            // Every lane-nanosecond is work or waiting.
            let work: u64 = lengths_ns.iter().sum();
            let waited: u64 = run.waits.iter().map(|w| w.until_ns - w.from_ns).sum();
            prop_assert_eq!(work + waited, u64::from(lanes) * run.makespan_ns());
        }
    }
}
