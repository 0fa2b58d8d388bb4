//! Totals of several runs as bars from left to right.

use super::axes::{WIDTH, draw_whisker};
use super::ink::Ink;
use super::picture::{Anchor, Label, Pen, Picture, SMALL};
use crate::report::charts::elision::{CommonParts, Ellipsis, elide};
use crate::report::charts::marks::{mark_text, marks};
use crate::report::charts::text_width::{char_width, text_width};
use crate::text::{Unit, duration, list, one_line};

const ROW: f32 = 28.0;
const TOP: f32 = 6.0;
const AXIS: f32 = 28.0;
const MAX_NAME: f32 = 260.0;

/// Width right of the longest bar, for its time.
const TIME: f32 = 72.0;

/// A bar: its name, its time, and the interval of the time, in seconds.
#[derive(Debug, Clone, PartialEq)]
pub struct TotalRow {
    pub name: String,
    pub total_s: Option<f64>,
    pub interval_s: Option<(f64, f64)>,
}

/// Draws a bar per row.
pub fn totals_picture(title: &str, rows: &[TotalRow]) -> Picture {
    let mut picture = Picture::new(title, WIDTH, TOP + ROW * rows.len() as f32 + AXIS);
    let time = |row: &TotalRow| row.total_s.map_or("unknown".to_owned(), duration);
    let all = rows.iter().map(|row| format!("{} {}", one_line(&row.name), time(row)));
    picture.description = format!("{title}: {}.", list(all));
    let widest = rows.iter().map(|row| text_width(&row.name, SMALL)).fold(0.0, f32::max);
    let left = widest.min(MAX_NAME) + 16.0;
    let width = WIDTH - left - TIME;
    let longest = |row: &TotalRow| Some(row.interval_s?.1.max(row.total_s?));
    let longest_s = rows.iter().filter_map(|row| longest(row).or(row.total_s));
    let longest_s = longest_s.fold(0.0, f64::max);
    let top_s = if longest_s > 0.0 { longest_s } else { 1.0 };
    #[expect(clippy::cast_possible_truncation, reason = "a share of the width")]
    let x = |time_s: f64| left + (time_s / top_s) as f32 * width;
    let bottom = TOP + ROW * rows.len() as f32;
    let unit = Unit::fitting(top_s);
    let (step_s, marks_s) = marks(0.0, top_s, unit);
    for &mark_s in &marks_s {
        let ink = if mark_s > 0.0 { Ink::Line } else { Ink::Weak };
        let at = x(mark_s).round() + 0.5;
        picture.line(Pen::solid(ink, 1.0), vec![[at, TOP], [at, bottom + 4.0]]);
    }
    for mark_s in marks_s {
        let (at, text) = ([x(mark_s), bottom + 18.0], mark_text(mark_s, step_s, unit));
        picture.label(Label::new(at, Anchor::Middle, Ink::Weak, text));
    }
    let parts = CommonParts::of_names(rows.iter().map(|row| row.name.as_str()));
    for (at, row) in rows.iter().enumerate() {
        let y = TOP + ROW * at as f32;
        let middle = y + ROW / 2.0;
        let name = one_line(&row.name);
        let short = elide(&name, MAX_NAME, Ellipsis::Name(parts), |c| char_width(c, SMALL));
        let text = short.unwrap_or(name);
        let place = [left - 8.0, middle + 4.0];
        picture.label(Label::new(place, Anchor::End, Ink::Text, text));
        let Some(total_s) = row.total_s else { continue };
        let bar = [left, y + 5.0, (x(total_s) - left).max(1.0), ROW - 10.0];
        picture.outlined(Ink::Parallel, Ink::ParallelLine, bar);
        let mut end = x(total_s);
        if let Some((low_s, high_s)) = row.interval_s.filter(|(low_s, high_s)| low_s < high_s) {
            draw_whisker(&mut picture, [[x(low_s), middle], [x(high_s), middle]]);
            end = end.max(x(high_s));
        }
        let label =
            Label::new([end + 8.0, middle + 4.0], Anchor::Start, Ink::Text, duration(total_s));
        picture.label(label.bold());
    }
    picture
}
