//! Cases from CSV: all of them, or a list of the places that are wrong.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::case_table::{CaseTable, Column};
use super::formula_escape::unescape_formula;
use super::source::Source;
use crate::study::file::text_encoding::decode;
use crate::text::{parse_number, quoted, read_error_text};

/// How many bad places of a file are reported in full.
pub const REPORTED: usize = 20;

/// The end mark that is put behind the text: what swallows it is a quote that
/// was never closed. No text holds a zero byte.
const END: &str = "\0";

/// The cases of a file and where each of them stood in it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ImportedCases {
    /// The cases, with their further columns.
    pub cases: CaseTable,
    /// Where they stood.
    pub source: Source,
}

impl ImportedCases {
    /// The three cases of the demo, which stood nowhere.
    #[must_use]
    pub fn demo() -> Self {
        Self { cases: CaseTable::demo(), source: Source::default() }
    }
}

/// A cell that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadCell {
    /// The line in the file, from 1.
    pub line: u32,
    /// The column, as a number of cells from 1.
    pub column: usize,
    /// What was expected and what was found.
    pub message: String,
}

impl fmt::Display for BadCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { line, column, message } = self;
        write!(f, "line {line}, column {column}: {message}")
    }
}

/// Why no cases could be had.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file could not be read at all.
    #[error("{0}")]
    Unreadable(String),
    /// Some cells are wrong: the first 20 of them, and how many there are.
    #[error("{}", listed(.0, *.1))]
    Cells(Vec<BadCell>, usize),
}

/// The bad places that are reported, one a line, and how many more there are.
pub fn listed(places: &[impl fmt::Display], count: usize) -> String {
    let mut lines: Vec<String> = places.iter().map(ToString::to_string).collect();
    if count > places.len() {
        lines.push(format!("and {} more", count - places.len()));
    }
    lines.join("\n")
}

/// Reads the cases in a CSV file.
pub fn read_cases(path: &Path) -> Result<ImportedCases, ImportError> {
    read_cases_from(&mut File::open(path).map_err(unreadable)?)
}

/// Reads the cases in CSV from a reader, to its end.
pub fn read_cases_from(reader: &mut impl Read) -> Result<ImportedCases, ImportError> {
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes).map_err(unreadable)?;
    import(bytes)
}

#[expect(clippy::needless_pass_by_value, reason = "the form that map_err takes")]
fn unreadable(error: io::Error) -> ImportError {
    ImportError::Unreadable(read_error_text(&error))
}

/// Reads the cases in the bytes of a CSV file.
pub fn import(bytes: Vec<u8>) -> Result<ImportedCases, ImportError> {
    match decode(bytes) {
        Ok(text) => Importer::new(&text).read(),
        Err(not_text) => {
            let (line, column) = end_of(&not_text.before);
            let message = format!("{}; save the file as CSV in UTF-8", not_text.message);
            let cell = BadCell { line, column, message };
            Err(ImportError::Cells(vec![cell], 1))
        }
    }
}

/// Line and column of the place right behind this beginning of a CSV file.
fn end_of(text: &str) -> (u32, usize) {
    // What is appended stands right there.
    let text = format!("{text}\u{1}");
    let mut records = Records::new(&text, delimiter_of(&text), "");
    let mut end = (1, 1);
    while let Some((record, line)) = records.next() {
        let column = record.len().max(1);
        end = (line + line_breaks_before(record, column), column);
    }
    end
}

/// Comma, semicolon or tab: whichever finds the most of name, x and y.
fn delimiter_of(text: &str) -> u8 {
    let found = |delimiter| {
        let mut records = Records::new(text, delimiter, END);
        let header = records.next().map(|(record, _)| Header::of(record));
        header.map_or(0, |header| header.columns.iter().flatten().count())
    };
    // Of equals the last would win: the comma stands last.
    [b'\t', b';', b','].into_iter().max_by_key(|&delimiter| found(delimiter)).unwrap_or(b',')
}

/// The records of a CSV text with the lines they start on.
struct Records<'a> {
    text: &'a str,
    reader: csv::Reader<io::Chain<&'a [u8], io::Cursor<Vec<u8>>>>,
    record: csv::StringRecord,
    counted_to: usize,
    line: u32,
}

impl<'a> Records<'a> {
    fn new(text: &'a str, delimiter: u8, end: &str) -> Self {
        let end = if end.is_empty() { Vec::new() } else { format!("\n{end}").into_bytes() };
        let reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(text.as_bytes().chain(io::Cursor::new(end)));
        Self { text, reader, record: csv::StringRecord::new(), counted_to: 0, line: 1 }
    }

