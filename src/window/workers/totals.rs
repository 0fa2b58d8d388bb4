//! Totals against numbers of workers, as the chart and the table of the Workers
//! tab show them: predicted and measured stay apart.

use std::collections::BTreeSet;

use super::sweep_state::SweepView;
use crate::experiment::SweepPoint;
use crate::report::{Advice, Prediction, Scenario};
use crate::study::{Order, WORKER_RANGE};
use crate::window::state::app_state::AppState;
use crate::window::state::run_view::RunView;

/// Everything that is known of totals against numbers of workers.
#[derive(Debug)]
pub struct WorkerTotals<'a> {
    /// The predicted curves that are shown.
    pub curves: Vec<PredictedCurve<'a>>,
    /// The most workers on the axis.
    pub last: u32,
    /// The fewest workers worth having, if that can be said.
    pub knee: Option<Knee>,
    /// The run that all is predicted from, if all its cases are done.
    pub own: Option<RunTotal>,
    /// The totals of a sweep, by growing workers.
    pub measured: Vec<MeasuredTotal>,
    /// How many cases the sweep ran of how many, if not all.
    pub part: Option<(usize, usize)>,
    /// The order of the sweep's runs.
    pub sweep_order: Order,
    /// The word for what its totals are.
    pub kind: &'static str,
    /// Whether the cases compute, and share cores.
    pub computes: bool,
    /// Whether the curves are those that the contention of a sweep makes.
    pub contended: bool,
}

/// The fewest workers worth having.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Knee {
    /// How many.
    pub workers: u32,
    /// Their total, in seconds.
    pub total_s: f64,
    /// Whether that was measured and not predicted.
    pub is_measured: bool,
}

impl Knee {
    fn of(advice: &Advice) -> Option<Self> {
        let (workers, total_s) = advice.workers.zip(advice.total_s)?;
        Some(Self { workers, total_s, is_measured: advice.is_measured })
    }
}

/// The total of the run that is shown.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RunTotal {
    /// Its workers.
    pub workers: u32,
    /// Its total in seconds.
    pub total_s: f64,
    /// The word for what it is: measured, or computed on the virtual clock.
    pub kind: &'static str,
}

/// A total that a sweep measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeasuredTotal {
    /// With so many workers.
    pub workers: u32,
    /// The median of its runs, in seconds.
    pub total_s: f64,
    /// The lower end of the median's interval.
    pub low_s: f64,
    /// The upper end.
    pub high_s: f64,
    /// How many runs it is of.
    pub repeats: usize,
    /// What was predicted for it, where that reaches so far.
    pub predicted_s: Option<f64>,
    /// By which part of the measured total the predicted one is more.
    pub error: Option<f64>,
    /// The measured total of one worker divided by this one.
    pub speedup: Option<f64>,
    /// The speed-up divided by the workers.
    pub efficiency: Option<f64>,
    /// Where only a part of the cases was run: what all would take, predicted.
    pub all_s: Option<f64>,
}

impl MeasuredTotal {
    fn of(point: &SweepPoint) -> Option<Self> {
        let total_s = point.total_s?;
        Some(Self {
            workers: point.workers,
            total_s: total_s.median,
            low_s: total_s.low,
            high_s: total_s.high,
            repeats: point.repeats_s.len(),
            predicted_s: point.predicted_s,
            error: point.error(),
            speedup: point.speedup,
            efficiency: point.efficiency,
            all_s: point.all_s,
        })
    }
}

/// A predicted curve.
#[derive(Debug, Clone, Copy)]
pub struct PredictedCurve<'a> {
    /// What it is of.
    pub shape: Scenario,
    /// Its points, by growing workers.
    pub points: &'a [Prediction],
}

impl PredictedCurve<'_> {
    /// The point of so many workers, if there is one.
    #[must_use]
    pub fn point(&self, workers: u32) -> Option<&Prediction> {
        let at = self.points.binary_search_by_key(&workers, |point| point.workers).ok()?;
        self.points.get(at)
    }
}

