//! Draws parallel coordinates, whose axes choose ranges.

use egui::{
    Align2, CursorIcon, Key, Modifiers, Pos2, Rect, Response, Role, ScrollArea, Sense, Shape,
    Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2,
};

use super::brush::{brushed, part_on_axis};
use super::line_shapes::{axis_x, height_of, mesh};
use super::parallel::{CaseCurve, ParallelAxis, ParallelLines};
use crate::report::charts::elision::{CommonParts, Ellipsis};
use crate::report::charts::value_marks::share;
use crate::text::{count, list, plural, significant};
use crate::window::results::color_scale::{HEIGHT, scale};
use crate::window::results::columns::ResultsColumn;
use crate::window::results::results_state::ResultsIntent;
use crate::window::results::texts::ShownResults;
use crate::window::state::Intent;
use crate::window::theme::{SMALL, bold, regular, tokens};
use crate::window::widgets::chart_cursor::hold_arrows;
use crate::window::widgets::controls::small;
use crate::window::widgets::elision::elided;
use crate::window::widgets::focus::sideways;

/// Smallest distance of two axes, and space left and right of the outer ones.
const MIN_DISTANCE: f32 = 76.0;
const MARGIN: f32 = 48.0;

/// Space above the axes, for titles and greatest numbers, and below, for least numbers.
const ABOVE: f32 = 40.0;
const BELOW: f32 = 22.0;

/// Width of the part of an axis that the pointer can drag, and of a chosen range.
const GRIP: f32 = 28.0;
const BRUSH: f32 = 12.0;

/// Largest distance of the pointer from a line that it points at.
const HOVER_DISTANCE: f32 = 6.0;

/// Most selected cases that are drawn above the others.
const MAX_SELECTED: usize = 100;

pub(crate) fn parallel(
    ui: &mut Ui,
    results: ShownResults<'_>,
    (lines, height): (&ParallelLines, f32),
    intents: &mut Vec<Intent>,
) {
    let top = ui.cursor().top();
    small(ui, &summary(results, lines));
    if lines.axes.len() < 2 {
        return small(ui, "Choose at least two axes in the menu Axes.");
    }
    let height = height - (ui.cursor().top() - top) - HEIGHT - 24.0;
    sideways(ui, ScrollArea::horizontal().auto_shrink([false, true]), |ui| {
        let least = MIN_DISTANCE * (lines.axes.len() - 1) as f32 + 2.0 * MARGIN;
        let size = vec2(ui.available_width().max(least), height);
        let (rect, response) = ui.allocate_exact_size(size, Sense::click());
        let place = Rect::from_min_max(
            pos2(rect.left() + MARGIN, rect.top() + ABOVE),
            pos2(rect.right() - MARGIN, rect.bottom() - BELOW),
        );
        hold_arrows(ui, &response);
        let name = summary(results, lines);
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &name));
        ui.painter().add(Shape::Mesh(mesh(ui, lines, place)));
        selected_lines(ui, results, lines, place);
        pointed_line(ui, results, (lines, place), response, intents);
        for at in 0..lines.axes.len() {
            axis(ui, results, (lines, at), place, intents);
        }
    });
    let color = results.view.map(|view| view.subject.title(results.run.frozen()));
    scale(ui, &color.unwrap_or_default(), lines.color_range);
}

fn summary(results: ShownResults<'_>, lines: &ParallelLines) -> String {
    let text = description(results, lines, "; drag along an axis to choose a range");
    // Without a filter all cases are shown.
    let rows = results.view.and_then(|view| view.rows.as_ref()).map_or(0, Vec::len);
    match rows.saturating_sub(lines.inside_count) {
        0 => text,
        others => {
            let has = plural(others, "has", "have");
            format!("{text}; {} {has} no line, as a value is missing", count(others, "more case"))
        }
    }
}