    /// The next record and the line it starts on. The reader passes over blank
    /// lines without counting them, and does not count lone carriage returns:
    /// so the lines are counted here.
    fn next(&mut self) -> Option<(&csv::StringRecord, u32)> {
        let text: &'a str = self.text;
        // A text in memory that is UTF-8 cannot fail to be read.
        if !self.reader.read_record(&mut self.record).unwrap_or(false) {
            return None;
        }
        let told = self.record.position().map_or(0, |p| usize::try_from(p.byte()).unwrap_or(0));
        let bytes = text.as_bytes();
        let mut start = told.min(bytes.len());
        while bytes.get(start).is_some_and(|b| matches!(b, b'\r' | b'\n')) {
            start += 1;
        }
        self.line += line_breaks(&text[self.counted_to..start]);
        self.counted_to = start;
        Some((&self.record, self.line))
    }
}

/// How many lines end in this text, be it with CR LF, LF or CR.
fn line_breaks(text: &str) -> u32 {
    let bytes = text.as_bytes();
    let ends = |at: &usize| match bytes[*at] {
        b'\n' => true,
        b'\r' => bytes.get(at + 1) != Some(&b'\n'),
        _ => false,
    };
    u32::try_from((0..bytes.len()).filter(ends).count()).unwrap_or(u32::MAX)
}

/// How many lines end inside the first cells of a record.
fn line_breaks_before(record: &csv::StringRecord, cell: usize) -> u32 {
    record.iter().take(cell).map(line_breaks).sum()
}

/// Which cell of a record is what.
struct Header {
    columns: [Option<usize>; 3],
    further: Vec<usize>,
    twice: Option<(usize, Column)>,
}

impl Header {
    fn of(record: &csv::StringRecord) -> Self {
        let mut header = Self { columns: [None; 3], further: Vec::new(), twice: None };
        for (at, heading) in record.iter().enumerate() {
            match Column::from_heading(heading) {
                None => header.further.push(at),
                Some(column) if header.columns[column as usize].is_some() => {
                    header.twice.get_or_insert((at, column));
                }
                Some(column) => header.columns[column as usize] = Some(at),
            }
        }
        header
    }
}

struct Importer<'a> {
    records: Records<'a>,
    decimal_comma: bool,
    bad: Vec<BadCell>,
    bad_count: usize,
}

impl<'a> Importer<'a> {
    fn new(text: &'a str) -> Self {
        let delimiter = delimiter_of(text);
        Self {
            records: Records::new(text, delimiter, END),
            decimal_comma: delimiter != b',',
            bad: Vec::new(),
            bad_count: 0,
        }
    }

    fn read(mut self) -> Result<ImportedCases, ImportError> {
        let Some((header, columns, headings)) = self.read_header() else {
            return Err(ImportError::Cells(self.bad, self.bad_count));
        };
        let mut cases = CaseTable::with_extra_columns(headings);
        let mut lines = Vec::new();
        self.read_rows(&header, columns, &mut cases, &mut lines);
        if self.bad_count > 0 {
            return Err(ImportError::Cells(self.bad, self.bad_count));
        }
        Ok(ImportedCases { cases, source: Source::of_cells(lines, columns.map(|at| at + 1)) })
    }

    fn read_header(&mut self) -> Option<(Header, [usize; 3], Vec<String>)> {
        let Self { records, bad, bad_count, .. } = self;
        let (record, line) = records.next()?;
        let mut report = |column, message| note(bad, bad_count, BadCell { line, column, message });
        if is_end(record) {
            report(1, "expected the columns name, x and y, found nothing".to_owned());
            return None;
        }
        if record.iter().next_back().is_some_and(|cell| cell.ends_with(END)) {
            report(record.len(), UNCLOSED.to_owned());
            return None;
        }
        let header = Header::of(record);
        if let Some((at, column)) = header.twice {
            report(at + 1, format!("expected one column {column}, found a second one"));
            return None;
        }
        let [Some(name), Some(x), Some(y)] = header.columns else {
            let missing = Column::ALL.into_iter().filter(|&c| header.columns[c as usize].is_none());
            let missing = missing.map(Column::name).collect::<Vec<_>>().join(", ");
            let found = record.iter().map(|h| quoted(h.trim())).collect::<Vec<_>>().join(", ");
            let message =
                format!("expected the columns name, x and y, missing is {missing}, found {found}");
            report(1, message);
            return None;
        };
        let headings = header
            .further
            .iter()
            .map(|&at| unescape_formula(record[at].trim()).to_owned())
            .collect();
        Some((header, [name, x, y], headings))
    }

