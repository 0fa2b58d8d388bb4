//! The difference of two runs, in parts that sum to it.
//!
//! The lane-seconds of a run, divided by its lanes, are its makespan. So the
//! parts of its account, each divided by its own lanes, are mean times for each
//! worker that sum to the makespan, and the differences of those parts sum to the
//! difference of the makespans, also where the runs have other numbers of lanes.

use super::account::Account;
use super::breakdown::AccountPart;
use crate::text::Unit;

/// A part of less than this share of the longer run is not worth a word.
const MATTERS: f64 = 0.01;

/// A part of two runs, as means for each worker, in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PartDifference {
    /// Which part. What is not recorded is what no other part accounts for; where
    /// the work of one of the runs is not known, its work and stretch too.
    pub part: AccountPart,
    /// Of the run that the other is compared with.
    pub base_s: f64,
    /// Of the other.
    pub own_s: f64,
}

impl PartDifference {
    /// How much more it is than in the base, in seconds; less than 0 is less.
    #[must_use]
    pub fn difference_s(&self) -> f64 {
        self.own_s - self.base_s
    }
}

/// How the makespan of a run differs from that of another, the base.
#[derive(Debug, Clone, PartialEq)]
pub struct RunDifference {
    /// The makespans; their difference is the sum of the parts'.
    pub total: [f64; 2],
    /// The workers.
    lanes: [u32; 2],
    /// All parts, those that are nothing too.
    pub parts: Vec<PartDifference>,
}

impl RunDifference {
    /// The difference of a run from the base, each by its account and its lanes;
    /// `None` if one of them has no lanes.
    #[must_use]
    pub fn new(base: (&Account, u32), own: (&Account, u32)) -> Option<Self> {
        if base.1 == 0 || own.1 == 0 {
            return None;
        }
        let known = work(base.0).is_some() && work(own.0).is_some();
        let [base_parts, own_parts] = [base, own].map(|(account, lanes)| {
            parts(account, known).map(|(part, lane_s)| (part, lane_s / f64::from(lanes)))
        });
        let parts = base_parts.into_iter().zip(own_parts);
        let parts =
            parts.map(|((part, base_s), (_, own_s))| PartDifference { part, base_s, own_s });
        let total = [base, own].map(|(account, lanes)| account.lane_seconds / f64::from(lanes));
        Some(Self { total, lanes: [base.1, own.1], parts: parts.collect() })
    }

    /// How much longer it took than the base, in seconds; less than 0 is faster.
    #[must_use]
    pub fn total_s(&self) -> f64 {
        self.total[1] - self.total[0]
    }

    /// Such as `7.71 s faster: 4.11 s less idle time, 3.60 s less barrier, work
    /// the same`. Behind the last batch there is nothing to wait for: that is idle.
    #[must_use]
    pub fn sentence(&self) -> String {
        let [base_s, own_s] = self.total;
        let least_s = MATTERS * base_s.max(own_s);
        let mut parts: Vec<&PartDifference> = self.parts.iter().collect();
        parts.retain(|share| share.difference_s().abs() > least_s);
        parts.sort_by(|a, b| b.difference_s().abs().total_cmp(&a.difference_s().abs()));
        let most_s = parts.iter().map(|share| share.difference_s().abs());
        let figure = DurationFormat::for_largest(most_s.fold(self.total_s().abs(), f64::max));

        let mut said: Vec<String> = parts.iter().map(|share| self.clause(share, figure)).collect();
        let work = self.parts.iter().find(|share| share.part == AccountPart::Work);
        if work.is_some_and(|work| work.difference_s().abs() <= least_s) {
            let each = if self.lanes[0] == self.lanes[1] { "" } else { " for each worker" };
            said.push(format!("work the same{each}"));
        }
        let verdict = match self.total_s() {
            total_s if total_s.abs() <= least_s => "the same total within 1 %".to_owned(),
            total_s if total_s < 0.0 => format!("{} faster", figure.text(-total_s)),
            total_s => format!("{} slower", figure.text(total_s)),
        };
        if said.is_empty() { verdict } else { format!("{verdict}: {}", said.join(", ")) }
    }

