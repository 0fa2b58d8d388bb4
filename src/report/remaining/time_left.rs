//! Estimates how long a run in progress still takes.
//!
//! The rest of the run is simulated a few dozen times by its own scheduler, with possible
//! lengths. Known lengths are corrected by the times that ended cases took instead;
//! unknown ones are learned from those times. Where cases share cores, the times include
//! the effect of sharing, and so does the estimate.

use std::collections::{BTreeMap, BTreeSet};

use super::length_model::{GrowthModel, LengthSample, TERMS, Terms, WeightedModel};
use super::length_source::LengthSource;
use super::ratios::{Ratios, index_at};
use super::simulation::{CaseProgress, RemainingCase, RemainingPlan, RemainingRun};
use super::time_left_range::TimeLeftRange;
use crate::run::{CaseEnd, CaseOutcome, ResumedCase, RunEvent, Status, expected_share};
use crate::schedule::{dispatch_order, s_from_ns};
use crate::study::{CaseResources, Dispatch, FrozenPlan, FrozenStudy};

/// Minimum time between two updates, in nanoseconds, after something happened.
const BUSY_INTERVAL_NS: u64 = 250_000_000;

/// The same if nothing happened; in between the estimate counts down.
const QUIET_INTERVAL_NS: u64 = 1_000_000_000;

/// Ended cases kept for learning how lengths grow.
const MAX_SAMPLES: usize = 256;

/// Latest ended cases used for the scatter of single cases.
const RECENT_SAMPLES: usize = 64;

/// Most simulations of the rest of a run.
const MAX_SIMULATIONS: usize = 40;

/// Fewest simulations, if many cases are left.
const MIN_SIMULATIONS: usize = 10;

/// Cases in all simulations together.
const SIMULATED_CASES: usize = 32_000;

/// Largest ratio of the ends of a range that is shown while most cases wait.
const MAX_WIDTH: f64 = 5.0;

/// Largest distance of waiting from ended cases at which an estimate is shown: means that
/// differ by a factor of 7.
const MAX_DISTANCE: f64 = 1.95;

/// Largest ratio of an estimate with learned lengths to the time left if all cases took as long
/// as the longest so far. More is not known from these cases.
const MAX_EXTRAPOLATION: f64 = 5.0;

/// Follows the events of a run and estimates the time left.
#[derive(Debug, Clone)]
pub struct TimeLeftEstimator {
    plan: FrozenPlan,
    resources: CaseResources,
    /// Licences observed to be available.
    observed_licences: Option<u32>,
    lengths: LengthSource,
    /// Dispatch order, in which cases start, of those that are not resumed, removed or requeued.
    order: Vec<u32>,
    /// Cases that have started, or will not start from the order.
    started: Vec<bool>,
    /// Cases dispatched to each lane.
    dispatched: Vec<u32>,
    /// Running cases and when they started, in nanoseconds.
    running: BTreeMap<u32, u64>,
    /// Ended cases that wait for a retry.
    retries: BTreeSet<u32>,
    /// Cases to delete from the order.
    excluded: BTreeSet<u32>,
    is_paused: bool,
    /// Summed terms of all waiting cases.
    waiting: Terms,
    /// Ended cases, thinned out if there are many.
    ended: Vec<LengthSample>,
    /// Summed times of ended cases, and the CPU plus waited time therein, where known.
    times_s: (f64, f64),
    series: Option<SeriesProgress>,
    has_changed: bool,
    /// The latest estimate and its time.
    estimate: Option<(u64, TimeLeftRange)>,
}

/// Progress of the second pass, in which cases run again for the series total.
#[derive(Debug, Clone)]
struct SeriesProgress {
    /// Summed terms of the cases still to run.
    waiting: Terms,
    /// Summed terms of the ended cases, and the seconds they took.
    ended: (Terms, f64),
    /// Start of the running case.
    since_ns: Option<u64>,
}

