//! Mouse and keyboard input of the timeline chart, and its tooltips.

use egui::{Key, Rect, Response, Role, Stroke, StrokeKind, Ui, WidgetInfo, vec2};

use super::concurrency_strip::strip_tooltip;
use super::lanes::painter::Rows;
use super::lanes::tooltip::{case_tooltip, cases_tooltip, gap_tooltip};
use super::texts::summary;
use super::timeline_run::TimelineRun;
use super::timeline_state::TimelineIntent;
use crate::report::charts::axis::Axis;
use crate::report::charts::blocks::pointed;
use crate::report::charts::zoom::Zoom;
use crate::run::CaseRecord;
use crate::window::state::{AppState, Intent};
use crate::window::theme::tokens;
use crate::window::widgets::chart_cursor::hold_arrows;
use crate::window::widgets::command_menu::{CASE_OF_RUN, context_menu};

pub(crate) struct ChartInput<'a> {
    /// Visible time and its position on the screen.
    pub(crate) axis: Axis,
    /// Length of the longest run.
    pub(crate) total_ns: f64,
    pub(crate) state: &'a AppState,
    pub(crate) runs: &'a [TimelineRun<'a>],
}

impl ChartInput<'_> {
    /// Handles input on the lanes and shows the tooltip under the pointer.
    pub(crate) fn respond(
        &self,
        ui: &Ui,
        response: &Response,
        places: &[(Rows, Option<Rect>)],
        intents: &mut Vec<Intent>,
    ) {
        let label = format!("Timeline. {}", summary(self.runs));
        response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &label));
        self.pan_and_zoom(ui, response, intents);
        context_menu(response, response.has_focus(), self.state, CASE_OF_RUN, intents);
        if response.has_focus() {
            let line = Stroke::new(2.0, tokens(ui).accent);
            let place = response.rect.intersect(ui.clip_rect()).shrink(1.0);
            ui.painter().rect_stroke(place, 2.0, line, StrokeKind::Inside);
            self.handle_keys(ui, response, intents);
        }
        let Some(at) = response.hover_pos().filter(|at| at.x >= self.axis.left) else { return };
        for (run, &(rows, strip)) in self.runs.iter().zip(places) {
            if strip.is_some_and(|strip| strip.contains(at)) {
                response.clone().on_hover_text_at_pointer(strip_tooltip(&self.axis, run, at.x));
            }
            if let Some(lane) = rows.at(at.y, run.lane_count()) {
                return respond_in_lane(ui, response, &self.axis, (run, lane, at.x), intents);
            }
        }
    }

    /// Intent to show this time. The full range becomes `None`, so that the
    /// view follows a run in progress.
    fn show(&self, zoom: Option<Zoom>) -> Intent {
        let zoom = zoom.filter(|&zoom| zoom != Zoom::all(self.total_ns));
        Intent::Timeline(TimelineIntent::Zoom(zoom))
    }

    /// Zooms at the pointer with the wheel, pans by dragging, and resets the zoom on
    /// a double click.
    pub(crate) fn pan_and_zoom(&self, ui: &Ui, response: &Response, intents: &mut Vec<Intent>) {
        let mut show = |zoom| intents.push(self.show(zoom));
        if response.clicked() {
            response.request_focus();
        }
        if response.double_clicked() {
            return show(None);
        }
        let dragged = response.drag_delta();
        if dragged.x != 0.0 {
            let by_ns = -f64::from(dragged.x) * self.axis.point_ns();
            show(Some(self.axis.zoom.moved(by_ns, self.total_ns)));
        }
        if dragged.y != 0.0 {
            ui.scroll_with_delta(vec2(0.0, dragged.y));
        }
        let Some(at) = response.hover_pos() else { return };
        let (wheel, pinch) = ui.input(|input| (input.smooth_scroll_delta.y, input.zoom_delta()));
        if at.x >= self.axis.left && (wheel != 0.0 || pinch != 1.0) {
            // Keeps the page from scrolling too.
            ui.input_mut(|input| input.smooth_scroll_delta = egui::Vec2::ZERO);
            let factor = (-f64::from(wheel) / 200.0).exp() / f64::from(pinch);
            let at_ns = self.axis.time_ns(at.x);
            show(Some(self.axis.zoom.scaled(factor, at_ns, self.total_ns)));
        }
    }

    /// Handles keys: arrows pan, + and - zoom, Home resets the zoom, and Shift with an
    /// arrow selects the next case.
    fn handle_keys(&self, ui: &Ui, response: &Response, intents: &mut Vec<Intent>) {
        hold_arrows(ui, response);
        let pressed = |key: Key| ui.input(|input| input.key_pressed(key));
        let zoom = self.axis.zoom;
        let step_ns = (zoom.to_ns - zoom.from_ns) / 8.0;
        let middle_ns = f64::midpoint(zoom.from_ns, zoom.to_ns);
        let directions = [(Key::ArrowLeft, -1_i8), (Key::ArrowRight, 1)];
        let direction = directions.into_iter().find(|(key, _)| pressed(*key));
        let mut show = |zoom| intents.push(self.show(zoom));
        if let Some((_, direction)) = direction {
            if ui.input(|input| input.modifiers.shift) {
                return self.step_selection(direction, intents);
            }
            show(Some(zoom.moved(f64::from(direction) * step_ns, self.total_ns)));
        }
        if pressed(Key::Plus) || pressed(Key::Equals) {
            show(Some(zoom.scaled(0.5, middle_ns, self.total_ns)));
        }
        if pressed(Key::Minus) {
            show(Some(zoom.scaled(2.0, middle_ns, self.total_ns)));
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
    fn step_selection(&self, direction: i8, intents: &mut Vec<Intent>) {
        let Some(run) = self.runs.first() else { return };
        let records = &run.state.records;
        let selected = self.state.selected_ids(run.has_document_rows).iter().next();
        let current = selected.and_then(|&id| run.case_of(self.state, id));
        let current = current.map(|case| &records[case]).filter(|it| run.is_on_axis(it));
        let index = match (current.map(|record| record.dispatch_index), direction) {
            (Some(index), -1) => index.checked_sub(1),
            (Some(index), _) => Some(index + 1),
            (None, _) => Some(0),
        };
        // Indexes of earlier attempts are not kept, so the nearest is taken.
        let Some(index) = index else { return };
        let started = records.iter().enumerate().filter(|(_, record)| run.is_on_axis(record));
        let place = |(_, record): &(usize, &CaseRecord)| record.dispatch_index;
        let next = match direction {
            -1 => started.filter(|case| place(case) <= index).max_by_key(place),
            _ => started.filter(|case| place(case) >= index).min_by_key(place),
        };
        let Some((case, _)) = next else { return };
        intents.push(run.select(std::iter::once(case), false));
        let (from_ns, zoom) = (records[case].start_ns as f64, self.axis.zoom);
        if !(zoom.from_ns..zoom.to_ns).contains(&from_ns) {
            let middle_ns = f64::midpoint(zoom.from_ns, zoom.to_ns);
            let zoom = zoom.moved(from_ns - middle_ns, self.total_ns);
            intents.push(self.show(Some(zoom)));
        }
    }
}

/// Selects the clicked cases, and shows the tooltip at `x` of a lane.
pub(crate) fn respond_in_lane(
    ui: &Ui,
    response: &Response,
    axis: &Axis,
    (run, number, x): (&TimelineRun<'_>, usize, f32),
    intents: &mut Vec<Intent>,
) {
    let lane = &run.timeline.lanes.lanes()[number];
    let found = pointed(lane, axis, x, run.end_ns);
    let text = match found.len() {
        0 => gap_tooltip(lane, &run.tail(number), axis.whole_ns(x), run.report.is_some()),
        1 => Some(case_tooltip(run, lane.cases[found.start])),
        _ => Some(cases_tooltip(lane, found.clone(), (Some(run.state), run.end_ns))),
    };
    if let Some(span) = lane.cases[found.clone()].first().filter(|_| response.secondary_clicked()) {
        let row = run.frozen.cases.id(span.case as usize);
        intents.push(Intent::SelectCase { of_document: run.has_document_rows, row });
    }
    if response.clicked() && !found.is_empty() {
        let toggle = ui.input(|input| input.modifiers.command);
        let cases = lane.cases[found].iter().map(|span| span.case as usize);
        intents.push(run.select(cases, toggle));
    }
    if let Some(text) = text {
        response.clone().on_hover_text_at_pointer(text);
    }
}
