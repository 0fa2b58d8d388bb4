//! Totals against numbers of workers: predicted ones as curves, measured ones as points.

use std::borrow::Cow;

use super::axes::{WIDTH, draw_time_axis, draw_whisker};
use super::ink::Ink;
use super::picture::{Anchor, Label, Pen, Picture, Place, SMALL, Shape};
use crate::report::charts::text_width::text_width;
use crate::report::charts::worker_axes::Axes;
use crate::report::{Advice, Curve, Predictor, RunReport, Scenario};
use crate::study::Order;
use crate::text::{count, plural, precise_duration};

const LEFT: f32 = 72.0;
const RIGHT: f32 = 24.0;
const TOP: f32 = 56.0;
const CURVES: f32 = 240.0;
const BELOW: f32 = 44.0;

/// Totals to draw; those of each kind are known.
#[derive(Debug, Clone, Default)]
pub struct WorkersDiagram {
    pub curves: Vec<WorkersCurve>,
    pub measured: Vec<MeasuredTotal>,
    /// How the measured totals are known.
    pub measured_kind: &'static str,
    /// Workers and total of the run itself, and the kind of the total.
    pub run: Option<(u32, f64, &'static str)>,
    /// The fewest workers worth having, their total, and its kind.
    pub knee: Option<(u32, f64, &'static str)>,
}

#[derive(Debug, Clone)]
pub struct WorkersCurve {
    pub name: String,
    pub order: Order,
    /// By increasing workers.
    pub points: Vec<WorkersPoint>,
}

/// A predicted total and its lower bound, in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WorkersPoint {
    pub workers: u32,
    pub total_s: f64,
    pub bound_s: Option<f64>,
}

impl WorkersCurve {
    /// Returns the curve of a scenario.
    pub fn new(scenario: Scenario, points: Vec<WorkersPoint>) -> Self {
        let strategy: &str = scenario.strategy.into();
        let name = format!("predicted, {strategy}, {}", order_name(scenario.order));
        Self { name, order: scenario.order, points }
    }

    pub fn point(&self, workers: u32) -> Option<&WorkersPoint> {
        let at = self.points.binary_search_by_key(&workers, |point| point.workers).ok()?;
        self.points.get(at)
    }
}

/// A measured total with its interval, in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeasuredTotal {
    pub workers: u32,
    pub median_s: f64,
    pub low_s: f64,
    pub high_s: f64,
}

impl WorkersDiagram {
    /// Predicts from a run, as listed and longest first; `None` if its cases' times are unknown.
    /// Curves that are `known` are not computed again.
    pub fn of_run(report: &RunReport, advice: &Advice, known: &[Curve]) -> Option<Self> {
        let predictor = Predictor::of_run(report).ok()?;
        let own = Scenario::of_worker_counts(&report.frozen.plan);
        let longest = Scenario { order: Order::Longest, ..own };
        let scenarios = if own == longest { vec![own] } else { vec![own, longest] };
        let curve = |scenario: Scenario| {
            let known = known.iter().find(|curve| curve.scenario == scenario).map(Cow::Borrowed);
            let predicted =
                || Curve::of(&predictor, scenario, report.frozen.plan.workers).map(Cow::Owned);
            let curve = known.map_or_else(predicted, Ok).ok()?;
            let points = curve.points.iter();
            let points = points.map(|point| WorkersPoint {
                workers: point.workers,
                total_s: point.total_s,
                bound_s: Some(point.lower_bound_s),
            });
            Some(WorkersCurve::new(scenario, points.collect()))
        };
        let curves: Vec<_> = scenarios.into_iter().filter_map(curve).collect();
        let total_s = report.figures.total_parallel_s.filter(|_| report.has_total_of_plan());
        let kind = report.parallel_kind();
        let is_log = report.source.log().is_some();
        let run_kind = if is_log { "measured, perhaps with more workers" } else { kind };
        Some(Self {
            curves,
            measured: Vec::new(),
            measured_kind: kind,
            run: total_s.map(|total_s| (report.frozen.plan.workers, total_s, run_kind)),
            knee: advice.workers.zip(advice.total_s).map(|(workers, total_s)| {
                (workers, total_s, if advice.is_measured { kind } else { "predicted" })
            }),
        })
        .filter(|chart: &Self| !chart.curves.is_empty())
    }