impl TimeLeftEstimator {
    /// Starts before the run of this study.
    pub fn new(frozen: &FrozenStudy) -> Self {
        let cases = &frozen.cases;
        let count = u32::try_from(cases.len()).unwrap_or(u32::MAX);
        let weights = frozen.lengths.weights();
        let lengths = LengthSource::new(cases, &frozen.lengths);
        let mut waiting = [0.0; TERMS];
        (0..count).for_each(|case| add(&mut waiting, &lengths.terms(case), 1.0));
        let share_again = expected_share(frozen.plan.series, cases.len());
        let series = (share_again > 0.0).then(|| SeriesProgress {
            waiting: waiting.map(|term| term * share_again),
            ended: ([0.0; TERMS], 0.0),
            since_ns: None,
        });
        Self {
            lengths,
            order: dispatch_order(frozen.plan.order, count, weights, frozen.plan.seed),
            started: vec![false; cases.len()],
            dispatched: vec![0; frozen.plan.workers as usize],
            running: BTreeMap::new(),
            retries: BTreeSet::new(),
            excluded: BTreeSet::new(),
            is_paused: false,
            waiting,
            ended: Vec::with_capacity(MAX_SAMPLES),
            times_s: (0.0, 0.0),
            series,
            has_changed: true,
            estimate: None,
            plan: frozen.plan.clone(),
            resources: frozen.resources.clone(),
            observed_licences: None,
        }
    }

    /// Applies an event of the run.
    pub fn apply(&mut self, event: &RunEvent) {
        match event {
            RunEvent::Started { ticket, at_ns, .. } => {
                self.start(ticket.case, ticket.lane as usize, *at_ns);
            }
            RunEvent::Finished(end) => self.finish(end),
            RunEvent::CaseResumed(resumed) => self.resume(resumed),
            RunEvent::CaseRequeued { case, .. } => self.requeue(*case),
            RunEvent::CaseRemoved { case, .. } => {
                if self.retries.remove(case) || self.exclude(*case) {
                    add(&mut self.waiting, &self.lengths.terms(*case), -1.0);
                }
            }
            RunEvent::Resized { workers, .. } => self.plan.workers = *workers,
            RunEvent::Licences { available, .. } => self.observed_licences = Some(*available),
            RunEvent::Paused { .. } => self.is_paused = true,
            RunEvent::Resumed { .. } => self.is_paused = false,
            RunEvent::SeriesStarted { at_ns, .. } => {
                if let Some(series) = &mut self.series {
                    series.since_ns = Some(*at_ns);
                }
            }
            RunEvent::SeriesCase { case, start_ns, end_ns } => {
                let terms = self.lengths.terms(*case);
                if let Some(series) = &mut self.series {
                    add(&mut series.waiting, &terms, -1.0);
                    add(&mut series.ended.0, &terms, 1.0);
                    series.ended.1 += s_from_ns(end_ns - start_ns);
                    series.since_ns = Some(*end_ns);
                }
            }
            _ => return,
        }
        self.has_changed = true;
    }

    fn start(&mut self, case: u32, lane: usize, at_ns: u64) {
        self.running.insert(case, at_ns);
        if !std::mem::replace(&mut self.started[case as usize], true) {
            self.move_up(case);
            // Lanes may be added during the run.
            self.dispatched.resize(self.dispatched.len().max(lane + 1), 0);
            self.dispatched[lane] += 1;
            add(&mut self.waiting, &self.lengths.terms(case), -1.0);
        } else if self.retries.remove(&case) {
            add(&mut self.waiting, &self.lengths.terms(case), -1.0);
        }
    }

    /// Moves a case that starts before others, for which resources lack, to the front of those.
    fn move_up(&mut self, case: u32) {
        if self.resources.limited().next().is_none()
            || self.plan.strategy.dispatch() == Dispatch::Shares
        {
            return;
        }
        let started: u32 = self.dispatched.iter().sum();
        let rest = self.order.get_mut(started as usize..).unwrap_or_default();
        if let Some(at) = rest.iter().position(|&waiting| waiting == case) {
            rest[..=at].rotate_right(1);
        }
    }

