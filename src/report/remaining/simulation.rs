//! Simulates the rest of a run from its current state, with the scheduler that runs it.

use crate::schedule::{Rules, Scheduler, makespan_ns, ns_from_s, s_from_ns};
use crate::study::{CaseResources, Dispatch, FrozenPlan};

/// Waiting cases simulated one by one; of more, a sample stands for all.
const MAX_CASES: usize = 1000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CaseProgress {
    Ended,
    Running,
    Waiting,
}

/// The rest of a run, ready to be simulated with different lengths.
///
/// The scheduler gets the cases again in their order: ended ones without length, running ones with
/// their time left. Cases that ended long ago are left out where that changes nothing.
#[derive(Debug)]
pub(crate) struct RemainingRun {
    items: Vec<RemainingCase>,
    scheduler: Scheduler,
    lanes: u32,
    coverage: Coverage,
}

/// Which waiting cases are simulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Coverage {
    All,
    /// A sample that stands for all.
    Sample,
    /// The last ones. Those before are only work shared by the lanes; the first items are
    /// the running cases, one per lane.
    Last,
}

/// An item of the simulation: a running case, or one that stands for `times` waiting cases.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct RemainingCase {
    pub(crate) case: u32,
    pub(crate) progress: CaseProgress,
    /// Number of cases it stands for.
    pub(crate) times: f64,
}

pub(crate) struct RemainingPlan<'a, S> {
    pub(crate) plan: &'a FrozenPlan,
    pub(crate) resources: &'a CaseResources,
    /// All cases in dispatch order.
    pub(crate) order: &'a [u32],
    /// Cases dispatched to each lane.
    pub(crate) dispatched: &'a [u32],
    pub(crate) running: &'a [u32],
    /// Ended cases that wait for a retry.
    pub(crate) retries: &'a [u32],
    pub(crate) progress: S,
}

impl<S: Fn(u32) -> CaseProgress> RemainingPlan<'_, S> {
    fn item(&self, case: u32) -> RemainingCase {
        RemainingCase { case, progress: (self.progress)(case), times: 1.0 }
    }

    fn items(&self, cases: &[u32]) -> Vec<RemainingCase> {
        cases.iter().map(|&case| self.item(case)).collect()
    }

    fn dispatched_count(&self) -> usize {
        let count: usize = self.dispatched.iter().map(|&cases| cases as usize).sum();
        count.min(self.order.len())
    }

    /// The cases from the start of the running batch.
    fn open_batches(&self, batch: usize) -> &[u32] {
        let count = self.dispatched_count();
        // Between two batches no case is running and the next batch has not begun.
        let last = if self.running.is_empty() { count } else { count.saturating_sub(1) };
        &self.order[last / batch * batch..]
    }

    /// The running batch, and a sample of the later ones.
    fn sample_batches(&self, batch: usize) -> Vec<RemainingCase> {
        let open = self.open_batches(batch);
        let (open, later) = open.split_at(batch.min(open.len()));
        let every = later.len().div_ceil(MAX_CASES).max(1);
        let sample = later.chunks(batch).step_by(every).flatten();
        let sample = sample.map(|&case| RemainingCase { times: every as f64, ..self.item(case) });
        self.items(open).into_iter().chain(sample).collect()
    }

    /// The same number of items per lane: its running case and a sample of its share.
    fn sample_shares(&self, lanes: usize) -> Vec<RemainingCase> {
        let share = self.order.len().div_ceil(lanes).max(1);
        let room = (MAX_CASES / lanes).max(4);
        let mut items = Vec::with_capacity(lanes * (room + 1));
        for lane in 0..lanes {
            let from = (lane * share).min(self.order.len());
            let to = (from + share).min(self.order.len());
            let dispatched = self.dispatched.get(lane).map_or(0, |&cases| cases as usize);
            let next = (from + dispatched).min(to);
            let latest = next.checked_sub(1).filter(|&at| at >= from);
            let latest = latest.map(|at| self.item(self.order[at]));
            let running = latest.filter(|item| item.progress == CaseProgress::Running);
            items.push(running.unwrap_or(FREE_LANE));
            let waiting = &self.order[next..to];
            let every = waiting.len().div_ceil(room).max(1);
            let sample = waiting.iter().skip(every / 2).step_by(every);
            let sample =
                sample.map(|&case| RemainingCase { times: every as f64, ..self.item(case) });
            items.extend(sample);
            items.resize((lane + 1) * (room + 1), FREE_LANE);
        }
        items
    }
}

/// Placeholder for a free lane.
const FREE_LANE: RemainingCase =
    RemainingCase { case: 0, progress: CaseProgress::Ended, times: 0.0 };

