//! How many workers are worth having, in which order, and what binds.

use std::fmt;

use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};
use strum::IntoStaticStr;

use crate::run::Status;
use crate::schedule::s_from_ns;
use crate::study::{Order, RunsIn, Strategy, WORKER_RANGE};

use crate::report::advice::overhead::Overhead;
use crate::report::predict::contention::MeasuredPoint;
use crate::report::predict::curve::{Curve, KNEE_TOLERANCE};
use crate::report::predict::predict_error::PredictError;
use crate::report::predict::predictor::Predictor;
use crate::report::predict::scenario::{Prediction, Scenario};
use crate::report::run_report::{RunReport, WAITING_CPU_SHARE};
use crate::text::precise_duration;

/// A predicted difference below this part of the total is called nothing.
const NOTHING: f64 = 0.005;

/// A measured difference below this part of the total is called nothing.
const NOISE: f64 = 0.02;

/// Another order is not worth naming for less than this part of the total.
const SAME_ORDER: f64 = 0.01;

/// Predictions stand beside measured totals only where none is further off.
const AGREE: f64 = 0.1;

/// Cases whose CPU time is more than this part of their time compute.
const COMPUTES: f64 = 0.9;

/// A longer name is cut.
const MOST_NAME: usize = 40;

/// What keeps more workers from being worth having.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum LimitedBy {
    /// No run ends before its longest case does.
    LongestCase,
    /// The cores, or the one that holds the global lock, are busy.
    Cores,
    /// Starting workers and giving them cases costs what they would save.
    Overhead,
    /// There are no more licences.
    Licences,
}

/// One or two sentences. Shown after each other they are the whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdviceText {
    /// The first, which stands alone: `3 workers, longest first: 15.43 s.`
    pub lead: String,
    /// The other; may be empty.
    pub rest: String,
}

impl fmt::Display for AdviceText {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { lead, rest } = self;
        let between = if rest.is_empty() { "" } else { " " };
        write!(to, "{lead}{between}{rest}")
    }
}

/// How many workers are worth having. As JSON it has the keys `workers`, `order`,
/// `limited_by` and `sentence`; what cannot be said is null.
#[derive(Debug, Clone, PartialEq)]
pub struct Advice {
    /// The fewest whose total is within 5 % of the best.
    pub workers: Option<u32>,
    /// The best order with so many.
    pub order: Option<Order>,
    /// Why more are not worth having; absent too where more would be, but were not
    /// measured or cannot be asked for.
    pub limited_by: Option<LimitedBy>,
    /// It in words.
    pub text: AdviceText,
    /// The total with so many workers in that order, in seconds.
    pub total_s: Option<f64>,
    /// Whether that total was measured, rather than predicted.
    pub is_measured: bool,
    /// More that can be said, a sentence each: whether the cases wait or compute,
    /// what the order saves, and what this saves against the run it is made from.
    pub details: Vec<String>,
}

impl Serialize for Advice {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut advice = to.serialize_struct("Advice", 4)?;
        advice.serialize_field("workers", &self.workers)?;
        advice.serialize_field("order", &self.order.map(<&str>::from))?;
        advice.serialize_field("limited_by", &self.limited_by.map(<&str>::from))?;
        advice.serialize_field("sentence", &self.text.to_string())?;
        advice.end()
    }
}

impl Advice {
    /// From one run: predicted from the lengths of its cases. Of cases that compute
    /// the fewest workers worth having are not said, only how many can help at most.
    /// For many cases it computes for a while, as [`Curve::of`] does, up to three
    /// times: not for the thread that draws.
    #[must_use]
    pub fn for_run(report: &RunReport) -> Self {
        let own = Scenario::of(&report.frozen.plan);
        Self::for_sweep(report, Scenario { strategy: advised(own.strategy), ..own }, &[])
    }

    /// From a sweep: a run of it, best that with the fewest workers, and the totals
    /// that it measured in this shape, by growing workers.
    #[must_use]
    pub fn for_sweep(report: &RunReport, shape: Scenario, measured: &[MeasuredPoint]) -> Self {
        let cases = report.frozen.cases.len();
        if cases == 0 {
            return Self::none("No advice: there are no cases.");
        }
        if report.state.resumed_count() > 0 {
            return Self::none(
                "No advice: some cases were done in an earlier sitting, and it takes a run of all.",
            );
        }
        let records = report.state.records();
        let failed = records
            .iter()
            .filter(|r| matches!(r.status, Status::Failed | Status::TimedOut))
            .count();
        if failed == cases {
            return Self::none(&match cases {
                1 => "No advice: the case failed.".to_owned(),
                _ => format!("No advice: all {cases} cases failed."),
            });
        }
        match Evidence::of(report, shape, measured) {
            Ok(evidence) => evidence.advice(),
            Err(PredictError::NoTime { .. }) => {
                let done = report.state.done_count();
                Self::none(&format!(
                    "No advice: {done} of {cases} cases are done, and it takes a run of which all are."
                ))
            }
            Err(error) => Self::none(&format!("No advice: {error}.")),
        }
    }

    /// Where nothing has run.
    #[must_use]
    pub fn for_empty_run() -> Self {
        Self::none("No advice: nothing was run.")
    }

    fn none(why: &str) -> Self {
        Self {
            workers: None,
            order: None,
            limited_by: None,
            text: AdviceText { lead: why.to_owned(), rest: String::new() },
            total_s: None,
            is_measured: false,
            details: Vec::new(),
        }
    }
}

/// A total that is known of some workers in some order.
#[derive(Debug, Clone, Copy)]
struct CurvePoint {
    workers: u32,
    order: Order,
    total_s: f64,
}

/// What the advice is made from.
struct Evidence<'a> {
    report: &'a RunReport,
    measured: &'a [MeasuredPoint],
    predictor: Predictor,
    /// The strategy that is advised on, in the order of the run.
    shape: Scenario,
    /// Predicted, in the run's order, then in others.
    curves: Vec<Curve>,
}

