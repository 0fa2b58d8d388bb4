//! Reads a table from a CSV text.

use super::bad_cells::{BadCell, BadCells};
use super::decimal_separators::DecimalSeparators;
use super::decimal_sign::{DecimalSign, is_number_with_some_sign};
use super::imported_cases::{ImportError, ImportedCases, Source};
use super::records::{
    Records, declared_separator, has_unclosed_quote, is_end, line_breaks_before, separator_of,
};
use super::table_format::{DetectedFormat, PreviewColumn, TablePreview, TableReading};
use super::table_header::{HeaderProblem, TableHeader};
use super::table_options::{Separator, TableChoice, TableOptions};
use crate::study::cases::formula_escape::unescape_formula;
use crate::study::{CaseTable, Column};
use crate::text::{list, parse_number, quoted};

const NO_HEADER: &str = "expected the columns name, x and y, found an empty file";
const UNCLOSED_QUOTE: &str = "expected a closing quote, found the end of the file";

/// Number of rows between two looks at whether the table is still wanted.
const ROWS_PER_LOOK: usize = 1024;

/// Reads the cases of a text. `format` is completed. Gives up once `is_cancelled`.
pub(super) fn read_text(
    text: &str,
    options: &TableOptions,
    format: DetectedFormat,
    is_cancelled: &dyn Fn() -> bool,
) -> TableReading {
    let found = options.separator.map_or_else(|| separator_of(text, options.no_header), Ok);
    let separator = match found {
        Ok(separator) => separator,
        Err(several) => {
            let names = list(several.into_iter().map(Separator::name));
            let message = format!("expected one separator in the first row, found {names}");
            let cell = BadCell::in_text((1, 1), message).or_choose(TableChoice::Separator);
            return TableReading::failed(Some(format), ImportError::of_cell(cell));
        }
    };
    let mut reader = TextReader {
        records: records_behind_declaration(text, separator),
        separator,
        options,
        bad: BadCells::default(),
        decimals: DecimalSeparators::default(),
        preview: TablePreview::default(),
    };
    let result = reader.read(text, is_cancelled);
    let decimal = options.decimal.or_else(|| reader.decimals.only_sign());
    let format = DetectedFormat { separator: Some(separator), decimal, ..format };
    TableReading { format: Some(format), preview: reader.preview, result }
}

/// Returns line and column of the cell right behind this beginning of a CSV text.
pub(super) fn end_position(text: &str, options: &TableOptions) -> (u32, usize) {
    // The appended character is in that cell.
    let text = format!("{text}\u{1}");
    let separator = options.separator.or_else(|| separator_of(&text, options.no_header).ok());
    let mut records = Records::new(&text, separator.unwrap_or(Separator::Comma), false);
    let mut position = (1, 1);
    while let Some((record, line)) = records.next() {
        let column = record.len().max(1);
        position = (line + line_breaks_before(record, column), column);
    }
    position
}

/// Returns the records behind a line that declares the separator.
fn records_behind_declaration(text: &str, separator: Separator) -> Records<'_> {
    let mut records = Records::new(text, separator, true);
    if declared_separator(text).is_some() {
        records.next();
    }
    records
}

struct TextReader<'a> {
    records: Records<'a>,
    separator: Separator,
    options: &'a TableOptions,
    bad: BadCells,
    decimals: DecimalSeparators,
    preview: TablePreview,
}

impl<'a> TextReader<'a> {
    fn read(
        &mut self,
        text: &'a str,
        is_cancelled: &dyn Fn() -> bool,
    ) -> Result<ImportedCases, ImportError> {
        let header = self.read_header(text).map_err(ImportError::of_cell)?;
        let headings = header.extra.iter().map(|(_, heading)| heading.clone()).collect();
        let mut cases = CaseTable::with_extra_columns(headings);
        let lines = self.read_rows(&header, &mut cases, is_cancelled)?;
        let chosen = self.options.decimal.map(DecimalSign::separators);
        cases.separators = chosen.unwrap_or(self.decimals.known);
        self.decimals.report(&mut self.bad);
        if self.bad.count > 0 {
            let BadCells { mut kept, count } = std::mem::take(&mut self.bad);
            kept.sort_by_key(|cell| (cell.line, cell.column));
            return Err(ImportError::Cells(kept, count));
        }
        let source = Source::of_cells(lines, header.numbers());
        Ok(ImportedCases { cases, source })
    }

