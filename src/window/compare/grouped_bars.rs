//! Grouped bars: a group per case with a bar per series, and the totals.

use std::sync::Arc;

use egui::{
    Align2, Button, Color32, Galley, Id, Rangef, Rect, Response, RichText, Sense, Stroke,
    StrokeKind, Ui, pos2, vec2,
};

use super::compare_data::{CaseSet, RunSeries};
use super::layout::BarGroups;
use crate::history::MAX_LISTED_CASES;
use crate::report::charts::elision::CommonParts;
use crate::report::charts::marks::TimeAxis;
use crate::report::charts::name_layout::NameLayout;
use crate::text::{Unit, duration};
use crate::window::bars::case_names;
use crate::window::state::{AppState, Intent};
use crate::window::theme::{ON_RUN, Tokens, bold, regular, tokens};
use crate::window::widgets::chart_parts::{paint_time_axis, paint_whisker};
use crate::window::widgets::controls::small;

/// Range of the height of the bars, which fill the tab, and height of totals alone.
const HEIGHTS: Rangef = Rangef { min: 150.0, max: 640.0 };
const ALONE: f32 = 110.0;

/// Height of the bars in all charts of the tab, and the number of charts in this frame.
#[derive(Debug, Clone, Copy)]
struct BarHeight {
    height: f32,
    charts: u8,
}

impl Default for BarHeight {
    fn default() -> Self {
        Self { height: 200.0, charts: 0 }
    }
}

fn bar_height_id() -> Id {
    Id::unique("height of compared bars")
}

/// Distributes spare height, or a lack of it, among the bars of the charts above.
pub(crate) fn fill_height(ui: &Ui, spare: f32) {
    let BarHeight { height, charts } =
        ui.data_mut(|data| data.get_temp(bar_height_id()).unwrap_or_default());
    let fitting = HEIGHTS.clamp(height + spare / f32::from(charts.max(1))).floor();
    let next = if charts > 0 { fitting } else { height };
    ui.data_mut(|data| data.insert_temp(bar_height_id(), BarHeight { height: next, charts: 0 }));
    if (next - height).abs() > 1.0 {
        ui.ctx().request_discard("the bars have another height");
    }
}

/// Returns the height of the bars of one more chart.
fn next_bar_height(ui: &Ui) -> f32 {
    ui.data_mut(|data| {
        let shared = data.get_temp_mut_or_default::<BarHeight>(bar_height_id());
        shared.charts = shared.charts.saturating_add(1);
        shared.height
    })
}

pub(crate) const SWATCH: egui::Vec2 = vec2(16.0, 16.0);

/// Width left of the bars, for the axis.
const AXIS: f32 = 52.0;

/// Height below the bars, for series numbers and straight names.
const NUMBERS: f32 = 14.0;
const NAMES: f32 = 26.0;

const TILTED: f32 = 54.0;

pub(crate) fn groups<R>(ui: &mut Ui, state: &AppState, set: &CaseSet<R>) {
    // Sets without cases show only totals.
    let totals = state.bars.shows_totals.unwrap_or(true) || set.cases == 0;
    let width = ui.available_width() - AXIS;
    let (cases, series) = (set.cases, set.series.len());
    let with_cases =
        if set.has_cases() { BarGroups::within(width, cases, series, totals) } else { None };
    let shown = with_cases.clone().or_else(|| BarGroups::within(width, 0, series, true));
    if with_cases.is_none() {
        let why = if set.has_cases() {
            "Too narrow for a bar per case: totals only".to_owned()
        } else {
            format!("More than {MAX_LISTED_CASES} cases: totals only")
        };
        small(ui, &why);
    }
    if let Some(groups) = shown {
        chart(ui, set, &groups, if with_cases.is_some() { cases } else { 0 });
    }
}

pub(crate) fn legend<R>(
    ui: &mut Ui,
    state: &AppState,
    set: &CaseSet<R>,
    show: impl Fn(usize) -> Intent,
    intents: &mut Vec<Intent>,
) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(8.0, 2.0);
        ui.spacing_mut().button_padding.x = 4.0;
        for (at, series) in set.series.iter().enumerate() {
            let text = RichText::new(&series.name).size(13.0);
            let button = Button::new((swatch(at), text)).frame_when_inactive(false).gap(6.0);
            let enabled = !state.is_running();
            let response = ui.add_enabled(enabled, button);
            let name = format!("Show the run {}", series.label);
            response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, enabled, &name));
            if response.on_hover_text("Show this run in Bars, Results and Log").clicked() {
                intents.push(show(at));
            }
        }
    });
}

pub(crate) fn swatch(series: usize) -> egui::Atom<'static> {
    egui::Atom::paint(SWATCH, move |ui, place| paint_swatch(ui, place.rect, series))
}

pub(crate) fn swatch_alone(ui: &mut Ui, series: usize) {
    let (_, place) = ui.allocate_space(SWATCH);
    paint_swatch(ui, place, series);
}

