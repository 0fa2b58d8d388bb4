//! Reads a table of figures with known columns from a CSV text.

use strum::VariantArray as _;

use super::bad_cells::{BadCell, BadCells};
use super::imported_cases::ImportError;
use super::records::{Records, has_unclosed_quote, is_end, line_breaks_before};
use super::table_options::Separator;
use crate::study::file::text_encoding::{decode, encoding_of};
use crate::text::{list, quoted};

/// A column: its heading, whether every table has it, and how its cells are read. The second
/// argument tells whether a comma may be a decimal comma.
pub struct FigureColumn {
    pub heading: &'static str,
    pub is_required: bool,
    pub parse: fn(&str, bool) -> Result<f64, String>,
}

/// A row: the figures of the columns in their order, those of missing columns absent.
#[derive(Debug, Clone, PartialEq)]
pub struct FigureRow<const N: usize> {
    /// Line in the file, from 1.
    pub line: u32,
    pub figures: [Option<f64>; N],
}

/// Reads the rows of a table. Other columns are left out. The error names all bad cells.
pub fn read_figures<const N: usize>(
    bytes: &[u8],
    columns: &[FigureColumn; N],
) -> Result<Vec<FigureRow<N>>, ImportError> {
    let text = decode(bytes, encoding_of(bytes))
        .map_err(|error| ImportError::unreadable(error.message))?;
    let separator = separator_of(&text, columns);
    let mut records = Records::new(&text, separator, true);
    let places = header(&mut records, columns).map_err(ImportError::of_cell)?;
    let (mut rows, mut bad) = (Vec::new(), BadCells::default());
    while let Some((record, line)) = records.next() {
        if is_end(record) {
            break;
        }
        let place = |at: usize| (line + line_breaks_before(record, at), at + 1);
        if has_unclosed_quote(record) {
            let message = "expected a closing quote, found the end of the file";
            bad.push(BadCell::in_text(place(record.len() - 1), message));
            break;
        }
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let figures = std::array::from_fn(|column| {
            let at = places[column]?;
            let cell = record.get(at).unwrap_or_default();
            let parsed = (columns[column].parse)(cell, separator.allows_decimal_comma());
            parsed.map_err(|message| bad.push(BadCell::in_text(place(at), message))).ok()
        });
        rows.push(FigureRow { line, figures });
    }
    match bad {
        BadCells { count: 0, .. } => Ok(rows),
        BadCells { kept, count } => Err(ImportError::Cells(kept, count)),
    }
}

/// Returns the separator that finds the most columns, the first of equal ones.
fn separator_of(text: &str, columns: &[FigureColumn]) -> Separator {
    let found = |separator: &&Separator| {
        let mut records = Records::new(text, **separator, true);
        let places = records.next().map(|(record, _)| places(record, columns));
        places.map_or(0, |places| places.iter().flatten().count())
    };
    Separator::VARIANTS.iter().rev().max_by_key(found).copied().unwrap_or(Separator::Comma)
}

/// Returns the position of each column in a header.
fn places(header: &csv::StringRecord, columns: &[FigureColumn]) -> Vec<Option<usize>> {
    let at = |column: &FigureColumn| {
        header.iter().position(|heading| heading.trim().eq_ignore_ascii_case(column.heading))
    };
    columns.iter().map(at).collect()
}

fn header(
    records: &mut Records<'_>,
    columns: &[FigureColumn],
) -> Result<Vec<Option<usize>>, BadCell> {
    let required = || columns.iter().filter(|column| column.is_required);
    let (record, line) = match records.next() {
        Some((record, line)) if !is_end(record) => (record, line),
        _ => {
            let wanted = list(required().map(|column| column.heading));
            let message = format!("expected the columns {wanted}, found an empty file");
            return Err(BadCell::in_text((1, 1), message));
        }
    };
    let places = places(record, columns);
    for (column, place) in columns.iter().zip(&places) {
        let heading = column.heading;
        let same = |other: &&str| other.trim().eq_ignore_ascii_case(heading);
        if record.iter().filter(same).count() > 1 {
            let at = (0..record.len()).rfind(|&at| same(&&record[at])).unwrap_or_default();
            let message = format!("the header has a second column {heading}");
            return Err(BadCell::in_text((line, at + 1), message));
        }
        if place.is_none() && column.is_required {
            let found = record.iter().map(|heading| quoted(heading.trim()));
            let message = format!("the header lacks the column {heading}: found {}", list(found));
            return Err(BadCell::in_text((line, 1), message));
        }
    }
    Ok(places)
}