impl RemainingRun {
    pub(crate) fn new<S: Fn(u32) -> CaseProgress>(plan: &RemainingPlan<'_, S>) -> Self {
        let mut rules = Rules::of(plan.plan);
        let lanes = rules.lanes.max(1) as usize;
        let batch = rules.batch.max(1) as usize;
        let order = plan.order;
        let few = order.len() - plan.dispatched_count() <= MAX_CASES;
        let is_whole = match rules.dispatch {
            Dispatch::Shares => order.len() <= MAX_CASES,
            Dispatch::NextFree | Dispatch::Batches => few,
        };
        if !is_whole {
            let sample: Vec<u32> =
                order.iter().copied().rev().step_by(order.len().div_ceil(MAX_CASES)).collect();
            let at_once = plan.resources.mean_at_once(&sample);
            let at_once = at_once.and_then(|at_once| u32::try_from(at_once.max(1)).ok());
            rules.limit = rules.limit.into_iter().chain(at_once).min();
        }
        let (items, coverage) = match rules.dispatch {
            Dispatch::Shares if order.len() <= MAX_CASES => (plan.items(order), Coverage::All),
            Dispatch::Shares => (plan.sample_shares(lanes), Coverage::Sample),
            Dispatch::Batches if few => (plan.items(plan.open_batches(batch)), Coverage::All),
            Dispatch::Batches if batch <= MAX_CASES / 4 => {
                (plan.sample_batches(batch), Coverage::Sample)
            }
            Dispatch::NextFree | Dispatch::Batches => {
                // Barriers between batches this long cost next to nothing.
                rules.dispatch = Dispatch::NextFree;
                // With equal lanes, a limit is the same as fewer lanes.
                rules.lanes = rules.lanes.min(rules.limit.unwrap_or(u32::MAX)).max(1);
                let lanes = rules.lanes as usize;
                let mut items = plan.items(plan.running);
                if few {
                    // Of many retries, as many as are simulated.
                    items.extend(plan.items(&plan.retries[..plan.retries.len().min(MAX_CASES)]));
                    items.extend(plan.items(&order[plan.dispatched_count()..]));
                    (items, Coverage::All)
                } else {
                    // With fewer licences than running cases, those still finish.
                    items.resize(lanes.max(items.len()), FREE_LANE);
                    items.extend(plan.items(&order[order.len() - MAX_CASES / 2..]));
                    (items, Coverage::Last)
                }
            }
        };
        let numbers = (0..u32::try_from(items.len()).unwrap_or(u32::MAX)).collect();
        let mut scheduler = Scheduler::new(numbers, rules);
        if is_whole {
            let needs =
                |item: &RemainingCase| (item.progress != CaseProgress::Ended).then_some(item.case);
            scheduler =
                scheduler.with_resources(&plan.resources.of_items(&items.iter().map(needs)));
        }
        let started = items.iter().filter(|item| item.progress != CaseProgress::Waiting);
        scheduler.repeat_starts(started.count());
        Self { items, scheduler, lanes: rules.lanes, coverage }
    }

    pub(crate) fn items(&self) -> &[RemainingCase] {
        &self.items
    }

    /// Simulates the rest: seconds until the last case ends, if the items take these
    /// lengths from now on and all waiting cases take `waiting_s` in total.
    pub(crate) fn left_s(&self, mut lengths_s: Vec<f64>, waiting_s: f64) -> f64 {
        let simulated_s: f64 = self
            .items
            .iter()
            .zip(&lengths_s)
            .filter(|(item, _)| item.progress == CaseProgress::Waiting)
            .map(|(_, length_s)| length_s)
            .sum();
        match self.coverage {
            Coverage::All => {}
            Coverage::Sample => {
                let factor = if simulated_s > 0.0 { waiting_s / simulated_s } else { 0.0 };
                for (item, length_s) in self.items.iter().zip(&mut lengths_s) {
                    if item.progress == CaseProgress::Waiting {
                        *length_s *= factor;
                    }
                }
            }
            Coverage::Last => {
                let lanes = self.items.len() - MAX_CASES / 2;
                level(&mut lengths_s[..lanes], (waiting_s - simulated_s).max(0.0));
            }
        }
        if self.items.iter().all(|item| item.progress != CaseProgress::Waiting) {
            // With nothing to dispatch the longest decides.
            return lengths_s.iter().copied().fold(0.0, f64::max);
        }
        let length_ns = |item: u32| ns_from_s(lengths_s[item as usize]);
        s_from_ns(makespan_ns(self.scheduler.clone(), self.lanes, length_ns))
    }
}

