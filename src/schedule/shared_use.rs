//! Resources in use, and the rule by which a case may pass one that waits for them.
//!
//! The first case in dispatch order that does not fit waits, and its need is reserved: a later
//! case starts before it only if it fits now and, together with all cases that passed, leaves
//! room for the waiting one in the whole. So the waiting case starts at the latest when the
//! cases that ran before it have ended, whatever comes behind it.

use super::event::WaitReason;
use crate::study::{CaseResources, Resource, SharedResource};

/// What the running cases use of each limited resource.
#[derive(Debug, Clone, Default)]
pub(super) struct SharedUse {
    pools: Vec<Pool>,
    /// The case whose need is reserved.
    waiting: Option<u32>,
    /// Number of reservations so far.
    reservations: u32,
}

#[derive(Debug, Clone)]
struct Pool {
    shared: SharedResource,
    total: u64,
    used: u64,
    /// Part in use by cases that passed the waiting one.
    passed: u64,
}

/// The reservation that a running case passed, by its number; 0 for none.
pub(super) type Passed = u32;

impl SharedUse {
    pub(super) fn new(resources: &CaseResources) -> Self {
        let pool = |(shared, total): (&SharedResource, u64)| Pool {
            shared: shared.clone(),
            total,
            used: 0,
            passed: 0,
        };
        Self { pools: resources.limited().map(pool).collect(), ..Self::default() }
    }

    #[inline]
    pub(super) fn is_unlimited(&self) -> bool {
        self.pools.is_empty()
    }

    pub(super) fn waiting(&self) -> Option<u32> {
        self.waiting
    }

    /// Returns the first resource of which too little is left for a case.
    pub(super) fn lacking(&self, case: u32) -> Option<WaitReason> {
        let lacks = |pool: &&Pool| pool.shared.need(case) > pool.total.saturating_sub(pool.used);
        self.pools.iter().find(lacks).map(|pool| match pool.shared.resource {
            Resource::Cores => WaitReason::Cores,
            Resource::Memory => WaitReason::MemoryShare,
            Resource::Tokens => WaitReason::Tokens,
        })
    }

    /// Whether a case leaves room for `first`, as do all that passed it before.
    pub(super) fn may_pass(&self, case: u32, first: u32) -> bool {
        let is_known = self.waiting == Some(first);
        self.pools.iter().all(|pool| {
            let passed = if is_known { pool.passed } else { 0 };
            let reserved = pool.shared.need(first).saturating_add(passed);
            pool.shared.need(case) <= pool.total.saturating_sub(reserved)
        })
    }

    /// Reserves the need of a case that waits first.
    pub(super) fn reserve(&mut self, first: Option<u32>) {
        if let Some(first) = first.filter(|_| self.waiting != first) {
            self.waiting = Some(first);
            self.reservations += 1;
            self.pools.iter_mut().for_each(|pool| pool.passed = 0);
        }
    }

    /// Records that a case starts; returns the reservation that it passes.
    pub(super) fn take(&mut self, case: u32) -> Passed {
        if self.waiting == Some(case) {
            self.waiting = None;
        }
        let passes = self.waiting.is_some();
        for pool in &mut self.pools {
            let need = pool.shared.need(case);
            pool.used += need;
            pool.passed += if passes { need } else { 0 };
        }
        if passes { self.reservations } else { 0 }
    }

