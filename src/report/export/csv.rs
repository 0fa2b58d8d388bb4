//! The format `csv`, and the same rows with tabs for the clipboard.

use std::io::{self, Write};

use super::exporter::{Cell, Exportable, Exporter};
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

    fn write(&self, content: &dyn Exportable, to: &mut dyn Write) -> io::Result<()> {
        write_separated(content, b',', to)
    }
}

/// Writes the rows separated by tabs, as spreadsheets paste them.
pub fn write_tabs(content: &dyn Exportable, to: &mut dyn Write) -> io::Result<()> {
    write_separated(content, b'\t', to)
}

fn write_separated(content: &dyn Exportable, delimiter: u8, to: &mut dyn Write) -> io::Result<()> {
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(to);
    content.write_rows(&mut |cells| {
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
