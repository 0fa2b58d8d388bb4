//! The demo's chart: a bar for each case, then the two totals.

use std::cell::Cell;
use std::ops::Range;
use std::sync::Arc;

use egui::epaint::TextShape;
use egui::{Align2, Color32, Galley, Pos2, Rect, Response, RichText, Stroke, Ui, pos2, vec2};
use egui_plot::{Bar, BarChart, Plot, PlotPoint, PlotTransform};

use super::super::state::{AppState, Intent, RunView};
use super::super::theme::{BODY, SMALL, Tokens, bold, regular, tokens};
use super::bars_layout::{BAR, Names, buckets, names, per_bar, totals, visible};
use crate::report::{SeriesKind, Unit, duration};
use crate::schedule::s_from_ns;

/// The height under the bars for their names.
const NAMES: f32 = 56.0;

/// The angle of tilted names, in radians.
const TILT: f32 = 0.7;

pub(super) fn bars(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let Some(run) = &state.run else {
        hint(ui, "No run yet", "Press Run, or Ctrl+Enter, and a bar grows here for each case.");
        return;
    };
    if run.frozen().cases.is_empty() {
        hint(ui, "There was nothing to run", "Add a case in the form on the left, then run it.");
        return;
    }
    chart(ui, state, run, intents);
}

/// What a view without anything to show says.
pub(super) fn hint(ui: &mut Ui, title: &str, text: &str) {
    let colors = tokens(ui);
    ui.vertical_centered(|ui| {
        ui.add_space((ui.available_height() * 0.35).min(220.0));
        ui.label(RichText::new(title).font(bold(BODY)).color(colors.text));
        ui.label(RichText::new(text).size(BODY).color(colors.weak));
    });
}

/// The heights of the two totals: while the run goes on, the time so far.
fn total_times(run: &RunView) -> (Option<f64>, Option<(f64, SeriesKind)>) {
    match run.report() {
        None => (Some(run.elapsed_s()), None),
        Some(report) => {
            let series = report.figures.series.map(|series| (series.total_s, series.kind));
            (report.figures.total_parallel_s, series)
        }
    }
}

fn chart(ui: &mut Ui, state: &AppState, run: &RunView, intents: &mut Vec<Intent>) {
    let colors = tokens(ui);
    above(ui, state, intents);
    let cases = run.frozen().cases.len();
    let (parallel_s, series) = total_times(run);
    let places = totals(cases);
    let end = if state.hide_totals { places.line } else { places.end + 0.2 * places.width };
    let height = (ui.available_height() - NAMES).max(120.0);
    // What is in view decides how high the chart is, and so in which unit.
    let unit = Cell::new(Unit::Second);

    let plot = Plot::new(("bars", state.zoom_resets, cases, state.hide_totals))
        .height(height)
        .show_x(false)
        .show_y(false)
        .show_axes([false, true])
        .show_grid([false, true])
        .grid_color(colors.line)
        .grid_fade(0.0)
        .y_grid_spacer(|input| spaced(input, unit.get()))
        .show_background(false)
        .allow_zoom([true, false])
        .allow_drag([true, false])
        .allow_scroll(false)
        .allow_boxed_zoom(false)
        .set_margin_fraction(vec2(0.0, 0.0))
        .include_x(-0.7)
        .include_x(end)
        .y_axis_min_width(48.0)
        .y_axis_formatter(|mark, _| {
            let shown = unit.get().of_s(mark.value);
            let digits = usize::from(unit.get().of_s(mark.step_size) < 0.95);
            format!("{shown:.digits$} {}", unit.get().symbol())
        });
    let response = plot.show(ui, |plot| {
        let wheel = plot.ctx().input(|input| input.smooth_scroll_delta.y);
        if plot.response().hovered() && wheel != 0.0 {
            plot.zoom_bounds_around_hovered(vec2((wheel / 200.0).exp(), 1.0));
        }
        let bounds = plot.plot_bounds();
        let (from, to) = (bounds.min()[0], bounds.max()[0]);
        let range = visible(cases, from, to);
        let per = per_bar(range.len(), plot.transform().frame().width());
        let in_view = |place: f64| !state.hide_totals && place + places.width / 2.0 > from;
        let parallel_s = parallel_s.filter(|_| in_view(places.parallel) && places.line < to);
        let series = series.filter(|_| in_view(places.series) && places.line < to);
        // The zero is fixed, and the top follows the longest bar in view.
        let top_s = range.clone().filter_map(|case| run.time_s(case)).fold(0.0, f64::max);
        let top_s = top_s.max(parallel_s.unwrap_or(0.0)).max(series.map_or(0.0, |s| s.0));
        let top_s = if top_s > 0.0 { top_s } else { 1.0 };
        plot.set_plot_bounds_y(0.0..=top_s * 1.12);
        unit.set(Unit::fitting(top_s));
        let mut bars = case_bars(run, range.clone(), per, colors);
        let width = BAR * places.width;
        if let Some(parallel_s) = parallel_s {
            bars.push(bar(places.parallel, parallel_s, width, colors.parallel));
        }
        if let Some((series_s, _)) = series {
            bars.push(bar(places.series, series_s, width, colors.series));
        }
        plot.bar_chart(BarChart::new("times", bars).allow_hover(false));
        (range, per)
    });
    let (range, per) = response.inner;
    let chart = Drawn { run, transform: &response.transform, colors };
    ui.allocate_exact_size(vec2(ui.available_width(), NAMES - 8.0), egui::Sense::hover());
    chart.baseline(ui);
    if per == 1 {
        chart.case_labels(ui, range, unit.get());
    } else {
        chart.bucket_label(ui, per);
    }
    if !state.hide_totals {
        chart.total_labels(ui, parallel_s, series, cases);
    }
    chart.hover(response.response, cases, per, parallel_s, series);
}

