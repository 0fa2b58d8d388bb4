//! The chart of the Workers tab: predicted totals as lines, measured ones as points.

use egui::epaint::CircleShape;
use egui::{Align2, Color32, Pos2, Response, Sense, Shape, Stroke, Ui, pos2, vec2};

use super::texts::{summary, tooltip};
use super::totals::{Knee, PredictedCurve, WorkerTotals};
use crate::report::Prediction;
use crate::report::charts::worker_axes::Axes;
use crate::study::{Order, Strategy};
use crate::text::{Unit, count, precise_duration};
use crate::window::theme::{SMALL, Tokens, bold, regular, tokens};
use crate::window::widgets::chart_parts::{paint_time_axis, paint_whisker};

/// Widths left of the curves, for the marks of the axis, and right of them.
const LEFT: f32 = 56.0;
const RIGHT: f32 = 16.0;

/// Heights above the curves, for the label of the knee, and below them, for the axis.
const ABOVE: f32 = 22.0;
const BELOW: f32 = 40.0;

/// Draws the chart; `selected` is the number of workers whose lanes are shown.
///
/// Returns the number of workers at a click, if it differs from `selected`.
pub(crate) fn chart(
    ui: &mut Ui,
    totals: &WorkerTotals<'_>,
    height: f32,
    selected: Option<u32>,
) -> Option<u32> {
    let size = vec2(ui.available_width(), height);
    let (place, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
    let text = summary(totals);
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, &text));
    if !ui.is_rect_visible(place) {
        return None;
    }
    let frame =
        egui::Rect::from_min_max(place.min + vec2(LEFT, ABOVE), place.max - vec2(RIGHT, BELOW));
    let size = [frame.left(), frame.top(), frame.width(), frame.height()];
    let axes = Axes::new(size, totals.max_workers, totals.longest_s());
    let drawing = WorkersChart { ui, colors: tokens(ui), frame, axes, totals };
    drawing.axis();
    if let Some(selected) = selected {
        drawing.selection(selected);
    }
    drawing.lower_bound();
    for curve in &totals.curves {
        drawing.curve(curve);
    }
    drawing.knee();
    drawing.measured();
    hover(&response, &drawing);
    let at =
        response.interact_pointer_pos().filter(|_| response.clicked() || response.dragged())?;
    let workers = axes.workers_at(at.x);
    (selected? != workers).then_some(workers)
}

fn hover(response: &Response, drawing: &WorkersChart<'_>) {
    if let Some(at) = response.hover_pos() {
        let workers = drawing.axes.workers_at(at.x);
        let x = drawing.axes.x(workers);
        let line = Stroke::new(1.0, drawing.colors.weak);
        drawing.ui.painter().vline(x, drawing.frame.y_range(), line);
        response.clone().on_hover_text_at_pointer(tooltip(drawing.totals, workers));
    }
}

struct WorkersChart<'a> {
    ui: &'a Ui,
    colors: Tokens,
    /// Place of the curves.
    frame: egui::Rect,
    axes: Axes,
    totals: &'a WorkerTotals<'a>,
}

impl WorkersChart<'_> {
    fn axis(&self) {
        let Self { ui, colors, axes, frame, .. } = self;
        let painter = ui.painter();
        let (x, unit) = (frame.left() - 4.0..=frame.right() + 8.0, Unit::fitting(axes.time.top_s));
        paint_time_axis(&axes.time, ui, unit, x, frame.left() - 10.0);
        let bottom = frame.bottom();
        for workers in axes.marks() {
            let x = axes.x(workers).round();
            painter.vline(x, bottom..=bottom + 4.0, (1.0, colors.weak));
            let at = pos2(x, bottom + 6.0);
            let text = workers.to_string();
            painter.text(at, Align2::CENTER_TOP, text, regular(SMALL), colors.weak);
        }
        let title = if axes.is_logarithmic() { "workers (logarithmic)" } else { "workers" };
        let at = pos2(frame.center().x, bottom + 22.0);
        painter.text(at, Align2::CENTER_TOP, title, regular(SMALL), colors.weak);
    }

    /// Paints the lower bound of all orders and strategies.
    fn lower_bound(&self) {
        let Some(curve) = self.totals.curves.first() else { return };
        let points: Vec<Pos2> = curve
            .points
            .iter()
            .map(|point| self.axes.at(point.workers, point.lower_bound_s).into())
            .collect();
        let line = Stroke::new(1.0, self.colors.weak);
        self.ui.painter().extend(Shape::dashed_line(&points, line, 2.0, 3.0));
        if points.len() == 1 {
            self.ui.painter().hline(points[0].x - 6.0..=points[0].x + 6.0, points[0].y, line);
        }
        if let Some(last) = points.last() {
            // No curve is below the bound, but the label does not fit near the axis.
            let fits_below = self.frame.bottom() - last.y >= 22.0;
            let (align, away) =
                if fits_below { (Align2::RIGHT_TOP, 4.0) } else { (Align2::RIGHT_BOTTOM, -12.0) };
            let at = *last + vec2(4.0, away);
            self.ui.painter().text(at, align, "lower bound", regular(SMALL), self.colors.weak);
        }
    }

    fn selection(&self, workers: u32) {
        let x = self.axes.x(workers);
        let band = egui::Rect::from_x_y_ranges(x - 8.0..=x + 8.0, self.frame.y_range());
        self.ui.painter().rect_filled(band, 0.0, self.colors.selected);
    }

    fn curve(&self, curve: &PredictedCurve<'_>) {
        let line = order_color(self.colors, curve.scenario.order);
        let place = |point: &Prediction| self.axes.at(point.workers, point.total_s).into();
        let points: Vec<Pos2> = curve.points.iter().map(place).collect();
        self.ui.painter().extend(stroke(&points, curve.scenario.strategy, Stroke::new(2.0, line)));
        if self.axes.fits_points() || points.len() == 1 {
            for &at in &points {
                self.ui.painter().add(marker(at, curve.scenario.order, self.colors));
            }
        }
    }

    fn knee(&self) {
        let Some(Knee { workers, total_s, .. }) = self.totals.knee else { return };
        let Self { ui, colors, axes, frame, .. } = self;
        let painter = ui.painter();
        let at: Pos2 = axes.at(workers, total_s).into();
        let top = frame.top() - 2.0;
        let line = Stroke::new(1.5, colors.accent);
        painter.extend(Shape::dashed_line(&[pos2(at.x, top), at], line, 5.0, 3.0));
        painter.circle_stroke(at, 8.0, line);
        let text = format!("{}: {}", count(workers, "worker"), precise_duration(total_s));
        let galley = painter.layout_no_wrap(text, bold(SMALL), colors.accent);
        let half = galley.size().x / 2.0;
        let x = at.x.clamp(frame.left() + half - 8.0, frame.right() - half + 8.0);
        let to = pos2(x - half, top - galley.size().y - 1.0);
        painter.galley(to, galley, colors.accent);
    }

    fn measured(&self) {
        let Self { ui, colors, axes, .. } = self;
        let painter = ui.painter();
        for (point, total_s) in self.totals.measured() {
            let at: Pos2 = axes.at(point.workers, total_s.median).into();
            if total_s.low < total_s.high {
                let ends = (axes.time.y(total_s.low), axes.time.y(total_s.high));
                paint_whisker(ui, at.x, 5.0, ends);
            }
            painter.add(sweep_marker(at, *colors));
        }
        if let Some(run) = self.totals.run.filter(|run| run.workers <= axes.max_workers) {
            painter.add(run_marker(axes.at(run.workers, run.total_s).into(), *colors));
        }
    }
}

