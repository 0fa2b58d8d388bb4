//! A scatter plot of two columns, coloured by a third.

use egui::{Color32, Pos2, Rangef, Rect, Ui, Vec2, vec2};
use egui_plot::{AxisHints, GridInput, GridMark, Line, MarkerShape, Plot, PlotPoints, Points};

use super::chart_data::{MAX_RINGS, Scatter};
use super::color_scale::{HEIGHT, scale};
use super::columns::ResultsColumn;
use super::texts::ShownResults;
use crate::report::SHADES;
use crate::report::charts::marks::step_with_marks;
use crate::report::charts::value_marks::{Mark, share};
use crate::text::significant;
use crate::window::state::Intent;
use crate::window::theme::{shade, tokens};
use crate::window::widgets::chart_cursor::{cursor, walked};
use crate::window::widgets::controls::small;
use crate::window::widgets::focus::ring_inside;

const RADIUS: f32 = 4.0;

/// Least distance of the marks of an axis.
const LEAST_SPACING: f32 = 16.0;

/// Size of the ring around the mark at the cursor.
const RING: f32 = 22.0;

/// Largest distance of the pointer from a mark it points at.
const HOVER_DISTANCE: f32 = 10.0;

pub(crate) fn scatter(
    ui: &mut Ui,
    results: ShownResults<'_>,
    (scatter, height): (&Scatter, f32),
    intents: &mut Vec<Intent>,
) {
    // Where the view scrolls, the wheel scrolls instead of zooming.
    let zooms = height <= ui.available_height() + 1.0;
    let top = ui.cursor().top();
    let frozen = results.run.frozen();
    let [x, y] = scatter.axes.map(|column| column.title_within(frozen));
    let colored = scatter
        .color
        .map_or(String::new(), |color| format!(", coloured by {}", color.title_within(frozen)));
    let title = format!("{} against {x}{colored}", scatter.axes[1].title(frozen));
    let merged = if scatter.is_merged() { "; each mark stands for nearby cases" } else { "" };
    let summary = format!("{title}: {}{merged}", results.value_summary());
    small(ui, &summary);
    let is_colored = scatter.color.is_some();
    let legend = if is_colored { HEIGHT + 16.0 } else { 0.0 };
    let height = height - (ui.cursor().top() - top) - legend;
    let selected = selected_positions(results, scatter.axes);
    let colors = tokens(ui);
    let response = scatter_plot(("scatter", scatter.axes), [x, y], colors.line)
        .height(height)
        .show(ui, |plot| {
            let wheel = plot.ctx().input(|input| input.smooth_scroll_delta.y);
            if zooms && plot.response().hovered() && wheel != 0.0 {
                plot.zoom_bounds_around_hovered(Vec2::splat((wheel / 200.0).exp()));
            }
            let all = scatter.marks.iter().map(|mark| mark.position).collect();
            plot.points(points("outlines", all, RADIUS + 1.0).color(colors.case.1));
            let last = if is_colored { SHADES - 1 } else { 0 };
            for step in 0..=last {
                let share = step as f64 / (SHADES - 1) as f64;
                let marks =
                    scatter.marks.iter().filter(|mark| shade_of(scatter, mark, last) == step);
                let fill = if is_colored { shade(share).0 } else { colors.case.0 };
                let marks = marks.map(|mark| mark.position).collect();
                plot.points(points(&format!("marks {step}"), marks, RADIUS).color(fill));
            }
            if !scatter.front.is_empty() {
                let (line, marks) = (colors.series.1, &scatter.front);
                let front = Line::new("front", PlotPoints::from(marks.clone()));
                plot.line(front.color(line).width(2.0).allow_hover(false));
                let step = marks.len().div_ceil(MAX_RINGS);
                let marks: Vec<_> = marks.iter().step_by(step).copied().collect();
                plot.points(points("front rings", marks.clone(), RADIUS + 3.0).color(line));
                plot.points(points("front marks", marks, RADIUS).color(colors.parallel.0));
            }
            // The rings show the selected cases themselves, not the marks they are merged into.
            plot.points(points("rings", selected.clone(), RADIUS + 6.0).color(colors.text));
            plot.points(points("gaps", selected.clone(), RADIUS + 4.0).color(colors.background));
            plot.points(points("selected", selected, RADIUS).color(colors.text));
        });
    if let Some(color) = scatter.color {
        scale(ui, &color.title(frozen), scatter.range);
    }
    let (transform, response) = (response.transform, response.response);
    ring_inside(&response);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, &summary));
    let place = |mark: &Mark| transform.position_from_point(&mark.position.into());
    let pointed = response.hover_pos().and_then(|pointer| nearest(&scatter.marks, pointer, place));
    let at = cursor(ui, &response, |from, step| {
        let positions: Vec<_> = scatter.marks.iter().map(|mark| mark.position).collect();
        walked(&positions, from, step)
    });
    let at = at.and_then(|at: usize| scatter.marks.get(at));
    let at = at.map(|mark| (mark, Rect::from_center_size(place(mark), Vec2::splat(RING))));
    results.respond(ui, response, (pointed, at), intents);
}

