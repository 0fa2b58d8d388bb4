//! Cases under a simulated licence server: no licence stays unused for long.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use caselanes::schedule::{Rules, Scheduler, SchedulerEvent, SchedulerStep};
use proptest::prelude::*;

const MS: u64 = 1_000_000;

/// A licence server whose number of licences changes once, and the cases that use it.
#[derive(Debug, Clone)]
struct Scenario {
    workers: u32,
    licences: [u32; 2],
    /// Time of the change.
    change_ns: u64,
    /// Time from the start of an attempt to the answer of the server.
    check_ns: u64,
    /// Time from a refusal to the end of the attempt.
    exit_ns: u64,
    lengths_ns: Vec<u64>,
}

/// Chooses the cases to start: the scheduler, or an oracle that knows the licences.
trait Starter {
    /// Returns the next case to start and its lane, or when to ask again.
    fn next(&mut self, now_ns: u64, free_licences: u32) -> Result<(u32, u32), Option<u64>>;
    fn end(&mut self, now_ns: u64, lane: u32, case: u32, is_refused: bool);
}

impl Starter for Scheduler {
    fn next(&mut self, now_ns: u64, _: u32) -> Result<(u32, u32), Option<u64>> {
        match Scheduler::next(self, now_ns) {
            SchedulerStep::Start(ticket) => Ok((ticket.case, ticket.lane)),
            SchedulerStep::Wait { until_ns, .. } => Err(until_ns),
            SchedulerStep::Done => Err(None),
        }
    }

    fn end(&mut self, now_ns: u64, lane: u32, _: u32, is_refused: bool) {
        let event = if is_refused {
            SchedulerEvent::Refused { lane }
        } else {
            SchedulerEvent::Finished { lane, has_failed: false }
        };
        self.handle(now_ns, event);
    }
}

/// Starts a case whenever a licence is free.
struct Oracle {
    waiting: Vec<u32>,
    free_lanes: Vec<u32>,
}

impl Starter for Oracle {
    fn next(&mut self, _: u64, free_licences: u32) -> Result<(u32, u32), Option<u64>> {
        if free_licences == 0 || self.free_lanes.is_empty() || self.waiting.is_empty() {
            return Err(None);
        }
        self.waiting.pop().zip(self.free_lanes.pop()).ok_or(None)
    }

    fn end(&mut self, _: u64, lane: u32, case: u32, is_refused: bool) {
        self.free_lanes.push(lane);
        if is_refused {
            self.waiting.push(case);
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Change,
    Ask,
    Check { case: u32, lane: u32 },
    End { case: u32, lane: u32, is_refused: bool },
}

/// Runs all cases and returns the time of the last end, and the number of refusals.
fn run(scenario: &Scenario, starter: &mut impl Starter) -> (u64, usize) {
    let mut steps = BinaryHeap::from([Reverse((0, Step::Ask))]);
    steps.push(Reverse((scenario.change_ns, Step::Change)));
    let [mut licences, later] = scenario.licences;
    let (mut held, mut undecided, mut refusals, mut done) = (0_u32, 0_u32, 0, 0);
    while let Some(Reverse((now_ns, step))) = steps.pop() {
        match step {
            Step::Ask => {}
            Step::Change => licences = later,
            Step::Check { case, lane } => {
                undecided -= 1;
                let is_refused = held >= licences;
                held += u32::from(!is_refused);
                let lengths_ns = [scenario.lengths_ns[case as usize], scenario.exit_ns];
                let end_ns = now_ns + lengths_ns[usize::from(is_refused)];
                steps.push(Reverse((end_ns, Step::End { case, lane, is_refused })));
            }
            Step::End { case, lane, is_refused } => {
                held -= u32::from(!is_refused);
                refusals += usize::from(is_refused);
                done += usize::from(!is_refused);
                if done == scenario.lengths_ns.len() {
                    return (now_ns, refusals);
                }
                starter.end(now_ns, lane, case, is_refused);
            }
        }
        loop {
            match starter.next(now_ns, licences.saturating_sub(held + undecided)) {
                Ok((case, lane)) => {
                    undecided += 1;
                    let check_ns = now_ns + scenario.check_ns;
                    steps.push(Reverse((check_ns, Step::Check { case, lane })));
                }
                Err(Some(until_ns)) if until_ns > now_ns => {
                    steps.push(Reverse((until_ns, Step::Ask)));
                    break;
                }
                Err(_) => break,
            }
        }
    }
    panic!("{done} of {} cases done", scenario.lengths_ns.len())
}

/// Returns total and refusals of the scheduler, and the total of the oracle.
fn compare(scenario: &Scenario) -> (f64, usize, f64) {
    let cases = || (0..).take(scenario.lengths_ns.len());
    let mut scheduler = Scheduler::new(cases().collect(), Rules::with_lanes(scenario.workers));
    let (total_ns, refusals) = run(scenario, &mut scheduler);
    let mut oracle = Oracle {
        waiting: cases().collect::<Vec<_>>().into_iter().rev().collect(),
        free_lanes: (0..scenario.workers).collect(),
    };
    let (ideal_ns, _) = run(scenario, &mut oracle);
    (total_ns as f64 / 1e9, refusals, ideal_ns as f64 / 1e9)
}

fn equal_cases(workers: u32, licences: [u32; 2], change_ns: u64, cases: usize) -> Scenario {
    let lengths_ns = vec![1000 * MS; cases];
    Scenario { workers, licences, change_ns, check_ns: 5 * MS, exit_ns: 5 * MS, lengths_ns }
}

#[test]
fn a_burst_of_refusals_leaves_no_licence_unused() {
    for (licences, workers) in [1, 2, 4].into_iter().flat_map(|l| (2..=16).map(move |w| (l, w))) {
        let scenario = equal_cases(workers, [licences; 2], 0, 10);
        let (total_s, refusals, ideal_s) = compare(&scenario);
        assert!(total_s < 1.05 * ideal_s, "{scenario:?}: {total_s} s, ideal {ideal_s} s");
        assert!(refusals < 30, "{scenario:?}: {refusals}");
    }
}

#[test]
fn all_licences_that_appear_are_used() {
    let (total_s, _, ideal_s) = compare(&equal_cases(8, [0, 2], 20_000 * MS, 24));
    assert!(total_s < 1.2 * ideal_s, "{total_s} s, ideal {ideal_s} s");
}

prop_compose! {
    fn scenario()(
        workers in 2_u32..=16,
        licences in prop::array::uniform2(prop::sample::select(vec![1_u32, 2, 4])),
        change_ns in 0..10_000 * MS,
        check_ns in MS..50 * MS,
        exit_ns in MS..50 * MS,
        lengths_ns in prop::collection::vec(500 * MS..1500 * MS, 20..80),
    ) -> Scenario {
        Scenario { workers, licences, change_ns, check_ns, exit_ns, lengths_ns }
    }
}

proptest! {
    #[test]
    fn a_run_takes_at_most_a_fifth_longer_than_with_known_licences(scenario in scenario()) {
        let (total_s, refusals, ideal_s) = compare(&scenario);
        // Refusals change the order of the cases, which costs up to half a case at the end.
        prop_assert!(total_s <= 1.2 * ideal_s + 0.5, "{total_s} s, ideal {ideal_s} s");
        // Besides the refusals of a change, one probe per case length.
        let most = 3.0 * f64::from(scenario.workers) + 2.0 * total_s / 0.5;
        prop_assert!(refusals as f64 <= most, "{refusals} refusals in {total_s} s");
    }
}
