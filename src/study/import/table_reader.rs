//! Reads a table of cases from a file of any kind.

use std::io::Read;
use std::path::Path;

use super::bad_cells::BadCell;
use super::file_kind::{TableKind, no_table};
use super::imported_cases::{ImportError, ImportedCases};
use super::table_format::{DetectedFormat, TableReading};
use super::table_options::{TableChoice, TableOptions, TextEncoding};
use super::text_table::{end_position, read_text};
use super::workbook::workbook_reader::read_workbook;
use crate::study::file::input_bytes::{read_all_bytes, read_file_bytes};
use crate::study::file::text_encoding::{decode, encoding_of};
use crate::text::quoted;

/// Reads the cases of a file.
pub fn read_cases(path: &Path, options: &TableOptions) -> Result<ImportedCases, ImportError> {
    let bytes = read_file_bytes(path).map_err(ImportError::unreadable)?;
    read_table(&bytes, options, &|| false).result
}

pub fn read_cases_from(
    reader: impl Read,
    options: &TableOptions,
) -> Result<ImportedCases, ImportError> {
    let bytes = read_all_bytes(reader).map_err(ImportError::unreadable)?;
    read_table(&bytes, options, &|| false).result
}

/// Reads the content of a file: the cases, and how it was understood. Gives up once
/// `is_cancelled`.
pub fn read_table(
    bytes: &[u8],
    options: &TableOptions,
    is_cancelled: &dyn Fn() -> bool,
) -> TableReading {
    let kind = match TableKind::of(bytes) {
        Ok(kind) => kind,
        Err(kind) => {
            return TableReading::failed(None, ImportError::unreadable(no_table(kind)));
        }
    };
    let format = DetectedFormat::new(kind);
    if let Some(problem) = unsuitable(kind, options) {
        return TableReading::failed(Some(format), ImportError::unreadable(problem));
    }
    match kind {
        TableKind::Workbook(kind) => read_workbook(bytes, kind, options, is_cancelled),
        TableKind::Text => {
            let encoding = options.encoding.unwrap_or_else(|| TextEncoding(encoding_of(bytes)));
            let format = DetectedFormat { encoding: Some(encoding), ..format };
            match decode(bytes, encoding.0) {
                Ok(text) => read_text(&text, options, format, is_cancelled),
                Err(error) => {
                    let place = end_position(&error.before, options);
                    let message = format!("{}; save the file as CSV in UTF-8", error.message);
                    let cell = BadCell::in_text(place, message).or_choose(TableChoice::Encoding);
                    TableReading::failed(Some(format), ImportError::of_cell(cell))
                }
            }
        }
    }
}

/// Returns which decision does not suit the kind of the file.
fn unsuitable(kind: TableKind, options: &TableOptions) -> Option<String> {
    let is_text = kind == TableKind::Text;
    match options.made().find(|choice| match choice {
        TableChoice::Separator | TableChoice::Encoding => !is_text,
        TableChoice::Sheet => is_text,
        TableChoice::Decimal | TableChoice::NoHeader => false,
    })? {
        TableChoice::Sheet => {
            let sheet = options.sheet.as_deref().unwrap_or_default();
            Some(format!("expected a workbook with the sheet {}, found a text", quoted(sheet)))
        }
        choice => {
            let (key, kind) = (choice.key(), kind.name());
            Some(format!("expected a text for the option {key}, found an {kind}"))
        }
    }
}
