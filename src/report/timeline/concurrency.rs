//! Number of cases running at any time of a run.

use std::collections::BTreeMap;

use crate::run::{Attempt, RunEvent, RunState, Status};

/// Times per partial sum.
const CHUNK: usize = 128;

/// Starts and ends of all attempts. Follows a run in progress.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Concurrency {
    starts: SortedTimes,
    ends: SortedTimes,
    /// The start of the running case of each lane.
    running: BTreeMap<u32, u64>,
}

/// How busy the lanes were: the most cases at once, and shares of the time from 0
/// to 1. `idle`, `partial` and `full` sum to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Occupancy {
    /// Most cases running at once.
    pub peak: usize,
    pub idle: f64,
    /// Fewer cases running than lanes.
    pub partial: f64,
    /// A case running on every lane.
    pub full: f64,
    /// More cases running than cores; overlaps `partial` and `full`.
    pub over_cores: f64,
}

impl Concurrency {
    /// Reads the last session of a run, finished or not.
    pub fn of_run(state: &RunState) -> Self {
        let attempts = || state.session_attempts().map(|one| one.attempt);
        let is_running = |attempt: &Attempt| attempt.status == Status::Running;
        let running = attempts().filter(is_running);
        let running = running.map(|attempt| (attempt.lane, attempt.start_ns)).collect();
        let ended = attempts().filter(|attempt| !is_running(attempt));
        let mut ends_ns: Vec<u64> = ended.map(|attempt| attempt.end_ns).collect();
        let mut starts_ns: Vec<u64> = attempts().map(|attempt| attempt.start_ns).collect();
        starts_ns.sort_unstable();
        ends_ns.sort_unstable();
        let (starts, ends) = (SortedTimes::new(starts_ns), SortedTimes::new(ends_ns));
        Self { starts, ends, running }
    }

    pub fn apply(&mut self, event: &RunEvent) {
        match event {
            RunEvent::Started { ticket, at_ns, .. } => {
                self.starts.push(*at_ns);
                self.running.insert(ticket.lane, *at_ns);
            }
            RunEvent::Finished(end) => {
                // A worker process starts the work when the message arrives.
                let at_ns = self.running.remove(&end.ticket.lane);
                if let Some(at_ns) = at_ns.filter(|&at_ns| at_ns != end.start_ns) {
                    self.starts.remove(at_ns);
                    self.starts.push(end.start_ns);
                }
                self.ends.push(end.end_ns);
            }
            _ => {}
        }
    }

    /// Number of attempts started; changes with everything that is drawn.
    pub fn started(&self) -> usize {
        self.starts.ns.len()
    }

    pub fn running_at(&self, at_ns: u64) -> usize {
        let before = |times: &SortedTimes| times.ns.partition_point(|&ns| ns <= at_ns);
        before(&self.starts).saturating_sub(before(&self.ends))
    }

    /// Mean number of cases running in a span; at its start if it has no length.
    pub fn mean_running(&self, from_ns: u64, to_ns: u64) -> f64 {
        if from_ns >= to_ns {
            return self.running_at(from_ns) as f64;
        }
        let area = |at_ns: u64| self.starts.elapsed_ns(at_ns) - self.ends.elapsed_ns(at_ns);
        (area(to_ns) - area(from_ns)).max(0) as f64 / (to_ns - from_ns) as f64
    }

    /// How busy the lanes were until `end_ns`; `None` if that is 0.
    pub fn occupancy(&self, lanes: u32, cores: u32, end_ns: u64) -> Option<Occupancy> {
        if end_ns == 0 {
            return None;
        }
        let (starts, ends) = (&self.starts.ns, &self.ends.ns);
        let (mut started, mut ended, mut at_ns, mut peak) = (0, 0, 0, 0);
        let (mut idle, mut full, mut over_cores) = (0, 0, 0);
        while at_ns < end_ns {
            // A case that ends does not overlap one that starts at the same time.
            while ends.get(ended).is_some_and(|&ns| ns <= at_ns) {
                ended += 1;
            }
            while starts.get(started).is_some_and(|&ns| ns <= at_ns) {
                started += 1;
            }
            let next = [starts.get(started), ends.get(ended)].into_iter().flatten().min();
            let next_ns = next.map_or(end_ns, |&ns| ns.min(end_ns));
            let (count, length_ns) = (started.saturating_sub(ended), next_ns - at_ns);
            peak = peak.max(count);
            if count == 0 {
                idle += length_ns;
            } else if count >= lanes as usize {
                full += length_ns;
            }
            if count > cores as usize {
                over_cores += length_ns;
            }
            at_ns = next_ns;
        }
        let share = |ns: u64| ns as f64 / end_ns as f64;
        let partial = share(end_ns - idle - full);
        let (idle, full, over_cores) = (share(idle), share(full), share(over_cores));
        Some(Occupancy { peak, idle, partial, full, over_cores })
    }
}

/// Ascending times with partial sums.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct SortedTimes {
    ns: Vec<u64>,
    /// Sums of the first 0, [`CHUNK`], 2 · [`CHUNK`], … times.
    sums: Vec<u128>,
}

impl SortedTimes {
    fn new(ns: Vec<u64>) -> Self {
        let mut times = Self { ns, sums: Vec::new() };
        times.extend_sums();
        times
    }

    fn push(&mut self, at_ns: u64) {
        // Events of the same moment may arrive out of order.
        let late = self.ns.iter().rev().take_while(|&&ns| ns > at_ns).count();
        let at = self.ns.len() - late;
        self.ns.insert(at, at_ns);
        self.sums.truncate(at / CHUNK + 1);
        self.extend_sums();
    }

