//! Cases read from a file with their places, and the errors of reading them.

use std::fmt;

use super::bad_cells::{BadCell, CellNotation, MAX_REPORTED, list_problems};
use super::table_options::{RemedyPlace, TableChoice};
use crate::study::{CaseTable, Column};

#[derive(Debug, Clone, Default, PartialEq)]
pub struct ImportedCases {
    /// The cases, with their extra columns.
    pub cases: CaseTable,
    pub source: Source,
}

impl ImportedCases {
    /// Returns the three cases of the demo, which have no source.
    pub fn demo() -> Self {
        Self { cases: CaseTable::demo(), ..Self::default() }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Source {
    lines: Vec<u32>,
    columns: Option<[usize; 3]>,
    notation: CellNotation,
}

impl Source {
    /// Creates the source of a file with columns for name, x and y.
    pub fn of_cells(lines: Vec<u32>, columns: [usize; 3]) -> Self {
        Self { lines, columns: Some(columns), ..Self::default() }
    }

    /// Creates the source of a sheet of a workbook with columns for name, x and y.
    pub fn of_sheet(lines: Vec<u32>, columns: [usize; 3]) -> Self {
        Self { notation: CellNotation::Letters, ..Self::of_cells(lines, columns) }
    }

    /// Creates the source of a list of cases, which has lines but no columns.
    pub fn of_lines(lines: Vec<u32>) -> Self {
        Self { lines, ..Self::default() }
    }

    /// Returns the place of a cell of the row at `index`, or `None` if the table was not
    /// read from a file.
    pub fn place(&self, index: usize, column: Column) -> Option<CellPlace> {
        let column = self.columns.map(|columns| columns[column as usize]);
        let notation = self.notation;
        self.lines.get(index).map(|&line| CellPlace { line, column, notation })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CellPlace {
    pub line: u32,
    /// Column, counted in cells from 1, in a file with columns.
    pub column: Option<usize>,
    notation: CellNotation,
}

impl fmt::Display for CellPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.notation.place(self.line, self.column))
    }
}

#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be read as a table, unless a decision of the user changes that.
    #[error("{}", .0.to_owned() + &remedy(*.1, RemedyPlace::CommandLine))]
    Unreadable(String, Option<TableChoice>),
    /// The first bad cells, and the number of all.
    #[error("{}", list_problems(.0, *.1))]
    Cells(Vec<BadCell>, usize),
    #[error("reading the table was cancelled")]
    Cancelled,
}

impl ImportError {
    /// Creates the error of a single cell.
    pub(super) fn of_cell(cell: BadCell) -> Self {
        Self::Cells(vec![cell], 1)
    }

    pub(super) fn unreadable(problem: impl Into<String>) -> Self {
        Self::Unreadable(problem.into(), None)
    }

    /// Describes the problem of the file as a whole.
    pub fn problem(&self, place: RemedyPlace) -> String {
        match self {
            Self::Unreadable(problem, choice) => format!("{problem}{}", remedy(*choice, place)),
            other => other.to_string(),
        }
    }

    /// Describes the error with the file, and the line and column of each bad cell. `place` is
    /// where the message is shown.
    pub fn describe(&self, file: &str, place: RemedyPlace) -> String {
        match self {
            Self::Cells(cells, count) => {
                let shown = cells.iter().take(MAX_REPORTED);
                let shown: Vec<_> =
                    shown.map(|cell| format!("{file}, {}", cell.describe(place))).collect();
                list_problems(&shown, *count)
            }
            other => format!("{}: {file}", other.problem(place)),
        }
    }
}

fn remedy(choice: Option<TableChoice>, place: RemedyPlace) -> String {
    choice.map_or(String::new(), |choice| choice.remedy(place))
}