    fn clause(&self, share: &PartDifference, figure: DurationFormat) -> String {
        let difference_s = share.difference_s();
        let more = if difference_s < 0.0 { "less" } else { "more" };
        let amount = figure.text(difference_s.abs());
        let what = match share.part {
            AccountPart::Work => self.work_shared(),
            AccountPart::Held => "held time".to_owned(),
            AccountPart::Lost => "lost time".to_owned(),
            AccountPart::Idle => "idle time".to_owned(),
            AccountPart::Unknown => "that is not recorded".to_owned(),
            part => part.name().to_owned(),
        };
        format!("{amount} {more} {what}")
    }

    /// With other numbers of workers each has another share of the work.
    fn work_shared(&self) -> String {
        match self.lanes {
            [base, own] if base == own => "work".to_owned(),
            [base, own] => format!("work for each worker ({own} share it instead of {base})"),
        }
    }
}

/// Work and stretch, in lane-seconds, where both are known.
fn work(account: &Account) -> Option<(f64, f64)> {
    account.work.zip(account.stretch)
}

/// The parts in lane-seconds; they sum to the lane-seconds.
fn parts(account: &Account, work_known: bool) -> [(AccountPart, f64); 9] {
    let (work, stretch) = work(account).filter(|_| work_known).unwrap_or((0.0, 0.0));
    let Account { startup, dispatch, barrier, held, lost, idle, .. } = *account;
    let known = work + stretch + startup + dispatch + barrier + held + lost + idle;
    [
        (AccountPart::Work, work),
        (AccountPart::Stretch, stretch),
        (AccountPart::Startup, startup),
        (AccountPart::Dispatch, dispatch),
        (AccountPart::Barrier, barrier),
        (AccountPart::Held, held),
        (AccountPart::Lost, lost),
        (AccountPart::Idle, idle),
        (AccountPart::Unknown, account.lane_seconds - known),
    ]
}

/// How amounts that are to be added up are written: all in one unit with the same
/// digits behind the point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DurationFormat {
    /// Their unit.
    pub unit: Unit,
    digits: usize,
}

impl DurationFormat {
    /// For amounts of which this is the largest, in seconds.
    #[must_use]
    pub fn for_largest(largest_s: f64) -> Self {
        let unit = Unit::fitting(largest_s);
        Self { unit, digits: if unit.of_s(largest_s) < 99.995 { 2 } else { 1 } }
    }

    /// The number alone.
    #[must_use]
    pub fn number(self, seconds: f64) -> String {
        let digits = self.digits;
        let text = format!("{:.digits$}", self.unit.of_s(seconds));
        // What is rounded to nothing has no sign.
        let nothing = text.bytes().all(|byte| matches!(byte, b'-' | b'0' | b'.'));
        if nothing { text.trim_start_matches('-').to_owned() } else { text }
    }