fn order_color(colors: Tokens, order: Order) -> Color32 {
    let [listed, longest, shortest, shuffled] = colors.orders;
    match order {
        Order::Listed => listed,
        Order::Longest => longest,
        Order::Shortest => shortest,
        Order::Shuffled => shuffled,
    }
}

fn stroke(points: &[Pos2], strategy: Strategy, stroke: Stroke) -> Vec<Shape> {
    let dashes: (&[f32], &[f32]) = match strategy {
        Strategy::Batches => (&[9.0], &[4.0]),
        Strategy::Shares => (&[3.0], &[4.0]),
        Strategy::GlobalLock => (&[10.0, 2.0], &[4.0, 4.0]),
        Strategy::Processes => (&[16.0], &[5.0]),
        Strategy::Series | Strategy::Threads | Strategy::AllAtOnce => {
            return vec![Shape::line(points.to_vec(), stroke)];
        }
    };
    Shape::dashed_line_with_offset(points, stroke, dashes.0, dashes.1, 0.0)
}

/// Returns the marker of a predicted total: hollow, with the shape of its order.
fn marker(at: Pos2, order: Order, colors: Tokens) -> Shape {
    let (ground, line) = (colors.background, Stroke::new(1.5, order_color(colors, order)));
    let corners = |all: &[(f32, f32)]| {
        let points = all.iter().map(|&(x, y)| at + vec2(x, y)).collect();
        Shape::convex_polygon(points, ground, line)
    };
    match order {
        Order::Listed => {
            Shape::Circle(CircleShape { center: at, radius: 3.5, fill: ground, stroke: line })
        }
        Order::Longest => corners(&[(-3.5, -3.5), (3.5, -3.5), (3.5, 3.5), (-3.5, 3.5)]),
        Order::Shortest => corners(&[(0.0, -4.5), (4.5, 3.5), (-4.5, 3.5)]),
        Order::Shuffled => corners(&[(-4.5, -3.5), (4.5, -3.5), (0.0, 4.5)]),
    }
}

fn run_marker(at: Pos2, colors: Tokens) -> Shape {
    let (fill, line) = colors.parallel;
    let corners = [(0.0, -8.0), (8.0, 0.0), (0.0, 8.0), (-8.0, 0.0)];
    let corners = corners.map(|(x, y)| at + vec2(x, y)).to_vec();
    Shape::convex_polygon(corners, fill, Stroke::new(2.0, line))
}

fn sweep_marker(at: Pos2, colors: Tokens) -> Shape {
    let (fill, line) = colors.parallel;
    Shape::Circle(CircleShape { center: at, radius: 6.0, fill, stroke: Stroke::new(2.0, line) })
}

pub(crate) fn order_atom(order: Order) -> egui::Atom<'static> {
    egui::Atom::paint(vec2(24.0, 14.0), move |ui, place| {
        let colors = tokens(ui);
        let (line, y) = (order_color(colors, order), place.rect.center().y);
        ui.painter().hline(place.rect.x_range(), y, Stroke::new(2.0, line));
        ui.painter().add(marker(place.rect.center(), order, colors));
    })
}

pub(crate) fn strategy_atom(strategy: Strategy) -> egui::Atom<'static> {
    egui::Atom::paint(vec2(34.0, 14.0), move |ui, place| {
        let line = Stroke::new(2.0, tokens(ui).text);
        let ends = [place.rect.left_center(), place.rect.right_center()];
        ui.painter().extend(stroke(&ends, strategy, line));
    })
}

/// Legend sample of the totals of a sweep, or of the total of the current run.
pub(crate) fn measured_atom(is_sweep: bool) -> egui::Atom<'static> {
    egui::Atom::paint(vec2(18.0, 18.0), move |ui, place| {
        let marker = if is_sweep { sweep_marker } else { run_marker };
        ui.painter().add(marker(place.rect.center(), tokens(ui)));
    })
}
