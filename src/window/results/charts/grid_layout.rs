//! Geometry of a grid of fields, for the window and for pictures.

use egui::{Rect, Vec2, pos2, vec2};

use crate::window::results::chart_data::ValueGrid;
use crate::window::widgets::chart_cursor::CursorMove;

/// Smallest width and height of a field that shows its value.
const MIN_LABELLED: [f32; 2] = [46.0, 18.0];

/// Places of the fields of a grid.
pub(crate) struct GridLayout {
    /// Place of all fields.
    pub(crate) fields: Rect,
    pub(crate) columns: usize,
    pub(crate) lines: usize,
}

impl GridLayout {
    pub(crate) fn field(&self, column: usize, line: usize) -> Rect {
        let size = vec2(
            self.fields.width() / self.columns as f32,
            self.fields.height() / self.lines as f32,
        );
        let left = self.fields.left() + size.x * column as f32;
        let bottom = self.fields.bottom() - size.y * line as f32;
        Rect::from_min_max(pos2(left, bottom - size.y), pos2(left + size.x, bottom))
    }

    fn size(&self) -> Vec2 {
        self.field(0, 0).size()
    }

    /// Whether fields are large enough to show their values.
    pub(crate) fn is_labelled(&self) -> bool {
        let size = self.size();
        size.x >= MIN_LABELLED[0] && size.y >= MIN_LABELLED[1]
    }

    /// Whether fields are too small for a space between them.
    pub(crate) fn is_small(&self) -> bool {
        self.size().min_elem() < 8.0
    }

    /// Returns the space around each field.
    pub(crate) fn gap(&self) -> f32 {
        if self.is_small() { 0.0 } else { 1.0 }
    }

    /// Returns the distances of the columns and lines whose numbers have room beside each other.
    pub(crate) fn number_steps(&self) -> [usize; 2] {
        let size = self.size();
        [52.0 / size.x.max(0.01), 18.0 / size.y.max(0.01)].map(|step| {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small")]
            let step = step.ceil() as usize;
            step.max(1)
        })
    }

    /// Returns the field with a value that a key leads to: along its line or its column, then
    /// to the next one.
    pub(crate) fn walked(
        &self,
        grid: &ValueGrid,
        from: Option<(usize, usize)>,
        step: CursorMove,
    ) -> Option<(usize, usize)> {
        let (columns, lines) = (self.columns, self.lines);
        let along_columns = matches!(step, CursorMove::Up | CursorMove::Down);
        let place = |at: usize| {
            if along_columns { (at / lines, at % lines) } else { (at % columns, at / columns) }
        };
        let number = |(column, line): (usize, usize)| {
            if along_columns { column * lines + line } else { line * columns + column }
        };
        let has_value = |at: &usize| {
            let (column, line) = place(*at);
            grid.field(column, line).is_some()
        };
        let all = columns * lines;
        let at = match step {
            CursorMove::First => (0..all).find(has_value),
            CursorMove::Last => (0..all).rev().find(has_value),
            CursorMove::Right | CursorMove::Up => {
                (from.map_or(0, |from| number(from) + 1)..all).find(has_value)
            }
            CursorMove::Left | CursorMove::Down => {
                (0..from.map_or(all, number).min(all)).rev().find(has_value)
            }
        };
        at.map(place)
    }

    pub(crate) fn at(&self, x: f32, y: f32) -> Option<(usize, usize)> {
        if !self.fields.contains(pos2(x, y)) {
            return None;
        }
        let part = |share: f32, parts: usize| {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "inside")]
            let part = (share * parts as f32) as usize;
            part.min(parts - 1)
        };
        let column = part((x - self.fields.left()) / self.fields.width(), self.columns);
        let line = part((self.fields.bottom() - y) / self.fields.height(), self.lines);
        Some((column, line))
    }
}
