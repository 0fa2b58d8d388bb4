//! Where the cells of the grid are. Pure geometry.

use std::ops::Range;

use egui::{Pos2, Rect, Vec2, pos2, vec2};

use super::cells::cell_range::CellAt;

pub const ROW_HEIGHT: f32 = 26.0;
pub const HEADER_HEIGHT: f32 = 28.0;

/// The part of the grid in sight. Rows are always whole: an area of a million rows is too high
/// for exact positions of pixels.
#[derive(Debug, Clone)]
pub struct CellLayout {
    /// The place of the grid on the screen.
    pub place: Rect,
    /// Width of the numbers of rows.
    pub numbers: f32,
    /// Left edges of the columns from the first one, and the right edge of the last.
    edges: Vec<f32>,
    pub row_count: usize,
    /// How far the columns are scrolled.
    pub left: f32,
    /// The row at the top.
    pub first_row: usize,
}

impl CellLayout {
    pub fn new(place: Rect, numbers: f32, widths: &[f32], row_count: usize, offset: Vec2) -> Self {
        let mut edges = vec![0.0];
        let mut edge = 0.0;
        for width in widths {
            edge += width;
            edges.push(edge);
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a row")]
        let first_row = (offset.y / ROW_HEIGHT - 0.01).ceil().max(0.0) as usize;
        Self { place, numbers, edges, row_count, left: offset.x, first_row }
    }

    /// Returns the size of all rows and columns, as the area that scrolls has it.
    pub fn content_size(&self) -> Vec2 {
        let width = self.numbers + self.edges.last().copied().unwrap_or(0.0);
        vec2(width, HEADER_HEIGHT + ROW_HEIGHT * self.row_count as f32)
    }

    /// Returns the place of the cells.
    pub fn body(&self) -> Rect {
        let corner = self.place.min + vec2(self.numbers, HEADER_HEIGHT);
        Rect::from_min_max(corner.min(self.place.max), self.place.max)
    }

    /// Number of rows that fit into the body.
    pub fn page(&self) -> usize {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few rows")]
        let rows = (self.body().height() / ROW_HEIGHT).floor().max(1.0) as usize;
        rows
    }

    /// Returns the rows in sight, the last of which may be cut.
    pub fn rows(&self) -> Range<usize> {
        let first = self.first_row.min(self.row_count);
        first..(first + self.page() + 1).min(self.row_count)
    }

    /// Returns the columns in sight.
    pub fn columns(&self) -> Range<usize> {
        let (from, to) = (self.left, self.left + self.body().width());
        let count = self.edges.len() - 1;
        let first = (0..count).find(|&column| self.edges[column + 1] > from).unwrap_or(count);
        let last = (first..count).find(|&column| self.edges[column] >= to).unwrap_or(count);
        first..last
    }

    pub fn row_top(&self, row: usize) -> f32 {
        self.body().top() + (row as f32 - self.first_row as f32) * ROW_HEIGHT
    }

    pub fn column_x(&self, column: usize) -> egui::Rangef {
        let start = self.body().left() - self.left;
        egui::Rangef::new(start + self.edges[column], start + self.edges[column + 1])
    }

    pub fn cell(&self, cell: CellAt) -> Rect {
        let top = self.row_top(cell.row);
        Rect::from_x_y_ranges(self.column_x(cell.column), top..=top + ROW_HEIGHT)
    }

    /// Returns the cell at a position, or the nearest one to it: one row beyond an edge of the
    /// body at most.
    pub fn nearest(&self, position: Pos2) -> Option<CellAt> {
        let (last_row, columns) = (self.row_count.checked_sub(1)?, self.edges.len() - 1);
        let body = self.body();
        let below =
            (position.y.clamp(body.top() - 1.0, body.bottom() + 1.0) - body.top()) / ROW_HEIGHT;
        #[expect(clippy::cast_possible_truncation, reason = "rows in sight")]
        let row = self.first_row.saturating_add_signed(below.floor() as isize).min(last_row);
        let x = position.x.clamp(body.left() - 1.0, body.right() + 1.0) - body.left() + self.left;
        let column = (0..columns).find(|&column| self.edges[column + 1] > x);
        Some(CellAt { row, column: column.unwrap_or(columns.checked_sub(1)?) })
    }

    /// Returns the scroll offset at which a cell is in sight, the nearest to the present one.
    pub fn offset_of(&self, cell: CellAt) -> Vec2 {
        let page = self.page();
        let row = self.first_row.clamp((cell.row + 1).saturating_sub(page), cell.row);
        let x = self.edges[cell.column]..self.edges[cell.column + 1];
        let least = (x.end - self.body().width()).max(0.0);
        let most = (self.content_size().y - self.place.height()).max(0.0);
        let top = (row as f32 * ROW_HEIGHT).min(most);
        vec2(self.left.clamp(least.min(x.start), x.start), top)
    }

    /// Returns the left top of the body, where the cells that are not scrolled away begin.
    pub fn corner(&self) -> Pos2 {
        pos2(self.body().left(), self.body().top())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(offset: Vec2) -> CellLayout {
        let place =
            Rect::from_min_size(pos2(10.0, 20.0), vec2(340.0, HEADER_HEIGHT + 4.5 * ROW_HEIGHT));
        CellLayout::new(place, 40.0, &[100.0, 100.0, 100.0, 100.0], 1_000_000, offset)
    }

    fn at(row: usize, column: usize) -> CellAt {
        CellAt { row, column }
    }

    #[test]
    fn positions_and_cells_correspond() {
        let layout = layout(vec2(50.0, 10.0 * ROW_HEIGHT));
        assert_eq!((layout.rows(), layout.columns(), layout.page()), (10..15, 0..4, 4));
        for cell in [at(10, 1), at(13, 2)] {
            assert_eq!(layout.nearest(layout.cell(cell).center()), Some(cell));
        }
        assert_eq!(layout.nearest(pos2(-100.0, -100.0)), Some(at(9, 0)));
        assert_eq!(layout.nearest(pos2(900.0, 900.0)), Some(at(14, 3)));
    }

    #[test]
    fn the_grid_scrolls_no_further_than_to_show_a_cell() {
        let layout = layout(vec2(50.0, 10.0 * ROW_HEIGHT));
        let offset = |row, column| layout.offset_of(at(row, column));
        assert_eq!(offset(11, 1), vec2(50.0, 10.0 * ROW_HEIGHT));
        assert_eq!(offset(9, 0), vec2(0.0, 9.0 * ROW_HEIGHT));
        assert_eq!(offset(20, 3), vec2(100.0, 17.0 * ROW_HEIGHT));
    }

    #[test]
    fn the_last_of_a_million_rows_is_whole() {
        let bottom = layout(Vec2::ZERO);
        let max = bottom.content_size().y - bottom.place.height();
        let layout = layout(vec2(0.0, max));
        let last = layout.cell(at(999_999, 0));
        assert!(layout.body().y_range().contains(last.bottom()), "{last} in {}", layout.body());
    }
}