fn paint_swatch(ui: &Ui, place: Rect, series: usize) {
    let (fill, line) = color(tokens(ui), series);
    let stroke = Stroke::new(1.5, line);
    ui.painter().rect(place, 2.0, fill, stroke, StrokeKind::Inside);
    let (at, number) = (place.center(), (series + 1).to_string());
    ui.painter().text(at, Align2::CENTER_CENTER, number, bold(11.0), ON_RUN);
}

fn color(colors: Tokens, series: usize) -> (Color32, Color32) {
    colors.runs[series % colors.runs.len()]
}

fn chart<R>(ui: &mut Ui, set: &CaseSet<R>, groups: &BarGroups, cases: usize) {
    let name = |group: usize| {
        if groups.is_totals(group) { "total" } else { set.names[group].as_str() }
    };
    let case_room = groups.slot(0).end - groups.slot(0).start - 4.0;
    let mode = case_names::choose_layout(ui, (0..cases).map(name), case_room);
    let parts = CommonParts::of_names((0..cases).map(name));
    let under = if mode == NameLayout::Straight { NAMES } else { TILTED };
    let height = if cases > 0 { next_bar_height(ui) } else { ALONE };
    let size = vec2(ui.available_width(), height + NUMBERS + under);
    let (whole, response) = ui.allocate_exact_size(size, Sense::hover());
    if !ui.is_rect_visible(whole) {
        return describe(&response, set);
    }
    let drawing = GroupedBarsPainter::new(ui, set, groups, (whole, height));
    let x = drawing.left..=whole.right();
    paint_time_axis(&drawing.axis, ui, drawing.unit, x, drawing.left - 6.0);
    for group in 0..groups.count() {
        for series in 0..set.series.len() {
            drawing.bar(group, series);
        }
        if !drawing.times && !groups.is_totals(group) {
            drawing.common_time(group);
        }
        let slot = groups.slot(group);
        let base = pos2(
            drawing.x(f32::midpoint(slot.start, slot.end)),
            drawing.axis.bottom + NUMBERS - 6.0,
        );
        let (room, mode) = if groups.is_totals(group) {
            (slot.end - slot.start - 4.0, (NameLayout::Straight, 0))
        } else {
            (case_room, (mode, group))
        };
        case_names::draw_name(ui, base, name(group), mode, (room, parts));
    }
    drawing.divider(cases);
    describe(&response, set);
    let hovered = response.hover_pos().and_then(|at| groups.at(at.x - drawing.left));
    if let Some((group, series)) = hovered {
        let text = text(&set.series[series], group, groups, name(group));
        response.on_hover_text_at_pointer(text);
    }
}

struct GroupedBarsPainter<'a, R> {
    ui: &'a Ui,
    colors: Tokens,
    set: &'a CaseSet<R>,
    groups: &'a BarGroups,
    whole: Rect,
    left: f32,
    axis: TimeAxis,
    unit: Unit,
    /// Whether the bars of cases carry their time.
    times: bool,
}

impl<'a, R> GroupedBarsPainter<'a, R> {
    fn new(
        ui: &'a Ui,
        set: &'a CaseSet<R>,
        groups: &'a BarGroups,
        (whole, height): (Rect, f32),
    ) -> Self {
        let totals = groups.is_totals(groups.count() - 1);
        let longest_s = set.longest_s(totals);
        let mut drawing = Self {
            ui,
            colors: tokens(ui),
            set,
            groups,
            whole,
            left: whole.left() + AXIS,
            axis: TimeAxis {
                bottom: whole.top() + height,
                height,
                top_s: if longest_s > 0.0 { longest_s * 1.12 } else { 1.0 },
            },
            unit: Unit::fitting(longest_s),
            times: false,
        };
        drawing.times = drawing.times_fit();
        drawing
    }

    fn x(&self, place: f32) -> f32 {
        self.left + place
    }

    fn divider(&self, cases: usize) {
        if cases == 0 || self.groups.count() == cases {
            return;
        }
        let x = self.x(self.groups.slot(cases).start);
        let line = Stroke::new(1.0, self.colors.line);
        let ends = [pos2(x, self.whole.top()), pos2(x, self.whole.bottom())];
        self.ui.painter().extend(egui::Shape::dashed_line(&ends, line, 4.0, 4.0));
    }

