//! How many cases were in work at once, at any time of a run.

use crate::run::{RunEvent, RunState};

/// How many times are summed up together.
const SUMMED: usize = 128;

/// How many cases are in work when. Cases may be told while they go on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Concurrency {
    starts: Times,
    ends: Times,
}

/// How busy the lanes were: the most cases at once, and shares of the time from 0
/// to 1. `idle`, `partial` and `full` sum to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Occupancy {
    /// Most cases running at once.
    pub peak: usize,
    /// No case running.
    pub idle: f64,
    /// Fewer cases running than lanes.
    pub partial: f64,
    /// A case running on every lane.
    pub full: f64,
    /// More cases running than cores; overlaps `partial` and `full`.
    pub over_cores: f64,
}

impl Concurrency {
    /// Of a run, as far as it has come.
    #[must_use]
    pub fn of_run(state: &RunState) -> Self {
        let session = state.session();
        let records = (0..).zip(state.records());
        let here = || records.clone().filter(|(_, r)| r.has_started() && r.session == session);
        // Of several attempts all but the last one, which is the record.
        let before = here().flat_map(|(case, record)| {
            let tries = state.attempts(case).iter();
            tries.filter(|one| one.start_ns != record.start_ns)
        });
        let (mut starts_ns, mut ends_ns): (Vec<u64>, Vec<u64>) =
            before.map(|one| (one.start_ns, one.end_ns)).unzip();
        starts_ns.extend(here().map(|(_, record)| record.start_ns));
        let ended = here().filter(|(_, record)| record.has_ended() || record.will_retry);
        ends_ns.extend(ended.map(|(_, record)| record.end_ns));
        starts_ns.sort_unstable();
        ends_ns.sort_unstable();
        Self { starts: Times::of(starts_ns), ends: Times::of(ends_ns) }
    }

    /// Takes in what has happened.
    pub fn apply(&mut self, event: &RunEvent) {
        match event {
            RunEvent::Started { at_ns, .. } => self.starts.push(*at_ns),
            RunEvent::Finished(end) => self.ends.push(end.end_ns),
            _ => {}
        }
    }

    /// How many cases have started: it changes with what is told.
    #[must_use]
    pub fn started(&self) -> usize {
        self.starts.ns.len()
    }

    /// How many cases are in work at this time.
    #[must_use]
    pub fn running_at(&self, at_ns: u64) -> usize {
        let before = |times: &Times| times.ns.partition_point(|&ns| ns <= at_ns);
        before(&self.starts).saturating_sub(before(&self.ends))
    }

    /// How many are in work in the mean of a time; at its beginning, if it has no
    /// length.
    #[must_use]
    pub fn mean_running(&self, from_ns: u64, to_ns: u64) -> f64 {
        if from_ns >= to_ns {
            return self.running_at(from_ns) as f64;
        }
        let area = |at_ns: u64| self.starts.since(at_ns) - self.ends.since(at_ns);
        (area(to_ns) - area(from_ns)).max(0) as f64 / (to_ns - from_ns) as f64
    }