    fn read_rows(
        &mut self,
        header: &Header,
        columns: [usize; 3],
        cases: &mut CaseTable,
        lines: &mut Vec<u32>,
    ) {
        let Self { records, decimal_comma, bad, bad_count } = self;
        let width = header.further.len() + columns.len();
        while let Some((record, line)) = records.next() {
            if is_end(record) {
                break;
            }
            let mut report = |at: usize, message| {
                let line = line + line_breaks_before(record, at);
                note(bad, bad_count, BadCell { line, column: at + 1, message });
            };
            if record.iter().next_back().is_some_and(|cell| cell.ends_with(END)) {
                report(record.len() - 1, UNCLOSED.to_owned());
                break;
            }
            // Spreadsheets write rows of nothing: they hold no case.
            if record.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            let cell = |at: usize| record.get(at).unwrap_or("");
            let [name, x, y] = columns;
            let mut number = |at: usize, column: Column| {
                parse_number(cell(at), *decimal_comma, column.name())
                    .map_err(|message| report(at, message))
                    .ok()
            };
            let numbers = (number(x, Column::X), number(y, Column::Y));
            if let Some((at, cell)) =
                record.iter().enumerate().skip(width).find(|(_, cell)| !cell.trim().is_empty())
            {
                report(at, format!("expected {width} cells, found one more: {}", quoted(cell)));
            }
            // After the first bad cell the rest is only read to be checked.
            if let ((Some(x), Some(y)), 0) = (numbers, *bad_count) {
                if header.further.is_empty() {
                    cases.push(unescape_formula(cell(name)), x, y, &[]);
                } else {
                    let further: Vec<_> =
                        header.further.iter().map(|&at| unescape_formula(cell(at))).collect();
                    cases.push(unescape_formula(cell(name)), x, y, &further);
                }
                lines.push(line);
            }
        }
    }
}

const UNCLOSED: &str = "expected a closing quote, found the end of the file";

fn is_end(record: &csv::StringRecord) -> bool {
    record.len() == 1 && &record[0] == END
}

