//! Text in columns, as wide as it shows.

use std::io::{self, Write};

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

    /// Makes room for this row.
    pub fn fit(&mut self, row: &[String]) {
        for (width, cell) in self.widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }

    /// Writes a row that was made room for.
    pub fn write(&self, row: &[String], to: &mut impl Write) -> io::Result<()> {
        let mut line = String::new();
        for (at, cell) in row.iter().enumerate() {
            let padding = " ".repeat(self.widths[at].saturating_sub(cell.width()));
            if at > 0 {
                line.push_str("  ");
            }
            let (first, second) = if self.left[at] { (cell, &padding) } else { (&padding, cell) };
            line.push_str(first);
            line.push_str(second);
        }
        writeln!(to, "{}", line.trim_end())
    }

    /// Makes room for all rows and writes them.
    pub fn write_all(mut self, rows: &[Vec<String>], to: &mut impl Write) -> io::Result<()> {
        rows.iter().for_each(|row| self.fit(row));
        rows.iter().try_for_each(|row| self.write(row, to))
    }
}
