//! Imports cases from CSV: all of them, or a list of bad cells.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::bad_cells::{BadCell, BadCells};
use super::case_table::{CaseTable, Column};
use super::csv::{
    CsvHeader, Records, declared_delimiter, delimiter_of, has_unclosed_quote, is_end,
    line_breaks_before,
};
use super::decimal_separators::{DecimalSeparators, KnownSeparators};
use super::formula_escape::unescape_formula;
use crate::study::file::text_encoding::decode;
use crate::text::{parse_number, quoted, read_error_text};

const NO_HEADER: &str = "expected the columns name, x and y, found an empty file";
const UNCLOSED_QUOTE: &str = "expected a closing quote, found the end of the file";

#[derive(Debug, Clone, Default, PartialEq)]
pub struct ImportedCases {
    /// The cases, with their extra columns.
    pub cases: CaseTable,
    pub source: Source,
    pub separators: KnownSeparators,
}

impl ImportedCases {
    /// Returns the three cases of the demo, which have no source.
    pub fn demo() -> Self {
        Self { cases: CaseTable::demo(), ..Self::default() }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Source {
    lines: Vec<u32>,
    columns: Option<[usize; 3]>,
}

impl Source {
    /// Creates the source of a file with columns for name, x and y.
    pub fn of_cells(lines: Vec<u32>, columns: [usize; 3]) -> Self {
        Self { lines, columns: Some(columns) }
    }

    /// Creates the source of a list of cases, which has lines but no columns.
    pub fn of_lines(lines: Vec<u32>) -> Self {
        Self { lines, columns: None }
    }

    /// Returns the place of a cell of the row at `index`, or `None` if the table was not
    /// read from a file.
    pub fn place(&self, index: usize, column: Column) -> Option<CellPlace> {
        let column = self.columns.map(|columns| columns[column as usize]);
        self.lines.get(index).map(|&line| CellPlace { line, column })
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CellPlace {
    pub line: u32,
    /// Column, counted in cells from 1, in a file with columns.
    pub column: Option<usize>,
}

impl fmt::Display for CellPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        self.column.map_or(Ok(()), |column| write!(f, ", column {column}"))
    }
}

#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("{0}")]
    Unreadable(String),
    /// The first `MAX_REPORTED` bad cells, and the number of all.
    #[error("{}", list_problems(.0, *.1))]
    Cells(Vec<BadCell>, usize),
}

impl ImportError {
    /// Describes the error with the file, and the line and column of each bad cell.
    pub fn describe(&self, file: &str) -> String {
        match self {
            Self::Unreadable(problem) => format!("{problem}: {file}"),
            Self::Cells(cells, count) => list_problems_in(file, cells, *count),
        }
    }
}

/// Lists problems like [`list_problems`], each behind the name of the file.
pub fn list_problems_in(file: &str, reported: &[impl fmt::Display], count: usize) -> String {
    let reported: Vec<_> = reported.iter().map(|problem| format!("{file}, {problem}")).collect();
    list_problems(&reported, count)
}

/// Returns one line for each reported problem and one with the number of the others.
pub fn list_problems(reported: &[impl fmt::Display], count: usize) -> String {
    let mut lines: Vec<String> = reported.iter().map(ToString::to_string).collect();
    if count > reported.len() {
        lines.push(format!("and {} more", count - reported.len()));
    }
    lines.join("\n")
}

pub fn read_cases(path: &Path) -> Result<ImportedCases, ImportError> {
    read_cases_from(&mut File::open(path).map_err(unreadable)?)
}

pub fn read_cases_from(reader: &mut impl Read) -> Result<ImportedCases, ImportError> {
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes).map_err(unreadable)?;
    import(bytes)
}

#[expect(clippy::needless_pass_by_value, reason = "the form that map_err takes")]
fn unreadable(error: io::Error) -> ImportError {
    ImportError::Unreadable(read_error_text(&error))
}

pub fn import(bytes: Vec<u8>) -> Result<ImportedCases, ImportError> {
    match decode(bytes) {
        Ok(text) => Importer::new(&text).run(),
        Err(not_text) => {
            let (line, column) = end_position(&not_text.before);
            let message = format!("{}; save the file as CSV in UTF-8", not_text.message);
            let cell = BadCell { line, column, message };
            Err(ImportError::Cells(vec![cell], 1))
        }
    }
}

/// Returns line and column of the cell right behind this beginning of a CSV file.
fn end_position(text: &str) -> (u32, usize) {
    // The appended character is in that cell.
    let text = format!("{text}\u{1}");
    let mut records = Records::new(&text, delimiter_of(&text), false);
    let mut position = (1, 1);
    while let Some((record, line)) = records.next() {
        let column = record.len().max(1);
        position = (line + line_breaks_before(record, column), column);
    }
    position
}

struct Importer<'a> {
    records: Records<'a>,
    has_decimal_comma: bool,
    bad: BadCells,
}

impl<'a> Importer<'a> {
    fn new(text: &'a str) -> Self {
        let delimiter = delimiter_of(text);
        let mut records = Records::new(text, delimiter, true);
        if declared_delimiter(text).is_some() {
            records.next();
        }
        Self { records, has_decimal_comma: delimiter != b',', bad: BadCells::default() }
    }

