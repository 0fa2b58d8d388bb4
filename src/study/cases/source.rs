//! Where the rows of a table stood in the file that they came from.

use std::fmt;

use super::case_table::Column;

/// Where rows and columns of a table stood in their file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Source {
    lines: Vec<u32>,
    columns: Option<[usize; 3]>,
}

impl Source {
    /// The source of a table in which name, x and y are columns.
    #[must_use]
    pub fn of_cells(lines: Vec<u32>, columns: [usize; 3]) -> Self {
        Self { lines, columns: Some(columns) }
    }

    /// The source of a list of cases, which has lines but no columns.
    #[must_use]
    pub fn of_lines(lines: Vec<u32>) -> Self {
        Self { lines, columns: None }
    }

    /// The place of a cell of the row at `index`; `None` where the table did
    /// not come from a file.
    #[must_use]
    pub fn place(&self, index: usize, column: Column) -> Option<CellPlace> {
        let column = self.columns.map(|columns| columns[column as usize]);
        self.lines.get(index).map(|&line| CellPlace { line, column })
    }
}

/// A place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CellPlace {
    /// The line, from 1.
    pub line: u32,
    /// The column, as a number of cells from 1, in a file that has columns.
    pub column: Option<usize>,
}

impl fmt::Display for CellPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        self.column.map_or(Ok(()), |column| write!(f, ", column {column}"))
    }
}
