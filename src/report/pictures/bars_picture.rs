//! The bars of a run: a bar per case, then the two totals.

use super::axes::{WIDTH, draw_time_axis, time_axis};
use super::ink::Ink;
use super::picture::{Anchor, Label, Pen, Picture, SMALL};
use crate::report::RunReport;
use crate::report::charts::bar_layout::{BAR_WIDTH, buckets, cases_per_bar, total_bars};
use crate::report::charts::elision::{CommonParts, Ellipsis, elide};
use crate::report::charts::marks::TimeAxis;
use crate::report::charts::name_layout::{NameLayout, TILT, TILTED_LENGTH, name_layout};
use crate::report::charts::text_width::{char_width, text_width};
use crate::run::Status;
use crate::schedule::s_from_ns;
use crate::text::{Unit, count, duration, one_line};

const TOP: f32 = 12.0;
const BARS: f32 = 260.0;
const NAMES: f32 = 72.0;
const LEFT: f32 = 72.0;
const RIGHT: f32 = 16.0;

/// Number of cases up to which they share an axis with the totals.
const FEW_CASES: usize = 12;

/// How many times as long as the longest case a total may be that does not flatten the cases. A
/// longer one has an axis of its own.
const MAX_RATIO: f64 = 6.0;

/// Width of the totals with their own axis, and of its marks.
const TOTALS: f32 = 240.0;
const MARKS: f32 = 76.0;

/// Width of a slot below which no times are written.
const LEAST_ROOM: f32 = 16.0;

/// Space between the times on neighbouring bars.
const LABEL_GAP: f32 = 8.0;

/// Size that bold times are measured at: they are wider than the measured typeface.
const TIME_SIZE: f32 = SMALL * 1.08;

/// Draws the bars of a run with cases.
pub fn bars_picture(report: &RunReport) -> Picture {
    let mut picture = Picture::new("Bars", WIDTH, TOP + BARS + NAMES);
    let (cases, figures) = (report.frozen.cases.len(), &report.figures);
    let totals_s = [figures.total_parallel_s, figures.series.map(|series| series.total_s)];
    picture.description = description(report);
    let longest_s = (0..cases).filter_map(|case| time_s(report, case)).fold(0.0, f64::max);
    let total_s = totals_s.into_iter().flatten().fold(0.0, f64::max);
    let is_shared = cases <= FEW_CASES || total_s <= MAX_RATIO * longest_s;
    let places = total_bars(cases);
    let right = WIDTH - RIGHT;
    if is_shared {
        let slots = Slots::between([LEFT, right], [-0.7, places.end + 0.2 * places.width]);
        let axis = time_axis(TOP, BARS, longest_s.max(total_s));
        draw_time_axis(&mut picture, &axis, [LEFT, right]);
        let mut bars = Bars { report, slots, axis, picture: &mut picture };
        bars.cases();
        bars.divider(places.line);
        bars.totals([places.parallel, places.series], places.width, totals_s);
        return picture;
    }
    let middle = right - TOTALS - MARKS;
    let slots = Slots::between([LEFT, middle], [-0.7, places.line + 0.2]);
    let axis = time_axis(TOP, BARS, longest_s);
    draw_time_axis(&mut picture, &axis, [LEFT, middle]);
    Bars { report, slots, axis, picture: &mut picture }.cases();
    let slots = Slots::between([right - TOTALS, right], [0.0, 2.0]);
    let axis = time_axis(TOP, BARS, total_s);
    draw_time_axis(&mut picture, &axis, [right - TOTALS, right]);
    Bars { report, slots, axis, picture: &mut picture }.totals([0.5, 1.5], 1.0, totals_s);
    picture
}

/// Time of a case in seconds, if it ran.
fn time_s(report: &RunReport, case: usize) -> Option<f64> {
    let record = &report.state.records[case];
    (record.status != Status::NotRun).then(|| s_from_ns(record.time_ns()))
}

fn description(report: &RunReport) -> String {
    let figures = &report.figures;
    let parallel = figures.total_parallel_s.map_or(String::new(), |total_s| {
        format!("; total (parallel) {}, {}", duration(total_s), report.parallel_kind())
    });
    let series = figures.series.map_or(String::new(), |series| {
        format!("; total (series) {}, {}", duration(series.total_s), series.kind.label())
    });
    format!("Bar chart of {}{parallel}{series}.", count(report.frozen.cases.len(), "case"))
}

/// The horizontal places of bars.
#[derive(Debug, Clone, Copy)]
struct Slots {
    left: f32,
    right: f32,
    from: f64,
    /// Points per slot.
    scale: f64,
}

impl Slots {
    fn between([left, right]: [f32; 2], [from, to]: [f64; 2]) -> Self {
        Self { left, right, from, scale: f64::from(right - left) / (to - from) }
    }

