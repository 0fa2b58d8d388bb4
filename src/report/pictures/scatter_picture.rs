//! One output of the cases against another.

use std::collections::{BTreeMap, BTreeSet};

use super::axes::{WIDTH, mark_label};
use super::ink::{Ink, SHADES};
use super::picture::{Anchor, Label, Pen, Picture, Place, Shape};
use super::value_scale::{SCALE_HEIGHT, draw_scale};
use crate::report::RunReport;
use crate::report::charts::marks::round_step;
use crate::report::charts::value_marks::{Mark, merged, range, share};
use crate::text::{count, one_line, shortest};

const LEFT: f32 = 96.0;
const RIGHT: f32 = 24.0;
const TOP: f32 = 28.0;
const HEIGHT: f32 = 300.0;
const BELOW: f32 = 48.0;

const RADIUS: f32 = 3.5;

/// Marks over two axes.
#[derive(Debug, Clone, PartialEq)]
pub struct ScatterPoints {
    /// Names of the axes.
    pub names: [String; 2],
    /// Marks of the cases with a number on both axes.
    pub marks: Vec<Mark>,
    /// Name of the column whose values colour the marks, if one does.
    pub color: Option<String>,
    /// Places on the Pareto front, in the order of the horizontal axis.
    pub front: Vec<[f64; 2]>,
}

impl ScatterPoints {
    /// Returns the second output of the cases against the first; `None` for a single output.
    pub fn of_outputs(report: &RunReport) -> Option<Self> {
        let names = report.frozen.value_names();
        let names = [names.first()?, names.get(1)?].map(|name| (*name).to_owned());
        let mark = |case: u32| {
            let position = [0, 1].map(|output| report.value(case as usize, output));
            let position = [position[0]?, position[1]?];
            let is_finite = position.iter().all(|value| value.is_finite());
            is_finite.then_some(Mark { position, value: position[1], count: 1, case })
        };
        let cases = 0..u32::try_from(report.state.records.len()).unwrap_or(u32::MAX);
        let marks = merged(cases.filter_map(mark).collect());
        Some(Self { names, marks, color: None, front: Vec::new() })
    }
}

/// Draws marks; `None` without any.
pub fn scatter_picture(scatter: &ScatterPoints) -> Option<Picture> {
    let ScatterPoints { names, marks, color, front } = scatter;
    let names = names.each_ref().map(|name| one_line(name));
    let axes = [0, 1].map(|axis| ValueAxis::of(marks.iter().map(|mark| mark.position[axis])));
    let [Some(x_axis), Some(y_axis)] = axes else { return None };
    let scale_height = if color.is_some() { SCALE_HEIGHT } else { 0.0 };
    let mut picture = Picture::new("Outputs", WIDTH, TOP + HEIGHT + BELOW + scale_height);
    picture.description = description(scatter, &names, [&x_axis, &y_axis]);
    let (width, bottom) = (WIDTH - LEFT - RIGHT, TOP + HEIGHT);
    let place =
        |[x, y]: [f64; 2]| [LEFT + x_axis.share(x) * width, bottom - y_axis.share(y) * HEIGHT];
    draw_axes(&mut picture, [&x_axis, &y_axis], names, [LEFT + width, bottom]);
    draw_marks(&mut picture, scatter, place);
    if !front.is_empty() {
        let places: Vec<Place> = front.iter().map(|&point| place(point)).collect();
        let pen = Pen::solid(Ink::SeriesLine, 2.0);
        picture.line(pen, places.clone());
        picture.shapes.push(Shape::Circles(Ink::Parallel, pen, RADIUS + 0.5, places));
    }
    if let Some(color) = color {
        let range = range(marks.iter().map(|mark| mark.value));
        draw_scale(&mut picture, [LEFT, bottom + BELOW + 16.0], &one_line(color), range);
    }
    Some(picture)
}

fn description(
    scatter: &ScatterPoints,
    [x, y]: &[String; 2],
    [x_axis, y_axis]: [&ValueAxis; 2],
) -> String {
    let cases: usize = scatter.marks.iter().map(|mark| mark.count).sum();
    let merged = if cases > scatter.marks.len() { ", nearby ones merged" } else { "" };
    let color = scatter.color.as_ref();
    let colored = color.map_or(String::new(), |color| format!(", coloured by {}", one_line(color)));
    let front = if scatter.front.is_empty() { "" } else { " The Pareto front is marked." };
    format!(
        "Scatter plot of {}{merged}: {x} from {} to {} to the right, {y} from {} to {} upwards{colored}.{front}",
        count(cases, "case"),
        shortest(x_axis.least),
        shortest(x_axis.most),
        shortest(y_axis.least),
        shortest(y_axis.most),
    )
}

