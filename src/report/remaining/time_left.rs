//! How long a run still takes, as a range that can be planned by.
//!
//! What is left is played on by the scheduler that runs it, a few dozen times,
//! with lengths that may be. Known lengths are taken as they are, corrected by how
//! long the cases that have ended took instead; unknown ones are learned from those
//! cases. Where cores are shared, the times of those cases have the sharing in them,
//! and so has what is left.

use std::collections::{BTreeMap, BTreeSet};

use crate::run::{CaseOutcome, ResumedCase, RunEvent, Status};
use crate::schedule::{dispatch_order, s_from_ns};
use crate::study::{CaseTable, FrozenPlan, FrozenStudy, Lengths, SeriesChoice};

use super::length_model::{GrowthModel, LengthModel, LengthSample, TERMS, Terms, WeightedModel};
use super::ratios::{Ratios, place};
use super::simulation::{CaseProgress, RemainingCase, RemainingPlan, RemainingRun};
use crate::text::Unit;

/// How often it is worked out anew, in nanoseconds: when something happened, and
/// when nothing did. In between the clock goes down.
const SOON_NS: u64 = 250_000_000;
const LATER_NS: u64 = 1_000_000_000;

/// From the times of so many ended cases shapes of lengths are learned, and from
/// the last so many how far single cases are off.
const KEPT: usize = 256;
const RECENT: usize = 64;

/// What is left is played at most so often, and fewer times where much is left:
/// so many cases in all.
const PLAYS: usize = 40;
const FEWEST_PLAYS: usize = 10;
const CASES_PLAYED: usize = 32_000;

/// How long a run still takes, in seconds from the moment asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TimeLeftRange {
    /// It is over so soon in 1 of 20 cases at most.
    pub low_s: f64,
    /// What is to be expected: the mean of all that may be.
    pub likely_s: f64,
    /// It takes longer in 1 of 20 cases at most.
    pub high_s: f64,
}

impl TimeLeftRange {
    /// In words: '12 to 15 min left', or '≈ 13 min left' where that says as much.
    #[must_use]
    pub fn text(&self) -> String {
        if self.high_s < 1.0 {
            return "less than 1 s left".to_owned();
        }
        let unit = Unit::fitting(self.high_s.max(1.0));
        let [low, likely, high] = [self.low_s, self.likely_s, self.high_s].map(|s| unit.of_s(s));
        let digits = usize::from(high < 9.95 && unit != Unit::Second);
        let symbol = unit.symbol();
        let [low_text, high_text] = [low, high].map(|number| format!("{number:.digits$}"));
        if low_text == high_text || high - low <= 0.1 * likely {
            format!("≈ {likely:.digits$} {symbol} left")
        } else if low_text.chars().all(|c| c == '0' || c == '.') {
            format!("up to {high_text} {symbol} left")
        } else {
            format!("{low_text} to {high_text} {symbol} left")
        }
    }

    /// The same so many seconds later, if nothing more is known.
    fn after(self, s: f64) -> Self {
        let [low_s, likely_s, high_s] =
            [self.low_s, self.likely_s, self.high_s].map(|left_s| (left_s - s).max(0.0));
        Self { low_s, likely_s, high_s }
    }
}

/// A reader of the run's events that tells the time left.
#[derive(Debug, Clone)]
pub struct TimeLeftEstimator {
    plan: FrozenPlan,
    /// How many licences there really are, as far as that was learned.
    learned: Option<u32>,
    guess: LengthSource,
    order: Vec<u32>,
    started: Vec<bool>,
    /// How many cases each lane has been given.
    dispatched: Vec<u32>,
    in_work: BTreeMap<u32, u64>,
    /// The cases that have ended and wait to be tried again.
    again: BTreeSet<u32>,
    /// The cases that are not to be dispatched and still stand in the order.
    out: BTreeSet<u32>,
    paused: bool,
    /// The terms of all cases that wait, summed.
    waiting: Terms,
    /// The cases that have ended, thinned out where they are many.
    ended: Vec<LengthSample>,
    /// How long the cases took, in all, and how much of it was work and waiting of
    /// their own, where that is known.
    took_s: (f64, f64),
    series: Option<Series>,
    changed: bool,
    found: Option<(u64, TimeLeftRange)>,
}