    pub(super) fn release(&mut self, case: u32, passed: Passed) {
        let is_counted = passed > 0 && passed == self.reservations;
        for pool in &mut self.pools {
            let need = pool.shared.need(case);
            pool.used = pool.used.saturating_sub(need);
            pool.passed = pool.passed.saturating_sub(if is_counted { need } else { 0 });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use proptest::sample::select;

    use crate::schedule::{
        Rules, Scheduler, SchedulerEvent, SchedulerStep, WaitReason, makespan_ns, simulate,
    };
    use crate::study::{CaseDemand, CaseResources, CaseTable, Dispatch, Resource};

    /// Cores and tokens of each case, and the totals.
    type Needs = (Vec<[u32; 2]>, [u32; 2]);

    fn resources((needs, totals): &Needs) -> CaseResources {
        let headings = ["cores", "tokens"].map(str::to_owned);
        let mut cases = CaseTable::with_extra_columns(headings.to_vec());
        for need in needs {
            cases.push("", 1.0, 1.0, &need.map(|need| need.to_string()).each_ref().map(|s| &**s));
        }
        let column = |heading: &str| CaseDemand::Column(heading.to_owned());
        let [cores, tokens] = totals.map(|total| Some(u64::from(total)));
        let shared = [
            (Resource::Cores, cores, column("cores")),
            (Resource::Tokens, tokens, column("tokens")),
        ];
        CaseResources::recorded(shared, &cases)
    }

    fn needs(cases: std::ops::Range<usize>) -> impl Strategy<Value = Needs> {
        let totals = [1..9_u32, 1..6_u32];
        (totals, proptest::collection::vec([1..9_u32, 0..6_u32], cases)).prop_map(
            |(totals, mut needs)| {
                let fit = |need: &mut [u32; 2]| {
                    *need = [need[0].min(totals[0]), need[1].min(totals[1])];
                };
                needs.iter_mut().for_each(fit);
                (needs, totals)
            },
        )
    }

    fn starts(needs: &Needs, lengths_ns: &[u64], rules: Rules) -> Vec<(u32, u64)> {
        let order: Vec<u32> = (0..).take(lengths_ns.len()).collect();
        let scheduler = Scheduler::new(order, rules).with_resources(&resources(needs));
        let length_ns = |case| lengths_ns[case as usize];
        let run = simulate(scheduler.clone(), rules.lanes, length_ns);
        assert_eq!(makespan_ns(scheduler, rules.lanes, length_ns), run.makespan_ns());
        let work: u64 = lengths_ns.iter().sum();
        let waited: u64 = run.waits.iter().map(|wait| wait.until_ns - wait.from_ns).sum();
        assert_eq!(work + waited, u64::from(rules.lanes) * run.makespan_ns(), "lane-seconds");
        run.placements.iter().map(|placed| (placed.ticket.case, placed.start_ns)).collect()
    }

    /// The rule in its plainest form. Each running case is its end, its case and whether it
    /// passed the one that waits first.
    fn model((needs, totals): &Needs, lengths_ns: &[u64], lanes: usize) -> Vec<(u32, u64)> {
        let mut waiting: Vec<usize> = (0..needs.len()).collect();
        let mut running: Vec<(u64, usize, bool)> = Vec::new();
        let (mut now_ns, mut starts) = (0, Vec::new());
        while !waiting.is_empty() {
            let first = waiting[0];
            let sum = |of: &dyn Fn(bool) -> bool, of_resource: usize| -> u32 {
                let counted = running.iter().filter(|(.., passed)| of(*passed));
                counted.map(|&(_, case, _)| needs[case][of_resource]).sum()
            };
            let fits =
                |case: usize| (0..2).all(|r| sum(&|_| true, r) + needs[case][r] <= totals[r]);
            let leaves_room = |case: usize| {
                (0..2).all(|r| {
                    sum(&|passed| passed, r) + needs[case][r] + needs[first][r] <= totals[r]
                })
            };
            let next = if running.len() == lanes {
                None
            } else if fits(first) {
                Some(0)
            } else {
                (1..waiting.len()).find(|&at| fits(waiting[at]) && leaves_room(waiting[at]))
            };
            if let Some(at) = next {
                let case = waiting.remove(at);
                if at == 0 {
                    running.iter_mut().for_each(|(.., passed)| *passed = false);
                }
                running.push((now_ns + lengths_ns[case], case, at > 0));
                starts.push((u32::try_from(case).unwrap(), now_ns));
            } else {
                now_ns =
                    running.iter().map(|&(end_ns, ..)| end_ns).min().expect("a case fits alone");
                running.retain(|&(end_ns, ..)| end_ns > now_ns);
            }
        }
        starts
    }

    #[test]
    fn a_waiting_case_is_passed_only_by_cases_that_leave_it_room() {
        // At 2, case 2 waits for 3 of 4 cores. Case 3 would leave it 2, case 4 leaves it 3, and
        // case 5 behind that would leave it 2.
        let needs = (vec![[2, 0], [2, 0], [3, 0], [2, 0], [1, 0], [1, 0]], [4, 1]);
        let lengths = [10, 2, 5, 5, 9, 9];
        assert_eq!(
            starts(&needs, &lengths, Rules::with_lanes(6)),
            [(0, 0), (1, 0), (4, 2), (2, 10), (5, 11), (3, 15)]
        );
    }

    #[test]
    fn one_large_case_does_not_wait_for_the_end_of_many_small_ones() {
        let mut all = vec![[1, 0]; 100];
        all[1] = [4, 0];
        let needs = (all, [4, 1]);
        let starts = starts(&needs, &[10; 100], Rules::with_lanes(4));
        assert_eq!(starts[..3], [(0, 0), (1, 10), (2, 20)], "nothing may pass");
    }

    #[test]
    fn a_worker_waits_for_the_resource_that_the_first_case_lacks() {
        let reason = |needs: &Needs| {
            let order = vec![0, 1];
            let mut s =
                Scheduler::new(order, Rules::with_lanes(2)).with_resources(&resources(needs));
            assert!(matches!(s.next(0), SchedulerStep::Start(_)));
            assert!(s.wait_reason(0).is_some());
            match s.next(0) {
                SchedulerStep::Wait { until_ns: None, reason } => reason,
                step => panic!("{step:?}"),
            }
        };
        assert_eq!(reason(&(vec![[2, 1], [2, 1]], [3, 3])), WaitReason::Cores);
        assert_eq!(reason(&(vec![[2, 1], [2, 1]], [4, 1])), WaitReason::Tokens);
    }

    proptest! {
        #[test]
        fn starts_agree_with_brute_force_and_resources_are_never_exceeded(
            (needs, lengths_ns) in needs(1..25).prop_flat_map(|needs| {
                let count = needs.0.len();
                (Just(needs), proptest::collection::vec(1..40_u64, count))
            }),
            lanes in 1..8_u32,
        ) {
            let starts = starts(&needs, &lengths_ns, Rules::with_lanes(lanes));
            prop_assert_eq!(&starts, &model(&needs, &lengths_ns, lanes as usize));
            let end = |&(case, start_ns): &(u32, u64)| start_ns + lengths_ns[case as usize];
            for (_, at_ns) in &starts {
                let running = starts.iter().filter(|start| start.1 <= *at_ns && end(start) > *at_ns);
                let used = running.fold([0, 0], |sum, &(case, _)| {
                    let need = needs.0[case as usize];
                    [sum[0] + need[0], sum[1] + need[1]]
                });
                prop_assert!(used[0] <= needs.1[0] && used[1] <= needs.1[1], "{used:?}");
            }
            // No case starves: once all before it have started, it waits at most for the cases
            // that are running then.
            for (at, &(case, start_ns)) in starts.iter().enumerate() {
                let turn = starts.iter().rposition(|start| start.0 < case).map_or(0, |at| at + 1);
                let running_end_ns = starts[..turn].iter().map(end).max().unwrap_or(0);
                prop_assert!(turn > at || start_ns <= running_end_ns, "{case}: {starts:?}");
            }
        }

        #[test]
        fn every_case_ends_whatever_fails_is_refused_or_resized(
            needs in needs(1..20),
            dispatch in select(vec![Dispatch::NextFree, Dispatch::Batches, Dispatch::Shares]),
            lanes in 1..6_u32,
            draws in proptest::collection::vec((0..8_u32, 0..6_u32), 400),
        ) {
            let rules = Rules {
                dispatch, batch: 3, retries: 2, retry_pause_ns: 5, ..Rules::with_lanes(lanes)
            };
            let count = u32::try_from(needs.0.len()).unwrap();
            let mut s = Scheduler::new((0..count).collect(), rules).with_resources(&resources(&needs));
            let mut running: BTreeMap<u32, u32> = BTreeMap::new();
            let (mut now_ns, mut ended, mut draws) = (0, 0, draws.into_iter());
            loop {
                let step = s.next(now_ns);
                prop_assert_eq!(s.running_count() as usize, running.len() + usize::from(matches!(step, SchedulerStep::Start(_))));
                match step {
                    SchedulerStep::Start(ticket) => {
                        running.insert(ticket.lane, ticket.case);
                        let used = running.values().fold([0, 0], |sum, &case| {
                            let need = needs.0[case as usize];
                            [sum[0] + need[0], sum[1] + need[1]]
                        });
                        prop_assert!(used[0] <= needs.1[0] && used[1] <= needs.1[1], "{used:?}");
                        continue;
                    }
                    SchedulerStep::Done => break,
                    SchedulerStep::Wait { until_ns, reason } => {
                        prop_assert!(!running.is_empty() || until_ns.is_some(), "stuck: {reason:?}");
                        now_ns = until_ns.map_or(now_ns + 1, |until| (now_ns + 1).max(if running.is_empty() { until } else { 0 }));
                    }
                }
                // After the draws nothing fails any more.
                let (what, pick) = draws.next().unwrap_or((7, 0));
                if what == 0 {
                    s.handle(now_ns, SchedulerEvent::Resize(pick.max(1)));
                }
                let lane = running.keys().nth(pick as usize % running.len().max(1)).copied();
                let Some(lane) = lane else { continue };
                running.remove(&lane);
                let event = match what {
                    1 => SchedulerEvent::Refused { lane },
                    2 => SchedulerEvent::Finished { lane, has_failed: true },
                    _ => SchedulerEvent::Finished { lane, has_failed: false },
                };
                ended += u32::from(!s.handle(now_ns, event));
            }
            prop_assert_eq!(ended, count);
        }
    }
}
