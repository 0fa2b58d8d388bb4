//! Header and delimiter of a CSV text.

use super::case_table::Column;
use super::csv_records::Records;

/// Positions of the columns in a CSV header.
pub(super) struct CsvHeader {
    /// Position of name, x and y, by [`Column`].
    pub(super) columns: [Option<usize>; 3],
    /// Positions of all other columns.
    pub(super) extra: Vec<usize>,
    /// First column that appears a second time, with its second position.
    pub(super) duplicate: Option<(usize, Column)>,
}

impl CsvHeader {
    pub(super) fn new(record: &csv::StringRecord) -> Self {
        let mut header = Self { columns: [None; 3], extra: Vec::new(), duplicate: None };
        for (at, heading) in record.iter().enumerate() {
            match Column::from_heading(heading) {
                None => header.extra.push(at),
                Some(column) if header.columns[column as usize].is_some() => {
                    header.duplicate.get_or_insert((at, column));
                }
                Some(column) => header.columns[column as usize] = Some(at),
            }
        }
        header
    }
}

/// Returns comma, semicolon or tab: the delimiter that splits most of name, x and y.
pub(super) fn delimiter_of(text: &str) -> u8 {
    let found = |delimiter| {
        let mut records = Records::new(text, delimiter, true);
        let header = records.next().map(|(record, _)| CsvHeader::new(record));
        header.map_or(0, |header| header.columns.iter().flatten().count())
    };
    // The last of several maxima wins, so the comma comes last.
    [b'\t', b';', b','].into_iter().max_by_key(|&delimiter| found(delimiter)).unwrap_or(b',')
}