impl<'a> Evidence<'a> {
    fn of(
        report: &'a RunReport,
        shape: Scenario,
        measured: &'a [MeasuredPoint],
    ) -> Result<Self, PredictError> {
        let predictor = Predictor::of_run(report)?;
        let mut orders = vec![shape.order];
        for order in [Order::Longest, Order::Listed] {
            if !orders.contains(&order) {
                orders.push(order);
            }
        }
        let at_least = measured.iter().map(|point| point.workers).max().unwrap_or(1);
        let curve = |order| Curve::of(&predictor, Scenario { order, ..shape }, at_least);
        let curves = orders.into_iter().map(curve).collect::<Result<_, _>>()?;
        Ok(Self { report, measured, predictor, shape, curves })
    }

    fn advice(&self) -> Advice {
        let advice = if let Some(advice) = self.overhead_binds() {
            advice
        } else if self.report.is_compute_bound() && self.measured.is_empty() {
            self.at_most()
        } else {
            self.fewest()
        };
        Advice { details: self.details(&advice), ..advice }
    }

    /// Whether totals are predicted: of cases that wait, as long as nothing that was
    /// measured speaks against it.
    fn predicts(&self) -> bool {
        !self.report.is_compute_bound() && self.agrees()
    }

    /// The totals that numbers of workers and orders are chosen by: all predicted, or
    /// all measured, so that what sets them apart is not where they come from.
    fn points(&self) -> Vec<CurvePoint> {
        if !self.predicts() {
            let order = self.shape.order;
            let point =
                |&MeasuredPoint { workers, total_s }| CurvePoint { workers, order, total_s };
            return self.measured.iter().map(point).collect();
        }
        let points = self.curves.iter().flat_map(|curve| {
            let order = curve.scenario().order;
            let point = move |&Prediction { workers, total_s, .. }: &Prediction| CurvePoint {
                workers,
                order,
                total_s,
            };
            curve.points().iter().map(point)
        });
        points.collect()
    }

    /// The total that was measured with so many workers in this order.
    fn measured_s(&self, workers: u32, order: Order) -> Option<f64> {
        let mut measured = self.measured.iter().filter(|_| order == self.shape.order);
        Some(measured.find(|point| point.workers == workers)?.total_s)
    }

    /// How many licences there are, if that is known to bind: as said, or as learned.
    fn licences(&self) -> Option<u32> {
        let learned = self.report.state.licences().last().map(|&(_, available)| available.max(1));
        self.report.frozen.plan.limits.licences.into_iter().chain(learned).min()
    }

    /// Whether no measured total is far from the predicted one, which knows nothing
    /// of licences.
    fn agrees(&self) -> bool {
        let licences = self.licences().unwrap_or(u32::MAX);
        self.measured.iter().filter(|point| point.workers <= licences).all(|point| {
            let predicted_s = self.predicted_s(point.workers);
            predicted_s.is_some_and(|s| (s - point.total_s).abs() <= AGREE * point.total_s)
        })
    }

    /// The predicted total in the order of the run.
    fn predicted_s(&self, workers: u32) -> Option<f64> {
        Some(self.predictor.predict(self.shape, workers).ok()?.total_s)
    }

    /// The fewest workers worth having, what one more would save, and why.
    fn fewest(&self) -> Advice {
        let points = self.points();
        let Some(chosen) = chosen(&points, self.shape.order) else {
            return Advice::none("No advice: of no number of workers all cases were done.");
        };
        if let Some(licences) = self.licences().filter(|&licences| licences < chosen.workers) {
            return self.licensed(licences, &chosen);
        }
        let limited_by = self.limit(&points, &chosen);
        let order = match (chosen.workers, order_matters(&points, &chosen)) {
            (1, _) | (_, false) => String::new(),
            _ => format!(", {}", order_words(chosen.order)),
        };
        let workers = workers_words(chosen.workers);
        let measured_s = self.measured_s(chosen.workers, chosen.order);
        let total_s = measured_s.unwrap_or(chosen.total_s);
        let lead = format!("{workers}{order}: {}.", precise_duration(total_s));
        Advice {
            workers: Some(chosen.workers),
            order: Some(chosen.order),
            limited_by,
            text: AdviceText { lead, rest: self.next(&points, &chosen, limited_by) },
            total_s: Some(total_s),
            is_measured: measured_s.is_some(),
            details: Vec::new(),
        }
    }

    /// As many workers as licences, and what more of both would be worth: `chosen` is
    /// the fewest workers worth having if nothing but workers bound.
    fn licensed(&self, licences: u32, chosen: &CurvePoint) -> Advice {
        let shape = Scenario { order: chosen.order, ..self.shape };
        let measured_s = self.measured_s(licences, chosen.order);
        let predicted = || self.predictor.predict(shape, licences).ok().map(|p| p.total_s);
        let total_s = measured_s.or_else(predicted);
        let workers = workers_words(licences);
        let order = match licences {
            1 => String::new(),
            _ => format!(", {}", order_words(chosen.order)),
        };
        let total = total_s.map_or(String::new(), |s| format!(": {}", precise_duration(s)));
        let there_are = if licences == 1 {
            "There is 1 licence".to_owned()
        } else {
            format!("There are {licences} licences")
        };
        let rest = if self.predicts() {
            let with = workers_words(chosen.workers);
            let then = precise_duration(chosen.total_s);
            format!("{there_are}; with {with} and as many licences it is {then}.")
        } else {
            format!("{there_are}.")
        };
        Advice {
            workers: Some(licences),
            order: Some(chosen.order),
            limited_by: Some(LimitedBy::Licences),
            text: AdviceText { lead: format!("{workers}{order}{total}."), rest },
            total_s,
            is_measured: measured_s.is_some(),
            details: Vec::new(),
        }
    }