/// What lengths are guessed from.
#[derive(Debug, Clone)]
enum LengthSource {
    /// Known, of all cases: in seconds, or else in amounts.
    Known { weights: Vec<f64>, in_seconds: bool },
    /// From x and y of the cases.
    Learned { model: LengthModel, cases: CaseTable },
}

/// The series total that is measured behind the run.
#[derive(Debug, Clone)]
struct Series {
    /// The terms of all cases that are still to be run in series, summed.
    waiting: Terms,
    /// The same of those that were, and how long they took.
    ended: (Terms, f64),
    /// When the case now in work started.
    since_ns: Option<u64>,
}

impl TimeLeftEstimator {
    /// Before the run of this study has started.
    #[must_use]
    pub fn new(frozen: &FrozenStudy) -> Self {
        let cases = &frozen.cases;
        let count = u32::try_from(cases.len()).unwrap_or(u32::MAX);
        let weights = frozen.lengths.weights();
        let order = dispatch_order(frozen.plan.order, count, weights, frozen.plan.seed);
        let guess = match weights {
            Some(weights) => {
                let in_seconds = !matches!(frozen.lengths, Lengths::Amounts(_));
                LengthSource::Known { weights: weights.to_vec(), in_seconds }
            }
            None => LengthSource::Learned { model: LengthModel::new(cases), cases: cases.clone() },
        };
        let mut waiting = [0.0; TERMS];
        (0..count).for_each(|case| add(&mut waiting, &guess.terms(case), 1.0));
        let measured = frozen.plan.series == SeriesChoice::Measure;
        let none = ([0.0; TERMS], 0.0);
        Self {
            guess,
            order,
            started: vec![false; cases.len()],
            dispatched: vec![0; frozen.plan.workers as usize],
            in_work: BTreeMap::new(),
            again: BTreeSet::new(),
            out: BTreeSet::new(),
            paused: false,
            waiting,
            ended: Vec::with_capacity(KEPT),
            took_s: (0.0, 0.0),
            series: measured.then_some(Series { waiting, ended: none, since_ns: None }),
            changed: true,
            found: None,
            plan: frozen.plan.clone(),
            learned: None,
        }
    }

    /// Takes in what has happened.
    pub fn apply(&mut self, event: &RunEvent) {
        match event {
            RunEvent::Started { ticket, at_ns, .. } => {
                let (case, lane) = (ticket.case, ticket.lane as usize);
                self.in_work.insert(case, *at_ns);
                if !std::mem::replace(&mut self.started[case as usize], true) {
                    // Lanes may be added.
                    self.dispatched.resize(self.dispatched.len().max(lane + 1), 0);
                    self.dispatched[lane] += 1;
                    add(&mut self.waiting, &self.guess.terms(case), -1.0);
                } else if self.again.remove(&case) {
                    add(&mut self.waiting, &self.guess.terms(case), -1.0);
                }
            }
            RunEvent::Finished(end) => {
                self.in_work.remove(&end.ticket.case);
                if end.will_retry {
                    self.wait_again(end.ticket.case);
                }
                // What got no licence tells nothing of how long it takes.
                if !matches!(end.outcome, CaseOutcome::Cancelled | CaseOutcome::Refused) {
                    let time_s = s_from_ns(end.end_ns - end.start_ns);
                    self.keep(LengthSample { terms: self.guess.terms(end.ticket.case), time_s });
                    if let (Some(waited_ns), Some(cpu_ns)) = (end.waited_ns, end.cpu_ns) {
                        self.took_s.0 += time_s;
                        self.took_s.1 += s_from_ns(waited_ns + cpu_ns);
                    }
                }
            }
            RunEvent::CaseResumed(recalled) => self.recall(recalled),
            RunEvent::CaseRequeued { case, .. } => self.wait_again(*case),
            RunEvent::CaseRemoved { case, .. } => {
                if self.again.remove(case) || self.leave_out(*case) {
                    add(&mut self.waiting, &self.guess.terms(*case), -1.0);
                }
            }
            RunEvent::Resized { workers, .. } => self.plan.workers = *workers,
            RunEvent::Licences { available, .. } => self.learned = Some(*available),
            RunEvent::Paused { .. } => self.paused = true,
            RunEvent::Resumed { .. } => self.paused = false,
            RunEvent::SeriesStarted { at_ns } => {
                if let Some(series) = &mut self.series {
                    series.since_ns = Some(*at_ns);
                }
            }
            RunEvent::SeriesCase { case, start_ns, end_ns } => {
                let terms = self.guess.terms(*case);
                if let Some(series) = &mut self.series {
                    add(&mut series.waiting, &terms, -1.0);
                    add(&mut series.ended.0, &terms, 1.0);
                    series.ended.1 += s_from_ns(end_ns - start_ns);
                    series.since_ns = Some(*end_ns);
                }
            }
            _ => return,
        }
        self.changed = true;
    }