    fn run(mut self) -> Result<ImportedCases, ImportError> {
        let (header, mut cases) =
            self.read_header().map_err(|cell| ImportError::Cells(vec![cell], 1))?;
        let (lines, separators) = self.read_rows(&header, &mut cases);
        if self.bad.count > 0 {
            let BadCells { mut reported, count } = self.bad;
            reported.sort_by_key(|cell| (cell.line, cell.column));
            return Err(ImportError::Cells(reported, count));
        }
        let columns = header.columns.map(|at| at + 1);
        Ok(ImportedCases { cases, source: Source::of_cells(lines, columns), separators })
    }

    /// Reads the header and creates an empty table with its extra columns.
    fn read_header(&mut self) -> Result<(CsvHeader, CaseTable), BadCell> {
        let bad_cell = |line, at, message| BadCell { line, column: at + 1, message };
        match self.records.next() {
            None => Err(bad_cell(1, 0, NO_HEADER.to_owned())),
            Some((record, line)) if is_end(record) => Err(bad_cell(line, 0, NO_HEADER.to_owned())),
            Some((record, line)) if has_unclosed_quote(record) => {
                Err(bad_cell(line, record.len() - 1, UNCLOSED_QUOTE.to_owned()))
            }
            Some((record, line)) => {
                let header = CsvHeader::parse(record)
                    .map_err(|(at, message)| bad_cell(line, at, message))?;
                let heading = |&at: &usize| unescape_formula(record[at].trim()).to_owned();
                let headings = header.extra.iter().map(heading).collect();
                Ok((header, CaseTable::with_extra_columns(headings)))
            }
        }
    }

