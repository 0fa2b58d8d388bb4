//! One output of the cases against another.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::axes::WIDTH;
use super::ink::Ink;
use super::picture::{Anchor, Label, Pen, Picture, Shape};
use crate::report::RunReport;
use crate::report::charts::marks::round_step;
use crate::text::{count, one_line, shortest};

const LEFT: f32 = 96.0;
const RIGHT: f32 = 24.0;
const TOP: f32 = 28.0;
const HEIGHT: f32 = 300.0;
const BELOW: f32 = 48.0;

/// Number of points above which nearby ones are merged, as in the window.
const MAX_SINGLE: usize = 3000;

/// Numbers of columns and rows of the grid whose points are merged.
const BINS: [f32; 2] = [64.0, 48.0];

/// Points over two axes.
#[derive(Debug, Clone, PartialEq)]
pub struct ScatterPoints {
    /// Names of the axes.
    pub names: [String; 2],
    /// Places on the axes.
    pub points: Vec<[f64; 2]>,
}

impl ScatterPoints {
    /// Returns the second output of the cases against the first; `None` for a single output.
    pub fn of_outputs(report: &RunReport) -> Option<Self> {
        let names = report.frozen.value_names();
        let names = [names.first()?, names.get(1)?].map(|name| (*name).to_owned());
        let cases = 0..report.state.records.len();
        let both = cases.filter_map(|case| Some([report.value(case, 0)?, report.value(case, 1)?]));
        let points = both.filter(|both| both.iter().all(|v| v.is_finite())).collect();
        Some(Self { names, points })
    }
}

/// Draws points; `None` without any.
pub fn scatter_picture(scatter: &ScatterPoints) -> Option<Picture> {
    let ScatterPoints { names, points } = scatter;
    let [x_name, y_name] = names.each_ref().map(|name| one_line(name));
    let axes = [0, 1].map(|axis| ValueAxis::of(points.iter().map(|point| point[axis])));
    let [Some(x_axis), Some(y_axis)] = axes else { return None };
    let mut picture = Picture::new("Outputs", WIDTH, TOP + HEIGHT + BELOW);
    let merged_text = if points.len() > MAX_SINGLE { ", nearby ones merged" } else { "" };
    picture.description = format!(
        "Scatter plot of {}{merged_text}: {x_name} from {} to {} to the right, {y_name} from {} to {} upwards.",
        count(points.len(), "case"),
        shortest(x_axis.least),
        shortest(x_axis.most),
        shortest(y_axis.least),
        shortest(y_axis.most),
    );
    let (width, bottom) = (WIDTH - LEFT - RIGHT, TOP + HEIGHT);
    let x = |value: f64| LEFT + x_axis.share(value) * width;
    let y = |value: f64| bottom - y_axis.share(value) * HEIGHT;
    let grid = Pen::solid(Ink::Line, 1.0);
    for mark in x_axis.marks() {
        picture.line(grid, vec![[x(mark), TOP], [x(mark), bottom]]);
    }
    for mark in y_axis.marks() {
        picture.line(grid, vec![[LEFT, y(mark)], [LEFT + width, y(mark)]]);
    }
    for mark in x_axis.marks() {
        let at = [x(mark), bottom + 18.0];
        picture.label(Label::new(at, Anchor::Middle, Ink::Weak, x_axis.text(mark)));
    }
    for mark in y_axis.marks() {
        let at = [LEFT - 8.0, y(mark) + 4.0];
        picture.label(Label::new(at, Anchor::End, Ink::Weak, y_axis.text(mark)));
    }
    let at = [LEFT + width / 2.0, bottom + 38.0];
    picture.label(Label::new(at, Anchor::Middle, Ink::Text, x_name));
    picture.label(Label::new([LEFT, 16.0], Anchor::Start, Ink::Text, y_name));
    let points = Cow::from(points.as_slice());
    let points =
        if points.len() > MAX_SINGLE { merged(&points, [&x_axis, &y_axis]) } else { points };
    // Points at the same place are one.
    #[expect(clippy::cast_possible_truncation, reason = "places in the picture")]
    let places: BTreeSet<[i32; 2]> = points
        .iter()
        .map(|&[a, b]| [(x(a) * 2.0).round() as i32, (y(b) * 2.0).round() as i32])
        .collect();
    let centers = places.into_iter().map(|place| place.map(|half| half as f32 / 2.0)).collect();
    picture.shapes.push(Shape::Circles(Ink::Case, Pen::solid(Ink::CaseLine, 1.0), 3.5, centers));
    Some(picture)
}