    /// The number with its unit.
    #[must_use]
    pub fn text(self, seconds: f64) -> String {
        format!("{} {}", self.number(seconds), self.unit.symbol())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::run_figures::Figures;
    use super::*;
    use crate::run::replay;
    use crate::study::{
        CaseTable, ClockChoice, FrozenPlan, FrozenStudy, Lengths, Order, SeriesChoice,
        Strategy as How, WorkloadName,
    };

    /// The account of the crash tests, and its lanes.
    fn account(strategy: How, workers: u32, order: Order) -> (Account, u32) {
        let mut cases = CaseTable::default();
        for y in [200.0, 400.0] {
            for x in [10.0, 50.0, 20.0] {
                cases.push("", x, y, &[]);
            }
        }
        let lengths = cases.iter().map(|case| 0.771_320_643 * case.x * case.y / 1000.0).collect();
        let plan = FrozenPlan {
            limits: crate::study::Limits::default(),
            strategy,
            workers,
            batch: (strategy == How::Batches).then_some(3),
            order,
            seed: 10,
            time_scale: 1.0,
            series: SeriesChoice::Estimate,
            clock: ClockChoice::Virtual,
        };
        let lengths = Lengths::Seconds(lengths);
        let frozen =
            FrozenStudy { cases, workload: WorkloadName::CrashTest, plan, lengths, program: None };
        (Figures::of(&frozen, &replay(&frozen)).account.unwrap(), workers)
    }

    fn said(base: &(Account, u32), own: &(Account, u32)) -> String {
        RunDifference::new((&base.0, base.1), (&own.0, own.1)).unwrap().sentence()
    }

    #[test]
    fn the_crash_tests_say_what_the_barrier_costs() {
        let batches = account(How::Batches, 3, Order::Listed);
        let longest = account(How::Threads, 3, Order::Longest);
        let series = account(How::Series, 1, Order::Listed);
        let waits = "4.11 s less idle time, 3.60 s less barrier, work the same";
        assert_eq!(said(&batches, &longest), format!("7.71 s faster: {waits}"));
        let waits = waits.replace("less", "more");
        assert_eq!(said(&longest, &batches), format!("7.71 s slower: {waits}"));
        let work = "24.68 s less work for each worker (3 share it instead of 1)";
        let idle = "3.09 s more idle time";
        assert_eq!(said(&series, &longest), format!("21.60 s faster: {work}, {idle}"));
        assert_eq!(said(&longest, &longest), "the same total within 1 %: work the same");
    }

    proptest! {
        #[test]
        fn the_parts_sum_to_the_difference(
            parts in prop::array::uniform32(0.0_f64..1e4), lanes in (1_u32..300, 1_u32..300),
            known: [bool; 2],
        ) {
            let account = |at: usize, known: bool| {
                let part = |n: usize| parts[9 * at + n];
                Account {
                    lane_seconds: (0..9).map(part).sum(),
                    work: known.then(|| part(0)),
                    stretch: known.then(|| part(1)),
                    startup: part(2),
                    dispatch: part(3),
                    barrier: part(4),
                    held: part(5),
                    lost: part(6),
                    idle: part(7),
                }
            };
            let (base, own) = (account(0, known[0]), account(1, known[1]));
            let found = RunDifference::new((&base, lanes.0), (&own, lanes.1)).unwrap();
            let sum_s: f64 = found.parts.iter().map(PartDifference::difference_s).sum();
            prop_assert!((sum_s - found.total_s()).abs() < 1e-6 * (1.0 + found.total_s().abs()));
            let totals: [f64; 2] = [
                found.parts.iter().map(|share| share.base_s).sum(),
                found.parts.iter().map(|share| share.own_s).sum(),
            ];
            for (sum_s, total_s) in totals.into_iter().zip(found.total) {
                prop_assert!((sum_s - total_s).abs() < 1e-6 * (1.0 + total_s));
            }
            let sentence = found.sentence();
            prop_assert!(!sentence.contains("NaN") && !sentence.contains("inf"), "{}", sentence);
        }
    }

    #[test]
    fn runs_of_nothing_differ_by_nothing() {
        let nothing = Account {
            lane_seconds: 0.0,
            work: Some(0.0),
            stretch: Some(0.0),
            startup: 0.0,
            dispatch: 0.0,
            barrier: 0.0,
            held: 0.0,
            lost: 0.0,
            idle: 0.0,
        };
        let nothing = (nothing, 3);
        assert_eq!(said(&nothing, &nothing), "the same total within 1 %: work the same");
        assert_eq!(RunDifference::new((&nothing.0, 0), (&nothing.0, 1)), None);
    }

    #[test]
    fn amounts_share_unit_and_digits() {
        let figure = DurationFormat::for_largest(7.714);
        assert_eq!((figure.text(7.714), figure.number(0.001)), ("7.71 s".into(), "0.00".into()));
        assert_eq!(figure.number(-0.001), "0.00");
        assert_eq!(figure.number(-1.0), "-1.00");
        assert_eq!(DurationFormat::for_largest(0.25).text(0.1234), "123.4 ms");
    }
}
