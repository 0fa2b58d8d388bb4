//! Writes case tables as CSV.

use std::io;

use super::case_table::{CaseTable, Column};
use super::formula_escape::escape_formula;
use crate::text::shortest;

/// Returns the CSV file of a table. It imports unchanged.
pub fn cases_csv(table: &CaseTable) -> io::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let extra = table.extra_columns();
    Column::ALL.into_iter().try_for_each(|column| writer.write_field(column.name()))?;
    for (heading, _) in extra {
        writer.write_field(escape_formula(heading).as_bytes())?;
    }
    writer.write_record(None::<&[u8]>)?;
    for case in table.iter() {
        writer.write_field(escape_formula(case.name).as_bytes())?;
        writer.write_field(shortest(case.x))?;
        writer.write_field(shortest(case.y))?;
        for (_, cells) in extra {
            writer.write_field(escape_formula(cells.get(case.index)).as_bytes())?;
        }
        writer.write_record(None::<&[u8]>)?;
    }
    writer.into_inner().map_err(csv::IntoInnerError::into_error)
}

#[cfg(test)]
mod tests {
    use super::super::import::import;
    use super::*;

    #[test]
    fn a_written_table_imports_unchanged() {
        let mut table =
            CaseTable::with_extra_columns(vec!["note, \"quoted\"".to_owned(), "=f".to_owned()]);
        table.push("a;b\nc", 0.1, -1e300, &["'=1", ""]);
        table.push("=1+1", 3.0, 2.5, &["-", "\""]);
        let written = cases_csv(&table).unwrap();
        assert_eq!(import(written).unwrap().cases, table);
        let empty = CaseTable::with_extra_columns(vec!["note".to_owned()]);
        assert_eq!(import(cases_csv(&empty).unwrap()).unwrap().cases, empty);
    }
}