    /// Reads the rows into the table; returns their lines, and which decimal separators they have.
    fn read_rows(
        &mut self,
        header: &CsvHeader,
        cases: &mut CaseTable,
    ) -> (Vec<u32>, KnownSeparators) {
        let Self { records, has_decimal_comma, bad } = self;
        let mut lines = Vec::new();
        let mut separators = DecimalSeparators::default();
        let width = header.extra.len() + header.columns.len();
        while let Some((record, line)) = records.next() {
            if is_end(record) {
                break;
            }
            let mut report = |at: usize, message| {
                let line = line + line_breaks_before(record, at);
                bad.push(BadCell { line, column: at + 1, message });
            };
            if has_unclosed_quote(record) {
                report(record.len() - 1, UNCLOSED_QUOTE.to_owned());
                break;
            }
            // Spreadsheets write rows of blank cells, which are no cases.
            if record.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            let cell = |at: usize| record.get(at).unwrap_or("");
            let [name, x, y] = header.columns;
            let mut number = |at: usize, column: Column| {
                let number = parse_number(cell(at), *has_decimal_comma, column.name())
                    .map_err(|message| report(at, message))
                    .ok()?;
                if *has_decimal_comma {
                    let line = || line + line_breaks_before(record, at);
                    separators.add(cell(at).trim(), column, || (line(), at + 1));
                }
                Some(number)
            };
            let numbers = (number(x, Column::X), number(y, Column::Y));
            if let Some((at, cell)) =
                record.iter().enumerate().skip(width).find(|(_, cell)| !cell.trim().is_empty())
            {
                report(at, format!("expected {width} cells, found one more: {}", quoted(cell)));
            }
            // After the first bad cell, rows are only checked.
            if let ((Some(x), Some(y)), 0) = (numbers, bad.count) {
                let extra = header.extra.iter().map(|&at| unescape_formula(cell(at)));
                let extra: Vec<_> = extra.collect();
                cases.push(unescape_formula(cell(name)), x, y, &extra);
                lines.push(line);
            }
        }
        let known = separators.known;
        separators.report(bad);
        (lines, known)
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
    fn columns_are_found_in_any_order_and_letter_case() {
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
    fn all_line_endings_are_read_and_blank_lines_are_skipped() {
        for text in ["name,x,y\r\na,1,2\r\n", "name,x,y\ra,1,2\r", "\n\nname,x,y\n\na,1,2"] {
            assert_eq!(rows(text), [row("a", 1.0, 2.0)]);
        }
    }

    #[test]
    fn quotes_follow_rfc_4180() {
        assert_eq!(rows("name,x,y\n\"a \"\"b\"\",\nc\",1,2\n"), [row("a \"b\",\nc", 1.0, 2.0)]);
    }

    #[test]
    fn an_empty_name_becomes_the_number_of_its_row() {
        assert_eq!(rows("name,x,y\na,1,2\n,3,4\n")[1], row("Case 2", 3.0, 4.0));
    }

    #[test]
    fn extra_columns_are_kept() {
        let text = "mesh,name,x,y,note\nfine,a,1,2,'=1\n";
        let imported = import(text.as_bytes().to_vec()).unwrap();
        let extra: Vec<_> =
            imported.cases.extra_columns().iter().map(|(h, c)| (h.as_str(), c.get(0))).collect();
        assert_eq!(extra, [("mesh", "fine"), ("note", "=1")]);
        let place = imported.source.place(0, Column::X).unwrap();
        assert_eq!(place.to_string(), "line 2, column 3");
    }

    #[test]
    fn duplicate_headings_become_unique() {
        let imported = import(b"name,x,y,note,note,,\na,1,2,b,c\n".to_vec()).unwrap();
        let headings: Vec<_> =
            imported.cases.extra_columns().iter().map(|(h, _)| h.as_str()).collect();
        assert_eq!(headings, ["note", "note 2", "", "2"]);
    }

    #[test]
    fn a_header_without_rows_gives_an_empty_table() {
        assert_eq!(rows("name,x,y\n"), []);
    }

    #[test]
    fn bad_cells_are_reported_by_line_and_column() {
        assert_eq!(
            error(b"name,x,y\na,1,2\nb,one,NaN\nc,,3\n"),
            "line 3, column 2: expected a number for x, found \"one\"\n\
             line 3, column 3: expected a finite number for y, found \"NaN\"\n\
             line 4, column 2: expected a number for x, found nothing"
        );
    }

    #[test]
    fn blank_lines_quoted_breaks_and_carriage_returns_count_as_lines() {
        assert!(error(b"name,x,y\n\n\n\"a\nb\",1,2\n\nc,q,1\n").starts_with("line 7, column 2"));
        assert!(error(b"name,x,y\r\ra,1,2\rc,q,1\r").starts_with("line 4, column 2"));
        assert!(error(b"name,x,y\r\n\r\na,1,2\r\nc,q,1\r\n").starts_with("line 4, column 2"));
        // The bad cell is behind a line break in its own row.
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
    fn missing_and_duplicate_columns_are_reported() {
        assert_eq!(
            error(b"\"\"\n1\n"),
            "line 1, column 1: the header lacks the columns name, x, y"
        );
        assert_eq!(
            error(b"name,x\na,1\n"),
            "line 1, column 1: the header lacks the column y: found \"name\", \"x\""
        );
        assert_eq!(error(b"name,x,y,X\n"), "line 1, column 4: the header has a second column x");
        for empty in [&b""[..], b"\n\n", b"\xEF\xBB\xBF"] {
            assert!(error(empty).contains("expected the columns"), "{}", error(empty));
        }
    }

    #[test]
    fn invalid_text_is_reported_at_its_place() {
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
    fn a_number_that_may_have_a_thousands_separator_is_ambiguous_beside_the_other_separator() {
        assert_eq!(
            error(b"name;x;y\na;1.000;2\nb;2,5;3\nc;7;-12.345\n"),
            "line 2, column 2: ambiguous number for x: found \"1.000\", which can mean 1 or 1000 \
             beside \"2,5\" in line 3; write 1 or 1000\n\
             line 4, column 3: ambiguous number for y: found \"-12.345\", which can mean -12,345 or \
             -12345 beside \"2,5\" in line 3; write -12,345 or -12345"
        );
        let point = error(b"name\tx\ty\na\t2.5\t1,250\n");
        assert!(
            point.ends_with("1.25 or 1250 beside \"2.5\" in line 2; write 1.25 or 1250"),
            "{point}"
        );
        // One separator alone is a decimal separator, and no group of thousands begins with 0.
        for (text, x, y) in [
            ("name;x;y\na;1.000;2.5\n", 1.0, 2.5),
            ("name;x;y\na;1,000;2,5\n", 1.0, 2.5),
            ("name;x;y\na;0.500;2,5\n", 0.5, 2.5),
            ("name;x;y\na;1.5;2,25\n", 1.5, 2.25),
            ("name,x,y\na,1.000,2.5\n", 1.0, 2.5),
        ] {
            assert_eq!(rows(text), [row("a", x, y)]);
        }
    }

    #[test]
    fn a_first_line_that_declares_the_delimiter_is_understood() {
        for (first, delimiter) in [("sep=;", ";"), ("SEP=,", ","), ("\"sep=\t\"", "\t")] {
            let text = format!("{first}\r\nname,x,y\r\na,1,2\r\n").replace(',', delimiter);
            assert_eq!(rows(&text), [row("a", 1.0, 2.0)], "{first}");
        }
        assert!(error(b"sep=;\nname;x;y\na;one;2\n").starts_with("line 3, column 2: "));
        assert!(error(b"sep=;\n").contains("expected the columns"));
    }

    #[test]
    fn trailing_delimiters_and_blank_rows_are_ignored() {
        assert_eq!(rows("name,x,y\na,1,2,,\n,,\n  \n"), [row("a", 1.0, 2.0)]);
    }

    proptest! {
        #[test]
        fn no_input_causes_a_panic(bytes: Vec<u8>) {
            let mut file = b"name,x,y\n".to_vec();
            file.extend(&bytes);
            import(bytes).ok();
            import(file).ok();
        }

        #[test]
        fn no_csv_like_text_causes_a_panic(text in "(name|x|y|[,;\t\"\r\n01a ]){0,40}") {
            import(text.into_bytes()).ok();
        }
    }
}
