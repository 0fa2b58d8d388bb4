//! The chart of the timeline: lanes of runs on one time axis, and the concurrency below them.

use egui::scroll_area::ScrollSource;
use egui::{Align2, Rect, Role, ScrollArea, Sense, Shape, Stroke, Ui, WidgetInfo, pos2, vec2};

use super::chart_input::ChartInput;
use super::concurrency_strip::{line_text, paint_strip, strip_tooltip};
use super::drawn_lanes::DrawnLanes;
use super::lanes::painter::{LanePicture, Rows, lane_name, mark, paint};
use super::texts::concurrency;
use super::timeline_run::{ShownRuns, TimelineRun};
use crate::report::charts::axis::{Axis, lane_height};
use crate::report::charts::zoom::Zoom;
use crate::run::Status;
use crate::schedule::s_from_ns;
use crate::text::{Unit, duration};
use crate::window::state::Intent;
use crate::window::theme::{BODY, SMALL, bold, regular, tokens};

/// Width left of the lanes, for their names.
const NAMES: f32 = 60.0;

/// Heights of a run title, of the concurrency strip, and of the time axis.
const TITLE: f32 = 24.0;
const STRIP: f32 = 44.0;
const AXIS: f32 = 24.0;

/// Space above the first lane, so that a mark there is fully visible.
const EDGE: f32 = 4.0;

/// Number of lanes up to which all are visible at full height.
const MAX_UNSCROLLED_LANES: usize = 16;

/// Number of selected cases up to which each is marked, even where it is merged.
const MAX_MARKED: usize = 64;

/// Number of cases up to which rows without an index are searched for marks.
const MAX_SEARCHED: usize = 10_000;

