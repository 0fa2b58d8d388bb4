//! The interface between results and the formats they are written in.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, Write};

use crate::report::RunReport;
use crate::report::document::report_document::{Extent, ReportDocument};
use crate::text::{count, grouped, shortest};

/// A report format.
pub trait Exporter: Sync {
    /// Returns the name, as `--format` takes it.
    fn name(&self) -> &'static str;

    /// Describes content and use in a few words.
    fn description(&self) -> &'static str;

    /// Returns the ending of file names that choose this format, such as `.json`.
    fn suffix(&self) -> Option<&'static str> {
        None
    }

    /// Whether it is not text.
    fn is_binary(&self) -> bool {
        false
    }

    /// Returns the largest number of rows below the headings that it can hold, if it is limited.
    fn max_rows(&self) -> Option<usize> {
        None
    }

    /// Whether it shows nothing but the cases of runs.
    fn needs_runs(&self) -> bool {
        false
    }

    /// Writes a result in this format. Returns what the user should know about it.
    fn write(
        &self,
        content: &dyn Exportable,
        to: &mut dyn Write,
    ) -> io::Result<Option<WriteRemark>>;

    /// Returns why this many rows cannot be written, if they cannot.
    fn row_problem(&self, rows: usize) -> Option<String> {
        let most = self.max_rows().filter(|&most| rows > most)?;
        let (name, most, rows) = (self.name(), grouped(most), count(rows, "case"));
        Some(format!("{name} holds at most {most} cases, and there are {rows}; use csv"))
    }
}

/// What the user should know about a report that was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteRemark {
    /// Texts that were cut because a cell cannot hold them.
    CutTexts(u64),
}

impl fmt::Display for WriteRemark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CutTexts(texts) => {
                write!(f, "{} cut to the 32767 characters of a cell", count(*texts, "text"))
            }
        }
    }
}

/// Facts about a result as a whole: names and values.
#[derive(Debug, Clone, PartialEq)]
pub struct FactTable {
    pub title: &'static str,
    pub facts: Vec<(&'static str, Cell<'static>)>,
}

impl fmt::Debug for dyn Exporter {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(self.name())
    }
}

/// A result that every format can write.
pub trait Exportable {
    /// Returns what people read of it.
    fn document(&self, extent: Extent) -> ReportDocument<'_>;

    /// Writes everything as JSON.
    fn write_json(&self, to: &mut dyn Write) -> io::Result<()>;

    /// Names what its rows are.
    fn title(&self) -> &'static str {
        "Results"
    }

    /// Whether this program opens what it wrote again.
    fn is_run(&self) -> bool {
        false
    }

    /// Returns facts that its rows do not have.
    fn facts(&self) -> Vec<FactTable> {
        Vec::new()
    }

    /// Returns the runs that it holds with their cases, each with a label.
    fn runs(&self) -> Vec<(Cow<'_, str>, &RunReport)> {
        Vec::new()
    }

    /// Passes the result row by row to `sink`, headings first.
    fn write_rows(&self, sink: &mut RowSink<'_>) -> io::Result<()>;
}

pub type RowSink<'a> = dyn FnMut(&[Cell<'_>]) -> io::Result<()> + 'a;

/// A column of a list: its heading, and the cell of an item.
pub type ListColumn<T> = (&'static str, fn(&T) -> Cell<'_>);

/// Passes a list to `sink`: the headings, then a row per item.
pub fn write_list<T>(
    columns: &[ListColumn<T>],
    items: &[T],
    sink: &mut RowSink<'_>,
) -> io::Result<()> {
    sink(&columns.iter().map(|(heading, _)| (*heading).into()).collect::<Vec<_>>())?;
    items
        .iter()
        .try_for_each(|item| sink(&columns.iter().map(|(_, cell)| cell(item)).collect::<Vec<_>>()))
}

#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    /// An unknown or undefined figure.
    Empty,
    /// Any text, also one that a spreadsheet would take for a formula.
    Text(Cow<'a, str>),
    Number(f64),
    Integer(u64),
}

impl<'a> Cell<'a> {
    /// Returns the cell of a table, which is a number if that is written as the same text.
    pub fn of_text(text: &'a str) -> Self {
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() && shortest(number) == text => Self::Number(number),
            _ => Self::Text(text.into()),
        }
    }
}

impl Cell<'_> {
    /// Returns the text of a figure; `None` for an unknown one.
    pub fn into_text(self) -> Option<String> {
        match self {
            Self::Empty => None,
            Self::Text(text) => Some(text.into_owned()),
            Self::Number(number) => Some(shortest(number)),
            Self::Integer(number) => Some(number.to_string()),
        }
    }
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Cell<'_> {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<f64> for Cell<'_> {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for Cell<'_> {
    fn from(number: u32) -> Self {
        Self::Integer(number.into())
    }
}

impl From<u64> for Cell<'_> {
    fn from(number: u64) -> Self {
        Self::Integer(number)
    }
}

impl From<bool> for Cell<'_> {
    fn from(value: bool) -> Self {
        if value { "true" } else { "false" }.into()
    }
}

impl<'a, T: Into<Cell<'a>>> From<Option<T>> for Cell<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}
