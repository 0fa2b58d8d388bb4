//! The chart of the timeline: the lanes of one or several runs on one axis of
//! time, and under them how many cases ran at once.

use std::ops::Range;
use std::sync::Arc;

use egui::{
    Align2, Color32, EventFilter, Key, Mesh, Pos2, Rect, Response, Role, Sense, Shape, Stroke, Ui,
    WidgetInfo, pos2, vec2,
};

use super::lanes::blocks::{Axis, pointed, row_height};
use super::lanes::painter::{LaneBlocks, LanePicture, Rows, blocks, mark, paint};
use super::lanes::tooltip::{attempt, of_case, of_cases, of_gap};
use super::timeline_state::{TimelineIntent, Zoom};
use super::timeline_tab::{TimelineRun, licence_color};
use crate::report::Timeline;
use crate::run::CaseRecord;
use crate::schedule::s_from_ns;
use crate::text::{Unit, duration};
use crate::window::state::app_state::AppState;
use crate::window::state::intent::Intent;
use crate::window::theme::{BODY, SMALL, Tokens, bold, regular, tokens};

/// The width left of the lanes, for their names.
const NAMES: f32 = 60.0;

/// The height of a title, of how many ran at once, and of the axis.
const TITLE: f32 = 24.0;
const STRIP: f32 = 44.0;
const AXIS: f32 = 24.0;

/// The space above the first lane: what is marked there is seen whole.
const EDGE: f32 = 4.0;

/// So few lanes are all shown, as high as they can be.
const FEW: usize = 16;

/// Of so few selected cases each is marked even where it is merged with others.
const MARKED: usize = 64;

/// And looked for in so many cases, where rows are not known.
const SEARCHED: usize = 10_000;

