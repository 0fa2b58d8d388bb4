//! The format `csv`, and the same rows with tabs for the clipboard.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::exporter::{Cell, Exportable, Exporter, WriteRemark};
use crate::study::escape_formula;
use crate::text::shortest;

/// Rows for spreadsheets.
#[derive(Debug, Clone, Copy)]
pub struct CsvFormat;

impl Exporter for CsvFormat {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn description(&self) -> &'static str {
        "one row per case, for spreadsheets"
    }

    fn suffix(&self) -> Option<&'static str> {
        Some(".csv")
    }

    fn write(
        &self,
        content: &dyn Exportable,
        to: &mut dyn Write,
    ) -> io::Result<Option<WriteRemark>> {
        write_separated(content, None, b',', to).map(|()| None)
    }
}

/// Writes the headings and these rows, or all, separated by tabs, as spreadsheets paste them.
pub fn write_tabs(
    content: &dyn Exportable,
    rows: Option<&BTreeSet<u32>>,
    to: &mut dyn Write,
) -> io::Result<()> {
    write_separated(content, rows, b'\t', to)
}

fn write_separated(
    content: &dyn Exportable,
    rows: Option<&BTreeSet<u32>>,
    delimiter: u8,
    to: &mut dyn Write,
) -> io::Result<()> {
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(to);
    // The headings have no number.
    let mut number: Option<u32> = None;
    content.write_rows(&mut |cells| {
        let is_left_out = number.zip(rows).is_some_and(|(number, rows)| !rows.contains(&number));
        number = Some(number.map_or(0, |number| number + 1));
        if is_left_out {
            return Ok(());
        }
        for cell in cells {
            match cell {
                Cell::Empty => writer.write_field(b""),
                Cell::Text(text) => writer.write_field(escape_formula(text).as_bytes()),
                Cell::Number(number) => writer.write_field(shortest(*number)),
                Cell::Integer(number) => writer.write_field(number.to_string()),
            }
            .map_err(io_error)?;
        }
        // Ends the row.
        writer.write_record(None::<&[u8]>).map_err(io_error)
    })?;
    writer.flush()
}

/// Returns the error of the target; unlike the conversion of the library, keeps its kind.
fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        kind => io::Error::other(format!("{kind:?}")),
    }
}