/// Draws grid lines with their numbers, from the left and the top to the lower right corner.
fn draw_axes(
    picture: &mut Picture,
    [x_axis, y_axis]: [&ValueAxis; 2],
    [x_name, y_name]: [String; 2],
    [right, bottom]: Place,
) {
    let grid = Pen::solid(Ink::Line, 1.0);
    let x = |mark: f64| LEFT + x_axis.share(mark) * (right - LEFT);
    let y = |mark: f64| bottom - y_axis.share(mark) * (bottom - TOP);
    for mark in x_axis.marks() {
        picture.line(grid, vec![[x(mark), TOP], [x(mark), bottom]]);
    }
    for mark in y_axis.marks() {
        picture.line(grid, vec![[LEFT, y(mark)], [right, y(mark)]]);
    }
    for mark in x_axis.marks() {
        let at = [x(mark), bottom + 18.0];
        picture.label(mark_label(at, x_axis.text(mark)));
    }
    for mark in y_axis.marks() {
        let at = [LEFT - 8.0, y(mark) + 4.0];
        picture.label(Label::new(at, Anchor::End, Ink::Weak, y_axis.text(mark)));
    }
    let at = [f32::midpoint(LEFT, right), bottom + 38.0];
    picture.label(Label::new(at, Anchor::Middle, Ink::Text, x_name));
    picture.label(Label::new([LEFT, 16.0], Anchor::Start, Ink::Text, y_name));
}

/// Draws the marks of each colour as one shape, in the colours of the window.
fn draw_marks(
    picture: &mut Picture,
    ScatterPoints { marks, color, .. }: &ScatterPoints,
    place: impl Fn([f64; 2]) -> Place,
) {
    let values = range(marks.iter().map(|mark| mark.value));
    // Marks of one colour at the same place are one.
    let mut places: BTreeMap<usize, BTreeSet<[i32; 2]>> = BTreeMap::new();
    for mark in marks {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "few shades")]
        let shade = match color {
            Some(_) => (share(mark.value, values) * (SHADES - 1) as f64).round() as usize,
            None => 0,
        };
        #[expect(clippy::cast_possible_truncation, reason = "places in the picture")]
        let half_points = place(mark.position).map(|at| (at * 2.0).round() as i32);
        places.entry(shade).or_default().insert(half_points);
    }
    for (shade, places) in places {
        let ink = match color {
            Some(_) => Ink::shade(shade as f64 / (SHADES - 1) as f64),
            None => Ink::Case,
        };
        let centers = places.into_iter().map(|place| place.map(|half| half as f32 / 2.0)).collect();
        let pen = Pen::solid(Ink::CaseLine, 1.0);
        picture.shapes.push(Shape::Circles(ink, pen, RADIUS, centers));
    }
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

    fn points(marks: Vec<Mark>) -> ScatterPoints {
        let names = ["a", "b"].map(str::to_owned);
        ScatterPoints { names, marks, color: None, front: Vec::new() }
    }

    fn marks(count: u32) -> Vec<Mark> {
        let mark = |case: u32| {
            let position = [f64::from(case % 317), f64::from(case * 7919 % 1009)];
            Mark { position, value: f64::from(case), count: 1, case }
        };
        (0..count).map(mark).collect()
    }

    fn circles(picture: &Picture) -> Vec<(Ink, usize)> {
        let circles = picture.shapes.iter().filter_map(|shape| match shape {
            Shape::Circles(ink, _, _, centers) => Some((*ink, centers.len())),
            _ => None,
        });
        circles.collect()
    }

    #[test]
    fn merged_marks_count_all_their_cases() {
        let picture = scatter_picture(&points(marks(300))).unwrap();
        assert_eq!(circles(&picture), [(Ink::Case, 300)]);
        let merged = merged(marks(100_000));
        let picture = scatter_picture(&points(merged.clone())).unwrap();
        assert!(circles(&picture)[0].1 <= merged.len());
        let text = "Scatter plot of 100\u{A0}000 cases, nearby ones merged: ";
        assert!(picture.description.starts_with(text), "{}", picture.description);
    }

    #[test]
    fn colours_and_the_front_are_drawn_as_in_the_window() {
        let front = vec![[0.0, 9.0], [3.0, 2.0]];
        let color = Some("drag\n[N]".to_owned());
        let scatter = ScatterPoints { color, front, ..points(marks(90)) };
        let picture = scatter_picture(&scatter).unwrap();
        let shades = circles(&picture);
        assert_eq!(shades.len(), SHADES + 1, "{shades:?}");
        assert_eq!((shades[0].0, shades[8].0), (Ink::Shade(0), Ink::Shade(255)));
        assert_eq!(shades[SHADES], (Ink::Parallel, 2));
        let end = "coloured by drag [N]. The Pareto front is marked.";
        assert!(picture.description.ends_with(end), "{}", picture.description);
        let plain = scatter_picture(&points(marks(90))).unwrap();
        assert_eq!(picture.height - plain.height, SCALE_HEIGHT);
    }
}
