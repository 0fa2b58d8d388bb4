//! The interface between results and the formats they are written in.

use std::fmt;
use std::io::{self, Write};

use crate::report::run_report::RunReport;

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

    /// Whether the output is unreadable on a terminal.
    fn is_binary(&self) -> bool {
        false
    }

    /// Writes a result in this format.
    fn write(&self, content: &dyn Exportable, to: &mut dyn Write) -> io::Result<()>;
}

impl fmt::Debug for dyn Exporter {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(self.name())
    }
}

/// A result that every format can write.
pub trait Exportable {
    /// Writes tables and sentences for people.
    fn write_text(&self, to: &mut dyn Write) -> io::Result<()>;

    /// Writes everything as JSON.
    fn write_json(&self, to: &mut dyn Write) -> io::Result<()>;

    /// Passes the result row by row to `sink`, headings first.
    fn write_rows(&self, sink: &mut RowSink<'_>) -> io::Result<()>;

    /// Returns the run report, if the result is one.
    fn run_report(&self) -> Option<&RunReport> {
        None
    }
}

/// Receives the rows of a result.
pub type RowSink<'a> = dyn FnMut(&[Cell<'_>]) -> io::Result<()> + 'a;

/// A cell of a row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    /// An unknown or undefined figure.
    Empty,
    /// Any text, also one that a spreadsheet would take for a formula.
    Text(&'a str),
    /// A number.
    Number(f64),
    /// A whole number.
    Integer(u64),
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
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
        Self::Text(if value { "true" } else { "false" })
    }
}

impl<'a, T: Into<Cell<'a>>> From<Option<T>> for Cell<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Empty, Into::into)
    }
}
