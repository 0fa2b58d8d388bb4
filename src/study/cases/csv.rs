//! The header and the records of a CSV text, with their line numbers.

use std::io::{self, Read as _};

use super::case_table::Column;
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

/// The delimiters, the preferred one last.
const DELIMITERS: [u8; 3] = [b'\t', b';', b','];

/// Returns the delimiter that a first line such as `sep=;` declares.
pub(super) fn declared_delimiter(text: &str) -> Option<u8> {
    let line = text.split(['\r', '\n']).next()?.trim_matches('"');
    let (key, delimiter) = line.split_at_checked("sep=".len())?;
    let is_declared =
        |found: &u8| key.eq_ignore_ascii_case("sep=") && delimiter.as_bytes() == [*found];
    DELIMITERS.into_iter().find(is_declared)
}

/// Returns comma, semicolon or tab: the declared delimiter, or else the one that splits
/// most of name, x and y.
pub(super) fn delimiter_of(text: &str) -> u8 {
    let found_columns = |delimiter| {
        let mut records = Records::new(text, delimiter, true);
        records.next().map_or(0, |(record, _)| {
            let is_found =
                |column: &Column| record.iter().any(|h| Column::from_heading(h) == Some(*column));
            Column::ALL.iter().filter(|column| is_found(column)).count()
        })
    };
    let splits_most = || DELIMITERS.into_iter().max_by_key(|&d| found_columns(d));
    declared_delimiter(text).or_else(splits_most).unwrap_or(b',')
}

/// Mark appended to a text to detect an unclosed quote, which swallows it. No text
/// contains a NUL byte.
pub(super) const END: &str = "\0";

pub(super) struct Records<'a> {
    text: &'a str,
    reader: csv::Reader<io::Chain<&'a [u8], io::Cursor<Vec<u8>>>>,
    record: csv::StringRecord,
    counted_to: usize,
    line: u32,
}

impl<'a> Records<'a> {
    /// Creates the records of a text, followed by a line with [`END`] if `marks_end`.
    pub(super) fn new(text: &'a str, delimiter: u8, marks_end: bool) -> Self {
        let end = if marks_end { format!("\n{END}").into_bytes() } else { Vec::new() };
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(text.as_bytes().chain(io::Cursor::new(end)));
        Self { text, reader, record: csv::StringRecord::new(), counted_to: 0, line: 1 }
    }

    /// Returns the next record and the line it starts on.
    ///
    /// Counts lines itself: the reader skips blank lines without counting them, and does
    /// not count lone carriage returns.
    pub(super) fn next(&mut self) -> Option<(&csv::StringRecord, u32)> {
        let text: &'a str = self.text;
        // Reading UTF-8 text from memory cannot fail.
        if !self.reader.read_record(&mut self.record).unwrap_or(false) {
            return None;
        }
        let position = self.record.position();
        let offset = position.map_or(0, |p| usize::try_from(p.byte()).unwrap_or(0));
        let bytes = text.as_bytes();
        let mut start = offset.min(bytes.len());
        while bytes.get(start).is_some_and(|b| matches!(b, b'\r' | b'\n')) {
            start += 1;
        }
        self.line += line_breaks(&text[self.counted_to..start]);
        self.counted_to = start;
        Some((&self.record, self.line))
    }
}

/// Counts the line breaks in a text: CR LF, LF or CR.
fn line_breaks(text: &str) -> u32 {
    let bytes = text.as_bytes();
    let ends_line = |at: &usize| match bytes[*at] {
        b'\n' => true,
        b'\r' => bytes.get(at + 1) != Some(&b'\n'),
        _ => false,
    };
    u32::try_from((0..bytes.len()).filter(ends_line).count()).unwrap_or(u32::MAX)
}

/// Counts the line breaks inside the first `cells` cells of a record.
pub(super) fn line_breaks_before(record: &csv::StringRecord, cells: usize) -> u32 {
    record.iter().take(cells).map(line_breaks).sum()
}

pub(super) fn is_end(record: &csv::StringRecord) -> bool {
    record.len() == 1 && &record[0] == END
}

/// Whether an unclosed quote in the record swallowed the end mark.
pub(super) fn has_unclosed_quote(record: &csv::StringRecord) -> bool {
    record.iter().next_back().is_some_and(|cell| cell.ends_with(END))
}
