//! Totals against numbers of workers; predicted and measured totals stay apart.

use std::collections::BTreeSet;

use super::sweep_state::SweepView;
use crate::experiment::{Interval, SweepPoint, SweepReport};
use crate::report::{Prediction, Scenario};
use crate::study::WORKER_RANGE;
use crate::text::count;
use crate::window::state::{AppState, RunView};

#[derive(Debug)]
pub struct WorkerTotals<'a> {
    pub curves: Vec<PredictedCurve<'a>>,
    /// Largest number of workers on the axis.
    pub max_workers: u32,
    pub knee: Option<Knee>,
    /// Total of the current run, if all its cases are done.
    pub run: Option<RunTotal>,
    pub sweep: Option<&'a SweepReport>,
    /// Kind of the totals of the sweep.
    pub kind: &'static str,
    /// Whether the cases compute, and so compete for cores.
    pub is_compute_bound: bool,
    /// Whether the curves include the contention measured by a sweep.
    pub has_contention: bool,
}

/// Smallest sufficient number of workers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Knee {
    pub workers: u32,
    pub total_s: f64,
    pub is_measured: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RunTotal {
    pub workers: u32,
    /// Whether it may have had more, as a log does not tell.
    pub is_at_least: bool,
    pub total_s: f64,
    /// Kind of the total: measured, or simulated on the virtual clock.
    pub kind: &'static str,
}

#[derive(Debug, Clone, Copy)]
pub struct PredictedCurve<'a> {
    pub scenario: Scenario,
    /// Points by increasing workers.
    pub points: &'a [Prediction],
}

impl PredictedCurve<'_> {
    pub fn point(&self, workers: u32) -> Option<&Prediction> {
        let at = self.points.binary_search_by_key(&workers, |point| point.workers).ok()?;
        self.points.get(at)
    }
}

impl<'a> WorkerTotals<'a> {
    pub fn of(state: &'a AppState) -> Self {
        let run = state.run.as_ref();
        let sweep = state.workers.sweep_shown();
        let fitted = sweep.map_or(&[][..], |sweep| &sweep.points.fitted[..]);
        // A prediction is not shown beside a sweep of other cases.
        let is_unrelated = sweep.is_some() && !state.workers.sweep_matches_forecast;
        let curves: Vec<PredictedCurve<'a>> = match state.forecast().filter(|_| !is_unrelated) {
            None => Vec::new(),
            // Once the contention is known, only curves that include it are shown.
            Some(_) if !fitted.is_empty() => {
                let is_shown = |order| state.workers.orders().any(|shown| shown == order);
                let all = fitted.iter().filter(|(scenario, _)| is_shown(scenario.order));
                all.map(|(scenario, points)| PredictedCurve { scenario: *scenario, points })
                    .collect()
            }
            Some(_) => {
                let all = state.workers.curves();
                all.map(|c| PredictedCurve { scenario: c.scenario, points: &c.points }).collect()
            }
        };
        let report = run.and_then(RunView::report).filter(|_| state.forecast().is_some());
        // A run of the sweep is already one of its points.
        let is_swept = |report| sweep.is_some_and(|sweep| sweep.contains(report));
        let run = run.filter(|_| !is_unrelated && report.is_some_and(|report| !is_swept(report)));
        let is_sample = sweep.is_some_and(|sweep| sweep.points.report.part.is_some());
        let mut totals = Self {
            curves,
            max_workers: 1,
            // A recommendation for all cases does not belong on the chart of a sample.
            knee: state.advice().filter(|_| !is_sample && !is_unrelated).and_then(|advice| {
                let (workers, total_s) = advice.workers.zip(advice.total_s)?;
                Some(Knee { workers, total_s, is_measured: advice.is_measured })
            }),
            run: run.and_then(run_total),
            sweep: sweep.map(|sweep| &sweep.points.report),
            kind: sweep.map_or("measured", SweepView::kind),
            is_compute_bound: state
                .forecast()
                .is_some_and(|forecast| forecast.report.is_compute_bound()),
            has_contention: !fitted.is_empty(),
        };
        totals.max_workers = totals.workers().last().copied().unwrap_or(1).min(*WORKER_RANGE.end());
        totals
    }

    pub fn is_empty(&self) -> bool {
        self.curves.is_empty() && self.run.is_none() && self.measured().next().is_none()
    }

    /// Returns the curve with the least total at the recommended number of workers.
    pub fn best(&self) -> Option<&PredictedCurve<'a>> {
        let workers = self.knee.map_or(self.max_workers, |knee| knee.workers);
        let total_s = |curve: &PredictedCurve<'a>| {
            curve.point(workers).map_or(f64::INFINITY, |point| point.total_s)
        };
        self.curves.iter().min_by(|a, b| total_s(a).total_cmp(&total_s(b)))
    }

    pub fn longest_s(&self) -> f64 {
        let points = self.curves.iter().flat_map(|curve| curve.points);
        let predicted = points.map(|point| point.total_s);
        let run = self.run.map(|run| run.total_s);
        let measured = self.measured().map(|(_, total_s)| total_s.high);
        predicted.chain(run).chain(measured).fold(0.0, f64::max)
    }

    pub fn workers(&self) -> Vec<u32> {
        let points = self.curves.iter().flat_map(|curve| curve.points);
        let predicted = points.map(|point| point.workers);
        let run = self.run.map(|run| run.workers);
        let measured = self.measured().map(|(point, _)| point.workers);
        let all: BTreeSet<u32> = predicted.chain(run).chain(measured).collect();
        all.into_iter().collect()
    }

    /// Totals measured by the sweep, by increasing workers.
    pub fn measured(&self) -> impl Iterator<Item = (&'a SweepPoint, Interval)> {
        let points = self.sweep.into_iter().flat_map(|sweep| &sweep.points);
        points.filter_map(|point| Some((point, point.total_s?)))
    }

    pub fn measured_with(&self, workers: u32) -> Option<(&'a SweepPoint, Interval)> {
        self.measured().find(|(point, _)| point.workers == workers)
    }
}

fn run_total(run: &RunView) -> Option<RunTotal> {
    let report = run.report().filter(|report| report.has_total_of_plan())?;
    let workers = report.frozen.plan.workers;
    let total_s = report.figures.total_parallel_s?;
    let is_at_least = report.source.log().is_some();
    Some(RunTotal { workers, is_at_least, total_s, kind: run.parallel_kind() })
}

impl RunTotal {
    /// Names the total: `this run, measured`.
    pub(crate) fn name(&self) -> String {
        let with =
            if self.is_at_least { format!(" with {}", self.workers_text()) } else { String::new() };
        format!("this run, {}{with}", self.kind)
    }

    /// Returns how many workers it had: `at least 4 workers`.
    pub(crate) fn workers_text(&self) -> String {
        let at_least = if self.is_at_least { "at least " } else { "" };
        format!("{at_least}{}", count(self.workers, "worker"))
    }
}