    fn longest_s(&self) -> f64 {
        let predicted =
            self.curves.iter().flat_map(|curve| &curve.points).map(|point| point.total_s);
        let measured = self.measured.iter().map(|total| total.high_s);
        predicted.chain(measured).chain(self.run.map(|run| run.1)).fold(0.0, f64::max)
    }

    fn max_workers(&self) -> u32 {
        let predicted =
            self.curves.iter().flat_map(|curve| &curve.points).map(|point| point.workers);
        let measured = self.measured.iter().map(|total| total.workers);
        predicted.chain(measured).chain(self.run.map(|run| run.0)).max().unwrap_or(1)
    }

    fn description(&self) -> String {
        let mut parts = vec!["Total time against the number of workers".to_owned()];
        for curve in &self.curves {
            let ends = [curve.points.first(), curve.points.last()];
            let ends = ends.into_iter().flatten().map(|point| {
                let time = precise_duration(point.total_s);
                format!("{time} with {}", count(point.workers, "worker"))
            });
            parts.push(format!("{}: {}", curve.name, ends.collect::<Vec<_>>().join(" to ")));
        }
        parts.extend(self.measured.iter().map(|total| {
            let time = precise_duration(total.median_s);
            format!("{}: {time} with {}", self.measured_kind, count(total.workers, "worker"))
        }));
        parts.extend(self.run.map(|(workers, total_s, kind)| {
            let time = precise_duration(total_s);
            format!("this run, {kind}: {time} with {}", count(workers, "worker"))
        }));
        parts.extend(self.knee.map(|(workers, total_s, kind)| {
            let verb = plural(workers, "is", "are");
            let time = precise_duration(total_s);
            format!("{} {verb} enough: {time}, {kind}", count(workers, "worker"))
        }));
        parts.join("; ") + "."
    }

    /// Draws the chart.
    pub fn picture(&self) -> Picture {
        let mut picture = Picture::new("Workers", WIDTH, TOP + CURVES + BELOW);
        picture.description = self.description();
        let frame = [LEFT, TOP, WIDTH - LEFT - RIGHT, CURVES];
        let axes = Axes::new(frame, self.max_workers(), self.longest_s());
        let right = WIDTH - RIGHT;
        draw_time_axis(&mut picture, &axes.time, [LEFT, right + 8.0]);
        let bottom = TOP + CURVES;
        for workers in axes.marks() {
            let at = [axes.x(workers), bottom + 16.0];
            let text = workers.to_string();
            picture.label(Label::new(at, Anchor::Middle, Ink::Weak, text));
        }
        let title = if axes.is_logarithmic() { "workers (logarithmic)" } else { "workers" };
        let at = [f32::midpoint(LEFT, right), bottom + 36.0];
        picture.label(Label::new(at, Anchor::Middle, Ink::Weak, title));
        self.bound(&mut picture, &axes);
        for curve in &self.curves {
            draw_curve(&mut picture, &axes, curve);
        }
        self.knee(&mut picture, &axes);
        for total in &self.measured {
            let [x, y] = axes.at(total.workers, total.median_s).into();
            if total.low_s < total.high_s {
                let ends = [total.low_s, total.high_s].map(|time_s| [x, axes.time.y(time_s)]);
                draw_whisker(&mut picture, ends);
            }
            picture.shapes.push(measured_mark([x, y]));
        }
        if let Some((workers, total_s, _)) = self.run {
            picture.shapes.push(run_mark(axes.at(workers, total_s).into()));
        }
        self.legend(&mut picture);
        picture
    }