fn note(bad: &mut Vec<BadCell>, bad_count: &mut usize, cell: BadCell) {
    *bad_count += 1;
    if bad.len() < REPORTED {
        bad.push(cell);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(text: &str) -> Vec<(String, f64, f64)> {
        let imported = import(text.as_bytes().to_vec()).unwrap();
        imported.cases.iter().map(|c| (c.name.to_owned(), c.x, c.y)).collect()
    }

    fn error(text: &[u8]) -> String {
        import(text.to_vec()).unwrap_err().to_string()
    }

    fn row(name: &str, x: f64, y: f64) -> (String, f64, f64) {
        (name.to_owned(), x, y)
    }

    #[test]
    fn headers_come_in_any_order_and_letter_case() {
        assert_eq!(rows("Y,NAME,x\n3,a,1\n"), [row("a", 1.0, 3.0)]);
        assert_eq!(rows(" name , X ,y\na,1,3"), [row("a", 1.0, 3.0)]);
    }

    #[test]
    fn the_delimiter_is_read_from_the_header() {
        assert_eq!(rows("name;x;y\na;1,5;2\n"), [row("a", 1.5, 2.0)]);
        assert_eq!(rows("name\tx\ty\na\t1,5\t2.5\n"), [row("a", 1.5, 2.5)]);
        assert_eq!(rows("name,x,y\n\"a;b\",1,2\n"), [row("a;b", 1.0, 2.0)]);
    }

    #[test]
    fn every_line_ending_is_understood_and_blank_lines_are_passed_over() {
        for text in ["name,x,y\r\na,1,2\r\n", "name,x,y\ra,1,2\r", "\n\nname,x,y\n\na,1,2"] {
            assert_eq!(rows(text), [row("a", 1.0, 2.0)]);
        }
    }

    #[test]
    fn quotes_are_those_of_rfc_4180() {
        assert_eq!(rows("name,x,y\n\"a \"\"b\"\",\nc\",1,2\n"), [row("a \"b\",\nc", 1.0, 2.0)]);
    }

    #[test]
    fn an_empty_name_is_the_case_of_its_row() {
        assert_eq!(rows("name,x,y\na,1,2\n,3,4\n")[1], row("Case 2", 3.0, 4.0));
    }

    #[test]
    fn further_columns_are_kept() {
        let text = "mesh,name,x,y,note\nfine,a,1,2,'=1\n";
        let imported = import(text.as_bytes().to_vec()).unwrap();
        let further: Vec<_> =
            imported.cases.extra_columns().iter().map(|(h, c)| (h.as_str(), c.get(0))).collect();
        assert_eq!(further, [("mesh", "fine"), ("note", "=1")]);
        let place = imported.source.place(0, Column::X).unwrap();
        assert_eq!(place.to_string(), "line 2, column 3");
    }

    #[test]
    fn columns_of_one_heading_are_told_apart() {
        let imported = import(b"name,x,y,note,note,,\na,1,2,b,c\n".to_vec()).unwrap();
        let headings: Vec<_> =
            imported.cases.extra_columns().iter().map(|(h, _)| h.as_str()).collect();
        assert_eq!(headings, ["note", "note 2", "", "2"]);
    }

    #[test]
    fn a_header_alone_is_a_table_without_rows() {
        assert_eq!(rows("name,x,y\n"), []);
    }

    #[test]
    fn bad_cells_are_named_by_line_and_column() {
        assert_eq!(
            error(b"name,x,y\na,1,2\nb,one,NaN\nc,,3\n"),
            "line 3, column 2: expected a number for x, found \"one\"\n\
             line 3, column 3: expected a finite number for y, found \"NaN\"\n\
             line 4, column 2: expected a number for x, found nothing"
        );
    }

    #[test]
    fn lines_are_counted_over_blank_lines_quoted_breaks_and_carriage_returns() {
        assert!(error(b"name,x,y\n\n\n\"a\nb\",1,2\n\nc,q,1\n").starts_with("line 7, column 2"));
        assert!(error(b"name,x,y\r\ra,1,2\rc,q,1\r").starts_with("line 4, column 2"));
        assert!(error(b"name,x,y\r\n\r\na,1,2\r\nc,q,1\r\n").starts_with("line 4, column 2"));
        // The bad cell itself stands behind a break in its own row.
        assert!(error(b"name,x,y\n\"a\nb\",q,2\n").starts_with("line 3, column 2"));
    }

    #[test]
    fn twenty_bad_cells_are_listed_and_the_rest_counted() {
        let text = format!("name,x,y\n{}", "a,b,1\n".repeat(25));
        let error = error(text.as_bytes());
        assert_eq!(error.lines().count(), 21);
        assert!(error.ends_with("and 5 more"), "{error}");
    }

    #[test]
    fn a_wrong_header_says_what_is_missing() {
        assert_eq!(
            error(b"name,x\na,1\n"),
            "line 1, column 1: expected the columns name, x and y, missing is y, \
             found \"name\", \"x\""
        );
        assert_eq!(
            error(b"name,x,y,X\n"),
            "line 1, column 4: expected one column x, found a second one"
        );
        for empty in [&b""[..], b"\n\n", b"\xEF\xBB\xBF"] {
            assert!(error(empty).contains("expected the columns"), "{}", error(empty));
        }
    }

    #[test]
    fn what_is_no_table_is_refused_where_it_breaks() {
        assert!(error(b"name,x,y\na,1,\xFF").starts_with("line 2, column 3: expected UTF-8"));
        assert!(error(b"name,x,y\na,1,2\n\x00").starts_with("line 3, column 1: expected text"));
        assert!(
            error(b"x,name,y\n1,\"a\n\xFF\",2\n").starts_with("line 3, column 2: expected UTF-8")
        );
        assert!(error(b"\x7fELF\x02\x01\x01\x00").starts_with("line 1, column 1: expected text"));
        assert!(
            error(b"name,x,y\na,1,2\nb,1,\"2\nc,1,2\n")
                .starts_with("line 3, column 3: expected a closing quote"),
        );
        assert!(error(b"name,x,y\na,1,5,2\n").starts_with("line 2, column 4: expected 3 cells"));
    }

    #[test]
    fn trailing_delimiters_and_rows_of_nothing_do_no_harm() {
        assert_eq!(rows("name,x,y\na,1,2,,\n,,\n  \n"), [row("a", 1.0, 2.0)]);
    }

    proptest! {
        #[test]
        fn any_bytes_give_cases_or_an_error_and_never_a_panic(bytes: Vec<u8>) {
            let mut file = b"name,x,y\n".to_vec();
            file.extend(&bytes);
            import(bytes).ok();
            import(file).ok();
        }

        #[test]
        fn any_csv_like_text_is_read_without_a_panic(text in "(name|x|y|[,;\t\"\r\n01a ]){0,40}") {
            import(text.into_bytes()).ok();
        }
    }
}