    fn finish(&mut self, end: &CaseEnd) {
        let case = end.ticket.case;
        self.running.remove(&case);
        if end.will_retry {
            self.requeue(case);
        }
        // An attempt without a licence says nothing about the length of its case.
        if !matches!(end.outcome, CaseOutcome::Cancelled | CaseOutcome::Refused) {
            let time_s = s_from_ns(end.end_ns - end.start_ns);
            self.keep(LengthSample { terms: self.lengths.terms(case), time_s });
            if let (Some(waited_ns), Some(cpu_ns)) = (end.waited_ns, end.cpu_ns) {
                self.times_s.0 += time_s;
                self.times_s.1 += s_from_ns(waited_ns + cpu_ns);
            }
        }
    }

    /// Takes a case done in an earlier session as a sample; it is not run.
    fn resume(&mut self, resumed: &ResumedCase) {
        let ResumedCase { case, record, .. } = resumed;
        if self.exclude(*case) {
            let terms = self.lengths.terms(*case);
            add(&mut self.waiting, &terms, -1.0);
            if record.status == Status::Done {
                self.keep(LengthSample { terms, time_s: s_from_ns(record.time_ns()) });
            }
        }
    }

    /// Excludes a case from the order unless it has started; returns whether it had not.
    fn exclude(&mut self, case: u32) -> bool {
        let had_started = std::mem::replace(&mut self.started[case as usize], true);
        !had_started && self.excluded.insert(case)
    }

    /// Makes a case wait for another attempt.
    fn requeue(&mut self, case: u32) {
        // A case that has not started waits already, and moves from the order.
        let is_waiting = self.exclude(case);
        if self.retries.insert(case) && !is_waiting {
            add(&mut self.waiting, &self.lengths.terms(case), 1.0);
        }
    }

    /// Keeps an ended case. If there are too many, drops half of the older ones: the
    /// latest say most about the next.
    fn keep(&mut self, sample: LengthSample) {
        if self.ended.len() == MAX_SAMPLES {
            let older = MAX_SAMPLES - RECENT_SAMPLES;
            let mut at = 0;
            self.ended.retain(|_| {
                at += 1;
                at > older || at % 2 == 0
            });
        }
        self.ended.push(sample);
    }

    /// Computes a new estimate at `now_ns` if one is due. Takes a few milliseconds at
    /// most, whatever the number of cases.
    pub fn update(&mut self, now_ns: u64) {
        let due_ns = match self.estimate {
            None => 0,
            Some((at_ns, _)) if self.has_changed => at_ns + BUSY_INTERVAL_NS,
            Some((at_ns, _)) => at_ns + QUIET_INTERVAL_NS,
        };
        if now_ns >= due_ns && (self.has_changed || self.estimate.is_some()) {
            if !self.excluded.is_empty() {
                let excluded = std::mem::take(&mut self.excluded);
                self.order.retain(|case| !excluded.contains(case));
            }
            self.estimate = self.simulate(now_ns).map(|range| (now_ns, range));
            self.has_changed = false;
        }
    }

    /// The time left at `now_ns`; `None` while it is unknown, the run is paused, or cases wait for
    /// licences of which none is available.
    pub fn estimate(&self, now_ns: u64) -> Option<TimeLeftRange> {
        let is_stuck = self.observed_licences == Some(0) && self.waiting_count() > 0;
        if self.is_paused || is_stuck {
            return None;
        }
        let (at_ns, range) = self.estimate?;
        Some(range.after(s_from_ns(now_ns.saturating_sub(at_ns))))
    }

