//! Errors in recorded runs.

use serde_json::error::Category;

/// Why a recorded run cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}", .place.map_or(String::new(), |(line, column)| {
    let column = column.map_or(String::new(), |column| format!(", column {column}"));
    format!("line {line}{column}: ")
}))]
pub struct ReportInputError {
    /// Line and column, each from 1, where known.
    pub place: Option<(usize, Option<usize>)>,
    /// The problem, what was found, and what to do.
    pub message: String,
}

impl ReportInputError {
    /// Describes the error with the file and, where known, the place.
    pub fn describe(&self, file: &str) -> String {
        match self.place {
            Some(_) => format!("{file}, {self}"),
            None => format!("{self}: {file}"),
        }
    }

    /// Describes a problem of the file as a whole.
    pub fn without_place(message: impl Into<String>) -> Self {
        Self { place: None, message: message.into() }
    }

    /// Describes a problem in a line, from 1.
    pub fn in_line(line: usize, message: impl Into<String>) -> Self {
        Self { place: Some((line, None)), message: message.into() }
    }

    /// Describes why a JSON file is not what was expected.
    pub fn of_json(error: &serde_json::Error, expected: &str) -> Self {
        let (line, column) = (error.line(), error.column());
        let text = error.to_string();
        let text = text.strip_suffix(&format!(" at line {line} column {column}")).unwrap_or(&text);
        let message = match error.classify() {
            Category::Eof => format!("expected {expected}, found the end of the file"),
            _ => format!("expected {expected}: {text}"),
        };
        Self { place: (line > 0).then_some((line, Some(column))), message }
    }
}
