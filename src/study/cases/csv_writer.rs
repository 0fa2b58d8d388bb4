//! Writes case tables as CSV.

use std::io::{self, Write};

use super::case_table::{CaseTable, Column};
use super::formula_escape::escape_formula;
use crate::text::shortest;

/// Returns the CSV file of a table. It imports unchanged.
pub fn cases_csv(table: &CaseTable) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let extra = table.extra_columns();
    let mut writer = CaseWriter::new(&mut bytes, extra.iter().map(|(h, _)| h.as_str()))?;
    for case in table.iter() {
        let cells = extra.iter().map(|(_, cells)| cells.get(case.index));
        writer.push(case.name, case.x, case.y, cells)?;
    }
    writer.finish()?;
    Ok(bytes)
}

/// Writes cases as CSV, row by row.
pub struct CaseWriter<W: Write>(csv::Writer<W>);

impl<W: Write> CaseWriter<W> {
    /// Writes the header, with the headings of the extra columns.
    pub fn new<'h>(to: W, extra: impl Iterator<Item = &'h str>) -> io::Result<Self> {
        let mut writer = csv::Writer::from_writer(to);
        let mut names = Column::ALL.into_iter().map(Column::name);
        names.try_for_each(|name| writer.write_field(name)).map_err(io_error)?;
        let mut writer = Self(writer);
        writer.end_row(extra)?;
        Ok(writer)
    }

    pub fn push(
        &mut self,
        name: &str,
        x: f64,
        y: f64,
        extra: impl Iterator<Item = impl AsRef<str>>,
    ) -> io::Result<()> {
        self.write(&escape_formula(name))?;
        self.write(&shortest(x))?;
        self.write(&shortest(y))?;
        self.end_row(extra)
    }

    fn end_row(&mut self, extra: impl Iterator<Item = impl AsRef<str>>) -> io::Result<()> {
        for text in extra {
            self.write(&escape_formula(text.as_ref()))?;
        }
        self.0.write_record(None::<&[u8]>).map_err(io_error)
    }

    fn write(&mut self, cell: &str) -> io::Result<()> {
        self.0.write_field(cell).map_err(io_error)
    }

    pub fn finish(mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Keeps the kind of an error of the output, such as a closed pipe.
fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        kind => io::Error::other(format!("{kind:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::import::table_options::TableOptions;
    use crate::study::import::table_reader::read_table;

    fn import(bytes: &[u8]) -> CaseTable {
        read_table(bytes, &TableOptions::default(), &|| false).result.unwrap().cases
    }

    #[test]
    fn a_written_table_imports_unchanged() {
        let mut table =
            CaseTable::with_extra_columns(vec!["note, \"quoted\"".to_owned(), "=f".to_owned()]);
        table.push("a;b\nc", 0.1, -1e300, &["'=1", ""]);
        table.push("=1+1", 3.0, 2.5, &["-", "\""]);
        let written = cases_csv(&table).unwrap();
        assert_eq!(import(&written), table);
        let empty = CaseTable::with_extra_columns(vec!["note".to_owned()]);
        assert_eq!(import(&cases_csv(&empty).unwrap()), empty);
    }
}