    /// Finds the columns by the first row, which is left to be read if it is a case.
    fn read_header(&mut self, text: &'a str) -> Result<TableHeader, BadCell> {
        let mut first = records_behind_declaration(text, self.separator);
        let is_case = self.options.no_header;
        let records = if is_case { &mut first } else { &mut self.records };
        let (record, line) = match records.next() {
            None => return Err(BadCell::in_text((1, 1), NO_HEADER)),
            Some((record, line)) if is_end(record) => {
                return Err(BadCell::in_text((line, 1), NO_HEADER));
            }
            Some((record, line)) if has_unclosed_quote(record) => {
                return Err(BadCell::in_text((line, record.len()), UNCLOSED_QUOTE));
            }
            Some(found) => found,
        };
        let header = if is_case {
            let last = (0..record.len()).rfind(|&at| !record[at].trim().is_empty());
            TableHeader::without_headings(0, last.map_or(0, |last| last + 1))
        } else {
            TableHeader::parse(record.iter().map(unescape_heading))
        };
        let header = header.map_err(|problem| {
            let HeaderProblem { at, message, may_be_case } = problem;
            let cell = BadCell::in_text((line, at + 1), message);
            if may_be_case { cell.or_choose(TableChoice::NoHeader) } else { cell }
        });
        let columns = match &header {
            Ok(header) => header.columns(),
            Err(_) => record.iter().map(|heading| heading.trim().to_owned()).enumerate().collect(),
        };
        let role = |at, heading: &str| match &header {
            Ok(header) => header.role(at),
            Err(_) => Column::from_heading(heading),
        };
        let column = |(at, heading): (usize, String)| PreviewColumn {
            role: role(at, &heading),
            heading,
            number: at + 1,
        };
        self.preview.columns = columns.into_iter().map(column).collect();
        if header.is_err() && !is_case {
            self.preview_rows();
        }
        header
    }

    /// Shows the first rows below a row that is no header.
    fn preview_rows(&mut self) {
        while let Some((record, line)) = self.records.next()
            && !is_end(record)
            && !self.preview.is_full()
        {
            self.preview.push(line, |number| record.get(number - 1));
        }
    }

    /// Reads the rows into the table; returns their lines.
    fn read_rows(
        &mut self,
        header: &TableHeader,
        cases: &mut CaseTable,
        is_cancelled: &dyn Fn() -> bool,
    ) -> Result<Vec<u32>, ImportError> {
        let Self { records, separator, options, bad, decimals, preview } = self;
        let has_decimal_comma = separator.allows_decimal_comma();
        let mut lines = Vec::new();
        let width = header.columns().last().map_or(0, |(at, _)| at + 1);
        while let Some((record, line)) = records.next() {
            if is_end(record) {
                break;
            }
            if lines.len() % ROWS_PER_LOOK == 0 && is_cancelled() {
                return Err(ImportError::Cancelled);
            }
            let place = |at: usize| (line + line_breaks_before(record, at), at + 1);
            if has_unclosed_quote(record) {
                bad.push(BadCell::in_text(place(record.len() - 1), UNCLOSED_QUOTE));
                break;
            }
            // Spreadsheets write rows of blank cells, which are no cases.
            if record.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            if !preview.is_full() {
                preview.push(line, |number| record.get(number - 1));
            }
            let cell = |at: usize| record.get(at).unwrap_or("");
            let mut number = |at: usize, column: Column| {
                let (text, name) = (cell(at), column.name());
                let parsed = match options.decimal {
                    Some(sign) => sign.parse_number(text, name),
                    None => parse_number(text, has_decimal_comma, name),
                };
                if parsed.is_ok() && options.decimal.is_none() {
                    decimals.add(text.trim(), column, || place(at));
                }
                parsed.map_err(|message| bad.push(bad_number(place(at), text, message))).ok()
            };
            let numbers = (number(header.x, Column::X), number(header.y, Column::Y));
            // Any column can prove how the numbers of the table are written.
            if options.decimal.is_none() {
                let others = header.extra.iter().map(|&(at, _)| at).chain(header.name);
                others.for_each(|at| decimals.add_text(cell(at), || place(at)));
            }
            if let Some((at, cell)) =
                record.iter().enumerate().skip(width).find(|(_, cell)| !cell.trim().is_empty())
            {
                let message = format!("expected {width} cells, found one more: {}", quoted(cell));
                bad.push(BadCell::in_text(place(at), message));
            }
            // After the first bad cell, rows are only checked.
            if let ((Some(x), Some(y)), 0) = (numbers, bad.count) {
                let extra = header.extra.iter().map(|&(at, _)| unescape_formula(cell(at)));
                let extra: Vec<_> = extra.collect();
                let name = header.name.map_or("", |at| unescape_formula(cell(at)));
                cases.push(name, x, y, &extra);
                lines.push(line);
            }
        }
        Ok(lines)
    }
}