    /// The most that are in work at once until `end_ns`, and the share of that time
    /// in which the lanes had nothing, something and all of what they can hold;
    /// `None` if there is no such time.
    #[must_use]
    pub fn occupancy(&self, lanes: u32, cores: u32, end_ns: u64) -> Option<Occupancy> {
        if end_ns == 0 {
            return None;
        }
        let (starts, ends) = (&self.starts.ns, &self.ends.ns);
        let (mut begun, mut over, mut at_ns, mut peak) = (0, 0, 0, 0);
        let (mut idle, mut full, mut over_cores) = (0, 0, 0);
        while at_ns < end_ns {
            // What has ended is not in work with what starts at the same time.
            while ends.get(over).is_some_and(|&ns| ns <= at_ns) {
                over += 1;
            }
            while starts.get(begun).is_some_and(|&ns| ns <= at_ns) {
                begun += 1;
            }
            let next = [starts.get(begun), ends.get(over)].into_iter().flatten().min();
            let next_ns = next.map_or(end_ns, |&ns| ns.min(end_ns));
            let (count, length_ns) = (begun.saturating_sub(over), next_ns - at_ns);
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

/// Rising times with the sums of the first so many of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Times {
    ns: Vec<u64>,
    /// Of the first 0, [`SUMMED`], 2 · [`SUMMED`], … times.
    sums: Vec<u128>,
}

impl Times {
    fn of(ns: Vec<u64>) -> Self {
        let mut times = Self { ns, sums: Vec::new() };
        times.sum_up();
        times
    }

    fn push(&mut self, at_ns: u64) {
        // Two that happen at once may be told the other way round.
        let late = self.ns.iter().rev().take_while(|&&ns| ns > at_ns).count();
        let at = self.ns.len() - late;
        self.ns.insert(at, at_ns);
        self.sums.truncate(at / SUMMED + 1);
        self.sum_up();
    }

    fn sum_up(&mut self) {
        while self.sums.len() <= self.ns.len() / SUMMED {
            let sum = match self.sums.last() {
                None => 0,
                Some(before) => before + sum(&self.ns[(self.sums.len() - 1) * SUMMED..][..SUMMED]),
            };
            self.sums.push(sum);
        }
    }

    /// The sum over all these times of what has passed since them, at this time.
    fn since(&self, at_ns: u64) -> i128 {
        let count = self.ns.partition_point(|&ns| ns <= at_ns);
        let whole = count / SUMMED;
        let before =
            self.sums.get(whole).copied().unwrap_or(0) + sum(&self.ns[whole * SUMMED..count]);
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
    use crate::run::{CaseEnd, CaseOutcome};
    use crate::schedule::Ticket;

    /// Cases from when to when, told in the order given.
    fn told(cases: &[(u64, u64)]) -> Concurrency {
        let mut all = Concurrency::default();
        for (&(start_ns, end_ns), case) in cases.iter().zip(0..) {
            let ticket = Ticket { case, lane: 0, attempt: 1, dispatch_index: case };
            all.apply(&RunEvent::Started { ticket, asked_ns: start_ns, at_ns: start_ns });
            all.apply(&RunEvent::Finished(CaseEnd {
                will_retry: false,
                ticket,
                start_ns,
                end_ns,
                waited_ns: None,
                cpu_ns: None,
                memory_bytes: None,
                outcome: CaseOutcome::Done(None),
            }));
        }
        all
    }

    #[test]
    fn one_giant_and_two_short_ones() {
        let all = told(&[(0, 100), (0, 20), (0, 20)]);
        assert_eq!(
            (all.running_at(0), all.running_at(19), all.running_at(20), all.running_at(100)),
            (3, 3, 1, 0)
        );
        assert_eq!((all.mean_running(0, 40), all.mean_running(50, 50)), (2.0, 1.0));
        let expected = Occupancy { peak: 3, idle: 0.5, partial: 0.4, full: 0.1, over_cores: 0.1 };
        assert_eq!(all.occupancy(3, 2, 200), Some(expected));
    }

    #[test]
    fn nothing_has_no_shares_and_no_length_is_no_time() {
        assert_eq!(Concurrency::default().occupancy(3, 2, 0), None);
        let empty = Concurrency::default().occupancy(3, 2, 10).unwrap();
        assert_eq!((empty.peak, empty.idle, empty.full), (0, 1.0, 0.0));
        assert_eq!(Concurrency::default().mean_running(0, 10), 0.0);
        let all = told(&[(5, 5), (5, 5)]);
        assert_eq!((all.running_at(5), all.occupancy(1, 1, 10).unwrap().idle), (0, 1.0));
    }

    proptest! {
        #[test]
        fn it_is_what_counting_finds(
            cases in prop::collection::vec((0_u64..60, 0_u64..60), 0..300),
            lanes in 1_u32..8,
            cores in 1_u32..8,
            from in 0_u64..100,
            length in 1_u64..60,
        ) {
            let spans: Vec<_> = cases.iter().map(|&(start, length)| (start, start + length)).collect();
            let all = told(&spans);
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
