//! Plays a run on from where it stands, on the machine that runs it.

use crate::schedule::{Rules, Scheduler, makespan_ns, ns_from_s, s_from_ns};
use crate::study::{Dispatch, FrozenPlan};

/// So many cases that wait are played one by one; of more, some stand for all.
const MOST: usize = 1000;

/// Where a case of a run that goes on stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CaseProgress {
    Ended,
    InWork,
    Waiting,
}

/// What is left of a run, ready to be played with different lengths.
///
/// The scheduler is the one that runs it: it is given the cases again in their
/// order, those that ended as cases of no length, those in work with what is left
/// of them. What ended long ago is left out where that changes nothing.
#[derive(Debug)]
pub(crate) struct RemainingRun {
    items: Vec<RemainingCase>,
    scheduler: Scheduler,
    lanes: u32,
    covers: Covers,
}

/// Which of the waiting cases are played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Covers {
    /// All.
    All,
    /// Some that stand for all.
    Some,
    /// The last. Those before them are only work that the lanes share; the first
    /// items are what is in each lane.
    Last,
}

/// A case to be played: one in work, or `times` that wait.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct RemainingCase {
    pub(crate) case: u32,
    pub(crate) stand: CaseProgress,
    /// How many cases this one stands for.
    pub(crate) times: f64,
}

/// A run that goes on, as far as its schedule is concerned.
pub(crate) struct RemainingPlan<'a, S> {
    pub(crate) plan: &'a FrozenPlan,
    /// All cases in the order of their dispatch.
    pub(crate) order: &'a [u32],
    /// How many cases each lane has been given.
    pub(crate) dispatched: &'a [u32],
    /// The cases in work.
    pub(crate) in_work: &'a [u32],
    /// Those that have been dispatched and wait to be tried again.
    pub(crate) again: &'a [u32],
    /// Where a case stands.
    pub(crate) stand: S,
}

impl<S: Fn(u32) -> CaseProgress> RemainingPlan<'_, S> {
    fn one(&self, case: u32) -> RemainingCase {
        RemainingCase { case, stand: (self.stand)(case), times: 1.0 }
    }

    fn all(&self, cases: &[u32]) -> Vec<RemainingCase> {
        cases.iter().map(|&case| self.one(case)).collect()
    }

    /// How many cases have been dispatched.
    fn begun(&self) -> usize {
        let begun: usize = self.dispatched.iter().map(|&cases| cases as usize).sum();
        begun.min(self.order.len())
    }

    /// The cases from the beginning of the batch in work on.
    fn open_batches(&self, batch: usize) -> &[u32] {
        let begun = self.begun();
        // Between two batches none is in work and the next has not begun.
        let last = if self.in_work.is_empty() { begun } else { begun.saturating_sub(1) };
        &self.order[last / batch * batch..]
    }

    /// The batch in work, and every so many of those behind it.
    fn some_batches(&self, batch: usize) -> Vec<RemainingCase> {
        let open = self.open_batches(batch);
        let (open, later) = open.split_at(batch.min(open.len()));
        let every = later.len().div_ceil(MOST).max(1);
        let some = later.chunks(batch).step_by(every).flatten();
        let some = some.map(|&case| RemainingCase { times: every as f64, ..self.one(case) });
        self.all(open).into_iter().chain(some).collect()
    }

    /// As many items for each lane, some of its share standing for all that wait.
    fn some_of_shares(&self, lanes: usize) -> Vec<RemainingCase> {
        let share = self.order.len().div_ceil(lanes).max(1);
        let room = (MOST / lanes).max(4);
        let mut items = Vec::with_capacity(lanes * (room + 1));
        for lane in 0..lanes {
            let from = (lane * share).min(self.order.len());
            let to = (from + share).min(self.order.len());
            let begun = self.dispatched.get(lane).map_or(0, |&begun| begun as usize);
            let begun = (from + begun).min(to);
            let now =
                begun.checked_sub(1).filter(|&at| at >= from).map(|at| self.one(self.order[at]));
            items.push(now.filter(|now| now.stand == CaseProgress::InWork).unwrap_or(NOTHING));
            let waiting = &self.order[begun..to];
            let every = waiting.len().div_ceil(room).max(1);
            let some = waiting.iter().skip(every / 2).step_by(every);
            let some = some.map(|&case| RemainingCase { times: every as f64, ..self.one(case) });
            items.extend(some);
            items.resize((lane + 1) * (room + 1), NOTHING);
        }
        items
    }
}

