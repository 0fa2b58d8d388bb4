//! The grid of values as a picture.

use egui::{Rect, pos2};

use crate::report::charts::value_marks::share;
use crate::report::{Anchor, Ink, Label, PICTURE_WIDTH, Pen, Picture, SCALE_HEIGHT, draw_scale};
use crate::text::{one_line, significant};
use crate::window::results::chart_data::ValueGrid;
use crate::window::results::charts::grid_layout::GridLayout;

const LEFT: f32 = 96.0;
const RIGHT: f32 = 24.0;
const TOP: f32 = 28.0;
const HEIGHT: f32 = 400.0;
const BELOW: f32 = 48.0;

/// Distance from the middle of a small text to its baseline.
const BASELINE: f32 = 4.0;

/// A grid with the titles of its columns.
#[derive(Debug, Clone)]
pub struct GridPicture {
    pub grid: ValueGrid,
    /// Titles of the horizontal and the vertical axis, and of the values.
    pub titles: [String; 3],
    pub description: String,
}

impl GridPicture {
    pub(crate) fn picture(&self) -> Picture {
        let Self { grid, titles, description } = self;
        let [x, y, value] = titles.each_ref().map(|title| one_line(title));
        let height = TOP + HEIGHT + BELOW + SCALE_HEIGHT;
        let mut picture = Picture::new(&value, PICTURE_WIDTH, height);
        picture.description.clone_from(description);
        let bottom = TOP + HEIGHT;
        let fields = Rect::from_min_max(pos2(LEFT, TOP), pos2(PICTURE_WIDTH - RIGHT, bottom));
        let layout = GridLayout { fields, columns: grid.xs.len(), lines: grid.ys.len() };
        draw_fields(&mut picture, grid, &layout);
        draw_numbers(&mut picture, grid, &layout);
        let below = [fields.center().x, bottom + 38.0];
        picture.label(Label::new(below, Anchor::Middle, Ink::Text, x));
        picture.label(Label::new([LEFT, 16.0], Anchor::Start, Ink::Text, y));
        draw_scale(&mut picture, [LEFT, bottom + BELOW + 16.0], &value, grid.range);
        picture
    }
}

fn draw_fields(picture: &mut Picture, grid: &ValueGrid, layout: &GridLayout) {
    let (mut filled, mut labels) = (Vec::new(), Vec::new());
    for line in 0..layout.lines {
        for column in 0..layout.columns {
            // Whole points, so that neighbours have no seam.
            let place = layout.field(column, line).shrink(layout.gap());
            let place = Rect { min: place.min.round(), max: place.max.round() };
            let at = [place.center().x, place.center().y + BASELINE];
            let mut label = |ink, text: String| {
                if layout.is_labelled() {
                    labels.push(Label::new(at, Anchor::Middle, ink, text));
                }
            };
            if let Some(mark) = grid.field(column, line) {
                let share = share(mark.value, grid.range);
                filled.push((Ink::shade(share), place));
                label(Ink::on_shade(share), significant(mark.value, 4));
            } else if !layout.is_small() {
                let outline = place.shrink(0.5);
                picture.line(Pen::solid(Ink::Line, 1.0), outline_of(outline));
                label(Ink::Weak, "–".to_owned());
            }
        }
    }
    // Fields of one colour become one shape.
    filled.sort_by_key(|(ink, _)| ink.hex(crate::report::PictureTheme::Light));
    for (ink, place) in filled {
        picture.rect(ink, [place.left(), place.top(), place.width(), place.height()]);
    }
    picture.line(Pen::solid(Ink::Weak, 1.0), outline_of(layout.fields.expand(0.5)));
    labels.into_iter().for_each(|label| picture.label(label));
}

fn draw_numbers(picture: &mut Picture, grid: &ValueGrid, layout: &GridLayout) {
    let [every_x, every_y] = layout.number_steps();
    for (column, &x) in grid.xs.iter().enumerate().step_by(every_x) {
        let at = [layout.field(column, 0).center().x, layout.fields.bottom() + 18.0];
        picture.label(Label::new(at, Anchor::Middle, Ink::Weak, significant(x, 4)));
    }
    for (line, &y) in grid.ys.iter().enumerate().step_by(every_y) {
        let at = [layout.fields.left() - 8.0, layout.field(0, line).center().y + BASELINE];
        picture.label(Label::new(at, Anchor::End, Ink::Weak, significant(y, 4)));
    }
}

fn outline_of(place: Rect) -> Vec<[f32; 2]> {
    let [left, right] = [place.left(), place.right()];
    let [top, bottom] = [place.top(), place.bottom()];
    vec![[left, top], [right, top], [right, bottom], [left, bottom], [left, top]]
}
