//! Texts about totals against numbers of workers.

use super::sweep_state::SweepView;
use super::totals::{Knee, PredictedCurve, WorkerTotals};
use crate::report::Scenario;
use crate::study::Order;
use crate::text::{count, grouped, plural, precise_duration};

/// Returns the name of a curve: `threads, longest first`.
pub(crate) fn curve_name(scenario: Scenario) -> String {
    let strategy: &str = scenario.strategy.into();
    format!("{strategy}, {}", order_name(scenario.order))
}

pub(crate) fn order_name(order: Order) -> &'static str {
    match order {
        Order::Listed => "as listed",
        Order::Shuffled => "shuffled",
        order => order.description(),
    }
}

pub(crate) fn summary(totals: &WorkerTotals<'_>) -> String {
    let mut parts = vec!["Total time against the number of workers".to_owned()];
    if let Some(curve) = totals.curves.first() {
        let first = &curve.points[0];
        let series = precise_duration(first.total_s);
        parts.push(format!("predicted: {} {series}", count(first.workers, "worker")));
    }
    if let Some(Knee { workers, total_s, is_measured }) = totals.knee {
        let (total, subject) = (precise_duration(total_s), count(workers, "worker"));
        let verb = plural(workers, "is", "are");
        let kind = if is_measured { totals.kind } else { "predicted" };
        parts.push(format!("{subject} {verb} enough: {total}, {kind}"));
    }
    if let Some(run) = totals.run {
        let total = precise_duration(run.total_s);
        parts.push(format!("this run, {}: {total} with {}", run.kind, run.workers_text()));
    }
    if let (Some((first, _)), Some((last, _))) =
        (totals.measured().next(), totals.measured().last())
    {
        let number = totals.measured().count();
        let ends = format!("from {} to {}", first.workers, count(last.workers, "worker"));
        let totals_of = plural(number, "total", "totals");
        parts.push(format!("{number} {totals_of} of a sweep, {}, {ends}", totals.kind));
    }
    if let Some((run, all)) = totals.sweep.and_then(|sweep| sweep.part) {
        parts.push(format!(
            "only {} of {} were run, sampled by length",
            grouped(run),
            count(all, "case")
        ));
    }
    if totals.has_contention {
        let text = "predicted with the contention measured by the sweep, up to twice its workers";
        parts.push(text.to_owned());
    } else if totals.is_compute_bound {
        parts
            .push("predicted as if cases that share cores did not slow each other down".to_owned());
    }
    parts.join("; ")
}

/// Returns the headline of a sweep: the totals with the fewest workers and with as many as are
/// worth having.
pub(crate) fn sweep_answer(sweep: &SweepView) -> String {
    let report = &sweep.points.report;
    let cases = match report.part {
        Some((run, all)) => format!("{} of {}", grouped(run), count(all, "case")),
        None => count(sweep.case_count(), "case"),
    };
    let measured = || report.points.iter().filter_map(|it| Some((it.workers, it.total_s?.median)));
    let Some(first) = measured().next() else {
        return format!("Sweep of {cases}: no run was complete");
    };
    let least = measured().min_by(|a, b| a.1.total_cmp(&b.1));
    let best = measured().find(|it| Some(it.0) == report.advice.workers).or(least);
    let total = |(workers, total_s): (u32, f64)| {
        format!("{} with {}", precise_duration(total_s), count(workers, "worker"))
    };
    let best = best.filter(|best| best.0 != first.0);
    let best = best.map_or(String::new(), |best| format!(", {}", total(best)));
    format!("Sweep of {cases}: {}{best} ({})", total(first), sweep.kind())
}

pub(crate) fn tooltip(totals: &WorkerTotals<'_>, workers: u32) -> String {
    let mut lines = vec![count(workers, "worker")];
    for curve in &totals.curves {
        if let Some(point) = curve.point(workers) {
            let total = precise_duration(point.total_s);
            lines.push(format!("predicted, {}: {total}", curve_name(curve.scenario)));
        }
    }
    let bound = totals.curves.first().and_then(|curve| curve.point(workers));
    if let Some(point) = bound {
        lines.push(format!("lower bound: {}", precise_duration(point.lower_bound_s)));
    }
    if let Some(run) = totals.run.filter(|run| run.workers == workers) {
        lines.push(format!("{}: {}", run.name(), precise_duration(run.total_s)));
    }
    if let Some((point, total_s)) = totals.measured_with(workers) {
        let total = precise_duration(total_s.median);
        let of = match point.repeats_s.len() {
            0 | 1 => String::new(),
            repeats => format!(", the median of {repeats} runs"),
        };
        lines.push(format!("sweep, {}: {total}{of}", totals.kind));
    }
    lines.join("\n")
}

/// Returns speed-up and efficiency relative to one worker of the same curve.
pub(crate) fn gain(curve: &PredictedCurve<'_>, workers: u32) -> Option<(f64, f64)> {
    let (one, point) = (curve.point(1)?, curve.point(workers)?);
    (point.total_s > 0.0).then(|| {
        let speedup = one.total_s / point.total_s;
        (speedup, speedup / f64::from(workers))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Prediction;
    use crate::study::Strategy;

    fn points(totals_s: &[f64]) -> Vec<Prediction> {
        let (strategy, order) = (Strategy::Threads, Order::Longest);
        let point = |(workers, &total_s): (u32, &f64)| Prediction {
            strategy,
            workers,
            order,
            total_s,
            between_s: None,
            lower_bound_s: 1.0,
        };
        (1..).zip(totals_s).map(point).collect()
    }

    fn totals(points: &[Prediction]) -> WorkerTotals<'_> {
        let scenario = Scenario { strategy: Strategy::Threads, batch: None, order: Order::Longest };
        WorkerTotals {
            curves: vec![PredictedCurve { scenario, points }],
            max_workers: 3,
            knee: Some(Knee { workers: 2, total_s: 2.0, is_measured: false }),
            run: None,
            sweep: None,
            kind: "measured",
            is_compute_bound: false,
            has_contention: false,
        }
    }

    #[test]
    fn the_chart_is_summarised() {
        let points = points(&[4.0, 2.0, 2.0]);
        let expected = "Total time against the number of workers; predicted: 1 worker 4.0 s; \
                        2 workers are enough: 2.0 s, predicted";
        assert_eq!(summary(&totals(&points)), expected);
    }

    #[test]
    fn the_tooltip_lists_all_known_totals() {
        let points = points(&[4.0, 2.0]);
        let totals = totals(&points);
        let expected = "2 workers\npredicted, threads, longest first: 2.0 s\nlower bound: 1.0 s";
        assert_eq!(tooltip(&totals, 2), expected);
        assert_eq!(tooltip(&totals, 3), "3 workers", "beyond the curve");
    }

    #[test]
    fn gains_are_relative_to_the_same_curve() {
        let some = points(&[4.0, 2.0, 1.6]);
        let totals_of_some = totals(&some);
        assert_eq!(gain(&totals_of_some.curves[0], 2), Some((2.0, 1.0)));
        assert_eq!(gain(&totals_of_some.curves[0], 4), None);
        let zero = points(&[0.0, 0.0]);
        assert_eq!(gain(&totals(&zero).curves[0], 2), None);
    }
}
