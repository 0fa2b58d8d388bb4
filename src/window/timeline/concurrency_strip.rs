//! The strip below the lanes: how many cases ran at once, cores and licences.

use egui::{Align2, Color32, Mesh, Pos2, Rect, Shape, Stroke, Ui, pos2};

use super::drawn_lanes::DrawnLanes;
use super::legend::licence_color;
use super::timeline_run::TimelineRun;
use crate::report::charts::axis::Axis;
use crate::schedule::s_from_ns;
use crate::text::{count, duration};
use crate::window::theme::{regular, tokens};

/// Height of a label of the axis.
const LABEL: f32 = 12.0;

/// Paints the concurrency of a run as steps within `strip`.
pub(crate) fn paint_strip(
    ui: &Ui,
    axis: &Axis,
    run: &TimelineRun<'_>,
    strip: Rect,
    drawn: &DrawnLanes,
) {
    let colors = tokens(ui);
    let painter = ui.painter();
    let (top, cores) = (most_at_once(run), f64::from(run.cores));
    let y = |count: f64| height_of(strip, count, top);
    let mut mesh = Mesh::default();
    mesh.add_colored_rect(strip.with_max_x(axis.x(run.end_ns as f64)), colors.quiet);
    let (fill, line) = colors.case;
    for &(from, to, count) in &drawn.concurrency {
        let step = Rect::from_x_y_ranges(from..=to, y(count)..=strip.bottom());
        // The part above the number of cores is paler.
        let over = step.with_max_y(y(cores).max(step.top()));
        mesh.add_colored_rect(step.with_min_y(over.bottom()), fill.gamma_multiply(0.6));
        mesh.add_colored_rect(over, fill.gamma_multiply(0.25));
    }
    painter.add(Shape::mesh(mesh));
    let mut before = strip.bottom();
    for &(from, to, count) in &drawn.concurrency {
        let at = y(count);
        painter.vline(from, at.min(before)..=at.max(before), Stroke::new(1.0, line));
        painter.hline(from..=to, at, Stroke::new(1.0, line));
        before = at;
    }
    paint_licences(ui, axis, run, strip, top);
    if cores < top {
        let right = axis.x(run.end_ns as f64);
        let ends = [pos2(strip.left(), y(cores)), pos2(right, y(cores))];
        let dashes = Shape::dashed_line(&ends, Stroke::new(1.0, colors.text), 4.0, 3.0);
        painter.extend(dashes);
    }
    let label = |at: Pos2, align, text: String, color: Color32| {
        painter.text(at, align, text, regular(11.0), color);
    };
    let left = strip.left() - 8.0;
    label(pos2(left, strip.top()), Align2::RIGHT_TOP, format!("{top} at once"), colors.weak);
    let mut cores_bottom = strip.top();
    if cores < top {
        // As near to the line as the label above allows.
        let at = y(cores).clamp(strip.top() + LABEL * 1.5, strip.bottom() - LABEL / 2.0);
        label(pos2(left, at), Align2::RIGHT_CENTER, count(run.cores, "core"), colors.text);
        cores_bottom = at + LABEL / 2.0;
    }
    if cores_bottom <= strip.bottom() - LABEL {
        label(pos2(left, strip.bottom()), Align2::RIGHT_BOTTOM, "0".to_owned(), colors.weak);
    }
}

/// The largest number of cases that can run at once, at the top of the strip.
fn most_at_once(run: &TimelineRun<'_>) -> f64 {
    run.lane_count().min(run.frozen.cases.len()).max(1) as f64
}

/// Says what the dashed line is, if there is one.
pub(crate) fn line_text(run: &TimelineRun<'_>) -> Option<String> {
    let is_drawn = f64::from(run.cores) < most_at_once(run);
    is_drawn.then(|| format!("Dashed line: {}", count(run.cores, "core")))
}

fn paint_licences(ui: &Ui, axis: &Axis, run: &TimelineRun<'_>, strip: Rect, top: f64) {
    let licences = run.licences();
    let line = Stroke::new(1.5, licence_color(&tokens(ui)));
    let y = |count: u32| height_of(strip, f64::from(count), top);
    let x = |ns: u64| axis.x(ns as f64).clamp(strip.left(), strip.right());
    let end = x(run.end_ns);
    for (index, &(from_ns, count)) in licences.iter().enumerate() {
        let next = licences.get(index + 1);
        let to = next.map_or(end, |next| x(next.0));
        ui.painter().hline(x(from_ns)..=to, y(count), line);
        let visible = next.filter(|_| to > strip.left() && to < strip.right());
        if let Some(&(_, other)) = visible {
            ui.painter().vline(to, y(count.max(other))..=y(count.min(other)), line);
        }
    }
}

/// The y of a count in a strip that ends at `top`.
fn height_of(strip: Rect, count: f64, top: f64) -> f32 {
    #[expect(clippy::cast_possible_truncation, reason = "a share of the height")]
    let share = (count / top).min(1.0) as f32;
    strip.bottom() - share * strip.height()
}

pub(crate) fn strip_tooltip(axis: &Axis, run: &TimelineRun<'_>, x: f32) -> String {
    let at_ns = axis.whole_ns(x);
    let (busy, time) = (run.timeline.concurrency.running_at(at_ns), duration(s_from_ns(at_ns)));
    let lanes = count(run.lane_count(), "lane");
    let line = line_text(run).map_or(String::new(), |line| format!("\n{line}"));
    format!("{busy} of {lanes} busy at {time}{line}")
}
