//! Axes and bars that several pictures share.

use super::ink::Ink;
use super::picture::{Anchor, Label, Pen, Picture, SMALL};
use crate::report::charts::marks::{TimeAxis, mark_text, marks};
use crate::report::charts::text_width::text_width;
use crate::text::Unit;

/// Width of all pictures, in points.
pub const WIDTH: f32 = 960.0;

/// Returns a vertical axis from 0 to a little above the longest time.
pub fn time_axis(top: f32, height: f32, longest_s: f64) -> TimeAxis {
    let longest_s = if longest_s > 0.0 { longest_s } else { 1.0 };
    TimeAxis { bottom: top + height, height, top_s: longest_s * 1.12 }
}

/// Draws lines at round times from `left` to `right`, and the times left of them.
pub fn draw_time_axis(picture: &mut Picture, axis: &TimeAxis, [left, right]: [f32; 2]) {
    let unit = Unit::fitting(axis.top_s);
    let (step_s, marks_s) = marks(0.0, axis.top_s, unit);
    for &mark_s in &marks_s {
        let y = axis.y(mark_s).round() + 0.5;
        let ink = if mark_s > 0.0 { Ink::Line } else { Ink::Weak };
        picture.line(Pen::solid(ink, 1.0), vec![[left, y], [right, y]]);
    }
    for mark_s in marks_s {
        let (at, text) = ([left - 8.0, axis.y(mark_s) + 4.0], mark_text(mark_s, step_s, unit));
        picture.label(Label::new(at, Anchor::End, Ink::Weak, text));
    }
}

/// Returns the label of a mark on a horizontal axis: below it, but within the picture.
pub fn mark_label([x, y]: [f32; 2], text: String) -> Label {
    if x + text_width(&text, SMALL) / 2.0 > WIDTH {
        Label::new([WIDTH, y], Anchor::End, Ink::Weak, text)
    } else {
        Label::new([x, y], Anchor::Middle, Ink::Weak, text)
    }
}

/// Draws a line from `low` to `high` with ends, on a background that keeps it visible.
pub fn draw_whisker(picture: &mut Picture, [from, to]: [[f32; 2]; 2]) {
    let half = if from[0] == to[0] { [4.0, 0.0] } else { [0.0, 4.0] };
    let end = |[x, y]: [f32; 2]| vec![[x - half[0], y - half[1]], [x + half[0], y + half[1]]];
    for pen in [Pen::solid(Ink::Background, 4.0), Pen::solid(Ink::Text, 1.5)] {
        picture.line(pen, vec![from, to]);
        picture.line(pen, end(from));
        picture.line(pen, end(to));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_number_of_an_axis_ends_within_the_picture() {
        let label = |text: &str| mark_label([WIDTH - 24.0, 0.0], text.to_owned());
        assert_eq!(label("2").anchor, Anchor::Middle);
        let long = label("2000000");
        assert_eq!((long.anchor, long.at[0]), (Anchor::End, WIDTH));
    }
}