    #[expect(clippy::cast_possible_truncation, reason = "a place in the picture")]
    fn x(&self, slot: f64) -> f32 {
        self.left + ((slot - self.from) * self.scale) as f32
    }

    /// Width of this many slots in points.
    #[expect(clippy::cast_possible_truncation, reason = "a width in the picture")]
    fn width(&self, slots: f64) -> f32 {
        (slots * self.scale) as f32
    }
}

struct Bars<'a> {
    report: &'a RunReport,
    slots: Slots,
    axis: TimeAxis,
    picture: &'a mut Picture,
}

impl Bars<'_> {
    fn bar(&self, slot: f64, width: f32, height_s: f64) -> [f32; 4] {
        let y = self.axis.y(height_s);
        [self.slots.x(slot) - width / 2.0, y, width, self.axis.bottom - y]
    }

    fn cases(&mut self) {
        let cases = self.report.frozen.cases.len();
        let per_bar = cases_per_bar(cases, self.slots.right - self.slots.left);
        if per_bar > 1 {
            return self.merged_cases(per_bar);
        }
        let width = self.slots.width(BAR_WIDTH);
        let bars: Vec<([f32; 4], (Ink, Ink))> = (0..cases)
            .filter_map(|case| {
                let height_s = time_s(self.report, case).filter(|&time_s| time_s > 0.0)?;
                let inks = case_inks(self.report.state.records[case].status);
                Some((self.bar(case as f64, width, height_s), inks))
            })
            .collect();
        let has_outline = width >= 4.0;
        for &(bar, (fill, line)) in &bars {
            self.picture.rect(if has_outline { line } else { fill }, bar);
        }
        for &([x, y, width, height], (fill, _)) in bars.iter().filter(|_| has_outline) {
            let inside = [x + 1.0, y + 1.0, width - 2.0, (height - 1.0).max(0.0)];
            self.picture.rect(fill, inside);
        }
        self.names();
        self.times();
    }

    /// Draws bars for several cases: a pale one for the longest of them and a full one for
    /// the shortest, red if one of the cases failed.
    fn merged_cases(&mut self, per_bar: usize) {
        let report = self.report;
        let cases = report.frozen.cases.len();
        let all = buckets(0..cases, per_bar, |case| time_s(report, case), cases);
        let has_failed = |first: usize, count: usize| {
            let records = &report.state.records[first..first + count];
            records.iter().any(|r| matches!(r.status, Status::Failed | Status::TimedOut))
        };
        for is_longest in [true, false] {
            for bucket in &all {
                let slot = bucket.first as f64 + (bucket.count as f64 - 1.0) / 2.0;
                let height_s = if is_longest { bucket.longest_s } else { bucket.shortest_s };
                let ink = match (is_longest, has_failed(bucket.first, bucket.count)) {
                    (true, false) => Ink::CasePale,
                    (true, true) => Ink::BadPale,
                    (false, false) => Ink::Case,
                    (false, true) => Ink::Bad,
                };
                let bar = self.bar(slot, self.slots.width(bucket.count as f64), height_s);
                self.picture.rect(ink, bar);
            }
        }
        let text = format!("{} per bar: shortest and longest time", count(per_bar, "case"));
        let at = [self.slots.left, self.axis.bottom + 20.0];
        self.picture.label(Label::new(at, Anchor::Start, Ink::Weak, text));
    }

    fn names(&mut self) {
        let cases = &self.report.frozen.cases;
        let room = self.slots.width(1.0) - 6.0;
        let parts = CommonParts::of(cases);
        let widths = cases.iter().take(60).map(|case| text_width(case.name, SMALL));
        let layout = name_layout(room, widths.fold(0.0, f32::max));
        let (width, every) = match layout {
            NameLayout::Straight => (room, 1),
            NameLayout::Tilted(every) => (TILTED_LENGTH, every),
        };
        for case in cases.iter().step_by(every) {
            let name = one_line(case.name);
            let short = elide(&name, width, Ellipsis::Name(parts), |c| char_width(c, SMALL));
            let text = short.unwrap_or(name);
            let x = self.slots.x(case.index as f64);
            let label = match layout {
                NameLayout::Straight => {
                    let at = [x, self.axis.bottom + 18.0];
                    Label::new(at, Anchor::Middle, Ink::Text, text)
                }
                NameLayout::Tilted(_) => {
                    let at = [x + 4.0, self.axis.bottom + 14.0];
                    let turn = -TILT.to_degrees();
                    Label { turn, ..Label::new(at, Anchor::End, Ink::Text, text) }
                }
            };
            self.picture.label(label);
        }
    }

    /// Writes the times on the bars, where there is room.
    fn times(&mut self) {
        let room = self.slots.width(1.0);
        if room < LEAST_ROOM {
            return;
        }
        let unit = Unit::fitting(self.axis.top_s);
        let time_s = |case| Some((case, time_s(self.report, case).filter(|&s| s > 0.0)?));
        let times: Vec<(usize, f64)> =
            (0..self.report.frozen.cases.len()).filter_map(time_s).collect();
        let with_unit = |s: f64| unit.text(s, 1);
        let digits = |s: f64| format!("{:.1}", unit.of_s(s));
        let fit = |text: &dyn Fn(f64) -> String| {
            times.iter().all(|&(_, s)| text_width(&text(s), TIME_SIZE) + LABEL_GAP <= room)
        };
        let text: &dyn Fn(f64) -> String = if fit(&with_unit) {
            &with_unit
        } else if fit(&digits) {
            &digits
        } else {
            return;
        };
        for (case, time_s) in times {
            let at = [self.slots.x(case as f64), self.axis.y(time_s) - 5.0];
            let label = Label::new(at, Anchor::Middle, Ink::Text, text(time_s));
            self.picture.label(label.bold());
        }
    }

    /// Draws the line between cases and totals.
    fn divider(&mut self, slot: f64) {
        let x = self.slots.x(slot);
        let pen = Pen { dashes: &[4.0, 4.0], ..Pen::solid(Ink::Line, 1.0) };
        self.picture.line(pen, vec![[x, TOP], [x, self.axis.bottom + 36.0]]);
    }

    /// Draws the totals with their names, kinds and times.
    fn totals(&mut self, slots: [f64; 2], width: f64, totals_s: [Option<f64>; 2]) {
        let series = self.report.figures.series;
        let kinds = [self.report.parallel_kind(), series.map_or("unknown", |s| s.kind.label())];
        let inks = [(Ink::Parallel, Ink::ParallelLine), (Ink::Series, Ink::SeriesLine)];
        let room = self.slots.width(width);
        let names = match room {
            room if room >= 88.0 => ["total (parallel)", "total (series)"],
            _ => ["parallel", "series"],
        };
        let bar_width = self.slots.width(BAR_WIDTH * width);
        for at in [0, 1] {
            let (x, bottom) = (self.slots.x(slots[at]), self.axis.bottom);
            if let Some(total_s) = totals_s[at] {
                let (fill, line) = inks[at];
                self.picture.outlined(fill, line, self.bar(slots[at], bar_width, total_s));
                let at = [x, self.axis.y(total_s) - 5.0];
                let label = Label::new(at, Anchor::Middle, Ink::Text, duration(total_s));
                self.picture.label(label.bold());
            }
            let mut write = |y: f32, ink: Ink, text: &str| {
                self.picture.label(Label::new([x, bottom + y], Anchor::Middle, ink, text));
            };
            write(18.0, Ink::Text, names[at]);
            write(34.0, Ink::Weak, kinds[at]);
        }
    }
}