    /// A case that was done in an earlier sitting is not run, but tells how long
    /// cases take.
    fn recall(&mut self, recalled: &ResumedCase) {
        let ResumedCase { case, record, .. } = recalled;
        if self.leave_out(*case) {
            let terms = self.guess.terms(*case);
            add(&mut self.waiting, &terms, -1.0);
            if record.status == Status::Done {
                self.keep(LengthSample { terms, time_s: s_from_ns(record.time_ns()) });
            }
        }
    }

    /// A case that has not started will not. Returns whether it was to.
    fn leave_out(&mut self, case: u32) -> bool {
        let was_to = !std::mem::replace(&mut self.started[case as usize], true);
        was_to && self.out.insert(case)
    }

    /// A case that has ended is to be run once more.
    fn wait_again(&mut self, case: u32) {
        // One that never was started leaves its place in the order.
        let moves = self.leave_out(case);
        if self.again.insert(case) && !moves {
            add(&mut self.waiting, &self.guess.terms(case), 1.0);
        }
    }

    /// Keeps a case that ended. Where they are many, half of the older ones go:
    /// the latest tell most of those that are next.
    fn keep(&mut self, sample: LengthSample) {
        if self.ended.len() == KEPT {
            let older = KEPT - RECENT;
            let mut at = 0;
            self.ended.retain(|_| {
                at += 1;
                at > older || at % 2 == 0
            });
        }
        self.ended.push(sample);
    }

    /// Works out what is left at `now_ns`, if it is time to. It takes some
    /// milliseconds at most, whatever the number of cases.
    pub fn update(&mut self, now_ns: u64) {
        let due_ns = match self.found {
            None => 0,
            Some((at_ns, _)) => at_ns + if self.changed { SOON_NS } else { LATER_NS },
        };
        if now_ns >= due_ns && (self.changed || self.found.is_some()) {
            if !self.out.is_empty() {
                let out = std::mem::take(&mut self.out);
                self.order.retain(|case| !out.contains(case));
            }
            self.found = self.worked_out(now_ns).map(|left| (now_ns, left));
            self.changed = false;
        }
    }

    /// What is left at `now_ns`, if anything can be said: nothing of a run that is
    /// paused.
    #[must_use]
    pub fn estimate(&self, now_ns: u64) -> Option<TimeLeftRange> {
        if self.paused {
            return None;
        }
        let (at_ns, left) = self.found?;
        Some(left.after(s_from_ns(now_ns.saturating_sub(at_ns))))
    }