/// A lane that is free.
const NOTHING: RemainingCase = RemainingCase { case: 0, stand: CaseProgress::Ended, times: 0.0 };

impl RemainingRun {
    /// What is left of a run.
    pub(crate) fn of<S: Fn(u32) -> CaseProgress>(course: &RemainingPlan<'_, S>) -> Self {
        let mut rules = Rules::of(course.plan);
        let lanes = rules.lanes.max(1) as usize;
        let batch = rules.batch.max(1) as usize;
        let order = course.order;
        let few = order.len() - course.begun() <= MOST;
        let (items, covers) = match rules.dispatch {
            Dispatch::Shares if order.len() <= MOST => (course.all(order), Covers::All),
            Dispatch::Shares => (course.some_of_shares(lanes), Covers::Some),
            Dispatch::Batches if few => (course.all(course.open_batches(batch)), Covers::All),
            Dispatch::Batches if batch <= MOST / 4 => (course.some_batches(batch), Covers::Some),
            Dispatch::NextFree | Dispatch::Batches => {
                // A barrier between batches so long costs next to nothing.
                rules.dispatch = Dispatch::NextFree;
                // Where all lanes are alike, a limit is as good as fewer of them.
                rules.lanes = rules.lanes.min(rules.limit.unwrap_or(u32::MAX)).max(1);
                let lanes = rules.lanes as usize;
                let mut items = course.all(course.in_work);
                if few {
                    // Of many that are tried again, as many as there is room for.
                    items.extend(course.all(&course.again[..course.again.len().min(MOST)]));
                    items.extend(course.all(&order[course.begun()..]));
                    (items, Covers::All)
                } else {
                    // Fewer licences than cases in work let those go on.
                    items.resize(lanes.max(items.len()), NOTHING);
                    items.extend(course.all(&order[order.len() - MOST / 2..]));
                    (items, Covers::Last)
                }
            }
        };
        let numbers = (0..u32::try_from(items.len()).unwrap_or(u32::MAX)).collect();
        let scheduler = Scheduler::new(numbers, rules);
        Self { items, scheduler, lanes: rules.lanes, covers }
    }

    /// The cases to be played.
    pub(crate) fn items(&self) -> &[RemainingCase] {
        &self.items
    }

    /// The seconds until the last case has ended, if the items have these lengths,
    /// those in work from now on, and all that wait take `waiting_s` together.
    pub(crate) fn left_s(&self, mut lengths_s: Vec<f64>, waiting_s: f64) -> f64 {
        let played_s: f64 = self
            .items
            .iter()
            .zip(&lengths_s)
            .filter(|(item, _)| item.stand == CaseProgress::Waiting)
            .map(|(_, length_s)| length_s)
            .sum();
        match self.covers {
            Covers::All => {}
            Covers::Some => {
                let factor = if played_s > 0.0 { waiting_s / played_s } else { 0.0 };
                for (item, length_s) in self.items.iter().zip(&mut lengths_s) {
                    if item.stand == CaseProgress::Waiting {
                        *length_s *= factor;
                    }
                }
            }
            Covers::Last => {
                let lanes = self.items.len() - MOST / 2;
                fill(&mut lengths_s[..lanes], (waiting_s - played_s).max(0.0));
            }
        }
        if self.items.iter().all(|item| item.stand != CaseProgress::Waiting) {
            // With nothing to give out the longest decides.
            return lengths_s.iter().copied().fold(0.0, f64::max);
        }
        let length_ns = |item: u32| ns_from_s(lengths_s[item as usize]);
        s_from_ns(makespan_ns(self.scheduler.clone(), self.lanes, length_ns))
    }
}

