//! Writes case tables as CSV.

use std::io::{self, Write};

use super::case_table::{CaseTable, Column};
use super::formula_escape::escape_formula;
use crate::text::{grouping, may_have_decimal_comma, shortest};

/// Returns the CSV file of a table. It imports unchanged.
pub fn cases_csv(table: &CaseTable) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let extra = table.extra_columns();
    let mut writer = CaseWriter::new(&mut bytes, extra.iter().map(|(h, _)| h.as_str()))?;
    let mut texts = extra.iter().flat_map(|(_, cells)| cells.iter());
    writer.is_beside_commas = texts.any(may_have_decimal_comma)
        || table.iter().any(|case| may_have_decimal_comma(case.name));
    for case in table.iter() {
        let cells = extra.iter().map(|(_, cells)| cells.get(case.index));
        writer.push(case.name, case.x, case.y, cells)?;
    }
    writer.finish()?;
    Ok(bytes)
}

/// Writes cases as CSV, row by row.
pub struct CaseWriter<W: Write> {
    to: csv::Writer<W>,
    /// Whether texts have a decimal comma, so that the point of `1.000` may group thousands.
    is_beside_commas: bool,
}

impl<W: Write> CaseWriter<W> {
    /// Writes the header, with the headings of the extra columns.
    pub fn new<'h>(to: W, extra: impl Iterator<Item = &'h str>) -> io::Result<Self> {
        let mut writer = Self { to: csv::Writer::from_writer(to), is_beside_commas: false };
        Column::ALL.into_iter().try_for_each(|column| writer.write(column.name()))?;
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
        self.write_number(x)?;
        self.write_number(y)?;
        self.end_row(extra)
    }

    fn end_row(&mut self, extra: impl Iterator<Item = impl AsRef<str>>) -> io::Result<()> {
        for text in extra {
            self.write(&escape_formula(text.as_ref()))?;
        }
        self.to.write_record(None::<&[u8]>).map_err(io_error)
    }

    fn write_number(&mut self, number: f64) -> io::Result<()> {
        let mut text = shortest(number);
        if self.is_beside_commas && grouping(&text).is_some() {
            // A further digit distinguishes a fraction from thousands.
            text.push('0');
        }
        self.write(&text)
    }

    fn write(&mut self, cell: &str) -> io::Result<()> {
        self.to.write_field(cell).map_err(io_error)
    }

    pub fn finish(mut self) -> io::Result<()> {
        self.to.flush()
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
    fn fractions_beside_decimal_commas_import_unchanged() {
        for cell in ["1.533,4", "1,5", "1,533", "-1.533.000,5"] {
            let mut table = CaseTable::with_extra_columns(vec!["load".to_owned()]);
            table.push("a", 876.532, -1.5, &[cell]);
            let written = cases_csv(&table).unwrap();
            assert!(String::from_utf8_lossy(&written).contains("a,876.5320,-1.5"), "{cell}");
            assert_eq!(import(&written), table, "{cell}");
        }
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
