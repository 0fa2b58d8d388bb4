//! Cells that cannot be imported.

use std::fmt;

/// Most problems of a file reported in full.
pub const MAX_REPORTED: usize = 20;

/// A cell that cannot be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadCell {
    /// Line in the file, from 1.
    pub line: u32,
    /// Column, counted in cells from 1.
    pub column: usize,
    /// Problem, with the text found.
    pub message: String,
}

impl fmt::Display for BadCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, column, message } = self;
        write!(f, "line {line}, column {column}: {message}")
    }
}

#[derive(Default)]
pub(super) struct BadCells {
    pub(super) reported: Vec<BadCell>,
    pub(super) count: usize,
}

impl BadCells {
    pub(super) fn push(&mut self, cell: BadCell) {
        self.count += 1;
        if self.reported.len() < MAX_REPORTED {
            self.reported.push(cell);
        }
    }
}