/// Draws the lanes of the runs within so much height, and the axis.
pub(crate) fn chart(
    ui: &mut Ui,
    state: &AppState,
    runs: &[TimelineRun<'_>],
    room: f32,
    intents: &mut Vec<Intent>,
) {
    let whole_ns = runs.iter().map(|run| run.end_ns).max().unwrap_or(0) as f64;
    let zoom = state.timeline.zoom.map_or(Zoom::all(whole_ns), |zoom| zoom.within(whole_ns));
    let several = runs.len() > 1;
    let lanes: usize = runs.iter().map(|run| run.timeline.lanes.lanes().len()).sum();
    let title = if several { TITLE } else { 0.0 };
    let besides = runs.len() as f32 * (title + STRIP + 6.0);
    let height = row_height(lanes, if lanes <= FEW { f32::INFINITY } else { room - besides });
    // One run has what runs at once below its lanes, several below the lanes of each.
    let inside = lanes as f32 * height + if several { besides } else { EDGE };
    let shown = match lanes {
        0..=FEW => inside,
        _ => inside.min(if several { room } else { room - STRIP }).max(60.0),
    };
    let bar = ui.spacing().scroll.bar_width + 6.0;
    let axis = Axis {
        from_ns: zoom.from_ns,
        to_ns: zoom.to_ns,
        left: ui.cursor().left() + NAMES,
        width: (ui.available_width() - NAMES - bar).max(40.0),
    };
    let steer = ChartInput { axis, whole_ns, state, runs };
    let scroll = egui::ScrollArea::vertical()
        .id_salt("lanes")
        .max_height(shown)
        .min_scrolled_height(shown)
        .auto_shrink([false, true])
        .scroll_source(egui::scroll_area::ScrollSource::SCROLL_BAR);
    scroll.show(ui, |ui| {
        let size = vec2(ui.available_width(), inside);
        let (whole, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
        let mut places = Vec::new();
        let mut top = whole.top() + if several { 0.0 } else { EDGE };
        for run in runs {
            top += title;
            let rows = Rows { top, height };
            top += height * run.timeline.lanes.lanes().len() as f32;
            let strip =
                Rect::from_min_size(pos2(axis.left, top + 4.0), vec2(axis.width, STRIP - 8.0));
            places.push((rows, several.then_some(strip)));
            if several {
                top += STRIP + 6.0;
            }
        }
        for (run, &(rows, strip)) in runs.iter().zip(&places) {
            steer.run(ui, run, rows, strip, several);
        }
        steer.respond(ui, &response, &places, intents);
    });
    if let ([run], false) = (runs, several) {
        let size = vec2(ui.available_width(), STRIP - 8.0);
        let (place, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
        let strip = Rect::from_x_y_ranges(axis.left..=axis.left + axis.width, place.y_range());
        let drawn = drawn(ui, run, &axis, (0..0, true));
        steer.at_once(ui, run, strip, &drawn);
        steer.pan_and_zoom(ui, &response, intents);
        let summary = run.at_once_words();
        response.widget_info(|| {
            WidgetInfo::labeled(Role::Image, true, format!("How many cases ran at once. {summary}"))
        });
    }
    let (place, _) = ui.allocate_exact_size(vec2(ui.available_width(), AXIS), Sense::hover());
    marks(ui, &axis, place.top());
}

/// The axis of time.
fn marks(ui: &Ui, axis: &Axis, top: f32) {
    let colors = tokens(ui);
    let unit = Unit::fitting(axis.to_ns / 1e9);
    let (marks_s, digits) = axis.marks(unit);
    let line = Stroke::new(1.0, colors.weak);
    ui.painter().hline(axis.left..=axis.left + axis.width, top, line);
    let mut free = f32::NEG_INFINITY;
    for mark_s in marks_s {
        let x = axis.x(mark_s * 1e9);
        ui.painter().vline(x, top..=top + 4.0, line);
        let text = format!("{:.digits$} {}", unit.of_s(mark_s), unit.symbol());
        let galley = ui.painter().layout_no_wrap(text, regular(SMALL), colors.weak);
        let right = axis.left + axis.width + 14.0;
        let left = (x - galley.size().x / 2.0).min(right - galley.size().x);
        if left > free {
            free = left + galley.size().x + 6.0;
            ui.painter().galley(pos2(left, top + 6.0), galley, colors.weak);
        }
    }
}

/// What is drawn of a run, kept from frame to frame until the run, the time in view
/// or the place changes.
#[derive(Clone)]
struct DrawnLanes {
    lanes: Vec<LaneBlocks>,
    /// How many cases run at once: from where to where in points, and how many.
    at_once: Vec<(f32, f32, f64)>,
}

#[derive(Clone, PartialEq)]
struct DrawnLanesKey {
    axis: Axis,
    lanes: Range<usize>,
    strip: bool,
    now_ns: u64,
    started: u32,
    busy_ns: u64,
    waiting: usize,
}

fn drawn(
    ui: &Ui,
    run: &TimelineRun<'_>,
    axis: &Axis,
    (lanes, strip): (Range<usize>, bool),
) -> Arc<DrawnLanes> {
    let (timeline, now_ns, waiting) = (run.timeline, run.end_ns, run.waiting);
    let all = &timeline.lanes;
    let busy_ns = all.lanes().iter().map(|lane| lane.busy_ns(now_ns)).fold(0, u64::wrapping_add);
    let key = DrawnLanesKey {
        axis: *axis,
        lanes: lanes.clone(),
        strip,
        now_ns,
        started: all.started(),
        busy_ns,
        waiting,
    };
    let id =
        egui::Id::unique(("timeline", std::ptr::from_ref(timeline), strip && lanes.is_empty()));
    let kept = ui.data(|data| data.get_temp::<(DrawnLanesKey, Arc<DrawnLanes>)>(id));
    if let Some((_, drawn)) = kept.filter(|kept| kept.0 == key) {
        return drawn;
    }
    let at_once = if strip { at_once(timeline, axis, now_ns) } else { Vec::new() };
    let drawn =
        Arc::new(DrawnLanes { lanes: blocks(all, lanes, axis, (now_ns, waiting)), at_once });
    ui.data_mut(|data| data.insert_temp(id, (key, Arc::clone(&drawn))));
    drawn
}

/// How many cases run at once, in the mean of each point of the axis.
fn at_once(timeline: &Timeline, axis: &Axis, now_ns: u64) -> Vec<(f32, f32, f64)> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative")]
    let ns = |x: f32| axis.time_ns(x).max(0.0) as u64;
    let mut steps: Vec<(f32, f32, f64)> = Vec::new();
    let mut x = axis.left;
    while x < axis.left + axis.width {
        let (from_ns, to_ns) = (ns(x), ns(x + 1.0).min(now_ns));
        if from_ns >= now_ns {
            break;
        }
        let mean = timeline.concurrency.mean_running(from_ns, to_ns);
        match steps.last_mut() {
            Some(last) if last.2 == mean => last.1 = x + 1.0,
            _ => steps.push((x, x + 1.0, mean)),
        }
        x += 1.0;
    }
    steps
}

/// What a chart is steered by: the time in view, and of which runs.
struct ChartInput<'a> {
    axis: Axis,
    whole_ns: f64,
    state: &'a AppState,
    runs: &'a [TimelineRun<'a>],
}

