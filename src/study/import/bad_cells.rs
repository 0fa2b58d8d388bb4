//! Cells that cannot be imported.

use std::fmt;

use super::table_options::{RemedyPlace, TableChoice};

/// Most problems of a file listed in a message.
pub const MAX_REPORTED: usize = 20;

/// Most problems of a file that are kept, for the window to list.
const MAX_KEPT: usize = 1000;

/// How the place of a cell is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CellNotation {
    /// `line 7, column 2`
    #[default]
    LineAndColumn,
    /// `B7`
    Letters,
}

impl CellNotation {
    /// Returns the place of a cell; line and column count from 1.
    pub fn place(self, line: u32, column: Option<usize>) -> String {
        match (self, column) {
            (Self::Letters, Some(column)) => format!("{}{line}", letters(column)),
            (Self::LineAndColumn, Some(column)) => format!("line {line}, column {column}"),
            (_, None) => format!("line {line}"),
        }
    }
}

/// Returns the letters of a column of a sheet, counted from 1.
fn letters(mut column: usize) -> String {
    let mut letters = Vec::new();
    while column > 0 {
        letters.push(char::from(b'A' + u8::try_from((column - 1) % 26).unwrap_or(0)));
        column = (column - 1) / 26;
    }
    letters.iter().rev().collect()
}

/// A cell that cannot be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadCell {
    /// Line in the file, from 1.
    pub line: u32,
    /// Column, counted in cells from 1.
    pub column: usize,
    pub notation: CellNotation,
    /// Problem, with the text found.
    pub message: String,
    /// The decision of the user that may remove the problem.
    pub choice: Option<TableChoice>,
}

impl BadCell {
    /// Creates a bad cell of a text.
    pub(super) fn in_text((line, column): (u32, usize), message: impl Into<String>) -> Self {
        let (notation, message) = (CellNotation::LineAndColumn, message.into());
        Self { line, column, notation, message, choice: None }
    }

    #[must_use]
    pub(super) fn or_choose(self, choice: TableChoice) -> Self {
        Self { choice: Some(choice), ..self }
    }

    /// Describes the problem with its place, and a remedy for the reader of the message.
    pub fn describe(&self, place: RemedyPlace) -> String {
        let Self { line, column, notation, message, choice } = self;
        let problem = format!("{}: {message}", notation.place(*line, Some(*column)));
        match choice {
            None => problem,
            Some(choice) => format!("{problem}{}", choice.remedy(place)),
        }
    }
}

impl fmt::Display for BadCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.describe(RemedyPlace::CommandLine))
    }
}

#[derive(Default)]
pub(super) struct BadCells {
    pub(super) kept: Vec<BadCell>,
    pub(super) count: usize,
}

impl BadCells {
    pub(super) fn push(&mut self, cell: BadCell) {
        self.count += 1;
        if self.kept.len() < MAX_KEPT {
            self.kept.push(cell);
        }
    }
}

/// Lists problems like [`list_problems`], each behind the name of the file.
pub fn list_problems_in(file: &str, problems: &[impl fmt::Display], count: usize) -> String {
    let shown = problems.iter().take(MAX_REPORTED);
    let shown: Vec<_> = shown.map(|problem| format!("{file}, {problem}")).collect();
    list_problems(&shown, count)
}

/// Returns one line for each of the first problems and one with the number of the others.
pub fn list_problems(problems: &[impl fmt::Display], count: usize) -> String {
    let shown = problems.iter().take(MAX_REPORTED);
    let mut lines: Vec<String> = shown.map(ToString::to_string).collect();
    if count > lines.len() {
        lines.push(format!("and {} more", count - lines.len()));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_sheets_have_letters() {
        let place = |column| CellNotation::Letters.place(7, Some(column));
        let columns = [1, 2, 26, 27, 52, 702, 703, 16_384].map(place);
        assert_eq!(columns, ["A7", "B7", "Z7", "AA7", "AZ7", "ZZ7", "AAA7", "XFD7"]);
    }

    #[test]
    fn a_remedy_names_the_option_the_key_or_the_control() {
        let cell = BadCell::in_text((2, 3), "ambiguous; write 1").or_choose(TableChoice::Decimal);
        assert_eq!(
            [RemedyPlace::CommandLine, RemedyPlace::Study, RemedyPlace::Window]
                .map(|place| cell.describe(place)),
            [
                "line 2, column 3: ambiguous; write 1, or choose point or comma with --decimal",
                "line 2, column 3: ambiguous; write 1, or choose point or comma with --decimal or \
                 decimal = \"…\" in the study",
                "line 2, column 3: ambiguous; write 1, or choose the decimal sign above",
            ]
        );
    }
}
