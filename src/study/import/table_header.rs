//! Which columns of a table hold name, x and y.

use crate::study::Column;
use crate::text::{list, plural, quoted};

/// The columns of a table, as positions from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TableHeader {
    pub(super) name: Option<usize>,
    pub(super) x: usize,
    pub(super) y: usize,
    /// The other columns and their headings.
    pub(super) extra: Vec<(usize, String)>,
}

/// Why a first row is no header.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct HeaderProblem {
    /// Position of the cell.
    pub(super) at: usize,
    pub(super) message: String,
    /// Whether none of the columns was found, so that the row may be a case.
    pub(super) may_be_case: bool,
}

impl TableHeader {
    /// Finds the columns by their headings.
    pub(super) fn parse<'h>(
        headings: impl Iterator<Item = &'h str> + Clone,
    ) -> Result<Self, HeaderProblem> {
        let (mut columns, mut extra) = ([None; 3], Vec::new());
        for (at, heading) in headings.clone().enumerate() {
            match Column::from_heading(heading) {
                None => extra.push((at, heading.trim().to_owned())),
                Some(column) if columns[column as usize].is_some() => {
                    let message = format!("the header has a second column {column}");
                    return Err(HeaderProblem { at, message, may_be_case: false });
                }
                Some(column) => columns[column as usize] = Some(at),
            }
        }
        match columns {
            [name @ Some(_), Some(x), Some(y)] => Ok(Self { name, x, y, extra }),
            _ => Err(HeaderProblem {
                at: 0,
                message: missing_columns(columns, headings.clone()),
                may_be_case: found_roles(headings.clone()) == 0 && headings.count() > 1,
            }),
        }
    }

    /// Returns the columns of a table without headings: name, x, y and others, or x and y only.
    pub(super) fn without_headings(first: usize, width: usize) -> Result<Self, HeaderProblem> {
        let extra = (3..width).map(|at| (first + at, format!("column {}", at + 1))).collect();
        match width {
            0 | 1 => Err(HeaderProblem {
                at: first,
                message: "expected the columns x and y, or name, x and y, found one column"
                    .to_owned(),
                may_be_case: false,
            }),
            2 => Ok(Self { name: None, x: first, y: first + 1, extra }),
            _ => Ok(Self { name: Some(first), x: first + 1, y: first + 2, extra }),
        }
    }

    /// Returns the role of the column at a position.
    pub(super) fn role(&self, at: usize) -> Option<Column> {
        match at {
            _ if self.name == Some(at) => Some(Column::Name),
            _ if self.x == at => Some(Column::X),
            _ if self.y == at => Some(Column::Y),
            _ => None,
        }
    }

    /// Returns all columns with their headings, in order.
    pub(super) fn columns(&self) -> Vec<(usize, String)> {
        let own = [(self.name, Column::Name), (Some(self.x), Column::X), (Some(self.y), Column::Y)];
        let own = own.into_iter().filter_map(|(at, column)| Some((at?, column.name().to_owned())));
        let mut columns: Vec<_> = own.chain(self.extra.iter().cloned()).collect();
        columns.sort_unstable();
        columns
    }

    /// Returns the positions of name, x and y, from 1.
    pub(super) fn numbers(&self) -> [usize; 3] {
        [self.name.unwrap_or(self.x) + 1, self.x + 1, self.y + 1]
    }
}

/// Returns how many of name, x and y are among the headings.
pub(super) fn found_roles<'h>(headings: impl Iterator<Item = &'h str>) -> usize {
    let mut found = [false; 3];
    headings.filter_map(Column::from_heading).for_each(|column| found[column as usize] = true);
    found.into_iter().filter(|is_found| *is_found).count()
}

fn missing_columns<'h>(
    columns: [Option<usize>; 3],
    headings: impl Iterator<Item = &'h str>,
) -> String {
    let missing = Column::ALL.into_iter().filter(|&column| columns[column as usize].is_none());
    let missing: Vec<_> = missing.collect();
    let noun = plural(missing.len(), "column", "columns");
    let headings = list(headings.map(str::trim).filter(|heading| !heading.is_empty()).map(quoted));
    let found = if headings.is_empty() { String::new() } else { format!(": found {headings}") };
    format!("the header lacks the {noun} {}{found}", list(missing))
}
