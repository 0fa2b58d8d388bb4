//! Rows for spreadsheets, separated by commas in files and by tabs on the clipboard.

use std::io::{self, Write};

use super::exportable::{Cell, Exportable};
use crate::study::escape_formula;
use crate::text::shortest;

/// Writes the rows separated by tabs, as spreadsheets paste them.
pub fn write_tabs(content: &dyn Exportable, to: &mut dyn Write) -> io::Result<()> {
    write_separated(content, b'\t', to)
}

pub(super) fn write_separated(
    content: &dyn Exportable,
    delimiter: u8,
    to: &mut dyn Write,
) -> io::Result<()> {
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