/// The line above the chart: what can be done with it.
fn above(ui: &mut Ui, state: &AppState, intents: &mut Vec<Intent>) {
    let colors = tokens(ui);
    ui.horizontal(|ui| {
        let mut totals = !state.hide_totals;
        if ui.checkbox(&mut totals, "Totals").changed() {
            intents.push(Intent::HideTotals(!totals));
        }
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let text = "Wheel zooms, drag moves, double click shows all";
            ui.label(RichText::new(text).font(regular(SMALL)).color(colors.weak));
        });
    });
}

fn bar(place: f64, height_s: f64, width: f64, (fill, line): (Color32, Color32)) -> Bar {
    Bar::new(place, height_s).width(width).fill(fill).stroke(Stroke::new(1.5, line))
}

/// A bar for each case, or for several together: up to the greatest of them in a
/// light colour, up to the least in the full one.
fn case_bars(run: &RunView, range: Range<usize>, per: usize, colors: Tokens) -> Vec<Bar> {
    if per == 1 {
        let time_s = |case| run.time_s(case).unwrap_or(0.0);
        return range.map(|case| bar(case as f64, time_s(case), BAR, colors.case)).collect();
    }
    let (fill, _) = colors.case;
    let plain = |place: f64, height_s: f64, width: f64, fill: Color32| {
        Bar::new(place, height_s).width(width).fill(fill).stroke(Stroke::NONE)
    };
    let cases = run.frozen().cases.len();
    buckets(range, per, |case| run.time_s(case), cases)
        .into_iter()
        .flat_map(|bucket| {
            let middle = bucket.first as f64 + (bucket.count as f64 - 1.0) / 2.0;
            let width = bucket.count as f64;
            let light = fill.gamma_multiply(0.5);
            [
                plain(middle, bucket.greatest_s, width, light),
                plain(middle, bucket.least_s, width, fill),
            ]
        })
        .collect()
}

/// Marks at round numbers of the unit, some four to eight of them.
fn spaced(input: egui_plot::GridInput, unit: Unit) -> Vec<egui_plot::GridMark> {
    let (from, to) = input.bounds;
    let step = round_step(unit.of_s(to - from) / 5.0) / unit.of_s(1.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some ten")]
    let last = (to / step).floor().clamp(0.0, 100.0) as u32;
    let mark = |n: u32| egui_plot::GridMark { value: f64::from(n) * step, step_size: step };
    (0..=last).map(mark).collect()
}

/// The next of 1, 2, 5, 10, 20, … and of their tenths.
fn round_step(at_least: f64) -> f64 {
    let power = 10_f64.powf(at_least.log10().floor());
    let step = [1.0, 2.0, 5.0].into_iter().find(|&factor| factor * power >= at_least);
    step.unwrap_or(10.0) * power
}

/// A chart that has been drawn, to be labelled.
struct Drawn<'a> {
    run: &'a RunView,
    transform: &'a PlotTransform,
    colors: Tokens,
}

