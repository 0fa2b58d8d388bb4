//! The difference of two runs, in parts that sum to it.
//!
//! The lane-seconds of a run divided by its lanes are its makespan. So the parts of its account,
//! divided by its lanes, are mean times per worker that sum to the makespan, and their differences
//! sum to the difference of the makespans even if the runs have different numbers of lanes.

use strum::VariantArray as _;

use super::account::{Account, AccountPart};
use crate::text::Unit;

/// Differences below this share of the longer run are not mentioned.
const NEGLIGIBLE: f64 = 0.01;

/// A part of the accounts of two runs, as means per worker in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PartDifference {
    /// The part. [`AccountPart::Unknown`] is the time no other part accounts for;
    /// including work and stretch if they are unknown for one of the runs.
    pub part: AccountPart,
    pub base_s: f64,
    pub own_s: f64,
}

impl PartDifference {
    /// Time more than in the base, in seconds; negative if less.
    pub fn difference_s(&self) -> f64 {
        self.own_s - self.base_s
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct RunDifference {
    /// Makespans of base and run in seconds; the differences of all parts sum to their difference.
    pub total: [f64; 2],
    lanes: [u32; 2],
    knows_work: bool,
    /// All parts, including those without time.
    pub parts: Vec<PartDifference>,
}

impl RunDifference {
    /// Compares a run with a base, each given by its account and number of lanes; `None`
    /// if one has no lanes.
    pub fn new(base: (&Account, u32), own: (&Account, u32)) -> Option<Self> {
        if base.1 == 0 || own.1 == 0 {
            return None;
        }
        let parts = common_parts(base.0, own.0).into_iter();
        let parts = parts.map(|(part, [base_s, own_s])| PartDifference {
            part,
            base_s: base_s / f64::from(base.1),
            own_s: own_s / f64::from(own.1),
        });
        let total = [base, own].map(|(account, lanes)| account.lane_seconds / f64::from(lanes));
        let knows_work = knows_work(base.0) && knows_work(own.0);
        Some(Self { total, lanes: [base.1, own.1], knows_work, parts: parts.collect() })
    }

    /// Seconds longer than the base; negative if faster.
    pub fn total_s(&self) -> f64 {
        self.total[1] - self.total[0]
    }

    /// The difference in words: `7.71 s faster: 4.11 s less idle time, 3.60 s less
    /// barrier, work the same`. Waiting after the last batch counts as idle.
    pub fn sentence(&self) -> String {
        let [base_s, own_s] = self.total;
        let least_s = NEGLIGIBLE * base_s.max(own_s);
        let mut parts: Vec<&PartDifference> = self.parts.iter().collect();
        parts.retain(|part| part.difference_s().abs() > least_s);
        // Alone it would explain nothing.
        if parts.iter().all(|part| part.part == AccountPart::Unknown) {
            parts.clear();
        }
        parts.sort_by(|a, b| b.difference_s().abs().total_cmp(&a.difference_s().abs()));
        let most_s = parts.iter().map(|part| part.difference_s().abs());
        let format = DurationFormat::for_largest(most_s.fold(self.total_s().abs(), f64::max));

        let mut clauses: Vec<String> = parts.iter().map(|part| self.clause(part, format)).collect();
        let work = self.parts.iter().find(|part| part.part == AccountPart::Work && self.knows_work);
        if work.is_some_and(|work| work.difference_s().abs() <= least_s) {
            let each = if self.lanes[0] == self.lanes[1] { "" } else { " per worker" };
            clauses.push(format!("work the same{each}"));
        }
        let verdict = match self.total_s() {
            total_s if total_s.abs() <= least_s => "the same total within 1 %".to_owned(),
            total_s if total_s < 0.0 => format!("{} faster", format.text(-total_s)),
            total_s => format!("{} slower", format.text(total_s)),
        };
        if clauses.is_empty() { verdict } else { format!("{verdict}: {}", clauses.join(", ")) }
    }

    fn clause(&self, part: &PartDifference, format: DurationFormat) -> String {
        let difference_s = part.difference_s();
        let more = if difference_s < 0.0 { "less" } else { "more" };
        let amount = format.text(difference_s.abs());
        let what = match part.part {
            AccountPart::Work => self.work_shared(),
            AccountPart::Held | AccountPart::Lost | AccountPart::Idle => {
                format!("{} time", part.part.name())
            }
            AccountPart::Unknown => "unrecorded time".to_owned(),
            other => other.name().to_owned(),
        };
        format!("{amount} {more} {what}")
    }

    /// With different numbers of workers each has a different share of the work.
    fn work_shared(&self) -> String {
        match self.lanes {
            [base, own] if base == own => "work".to_owned(),
            [base, own] => format!("work per worker ({own} share it instead of {base})"),
        }
    }
}

/// Whether work and stretch are known.
fn knows_work(account: &Account) -> bool {
    account.work.is_some() && account.stretch.is_some()
}

/// The parts of two accounts in lane-seconds; they sum to all lane-seconds. A part that one of
/// the accounts lacks belongs to the unknown time of both.
fn common_parts(base: &Account, own: &Account) -> Vec<(AccountPart, [f64; 2])> {
    let knows_work = knows_work(base) && knows_work(own);
    let both = |part: AccountPart| Some([base.part(part)?, own.part(part)?]);
    let recorded = |&part: &AccountPart| match part {
        AccountPart::Cases | AccountPart::Unknown => None,
        AccountPart::Work | AccountPart::Stretch if !knows_work => Some((part, [0.0; 2])),
        part => Some((part, both(part).unwrap_or_default())),
    };
    let mut parts: Vec<_> = AccountPart::VARIANTS.iter().filter_map(recorded).collect();
    let known = |run: usize| parts.iter().map(|(_, seconds)| seconds[run]).sum::<f64>();
    let unknown = [base.lane_seconds - known(0), own.lane_seconds - known(1)];
    parts.push((AccountPart::Unknown, unknown));
    parts
}

/// Formats durations that add up: all in one unit, with the same decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DurationFormat {
    pub unit: Unit,
    digits: usize,
}

impl DurationFormat {
    /// Chooses unit and decimals for durations of which this is the longest, in seconds.
    pub fn for_largest(largest_s: f64) -> Self {
        let unit = Unit::fitting(largest_s);
        Self { unit, digits: if unit.of_s(largest_s) < 99.995 { 2 } else { 1 } }
    }