    fn simulate(&self, now_ns: u64) -> Option<TimeLeftRange> {
        let taken_s = |start_ns: u64| s_from_ns(now_ns.saturating_sub(start_ns));
        let running = self.longest_running(now_ns);
        let models = self.lengths.models(&self.ended, &running)?;
        let rest = self.remaining_run();
        let items: Vec<(RemainingCase, Terms)> =
            rest.items().iter().map(|&item| (item, self.lengths.terms(item.case))).collect();
        let simulations =
            (SIMULATED_CASES / items.len().max(1)).clamp(MIN_SIMULATIONS, MAX_SIMULATIONS);
        let mut left_s = Vec::with_capacity(simulations);
        let recent = &self.ended[self.ended.len().saturating_sub(RECENT_SAMPLES)..];
        for simulation in 0..simulations {
            let growth = pick(&models, (simulation as f64 + 0.5) / simulations as f64)?;
            let ratios = Ratios::draw(
                &growth,
                recent,
                &running,
                self.lengths.is_in_seconds(),
                self.distance(&growth, recent),
                simulation as u64,
            );
            let lengths_s = items.iter().map(|(item, terms)| match item.progress {
                CaseProgress::Ended => 0.0,
                CaseProgress::Waiting => {
                    growth.length(terms) * ratios.ratio(item.case) * item.times
                }
                CaseProgress::Running => {
                    let taken_s = self.running.get(&item.case).map_or(0.0, |&at| taken_s(at));
                    ratios.left_s(item.case, growth.length(terms), taken_s)
                }
            });
            let waiting_s = growth.total_length(&self.waiting) * ratios.mean;
            let parallel_s = rest.left_s(lengths_s.collect(), waiting_s.max(0.0));
            left_s.push(parallel_s + self.series_s(&growth, &ratios, now_ns));
            if ratios.is_certain && models.len() == 1 {
                break;
            }
        }
        left_s.sort_by(f64::total_cmp);
        let at = |share: f64| left_s[index_at(share, left_s.len())];
        let likely_s = left_s.iter().sum::<f64>() / left_s.len() as f64;
        let range = TimeLeftRange { low_s: at(0.04), likely_s, high_s: at(0.96) };
        let is_far = self.lengths.are_learned()
            && range.high_s > MAX_EXTRAPOLATION * self.left_as_longest_s(&rest, &running);
        (!is_far && !self.is_guess(range, &models, recent)).then_some(range)
    }

    /// The time left if each case took as long as the longest so far.
    fn left_as_longest_s(&self, rest: &RemainingRun, running: &[LengthSample]) -> f64 {
        let times_s = self.ended.iter().chain(running).map(|sample| sample.time_s);
        let longest_s = times_s.fold(0.0, f64::max);
        let lengths_s = rest.items().iter().map(|item| match item.progress {
            CaseProgress::Ended => 0.0,
            CaseProgress::Running => longest_s,
            CaseProgress::Waiting => longest_s * item.times,
        });
        let waiting_s = longest_s * self.waiting_count() as f64;
        // The first term of a learned length counts cases.
        let in_series = self.series.as_ref().map_or(0.0, |series| series.waiting[0]);
        rest.left_s(lengths_s.collect(), waiting_s) + longest_s * in_series
    }

    /// The cases running for longest, which say most about lengths, and their times so far.
    fn longest_running(&self, now_ns: u64) -> Vec<LengthSample> {
        let running = self.running.iter().map(|(&case, &start_ns)| LengthSample {
            terms: self.lengths.terms(case),
            time_s: s_from_ns(now_ns.saturating_sub(start_ns)),
        });
        let mut running: Vec<LengthSample> = running.collect();
        running.sort_by(|a, b| b.time_s.total_cmp(&a.time_s));
        running.truncate(RECENT_SAMPLES);
        running
    }

    fn remaining_run(&self) -> RemainingRun {
        let progress = |case: u32| {
            if self.running.contains_key(&case) {
                CaseProgress::Running
            } else if self.started[case as usize] && !self.retries.contains(&case) {
                CaseProgress::Ended
            } else {
                CaseProgress::Waiting
            }
        };
        let mut plan = self.plan.clone();
        let licences = plan.limits.licences.into_iter().chain(self.observed_licences).min();
        plan.limits.licences = licences.map(|licences| licences.max(1));
        let running: Vec<u32> = self.running.keys().copied().collect();
        let retries: Vec<u32> = self.retries.iter().copied().collect();
        RemainingRun::new(&RemainingPlan {
            plan: &plan,
            resources: &self.resources,
            order: &self.order,
            dispatched: &self.dispatched,
            running: &running,
            retries: &retries,
            progress,
        })
    }