    /// What binds where more workers are not worth having.
    fn limit(&self, points: &[CurvePoint], chosen: &CurvePoint) -> Option<LimitedBy> {
        let floor_s = self.predictor.floor_s(self.shape.strategy);
        let best_s = points.iter().map(|p| p.total_s).fold(f64::INFINITY, f64::min);
        if !self.predicts() && self.licences().is_some_and(|licences| licences == chosen.workers) {
            return Some(LimitedBy::Licences);
        }
        if best_s <= floor_s * (1.0 + KNEE_TOLERANCE) {
            return Some(self.floor());
        }
        let last = points.iter().map(|p| p.workers).max().unwrap_or(chosen.workers);
        // What predictions explain is the dispatch, such as a barrier.
        if chosen.workers >= last || self.predicts() {
            return None;
        }
        let series_s = self.predictor.series_s();
        let overhead_s = Overhead::of(self.report).map(|o| o.of_s(self.predictor.cases(), 1));
        let is_small = overhead_s.is_some_and(|overhead_s| overhead_s <= KNEE_TOLERANCE * series_s);
        match (is_small, self.report.is_compute_bound()) {
            (false, _) => Some(LimitedBy::Overhead),
            (true, true) => Some(LimitedBy::Cores),
            // Something that cases which wait wait for, such as a licence.
            (true, false) => None,
        }
    }

    /// Which of the two makes the floor.
    fn floor(&self) -> LimitedBy {
        let cores_s = self.predictor.cores_bound_s(self.shape.strategy);
        if self.predictor.floor_s(self.shape.strategy) > cores_s {
            LimitedBy::LongestCase
        } else {
            LimitedBy::Cores
        }
    }

    /// What a worker more saves, and why it is not more.
    fn next(
        &self,
        points: &[CurvePoint],
        chosen: &CurvePoint,
        limited_by: Option<LimitedBy>,
    ) -> String {
        let most = *WORKER_RANGE.end();
        let reason = limited_by.map(|limit| self.reason(limit, chosen.workers));
        let of_most = points.iter().find(|p| p.workers == most && p.order == chosen.order);
        if reason.is_none() && chosen.workers == most {
            return format!("{most} are the most that can be asked for.");
        }
        if reason.is_none()
            && let Some(of_most) = of_most
            && of_most.total_s < chosen.total_s * (1.0 - NOTHING)
        {
            let total = precise_duration(of_most.total_s);
            return format!("With {most}, the most that can be asked for, it is {total}.");
        }
        let next = chosen.workers + 1;
        let ordinal = ordinal(next);
        let Some(of_next_s) = self.of_next_s(points, chosen) else {
            let reason = reason.map_or(String::new(), |reason| format!("; {reason}"));
            return format!("{ordinal} was not measured{reason}.");
        };
        let nothing = if self.predicts() { NOTHING } else { NOISE };
        let saved_s = chosen.total_s - of_next_s;
        let saves = if saved_s <= nothing * chosen.total_s {
            "nothing".to_owned()
        } else {
            let percent = 100.0 * saved_s / chosen.total_s;
            format!("{} ({percent:.0} %)", precise_duration(saved_s))
        };
        let Some(reason) = reason else { return format!("{ordinal} saves {saves}.") };
        // The reason is the whole of it where the total is the floor.
        let floor_s = self.predictor.floor_s(self.shape.strategy);
        let is_floor = chosen.total_s <= floor_s * (1.0 + nothing) || floor_s == 0.0;
        let between = if is_floor && saves == "nothing" { ":" } else { ";" };
        format!("{ordinal} saves {saves}{between} {reason}.")
    }

    /// The total with a worker more, in seconds; one that the curve leaves out is
    /// predicted. One worker has no order; a second would have the best.
    fn of_next_s(&self, points: &[CurvePoint], chosen: &CurvePoint) -> Option<f64> {
        let workers = chosen.workers + 1;
        let is_next = |p: &&CurvePoint| {
            p.workers == workers && (chosen.workers == 1 || p.order == chosen.order)
        };
        let known = points.iter().filter(is_next).map(|p| p.total_s).min_by(f64::total_cmp);
        known.or_else(|| {
            let shape = Scenario { order: chosen.order, ..self.shape };
            let predicted = self.predictor.predict(shape, workers).ok();
            Some(predicted.filter(|_| self.predicts())?.total_s)
        })
    }

    /// What limits so many workers in words, without a full stop.
    fn reason(&self, limit: LimitedBy, workers: u32) -> String {
        let cores = self.predictor.cores(self.shape.strategy);
        match limit {
            LimitedBy::LongestCase => self.longest_words(),
            LimitedBy::Overhead => "starting and feeding it costs what it saves".to_owned(),
            LimitedBy::Licences => match workers {
                1 => "there is 1 licence".to_owned(),
                licences => format!("there are {licences} licences"),
            },
            LimitedBy::Cores if self.shape.strategy.runs_in() == RunsIn::GlobalLock => {
                "under the global lock one case computes at a time".to_owned()
            }
            LimitedBy::Cores if workers < cores => {
                "cases that compute slow each other down here".to_owned()
            }
            LimitedBy::Cores => match cores {
                1 => "the cases compute, and there is 1 CPU".to_owned(),
                cpus => format!("the cases compute, and there are {cpus} CPUs"),
            },
        }
    }

    fn longest_words(&self) -> String {
        let lengths_ns = self.predictor.lengths_ns();
        let longest_ns = lengths_ns.iter().copied().max().unwrap_or(0);
        let takes = precise_duration(s_from_ns(longest_ns));
        if lengths_ns.len() > 1 && lengths_ns.iter().all(|&ns| ns == longest_ns) {
            return format!("each case alone takes {takes}");
        }
        let at = lengths_ns.iter().position(|&ns| ns == longest_ns).unwrap_or(0);
        format!("{} alone takes {takes}", short(self.report.frozen.cases.case(at).name))
    }

