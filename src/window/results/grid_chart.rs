//! Values as a grid: one coloured field per number on each of two axes.

use std::f32::consts::FRAC_PI_2;

use egui::epaint::TextShape;
use egui::{Align2, Mesh, Rect, Sense, Shape, Stroke, StrokeKind, Ui, pos2, vec2};

use super::chart_data::{MAX_RINGS, ValueGrid};
use super::charts::grid_layout::GridLayout;
use super::color_scale::{HEIGHT, scale};
use super::texts::ShownResults;
use crate::report::charts::value_marks::share;
use crate::text::significant;
use crate::window::state::Intent;
use crate::window::theme::{SMALL, bold, regular, shade, tokens};
use crate::window::widgets::chart_cursor::cursor;
use crate::window::widgets::controls::small;

/// Space left of and below the fields, for the numbers of the lines.
const LEFT: f32 = 64.0;
const BELOW: f32 = 40.0;

/// Largest width of a title that is not turned.
const LETTER: f32 = 12.0;

pub(crate) fn grid(
    ui: &mut Ui,
    results: ShownResults<'_>,
    (grid, height): (&ValueGrid, f32),
    intents: &mut Vec<Intent>,
) {
    let top = ui.cursor().top();
    let summary = summary(results, grid);
    small(ui, &summary);
    let height = height - (ui.cursor().top() - top) - HEIGHT - 8.0;
    let size = vec2(ui.available_width(), height);
    let (place, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, &summary));
    let fields = Rect::from_min_max(
        pos2(place.left() + LEFT, place.top() + 4.0),
        pos2(place.right() - 4.0, place.bottom() - BELOW),
    );
    let layout = GridLayout { fields, columns: grid.xs.len(), lines: grid.ys.len() };
    paint(ui, results, grid, &layout);
    let frozen = results.run.frozen();
    let [x, y, value] = grid.columns.map(|column| column.title(frozen));
    axes(ui, grid, &layout, place, [x, y]);
    scale(ui, &value, grid.range);
    let at = response.hover_pos().and_then(|at| layout.at(at.x, at.y));
    let pointed = at.and_then(|(column, line)| grid.field(column, line));
    let at = cursor(ui, &response, |from, step| layout.walked(grid, from, step));
    let at =
        at.and_then(|(column, line)| Some((grid.field(column, line)?, layout.field(column, line))));
    results.respond(ui, response, (pointed, at), intents);
}

fn paint(ui: &Ui, results: ShownResults<'_>, grid: &ValueGrid, layout: &GridLayout) {
    let ShownResults { state, run, .. } = results;
    let colors = tokens(ui);
    let painter = ui.painter();
    let (is_labelled, is_small) = (layout.is_labelled(), layout.is_small());
    // One mesh for many small fields, which takes a fraction of the time of separate ones.
    let mut mesh = Mesh::default();
    let fields = painter.add(Shape::Noop);
    for line in 0..layout.lines {
        for column in 0..layout.columns {
            let place = layout.field(column, line).shrink(layout.gap());
            let Some(mark) = grid.field(column, line) else {
                if is_small {
                    continue;
                }
                painter.rect_stroke(place, 0.0, Stroke::new(1.0, colors.line), StrokeKind::Inside);
                if is_labelled {
                    let font = regular(SMALL);
                    painter.text(place.center(), Align2::CENTER_CENTER, "–", font, colors.weak);
                }
                continue;
            };
            let (fill, ink) = shade(share(mark.value, grid.range));
            if is_small {
                mesh.add_colored_rect(place, fill);
            } else {
                painter.rect_filled(place, 0.0, fill);
            }
            if is_labelled {
                let text = significant(mark.value, 4);
                painter.text(place.center(), Align2::CENTER_CENTER, text, regular(SMALL), ink);
            }
        }
    }
    painter.set(fields, mesh);
    painter.rect_stroke(layout.fields, 0.0, Stroke::new(1.0, colors.weak), StrokeKind::Outside);
    for case in state.listed_selection(run, MAX_RINGS) {
        let [x, y, _] = grid.columns.map(|column| results.number(column, case));
        let place = x.zip(y).and_then(|(x, y)| grid.place(x, y));
        let Some((column, line)) = place else { continue };
        let place = layout.field(column, line).shrink(layout.gap());
        // Of the two outlines, at least one contrasts with any field.
        painter.rect_stroke(place, 0.0, Stroke::new(4.0, colors.background), StrokeKind::Middle);
        painter.rect_stroke(place, 0.0, Stroke::new(2.0, colors.text), StrokeKind::Middle);
    }
}

/// Paints the axes, with the numbers of as many lines as fit.
fn axes(ui: &Ui, grid: &ValueGrid, layout: &GridLayout, place: Rect, titles: [String; 2]) {
    let colors = tokens(ui);
    let painter = ui.painter();
    let [every_x, every_y] = layout.number_steps();
    let font = regular(SMALL);
    for (column, &x) in grid.xs.iter().enumerate().step_by(every_x) {
        let at = pos2(layout.field(column, 0).center().x, layout.fields.bottom() + 4.0);
        painter.text(at, Align2::CENTER_TOP, significant(x, 4), font.clone(), colors.weak);
    }
    for (line, &y) in grid.ys.iter().enumerate().step_by(every_y) {
        let at = pos2(layout.fields.left() - 6.0, layout.field(0, line).center().y);
        painter.text(at, Align2::RIGHT_CENTER, significant(y, 4), font.clone(), colors.weak);
    }
    let below = pos2(layout.fields.center().x, place.bottom());
    let [x, y] = titles;
    painter.text(below, Align2::CENTER_BOTTOM, x, bold(SMALL), colors.text);
    // A long name runs upwards, beside the numbers.
    let galley = painter.layout_no_wrap(y, bold(SMALL), colors.text);
    let beside = pos2(place.left(), layout.fields.center().y);
    let (angle, offset) = if galley.size().x > LETTER {
        (-FRAC_PI_2, vec2(0.0, galley.size().x / 2.0))
    } else {
        (0.0, vec2(0.0, -galley.size().y / 2.0))
    };
    painter.add(TextShape::new(beside + offset, galley, colors.text).with_angle(angle));
}

/// Describes the values and their grid.
pub(crate) fn summary(results: ShownResults<'_>, grid: &ValueGrid) -> String {
    let (xs, ys) = (grid.xs.len(), grid.ys.len());
    let merged = if grid.is_merged() { "; fields with several cases show their mean" } else { "" };
    let empty = match grid.empty_count() {
        0 => String::new(),
        1 => "; 1 field has no value".to_owned(),
        empty => format!("; {empty} fields have no value"),
    };
    let frozen = results.run.frozen();
    let [x, y, _] = grid.columns.map(|column| column.title_within(frozen));
    let value = match grid.columns[2].title(frozen) {
        value if value == "Value" => "Values".to_owned(),
        value => value,
    };
    format!("{value} over {xs} {x} and {ys} {y}: {}{merged}{empty}", results.value_summary())
}