    /// Whether the few ended cases say too little about the many waiting ones: the range is
    /// wide, or the lengths of both are proportional to amounts that differ too much.
    fn is_guess(
        &self,
        range: TimeLeftRange,
        models: &[WeightedModel],
        recent: &[LengthSample],
    ) -> bool {
        let is_far = match models {
            [model] => self.distance(&model.growth, recent) > MAX_DISTANCE,
            _ => false,
        };
        !self.lengths.is_in_seconds()
            && self.ended.len() < self.waiting_count()
            && (is_far || range.high_s > MAX_WIDTH * range.low_s)
    }

    fn waiting_count(&self) -> usize {
        let dispatched: usize = self.dispatched.iter().map(|&cases| cases as usize).sum();
        self.order.len().saturating_sub(dispatched) + self.retries.len()
    }

    /// How far the lengths of waiting cases are from those of recently ended ones: the
    /// logarithm of the ratio of their means.
    fn distance(&self, growth: &GrowthModel, recent: &[LengthSample]) -> f64 {
        let waiting = self.waiting_count();
        let ended: f64 = recent.iter().map(|sample| growth.length(&sample.terms)).sum();
        let ratio =
            growth.total_length(&self.waiting) / waiting as f64 * recent.len() as f64 / ended;
        if ratio > 0.0 && ratio.is_finite() { ratio.ln().abs().min(3.0) } else { 0.0 }
    }

    /// Time the series total takes after the run, in seconds. There each case has a core to itself.
    fn series_s(&self, growth: &GrowthModel, ratios: &Ratios, now_ns: u64) -> f64 {
        let Some(series) = &self.series else { return 0.0 };
        let (terms, took_s) = &series.ended;
        let expected = growth.total_length(terms);
        let ratio = if expected > 0.0 && *took_s > 0.0 {
            took_s / expected
        } else if self.times_s.0 > 0.0 {
            ratios.mean * (self.times_s.1 / self.times_s.0).min(1.0)
        } else {
            ratios.mean
        };
        let taken_s = series.since_ns.map_or(0.0, |at| s_from_ns(now_ns.saturating_sub(at)));
        (growth.total_length(&series.waiting) * ratio - taken_s).max(0.0)
    }
}

fn add(sum: &mut Terms, terms: &Terms, times: f64) {
    sum.iter_mut().zip(terms).for_each(|(sum, term)| *sum += term * times);
}