/// Describes the lines, with a hint if no range is chosen.
pub(crate) fn description(results: ShownResults<'_>, lines: &ParallelLines, hint: &str) -> String {
    let cases = count(lines.count, "case");
    let merged = if lines.is_merged() { "; lines of nearby cases are merged" } else { "" };
    let chosen = if results.state.results.filter.ranges.is_empty() {
        hint.to_owned()
    } else {
        format!("; {} within the chosen ranges", count(lines.inside_count, "case"))
    };
    let axes = count(lines.axes.len(), "column");
    let title = |column: &ResultsColumn| column.title_within(results.run.frozen());
    let missing: Vec<_> = lines.missing.iter().map(title).collect();
    let missing = if missing.is_empty() {
        String::new()
    } else {
        format!("; no case has a value of {}", list(missing))
    };
    format!("Parallel coordinates of {cases} over {axes}{chosen}{merged}{missing}")
}

/// Draws an axis with its title and numbers, and lets the user choose a range.
fn axis(
    ui: &Ui,
    results: ShownResults<'_>,
    (lines, at): (&ParallelLines, usize),
    place: Rect,
    intents: &mut Vec<Intent>,
) {
    let ParallelAxis { column, range } = lines.axes[at];
    let colors = tokens(ui);
    let painter = ui.painter();
    let distance = place.width() / (lines.axes.len() - 1) as f32;
    let x = axis_x(place, at, lines.axes.len());
    let line = Rect::from_x_y_ranges(x..=x, place.y_range());
    let chosen = results.state.results.filter.ranges.get(&column).copied();

    let title = column.title_within(results.run.frozen());
    let texts = [
        (title.as_str(), bold(SMALL), colors.text, place.top() - 22.0, Align2::CENTER_BOTTOM),
        (
            &significant(range.1, 4),
            regular(SMALL),
            colors.weak,
            place.top() - 4.0,
            Align2::CENTER_BOTTOM,
        ),
        (
            &significant(range.0, 4),
            regular(SMALL),
            colors.weak,
            place.bottom() + 4.0,
            Align2::CENTER_TOP,
        ),
    ];
    for (text, font, color, y, align) in texts {
        let width = distance.min(2.0 * MARGIN) - 8.0;
        let short = elided(ui.ctx(), text, &font, width, Ellipsis::Name(CommonParts::default()));
        painter.text(pos2(x, y), align, short.as_deref().unwrap_or(text), font, color);
    }
    painter.vline(x, place.y_range(), Stroke::new(4.0, colors.background));
    painter.vline(x, place.y_range(), Stroke::new(1.5, colors.weak));

    let grip = line.expand2(vec2(GRIP / 2.0, 6.0));
    let id_of = |column| ui.scope_id().with(("parallel axis", column));
    let response = ui.interact(grip, id_of(column), Sense::click_and_drag());
    let number_at = |y: f32| {
        let share = f64::from((place.bottom() - y) / place.height()).clamp(0.0, 1.0);
        range.0 + (range.1 - range.0) * share
    };
    let ends = chosen.map(|chosen| part_on_axis(chosen, range).map(|end| significant(end, 4)));
    let [low, high] = [range.0, range.1].map(|end| significant(end, 4));
    let part = ends.as_ref().map_or("all".to_owned(), |[low, high]| format!("{low} to {high}"));
    let name = format!("Axis {title} from {low} to {high}, chosen: {part}");
    response.widget_info(|| WidgetInfo::labeled(Role::Slider, true, &name));
    if let Some(change) = brushed(ui, &response, chosen, range, number_at) {
        intents.push(Intent::Results(ResultsIntent::Range(column, change.range())));
    }
    if response.has_focus() && !response.gained_focus() {
        for (key, beside) in [(Key::ArrowLeft, at.wrapping_sub(1)), (Key::ArrowRight, at + 1)] {
            let beside = lines.axes.get(beside).map(|axis| id_of(axis.column));
            if ui.input_mut(|input| input.consume_key(Modifiers::NONE, key)) {
                beside.into_iter().for_each(|id| ui.memory_mut(|memory| memory.request_focus(id)));
            }
        }
    }
    if response.hovered() || response.dragged() {
        ui.set_cursor_icon(CursorIcon::ResizeVertical);
    }
    if let (Some(chosen), Some([low, high])) = (chosen, ends) {
        let share = |number: f64| {
            #[expect(clippy::cast_possible_truncation, reason = "a share")]
            let share = share(number, range) as f32;
            height_of(place, share)
        };
        let [bottom, top] = chosen.map(share);
        let brush = Rect::from_min_max(
            pos2(x - BRUSH / 2.0, top - 1.0),
            pos2(x + BRUSH / 2.0, bottom + 1.0),
        );
        painter.rect_filled(brush, 2.0, colors.accent.gamma_multiply(0.35));
        painter.rect_stroke(brush, 2.0, Stroke::new(1.5, colors.accent), StrokeKind::Inside);
        // Inside the axis at its ends, where its own numbers are.
        let beside = x + BRUSH / 2.0 + 3.0;
        let top = top.max(place.top() + SMALL);
        label(ui, pos2(beside, top), Align2::LEFT_BOTTOM, &high);
        let bottom = bottom.min(place.bottom() - SMALL - 4.0);
        label(ui, pos2(beside, bottom), Align2::LEFT_TOP, &low);
    }
    show_hint(&response, &title);
}