fn unescape_heading(heading: &str) -> &str {
    unescape_formula(heading.trim())
}

/// Returns the cell of a text that is no number, unless another decimal sign makes it one.
fn bad_number(place: (u32, usize), text: &str, message: String) -> BadCell {
    let cell = BadCell::in_text(place, message);
    if is_number_with_some_sign(text) { cell.or_choose(TableChoice::Decimal) } else { cell }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::study::import::table_reader::read_table;

    fn import_with(bytes: &[u8], options: &TableOptions) -> Result<ImportedCases, ImportError> {
        read_table(bytes, options, &|| false).result
    }

    fn import(bytes: impl AsRef<[u8]>) -> Result<ImportedCases, ImportError> {
        import_with(bytes.as_ref(), &TableOptions::default())
    }

    fn rows(text: &str) -> Vec<(String, f64, f64)> {
        let imported = import(text.as_bytes()).unwrap();
        imported.cases.iter().map(|c| (c.name.to_owned(), c.x, c.y)).collect()
    }

    fn error(text: &[u8]) -> String {
        import(text).unwrap_err().to_string()
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
        let imported = import(text.as_bytes()).unwrap();
        let extra: Vec<_> =
            imported.cases.extra_columns().iter().map(|(h, c)| (h.as_str(), c.get(0))).collect();
        assert_eq!(extra, [("mesh", "fine"), ("note", "=1")]);
        let place = imported.source.place(0, Column::X).unwrap();
        assert_eq!(place.to_string(), "line 2, column 3");
    }

    #[test]
    fn duplicate_headings_become_unique() {
        let imported = import(b"name,x,y,note,note,,\na,1,2,b,c\n").unwrap();
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
             beside \"2,5\" in line 3; write 1 or 1000, or choose point or comma with --decimal\n\
             line 4, column 3: ambiguous number for y: found \"-12.345\", which can mean -12,345 or \
             -12345 beside \"2,5\" in line 3; write -12,345 or \
             -12345, or choose point or comma with --decimal"
        );
        let point = error(b"name\tx\ty\na\t2.5\t1,250\n");
        assert!(
            point.ends_with(
                "1.25 or 1250 beside \"2.5\" in line 2; write 1.25 or 1250, or choose \
             point or comma with --decimal"
            ),
            "{point}"
        );
        // One separator alone is a decimal separator, and no group of thousands begins with 0.
        let beside_load = "line 2, column 2: ambiguous number for x: found \"1.000\", which can \
                           mean 1 or 1000 beside \"2,5\" in line 3; write 1 or 1000, or choose \
                           point or comma with --decimal";
        assert_eq!(error(b"name;x;y;load\na;1.000;2;3\nb;7;3;2,5\n"), beside_load);
        assert_eq!(error(b"name,x,y,load\na,1.000,2,3\nb,7,3,\"2,5\"\n"), beside_load);
        assert!(error(b"name;x;y;load\na;1,250;2;0.5\n").contains("1.25 or 1250 beside \"0.5\""));
        assert!(error(b"name;x;y\n0,5;1.000;2\n").contains("1 or 1000 beside \"0,5\""));
        assert!(error(b"name;x;y;load\na;1.000;2;1,250\n").contains("1 or 1000 beside \"1,250\""));
        for (text, x, y) in [
            ("name;x;y;load\na;1.000;2;1, 2 and 2.5\n", 1.0, 2.0),
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
        fn no_damaged_table_causes_a_panic_whatever_the_options(
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
            choices in prop::collection::vec(
                prop::sample::select(vec![
                    (TableChoice::Separator, "tab"),
                    (TableChoice::Separator, ";"),
                    (TableChoice::Decimal, "comma"),
                    (TableChoice::Decimal, "point"),
                    (TableChoice::Encoding, "utf-16le"),
                    (TableChoice::Encoding, "windows-1252"),
                    (TableChoice::Encoding, "gb18030"),
                    (TableChoice::NoHeader, ""),
                    (TableChoice::Sheet, "A"),
                ]),
                0..4,
            ),
        ) {
            let mut options = TableOptions::default();
            choices.iter().for_each(|(choice, text)| options.set(*choice, text).unwrap());
            let mut table = b"\xEF\xBB\xBFname;x;y;note\r\n\"a \"\"b\"\"\n\";1.000;-2,5;'=1\n".to_vec();
            for (at, byte) in changes {
                let at = at.index(table.len());
                table[at] = byte;
            }
            import_with(&table, &options).ok();
        }

        #[test]
        fn no_csv_like_text_causes_a_panic(text in "(name|x|y|[,;\t\"\r\n01a ]){0,40}") {
            import(text.into_bytes()).ok();
        }
    }

    #[test]
    fn ambiguities_name_the_option_that_decides() {
        for (text, problem) in [
            (
                &b"name,x,y,a;name;x;y\n"[..],
                "line 1, column 1: expected one separator in the first row, found comma, \
                 semicolon; choose comma, semicolon or tab with --separator",
            ),
            (
                b"name,x,y\ncaf\xe9,1,2\n",
                "line 2, column 1: expected UTF-8 text, found the byte 0xE9; save the file as CSV \
                 in UTF-8, or choose the encoding, such as windows-1252, with --encoding",
            ),
            (
                b"a,1,2\nb,3,4\n",
                "line 1, column 1: the header lacks the columns name, x, y: found \"a\", \"1\", \
                 \"2\"; if the first row is a case, use --no-header",
            ),
            (
                b"name,x,y\na,\"1,5\",2\n",
                "line 2, column 2: expected a number for x, found \"1,5\", or choose point or \
                 comma with --decimal",
            ),
        ] {
            assert_eq!(error(text), problem);
        }
        let kind = read_table(b"version = 1\n", &TableOptions::default(), &|| false).result;
        assert_eq!(
            kind.unwrap_err().to_string(),
            "expected a table of cases (CSV or a workbook), found a study file; give it as the \
             study, without --cases"
        );
    }

    #[test]
    fn options_decide_how_a_text_is_read() {
        use TableChoice::{Decimal, Encoding, NoHeader, Separator};
        let read = |options: &[(TableChoice, &str)], text: &[u8]| {
            let mut table_options = TableOptions::default();
            options.iter().for_each(|(choice, text)| table_options.set(*choice, text).unwrap());
            let cases = import_with(text, &table_options).unwrap().cases;
            let case = cases.case(0);
            (case.name.to_owned(), case.x, case.y)
        };
        let table = b"name,x,y,a;name;x;y\n1,2,3,4;b;5;6\n";
        assert_eq!(read(&[(Separator, "comma")], table), row("1", 2.0, 3.0));
        assert_eq!(read(&[(Separator, "semicolon")], table), row("b", 5.0, 6.0));
        let grouped = b"name;x;y\na;1.000;2,5\n";
        assert_eq!(read(&[(Decimal, "comma")], grouped), row("a", 1000.0, 2.5));
        let grouped = b"name,x,y\na,\"1,000\",2.5\n";
        assert_eq!(read(&[(Decimal, "point")], grouped), row("a", 1000.0, 2.5));
        let latin = b"name,x,y\ncaf\xe9,1,2\n";
        assert_eq!(read(&[(Encoding, "windows-1252")], latin), row("café", 1.0, 2.0));
        assert_eq!(read(&[(NoHeader, "")], b"a;1,5;2\n"), row("a", 1.5, 2.0));
        assert_eq!(read(&[(NoHeader, "")], b"1\t2\n"), row("Case 1", 1.0, 2.0));
        assert_eq!(read(&[(NoHeader, "")], b"sep=;\n1;2\n"), row("Case 1", 1.0, 2.0));
    }

    #[test]
    fn a_preview_shows_rows_also_if_they_are_bad() {
        let table = b"NAME;x;y;mesh\n a;1,5;b;fine\n\nb;2\n";
        let reading = read_table(table, &TableOptions::default(), &|| false);
        let format = reading.format.unwrap();
        assert_eq!(format.decimal, Some(DecimalSign::Comma));
        assert_eq!(format.separator, Some(Separator::Semicolon));
        let columns: Vec<_> =
            reading.preview.columns.iter().map(|it| (it.heading.as_str(), it.role)).collect();
        let roles = [Some(Column::Name), Some(Column::X), Some(Column::Y), None];
        assert_eq!(columns.iter().map(|it| it.1).collect::<Vec<_>>(), roles);
        assert_eq!(columns[3].0, "mesh");
        assert_eq!(reading.preview.rows[0].cells, [" a", "1,5", "b", "fine"]);
        assert_eq!((reading.preview.rows[1].line, reading.preview.rows.len()), (4, 2));
        let no_header = read_table(b"a,1\nb,2\n", &TableOptions::default(), &|| false);
        assert_eq!(no_header.preview.rows[0].cells, ["b", "2"]);
    }
}