    /// One run of cases that compute says how many workers can help, no more.
    fn at_most(&self) -> Advice {
        let floor_s = self.predictor.floor_s(self.shape.strategy);
        let reaching = self.curves.iter().filter_map(|curve| {
            let least_s = curve.best_s().max(floor_s * (1.0 + NOTHING));
            curve.points().iter().find(|point| point.total_s <= least_s)
        });
        let workers = reaching.map(|point| point.workers).min().unwrap_or(1);
        let limit = self.floor();
        let cores = self.predictor.cores(self.shape.strategy);
        let noun = if workers == 1 { "worker" } else { "workers" };
        let text = AdviceText {
            lead: format!(
                "At most {workers} {noun} can help: {}.",
                self.reason(limit, workers.max(cores))
            ),
            rest: "How many are worth having is only known by measuring: a sweep tells.".to_owned(),
        };
        Advice { limited_by: Some(limit), text, ..Advice::none("") }
    }

    /// Advice against more than one worker, where they cost more than they save.
    fn overhead_binds(&self) -> Option<Advice> {
        let curve = self.curves.iter().min_by(|a, b| a.best_s().total_cmp(&b.best_s()))?;
        let series_s = self.predictor.series_s();
        if series_s <= 0.0 {
            return Some(self.one_worker(
                series_s,
                "the cases take no time",
                "Only overhead is left, and more workers make more of it.".to_owned(),
            ));
        }
        let cores = self.predictor.cores(self.shape.strategy);
        let two = if self.report.is_compute_bound() { cores.min(2) } else { 2 };
        let cases = self.predictor.cases();
        let overhead = Overhead::of(self.report)?;
        if curve.knee().workers == 1 && overhead.of_s(cases, 1) <= KNEE_TOLERANCE * series_s {
            return None;
        }
        let with_overhead = |p: &Prediction| p.total_s + overhead.of_s(cases, p.workers.min(cores));
        let several = curve.points().iter().filter(|p| p.workers > 1).map(with_overhead);
        let measured = self.measured.iter().filter(|point| point.workers > 1);
        let all_s = several.chain(measured.map(|point| point.total_s));
        if all_s.fold(f64::INFINITY, f64::min) < series_s * (1.0 - KNEE_TOLERANCE) {
            return None;
        }
        // What the cores or the lock keep from paying is not for length to change.
        let pays_from_s = overhead.pays_from_s(cases, two)?;
        let mean_s = series_s / cases as f64;
        let rest = if pays_from_s > mean_s {
            let (mean, from) = (precise_duration(mean_s), precise_duration(pays_from_s));
            format!("A case takes {mean} on average; a second worker pays from {from} a case on.")
        } else {
            format!("A case takes {} on average.", precise_duration(mean_s))
        };
        let one_s = self.measured_s(1, self.shape.order);
        let advice =
            self.one_worker(one_s.unwrap_or(series_s), "parallel running does not pay here", rest);
        Some(Advice { is_measured: one_s.is_some(), ..advice })
    }

    fn one_worker(&self, total_s: f64, lead: &str, rest: String) -> Advice {
        Advice {
            workers: Some(1),
            order: Some(self.shape.order),
            limited_by: Some(LimitedBy::Overhead),
            text: AdviceText { lead: format!("1 worker: {lead}."), rest },
            total_s: Some(total_s),
            is_measured: false,
            details: Vec::new(),
        }
    }

    fn details(&self, advice: &Advice) -> Vec<String> {
        let mut details = Vec::new();
        details.extend(self.report.cpu_share().map(kind_words));
        let (Some(workers), Some(order), Some(total_s)) =
            (advice.workers, advice.order, advice.total_s)
        else {
            return details;
        };
        if advice.limited_by == Some(LimitedBy::Overhead) {
            details.extend(Overhead::of(self.report).map(|overhead| overhead.to_string()));
            return details;
        }
        if !advice.is_measured {
            let from = match self.report.frozen.lengths.seconds() {
                Some(_) => "the times that the cases are meant to take",
                None => "the CPU and waiting times of this run",
            };
            details.push(format!("That total is predicted from {from}, without overhead."));
        }
        if let Some(own_s) = self.predicted_s(workers)
            && order != self.shape.order
            && own_s - total_s > SAME_ORDER * total_s
        {
            let (how, by) = (order_words(order), order_words(self.shape.order));
            let (saved, took) = (precise_duration(own_s - total_s), precise_duration(own_s));
            let they = workers_words(workers);
            details.push(format!("To start them {how} saves {saved}: {by}, {they} take {took}."));
        }
        details.extend(self.saved(workers, order, total_s));
        details
    }

    /// What the advice saves against the plan of the run it is made from.
    fn saved(&self, workers: u32, order: Order, total_s: f64) -> Option<String> {
        let plan = &self.report.frozen.plan;
        let is_same = plan.workers == workers && plan.order == order;
        if !self.measured.is_empty() || is_same && plan.strategy == self.shape.strategy {
            return None;
        }
        let own_s = self.predictor.predict(Scenario::of(plan), plan.workers).ok()?.total_s;
        if own_s - total_s <= SAME_ORDER * total_s {
            return None;
        }
        let strategy: &str = plan.strategy.into();
        let (own, saved) = (precise_duration(own_s), precise_duration(own_s - total_s));
        let (with, by) = (workers_words(plan.workers), order_words(plan.order));
        Some(format!("This run's plan, {strategy} with {with}, {by}, takes {own}: {saved} more."))
    }
}

/// The strategy to be advised on where this one was run: that which lets a free
/// worker take the next case, in the same place.
fn advised(strategy: Strategy) -> Strategy {
    match strategy.runs_in() {
        RunsIn::Pool | RunsIn::OwnThreads => Strategy::Threads,
        RunsIn::GlobalLock | RunsIn::Processes => strategy,
    }
}