fn show_hint(response: &Response, title: &str) {
    if !response.dragged() {
        let keys = "Up and Down move the lower end, with Shift the upper end; Left and Right go to \
                    the next axis; Delete clears the range";
        let hint = format!("{title}\nDrag to choose a range, click to clear it.\n{keys}.");
        response.clone().on_hover_text(hint);
    }
}

/// Writes a number on a background that covers the lines.
fn label(ui: &Ui, at: Pos2, align: Align2, text: &str) {
    let colors = tokens(ui);
    let galley = ui.painter().layout_no_wrap(text.to_owned(), regular(SMALL), colors.text);
    let place = align.anchor_size(at, galley.size());
    ui.painter().rect_filled(place.expand2(vec2(2.0, 0.0)), 2.0, colors.background);
    ui.painter().galley(place.min, galley, colors.text);
}

/// Returns the points of a line.
fn points(heights: &[f32], place: Rect) -> Vec<Pos2> {
    let point = |(axis, &height): (usize, &f32)| {
        pos2(axis_x(place, axis, heights.len()), height_of(place, height))
    };
    heights.iter().enumerate().map(point).collect()
}

fn strong_line(ui: &Ui, points: &[Pos2]) {
    let colors = tokens(ui);
    for (width, color) in [(6.0, colors.background), (3.0, colors.text)] {
        ui.painter().add(Shape::line(points.to_vec(), Stroke::new(width, color)));
    }
}

fn selected_lines(ui: &Ui, results: ShownResults<'_>, lines: &ParallelLines, place: Rect) {
    let ShownResults { state, run, .. } = results;
    for case in state.listed_selection(run, MAX_SELECTED) {
        let height = |axis: &ParallelAxis| {
            let number = results.number(axis.column, case)?;
            #[expect(clippy::cast_possible_truncation, reason = "a share")]
            let share = share(number, axis.range) as f32;
            Some(share)
        };
        let heights: Option<Vec<f32>> = lines.axes.iter().map(height).collect();
        if let Some(heights) = heights {
            strong_line(ui, &points(&heights, place));
        }
    }
}

/// Shows the line under the pointer. A click selects its case.
fn pointed_line(
    ui: &Ui,
    results: ShownResults<'_>,
    (lines, place): (&ParallelLines, Rect),
    response: Response,
    intents: &mut Vec<Intent>,
) {
    let Some(pointer) = response.hover_pos().filter(|at| place.contains(*at)) else { return };
    let has_ranges = lines.inside_count < lines.count;
    let inside = lines.lines.iter().filter(|line| line.is_inside || !has_ranges);
    let distance = |line: &&CaseCurve| distance(&line.heights, place, pointer);
    let Some(line) = inside.min_by(|a, b| distance(a).total_cmp(&distance(b))) else { return };
    if distance(&line) > HOVER_DISTANCE {
        return;
    }
    strong_line(ui, &points(&line.heights, place));
    if response.clicked() {
        intents.push(Intent::Results(ResultsIntent::Select(line.case)));
    }
    response.on_hover_text_at_pointer(results.case_text(line.case));
}

/// Returns the vertical distance of a line from a point between two axes.
fn distance(heights: &[f32], place: Rect, at: Pos2) -> f32 {
    let position = (at.x - place.left()) / place.width() * (heights.len() - 1) as f32;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the place")]
    let axis = (position as usize).min(heights.len() - 2);
    let part = position - axis as f32;
    let height = heights[axis] + (heights[axis + 1] - heights[axis]) * part;
    (height_of(place, height) - at.y).abs()
}