/// Picks the model at this share of all weight.
fn pick(models: &[WeightedModel], share: f64) -> Option<GrowthModel> {
    let mut sum = 0.0;
    let picked = models.iter().find(|model| {
        sum += model.share;
        sum >= share
    });
    picked.or(models.last()).map(|model| model.growth)
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::option;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;
    use crate::report::fixtures;
    use crate::run::CaseRecord;
    use crate::schedule::{Ticket, ns_from_s};
    use crate::study::SeriesChoice;
    use crate::study::{CaseTable, ClockChoice, Lengths, Strategy};

    fn frozen(lengths: Lengths, workers: u32, series: SeriesChoice) -> FrozenStudy {
        let plan = FrozenPlan {
            series,
            clock: ClockChoice::Real,
            ..fixtures::plan(Strategy::Threads, workers)
        };
        let mut cases = CaseTable::default();
        for _ in 0..4 {
            cases.push("", 1.0, 1.0, &[]);
        }
        fixtures::study(cases, lengths, plan)
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
            outcome: CaseOutcome::done(None),
        })
    }

    /// The range in seconds, updated at this moment.
    fn left_at(left: &mut TimeLeftEstimator, now_s: f64) -> Option<[f64; 3]> {
        left.update(ns_from_s(now_s));
        left.estimate(ns_from_s(now_s)).map(|left| [left.low_s, left.likely_s, left.high_s])
    }

    #[test]
    fn with_known_lengths_the_rest_is_simulated() {
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
        // A late run has no negative time left.
        assert_eq!(left_at(&mut left, 9.0), Some([0.0; 3]));
    }

    #[test]
    fn the_longest_running_case_decides() {
        let lengths = Lengths::Last(vec![9.0, 1.0, 1.0, 1.0]);
        let mut left = TimeLeftEstimator::new(&frozen(lengths, 4, SeriesChoice::Estimate));
        (0..4).for_each(|case| left.apply(&started(case, 0.0)));
        assert_eq!(left_at(&mut left, 0.0), Some([9.0; 3]));
    }

    #[test]
    fn without_lengths_there_is_no_estimate_before_the_first_case_ends() {
        let mut left = TimeLeftEstimator::new(&frozen(Lengths::Unknown, 1, SeriesChoice::Estimate));
        left.apply(&started(0, 0.0));
        assert_eq!(left_at(&mut left, 1.0), None);
        left.apply(&finished(0, 0.0, 2.0));
        let [low_s, likely_s, high_s] = left_at(&mut left, 2.0).unwrap();
        assert!((likely_s - 6.0).abs() < 0.5, "{likely_s}");
        assert!(low_s < 5.9 && high_s > 6.1, "{low_s} to {high_s}");
    }

    /// Runs cases of growing length, each with a constant part, one after another until
    /// there is an estimate; returns the number of cases, the likely and the true time left.
    fn first_estimate(lengths: impl Fn(&[f64]) -> Lengths) -> (u32, f64, f64) {
        let xs: Vec<f64> = (0..60).map(|case| 0.1 * 1.1_f64.powi(case)).collect();
        let length_s = |x: &f64| 0.03 + 0.1 * x;
        let mut cases = CaseTable::default();
        for &x in &xs {
            cases.push("", x, 1.0, &[]);
        }
        let plan = frozen(Lengths::Unknown, 1, SeriesChoice::Estimate).plan;
        let mut left = TimeLeftEstimator::new(&fixtures::study(cases, lengths(&xs), plan));
        let mut now_s = 0.0;
        for (case, x) in (0..).zip(&xs) {
            left.apply(&started(case, now_s));
            left.apply(&finished(case, now_s, now_s + length_s(x)));
            now_s += length_s(x);
            // Later than the shortest time between two updates.
            if let Some([_, likely_s, _]) = left_at(&mut left.clone(), now_s + 60.0) {
                let rest = &xs[case as usize + 1..];
                return (case + 1, likely_s, rest.iter().map(length_s).sum());
            }
        }
        unreachable!("the last case ends")
    }

    #[test]
    fn the_time_left_is_not_guessed_from_a_few_cases_that_say_little_about_the_others() {
        for amounts in [false, true] {
            let (cases, likely_s, truth_s) = first_estimate(|xs| {
                if amounts { Lengths::Amounts(xs.to_vec()) } else { Lengths::Unknown }
            });
            assert!(cases > 3 && cases < 45, "{cases}");
            let off = likely_s / truth_s;
            assert!((0.4..3.0).contains(&off), "{likely_s} for {truth_s} after {cases} cases");
        }
    }

    #[test]
    fn amounts_give_the_time_left_by_the_rate_so_far() {
        let amounts = Lengths::Amounts(vec![10.0, 20.0, 30.0, 40.0]);
        let mut left = TimeLeftEstimator::new(&frozen(amounts, 1, SeriesChoice::Estimate));
        left.apply(&started(0, 0.0));
        assert_eq!(left_at(&mut left, 0.5), None);
        left.apply(&finished(0, 0.0, 1.0));
        let [low_s, likely_s, high_s] = left_at(&mut left, 1.0).unwrap();
        assert!((likely_s - 9.0).abs() < 0.5 && low_s <= 9.0 && high_s >= 9.0);
    }

    #[test]
    fn measuring_the_series_total_adds_time_and_counts_down() {
        let lengths = Lengths::Seconds(vec![1.0; 4]);
        let mut left = TimeLeftEstimator::new(&frozen(lengths, 4, SeriesChoice::Measure));
        assert_eq!(left_at(&mut left, 0.0), Some([5.0; 3]));
        (0..4).for_each(|case| left.apply(&started(case, 0.0)));
        (0..4).for_each(|case| left.apply(&finished(case, 0.0, 1.0)));
        left.apply(&RunEvent::SeriesStarted { at_ns: ns_from_s(1.0), cases: 4 });
        assert_eq!(left_at(&mut left, 1.5), Some([3.5; 3]));
        let (start_ns, end_ns) = (ns_from_s(1.0), ns_from_s(2.0));
        left.apply(&RunEvent::SeriesCase { case: 0, start_ns, end_ns });
        assert_eq!(left_at(&mut left, 2.0), Some([3.0; 3]));
    }

    #[test]
    fn between_two_updates_the_estimate_counts_down() {
        let mut left = TimeLeftEstimator::new(&frozen(Lengths::Unknown, 1, SeriesChoice::Estimate));
        left.apply(&finished(0, 0.0, 2.0));
        let first = left_at(&mut left, 2.0).unwrap();
        let next = left_at(&mut left, 2.1).unwrap();
        for (first, next) in first.into_iter().zip(next) {
            assert!((first - next - 0.1).abs() < 1e-9, "{first}, {next}");
        }
    }

    fn ended(case: u32, outcome: CaseOutcome, will_retry: bool, end_s: f64) -> RunEvent {
        let RunEvent::Finished(end) = finished(case, end_s - 1.0, end_s) else { unreachable!() };
        RunEvent::Finished(CaseEnd { outcome, will_retry, ..end })
    }

    fn resumed(case: u32, time_s: f64) -> RunEvent {
        let (status, attempts, end_ns) = (Status::Done, 1, ns_from_s(time_s));
        let record = CaseRecord { status, attempts, end_ns, ..CaseRecord::default() };
        RunEvent::CaseResumed(Box::new(ResumedCase {
            case,
            record,
            further_values: Box::default(),
            attempts: Vec::new(),
            folder: std::path::PathBuf::new(),
            place: None,
        }))
    }

    #[test]
    fn resumed_cases_are_not_left_but_serve_as_samples() {
        let mut left = TimeLeftEstimator::new(&frozen(Lengths::Unknown, 1, SeriesChoice::Estimate));
        left.apply(&resumed(1, 2.0));
        left.apply(&resumed(3, 2.0));
        let [low_s, likely_s, high_s] = left_at(&mut left, 0.0).unwrap();
        assert!((likely_s - 4.0).abs() < 0.5 && low_s <= 4.0 && high_s >= 4.0, "{likely_s}");
        let lengths = Lengths::Last(vec![1.0, 2.0, 4.0, 8.0]);
        let mut left = TimeLeftEstimator::new(&frozen(lengths, 2, SeriesChoice::Estimate));
        left.apply(&resumed(0, 1.0));
        left.apply(&started(1, 0.0));
        left.apply(&started(2, 0.0));
        let left_s = left_at(&mut left, 0.0).unwrap();
        assert!((left_s[1] - 10.0).abs() < 1e-6, "{left_s:?}");
    }

    #[test]
    fn retried_and_requeued_cases_are_left_and_removed_ones_are_not() {
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
    fn licences_limit_like_workers() {
        let lengths = Lengths::Seconds(vec![1.0; 4]);
        let mut left = TimeLeftEstimator::new(&frozen(lengths, 4, SeriesChoice::Estimate));
        assert_eq!(left_at(&mut left, 0.0), Some([1.0; 3]));
        left.apply(&RunEvent::Licences { at_ns: 0, available: 2 });
        assert_eq!(left_at(&mut left, 1.0), Some([2.0; 3]));
        left.apply(&RunEvent::Licences { at_ns: 0, available: 0 });
        assert_eq!(left_at(&mut left, 2.0), None, "nothing tells when a licence is free");
    }

    /// A study of cases with these x, of unknown lengths.
    fn of_xs(xs: &[f64], workers: u32) -> FrozenStudy {
        let mut cases = CaseTable::default();
        for &x in xs {
            cases.push("", x, 1.0, &[]);
        }
        let plan = frozen(Lengths::Unknown, workers, SeriesChoice::Estimate).plan;
        fixtures::study(cases, Lengths::Unknown, plan)
    }

    /// Runs these cases in order, and passes each estimate with the number of cases left and the
    /// longest time so far.
    fn follow(
        xs: &[f64],
        lengths_s: &[f64],
        workers: u32,
        mut check: impl FnMut([f64; 3], usize, f64),
    ) {
        let mut left = TimeLeftEstimator::new(&of_xs(xs, workers));
        let mut free_s = vec![0.0_f64; workers as usize];
        let mut events = Vec::new();
        for (case, &length_s) in (0..).zip(lengths_s) {
            let lane = free_s.iter_mut().min_by(|a, b| a.total_cmp(b)).unwrap();
            events.extend([(*lane, case, false), (*lane + length_s, case, true)]);
            *lane += length_s;
        }
        events.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut running: BTreeMap<u32, f64> = BTreeMap::new();
        let (mut longest_s, mut ended) = (0.0_f64, 0);
        for (at_s, case, is_end) in events {
            if is_end {
                let start_s = running.remove(&case).unwrap();
                left.apply(&finished(case, start_s, at_s));
                (longest_s, ended) = (longest_s.max(at_s - start_s), ended + 1);
            } else {
                running.insert(case, at_s);
                left.apply(&started(case, at_s));
            }
            // As if nothing else happened until then.
            for later_s in [at_s, at_s + 0.3] {
                let so_far_s = running.values().map(|start_s| later_s - start_s);
                let longest_s = so_far_s.fold(longest_s, f64::max);
                if let Some(range) = left_at(&mut left.clone(), later_s) {
                    check(range, xs.len() - ended, longest_s);
                }
            }
        }
    }

    #[test]
    fn three_cases_of_a_second_never_have_minutes_left() {
        for workers in 1..=3 {
            for xs in [[0.0, 1.0, 2.0], [2.0, 0.0, 1.0], [0.0, 0.0, 9.0]] {
                follow(&xs, &[1.0; 3], workers, |range, left, _| {
                    assert!(range[2] <= 5.0 * left as f64 + 2.0, "{xs:?} × {workers}: {range:?}");
                });
            }
        }
    }

    proptest! {
        /// The bound is computed by hand: the cases left in rounds, each as long as the longest.
        #[test]
        fn an_estimate_is_bounded_by_the_longest_case_so_far(
            rows in vec((0_u8..4, 0.05..3.0), 2..9),
            workers in 1_u32..4,
        ) {
            let (xs, lengths_s): (Vec<f64>, Vec<f64>) =
                rows.into_iter().map(|(x, length_s)| (f64::from(x), length_s)).unzip();
            follow(&xs, &lengths_s, workers, |range, left, longest_s| {
                let rounds = left.div_ceil(workers as usize);
                let most_s = MAX_EXTRAPOLATION * rounds as f64 * longest_s;
                assert!(range[2] <= most_s * 1.001 + 1e-9, "{range:?} of at most {most_s} s");
            });
        }

        /// Random events, each about a case.
        #[test]
        fn whatever_happens_the_estimate_is_a_finite_time(
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
                    3 => ended(case, CaseOutcome::done(None), false, at_s),
                    4 => ended(case, failed(), case % 2 == 0, at_s),
                    5 => ended(case, CaseOutcome::Refused, true, at_s),
                    6 => RunEvent::CaseRemoved { case, at_ns },
                    7 => RunEvent::CaseRequeued { case, at_ns },
                    _ => resumed(case, 1.0),
                });
                for s in left_at(&mut left, at_s).into_iter().flatten() {
                    prop_assert!((0.0..1e6).contains(&s), "{}", s);
                }
            }
        }
    }
}
