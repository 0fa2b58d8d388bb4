//! The colour scale of values below a chart.

use super::ink::Ink;
use super::picture::{Anchor, Label, Picture, Place, SMALL};
use crate::report::charts::text_width::text_width;
use crate::text::significant;

/// Height of the scale with the space above it, in points.
pub const SCALE_HEIGHT: f32 = 32.0;

const WIDTH: f32 = 160.0;
const THICKNESS: f32 = 12.0;
const SPACING: f32 = 8.0;
const STEPS: u8 = 40;

/// Draws the scale with its title on its left and its ends beside it. `place` is its lower left
/// corner.
pub fn draw_scale(picture: &mut Picture, [left, bottom]: Place, title: &str, range: (f64, f64)) {
    let top = bottom - THICKNESS;
    let mut x = left;
    let text = |picture: &mut Picture, x: &mut f32, ink, text: &str| {
        picture.label(Label::new([*x, bottom - 2.0], Anchor::Start, ink, text));
        *x += text_width(text, SMALL) + SPACING;
    };
    text(picture, &mut x, Ink::Weak, title);
    text(picture, &mut x, Ink::Text, &significant(range.0, 4));
    // Whole points, so that neighbouring steps have no seam.
    x = x.round();
    picture.rect(Ink::Weak, [x - 1.0, top - 1.0, WIDTH + 2.0, THICKNESS + 2.0]);
    let width = WIDTH / f32::from(STEPS);
    for step in 0..STEPS {
        let ink = Ink::shade(f64::from(step) / f64::from(STEPS - 1));
        picture.rect(ink, [x + width * f32::from(step), top, width, THICKNESS]);
    }
    x += WIDTH + SPACING;
    text(picture, &mut x, Ink::Text, &significant(range.1, 4));
}