    pub fn number(self, seconds: f64) -> String {
        let digits = self.digits;
        let text = format!("{:.digits$}", self.unit.of_s(seconds));
        // Zero has no sign.
        let is_zero = text.bytes().all(|byte| matches!(byte, b'-' | b'0' | b'.'));
        if is_zero { text.trim_start_matches('-').to_owned() } else { text }
    }

    pub fn text(self, seconds: f64) -> String {
        self.unit.of_number(&self.number(seconds))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::run_figures::Figures;
    use super::*;
    use crate::report::fixtures;
    use crate::run::replay;
    use crate::study::{CaseTable, FrozenPlan, Lengths, Order, Strategy as StudyStrategy};

    /// The account of the crash tests and its lanes.
    fn account(strategy: StudyStrategy, workers: u32, order: Order) -> (Account, u32) {
        let mut cases = CaseTable::default();
        for y in [200.0, 400.0] {
            for x in [10.0, 50.0, 20.0] {
                cases.push("", x, y, &[]);
            }
        }
        let lengths = cases.iter().map(|case| 0.771_320_643 * case.x * case.y / 1000.0).collect();
        let plan = FrozenPlan {
            batch: (strategy == StudyStrategy::Batches).then_some(3),
            order,
            ..fixtures::plan(strategy, workers)
        };
        let lengths = Lengths::Seconds(lengths);
        let frozen = fixtures::study(cases, lengths, plan);
        (Figures::of(&frozen, &replay(&frozen)).account.unwrap(), workers)
    }

    fn sentence(base: &(Account, u32), own: &(Account, u32)) -> String {
        RunDifference::new((&base.0, base.1), (&own.0, own.1)).unwrap().sentence()
    }

    #[test]
    fn the_difference_of_the_crash_tests_names_the_cost_of_the_barrier() {
        let batches = account(StudyStrategy::Batches, 3, Order::Listed);
        let longest = account(StudyStrategy::Threads, 3, Order::Longest);
        let series = account(StudyStrategy::Series, 1, Order::Listed);
        let waits = "4.11 s less idle time, 3.60 s less barrier, work the same";
        assert_eq!(sentence(&batches, &longest), format!("7.71 s faster: {waits}"));
        let waits = waits.replace("less", "more");
        assert_eq!(sentence(&longest, &batches), format!("7.71 s slower: {waits}"));
        let work = "24.68 s less work per worker (3 share it instead of 1)";
        let idle = "3.09 s more idle time";
        assert_eq!(sentence(&series, &longest), format!("21.60 s faster: {work}, {idle}"));
        assert_eq!(sentence(&longest, &longest), "the same total within 1 %: work the same");
    }

    #[test]
    fn a_part_that_one_run_does_not_know_is_unrecorded_time() {
        let (own, lanes) = account(StudyStrategy::Threads, 3, Order::Listed);
        let log = Account { work: None, stretch: None, startup: None, dispatch: None, ..own };
        let log = Account { idle: log.idle.map(|idle_s| idle_s + 3.0), ..log };
        let log = Account { lane_seconds: log.lane_seconds + 3.0, ..log };
        let text = sentence(&(own, lanes), &(log, lanes));
        assert_eq!(text, "1.00 s slower: 1.00 s more idle time");
        let (idle, lost) = (None, None);
        let bare = Account { idle, lost, barrier: None, held: None, ..log };
        assert_eq!(sentence(&(own, lanes), &(bare, lanes)), "1.00 s slower");
        let found = RunDifference::new((&own, lanes), (&log, lanes)).unwrap();
        let known = RunDifference::new((&own, lanes), (&own, lanes)).unwrap();
        let parts = |of: &RunDifference| of.parts.iter().map(|part| part.part).collect::<Vec<_>>();
        assert_eq!(parts(&found), parts(&known), "tables show them beside each other");
    }

    proptest! {
        #[test]
        fn the_differences_of_the_parts_sum_to_the_total_difference(
            parts in prop::array::uniform32(0.0_f64..1e4), lanes in (1_u32..300, 1_u32..300),
            known: [bool; 2],
        ) {
            let account = |at: usize, known: bool| {
                let part = |n: usize| parts[9 * at + n];
                Account {
                    lane_seconds: (0..9).map(part).sum(),
                    work: known.then(|| part(0)),
                    stretch: known.then(|| part(1)),
                    startup: Some(part(2)),
                    dispatch: Some(part(3)),
                    barrier: Some(part(4)),
                    held: Some(part(5)),
                    lost: Some(part(6)),
                    idle: Some(part(7)),
                }
            };
            let (base, own) = (account(0, known[0]), account(1, known[1]));
            let found = RunDifference::new((&base, lanes.0), (&own, lanes.1)).unwrap();
            let sum_s: f64 = found.parts.iter().map(PartDifference::difference_s).sum();
            prop_assert!((sum_s - found.total_s()).abs() < 1e-6 * (1.0 + found.total_s().abs()));
            let totals: [f64; 2] = [
                found.parts.iter().map(|part| part.base_s).sum(),
                found.parts.iter().map(|part| part.own_s).sum(),
            ];
            for (sum_s, total_s) in totals.into_iter().zip(found.total) {
                prop_assert!((sum_s - total_s).abs() < 1e-6 * (1.0 + total_s));
            }
            let sentence = found.sentence();
            prop_assert!(!sentence.contains("NaN") && !sentence.contains("inf"), "{}", sentence);
        }
    }

    #[test]
    fn empty_runs_have_no_difference() {
        let nothing = Account {
            lane_seconds: 0.0,
            work: Some(0.0),
            stretch: Some(0.0),
            startup: Some(0.0),
            dispatch: Some(0.0),
            barrier: Some(0.0),
            held: Some(0.0),
            lost: Some(0.0),
            idle: Some(0.0),
        };
        let nothing = (nothing, 3);
        assert_eq!(sentence(&nothing, &nothing), "the same total within 1 %: work the same");
        assert_eq!(RunDifference::new((&nothing.0, 0), (&nothing.0, 1)), None);
    }

    #[test]
    fn durations_share_unit_and_decimals() {
        let format = DurationFormat::for_largest(7.714);
        assert_eq!((format.text(7.714), format.number(0.001)), ("7.71 s".into(), "0.00".into()));
        assert_eq!(format.number(-0.001), "0.00");
        assert_eq!(format.number(-1.0), "-1.00");
        assert_eq!(DurationFormat::for_largest(0.25).text(0.1234), "123.4 ms");
    }
}