    /// Draws the lower bound of all orders and strategies.
    fn bound(&self, picture: &mut Picture, axes: &Axes) {
        let Some(curve) = self.curves.first() else { return };
        let bound = |point: &WorkersPoint| Some(axes.at(point.workers, point.bound_s?).into());
        let first: Vec<Place> = curve.points.iter().filter_map(bound).collect();
        if first.len() > 1 {
            let pen = Pen { dashes: &[2.0, 3.0], ..Pen::solid(Ink::Weak, 1.0) };
            picture.line(pen, first);
        }
    }

    fn knee(&self, picture: &mut Picture, axes: &Axes) {
        let Some((workers, total_s, _)) = self.knee else { return };
        if workers > axes.max_workers {
            return;
        }
        let (x, y) = axes.at(workers, total_s);
        let pen = Pen { dashes: &[5.0, 3.0], ..Pen::solid(Ink::Accent, 1.5) };
        picture.line(pen, vec![[x, TOP - 4.0], [x, y - 8.0]]);
        let text = format!("{}: {}", count(workers, "worker"), precise_duration(total_s));
        let half = text_width(&text, SMALL) / 2.0 + 2.0;
        let x_text = x.clamp(LEFT + half - 8.0, WIDTH - RIGHT - half + 8.0);
        let at = [x_text, TOP - 10.0];
        picture.label(Label::new(at, Anchor::Middle, Ink::Accent, text).bold());
        let ring = Shape::Lines(Pen::solid(Ink::Accent, 1.5), vec![circle([x, y], 8.0)]);
        picture.shapes.push(ring);
    }

    fn legend(&self, picture: &mut Picture) {
        let mut x = LEFT;
        let mut entry = |picture: &mut Picture, mark: &dyn Fn(&mut Picture, f32), text: &str| {
            mark(picture, x);
            picture.label(Label::new([x + 30.0, 18.0], Anchor::Start, Ink::Weak, text));
            x += 30.0 + text_width(text, SMALL) + 20.0;
        };
        for curve in &self.curves {
            let mark = |picture: &mut Picture, x: f32| {
                let pen = Pen::solid(order_ink(curve.order), 2.0);
                picture.line(pen, vec![[x, 14.0], [x + 24.0, 14.0]]);
                picture.shapes.push(predicted_mark([x + 12.0, 14.0], curve.order));
            };
            entry(picture, &mark, &curve.name);
        }
        let has_bound = self.curves.iter().any(|c| c.points.iter().any(|p| p.bound_s.is_some()));
        if has_bound {
            let mark = |picture: &mut Picture, x: f32| {
                let pen = Pen { dashes: &[2.0, 3.0], ..Pen::solid(Ink::Weak, 1.0) };
                picture.line(pen, vec![[x, 14.0], [x + 24.0, 14.0]]);
            };
            entry(picture, &mark, "lower bound");
        }
        if !self.measured.is_empty() {
            let mark = |picture: &mut Picture, x: f32| {
                picture.shapes.push(measured_mark([x + 14.0, 14.0]));
            };
            entry(picture, &mark, self.measured_kind);
        }
        if let Some((_, _, kind)) = self.run {
            let mark = |picture: &mut Picture, x: f32| {
                picture.shapes.push(run_mark([x + 14.0, 14.0]));
            };
            entry(picture, &mark, &format!("this run, {kind}"));
        }
    }
}

fn draw_curve(picture: &mut Picture, axes: &Axes, curve: &WorkersCurve) {
    let points: Vec<Place> =
        curve.points.iter().map(|p| axes.at(p.workers, p.total_s).into()).collect();
    if points.len() > 1 {
        picture.line(Pen::solid(order_ink(curve.order), 2.0), points.clone());
    }
    if axes.fits_points() || points.len() == 1 {
        picture.shapes.extend(points.into_iter().map(|at| predicted_mark(at, curve.order)));
    }
}