/// Returns the mean points of the bins of a grid.
fn merged(points: &[[f64; 2]], axes: [&ValueAxis; 2]) -> Cow<'static, [[f64; 2]]> {
    let mut bins: BTreeMap<[u32; 2], ([f64; 2], f64)> = BTreeMap::new();
    for point in points {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "few bins")]
        let bin = [0, 1].map(|axis| (axes[axis].share(point[axis]) * BINS[axis]) as u32);
        let (mean, count) = bins.entry(bin).or_default();
        *count += 1.0;
        for axis in 0..2 {
            mean[axis] += (point[axis] - mean[axis]) / *count;
        }
    }
    bins.into_values().map(|(mean, _)| mean).collect()
}

/// An axis from a round number to a round number.
struct ValueAxis {
    least: f64,
    most: f64,
    from: f64,
    to: f64,
    step: f64,
}

impl ValueAxis {
    fn of(values: impl Iterator<Item = f64>) -> Option<Self> {
        let (least, most) = values
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
                (low.min(value), high.max(value))
            });
        if least > most || !(most - least).is_finite() {
            return None;
        }
        let span = if most > least { most - least } else { most.abs().max(1.0) };
        let step = round_step(span / 5.0);
        let (from, to) = ((least / step).floor() * step, (most / step).ceil() * step);
        let to = if to > from { to } else { from + step };
        Some(Self { least, most, from, to, step })
    }

    fn share(&self, value: f64) -> f32 {
        #[expect(clippy::cast_possible_truncation, reason = "from 0 to 1")]
        let share = ((value - self.from) / (self.to - self.from)) as f32;
        share
    }

    fn marks(&self) -> impl Iterator<Item = f64> {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "few marks")]
        let count = ((self.to - self.from) / self.step).round().clamp(1.0, 20.0) as u32;
        (0..=count).map(|n| self.from + f64::from(n) * self.step)
    }

    /// Returns a mark with the digits of the step.
    fn text(&self, mark: f64) -> String {
        let largest = self.from.abs().max(self.to.abs());
        if !(1e-4..1e7).contains(&largest) {
            return format!("{mark:.2e}");
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "few digits")]
        let digits = (-(self.step * 1.000_001).log10().floor()).clamp(0.0, 12.0) as usize;
        // Adding 0 turns −0 into 0.
        format!("{:.digits$}", mark + 0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_points_are_merged_into_the_means_of_a_grid() {
        let names = ["a", "b"].map(str::to_owned);
        let points = |count: u32| {
            let point = |n: u32| [f64::from(n % 317), f64::from(n * 7919 % 1009)];
            ScatterPoints { names: names.clone(), points: (0..count).map(point).collect() }
        };
        let circles = |count: u32| {
            let picture = scatter_picture(&points(count)).unwrap();
            let is_merged = picture.description.contains("nearby ones merged");
            let circles = picture.shapes.iter().find_map(|shape| match shape {
                Shape::Circles(_, _, _, centers) => Some(centers.len()),
                _ => None,
            });
            (circles.unwrap(), is_merged)
        };
        assert_eq!(circles(300), (300, false));
        let (many, is_merged) = circles(100_000);
        assert!(is_merged && (1000..=64 * 48).contains(&many), "{many}");
    }
}