    fn remove(&mut self, at_ns: u64) {
        let at = self.ns.partition_point(|&ns| ns < at_ns);
        if self.ns.get(at) == Some(&at_ns) {
            self.ns.remove(at);
            self.sums.truncate(at / CHUNK + 1);
            self.extend_sums();
        }
    }

    fn extend_sums(&mut self) {
        while self.sums.len() <= self.ns.len() / CHUNK {
            let sum = match self.sums.last() {
                None => 0,
                Some(before) => before + sum(&self.ns[(self.sums.len() - 1) * CHUNK..][..CHUNK]),
            };
            self.sums.push(sum);
        }
    }

    /// Sum of the time elapsed since each time before `at_ns`.
    fn elapsed_ns(&self, at_ns: u64) -> i128 {
        let count = self.ns.partition_point(|&ns| ns <= at_ns);
        let whole = count / CHUNK;
        let before =
            self.sums.get(whole).copied().unwrap_or(0) + sum(&self.ns[whole * CHUNK..count]);
        // Both are below 2⁹⁶.
        let signed = |number: u128| i128::try_from(number).unwrap_or(i128::MAX);
        signed(u128::from(at_ns) * count as u128) - signed(before)
    }
}

fn sum(ns: &[u64]) -> u128 {
    ns.iter().map(|&ns| u128::from(ns)).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::fixtures;
    use crate::schedule::Ticket;

    /// Cases with these starts and ends, added in this order.
    fn with_cases(cases: &[(u64, u64)]) -> Concurrency {
        let mut concurrency = Concurrency::default();
        for (&(start_ns, end_ns), case) in cases.iter().zip(0..) {
            let ticket = Ticket { case, lane: 0, attempt: 1, dispatch_index: case };
            concurrency.apply(&RunEvent::Started { ticket, asked_ns: start_ns, at_ns: start_ns });
            concurrency.apply(&RunEvent::Finished(fixtures::case_end(case, 0, start_ns, end_ns)));
        }
        concurrency
    }

    #[test]
    fn work_that_starts_after_its_dispatch_counts_from_its_start() {
        let mut live = Concurrency::default();
        for (case, dispatched_ns, start_ns) in [(0, 0, 40), (1, 60, 65)] {
            let ticket = Ticket { case, lane: 0, attempt: 1, dispatch_index: case };
            let started = RunEvent::Started { ticket, asked_ns: 0, at_ns: dispatched_ns };
            live.apply(&started);
            let end = fixtures::case_end(case, 0, start_ns, start_ns + 20);
            live.apply(&RunEvent::Finished(end));
        }
        let reopened = with_cases(&[(40, 60), (65, 85)]);
        assert_eq!(live, reopened);
        assert_eq!(live.occupancy(1, 1, 100).unwrap().full, 0.4);
    }

    #[test]
    fn one_long_and_two_short_cases() {
        let all = with_cases(&[(0, 100), (0, 20), (0, 20)]);
        assert_eq!(
            (all.running_at(0), all.running_at(19), all.running_at(20), all.running_at(100)),
            (3, 3, 1, 0)
        );
        assert_eq!((all.mean_running(0, 40), all.mean_running(50, 50)), (2.0, 1.0));
        let expected = Occupancy { peak: 3, idle: 0.5, partial: 0.4, full: 0.1, over_cores: 0.1 };
        assert_eq!(all.occupancy(3, 2, 200), Some(expected));
    }

    #[test]
    fn a_run_without_cases_or_without_time_has_no_occupancy() {
        assert_eq!(Concurrency::default().occupancy(3, 2, 0), None);
        let empty = Concurrency::default().occupancy(3, 2, 10).unwrap();
        assert_eq!((empty.peak, empty.idle, empty.full), (0, 1.0, 0.0));
        assert_eq!(Concurrency::default().mean_running(0, 10), 0.0);
        let all = with_cases(&[(5, 5), (5, 5)]);
        assert_eq!((all.running_at(5), all.occupancy(1, 1, 10).unwrap().idle), (0, 1.0));
    }

    proptest! {
        #[test]
        fn all_figures_agree_with_counting(
            cases in prop::collection::vec((0_u64..60, 0_u64..60), 0..300),
            lanes in 1_u32..8,
            cores in 1_u32..8,
            from in 0_u64..100,
            length in 1_u64..60,
        ) {
            let spans: Vec<_> = cases.iter().map(|&(start, length)| (start, start + length)).collect();
            let all = with_cases(&spans);
            let count = |at: u64| spans.iter().filter(|(s, e)| (*s..*e).contains(&at)).count();
            let counts: Vec<usize> = (0..130).map(count).collect();
            for (at, &count) in (0..130).zip(&counts) {
                prop_assert_eq!(all.running_at(at), count);
            }
            let sum: usize = (from..from + length).map(count).sum();
            prop_assert!((all.mean_running(from, from + length) - sum as f64 / length as f64).abs() < 1e-9);
            let found = all.occupancy(lanes, cores, 130).unwrap();
            let share = |among: &dyn Fn(usize) -> bool| {
                counts.iter().filter(|&&count| among(count)).count() as f64 / 130.0
            };
            prop_assert_eq!(found.peak, counts.iter().copied().max().unwrap());
            prop_assert!((found.idle - share(&|count| count == 0)).abs() < 1e-9);
            prop_assert!((found.full - share(&|count| count >= lanes as usize)).abs() < 1e-9);
            prop_assert!((found.over_cores - share(&|count| count > cores as usize)).abs() < 1e-9);
            prop_assert!((found.idle + found.partial + found.full - 1.0).abs() < 1e-9);
        }
    }
}
