//! Labels of the bars: names, times and tooltips.

use std::ops::Range;

use egui::{Align2, Pos2, Rect, Response, Stroke, Ui, pos2, vec2};
use egui_plot::{PlotPoint, PlotTransform};

use super::case_names;
use crate::report::charts::bar_layout::{TotalBars, buckets, total_bars};
use crate::report::charts::elision::CommonParts;
use crate::report::{SeriesKind, place_texts};
use crate::schedule::s_from_ns;
use crate::text::{Unit, count, duration, grouped, one_line};
use crate::window::state::{RunView, SeriesTotalKind};
use crate::window::theme::{SMALL, Tokens, bold, regular};

/// Bars that have been drawn and get labels.
pub(crate) struct DrawnBars<'a> {
    pub(crate) run: &'a RunView,
    pub(crate) transform: &'a PlotTransform,
    pub(crate) colors: Tokens,
    /// Parallel total in seconds.
    pub(crate) parallel_s: Option<f64>,
    /// Series total in seconds, and its kind.
    pub(crate) series: Option<(f64, SeriesTotalKind)>,
}

impl DrawnBars<'_> {
    fn at(&self, place: f64, height_s: f64) -> Pos2 {
        self.transform.position_from_point(&PlotPoint::new(place, height_s))
    }

    fn frame(&self) -> Rect {
        *self.transform.frame()
    }

    fn case_count(&self) -> usize {
        self.run.frozen().cases.len()
    }

    fn places(&self) -> TotalBars {
        total_bars(self.case_count())
    }

    /// Draws the zero line, and the line between cases and totals.
    pub(crate) fn baseline(&self, ui: &Ui) {
        let y = self.at(0.0, 0.0).y;
        ui.painter().hline(self.frame().x_range(), y, Stroke::new(1.0, self.colors.weak));
        let line = self.at(self.places().line, 0.0).x;
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

    /// Draws names under the bars and times on them.
    pub(crate) fn case_labels(&self, ui: &Ui, range: Range<usize>, unit: Unit) {
        let room = (self.at(1.0, 0.0).x - self.at(0.0, 0.0).x).abs();
        let painter = ui.painter();
        let cases = &self.run.frozen().cases;
        let all = range.clone().map(|case| cases.case(case).name);
        let layout = case_names::choose_layout(ui, all, room - 6.0);
        let place = (room - 6.0, CommonParts::of(cases));
        for case in range {
            let base = self.at(case as f64, 0.0);
            if !self.frame().x_range().contains(base.x) {
                continue;
            }
            case_names::draw_name(ui, base, cases.case(case).name, (layout, case), place);
            let Some(time_s) = self.run.time_s(case).filter(|&time_s| time_s > 0.0) else {
                continue;
            };
            let text = if room >= 52.0 {
                unit.text(time_s, 1)
            } else {
                format!("{:.1}", unit.of_s(time_s))
            };
            if room >= 30.0 {
                let top = self.at(case as f64, time_s) - vec2(0.0, 4.0);
                let font = bold(SMALL);
                painter.text(top, Align2::CENTER_BOTTOM, text, font, self.colors.text);
            }
        }
    }

    /// Explains bars of several cases each.
    pub(crate) fn bucket_label(&self, ui: &Ui, per_bar: usize) {
        let cases = count(per_bar, "case");
        let text = format!("{cases} per bar: shortest and longest time");
        let at = self.frame().left_bottom() + vec2(0.0, 8.0);
        ui.painter().text(at, Align2::LEFT_TOP, text, regular(SMALL), self.colors.weak);
    }

    /// Draws names, kinds and times of the totals.
    pub(crate) fn total_labels(&self, ui: &Ui) {
        let places = self.places();
        let room = (self.at(places.width, 0.0).x - self.at(0.0, 0.0).x).abs();
        let parallel_kind = self.run.parallel_kind();
        let painter = ui.painter();
        let label = |place: f64, [name, short]: [&str; 2], time_s: Option<f64>, kind: &str| {
            let base = self.at(place, 0.0);
            if !self.frame().expand(1.0).x_range().contains(base.x) {
                return;
            }
            let (name, size) = if room >= 88.0 { (name, 13.0) } else { (short, 11.5) };
            let (text, weak) = (self.colors.text, self.colors.weak);
            let under = base + vec2(0.0, 8.0);
            painter.text(under, Align2::CENTER_TOP, name, regular(size), text);
            let below = under + vec2(0.0, 18.0);
            if room >= 62.0 {
                painter.text(below, Align2::CENTER_TOP, kind, regular(11.5), weak);
            }
            if let Some(time_s) = time_s {
                let top = self.at(place, time_s) - vec2(0.0, 4.0);
                painter.text(top, Align2::CENTER_BOTTOM, duration(time_s), bold(SMALL), text);
            }
        };
        label(places.parallel, ["total (parallel)", "parallel"], self.parallel_s, parallel_kind);
        let (series_s, kind) = match self.series {
            Some((series_s, kind)) => (Some(series_s), kind.text()),
            None if self.run.report().is_some() || self.run.frozen().is_on_cluster() => {
                (None, "unknown")
            }
            None => (None, "at the end"),
        };
        label(places.series, ["total (series)", "series"], series_s, kind);
    }

    /// Returns the case whose bar the pointer is on or above.
    pub(crate) fn pointed(&self, response: &Response) -> Option<usize> {
        let pointer = response.interact_pointer_pos()?;
        let place = self.transform.value_from_position(pointer).x;
        case_at(place, self.case_count()).filter(|_| place < self.places().line)
    }

    /// Describes the chart for screen readers, and the hovered bar in a tooltip.
    pub(crate) fn hover(&self, response: Response, per_bar: usize) {
        let summary = self.summary();
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, &summary));
        let Some(pointer) = response.hover_pos() else { return };
        let place = self.transform.value_from_position(pointer).x;
        let places = self.places();
        let text = if place < places.line {
            let Some(case) = case_at(place, self.case_count()) else { return };
            self.case_text(case, per_bar)
        } else if place < places.line + places.width {
            self.parallel_text()
        } else {
            series_text(self.series)
        };
        response.on_hover_text_at_pointer(text);
    }

    fn case_text(&self, case: usize, per_bar: usize) -> String {
        if per_bar > 1 {
            let first = case / per_bar * per_bar;
            let range = first..first + 1;
            let time_s = |case| self.run.time_s(case);
            let bucket = buckets(range, per_bar, time_s, self.case_count())[0];
            let (from, to) = (grouped(first + 1), grouped(first + bucket.count));
            let (low, high) = (duration(bucket.shortest_s), duration(bucket.longest_s));
            return format!("Rows {from} to {to}: {low} to {high}\nZoom in to see single cases");
        }
        let row = self.run.frozen().cases.case(case);
        let record = &self.run.state().records[case];
        let status = self.run.status_text(record.status);
        let mut text = format!("{}\n{status}", one_line(row.name));
        if let Some(time_s) = self.run.time_s(case) {
            text = format!("{text}, {}", duration(time_s));
        }
        if record.has_started() {
            let start = duration(s_from_ns(record.start_ns));
            text = format!("{text}\nstarted at {start}, lane {}", record.lane);
        }
        for place in place_texts(&self.run.state().notes, case) {
            text = format!("{text}\n{place}");
        }
        let number = u32::try_from(case).unwrap_or(u32::MAX);
        for (output, name) in self.run.frozen().value_names().iter().enumerate() {
            if let Some(value) = self.run.state().value(number, output) {
                text = format!("{text}\n{name} {}", crate::text::decimal(value));
            }
        }
        text
    }

    /// Describes the chart for screen readers.
    fn summary(&self) -> String {
        let parallel = self.parallel_s.map_or(String::new(), |parallel_s| {
            format!("; total (parallel) {}", duration(parallel_s))
        });
        let series = self.series.map_or(String::new(), |(series_s, kind)| {
            format!("; total (series) {}, {}", duration(series_s), kind.text())
        });
        format!("Bar chart of {}{parallel}{series}", count(self.case_count(), "case"))
    }

    fn parallel_text(&self) -> String {
        let total = self.parallel_s.map_or("unknown".to_owned(), duration);
        let workers = count(self.run.frozen().plan.workers, "worker");
        format!(
            "total (parallel): {total}\nfrom the start of the run, before the start of {workers}, \
             to the end of the last case"
        )
    }
}

fn case_at(place: f64, cases: usize) -> Option<usize> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked")]
    let case = (place > -0.5).then(|| place.round() as usize)?;
    Some(case.min(cases.checked_sub(1)?))
}

fn series_text(series: Option<(f64, SeriesTotalKind)>) -> String {
    let Some((series_s, kind)) = series else {
        return "total (series): known when all cases are done".to_owned();
    };
    let total = duration(series_s);
    let SeriesTotalKind::Final(series) = kind else {
        return format!(
            "total (series): {total}, so far\nthe cases are being run one after another"
        );
    };
    let why = match series.kind {
        SeriesKind::Measured => "the cases were run one after another",
        SeriesKind::Sampled => {
            "a few cases were run again, one after another, and the times of the others scaled"
        }
        SeriesKind::Estimated => "the sum of the intended times of the cases",
        SeriesKind::AtMost => {
            "the sum of CPU and waiting time; cores that share a chip slow each other down, so \
             the cases may take less time one after another"
        }
    };
    let interval = series.interval_text().map_or(String::new(), |text| format!(" ({text})"));
    format!("total (series): {total}, {}{interval}\n{why}", kind.text())
}