    fn worked_out(&self, now_ns: u64) -> Option<TimeLeftRange> {
        let taken_s = |start_ns: u64| s_from_ns(now_ns.saturating_sub(start_ns));
        let cases: Vec<u32> = self.in_work.keys().copied().collect();
        let mut lasting: Vec<LengthSample> = self
            .in_work
            .iter()
            .map(|(&case, &at)| LengthSample { terms: self.guess.terms(case), time_s: taken_s(at) })
            .collect();
        // Those that are in work for longest tell most.
        lasting.sort_by(|a, b| b.time_s.total_cmp(&a.time_s));
        lasting.truncate(RECENT);
        let believed = self.guess.believed(&self.ended, &lasting)?;
        let stand =
            |case: u32| match (self.started[case as usize], self.in_work.contains_key(&case)) {
                (_, true) => CaseProgress::InWork,
                (true, false) if self.again.contains(&case) => CaseProgress::Waiting,
                (true, false) => CaseProgress::Ended,
                (false, false) => CaseProgress::Waiting,
            };
        let again: Vec<u32> = self.again.iter().copied().collect();
        let rest = RemainingRun::of(&RemainingPlan {
            plan: &self.plan_now(),
            order: &self.order,
            dispatched: &self.dispatched,
            in_work: &cases,
            again: &again,
            stand,
        });
        let items: Vec<(RemainingCase, Terms)> =
            rest.items().iter().map(|&item| (item, self.guess.terms(item.case))).collect();
        let plays = (CASES_PLAYED / items.len().max(1)).clamp(FEWEST_PLAYS, PLAYS);
        let mut left_s = Vec::with_capacity(plays);
        let recent = &self.ended[self.ended.len().saturating_sub(RECENT)..];
        for play in 0..plays {
            let shape = picked(&believed, (play as f64 + 0.5) / plays as f64)?;
            let reach = self.reach(&shape, recent);
            let known = self.guess.known();
            let ratios = Ratios::drawn(&shape, recent, &lasting, known, reach, play as u64);
            let lengths_s = items.iter().map(|(item, terms)| match item.stand {
                CaseProgress::Ended => 0.0,
                CaseProgress::Waiting => shape.of(terms) * ratios.of(item.case) * item.times,
                CaseProgress::InWork => {
                    let taken_s = self.in_work.get(&item.case).map_or(0.0, |&at| taken_s(at));
                    ratios.left_s(item.case, shape.of(terms), taken_s)
                }
            });
            let waiting_s = shape.of_sum(&self.waiting) * ratios.mean;
            let parallel_s = rest.left_s(lengths_s.collect(), waiting_s.max(0.0));
            left_s.push(parallel_s + self.series_s(&shape, &ratios, now_ns));
            if ratios.certain && believed.len() == 1 {
                break;
            }
        }
        left_s.sort_by(f64::total_cmp);
        let at = |share: f64| left_s[place(share, left_s.len())];
        let likely_s = left_s.iter().sum::<f64>() / left_s.len() as f64;
        Some(TimeLeftRange { low_s: at(0.04), likely_s, high_s: at(0.96) })
    }

    /// The plan with the licences that there really are, as far as that was learned.
    fn plan_now(&self) -> FrozenPlan {
        let mut plan = self.plan.clone();
        let known = plan.limits.licences.into_iter().chain(self.learned).min();
        plan.limits.licences = known.map(|licences| licences.max(1));
        plan
    }

    /// How far the lengths of what waits are from those of what has ended last: the
    /// logarithm of the ratio of their means.
    fn reach(&self, shape: &GrowthModel, recent: &[LengthSample]) -> f64 {
        let begun: usize = self.dispatched.iter().map(|&cases| cases as usize).sum();
        let waiting = self.order.len().saturating_sub(begun) + self.again.len();
        let ended: f64 = recent.iter().map(|sample| shape.of(&sample.terms)).sum();
        let ratio = shape.of_sum(&self.waiting) / waiting as f64 * recent.len() as f64 / ended;
        if ratio > 0.0 && ratio.is_finite() { ratio.ln().abs().min(3.0) } else { 0.0 }
    }

    /// What the series total still takes behind the run. There each case has its
    /// core to itself.
    fn series_s(&self, shape: &GrowthModel, ratios: &Ratios, now_ns: u64) -> f64 {
        let Some(series) = &self.series else { return 0.0 };
        let (terms, took_s) = &series.ended;
        let expected = shape.of_sum(terms);
        let ratio = if expected > 0.0 && *took_s > 0.0 {
            took_s / expected
        } else if self.took_s.0 > 0.0 {
            ratios.mean * (self.took_s.1 / self.took_s.0).min(1.0)
        } else {
            ratios.mean
        };
        let taken_s = series.since_ns.map_or(0.0, |at| s_from_ns(now_ns.saturating_sub(at)));
        (shape.of_sum(&series.waiting) * ratio - taken_s).max(0.0)
    }
}

impl LengthSource {
    fn terms(&self, case: u32) -> Terms {
        match self {
            Self::Known { weights, .. } => {
                let mut terms = [0.0; TERMS];
                terms[0] = weights[case as usize];
                terms
            }
            Self::Learned { model, cases } => {
                let case = cases.case(case as usize);
                model.terms(case.x, case.y)
            }
        }
    }

    /// Whether lengths are known in seconds.
    fn known(&self) -> bool {
        matches!(self, Self::Known { in_seconds: true, .. })
    }

    /// What lengths may be; nothing before a case has ended, unless they are known.
    fn believed(
        &self,
        ended: &[LengthSample],
        in_work: &[LengthSample],
    ) -> Option<Vec<WeightedModel>> {
        match self {
            Self::Known { in_seconds, .. } if *in_seconds || !ended.is_empty() => {
                Some(vec![WeightedModel { shape: GrowthModel::known(), share: 1.0 }])
            }
            Self::Learned { model, .. } if !ended.is_empty() => {
                Some(model.believed(ended, in_work))
            }
            _ => None,
        }
    }
}