/// Distributes `work_s` over lanes that are busy for these times so that they end
/// together, except those that end later anyway.
fn level(busy_s: &mut [f64], work_s: f64) {
    let mut sorted_s = busy_s.to_vec();
    sorted_s.sort_by(f64::total_cmp);
    let (mut level_s, mut below_s) = (0.0, work_s);
    for (lanes, &lane_s) in sorted_s.iter().enumerate() {
        if lanes > 0 && level_s <= lane_s {
            break;
        }
        below_s += lane_s;
        level_s = below_s / (lanes as f64 + 1.0);
    }
    busy_s.iter_mut().for_each(|lane_s| *lane_s = lane_s.max(level_s));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::fixtures;
    use crate::schedule::{SimulatedRun, simulate};
    use crate::study::{ClockChoice, Strategy};

    fn plan(strategy: Strategy, workers: u32, batch: Option<u32>) -> FrozenPlan {
        FrozenPlan { batch, clock: ClockChoice::Real, ..fixtures::plan(strategy, workers) }
    }

    /// The simulated time left at `now_ns`, and the true one.
    fn left_s(plan: &FrozenPlan, lengths_ns: &[u64], now_ns: u64) -> (f64, f64) {
        let order: Vec<u32> = (0..u32::try_from(lengths_ns.len()).unwrap()).collect();
        let scheduler = Scheduler::new(order.clone(), Rules::of(plan));
        let SimulatedRun { placements, .. } =
            simulate(scheduler, plan.workers, |case| lengths_ns[case as usize]);
        let end_ns = placements.iter().map(|p| p.end_ns).max().unwrap_or(0);
        let mut states = vec![(CaseProgress::Waiting, 0); lengths_ns.len()];
        let mut dispatched = vec![0; plan.workers as usize];
        let mut running = Vec::new();
        for placed in &placements {
            let case = placed.ticket.case;
            if placed.start_ns <= now_ns {
                dispatched[placed.ticket.lane as usize] += 1;
                let ended = placed.end_ns <= now_ns;
                let progress = if ended { CaseProgress::Ended } else { CaseProgress::Running };
                states[case as usize] = (progress, placed.end_ns.saturating_sub(now_ns));
                if !ended {
                    running.push(case);
                }
            }
        }
        let rest = RemainingRun::new(&RemainingPlan {
            plan,
            resources: &CaseResources::default(),
            order: &order,
            dispatched: &dispatched,
            running: &running,
            retries: &[],
            progress: |case| states[case as usize].0,
        });
        let length_s = |item: &RemainingCase| match item.progress {
            CaseProgress::Ended => 0.0,
            CaseProgress::Running => s_from_ns(states[item.case as usize].1),
            CaseProgress::Waiting => s_from_ns(lengths_ns[item.case as usize]) * item.times,
        };
        let lengths_s = rest.items().iter().map(length_s).collect();
        let waiting = |(case, &length_ns): (usize, &u64)| {
            (states[case].0 == CaseProgress::Waiting).then(|| s_from_ns(length_ns))
        };
        let waiting_s = lengths_ns.iter().enumerate().filter_map(waiting).sum();
        (rest.left_s(lengths_s, waiting_s), s_from_ns(end_ns.saturating_sub(now_ns)))
    }

    proptest! {
        #[test]
        fn with_true_lengths_the_simulated_end_is_exact(
            lengths_ns in proptest::collection::vec(1..50_u64, 0..60),
            strategy in proptest::sample::select(
                vec![Strategy::Series, Strategy::Threads, Strategy::Batches, Strategy::Shares]),
            workers in 1..9_u32,
            batch in 1..12_u32,
            share in 0.0..1.0_f64,
        ) {
            let workers = if strategy == Strategy::Series { 1 } else { workers };
            let plan = plan(strategy, workers, Some(batch));
            let all_ns: u64 = lengths_ns.iter().sum();
            let now_ns = ns_from_s(share * s_from_ns(all_ns) / f64::from(workers));
            let (left, truth) = left_s(&plan, &lengths_ns, now_ns);
            prop_assert_eq!(ns_from_s(left), ns_from_s(truth));
        }
    }

    #[test]
    fn a_sample_of_many_cases_stands_for_all() {
        let lengths_ns: Vec<u64> = (0..20_000).map(|n| 1_000_000 + n * 7919 % 900_000).collect();
        for (strategy, workers, batch) in [
            (Strategy::Threads, 7, None),
            (Strategy::Threads, 256, None),
            (Strategy::Batches, 5, Some(5)),
            (Strategy::Batches, 7, Some(700)),
            (Strategy::Shares, 7, None),
        ] {
            let plan = plan(strategy, workers, batch);
            let sum_ns: u64 = lengths_ns.iter().sum();
            for share in [0, 3, 6] {
                let now_ns = sum_ns / u64::from(workers) * share / 10;
                let (left, truth) = left_s(&plan, &lengths_ns, now_ns);
                let off = (left / truth - 1.0).abs();
                assert!(off < 0.02, "{strategy:?} {workers} at {share}: {left}, {truth}");
            }
        }
    }

    #[test]
    fn work_is_levelled_over_the_lanes() {
        let levelled = |mut busy_s: Vec<f64>, work_s| {
            level(&mut busy_s, work_s);
            busy_s
        };
        assert_eq!(levelled(vec![5.0, 1.0, 3.0], 4.0), [5.0, 4.0, 4.0]);
        assert_eq!(levelled(vec![5.0, 1.0, 3.0], 9.0), [6.0, 6.0, 6.0]);
        assert_eq!(levelled(vec![2.0, 0.0], 1.0), [2.0, 1.0]);
        assert_eq!(levelled(vec![2.0], 0.0), [2.0]);
    }
}
