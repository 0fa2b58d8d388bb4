//! Aligned columns of text.

use std::io::{self, Write};
use std::iter::repeat_n;

use unicode_width::UnicodeWidthStr as _;

/// Measures the width of each column, then writes aligned rows.
#[derive(Debug, Clone)]
pub struct Columns {
    widths: Vec<usize>,
    left: Vec<bool>,
}

impl Columns {
    /// Creates `count` columns; those listed in `left` are aligned to the left, all
    /// others to the right.
    pub fn new(count: usize, left: &[usize]) -> Self {
        let left = (0..count).map(|at| left.contains(&at)).collect();
        Self { widths: vec![0; count], left }
    }

    /// Widens the columns, starting at column `from`, to fit these cells.
    pub fn fit(&mut self, from: usize, cells: &[String]) {
        for (width, cell) in self.widths.iter_mut().skip(from).zip(cells) {
            *width = (*width).max(width_of(cell));
        }
    }

    /// Writes one row. Its cells must have been passed to [`Self::fit`].
    pub fn write(&self, row: &[String], to: &mut dyn Write) -> io::Result<()> {
        let mut line = String::with_capacity(128);
        for (at, cell) in row.iter().enumerate() {
            let padding = self.widths[at].saturating_sub(width_of(cell));
            let (before, behind) = if self.left[at] { (0, padding) } else { (padding, 0) };
            let between = if at > 0 { 2 } else { 0 };
            line.extend(repeat_n(' ', between + before));
            line.push_str(cell);
            line.extend(repeat_n(' ', behind));
        }
        line.truncate(line.trim_end().len());
        line.push('\n');
        to.write_all(line.as_bytes())
    }
}

/// A column of a table: its heading, and the cell of an item.
pub type TextColumnOf<T> = (&'static str, fn(&T) -> String);

/// Returns the number of terminal columns a text occupies.
fn width_of(text: &str) -> usize {
    // Most texts are plain ASCII.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) { text.len() } else { text.width() }
}