fn add(sum: &mut Terms, terms: &Terms, times: f64) {
    sum.iter_mut().zip(terms).for_each(|(sum, term)| *sum += term * times);
}

/// The shape at this share of all belief.
fn picked(believed: &[WeightedModel], share: f64) -> Option<GrowthModel> {
    let mut sum = 0.0;
    let over = believed.iter().find(|believed| {
        sum += believed.share;
        sum >= share
    });
    over.or(believed.last()).map(|believed| believed.shape)
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::option;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::run::{CaseEnd, CaseRecord};
    use crate::schedule::{Ticket, ns_from_s};
    use crate::study::{CaseTable, ClockChoice, Order, Strategy, WorkloadName};

    fn frozen(lengths: Lengths, workers: u32, series: SeriesChoice) -> FrozenStudy {
        let plan = FrozenPlan {
            limits: crate::study::Limits::default(),
            strategy: Strategy::Threads,
            workers,
            batch: None,
            order: Order::Listed,
            seed: 0,
            time_scale: 1.0,
            series,
            clock: ClockChoice::Real,
        };
        let mut cases = CaseTable::default();
        for _ in 0..4 {
            cases.push("", 1.0, 1.0, &[]);
        }
        FrozenStudy { cases, workload: WorkloadName::Wait, plan, lengths, program: None }
    }

    fn ticket(case: u32) -> Ticket {
        Ticket { case, lane: 0, attempt: 1, dispatch_index: case }
    }

    fn started(case: u32, at_s: f64) -> RunEvent {
        let at_ns = ns_from_s(at_s);
        RunEvent::Started { ticket: ticket(case), asked_ns: at_ns, at_ns }
    }

    fn finished(case: u32, start_s: f64, end_s: f64) -> RunEvent {
        RunEvent::Finished(CaseEnd {
            will_retry: false,
            ticket: ticket(case),
            start_ns: ns_from_s(start_s),
            end_ns: ns_from_s(end_s),
            waited_ns: None,
            cpu_ns: None,
            memory_bytes: None,
            outcome: CaseOutcome::Done(None),
        })
    }

    /// The whole range in seconds, worked out at this moment.
    fn left_at(left: &mut TimeLeftEstimator, now_s: f64) -> Option<[f64; 3]> {
        left.update(ns_from_s(now_s));
        left.estimate(ns_from_s(now_s)).map(|left| [left.low_s, left.likely_s, left.high_s])
    }

    #[test]
    fn with_known_lengths_what_is_left_is_played_on() {
        let lengths = Lengths::Seconds(vec![2.0, 2.0, 4.0, 4.0]);
        let mut left = TimeLeftEstimator::new(&frozen(lengths, 2, SeriesChoice::Estimate));
        assert_eq!(left_at(&mut left, 0.0), Some([6.0; 3]));
        left.apply(&started(0, 0.0));
        left.apply(&started(1, 0.0));
        assert_eq!(left_at(&mut left, 1.0), Some([5.0; 3]));
        left.apply(&finished(0, 0.0, 2.0));
        left.apply(&finished(1, 0.0, 2.0));
        left.apply(&started(2, 2.0));
        left.apply(&started(3, 2.0));
        assert_eq!(left_at(&mut left, 5.0), Some([1.0; 3]));
        // Later than intended is not less than nothing.
        assert_eq!(left_at(&mut left, 9.0), Some([0.0; 3]));
    }

    #[test]
    fn the_longest_case_in_work_is_waited_for() {
        let lengths = Lengths::Last(vec![9.0, 1.0, 1.0, 1.0]);
        let mut left = TimeLeftEstimator::new(&frozen(lengths, 4, SeriesChoice::Estimate));
        (0..4).for_each(|case| left.apply(&started(case, 0.0)));
        assert_eq!(left_at(&mut left, 0.0), Some([9.0; 3]));
    }

    #[test]
    fn without_lengths_nothing_is_said_before_the_first_case_ended() {
        let mut left = TimeLeftEstimator::new(&frozen(Lengths::Unknown, 1, SeriesChoice::Estimate));
        left.apply(&started(0, 0.0));
        assert_eq!(left_at(&mut left, 1.0), None);
        left.apply(&finished(0, 0.0, 2.0));
        let [low_s, likely_s, high_s] = left_at(&mut left, 2.0).unwrap();
        assert!((likely_s - 6.0).abs() < 0.5, "{likely_s}");
        assert!(low_s < 5.9 && high_s > 6.1, "{low_s} to {high_s}");
    }

    #[test]
    fn amounts_tell_the_time_left_by_the_rate_so_far() {
        let amounts = Lengths::Amounts(vec![10.0, 20.0, 30.0, 40.0]);
        let mut left = TimeLeftEstimator::new(&frozen(amounts, 1, SeriesChoice::Estimate));
        left.apply(&started(0, 0.0));
        assert_eq!(left_at(&mut left, 0.5), None);
        left.apply(&finished(0, 0.0, 1.0));
        let [low_s, likely_s, high_s] = left_at(&mut left, 1.0).unwrap();
        assert!((likely_s - 9.0).abs() < 0.5 && low_s <= 9.0 && high_s >= 9.0);
    }

    #[test]
    fn measuring_the_series_total_counts_and_goes_down_with_the_clock() {
        let lengths = Lengths::Seconds(vec![1.0; 4]);
        let mut left = TimeLeftEstimator::new(&frozen(lengths, 4, SeriesChoice::Measure));
        assert_eq!(left_at(&mut left, 0.0), Some([5.0; 3]));
        (0..4).for_each(|case| left.apply(&started(case, 0.0)));
        (0..4).for_each(|case| left.apply(&finished(case, 0.0, 1.0)));
        left.apply(&RunEvent::SeriesStarted { at_ns: ns_from_s(1.0) });
        assert_eq!(left_at(&mut left, 1.5), Some([3.5; 3]));
        let (start_ns, end_ns) = (ns_from_s(1.0), ns_from_s(2.0));
        left.apply(&RunEvent::SeriesCase { case: 0, start_ns, end_ns });
        assert_eq!(left_at(&mut left, 2.0), Some([3.0; 3]));
    }

    #[test]
    fn between_two_times_it_is_worked_out_the_clock_goes_down() {
        let mut left = TimeLeftEstimator::new(&frozen(Lengths::Unknown, 1, SeriesChoice::Estimate));
        left.apply(&finished(0, 0.0, 2.0));
        let first = left_at(&mut left, 2.0).unwrap();
        let next = left_at(&mut left, 2.1).unwrap();
        for (first, next) in first.into_iter().zip(next) {
            assert!((first - next - 0.1).abs() < 1e-9, "{first}, {next}");
        }
    }

    fn ended(case: u32, outcome: CaseOutcome, again: bool, end_s: f64) -> RunEvent {
        let RunEvent::Finished(end) = finished(case, end_s - 1.0, end_s) else { unreachable!() };
        RunEvent::Finished(CaseEnd { outcome, will_retry: again, ..end })
    }

    fn recalled(case: u32, time_s: f64) -> RunEvent {
        let (status, attempts, end_ns) = (Status::Done, 1, ns_from_s(time_s));
        let record = CaseRecord { status, attempts, end_ns, ..CaseRecord::default() };
        let folder = std::path::PathBuf::new();
        RunEvent::CaseResumed(Box::new(ResumedCase { case, record, attempts: Vec::new(), folder }))
    }

    #[test]
    fn what_was_done_before_is_not_left_but_tells_of_the_others() {
        let mut left = TimeLeftEstimator::new(&frozen(Lengths::Unknown, 1, SeriesChoice::Estimate));
        left.apply(&recalled(1, 2.0));
        left.apply(&recalled(3, 2.0));
        let [low_s, likely_s, high_s] = left_at(&mut left, 0.0).unwrap();
        assert!((likely_s - 4.0).abs() < 0.5 && low_s <= 4.0 && high_s >= 4.0, "{likely_s}");
        let lengths = Lengths::Last(vec![1.0, 2.0, 4.0, 8.0]);
        let mut left = TimeLeftEstimator::new(&frozen(lengths, 2, SeriesChoice::Estimate));
        left.apply(&recalled(0, 1.0));
        left.apply(&started(1, 0.0));
        left.apply(&started(2, 0.0));
        let left_s = left_at(&mut left, 0.0).unwrap();
        assert!((left_s[1] - 10.0).abs() < 1e-6, "{left_s:?}");
    }

    #[test]
    fn what_is_tried_again_or_put_back_is_left_and_what_is_taken_out_is_not() {
        let lengths = Lengths::Seconds(vec![1.0; 4]);
        let mut left = TimeLeftEstimator::new(&frozen(lengths, 1, SeriesChoice::Estimate));
        left.apply(&started(0, 0.0));
        left.apply(&ended(0, CaseOutcome::Failed(String::new()), true, 1.0));
        assert_eq!(left_at(&mut left, 1.0), Some([4.0; 3]));
        left.apply(&RunEvent::CaseRemoved { case: 3, at_ns: ns_from_s(1.0) });
        assert_eq!(left_at(&mut left, 2.0), Some([3.0; 3]));
        left.apply(&RunEvent::CaseRequeued { case: 3, at_ns: ns_from_s(2.0) });
        assert_eq!(left_at(&mut left, 3.0), Some([4.0; 3]));
        left.apply(&RunEvent::CaseRemoved { case: 0, at_ns: ns_from_s(3.0) });
        assert_eq!(left_at(&mut left, 4.0), Some([3.0; 3]));
        left.apply(&RunEvent::Paused { at_ns: ns_from_s(4.0) });
        assert_eq!(left.estimate(ns_from_s(4.0)), None);
    }

    #[test]
    fn licences_bind_as_workers_do() {
        let lengths = Lengths::Seconds(vec![1.0; 4]);
        let mut left = TimeLeftEstimator::new(&frozen(lengths, 4, SeriesChoice::Estimate));
        assert_eq!(left_at(&mut left, 0.0), Some([1.0; 3]));
        left.apply(&RunEvent::Licences { at_ns: 0, available: 2 });
        assert_eq!(left_at(&mut left, 1.0), Some([2.0; 3]));
    }

    proptest! {
        /// Whatever users and programs do: some steps, each about a case.
        #[test]
        fn whatever_happens_the_time_left_is_a_time(
            strategy in select(&[Strategy::Threads, Strategy::Batches, Strategy::Shares][..]),
            lengths in option::of(vec(0.0..5.0, 4)),
            workers in 1_u32..4,
            steps in vec((0_u8..9, 0_u32..4), 0..60),
        ) {
            let lengths = lengths.map_or(Lengths::Unknown, Lengths::Last);
            let mut frozen = frozen(lengths, workers, SeriesChoice::Estimate);
            frozen.plan.strategy = strategy;
            let mut left = TimeLeftEstimator::new(&frozen);
            let mut dispatched = 0;
            for ((what, case), at) in steps.into_iter().zip(1_u32..) {
                let at_s = f64::from(at);
                let at_ns = ns_from_s(at_s);
                let failed = || CaseOutcome::Failed(String::new());
                left.apply(&match what {
                    0..=2 => {
                        dispatched += 1;
                        let lane = dispatched % 5;
                        let ticket = Ticket { lane, ..ticket(case) };
                        RunEvent::Started { ticket, asked_ns: at_ns, at_ns }
                    }
                    3 => ended(case, CaseOutcome::Done(None), false, at_s),
                    4 => ended(case, failed(), case % 2 == 0, at_s),
                    5 => ended(case, CaseOutcome::Refused, true, at_s),
                    6 => RunEvent::CaseRemoved { case, at_ns },
                    7 => RunEvent::CaseRequeued { case, at_ns },
                    _ => recalled(case, 1.0),
                });
                for s in left_at(&mut left, at_s).into_iter().flatten() {
                    prop_assert!((0.0..1e6).contains(&s), "{}", s);
                }
            }
        }
    }

    #[test]
    fn the_time_left_reads_well() {
        let words = |low_s, likely_s, high_s| TimeLeftRange { low_s, likely_s, high_s }.text();
        assert_eq!(words(720.0, 780.0, 900.0), "12 to 15 min left");
        assert_eq!(words(760.0, 780.0, 800.0), "≈ 13 min left");
        assert_eq!(words(0.2, 0.4, 0.9), "less than 1 s left");
        assert_eq!(words(0.4, 1.4, 2.2), "up to 2 s left");
        assert_eq!(words(150.0, 200.0, 220.0), "2.5 to 3.7 min left");
        assert_eq!(words(50.0, 80.0, 110.0), "50 to 110 s left");
        assert_eq!(words(9000.0, 9010.0, 9020.0), "≈ 2.5 h left");
        assert_eq!(words(10_800.0, 12_600.0, 14_400.0), "3.0 to 4.0 h left");
    }
}
