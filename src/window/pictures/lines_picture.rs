//! Parallel coordinates as a picture.

use std::cmp::Ordering;

use egui::{Rect, pos2};

use crate::report::charts::elision::{CommonParts, Ellipsis, elide};
use crate::report::charts::text_width::char_width;
use crate::report::charts::value_marks::share;
use crate::report::{
    Anchor, Ink, Label, PICTURE_WIDTH, Pen, Picture, SCALE_HEIGHT, SMALL_TEXT, draw_scale,
};
use crate::text::{one_line, significant};
use crate::window::results::charts::line_shapes::{WIDTH, axis_x, height_of};
use crate::window::results::charts::parallel::{LinePiece, ParallelLines};

const MARGIN: f32 = 60.0;
const TOP: f32 = 48.0;
const HEIGHT: f32 = 340.0;
const BELOW: f32 = 32.0;

/// Width of a chosen range.
const BRUSH: f32 = 10.0;

/// Numbers of distinct colours and opacities of lines: those alike are one shape.
const COLORS: f32 = 32.0;
const OPACITIES: f32 = 16.0;

/// Lines with the titles of their columns.
#[derive(Debug, Clone)]
pub struct LinesPicture {
    pub lines: ParallelLines,
    /// Title and chosen range of each axis.
    pub axes: Vec<(String, Option<[f64; 2]>)>,
    /// Title of the column that gives the colour.
    pub color: String,
    pub description: String,
}

impl LinesPicture {
    pub(crate) fn picture(&self) -> Picture {
        let height = TOP + HEIGHT + BELOW + SCALE_HEIGHT;
        let mut picture = Picture::new("Parallel coordinates", PICTURE_WIDTH, height);
        picture.description.clone_from(&self.description);
        let bottom = TOP + HEIGHT;
        let place = Rect::from_min_max(pos2(MARGIN, TOP), pos2(PICTURE_WIDTH - MARGIN, bottom));
        self.draw_lines(&mut picture, place);
        for at in 0..self.lines.axes.len() {
            self.draw_axis(&mut picture, at, place);
        }
        let color = one_line(&self.color);
        let at = [MARGIN, bottom + BELOW + 16.0];
        draw_scale(&mut picture, at, &color, self.lines.color_range);
        picture
    }

    /// Draws the lines of the chosen cases above the others, and strong ones above weak ones.
    fn draw_lines(&self, picture: &mut Picture, place: Rect) {
        let opacity = self.lines.opacity();
        let rounded = |share: f32, steps: f32| (share * steps).round() / steps;
        let pen = |piece: &LinePiece| {
            let color = rounded(piece.color, COLORS);
            let ink = if piece.is_inside { Ink::shade(color.into()) } else { Ink::Line };
            let opacity = rounded(opacity(piece), OPACITIES).max(1.0 / OPACITIES);
            (color, Pen { opacity, ..Pen::solid(ink, WIDTH) })
        };
        let mut pieces: Vec<_> =
            self.lines.pieces.iter().map(|piece| (piece, pen(piece))).collect();
        pieces.sort_by(|(a, (a_color, a_pen)), (b, (b_color, b_pen))| {
            let order = a.is_inside.cmp(&b.is_inside);
            order.then(a_pen.opacity.total_cmp(&b_pen.opacity)).then_with(|| {
                // Single lines keep their order: those of a case stay together.
                if self.lines.is_merged() { a_color.total_cmp(b_color) } else { Ordering::Equal }
            })
        });
        for (piece, (_, pen)) in pieces {
            let end = |end: usize| {
                let x = axis_x(place, piece.axis + end, self.lines.axes.len());
                [x, height_of(place, piece.heights[end])]
            };
            picture.line(pen, vec![end(0), end(1)]);
        }
    }

    fn draw_axis(&self, picture: &mut Picture, at: usize, place: Rect) {
        let (axis, (title, chosen)) = (&self.lines.axes[at], &self.axes[at]);
        let x = axis_x(place, at, self.lines.axes.len());
        let line = || vec![[x, place.top()], [x, place.bottom()]];
        picture.line(Pen::solid(Ink::Background, 4.0), line());
        picture.line(Pen::solid(Ink::Weak, 1.5), line());
        if let Some(chosen) = chosen {
            let [bottom, top] = chosen.map(|number| {
                #[expect(clippy::cast_possible_truncation, reason = "a share")]
                let share = share(number, axis.range) as f32;
                height_of(place, share)
            });
            let [left, right] = [x - BRUSH / 2.0, x + BRUSH / 2.0];
            let corners =
                vec![[left, top], [right, top], [right, bottom], [left, bottom], [left, top]];
            picture.line(Pen::solid(Ink::Accent, 1.5), corners);
        }
        let distance = place.width() / (self.lines.axes.len().max(2) - 1) as f32;
        let width = distance.min(2.0 * MARGIN) - 8.0;
        let title = one_line(title);
        let texts = [
            (title.as_str(), Ink::Text, place.top() - 26.0),
            (&significant(axis.range.1, 4), Ink::Weak, place.top() - 8.0),
            (&significant(axis.range.0, 4), Ink::Weak, place.bottom() + 18.0),
        ];
        for (text, ink, y) in texts {
            let ellipsis = Ellipsis::Name(CommonParts::default());
            let short = elide(text, width, ellipsis, |c| char_width(c, SMALL_TEXT));
            let text = short.as_deref().unwrap_or(text);
            picture.label(Label::new([x, y], Anchor::Middle, ink, text));
        }
    }
}
