//! Writes workbooks (`.xlsx`), row by row.
//!
//! Rows go to a temporary file at once, so memory does not grow with their number. The
//! same rows give the same bytes.

use std::env::temp_dir;
use std::io::{self, Write};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

use super::case_column::headings;
use super::case_table::CaseTable;
use crate::study::file::without_panic::without_panic;
use crate::text::{count, shortest};

/// Maximum number of characters in a cell.
const MAX_TEXT_CHARS: usize = 32_767;

/// Maximum number of rows below the headings.
pub const MAX_WORKBOOK_ROWS: usize = 1_048_575;

/// A cell of a workbook. Text is never a formula.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum WorkbookCell<'a> {
    Number(f64),
    Text(&'a str),
}

/// Returns the workbook of a table, which imports unchanged. A text that no cell can hold is an
/// error.
pub fn cases_workbook(table: &CaseTable) -> io::Result<Vec<u8>> {
    if table.len() > MAX_WORKBOOK_ROWS {
        return Err(io::Error::other("a workbook holds at most 1048575 cases; save them as .csv"));
    }
    let mut writer = WorkbookWriter::new()?;
    writer.begin_sheet("Cases", headings(table).into_iter())?;
    let extra = table.extra_columns();
    for case in table.iter() {
        let own = [
            WorkbookCell::Text(case.name),
            WorkbookCell::Number(case.x),
            WorkbookCell::Number(case.y),
        ];
        let cells = extra.iter().map(|(_, cells)| WorkbookCell::of(cells.get(case.index)));
        writer.push(own.into_iter().chain(cells))?;
    }
    let mut bytes = Vec::new();
    match writer.finish(&mut bytes)? {
        0 => Ok(bytes),
        texts => Err(io::Error::other(format!(
            "a cell of a workbook holds at most 32 767 characters, found {}; save the cases as .csv",
            count(usize::try_from(texts).unwrap_or(usize::MAX), "longer text")
        ))),
    }
}

impl<'a> WorkbookCell<'a> {
    /// Returns a number if that reads back as the same text, else the text.
    fn of(text: &'a str) -> Self {
        match text.parse::<f64>() {
            Ok(number) if number.is_finite() && shortest(number) == text => Self::Number(number),
            _ => Self::Text(text),
        }
    }
}

pub struct WorkbookWriter {
    book: Workbook,
    sheet: usize,
    row: u32,
    /// Index of the last column of the sheet.
    columns: u16,
    cut_texts: u64,
}

impl WorkbookWriter {
    /// Creates a workbook without sheets.
    pub fn new() -> io::Result<Self> {
        let mut book = Workbook::new();
        let created = ExcelDateTime::from_ymd(2000, 1, 1).map_err(io::Error::other)?;
        book.set_properties(&DocProperties::new().set_creation_datetime(&created));
        Ok(Self { book, sheet: 0, row: 0, columns: 0, cut_texts: 0 })
    }

    /// Adds a sheet, which the following rows belong to. Its header stays in view.
    pub fn begin_sheet<'h>(
        &mut self,
        name: &str,
        headings: impl Iterator<Item = &'h str>,
    ) -> io::Result<()> {
        self.end_sheet()?;
        self.sheet = self.book.worksheets().len();
        self.row = 1;
        let bold = Format::new().set_bold();
        written(|| {
            let sheet = self.book.add_worksheet_with_constant_memory()?;
            sheet.set_name(name)?.set_freeze_panes(1, 0)?;
            for (column, heading) in (0..).zip(headings) {
                // Cells below an empty one would lie outside the columns when they are read.
                let without = format!("column {}", column + 1);
                let heading = if heading.is_empty() { &without } else { heading };
                let heading = cut(heading, &mut self.cut_texts);
                sheet.write_string_with_format(0, column, heading, &bold)?;
                self.columns = column;
            }
            Ok(())
        })
    }

    /// Gives the rows of the last sheet a filter.
    fn end_sheet(&mut self) -> io::Result<()> {
        if self.row > 1 {
            written(|| {
                let sheet = self.book.worksheet_from_index(self.sheet)?;
                sheet.autofilter(0, 0, self.row - 1, self.columns).map(|_| ())
            })?;
        }
        Ok(())
    }

    /// Appends a row. Empty texts leave their cells blank.
    pub fn push<'c>(&mut self, cells: impl Iterator<Item = WorkbookCell<'c>>) -> io::Result<()> {
        written(|| {
            let sheet = self.book.worksheet_from_index(self.sheet)?;
            for (column, cell) in (0..).zip(cells) {
                match cell {
                    WorkbookCell::Number(number) => sheet.write_number(self.row, column, number)?,
                    WorkbookCell::Text("") => continue,
                    WorkbookCell::Text(text) => {
                        sheet.write_string(self.row, column, cut(text, &mut self.cut_texts))?
                    }
                };
            }
            Ok(())
        })?;
        self.row += 1;
        Ok(())
    }

    /// Writes the workbook. Returns the number of texts that were cut because they did not
    /// fit in a cell.
    pub fn finish(mut self, to: &mut dyn Write) -> io::Result<u64> {
        self.end_sheet()?;
        to.write_all(&written(|| self.book.save_to_buffer())?)?;
        Ok(self.cut_texts)
    }
}

