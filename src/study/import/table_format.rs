//! How a table was understood, and its first rows.

use super::decimal_sign::DecimalSign;
use super::file_kind::TableKind;
use super::imported_cases::{ImportError, ImportedCases};
use super::table_options::{Separator, TextEncoding};
use crate::study::Column;

/// Number of rows of a preview.
const MAX_ROWS: usize = 100;

/// Most characters of a cell in a preview.
const MAX_CHARS: usize = 200;

/// What was found in a file that may be a table.
#[derive(Debug)]
pub struct TableReading {
    /// How it was understood; `None` for a file that is no table.
    pub format: Option<DetectedFormat>,
    pub preview: TablePreview,
    pub result: Result<ImportedCases, ImportError>,
}

impl TableReading {
    pub(super) fn failed(format: Option<DetectedFormat>, error: ImportError) -> Self {
        Self { format, preview: TablePreview::default(), result: Err(error) }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct DetectedFormat {
    pub kind: TableKind,
    /// Separator of a text.
    pub separator: Option<Separator>,
    /// Encoding of a text.
    pub encoding: Option<TextEncoding>,
    /// The decimal sign, if the numbers have only one.
    pub decimal: Option<DecimalSign>,
    /// Sheets of a workbook, and the one that is read.
    pub sheets: Vec<String>,
    pub sheet: Option<String>,
}

impl DetectedFormat {
    pub(super) fn new(kind: TableKind) -> Self {
        let (separator, encoding, decimal) = (None, None, None);
        Self { kind, separator, encoding, decimal, sheets: Vec::new(), sheet: None }
    }
}

/// The first rows of a table.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct TablePreview {
    pub columns: Vec<PreviewColumn>,
    pub rows: Vec<PreviewRow>,
}

#[derive(Debug, PartialEq, Eq)]
pub struct PreviewColumn {
    pub heading: String,
    /// `None` for a further column.
    pub role: Option<Column>,
    /// Place among the columns of the file, from 1.
    pub number: usize,
}

#[derive(Debug, PartialEq, Eq)]
pub struct PreviewRow {
    /// Line of the file, or row of the sheet, from 1.
    pub line: u32,
    /// Cells in the order of the columns.
    pub cells: Vec<String>,
}

impl TablePreview {
    pub(super) fn is_full(&self) -> bool {
        self.rows.len() >= MAX_ROWS
    }

    /// Adds a row, whose cells are found by their column's number.
    pub(super) fn push<'c>(&mut self, line: u32, cell: impl Fn(usize) -> Option<&'c str>) {
        let text = |column: &PreviewColumn| {
            cell(column.number).unwrap_or_default().chars().take(MAX_CHARS).collect()
        };
        let cells = self.columns.iter().map(text).collect();
        self.rows.push(PreviewRow { line, cells });
    }
}