/// Returns a plot for marks, with the labels of its axes.
pub(crate) fn scatter_plot(
    salt: impl std::hash::Hash + std::fmt::Debug,
    [x_label, y_label]: [String; 2],
    grid_color: Color32,
) -> Plot<'static> {
    Plot::new(salt)
        .show_background(false)
        .show_grid([true, true])
        .grid_color(grid_color)
        .show_x(false)
        .show_y(false)
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .set_margin_fraction(vec2(0.06, 0.08))
        .grid_spacing(Rangef::new(LEAST_SPACING, 4.0 * LEAST_SPACING))
        .x_grid_spacer(|input| grid_marks(&input, 120.0))
        .y_grid_spacer(|input| grid_marks(&input, 60.0))
        .custom_x_axes(vec![axis_hints(AxisHints::new_x(), x_label)])
        .custom_y_axes(vec![axis_hints(AxisHints::new_y(), y_label)])
}

fn axis_hints(hints: AxisHints<'static>, label: String) -> AxisHints<'static> {
    hints
        .label(label)
        .label_spacing(Rangef::new(LEAST_SPACING, 1.5 * LEAST_SPACING))
        .formatter(|mark, _| significant(mark.value, 4))
}

/// Returns marks at round numbers, about this many points apart, but at least three.
fn grid_marks(input: &GridInput, spacing: f64) -> Vec<GridMark> {
    let (from, to) = input.bounds;
    let points = (to - from) / input.base_step_size * f64::from(LEAST_SPACING);
    let step_size = step_with_marks(input.bounds, (points / spacing).floor().clamp(3.0, 20.0));
    let first = (from / step_size).ceil();
    let marks = (0..100).map(|n| (first + f64::from(n)) * step_size);
    let marks = marks.take_while(|value| *value <= to);
    marks.map(|value| GridMark { value, step_size }).collect()
}

pub(crate) fn points(name: &str, positions: Vec<[f64; 2]>, radius: f32) -> Points<'static> {
    Points::new(name, PlotPoints::from(positions))
        .shape(MarkerShape::Circle)
        .radius(radius)
        .allow_hover(false)
}

fn selected_positions(results: ShownResults<'_>, axes: [ResultsColumn; 2]) -> Vec<[f64; 2]> {
    let ShownResults { state, run, .. } = results;
    let position = |case: u32| {
        let [x, y] = axes.map(|column| results.number(column, case));
        Some([x?, y?])
    };
    state.listed_selection(run, MAX_RINGS).into_iter().filter_map(position).collect()
}

/// Index of the colour of a mark, of colours up to `last`.
fn shade_of(scatter: &Scatter, mark: &Mark, last: usize) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small number")]
    let step = (share(mark.value, scatter.range) * last as f64).round() as usize;
    step
}

/// Returns the mark nearest to the pointer, within the hover distance.
fn nearest(marks: &[Mark], pointer: Pos2, place: impl Fn(&Mark) -> Pos2) -> Option<&Mark> {
    let distance = |mark: &&Mark| place(mark).distance(pointer);
    let nearest = marks.iter().min_by(|a, b| distance(a).total_cmp(&distance(b)))?;
    (distance(&nearest) <= HOVER_DISTANCE).then_some(nearest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_axis_has_three_marks_or_more() {
        let count = |bounds: (f64, f64), points: f64| {
            let base_step_size = (bounds.1 - bounds.0) / points * f64::from(LEAST_SPACING);
            let marks = grid_marks(&GridInput { bounds, base_step_size }, 120.0);
            assert!(marks.iter().all(|mark| (bounds.0..=bounds.1).contains(&mark.value)));
            marks.len()
        };
        // A deflection, a stress, and the rows of a generator.
        for bounds in [(-0.14, 1.83), (-1.2e5, 2.1e6), (1.4, 12.6)] {
            assert!((3..8).contains(&count(bounds, 250.0)), "{bounds:?}");
            assert!((8..20).contains(&count(bounds, 1000.0)), "{bounds:?}");
        }
    }
}