impl<'a> WorkerTotals<'a> {
    /// What the state knows of the run that is shown, or the sweep in progress.
    #[must_use]
    pub fn of(state: &'a AppState) -> Self {
        let run = state.run.as_ref();
        let sweep = state.workers.sweep_shown();
        let fitted = sweep.map_or(&[][..], |sweep| &sweep.shown.fitted[..]);
        // What was predicted from a run does not stand beside a sweep of other draws.
        let apart = sweep.is_some() && !state.workers.sweep_is_of_forecast();
        let curves: Vec<PredictedCurve<'a>> = match state.forecast().filter(|_| !apart) {
            None => Vec::new(),
            // Where contention is known, nothing is predicted without it.
            Some(_) if !fitted.is_empty() => {
                let chosen = |shape: &Scenario| state.workers.orders().any(|o| o == shape.order);
                let all = fitted.iter().filter(|(shape, _)| chosen(shape));
                all.map(|(shape, points)| PredictedCurve { shape: *shape, points }).collect()
            }
            Some(_) => {
                let all = state.workers.curves();
                all.map(|c| PredictedCurve { shape: c.scenario(), points: c.points() }).collect()
            }
        };
        let measured: Vec<MeasuredTotal> = sweep.map_or_else(Vec::new, |sweep| {
            sweep.shown.report.points.iter().filter_map(MeasuredTotal::of).collect()
        });
        let known = run.and_then(RunView::report).filter(|_| state.forecast().is_some());
        // A run of the sweep stands among its points.
        let is_swept = |report| sweep.is_some_and(|sweep| sweep.has(report));
        let own = run.filter(|_| !apart && known.is_some_and(|report| !is_swept(report)));
        let part = sweep.and_then(|sweep| sweep.shown.report.part);
        let mut totals = Self {
            curves,
            last: 1,
            // What is advised on all cases does not stand on the chart of a part.
            knee: state.advice().filter(|_| part.is_none() && !apart).and_then(Knee::of),
            own: own.and_then(own_total),
            measured,
            part,
            sweep_order: sweep.map_or(Order::Listed, |sweep| sweep.shown.report.order),
            kind: sweep.map_or("measured", SweepView::kind),
            computes: state.forecast().is_some_and(|forecast| forecast.report().is_compute_bound()),
            contended: !fitted.is_empty(),
        };
        totals.last = totals.workers().last().copied().unwrap_or(1).min(*WORKER_RANGE.end());
        totals
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.curves.is_empty() && self.own.is_none() && self.measured.is_empty()
    }

    /// The curve with the least total where more workers are not worth having; of
    /// several the first.
    #[must_use]
    pub fn best(&self) -> Option<&PredictedCurve<'a>> {
        let workers = self.knee.map_or(self.last, |knee| knee.workers);
        let total_s = |curve: &PredictedCurve<'a>| {
            curve.point(workers).map_or(f64::INFINITY, |point| point.total_s)
        };
        self.curves.iter().min_by(|a, b| total_s(a).total_cmp(&total_s(b)))
    }

    /// The longest total of all, in seconds.
    #[must_use]
    pub fn longest_s(&self) -> f64 {
        let points = self.curves.iter().flat_map(|curve| curve.points);
        let predicted = points.map(|point| point.total_s);
        let own = self.own.map(|own| own.total_s);
        let measured = self.measured.iter().map(|point| point.high_s);
        predicted.chain(own).chain(measured).fold(0.0, f64::max)
    }

    /// All numbers of workers of which something is known.
    #[must_use]
    pub fn workers(&self) -> Vec<u32> {
        let points = self.curves.iter().flat_map(|curve| curve.points);
        let predicted = points.map(|point| point.workers);
        let own = self.own.map(|own| own.workers);
        let measured = self.measured.iter().map(|point| point.workers);
        let all: BTreeSet<u32> = predicted.chain(own).chain(measured).collect();
        all.into_iter().collect()
    }

    /// What a sweep measured with so many workers.
    #[must_use]
    pub fn measured(&self, workers: u32) -> Option<&MeasuredTotal> {
        self.measured.iter().find(|point| point.workers == workers)
    }
}

/// The total of a run, if it is one of all cases.
fn own_total(run: &RunView) -> Option<RunTotal> {
    let report = run.report().filter(|report| report.state.all_done())?;
    let workers = report.frozen.plan.workers;
    let total_s = report.figures.total_parallel_s?;
    Some(RunTotal { workers, total_s, kind: run.parallel_kind() })
}