/// The fewest workers within 5 % of the best; with those the best order, but the
/// run's own where another saves next to nothing.
fn chosen(points: &[CurvePoint], own: Order) -> Option<CurvePoint> {
    let best_s = points.iter().map(|p| p.total_s).fold(f64::INFINITY, f64::min);
    let within = || points.iter().filter(|p| p.total_s <= best_s * (1.0 + KNEE_TOLERANCE));
    let workers = within().map(|p| p.workers).min()?;
    let with_them = || within().filter(|p| p.workers == workers);
    let least = with_them().min_by(|a, b| a.total_s.total_cmp(&b.total_s))?;
    let as_is =
        with_them().find(|p| p.order == own && p.total_s <= least.total_s * (1.0 + SAME_ORDER));
    Some(*as_is.unwrap_or(least))
}

/// Whether the other orders differ with so many workers, as far as is known.
fn order_matters(points: &[CurvePoint], chosen: &CurvePoint) -> bool {
    let mut others = points.iter().filter(|p| p.workers == chosen.workers);
    others.any(|p| (p.total_s - chosen.total_s).abs() > SAME_ORDER * chosen.total_s)
}

fn kind_words(cpu_share: f64) -> String {
    let what = match cpu_share {
        share if share < WAITING_CPU_SHARE => "wait",
        share if share > COMPUTES => "compute",
        _ => "both wait and compute",
    };
    let percent = match 100.0 * cpu_share {
        percent if percent < 1.0 => "less than 1 %".to_owned(),
        percent => format!("{percent:.0} %"),
    };
    format!("The cases {what}: {percent} of their time is CPU time.")
}

fn workers_words(workers: u32) -> String {
    format!("{workers} {}", if workers == 1 { "worker" } else { "workers" })
}

fn order_words(order: Order) -> &'static str {
    match order {
        Order::Listed => "as listed",
        Order::Longest => "longest first",
        Order::Shortest => "shortest first",
        Order::Shuffled => "shuffled",
    }
}