impl ChartInput<'_> {
    /// A run: its title, its lanes, and how many ran at once.
    fn run(&self, ui: &Ui, run: &TimelineRun<'_>, rows: Rows, strip: Option<Rect>, title: bool) {
        let (colors, clip) = (tokens(ui), ui.clip_rect());
        let count = run.timeline.lanes.lanes().len();
        if title {
            let at = pos2(self.axis.left, rows.top - 5.0);
            let text = format!("{}: {}", run.title, duration(s_from_ns(run.end_ns)));
            let said = ui.painter().text(at, Align2::LEFT_BOTTOM, text, bold(BODY), colors.text);
            let (words, right) = (run.at_once_words(), self.axis.left + self.axis.width);
            let words = ui.painter().layout_no_wrap(words, regular(SMALL), colors.weak);
            let at = pos2(right - words.size().x, said.bottom() - words.size().y - 1.0);
            if at.x > said.right() + 16.0 {
                ui.painter().galley(at, words, colors.weak);
            }
        }
        let shown = rows.between(clip.top(), clip.bottom(), count);
        let drawn = drawn(ui, run, &self.axis, (shown.clone(), strip.is_some()));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "few lanes")]
        let every = (14.0 / rows.height).ceil().max(1.0) as usize;
        for lane in shown.filter(|lane| lane.is_multiple_of(every)) {
            let at = rows.lane(lane, &self.axis).left_center() - vec2(8.0, 0.0);
            let (font, text) = (regular(SMALL), format!("lane {lane}"));
            ui.painter().text(at, Align2::RIGHT_CENTER, text, font, colors.weak);
        }
        let picked = self.state.selected_ids(run.knows_rows);
        let cases = &run.frozen.cases;
        let few = picked.len() <= MARKED && (run.has_index() || cases.len() <= SEARCHED);
        let selected =
            |case: u32| !few && !picked.is_empty() && picked.contains(&cases.id(case as usize));
        let picture = LanePicture { lanes: &run.timeline.lanes, cases, selected: &selected };
        paint(ui.painter(), &colors, picture, &drawn.lanes, (&self.axis, rows));
        if few {
            let mut marks = Vec::new();
            for case in picked.iter().filter_map(|&id| run.case_of(self.state, id)) {
                self.mark(run, case, rows, &colors, &mut marks);
            }
            ui.painter().extend(marks);
        }
        if let Some(strip) = strip {
            self.at_once(ui, run, strip, &drawn);
        }
    }

    fn mark(
        &self,
        run: &TimelineRun<'_>,
        case: usize,
        rows: Rows,
        colors: &Tokens,
        to: &mut Vec<Shape>,
    ) {
        let record = &run.state.records()[case];
        let end_ns = if record.has_ended() { record.end_ns } else { run.end_ns };
        let (from, to_ns) = (record.start_ns as f64, end_ns as f64);
        if record.has_started() && to_ns >= self.axis.from_ns && from <= self.axis.to_ns {
            let row = rows.lane(record.lane as usize, &self.axis);
            let across = self.axis.x(from)..=self.axis.x(to_ns);
            mark(to, Rect::from_x_y_ranges(across, row.y_range()), colors);
        }
    }

    /// How many cases ran at once, as steps.
    fn at_once(&self, ui: &Ui, run: &TimelineRun<'_>, strip: Rect, drawn: &DrawnLanes) {
        let axis = &self.axis;
        let colors = tokens(ui);
        let painter = ui.painter();
        let (lanes, cores) = (run.lanes() as f64, f64::from(run.cores));
        let top = lanes.min(run.frozen.cases.len() as f64).max(1.0);
        #[expect(clippy::cast_possible_truncation, reason = "a share of the height")]
        let y = |count: f64| strip.bottom() - (count / top).min(1.0) as f32 * strip.height();
        let mut mesh = Mesh::default();
        mesh.add_colored_rect(strip.with_max_x(axis.x(run.end_ns as f64)), colors.quiet);
        let (fill, line) = colors.case;
        for &(from, to, count) in &drawn.at_once {
            let step = Rect::from_x_y_ranges(from..=to, y(count)..=strip.bottom());
            // What is over the cores is paler.
            let over = step.with_max_y(y(cores).max(step.top()));
            mesh.add_colored_rect(step.with_min_y(over.bottom()), fill.gamma_multiply(0.6));
            mesh.add_colored_rect(over, fill.gamma_multiply(0.25));
        }
        painter.add(Shape::mesh(mesh));
        let mut before = strip.bottom();
        for &(from, to, count) in &drawn.at_once {
            let at = y(count);
            painter.vline(from, at.min(before)..=at.max(before), Stroke::new(1.0, line));
            painter.hline(from..=to, at, Stroke::new(1.0, line));
            before = at;
        }
        self.licences(ui, run, strip, top);
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
        label(pos2(left, strip.bottom()), Align2::RIGHT_BOTTOM, "0".to_owned(), colors.weak);
    }

    /// How many licences there were, as steps.
    fn licences(&self, ui: &Ui, run: &TimelineRun<'_>, strip: Rect, top: f64) {
        let licences = run.licences();
        let line = Stroke::new(1.5, licence_color(&tokens(ui)));
        #[expect(clippy::cast_possible_truncation, reason = "a share of the height")]
        let y =
            |count: u32| strip.bottom() - (f64::from(count) / top).min(1.0) as f32 * strip.height();
        let x = |ns: u64| self.axis.x(ns as f64).clamp(strip.left(), strip.right());
        let end = x(run.end_ns);
        for (at, &(from_ns, count)) in licences.iter().enumerate() {
            let next = licences.get(at + 1);
            let to = next.map_or(end, |next| x(next.0));
            ui.painter().hline(x(from_ns)..=to, y(count), line);
            let seen = next.filter(|_| to > strip.left() && to < strip.right());
            if let Some(&(_, other)) = seen {
                ui.painter().vline(to, y(count.max(other))..=y(count.min(other)), line);
            }
        }
    }

    /// What is done with the lanes.
    fn respond(
        &self,
        ui: &Ui,
        response: &Response,
        places: &[(Rows, Option<Rect>)],
        intents: &mut Vec<Intent>,
    ) {
        let summary = super::timeline_tab::summary(self.runs);
        response
            .widget_info(|| WidgetInfo::labeled(Role::Image, true, format!("Timeline. {summary}")));
        self.pan_and_zoom(ui, response, intents);
        if response.has_focus() {
            let line = Stroke::new(2.0, tokens(ui).accent);
            let place = response.rect.intersect(ui.clip_rect()).shrink(1.0);
            ui.painter().rect_stroke(place, 2.0, line, egui::StrokeKind::Inside);
            self.keys(ui, response, intents);
        }
        let Some(at) = response.hover_pos().filter(|at| at.x >= self.axis.left) else { return };
        for (run, &(rows, strip)) in self.runs.iter().zip(places) {
            if strip.is_some_and(|strip| strip.contains(at)) {
                response.clone().on_hover_text_at_pointer(self.said_at_once(run, at.x));
            }
            let Some(number) = rows.at(at.y, run.lanes()) else { continue };
            let lane = &run.timeline.lanes.lanes()[number];
            let found = pointed(lane, &self.axis, at.x, run.end_ns);
            let text = match found.len() {
                0 => {
                    let tail = run.tail(number);
                    of_gap(lane, &tail, self.ns(at.x))
                }
                1 => {
                    let span = lane.cases()[found.start];
                    let record = attempt(run.state, span);
                    let case = run.frozen.cases.case(span.case as usize);
                    Some(of_case(case, &record, (&run.frozen.plan, run.end_ns)))
                }
                _ => Some(of_cases(lane, found.clone(), run.end_ns)),
            };
            if response.clicked() && !found.is_empty() {
                let toggle = ui.input(|input| input.modifiers.command);
                let cases = lane.cases()[found].iter().map(|span| span.case as usize);
                intents.push(run.pick(cases, toggle));
            }
            if let Some(text) = text {
                response.clone().on_hover_text_at_pointer(text);
            }
            return;
        }
    }

    fn said_at_once(&self, run: &TimelineRun<'_>, x: f32) -> String {
        let (at_ns, count) = (self.ns(x), run.timeline.concurrency.running_at(self.ns(x)));
        format!("{count} of {} lanes in work at {}", run.lanes(), duration(s_from_ns(at_ns)))
    }

    fn ns(&self, x: f32) -> u64 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
        let ns = self.axis.time_ns(x).max(0.0) as u64;
        ns
    }

    fn zoom(&self) -> Zoom {
        Zoom { from_ns: self.axis.from_ns, to_ns: self.axis.to_ns }
    }

    /// The intent to show this time. All of a run that goes on is all of it later
    /// too.
    fn show(&self, zoom: Option<Zoom>) -> Intent {
        let zoom = zoom.filter(|&zoom| zoom != Zoom::all(self.whole_ns));
        Intent::Timeline(TimelineIntent::Zoom(zoom))
    }

    /// The wheel zooms at the pointer, dragging moves, a double click shows all.
    fn pan_and_zoom(&self, ui: &Ui, response: &Response, intents: &mut Vec<Intent>) {
        let mut show = |zoom| intents.push(self.show(zoom));
        if response.clicked() {
            response.request_focus();
        }
        if response.double_clicked() {
            return show(None);
        }
        let moved = response.drag_delta();
        if moved.x != 0.0 {
            let by_ns = -f64::from(moved.x) * self.axis.point_ns();
            show(Some(self.zoom().moved(by_ns, self.whole_ns)));
        }
        if moved.y != 0.0 {
            ui.scroll_with_delta(vec2(0.0, moved.y));
        }
        let Some(at) = response.hover_pos() else { return };
        let (wheel, pinch) = ui.input(|input| (input.smooth_scroll_delta.y, input.zoom_delta()));
        if at.x >= self.axis.left && (wheel != 0.0 || pinch != 1.0) {
            // The page does not scroll with it.
            ui.input_mut(|input| input.smooth_scroll_delta = egui::Vec2::ZERO);
            let factor = (-f64::from(wheel) / 200.0).exp() / f64::from(pinch);
            let at_ns = self.axis.time_ns(at.x);
            show(Some(self.zoom().scaled(factor, at_ns, self.whole_ns)));
        }
    }

    /// Arrows move, + and - zoom, Home shows all; with Shift arrows go from case to
    /// case.
    fn keys(&self, ui: &Ui, response: &Response, intents: &mut Vec<Intent>) {
        let filter = EventFilter {
            horizontal_arrows: true,
            vertical_arrows: true,
            ..EventFilter::default()
        };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        let pressed = |key: Key| ui.input(|input| input.key_pressed(key));
        let zoom = self.zoom();
        let step_ns = (zoom.to_ns - zoom.from_ns) / 8.0;
        let middle_ns = f64::midpoint(zoom.from_ns, zoom.to_ns);
        let way = [(Key::ArrowLeft, -1_i8), (Key::ArrowRight, 1)];
        let way = way.into_iter().find(|(key, _)| pressed(*key)).map(|(_, way)| way);
        let mut show = |zoom| intents.push(self.show(zoom));
        match way {
            Some(way) if ui.input(|input| input.modifiers.shift) => {
                return self.step(way, intents);
            }
            Some(way) => show(Some(zoom.moved(f64::from(way) * step_ns, self.whole_ns))),
            None => {}
        }
        if pressed(Key::Plus) || pressed(Key::Equals) {
            show(Some(zoom.scaled(0.5, middle_ns, self.whole_ns)));
        }
        if pressed(Key::Minus) {
            show(Some(zoom.scaled(2.0, middle_ns, self.whole_ns)));
        }
        if pressed(Key::Home) {
            show(None);
        }
        for (key, by) in [(Key::ArrowUp, 48.0), (Key::ArrowDown, -48.0)] {
            if pressed(key) {
                ui.scroll_with_delta(vec2(0.0, by));
            }
        }
    }

    /// Selects the case that started before or after the selected one.
    fn step(&self, way: i8, intents: &mut Vec<Intent>) {
        let Some(run) = self.runs.first() else { return };
        let records = run.state.records();
        let chosen = self.state.selected_ids(run.knows_rows).iter().next();
        let chosen = chosen.and_then(|&id| run.case_of(self.state, id));
        let index = match (chosen.map(|case| records[case].dispatch_index), way) {
            (Some(index), -1) => index.checked_sub(1),
            (Some(index), _) => Some(index + 1),
            (None, _) => Some(0),
        };
        // The dispatch of an attempt that was followed by another has no record.
        let Some(index) = index else { return };
        let started = records.iter().enumerate().filter(|(_, record)| record.has_started());
        let place = |(_, record): &(usize, &CaseRecord)| record.dispatch_index;
        let next = match way {
            -1 => started.filter(|case| place(case) <= index).max_by_key(place),
            _ => started.filter(|case| place(case) >= index).min_by_key(place),
        };
        let Some((case, _)) = next else { return };
        intents.push(run.pick(std::iter::once(case), false));
        let (from_ns, zoom) = (records[case].start_ns as f64, self.zoom());
        if !(zoom.from_ns..zoom.to_ns).contains(&from_ns) {
            let middle_ns = f64::midpoint(zoom.from_ns, zoom.to_ns);
            let zoom = zoom.moved(from_ns - middle_ns, self.whole_ns);
            intents.push(self.show(Some(zoom)));
        }
    }
}