/// Calls the library, which panics if it cannot write its temporary files.
fn written<T>(call: impl FnOnce() -> Result<T, XlsxError>) -> io::Result<T> {
    let result = without_panic(call).ok_or_else(|| {
        let folder = temp_dir();
        io::Error::other(format!("no temporary file can be written in {}", folder.display()))
    })?;
    result.map_err(io::Error::other)
}

/// Returns as much of a text as fits in a cell, and counts the texts that do not fit.
fn cut<'t>(text: &'t str, cut_texts: &mut u64) -> &'t str {
    // Workbooks count UTF-16 units.
    let mut units = 0;
    let end = text.char_indices().find(|(_, c)| {
        units += c.len_utf16();
        units > MAX_TEXT_CHARS
    });
    match end {
        None => text,
        Some((end, _)) => {
            *cut_texts += 1;
            &text[..end]
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::study::cases::csv_writer::cases_csv;
    use crate::study::import::table_options::TableOptions;
    use crate::study::import::table_reader::read_table;
    use crate::study::{Study, parse_study, study_text};

    #[test]
    fn the_same_rows_give_the_same_bytes_and_long_texts_are_cut() {
        let book = || {
            let long = "ä".repeat(MAX_TEXT_CHARS + 1);
            let mut writer = WorkbookWriter::new().unwrap();
            writer.begin_sheet("Cases", ["a", "b"].into_iter()).unwrap();
            let cells = [WorkbookCell::Number(0.5), WorkbookCell::Text("=1+1")];
            writer.push(cells.into_iter()).unwrap();
            writer.begin_sheet("Run", ["c"].into_iter()).unwrap();
            writer.push([WorkbookCell::Text(&long)].into_iter()).unwrap();
            let mut bytes = Vec::new();
            (writer.finish(&mut bytes).unwrap(), bytes)
        };
        let (cut_texts, bytes) = book();
        assert_eq!(cut_texts, 1);
        assert!(bytes.starts_with(b"PK"));
        assert_eq!(book().1, bytes);
    }

    fn read(bytes: &[u8]) -> CaseTable {
        let reading = read_table(bytes, &TableOptions::default(), &|| false);
        reading.result.unwrap().cases
    }

    /// Any text that a case may have: no zero character, and not blank.
    fn text() -> impl Strategy<Value = String> {
        let tricky = "[=+@'\"\t\r\n,; _x0-9A-Fa-f-]{0,12}";
        let signs = "[\u{1}-\u{1F}\u{FFFE}\u{FFFF}\u{85}\u{2028}\u{FEFF}]{0,4}";
        let number = any::<f64>().prop_map(shortest);
        let any = any::<String>().prop_map(|text| text.replace('\0', ""));
        prop_oneof![tricky, signs, any, number, Just("_x000D_".to_owned())]
    }

    fn number() -> impl Strategy<Value = f64> {
        any::<f64>().prop_filter("finite", |number| number.is_finite())
    }

    /// A table with names that are not blank.
    fn table() -> impl Strategy<Value = CaseTable> {
        let row = (text(), number(), number(), text(), text());
        prop::collection::vec(row, 0..6).prop_map(|rows| {
            let headings = vec!["note".to_owned(), "a b=".to_owned()];
            let mut table = CaseTable::with_extra_columns(headings);
            for (name, x, y, note, other) in rows {
                table.push(&name, x, y, &[&note, &other]);
            }
            table
        })
    }

    proptest! {
        #[test]
        fn any_cases_are_read_back_from_csv(table in table()) {
            prop_assert_eq!(read(&cases_csv(&table).unwrap()), table);
        }

        #[test]
        fn any_cases_are_read_back_from_a_workbook(table in table()) {
            prop_assert_eq!(read(&cases_workbook(&table).unwrap()), table);
        }

        #[test]
        fn any_cases_are_read_back_from_a_study(table in table()) {
            let written = study_text(&Study { cases: table.clone(), ..Study::default() });
            let opened = parse_study(&written, "a.caselanes".as_ref(), |_, _| unreachable!());
            let read = opened.unwrap().study.cases;
            if table.is_empty() {
                prop_assert!(read.is_empty());
            } else {
                prop_assert_eq!(read, table);
            }
        }
    }

    #[test]
    fn a_text_that_no_cell_holds_is_refused() {
        let mut table = CaseTable::default();
        table.push(&"a".repeat(32_768), 1.0, 1.0, &[]);
        let error = cases_workbook(&table).unwrap_err().to_string();
        assert!(error.contains("found 1 longer text; save the cases as .csv"), "{error}");
    }

    #[test]
    fn numbers_are_read_back_exactly() {
        let mut table = CaseTable::default();
        for number in [-0.0, 5e-324, f64::MAX, f64::MIN_POSITIVE, 0.1 + 0.2, 1e21, 123_456_789.125]
        {
            table.push("a", number, -number, &[]);
        }
        for bytes in [cases_csv(&table).unwrap(), cases_workbook(&table).unwrap()] {
            let read = read(&bytes);
            let bits = |table: &CaseTable| -> Vec<[u64; 2]> {
                table.iter().map(|case| [case.x.to_bits(), case.y.to_bits()]).collect()
            };
            assert_eq!(bits(&read), bits(&table));
        }
    }
}