/// `A fourth`, `An eighth`, `An 11th`, at the beginning of a sentence.
fn ordinal(number: u32) -> String {
    const WORDS: [&str; 10] = [
        "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
        "tenth",
    ];
    let article = if matches!(number, 8 | 11 | 18 | 80..=89) { "An" } else { "A" };
    if let Some(word) = number.checked_sub(1).and_then(|at| WORDS.get(at as usize)) {
        return format!("{article} {word}");
    }
    let ending = match (number % 100, number % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{article} {number}{ending}")
}

fn short(name: &str) -> String {
    if name.chars().count() <= MOST_NAME {
        return name.to_owned();
    }
    let cut: String = name.chars().take(MOST_NAME - 1).collect();
    format!("{cut}…")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;
    use crate::report::run_report::Machine;
    use crate::run::{CaseEnd, CaseOutcome, RunEvent, RunState, replay};
    use crate::schedule::{Ticket, ns_from_s};
    use crate::study::{
        CaseTable, ClockChoice, FrozenPlan, FrozenStudy, Lengths, SeriesChoice, Strategy,
        WorkloadName,
    };

    fn frozen(names: &[&str], lengths: Lengths, strategy: Strategy, workers: u32) -> FrozenStudy {
        let mut cases = CaseTable::default();
        for name in names {
            cases.push(name, 1.0, 1.0, &[]);
        }
        let plan = FrozenPlan {
            limits: crate::study::Limits::default(),
            strategy,
            workers,
            batch: (strategy == Strategy::Batches).then_some(workers),
            order: Order::Listed,
            seed: 0,
            time_scale: 1.0,
            series: SeriesChoice::Estimate,
            clock: ClockChoice::Virtual,
        };
        FrozenStudy { cases, workload: WorkloadName::Wait, plan, lengths, program: None }
    }

    fn report(frozen: FrozenStudy, state: RunState) -> RunReport {
        RunReport::new(Arc::new(frozen), state, Machine { logical_cpus: 2, os: "linux" })
    }

    fn waits_by(strategy: Strategy, workers: u32, names: &[&str], lengths_s: &[f64]) -> RunReport {
        let frozen = frozen(names, Lengths::Seconds(lengths_s.to_vec()), strategy, workers);
        let state = replay(&frozen);
        report(frozen, state)
    }

    fn waits(lengths_s: &[f64]) -> RunReport {
        waits_by(Strategy::Threads, 2, &vec![""; lengths_s.len()], lengths_s)
    }

    fn crash_tests(strategy: Strategy, workers: u32) -> RunReport {
        let names = [
            "side__10__200",
            "front__50__200",
            "rear__20__200",
            "side__10__400",
            "front__50__400",
            "rear__20__400",
        ];
        let lengths_s =
            [2.0, 10.0, 4.0, 4.0, 20.0, 8.0].map(|product| 0.771_320_643_266_746 * product);
        waits_by(strategy, workers, &names, &lengths_s)
    }

    /// A real run on two workers whose cases took so long: CPU time, waited time.
    fn ran(strategy: Strategy, times_s: &[(f64, f64)]) -> RunReport {
        let mut frozen = frozen(&vec![""; times_s.len()], Lengths::Unknown, strategy, 2);
        frozen.plan.clock = ClockChoice::Real;
        let mut state = RunState::new(times_s.len());
        for at_ns in [100_000, 140_000] {
            state.apply(RunEvent::WorkerReady { at_ns });
        }
        let mut now_ns = 140_000;
        for (case, &(cpu_s, waited_s)) in (0..).zip(times_s) {
            let ticket = Ticket { case, lane: 0, attempt: 1, dispatch_index: case };
            let (asked_ns, start_ns) = (now_ns, now_ns + 500);
            state.apply(RunEvent::Started { ticket, asked_ns, at_ns: start_ns });
            now_ns = start_ns + ns_from_s(cpu_s + waited_s);
            state.apply(RunEvent::Finished(CaseEnd {
                will_retry: false,
                ticket,
                start_ns,
                end_ns: now_ns,
                waited_ns: Some(ns_from_s(waited_s)),
                cpu_ns: Some(ns_from_s(cpu_s)),
                memory_bytes: None,
                outcome: CaseOutcome::Done(None),
            }));
        }
        report(frozen, state)
    }

    fn computed(times_s: &[f64]) -> RunReport {
        ran(Strategy::Threads, &times_s.iter().map(|&cpu_s| (cpu_s, 0.0)).collect::<Vec<_>>())
    }

    fn said(report: &RunReport) -> String {
        Advice::for_run(report).text.to_string()
    }

    fn swept(report: &RunReport, measured: &[MeasuredPoint]) -> Advice {
        let plan = &report.frozen.plan;
        let shape = Scenario { strategy: plan.strategy, batch: plan.batch, order: plan.order };
        Advice::for_sweep(report, shape, measured)
    }

    fn measured(totals_s: &[f64]) -> Vec<MeasuredPoint> {
        (1..).zip(totals_s).map(|(workers, &total_s)| MeasuredPoint { workers, total_s }).collect()
    }

    #[test]
    fn licences_bind_and_what_more_of_them_are_worth_is_said() {
        let mut run = crash_tests(Strategy::Threads, 2);
        Arc::make_mut(&mut run.frozen).plan.limits.licences = Some(2);
        let advice = Advice::for_run(&run);
        assert_eq!((advice.workers, advice.limited_by), (Some(2), Some(LimitedBy::Licences)));
        assert!(advice.text.lead.starts_with("2 workers, longest first: "), "{}", advice.text);
        let rest = "There are 2 licences; with 3 workers and as many licences it is 15.43 s.";
        assert_eq!(advice.text.rest, rest);
        Arc::make_mut(&mut run.frozen).plan.limits.licences = Some(3);
        assert_eq!(Advice::for_run(&run).limited_by, Some(LimitedBy::LongestCase));
        run.state.apply(RunEvent::Licences { at_ns: 0, available: 1 });
        assert_eq!(Advice::for_run(&run).workers, Some(1));
    }

    #[test]
    fn crash_tests_hear_the_same_from_every_run() {
        let expected = "3 workers, longest first: 15.43 s. A fourth saves nothing: front__50__400 \
                        alone takes 15.43 s.";
        for (strategy, workers) in [
            (Strategy::Series, 1),
            (Strategy::Batches, 3),
            (Strategy::AllAtOnce, 6),
            (Strategy::Threads, 3),
            (Strategy::Processes, 2),
        ] {
            let advice = Advice::for_run(&crash_tests(strategy, workers));
            assert_eq!(advice.text.to_string(), expected);
            assert_eq!(advice.text.lead, "3 workers, longest first: 15.43 s.");
            assert_eq!((advice.workers, advice.order), (Some(3), Some(Order::Longest)));
            assert_eq!(advice.limited_by, Some(LimitedBy::LongestCase));
        }
        let details = Advice::for_run(&crash_tests(Strategy::Batches, 3)).details.join(" ");
        assert_eq!(
            details,
            "That total is predicted from the times that the cases are meant to take, without overhead. To start \
             them longest first saves 3.09 s: as listed, 3 workers take 18.51 s. This run's plan, \
             batches with 3 workers, as listed, takes 23.14 s: 7.71 s more."
        );
    }

    #[test]
    fn the_json_has_these_keys_and_no_others() {
        let json = |report: &RunReport| serde_json::to_string(&Advice::for_run(report)).unwrap();
        assert_eq!(
            json(&crash_tests(Strategy::Threads, 3)),
            "{\"workers\":3,\"order\":\"longest\",\"limited_by\":\"longest-case\",\"sentence\":\
             \"3 workers, longest first: 15.43 s. A fourth saves nothing: front__50__400 alone \
             takes 15.43 s.\"}"
        );
        assert_eq!(
            json(&waits(&[])),
            "{\"workers\":null,\"order\":null,\"limited_by\":null,\"sentence\":\"No advice: there \
             are no cases.\"}"
        );
    }

    #[test]
    fn each_edge_hears_something_true() {
        for (lengths_s, text) in [
            (&[][..], "No advice: there are no cases."),
            (&[4.0], "1 worker: 4.0 s. A second saves nothing: Case 1 alone takes 4.0 s."),
            (
                &[2.0, 2.0, 4.0],
                "2 workers, longest first: 4.0 s. A third saves nothing: Case 3 alone takes 4.0 s.",
            ),
            (
                &[1.0, 1.0, 1.0],
                "3 workers: 1.0 s. A fourth saves nothing: each case alone takes 1.0 s.",
            ),
            (
                &[1.0, 1.0, 60.0],
                "1 worker: 62.0 s. A second saves 2.0 s (3 %); Case 3 alone takes 60.0 s.",
            ),
            (
                &[0.0, 0.0],
                "1 worker: the cases take no time. Only overhead is left, and more workers make \
                 more of it.",
            ),
        ] {
            assert_eq!(said(&waits(lengths_s)), text);
        }
        let advice = Advice::for_run(&waits(&vec![1.0; 2560]));
        assert_eq!((advice.workers, advice.limited_by), (Some(256), None));
        let expected = "256 workers: 10.0 s. 256 are the most that can be asked for.";
        assert_eq!(advice.text.to_string(), expected);
    }

    #[test]
    fn what_failed_or_was_cancelled_gives_advice_only_where_lengths_are_known() {
        let end = |case, outcome| {
            RunEvent::Finished(CaseEnd {
                will_retry: false,
                ticket: Ticket { case, lane: 0, attempt: 1, dispatch_index: case },
                start_ns: 0,
                end_ns: 10,
                waited_ns: None,
                cpu_ns: None,
                memory_bytes: None,
                outcome,
            })
        };
        let failed = || CaseOutcome::Failed("no".to_owned());
        let of = |outcomes: [CaseOutcome; 2], lengths: Lengths| {
            let mut state = RunState::new(2);
            for (case, outcome) in (0..).zip(outcomes) {
                state.apply(end(case, outcome));
            }
            said(&report(frozen(&["", ""], lengths, Strategy::Threads, 2), state))
        };
        let known = || Lengths::Seconds(vec![1.0, 2.0]);
        assert_eq!(of([failed(), failed()], known()), "No advice: all 2 cases failed.");
        let half = of([CaseOutcome::Done(None), CaseOutcome::Cancelled], Lengths::Unknown);
        assert_eq!(half, "No advice: 1 of 2 cases are done, and it takes a run of which all are.");
        let half = of([CaseOutcome::Done(None), CaseOutcome::Cancelled], known());
        assert_eq!(half, "2 workers: 2.0 s. A third saves nothing: Case 2 alone takes 2.0 s.");
    }

    #[test]
    fn of_cases_that_compute_one_run_says_only_how_many_can_help() {
        let advice = Advice::for_run(&computed(&[1.0; 8]));
        assert_eq!(
            advice.text.to_string(),
            "At most 2 workers can help: the cases compute, and there are 2 CPUs. How many are \
             worth having is only known by measuring: a sweep tells."
        );
        assert_eq!((advice.workers, advice.limited_by), (None, Some(LimitedBy::Cores)));
        assert_eq!(advice.details, ["The cases compute: 100 % of their time is CPU time."]);
        assert!(
            said(&computed(&[9.0, 1.0, 1.0]))
                .starts_with("At most 2 workers can help: Case 1 alone takes 9.0 s.")
        );
        let locked = Advice::for_run(&ran(Strategy::GlobalLock, &[(1.0, 0.0); 3]));
        assert!(locked.text.lead.starts_with(
            "At most 1 worker can help: under the global lock one case computes at a time."
        ));
        let both = Advice::for_run(&ran(Strategy::Threads, &[(1.0, 1.0); 8]));
        assert_eq!(both.workers, None);
        assert!(both.details[0].starts_with("The cases both wait and compute: 50 %"));
        // What waits for times that are not known before is predicted from one run.
        let waited = Advice::for_run(&ran(Strategy::Threads, &[(0.01, 1.0); 3]));
        assert_eq!((waited.workers, waited.limited_by), (Some(3), Some(LimitedBy::LongestCase)));
        assert!(waited.details[0].starts_with("The cases wait: less than 1 %"));
    }

    /// A real run of eight programs, all at once, of this CPU time and time each.
    fn programs(cpu_s: f64, time_s: f64) -> RunReport {
        let mut frozen = frozen(&["p"; 8], Lengths::Unknown, Strategy::Threads, 8);
        frozen.plan.clock = ClockChoice::Real;
        let mut state = RunState::new(8);
        for case in 0..8 {
            state.apply(RunEvent::WorkerReady { at_ns: 0 });
            state.apply(RunEvent::Finished(CaseEnd {
                will_retry: false,
                ticket: Ticket { case, lane: case, attempt: 1, dispatch_index: case },
                start_ns: 0,
                end_ns: ns_from_s(time_s),
                waited_ns: None,
                cpu_ns: Some(ns_from_s(cpu_s)),
                memory_bytes: None,
                outcome: CaseOutcome::Done(None),
            }));
        }
        report(frozen, state)
    }

    #[test]
    fn of_programs_is_said_what_their_cpu_time_shows() {
        // Stretched by sharing two CPUs: how long they take alone is not known.
        let advice = Advice::for_run(&programs(1.0, 4.0));
        assert!(
            advice.text.lead.contains("the time each program takes alone is unknown"),
            "{advice:?}"
        );
        assert_eq!((advice.workers, advice.limited_by), (None, None));
        // They wait, so that each takes as long as alone.
        let advice = Advice::for_run(&programs(0.01, 4.0));
        assert_eq!(
            advice.text.to_string(),
            "8 workers: 4.0 s. A ninth saves nothing: each case alone takes 4.0 s."
        );
        // Three licences: no more are worth having, and the CPUs are not why.
        let measured = [(1, 32.0), (2, 16.0), (3, 12.0), (8, 12.0)];
        let measured = measured.map(|(workers, total_s)| MeasuredPoint { workers, total_s });
        let report = programs(0.01, 4.0);
        let shape = Scenario { strategy: Strategy::Threads, batch: None, order: Order::Listed };
        let advice = Advice::for_sweep(&report, shape, &measured);
        assert_eq!((advice.workers, advice.limited_by), (Some(3), None), "{advice:?}");
    }

    #[test]
    fn of_cases_that_compute_a_sweep_says_how_many() {
        let report = computed(&[1.0; 8]);
        let advice = swept(&report, &measured(&[8.0, 4.3, 4.2, 4.22]));
        assert_eq!(
            advice.text.to_string(),
            "2 workers: 4.3 s. A third saves 100.0 ms (2 %); the cases compute, and there are 2 \
             CPUs."
        );
        assert_eq!((advice.workers, advice.limited_by), (Some(2), Some(LimitedBy::Cores)));
        assert!(advice.is_measured);
        // Cores that share a chip are slower together: it is still they that bind.
        let advice = swept(&report, &measured(&[8.0, 5.4, 5.4, 5.5]));
        assert_eq!((advice.workers, advice.limited_by), (Some(2), Some(LimitedBy::Cores)));
        let advice = swept(&report, &measured(&[8.0, 8.1, 8.2]));
        assert_eq!(
            advice.text.to_string(),
            "1 worker: 8.0 s. A second saves nothing; cases that compute slow each other down here."
        );
        // What was not measured is not said.
        let advice = swept(&computed(&[1.0; 80]), &measured(&[80.0, 54.0]));
        assert_eq!(advice.text.to_string(), "2 workers: 54.0 s. A third was not measured.");
        assert_eq!(advice.limited_by, None);
    }

    #[test]
    fn a_sweep_of_waits_keeps_its_measured_totals_and_predicts_the_other_order() {
        let report = crash_tests(Strategy::Threads, 1);
        let scenario = Scenario { strategy: Strategy::Threads, batch: None, order: Order::Listed };
        let predictor = Predictor::of_run(&report).unwrap();
        let predicted = (1..=6).map(predictor.for_scenario(scenario));
        let totals_s: Vec<f64> = predicted.map(|p| p.unwrap().total_s * 1.001).collect();
        let advice = swept(&report, &measured(&totals_s));
        assert_eq!((advice.workers, advice.order), (Some(3), Some(Order::Longest)));
        assert!(!advice.is_measured);
        // Orders are told apart by what is predicted of both, not by a measured overhead.
        let demo = waits(&[2.0, 3.0, 1.0]);
        let advice = swept(&demo, &measured(&[6.3, 3.15, 3.1]));
        assert_eq!((advice.workers, advice.order), (Some(2), Some(Order::Listed)));
        assert_eq!(advice.text.lead, "2 workers: 3.15 s.");
        assert!(advice.is_measured);
        // Where the predictions are off, only what was measured counts.
        let off: Vec<f64> = totals_s.iter().map(|total_s| total_s * 1.2).collect();
        let advice = swept(&report, &measured(&off));
        assert_eq!((advice.workers, advice.order), (Some(5), Some(Order::Listed)));
        assert!(advice.is_measured);
    }

    #[test]
    fn a_barrier_is_no_overhead() {
        let mut frozen = frozen(
            &[""; 6],
            Lengths::Seconds(vec![1.0, 2.0, 1.0, 2.0, 1.0, 2.0]),
            Strategy::Batches,
            1,
        );
        frozen.plan.batch = Some(2);
        let state = replay(&frozen);
        let report = report(frozen, state);
        let advice = swept(&report, &measured(&[9.0, 6.0, 6.0]));
        assert_eq!((advice.workers, advice.limited_by), (Some(2), None));
        assert_eq!(advice.text.rest, "A third saves nothing.");
    }

    #[test]
    fn short_cases_hear_from_which_length_on_it_pays() {
        let advice = Advice::for_run(&computed(&[1e-6; 4]));
        // 120 µs to start and 0.5 µs for each of four: n L / 2 + 121 µs = n L.
        assert_eq!(
            advice.text.to_string(),
            "1 worker: parallel running does not pay here. A case takes 1.0 µs on average; a second \
             worker pays from 60.5 µs a case on."
        );
        assert_eq!((advice.workers, advice.limited_by), (Some(1), Some(LimitedBy::Overhead)));
        assert_eq!(
            advice.details.last().unwrap(),
            "The overhead of this run: 120.0 µs to start, 500.0 ns for each case."
        );
        // A sweep in which two workers take longer says the same.
        let advice = swept(&computed(&[1e-6; 4]), &measured(&[1e-4, 4.02e-4, 5e-4]));
        assert_eq!(
            advice.text.to_string(),
            "1 worker: parallel running does not pay here. A case takes 1.0 µs on average; a second \
             worker pays from 60.5 µs a case on."
        );
        assert!(advice.is_measured);
        let long = Advice::for_run(&computed(&[1e-3; 40]));
        assert_eq!(long.limited_by, Some(LimitedBy::Cores));
    }

    #[test]
    fn numbers_are_said_in_order() {
        for (number, text) in [
            (2, "A second"),
            (8, "An eighth"),
            (11, "An 11th"),
            (12, "A 12th"),
            (18, "An 18th"),
            (21, "A 21st"),
            (80, "An 80th"),
            (103, "A 103rd"),
            (112, "A 112th"),
        ] {
            assert_eq!(ordinal(number), text);
        }
    }

    #[test]
    fn where_more_workers_than_can_be_asked_for_would_help_that_is_said() {
        let uneven: Vec<f64> = (0..5000).map(|case| f64::from(case % 97) + 1.0).collect();
        let advice = Advice::for_run(&waits(&uneven));
        assert!(advice.workers.is_some_and(|workers| (240..250).contains(&workers)));
        assert_eq!(advice.limited_by, None);
        let rest = advice.text.rest;
        assert!(rest.starts_with("With 256, the most that can be asked for, it is 15."), "{rest}");
    }

    proptest! {
        #[test]
        fn no_worker_more_is_better_by_more_than_5_percent(
            lengths_s in proptest::collection::vec(0.0..10.0_f64, 1..20),
        ) {
            let report = waits(&lengths_s);
            let advice = Advice::for_run(&report);
            prop_assert!(!advice.text.to_string().contains("NaN"));
            let predictor = Predictor::of_run(&report).unwrap();
            let total_s = |workers, order| {
                let shape = Scenario { strategy: Strategy::Threads, batch: None, order };
                predictor.predict(shape, workers).unwrap().total_s
            };
            let (workers, order) = (advice.workers.unwrap(), advice.order.unwrap());
            prop_assert_eq!(advice.total_s, Some(total_s(workers, order)));
            for more in 1..=22 {
                let best_s = total_s(more, Order::Longest).min(total_s(more, Order::Listed));
                prop_assert!(advice.total_s.unwrap() <= best_s * (1.05 + 1e-9));
                prop_assert!(more >= workers || best_s * (1.0 + 1e-9) >= predictor.floor_s(Strategy::Threads));
            }
        }
    }
}
