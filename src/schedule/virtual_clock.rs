//! The virtual clock: drives the scheduler with known lengths, so that a run
//! of hours is known in milliseconds.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use serde::{Deserialize, Serialize};

use super::event::{Outcome, SchedulerEvent, SchedulerStep, Ticket, WaitReason};
use super::scheduler::Scheduler;

/// When and where a case ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placement {
    /// The case, its lane and its place in the order of dispatch.
    pub ticket: Ticket,
    /// Its start, in nanoseconds from the start of the run.
    pub start_ns: u64,
    /// Its end.
    pub end_ns: u64,
}

/// A worker that had nothing to run, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitSpan {
    /// Why nothing could start.
    pub reason: WaitReason,
    /// When it began to wait.
    pub from_ns: u64,
    /// When it stopped waiting.
    pub until_ns: u64,
}

/// A run on the virtual clock.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SimulatedRun {
    /// All cases, in the order of their dispatch.
    pub placements: Vec<Placement>,
    /// All waiting of the workers.
    pub waits: Vec<WaitSpan>,
}

impl SimulatedRun {
    /// The end of the last case, in nanoseconds.
    #[must_use]
    pub fn makespan_ns(&self) -> u64 {
        self.placements.iter().map(|p| p.end_ns).max().unwrap_or(0)
    }
}

/// Plays the schedule with so many workers, each case taking `length_ns` of
/// its number. What can never start is left out.
#[must_use]
pub fn simulate(
    scheduler: Scheduler,
    workers: u32,
    length_ns: impl Fn(u32) -> u64,
) -> SimulatedRun {
    let mut played = SimulatedRun::default();
    drive(scheduler, workers, length_ns, &mut played);
    played
}

/// The end of the last case, in nanoseconds, without the record of the others.
#[must_use]
pub fn makespan_ns(scheduler: Scheduler, workers: u32, length_ns: impl Fn(u32) -> u64) -> u64 {
    let mut last = Last { end_ns: 0 };
    drive(scheduler, workers, length_ns, &mut last);
    last.end_ns
}

/// Who wants to know what the virtual clock comes by.
trait WaitWatch {
    fn placed(&mut self, placement: Placement);
    fn waited(&mut self, waited: WaitSpan);
}

impl WaitWatch for SimulatedRun {
    fn placed(&mut self, placement: Placement) {
        self.placements.push(placement);
    }

    fn waited(&mut self, waited: WaitSpan) {
        self.waits.push(waited);
    }
}

struct Last {
    end_ns: u64,
}

impl WaitWatch for Last {
    fn placed(&mut self, placement: Placement) {
        self.end_ns = self.end_ns.max(placement.end_ns);
    }

    fn waited(&mut self, _: WaitSpan) {}
}

struct Idle {
    since_ns: u64,
    why: Option<WaitReason>,
}

fn drive(
    mut scheduler: Scheduler,
    workers: u32,
    length_ns: impl Fn(u32) -> u64,
    watch: &mut impl WaitWatch,
) {
    let mut now_ns = 0;
    let mut ends: BinaryHeap<Reverse<(u64, u32)>> = BinaryHeap::new();
    let mut idle: Vec<Idle> = (0..workers).map(|_| Idle { since_ns: 0, why: None }).collect();
    loop {
        let mut wake_ns = None;
        while let Some(worker) = idle.last() {
            match scheduler.next(now_ns) {
                SchedulerStep::Start(ticket) => {
                    note_wait(watch, worker, now_ns);
                    idle.pop();
                    let end_ns = now_ns.saturating_add(length_ns(ticket.case));
                    watch.placed(Placement { ticket, start_ns: now_ns, end_ns });
                    ends.push(Reverse((end_ns, ticket.lane)));
                }
                SchedulerStep::Wait { until_ns, reason: why } => {
                    for worker in idle.iter_mut().filter(|worker| worker.why != Some(why)) {
                        note_wait(watch, worker, now_ns);
                        *worker = Idle { since_ns: now_ns, why: Some(why) };
                    }
                    wake_ns = until_ns;
                    break;
                }
                SchedulerStep::Done => {
                    idle.iter().for_each(|worker| note_wait(watch, worker, now_ns));
                    return;
                }
            }
        }
        let end_ns = ends.peek().map(|Reverse((end_ns, _))| *end_ns);
        let Some(then_ns) = end_ns.into_iter().chain(wake_ns).min() else { return };
        now_ns = then_ns;
        while let Some(&Reverse((end_ns, lane))) = ends.peek()
            && end_ns == now_ns
        {
            ends.pop();
            scheduler.handle(now_ns, SchedulerEvent::Finished { lane, outcome: Outcome::Settled });
            idle.push(Idle { since_ns: now_ns, why: None });
        }
    }
}

