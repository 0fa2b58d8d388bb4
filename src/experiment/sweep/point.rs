//! The points of a sweep and their predictions.

use std::sync::Arc;

use super::plan::total_s;
use crate::experiment::statistics::Interval;
use crate::report::{
    Contention, MeasuredPoint, PredictError, Predictor, ReportInput, RunReport, Scenario,
};

/// Results for one worker count; `None` where nothing was measured.
#[derive(Debug, Clone, PartialEq)]
pub struct SweepPoint {
    pub workers: u32,
    /// Total of each run whose cases are all done, in seconds.
    pub repeats_s: Vec<f64>,
    /// Their median with its interval, in seconds.
    pub total_s: Option<Interval>,
    /// Total with one worker divided by this one; without a measured total, the sum
    /// of the intended times stands for it.
    pub speedup: Option<f64>,
    /// Speed-up divided by the worker count.
    pub efficiency: Option<f64>,
    /// Predicted total in seconds, from the lengths of the cases. For cases that
    /// compute it includes the contention measured at the other worker counts, and is
    /// `None` beyond twice the largest of those.
    pub predicted_s: Option<f64>,
    /// Predicted total of all cases in seconds, if only a sample ran.
    pub all_s: Option<f64>,
    /// Number of incomplete runs, which are left out of the figures.
    pub undone: usize,
}

impl SweepPoint {
    pub fn error(&self) -> Option<f64> {
        let measured_s = self.total_s?.median;
        (measured_s > 0.0).then_some(self.predicted_s? / measured_s - 1.0)
    }
}

pub(super) fn point(workers: u32, reports: &[&Arc<RunReport>]) -> SweepPoint {
    let own = || reports.iter().filter(|report| report.frozen.plan.workers == workers);
    let repeats_s: Vec<f64> = own().filter_map(|report| total_s(report)).collect();
    SweepPoint {
        workers,
        undone: own().count() - repeats_s.len(),
        total_s: Interval::of(&repeats_s),
        repeats_s,
        speedup: None,
        efficiency: None,
        predicted_s: None,
        all_s: None,
    }
}

pub(super) fn measured(point: &SweepPoint) -> Option<MeasuredPoint> {
    Some(MeasuredPoint { workers: point.workers, total_s: point.total_s?.median })
}

/// Returns the run that predictions start from: among those with the fewest workers,
/// the one nearest their median; without a complete run, the first.
pub(super) fn base<'a>(
    points: &[SweepPoint],
    reports: &[&'a Arc<RunReport>],
) -> Option<&'a Arc<RunReport>> {
    let Some(fewest) = points.iter().find_map(measured) else { return reports.first().copied() };
    let off_s = |report: &RunReport| {
        let is_one = report.frozen.plan.workers == fewest.workers;
        Some((total_s(report).filter(|_| is_one)? - fewest.total_s).abs())
    };
    let known = reports.iter().filter_map(|report| Some((off_s(report)?, *report)));
    known.min_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, report)| report)
}

pub(super) fn set_speedups(points: &mut [SweepPoint], base: &RunReport) {
    let alone = points.iter().find(|point| point.workers == 1).and_then(measured);
    let intended_s =
        || base.frozen.lengths.seconds().map(|lengths_s| lengths_s.iter().sum::<f64>());
    let series_s = alone.map(|point| point.total_s).or_else(intended_s);
    for point in points {
        let total_s = point.total_s.map(|total_s| total_s.median).filter(|&total_s| total_s > 0.0);
        point.speedup = series_s.zip(total_s).map(|(series_s, total_s)| series_s / total_s);
        point.efficiency = point.speedup.map(|speedup| speedup / f64::from(point.workers));
    }
}

/// Returns the CPU share of cases that compute for most of the run: otherwise overhead
/// would pass for contention.
fn contended_cpu_share(base: &RunReport) -> Option<f64> {
    let account = base.figures.account?;
    let cases_s = account.work? + account.stretch?;
    base.cpu_share().filter(|_| base.is_compute_bound() && cases_s > account.lane_seconds / 2.0)
}

/// Predicts each point from the others, and returns the contention that all of them show.
pub(super) fn predict(
    points: &mut [SweepPoint],
    measured: &[MeasuredPoint],
    base: &RunReport,
    scenario: Scenario,
) -> Result<Option<Contention>, PredictError> {
    let predictor = Predictor::new(&ReportInput::of(base))?;
    // Workers beyond the licences only wait.
    let licences = base.frozen.plan.limits.licences.unwrap_or(u32::MAX);
    let Some(cpu_share) = contended_cpu_share(base) else {
        for point in points {
            let workers = point.workers.min(licences);
            point.predicted_s = Some(predictor.predict(scenario, workers)?.total_s);
        }
        return Ok(None);
    };
    let fit = |from: &[MeasuredPoint]| Contention::fit(&predictor, scenario, cpu_share, from);
    for point in points {
        let others: Vec<MeasuredPoint> =
            measured.iter().copied().filter(|other| other.workers != point.workers).collect();
        let workers = point.workers.min(licences);
        point.predicted_s = fit(&others)?.total_s(&predictor, scenario, workers)?;
    }
    fit(measured).map(Some)
}