/// Draws the lanes of the runs within `max_height`, the strip and the axis.
pub(crate) fn chart(
    ui: &mut Ui,
    shown: &ShownRuns<'_>,
    max_height: f32,
    intents: &mut Vec<Intent>,
) {
    let ShownRuns { state, runs, .. } = shown;
    let total_ns = runs.iter().map(|run| run.end_ns).max().unwrap_or(0) as f64;
    let zoom = state.timeline.zoom.map_or(Zoom::all(total_ns), |zoom| zoom.within(total_ns));
    let bar = ui.spacing().scroll.bar_width + 6.0;
    let axis = Axis {
        zoom,
        left: ui.cursor().left() + NAMES,
        width: (ui.available_width() - NAMES - bar).max(40.0),
    };
    let input = ChartInput { axis, total_ns, state, runs };
    let (lane_height, content_height, visible_height) = heights(runs, max_height);
    let scroll = ScrollArea::vertical()
        .id_salt("lanes")
        .max_height(visible_height)
        .min_scrolled_height(visible_height)
        .auto_shrink([false, true])
        .scroll_source(ScrollSource::SCROLL_BAR);
    scroll.show(ui, |ui| {
        let size = vec2(ui.available_width(), content_height);
        let (place, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
        let places = places(runs, &axis, place.top(), lane_height);
        for (run, &(rows, strip)) in runs.iter().zip(&places) {
            paint_run(ui, &input, run, rows, strip);
        }
        input.respond(ui, &response, &places, intents);
    });
    if let [run] = &runs[..] {
        strip_of_single_run(ui, &input, run, intents);
    }
    let (place, _) = ui.allocate_exact_size(vec2(ui.available_width(), AXIS), Sense::hover());
    paint_axis(ui, &axis, place.top());
}

/// Returns the heights of a lane, of all content, and of the visible part.
fn heights(runs: &[TimelineRun<'_>], max_height: f32) -> (f32, f32, f32) {
    let lanes: usize = runs.iter().map(TimelineRun::lane_count).sum();
    let is_short = lanes <= MAX_UNSCROLLED_LANES;
    let several = runs.len() > 1;
    let title = if several { TITLE } else { 0.0 };
    let extra = runs.len() as f32 * (title + STRIP + 6.0);
    let lane_height = lane_height(lanes, if is_short { f32::INFINITY } else { max_height - extra });
    // The strip of a single run is outside the scroll area.
    let content = lanes as f32 * lane_height + if several { extra } else { EDGE };
    let max_visible = if several { max_height } else { max_height - STRIP };
    let visible = if is_short { content } else { content.min(max_visible).max(60.0) };
    (lane_height, content, visible)
}

/// Returns the rows of each run, and its strip if there are several runs.
fn places(
    runs: &[TimelineRun<'_>],
    axis: &Axis,
    mut top: f32,
    height: f32,
) -> Vec<(Rows, Option<Rect>)> {
    let several = runs.len() > 1;
    top += if several { 0.0 } else { EDGE };
    let mut places = Vec::new();
    for run in runs {
        top += if several { TITLE } else { 0.0 };
        let rows = Rows { top, height };
        top += height * run.lane_count() as f32;
        let strip = Rect::from_min_size(pos2(axis.left, top + 4.0), vec2(axis.width, STRIP - 8.0));
        places.push((rows, several.then_some(strip)));
        if several {
            top += STRIP + 6.0;
        }
    }
    places
}

/// Draws the strip of a single run, which stays visible while the lanes scroll.
fn strip_of_single_run(
    ui: &mut Ui,
    input: &ChartInput<'_>,
    run: &TimelineRun<'_>,
    intents: &mut Vec<Intent>,
) {
    let axis = &input.axis;
    let size = vec2(ui.available_width(), STRIP - 8.0);
    let (place, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
    let strip = Rect::from_x_y_ranges(axis.left..=axis.left + axis.width, place.y_range());
    let drawn = DrawnLanes::of(ui, run, axis, (0..0, true));
    paint_strip(ui, axis, run, strip, &drawn);
    input.pan_and_zoom(ui, &response, intents);
    let line = line_text(run).map_or(String::new(), |line| format!(" {line}."));
    let label = format!("Cases running at once. {}{line}", concurrency(run));
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &label));
    if let Some(at) = response.hover_pos().filter(|at| at.x >= axis.left) {
        response.on_hover_text_at_pointer(strip_tooltip(axis, run, at.x));
    }
}

fn paint_axis(ui: &Ui, axis: &Axis, top: f32) {
    let colors = tokens(ui);
    let unit = Unit::fitting(axis.zoom.to_ns / 1e9);
    let (marks_s, digits) = axis.marks(unit);
    let line = Stroke::new(1.0, colors.weak);
    ui.painter().hline(axis.left..=axis.left + axis.width, top, line);
    let mut free = f32::NEG_INFINITY;
    for mark_s in marks_s {
        let x = axis.x(mark_s * 1e9);
        ui.painter().vline(x, top..=top + 4.0, line);
        let text = unit.text(mark_s, digits);
        let galley = ui.painter().layout_no_wrap(text, regular(SMALL), colors.weak);
        let right = axis.left + axis.width + 14.0;
        let left = (x - galley.size().x / 2.0).min(right - galley.size().x);
        if left > free {
            free = left + galley.size().x + 6.0;
            ui.painter().galley(pos2(left, top + 6.0), galley, colors.weak);
        }
    }
}

/// Paints the title, the lanes and the strip of a run; title and strip only where
/// there are several runs.
fn paint_run(
    ui: &Ui,
    input: &ChartInput<'_>,
    run: &TimelineRun<'_>,
    rows: Rows,
    strip: Option<Rect>,
) {
    let (axis, colors, clip) = (&input.axis, tokens(ui), ui.clip_rect());
    if strip.is_some() {
        paint_title(ui, axis, run, rows.top - 5.0);
    }
    let visible = rows.between(clip.top(), clip.bottom(), run.lane_count());
    let drawn = DrawnLanes::of(ui, run, axis, (visible.clone(), strip.is_some()));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "few lanes")]
    let every = (14.0 / rows.height).ceil().max(1.0) as usize;
    for lane in visible.filter(|lane| lane.is_multiple_of(every)) {
        lane_name(ui, rows.lane(lane, axis), 8.0, lane);
    }
    let selected_ids = input.state.selected_ids(run.has_document_rows);
    let cases = &run.frozen.cases;
    let marks_each =
        selected_ids.len() <= MAX_MARKED && (run.has_index() || cases.len() <= MAX_SEARCHED);
    let selected = |case: u32| {
        !marks_each && !selected_ids.is_empty() && selected_ids.contains(&cases.id(case as usize))
    };
    let picture = LanePicture { lanes: &run.timeline.lanes, cases, selected: &selected };
    paint(ui, picture, &drawn.lanes, (axis, rows));
    if marks_each {
        let mut shapes: Vec<Shape> = Vec::new();
        for case in run.selected_cases(input.state) {
            if let Some(place) = case_rect(axis, run, case, rows) {
                mark(&mut shapes, place, &colors);
            }
        }
        ui.painter().extend(shapes);
    }
    if let Some(strip) = strip {
        paint_strip(ui, axis, run, strip, &drawn);
    }
}

/// Paints the title of a run, and its concurrency where there is room.
fn paint_title(ui: &Ui, axis: &Axis, run: &TimelineRun<'_>, bottom: f32) {
    let colors = tokens(ui);
    let text = format!("{}: {}", run.title, duration(s_from_ns(run.end_ns)));
    let at = pos2(axis.left, bottom);
    let title = ui.painter().text(at, Align2::LEFT_BOTTOM, text, bold(BODY), colors.text);
    let note = ui.painter().layout_no_wrap(concurrency(run), regular(SMALL), colors.weak);
    let right = axis.left + axis.width;
    let at = pos2(right - note.size().x, title.bottom() - note.size().y - 1.0);
    if at.x > title.right() + 16.0 {
        ui.painter().galley(at, note, colors.weak);
    }
}

/// Returns the place of a case; `None` outside the visible time.
fn case_rect(axis: &Axis, run: &TimelineRun<'_>, case: usize, rows: Rows) -> Option<Rect> {
    let record = &run.state.records[case];
    let is_running = record.status == Status::Running;
    let end_ns = if is_running { run.end_ns } else { record.end_ns };
    let (from_ns, to_ns) = (record.start_ns as f64, end_ns as f64);
    let visible =
        run.is_on_axis(record) && to_ns >= axis.zoom.from_ns && from_ns <= axis.zoom.to_ns;
    visible.then(|| {
        let row = rows.lane(record.lane as usize, axis);
        Rect::from_x_y_ranges(axis.x(from_ns)..=axis.x(to_ns), row.y_range())
    })
}