impl Drawn<'_> {
    fn at(&self, place: f64, height_s: f64) -> Pos2 {
        self.transform.position_from_point(&PlotPoint::new(place, height_s))
    }

    fn frame(&self) -> Rect {
        *self.transform.frame()
    }

    fn baseline(&self, ui: &Ui) {
        let y = self.at(0.0, 0.0).y;
        ui.painter().hline(self.frame().x_range(), y, Stroke::new(1.0, self.colors.weak));
        let line = self.at(totals(self.run.frozen().cases.len()).line, 0.0).x;
        if self.frame().x_range().contains(line) {
            let dashes = egui::Shape::dashed_line(
                &[pos2(line, self.frame().top()), pos2(line, y + 36.0)],
                Stroke::new(1.0, self.colors.line),
                4.0,
                4.0,
            );
            ui.painter().extend(dashes);
        }
    }

    /// Names under the bars, and times on them.
    fn case_labels(&self, ui: &Ui, range: Range<usize>, unit: Unit) {
        let room = (self.at(1.0, 0.0).x - self.at(0.0, 0.0).x).abs();
        let painter = ui.painter();
        let layout = |text: &str, width: f32| -> Arc<Galley> {
            let mut job = egui::text::LayoutJob::single_section(
                text.to_owned(),
                egui::TextFormat::simple(regular(13.0), self.colors.text),
            );
            job.wrap = egui::text::TextWrapping::truncate_at_width(width);
            painter.layout_job(job)
        };
        let cases = &self.run.frozen().cases;
        let widest = range
            .clone()
            .take(60)
            .map(|case| layout(cases.case(case).name, 1000.0).size().x)
            .fold(0.0, f32::max);
        let mode = names(room - 6.0, widest);
        for case in range {
            let base = self.at(case as f64, 0.0);
            if !self.frame().x_range().contains(base.x) {
                continue;
            }
            match mode {
                Names::Straight => {
                    let galley = layout(cases.case(case).name, room - 6.0);
                    let at = base + vec2(-galley.size().x / 2.0, 8.0);
                    painter.galley(at, galley, self.colors.text);
                }
                Names::Tilted(every) if case % every == 0 => {
                    let galley = layout(cases.case(case).name, 62.0);
                    let (width, height) = (galley.size().x, galley.size().y);
                    // The end of the name stands under its bar.
                    let at =
                        base + vec2(-width * TILT.cos() - height * 0.3, 6.0 + width * TILT.sin());
                    painter.add(TextShape::new(at, galley, self.colors.text).with_angle(-TILT));
                }
                Names::Tilted(_) => {}
            }
            let Some(time_s) = self.run.time_s(case).filter(|&time_s| time_s > 0.0) else {
                continue;
            };
            let shown = unit.of_s(time_s);
            let text = if room >= 52.0 {
                format!("{shown:.1} {}", unit.symbol())
            } else {
                format!("{shown:.1}")
            };
            if room >= 30.0 {
                let top = self.at(case as f64, time_s) - vec2(0.0, 4.0);
                let font = bold(SMALL);
                painter.text(top, Align2::CENTER_BOTTOM, text, font, self.colors.text);
            }
        }
    }

    /// What the bars are when each stands for several cases.
    fn bucket_label(&self, ui: &Ui, per: usize) {
        let text = format!("a bar stands for {per} cases: least and greatest time");
        let at = self.frame().left_bottom() + vec2(0.0, 8.0);
        ui.painter().text(at, Align2::LEFT_TOP, text, regular(SMALL), self.colors.weak);
    }

    fn total_labels(
        &self,
        ui: &Ui,
        parallel_s: Option<f64>,
        series: Option<(f64, SeriesKind)>,
        cases: usize,
    ) {
        let places = totals(cases);
        let room = (self.at(places.width, 0.0).x - self.at(0.0, 0.0).x).abs();
        let parallel_kind = if self.run.report().is_some() { "measured" } else { "so far" };
        let parallel_kind = if self.run.frozen().plan.clock == crate::study::ClockChoice::Virtual {
            "computed"
        } else {
            parallel_kind
        };
        let painter = ui.painter();
        let label = |place: f64, name: &str, time_s: Option<f64>, kind: &str| {
            let base = self.at(place, 0.0);
            if !self.frame().expand(1.0).x_range().contains(base.x) {
                return;
            }
            let name = if room < 84.0 { name.replace("total (", "(") } else { name.to_owned() };
            let (text, weak) = (self.colors.text, self.colors.weak);
            let under = base + vec2(0.0, 8.0);
            painter.text(under, Align2::CENTER_TOP, name, regular(13.0), text);
            let below = under + vec2(0.0, 18.0);
            painter.text(below, Align2::CENTER_TOP, kind, regular(11.5), weak);
            if let Some(time_s) = time_s {
                let top = self.at(place, time_s) - vec2(0.0, 4.0);
                painter.text(top, Align2::CENTER_BOTTOM, duration(time_s), bold(SMALL), text);
            }
        };
        label(places.parallel, "total (parallel)", parallel_s, parallel_kind);
        let (series_s, kind) = match series {
            Some((series_s, kind)) => (Some(series_s), kind.words()),
            None if self.run.report().is_some() => (None, "not known"),
            None => (None, "at the end"),
        };
        label(places.series, "total (series)", series_s, kind);
    }

    fn hover(
        &self,
        response: Response,
        cases: usize,
        per: usize,
        parallel_s: Option<f64>,
        series: Option<(f64, SeriesKind)>,
    ) {
        let summary = self.summary(cases, parallel_s, series);
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, &summary));
        let Some(pointer) = response.hover_pos() else { return };
        let place = self.transform.value_from_position(pointer).x;
        let places = totals(cases);
        let text = if place < places.line {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked")]
            let case = if place > -0.5 { place.round() as usize } else { return };
            self.case_text(case.min(cases - 1), per)
        } else if place < places.line + places.width {
            parallel_text(parallel_s, self.run)
        } else {
            series_text(series)
        };
        response.on_hover_text_at_pointer(text);
    }

    fn case_text(&self, case: usize, per: usize) -> String {
        if per > 1 {
            let first = case / per * per;
            let range = first..first + 1;
            let all = self.run.frozen().cases.len();
            let bucket = buckets(range, per, |case| self.run.time_s(case), all)[0];
            let (from, to) = (first + 1, first + bucket.count);
            let (least, most) = (duration(bucket.least_s), duration(bucket.greatest_s));
            return format!("Rows {from} to {to}: {least} to {most}\nZoom in to see single cases");
        }
        let row = self.run.frozen().cases.case(case);
        let record = &self.run.state().records()[case];
        let mut text = format!("{}\n{}", row.name, record.status.name().replace('-', " "));
        if let Some(time_s) = self.run.time_s(case) {
            text += &format!(", {}", duration(time_s));
        }
        if record.started() {
            text += &format!(
                "\nstarted at {}, lane {}",
                duration(s_from_ns(record.start_ns)),
                record.lane
            );
        }
        if let Some(value) = record.value {
            text += &format!("\nvalue {}", crate::study::shortest(value));
        }
        text
    }

    /// The chart in words, for those who do not see it.
    fn summary(
        &self,
        cases: usize,
        parallel_s: Option<f64>,
        series: Option<(f64, SeriesKind)>,
    ) -> String {
        let mut text = format!("Bar chart of {cases} cases");
        if let Some(parallel_s) = parallel_s {
            text += &format!("; total (parallel) {}", duration(parallel_s));
        }
        if let Some((series_s, kind)) = series {
            text += &format!("; total (series) {}, {}", duration(series_s), kind.words());
        }
        text
    }
}

fn parallel_text(parallel_s: Option<f64>, run: &RunView) -> String {
    let total = parallel_s.map_or("not known".to_owned(), duration);
    let workers = run.frozen().plan.workers;
    format!(
        "total (parallel): {total}\nfrom the start of the run, before its {workers} workers were \
         made, to the end of the last case"
    )
}

fn series_text(series: Option<(f64, SeriesKind)>) -> String {
    let Some((series_s, kind)) = series else {
        return "total (series): known when all cases are done".to_owned();
    };
    let total = duration(series_s);
    match kind {
        SeriesKind::Measured => {
            format!(
                "total (series): {total}, measured\nthe cases were really run one after another"
            )
        }
        SeriesKind::Estimated => {
            format!(
                "total (series): {total}, estimated\nthe sum of the times the cases are meant to take"
            )
        }
        SeriesKind::AtMost => format!(
            "total (series): at most {total}\nthe sum of CPU and waiting time; cores that share a \
             chip slow each other down, so alone the cases may take less"
        ),
    }
}