/// Fill and outline of a case's bar. Full: done. Red: failed. Hollow: cancelled.
fn case_inks(status: Status) -> (Ink, Ink) {
    match status {
        Status::Done => (Ink::Case, Ink::CaseLine),
        Status::Failed | Status::TimedOut => (Ink::Bad, Ink::Bad),
        _ => (Ink::Background, Ink::CaseLine),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::report::fixtures;
    use crate::report::pictures::picture::Shape;
    use crate::report::run_report::Machine;
    use crate::run::replay;
    use crate::study::{CaseTable, Lengths, Strategy};

    /// The places and texts of the times on the bars of cases, from left to right.
    fn times(lengths_s: Vec<f64>) -> Vec<(f32, String)> {
        let mut cases = CaseTable::default();
        for _ in &lengths_s {
            cases.push("a", 1.0, 1.0, &[]);
        }
        let count = cases.len();
        let plan = fixtures::plan(Strategy::Threads, 2);
        let frozen = Arc::new(fixtures::study(cases, Lengths::Seconds(lengths_s), plan));
        let state = replay(&frozen);
        let picture = bars_picture(&RunReport::new(frozen, state, Machine::default()));
        let labels = picture.shapes.into_iter().filter_map(|shape| match shape {
            Shape::Label(label) if label.is_bold => Some((label.at[0], label.text)),
            _ => None,
        });
        let labels: Vec<_> = labels.collect();
        // Two times are those of the totals.
        if labels.len() > count { labels[..count].to_vec() } else { Vec::new() }
    }

    #[test]
    fn times_on_neighbouring_bars_keep_apart() {
        for length_s in [1.0, 10.1, 123.4, 4321.9] {
            for count in 1..40 {
                let times = times(vec![length_s; count]);
                for pair in times.windows(2) {
                    let gap = pair[1].0 - pair[0].0 - text_width(&pair[0].1, TIME_SIZE);
                    assert!(gap >= LABEL_GAP - 0.1, "{count} cases of {length_s} s: {gap}");
                }
                assert!(count > 8 || times.len() == count, "{count} cases of {length_s} s");
            }
        }
    }
}
