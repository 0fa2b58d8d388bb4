//! The records of a CSV text, with their line numbers.

use std::io::{self, Read as _};

use strum::VariantArray as _;

use super::table_header::{TableHeader, found_roles};
use super::table_options::Separator;
use crate::text::parse_number;

/// Returns the separator that a first line such as `sep=;` declares.
pub(super) fn declared_separator(text: &str) -> Option<Separator> {
    let line = text.split(['\r', '\n']).next()?.trim_matches('"');
    let (key, separator) = line.split_at_checked("sep=".len())?;
    let found = Separator::VARIANTS.iter().copied().find(|it| separator.as_bytes() == [it.byte()]);
    found.filter(|_| key.eq_ignore_ascii_case("sep="))
}

/// Returns comma, semicolon or tab: the declared separator, or else the one that splits the
/// first row best. The error lists several that split it equally well.
pub(super) fn separator_of(text: &str, no_header: bool) -> Result<Separator, Vec<Separator>> {
    if let Some(declared) = declared_separator(text) {
        return Ok(declared);
    }
    let fit = |separator: Separator| {
        let mut records = Records::new(text, separator, true);
        let Some((record, _)) = records.next() else { return (0, 0) };
        let found = if no_header {
            columns_with_numbers(record, separator)
        } else {
            found_roles(record.iter())
        };
        (found, record.len())
    };
    let fits = Separator::VARIANTS.iter().map(|&separator| (separator, fit(separator)));
    let fits: Vec<_> = fits.collect();
    let complete = fits.iter().filter(|(_, (found, _))| *found == COMPLETE);
    let complete: Vec<_> = complete.map(|(separator, _)| *separator).collect();
    if complete.len() > 1 {
        return Err(complete);
    }
    // The first of those that split the row equally well.
    let best = fits.into_iter().rev().max_by_key(|(_, fit)| *fit);
    Ok(best.map_or(Separator::Comma, |(separator, _)| separator))
}

/// Measure of a first row that has all columns.
const COMPLETE: usize = 3;

/// Measures how well a separator splits a first row that is a case.
fn columns_with_numbers(record: &csv::StringRecord, separator: Separator) -> usize {
    let cells: Vec<&str> = record.iter().collect();
    let Ok(header) = TableHeader::without_headings(0, cells.len()) else { return 0 };
    let is_number = |at: usize| {
        let cell = cells.get(at).copied().unwrap_or_default();
        parse_number(cell, separator.allows_decimal_comma(), "").is_ok()
    };
    if is_number(header.x) && is_number(header.y) { COMPLETE } else { 1 }
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
    pub(super) fn new(text: &'a str, separator: Separator, marks_end: bool) -> Self {
        let end = if marks_end { format!("\n{END}").into_bytes() } else { Vec::new() };
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(separator.byte())
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
