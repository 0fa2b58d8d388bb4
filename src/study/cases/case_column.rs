//! A column of the case table: one that every case has, or an extra one.

use std::borrow::Cow;

use super::case_table::{CaseTable, Column};
use super::text_column::TextColumn;
use crate::text::{grouping, parse_number, shortest};

/// A column of a case table. It is in the table if [`index`](Self::index) is below
/// [`CaseTable::column_count`]; methods that take a table panic if it is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CaseColumn {
    Basic(Column),
    /// An extra column, by its index among those.
    Extra(usize),
}

impl From<Column> for CaseColumn {
    fn from(column: Column) -> Self {
        Self::Basic(column)
    }
}

impl CaseColumn {
    /// Returns the column at an index of [`headings`].
    pub fn at(index: usize) -> Self {
        match Column::ALL.get(index) {
            Some(&column) => Self::Basic(column),
            None => Self::Extra(index - Column::ALL.len()),
        }
    }

    /// Returns the index among all columns, of which name, x and y come first.
    pub fn index(self) -> usize {
        match self {
            Self::Basic(column) => column as usize,
            Self::Extra(at) => Column::ALL.len() + at,
        }
    }

    /// Whether its cells hold numbers only.
    pub fn is_numeric(self) -> bool {
        matches!(self, Self::Basic(Column::X | Column::Y))
    }

    pub fn heading(self, cases: &CaseTable) -> &str {
        match self {
            Self::Basic(column) => column.name(),
            Self::Extra(at) => &cases.extra_columns()[at].0,
        }
    }

    /// Returns a cell as it is shown and written.
    pub fn text(self, cases: &CaseTable, row: usize) -> Cow<'_, str> {
        let case = cases.case(row);
        match self {
            Self::Basic(Column::Name) => Cow::Borrowed(case.name),
            Self::Basic(Column::X) => Cow::Owned(shortest(case.x)),
            Self::Basic(Column::Y) => Cow::Owned(shortest(case.y)),
            Self::Extra(at) => Cow::Borrowed(cases.extra_columns()[at].1.get(row)),
        }
    }

    /// Returns the number in a cell, or why it holds none.
    ///
    /// This is the one reading of a cell, for table, filters, expressions and charts. In a cell
    /// that stays as it is written, one comma is a decimal comma, and thousands may be grouped
    /// before it; a number with two readings is a problem.
    pub fn number(self, cases: &CaseTable, row: usize) -> Result<f64, String> {
        match self {
            Self::Basic(Column::X) => Ok(cases.case(row).x),
            Self::Basic(Column::Y) => Ok(cases.case(row).y),
            Self::Basic(Column::Name) => read(&cases.names, row, cases, self.heading(cases)),
            Self::Extra(at) => read(&cases.extra_columns()[at].1, row, cases, self.heading(cases)),
        }
    }
}

fn read(column: &TextColumn, row: usize, cases: &CaseTable, what: &str) -> Result<f64, String> {
    let cell = column.get(row);
    match parse_number(cell, true, what) {
        Ok(number) if grouping(cell).is_none() => Ok(number),
        Err(error) if !cell.contains(['.', ',']) => Err(error),
        _ => {
            let mut known = cases.separators;
            known.join(column.separators());
            known.number(cell, what)
        }
    }
}

/// Returns the names of all columns, for expressions.
pub fn headings(cases: &CaseTable) -> Vec<&str> {
    (0..cases.column_count()).map(|index| CaseColumn::at(index).heading(cases)).collect()
}
