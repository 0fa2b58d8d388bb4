//! Text in columns, as wide as it shows.

use std::io::{self, Write};
use std::iter::repeat_n;

use unicode_width::UnicodeWidthStr as _;

/// Collects the width of each column, then writes rows in them.
#[derive(Debug, Clone)]
pub struct Columns {
    widths: Vec<usize>,
    left: Vec<bool>,
}

impl Columns {
    /// So many columns; those at `left` are aligned to the left, others to the
    /// right.
    #[must_use]
    pub fn new(count: usize, left: &[usize]) -> Self {
        let left = (0..count).map(|at| left.contains(&at)).collect();
        Self { widths: vec![0; count], left }
    }

    /// Makes room for these cells of a row, from this column on.
    pub fn fit(&mut self, from: usize, cells: &[String]) {
        for (width, cell) in self.widths.iter_mut().skip(from).zip(cells) {
            *width = (*width).max(width_of(cell));
        }
    }

    /// Writes a row that was made room for.
    pub fn write(&self, row: &[String], to: &mut impl Write) -> io::Result<()> {
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

    /// Makes room for all rows and writes them.
    pub fn write_all(mut self, rows: &[Vec<String>], to: &mut impl Write) -> io::Result<()> {
        rows.iter().for_each(|row| self.fit(0, row));
        rows.iter().try_for_each(|row| self.write(row, to))
    }
}

/// How many columns of a terminal a text takes.
fn width_of(text: &str) -> usize {
    // Most texts are plain.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) { text.len() } else { text.width() }
}