/// Fills lanes, which are busy for so many seconds, with work of `work_s` up to
/// one level, as far as they are below it.
fn fill(busy_s: &mut [f64], work_s: f64) {
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
    use crate::schedule::{SimulatedRun, simulate};
    use crate::study::{ClockChoice, Order, SeriesChoice, Strategy};

    fn plan(strategy: Strategy, workers: u32, batch: Option<u32>) -> FrozenPlan {
        FrozenPlan {
            limits: crate::study::Limits::default(),
            strategy,
            workers,
            batch,
            order: Order::Listed,
            seed: 0,
            time_scale: 1.0,
            series: SeriesChoice::Estimate,
            clock: ClockChoice::Real,
        }
    }

    /// What is left at `now_ns` by playing on, beside what really is.
    fn left_s(plan: &FrozenPlan, lengths_ns: &[u64], now_ns: u64) -> (f64, f64) {
        let order: Vec<u32> = (0..u32::try_from(lengths_ns.len()).unwrap()).collect();
        let scheduler = Scheduler::new(order.clone(), Rules::of(plan));
        let SimulatedRun { placements, .. } =
            simulate(scheduler, plan.workers, |case| lengths_ns[case as usize]);
        let end_ns = placements.iter().map(|p| p.end_ns).max().unwrap_or(0);
        let mut stands = vec![(CaseProgress::Waiting, 0); lengths_ns.len()];
        let mut dispatched = vec![0; plan.workers as usize];
        let mut in_work = Vec::new();
        for placed in &placements {
            let case = placed.ticket.case;
            if placed.start_ns <= now_ns {
                dispatched[placed.ticket.lane as usize] += 1;
                let ended = placed.end_ns <= now_ns;
                let stand = if ended { CaseProgress::Ended } else { CaseProgress::InWork };
                stands[case as usize] = (stand, placed.end_ns.saturating_sub(now_ns));
                if !ended {
                    in_work.push(case);
                }
            }
        }
        let rest = RemainingRun::of(&RemainingPlan {
            plan,
            order: &order,
            dispatched: &dispatched,
            in_work: &in_work,
            again: &[],
            stand: |case| stands[case as usize].0,
        });
        let length_s = |item: &RemainingCase| match item.stand {
            CaseProgress::Ended => 0.0,
            CaseProgress::InWork => s_from_ns(stands[item.case as usize].1),
            CaseProgress::Waiting => s_from_ns(lengths_ns[item.case as usize]) * item.times,
        };
        let lengths_s = rest.items().iter().map(length_s).collect();
        let waiting = |(case, &length_ns): (usize, &u64)| {
            (stands[case].0 == CaseProgress::Waiting).then(|| s_from_ns(length_ns))
        };
        let waiting_s = lengths_ns.iter().enumerate().filter_map(waiting).sum();
        (rest.left_s(lengths_s, waiting_s), s_from_ns(end_ns.saturating_sub(now_ns)))
    }

    proptest! {
        #[test]
        fn with_the_true_lengths_the_end_is_the_true_one(
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
    fn of_many_cases_some_stand_for_all() {
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
    fn work_fills_the_lanes_up_to_one_level() {
        let filled = |mut busy_s: Vec<f64>, work_s| {
            fill(&mut busy_s, work_s);
            busy_s
        };
        assert_eq!(filled(vec![5.0, 1.0, 3.0], 4.0), [5.0, 4.0, 4.0]);
        assert_eq!(filled(vec![5.0, 1.0, 3.0], 9.0), [6.0, 6.0, 6.0]);
        assert_eq!(filled(vec![2.0, 0.0], 1.0), [2.0, 1.0]);
        assert_eq!(filled(vec![2.0], 0.0), [2.0]);
    }
}