    fn bar(&self, group: usize, number: usize) {
        let series = &self.set.series[number];
        let totals = self.groups.is_totals(group);
        let time_s = if totals { series.median_s() } else { series.times_s[group] };
        let place = self.groups.bar(group, number);
        let width = place.end - place.start;
        let middle = self.x(f32::midpoint(place.start, place.end));
        if width >= 9.0 {
            let at = pos2(middle, self.axis.bottom + 2.0);
            let number = (number + 1).to_string();
            self.ui.painter().text(at, Align2::CENTER_TOP, number, regular(10.5), self.colors.weak);
        }
        let Some(time_s) = time_s else { return };
        let (fill, line) = color(self.colors, number);
        let bar = Rect::from_x_y_ranges(
            self.x(place.start)..=self.x(place.end),
            self.axis.y(time_s)..=self.axis.bottom,
        );
        let stroke = Stroke::new(if width >= 6.0 { 1.5 } else { 1.0 }, line);
        let gap = if width >= 6.0 { 1.0 } else { 0.25 };
        let bar = bar.shrink2(vec2(gap, 0.0));
        self.ui.painter().rect(bar, 0.0, fill, stroke, StrokeKind::Inside);
        let between = series.total_s.filter(|all_s| totals && all_s.low < all_s.high);
        let ends = between.map(|all_s| (self.axis.y(all_s.low), self.axis.y(all_s.high)));
        if let Some((low, high)) = ends {
            paint_whisker(self.ui, middle, (width / 4.0).min(5.0), (low, high));
            self.points(series, middle, width);
        }
        let Some(text) = self.text(time_s).filter(|_| totals || self.times) else { return };
        match ends {
            // At the foot of the bar the median cannot be mistaken for a whisker.
            Some((low, _)) if self.axis.bottom - low >= 20.0 => {
                self.write(pos2(middle, self.axis.bottom - 3.0), width, text, ON_RUN);
            }
            ends => {
                let top = ends.map_or(self.axis.y(time_s), |(_, high)| high);
                self.write(pos2(middle, top - 3.0), width, text, self.colors.text);
            }
        }
    }

    /// One point per run, beside the whisker.
    fn points(&self, series: &RunSeries<R>, middle: f32, width: f32) {
        let x = middle + (width / 4.0).min(5.0) + 5.0;
        if x + 3.0 > middle + width / 2.0 {
            return;
        }
        for &repeat_s in &series.repeats_s {
            let at = pos2(x, self.axis.y(repeat_s));
            self.ui.painter().circle(
                at,
                2.5,
                self.colors.text,
                Stroke::new(1.0, self.colors.background),
            );
        }
    }

    /// Formats a time in the unit of the axis, unless it rounds to nothing.
    fn text(&self, time_s: f64) -> Option<String> {
        let shown = self.unit.of_s(time_s);
        let digits = usize::from(shown < 99.95);
        (shown >= 0.05).then(|| format!("{shown:.digits$}"))
    }

    fn layout(&self, text: String, color: Color32) -> Arc<Galley> {
        self.ui.painter().layout_no_wrap(text, bold(11.0), color)
    }

    /// Whether the times of all cases fit on their bars.
    fn times_fit(&self) -> bool {
        let bar = self.groups.bar(0, 0);
        let times_s =
            self.set.series.iter().flat_map(|series| series.times_s.iter().copied().flatten());
        times_s
            .filter_map(|time_s| self.text(time_s))
            .all(|text| self.layout(text, self.colors.text).size().x + 3.0 <= bar.end - bar.start)
    }

    /// One time above the group, if all series took equally long.
    fn common_time(&self, group: usize) {
        let times_s: Option<Vec<f64>> =
            self.set.series.iter().map(|series| series.times_s[group]).collect();
        let Some(times_s) = times_s else { return };
        let mut texts = times_s.iter().map(|&time_s| self.text(time_s));
        let Some(Some(text)) = texts.next() else { return };
        let slot = self.groups.slot(group);
        if texts.all(|other| other.as_ref() == Some(&text)) {
            let top = self.axis.y(times_s.into_iter().fold(0.0, f64::max));
            let at = pos2(self.x(f32::midpoint(slot.start, slot.end)), top - 3.0);
            self.write(at, slot.end - slot.start, text, self.colors.text);
        }
    }

    /// Writes a text above a position, if there is space.
    fn write(&self, at: egui::Pos2, width: f32, text: String, color: Color32) {
        let galley = self.layout(text, color);
        if galley.size().x < width {
            let at = at - vec2(galley.size().x / 2.0, galley.size().y);
            self.ui.painter().galley(at, galley, color);
        }
    }
}

fn text<R>(series: &RunSeries<R>, group: usize, groups: &BarGroups, name: &str) -> String {
    let label = &series.label;
    let repeats = series.repeats_s.len();
    let of = if repeats > 1 { format!(", median of {repeats} runs") } else { String::new() };
    if !groups.is_totals(group) {
        let time = series.times_s[group].map_or("not done".to_owned(), duration);
        return format!("{name}\n{label}: {time}{of}");
    }
    let total = series.total_s.map_or("incomplete".to_owned(), |t| duration(t.median));
    let between = series.total_s.filter(|t| t.low < t.high);
    let between = between.map_or(String::new(), |t| {
        format!("\nbetween {} and {}", duration(t.low), duration(t.high))
    });
    format!("total, {label}: {total}{of}{between}")
}

/// Describes the chart for screen readers.
fn describe<R>(response: &Response, set: &CaseSet<R>) {
    let totals: Vec<String> = set
        .series
        .iter()
        .filter_map(|series| Some(format!("{} {}", series.name, duration(series.median_s()?))))
        .collect();
    let text = format!("Grouped bars of {}; totals: {}", set.title, totals.join(", "));
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, &text));
}
