//! Places and ranges of cells, in the rows and columns that are shown.

use std::ops::RangeInclusive;

/// A cell, by the index of its row among those shown and of its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CellAt {
    pub row: usize,
    pub column: usize,
}

/// A rectangle of cells: where its selection began, and the cell with the cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CellRange {
    pub anchor: CellAt,
    pub cursor: CellAt,
}

impl CellRange {
    pub fn one(cell: CellAt) -> Self {
        Self { anchor: cell, cursor: cell }
    }

    pub fn rows(&self) -> RangeInclusive<usize> {
        self.anchor.row.min(self.cursor.row)..=self.anchor.row.max(self.cursor.row)
    }

    pub fn columns(&self) -> RangeInclusive<usize> {
        self.anchor.column.min(self.cursor.column)..=self.anchor.column.max(self.cursor.column)
    }

    pub fn row_count(&self) -> usize {
        self.rows().count()
    }

    pub fn column_count(&self) -> usize {
        self.columns().count()
    }

    pub fn is_one(&self) -> bool {
        self.anchor == self.cursor
    }

    pub fn contains(&self, cell: CellAt) -> bool {
        self.rows().contains(&cell.row) && self.columns().contains(&cell.column)
    }

    /// Returns the range after its rows have moved.
    pub fn follow(self, from: &[usize], to: &[usize]) -> Option<Self> {
        let (from, to) = (*from.first()?, *to.first()?);
        let follow = |cell: CellAt| CellAt { row: (cell.row + to).saturating_sub(from), ..cell };
        Some(Self { anchor: follow(self.anchor), cursor: follow(self.cursor) })
    }

    /// Returns the part of the range in a table of this size, or `None` if the table is empty.
    pub fn within(self, rows: usize, columns: usize) -> Option<Self> {
        let (last_row, last_column) = (rows.checked_sub(1)?, columns.checked_sub(1)?);
        let within = |cell: CellAt| CellAt {
            row: cell.row.min(last_row),
            column: cell.column.min(last_column),
        };
        Some(Self { anchor: within(self.anchor), cursor: within(self.cursor) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_spans_from_its_anchor_to_its_cursor_in_any_direction() {
        let cell = |row, column| CellAt { row, column };
        let range = CellRange { anchor: cell(5, 1), cursor: cell(2, 3) };
        assert_eq!((range.rows(), range.columns()), (2..=5, 1..=3));
        assert_eq!((range.row_count(), range.column_count()), (4, 3));
        assert!(range.contains(cell(3, 2)) && !range.contains(cell(6, 2)));
        let within = range.within(4, 2).unwrap();
        assert_eq!((within.rows(), within.columns()), (2..=3, 1..=1));
        assert_eq!(range.within(0, 2), None);
    }
}