fn note_wait(watch: &mut impl WaitWatch, worker: &Idle, now_ns: u64) {
    if let Some(why) = worker.why
        && worker.since_ns < now_ns
    {
        watch.waited(WaitSpan { reason: why, from_ns: worker.since_ns, until_ns: now_ns });
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::order::dispatch_order;
    use super::super::scheduler::Rules;
    use super::super::time::{ns_from_s, s_from_ns};
    use super::*;
    use crate::study::{Dispatch, Order};

    fn played_by(lengths_s: &[f64], rules: Rules, order: Order) -> SimulatedRun {
        let cases = u32::try_from(lengths_s.len()).unwrap();
        let order = dispatch_order(order, cases, Some(lengths_s), 10);
        let scheduler = Scheduler::new(order, rules);
        let length_ns = |case| ns_from_s(lengths_s[case as usize]);
        let played = simulate(scheduler.clone(), rules.lanes, length_ns);
        assert_eq!(makespan_ns(scheduler, rules.lanes, length_ns), played.makespan_ns());
        played
    }

    fn played(lengths_s: &[f64], workers: u32, order: Order) -> SimulatedRun {
        played_by(lengths_s, Rules::with_lanes(workers), order)
    }

    fn makespan_s(lengths_s: &[f64], workers: u32, order: Order) -> f64 {
        s_from_ns(played(lengths_s, workers, order).makespan_ns())
    }

    /// The reference's crash tests: r · x · y / 1000 s.
    fn crash_tests() -> Vec<f64> {
        let r = 0.771_320_643_266_746;
        [(10, 200), (50, 200), (20, 200), (10, 400), (50, 400), (20, 400)]
            .map(|(x, y)| r * f64::from(x * y) / 1000.0)
            .to_vec()
    }

    /// (lengths, workers, [listed, longest first, shortest first]); the
    /// published figures of the crash tests have three digits, so their exact
    /// sums are written out.
    #[test]
    fn the_ideal_makespans_of_the_references() {
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
    fn the_ideal_makespans_of_batches_and_shares() {
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
                let makespan = s_from_ns(played_by(&lengths, rules, Order::Listed).makespan_ns());
                let case = format!("{lengths:?}, {workers} workers, {dispatch:?}");
                assert!((makespan - exact[at]).abs() < 1e-9, "{case}: {makespan}, {exact:?}");
                assert!((makespan - published[at]).abs() < 6e-4, "{case}: {makespan}");
            }
        }
        for (workers, expected) in [(1, 7.0), (2, 4.0), (3, 3.0), (4, 2.0), (6, 2.0), (7, 1.0)] {
            for dispatch in [Dispatch::Batches, Dispatch::Shares] {
                let rules = Rules { dispatch, ..Rules::with_lanes(workers) };
                let makespan = s_from_ns(played_by(&[1.0; 7], rules, Order::Listed).makespan_ns());
                assert!((makespan - expected).abs() < 1e-9, "{workers} workers: {makespan}");
            }
        }
    }

    #[test]
    fn lanes_wait_at_the_barrier_and_say_so() {
        let rules = Rules { dispatch: Dispatch::Batches, ..Rules::with_lanes(2) };
        let played = played_by(&[1.0, 3.0, 2.0], rules, Order::Listed);
        let wait = |why, from_s, until_s| WaitSpan {
            reason: why,
            from_ns: ns_from_s(from_s),
            until_ns: ns_from_s(until_s),
        };
        assert_eq!(
            played.waits,
            [wait(WaitReason::Barrier, 1.0, 3.0), wait(WaitReason::Empty, 3.0, 5.0)]
        );
    }

    #[test]
    fn nothing_takes_no_time() {
        assert_eq!(played(&[], 3, Order::Listed), SimulatedRun::default());
    }

    #[test]
    fn a_worker_without_a_case_waits_until_the_end() {
        let played = played(&[2.0, 5.0], 3, Order::Listed);
        let empty = |from_s, until_s| WaitSpan {
            reason: WaitReason::Empty,
            from_ns: ns_from_s(from_s),
            until_ns: ns_from_s(until_s),
        };
        assert_eq!(played.waits, [empty(0.0, 5.0), empty(2.0, 5.0)]);
    }

    #[test]
    fn a_limit_is_waited_for_and_a_schedule_that_cannot_start_ends() {
        let limited = |limit| {
            let rules = Rules { limit: Some(limit), ..Rules::with_lanes(2) };
            simulate(Scheduler::new(vec![0, 1], rules), 2, |_| 10)
        };
        assert_eq!(limited(1).makespan_ns(), 20);
        let licence = WaitSpan { reason: WaitReason::Licence, from_ns: 0, until_ns: 10 };
        assert!(limited(1).waits.contains(&licence));
        assert_eq!(limited(0).placements, []);
    }

    /// List scheduling as in the textbook: each case in turn goes to the lane
    /// that is free first, of equals the lowest.
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

    /// Each batch on its own from where the one before ended; each share summed.
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

    proptest! {
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
            let played = simulate(scheduler, lanes, |case| lengths_ns[case as usize]);
            prop_assert_eq!(played.placements.len(), lengths_ns.len());
            prop_assert_eq!(played.makespan_ns(), brute_force_cut(&lengths_ns, &order, rules));
            let work: u64 = lengths_ns.iter().sum();
            let waited: u64 = played.waits.iter().map(|w| w.until_ns - w.from_ns).sum();
            prop_assert_eq!(work + waited, u64::from(lanes) * played.makespan_ns());
        }

        #[test]
        fn it_agrees_with_brute_force(
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
            let played = simulate(scheduler, lanes, |case| lengths_ns[case as usize]);

            let placed: Vec<_> = played.placements.iter()
                .map(|p| (p.ticket.case, p.ticket.lane, p.start_ns, p.end_ns)).collect();
            // Cases of no length free their lane at once: which of several
            // lanes they take at one instant is not a matter of time.
            let model = brute_force(&lengths_ns, &order, lanes);
            if lengths_ns.contains(&0) {
                let times = |all: &[(u32, u32, u64, u64)]|
                    all.iter().map(|p| (p.0, p.2, p.3)).collect::<Vec<_>>();
                prop_assert_eq!(times(&placed), times(&model));
            } else {
                prop_assert_eq!(placed, model);
            }

            let dispatched: Vec<_> =
                played.placements.iter().map(|p| p.ticket.dispatch_index).collect();
            prop_assert_eq!(dispatched, (0..cases).collect::<Vec<_>>());

            // Every lane-nanosecond is either work or waiting.
            let work: u64 = lengths_ns.iter().sum();
            let waited: u64 = played.waits.iter().map(|w| w.until_ns - w.from_ns).sum();
            prop_assert_eq!(work + waited, u64::from(lanes) * played.makespan_ns());
        }
    }
}
