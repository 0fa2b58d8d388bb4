//! Places of the cells of a table in the file they were read from.

use std::fmt;

use super::case_table::Column;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Source {
    lines: Vec<u32>,
    columns: Option<[usize; 3]>,
}

impl Source {
    /// Creates the source of a file with columns for name, x and y.
    pub fn of_cells(lines: Vec<u32>, columns: [usize; 3]) -> Self {
        Self { lines, columns: Some(columns) }
    }

    /// Creates the source of a list of cases, which has lines but no columns.
    pub fn of_lines(lines: Vec<u32>) -> Self {
        Self { lines, columns: None }
    }

    /// Returns the place of a cell of the row at `index`, or `None` if the table was not
    /// read from a file.
    pub fn place(&self, index: usize, column: Column) -> Option<CellPlace> {
        let column = self.columns.map(|columns| columns[column as usize]);
        self.lines.get(index).map(|&line| CellPlace { line, column })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CellPlace {
    pub line: u32,
    /// Column, counted in cells from 1, in a file with columns.
    pub column: Option<usize>,
}

impl fmt::Display for CellPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        self.column.map_or(Ok(()), |column| write!(f, ", column {column}"))
    }
}