fn order_name(order: Order) -> &'static str {
    match order {
        Order::Listed => "as listed",
        Order::Shuffled => "shuffled",
        order => order.description(),
    }
}

fn order_ink(order: Order) -> Ink {
    match order {
        Order::Listed => Ink::Listed,
        Order::Longest => Ink::Longest,
        Order::Shortest => Ink::Shortest,
        Order::Shuffled => Ink::Shuffled,
    }
}

fn polygon(fill: Ink, pen: Pen, [x, y]: Place, corners: &[Place]) -> Shape {
    let corners = corners.iter().map(|[dx, dy]| [x + dx, y + dy]).collect();
    Shape::Polygon(fill, pen, corners)
}

/// Returns the mark of a predicted total: hollow, with the shape of its order.
fn predicted_mark(at: Place, order: Order) -> Shape {
    let pen = Pen::solid(order_ink(order), 1.5);
    let corners: &[Place] = match order {
        Order::Listed => {
            return Shape::Circles(Ink::Background, pen, 3.5, vec![at]);
        }
        Order::Longest => &[[-3.5, -3.5], [3.5, -3.5], [3.5, 3.5], [-3.5, 3.5]],
        Order::Shortest => &[[0.0, -4.5], [4.5, 3.5], [-4.5, 3.5]],
        Order::Shuffled => &[[-4.5, -3.5], [4.5, -3.5], [0.0, 4.5]],
    };
    polygon(Ink::Background, pen, at, corners)
}

fn run_mark(at: Place) -> Shape {
    let corners = [[0.0, -8.0], [8.0, 0.0], [0.0, 8.0], [-8.0, 0.0]];
    polygon(Ink::Parallel, Pen::solid(Ink::ParallelLine, 2.0), at, &corners)
}

fn measured_mark(at: Place) -> Shape {
    let pen = Pen::solid(Ink::ParallelLine, 2.0);
    Shape::Circles(Ink::Parallel, pen, 6.0, vec![at])
}

/// Returns the points of a circle as a closed line.
fn circle([x, y]: Place, radius: f32) -> Vec<Place> {
    let point = |step: u8| {
        let angle = f32::from(step) / 24.0 * std::f32::consts::TAU;
        [x + radius * angle.cos(), y + radius * angle.sin()]
    };
    (0..=24).map(point).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::Strategy;

    #[test]
    fn measured_totals_are_points_and_never_on_a_predicted_curve() {
        let scenario = Scenario { strategy: Strategy::Threads, batch: None, order: Order::Listed };
        let predicted = |workers: u32| WorkersPoint {
            workers,
            total_s: 8.0 / f64::from(workers),
            bound_s: Some(1.0),
        };
        let measured = MeasuredTotal { workers: 3, median_s: 5.0, low_s: 4.5, high_s: 6.0 };
        let diagram = WorkersDiagram {
            curves: vec![WorkersCurve::new(scenario, [1, 2, 4].map(predicted).to_vec())],
            measured: vec![measured],
            measured_kind: "measured",
            run: None,
            knee: Some((2, 4.0, "predicted")),
        };
        let picture = diagram.picture();
        let curve = picture.shapes.iter().find_map(|shape| match shape {
            Shape::Lines(pen, lines) if pen.ink == Ink::Listed => {
                lines.iter().find(|points| points.len() == 3)
            }
            _ => None,
        });
        assert!(curve.is_some(), "the curve has its three predicted points only");
        let points = picture.shapes.iter().filter(|shape| {
            matches!(shape, Shape::Circles(Ink::Parallel, _, _, centers) if centers.len() == 1)
        });
        assert_eq!(points.count(), 2, "a measured point, and its sample in the legend");
        let text = "predicted, threads, as listed: 8.0 s with 1 worker to 2.0 s with 4 workers; \
                    measured: 5.0 s with 3 workers; 2 workers are enough: 4.0 s, predicted.";
        assert!(picture.description.ends_with(text), "{}", picture.description);
    }
}
