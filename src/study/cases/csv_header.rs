//! Header and delimiter of a CSV text.

use super::case_table::Column;
use super::csv_records::Records;
use crate::text::{list, plural, quoted};

pub(super) struct CsvHeader {
    pub(super) columns: [usize; 3],
    pub(super) extra: Vec<usize>,
}

impl CsvHeader {
    /// Finds the columns. The error is a position and a message.
    pub(super) fn parse(record: &csv::StringRecord) -> Result<Self, (usize, String)> {
        let (mut columns, mut extra) = ([None; 3], Vec::new());
        for (at, heading) in record.iter().enumerate() {
            match Column::from_heading(heading) {
                None => extra.push(at),
                Some(column) if columns[column as usize].is_some() => {
                    return Err((at, format!("the header has a second column {column}")));
                }
                Some(column) => columns[column as usize] = Some(at),
            }
        }
        match columns {
            [Some(name), Some(x), Some(y)] => Ok(Self { columns: [name, x, y], extra }),
            _ => Err((0, missing_columns(columns, record))),
        }
    }
}

fn missing_columns(columns: [Option<usize>; 3], record: &csv::StringRecord) -> String {
    let missing = Column::ALL.into_iter().filter(|&column| columns[column as usize].is_none());
    let missing: Vec<_> = missing.collect();
    let noun = plural(missing.len(), "column", "columns");
    let headings = record.iter().map(str::trim).filter(|heading| !heading.is_empty());
    let headings = list(headings.map(quoted));
    let found = if headings.is_empty() { String::new() } else { format!(": found {headings}") };
    format!("the header lacks the {noun} {}{found}", list(missing))
}

/// Returns comma, semicolon or tab: the delimiter that splits most of name, x and y.
pub(super) fn delimiter_of(text: &str) -> u8 {
    let found_columns = |delimiter| {
        let mut records = Records::new(text, delimiter, true);
        records.next().map_or(0, |(record, _)| {
            let is_found =
                |column: &Column| record.iter().any(|h| Column::from_heading(h) == Some(*column));
            Column::ALL.iter().filter(|column| is_found(column)).count()
        })
    };
    // The last of several maxima wins, so the comma comes last.
    [b'\t', b';', b','].into_iter().max_by_key(|&d| found_columns(d)).unwrap_or(b',')
}
