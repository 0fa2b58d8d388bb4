//! The format `xlsx`: a workbook with the rows, and a sheet for each table of facts.

use std::io::{self, Write};

use super::exporter::{Cell, Exportable, Exporter, FactTable, WriteRemark};
use crate::study::{MAX_WORKBOOK_ROWS, WorkbookCell, WorkbookWriter};

/// Workbooks for spreadsheets: numbers are numbers, and text is never a formula.
#[derive(Debug, Clone, Copy)]
pub struct XlsxFormat;

impl Exporter for XlsxFormat {
    fn name(&self) -> &'static str {
        "xlsx"
    }

    fn description(&self) -> &'static str {
        "a workbook with one row per case, the figures, and how it was run"
    }

    fn suffix(&self) -> Option<&'static str> {
        Some(".xlsx")
    }

    fn is_binary(&self) -> bool {
        true
    }

    fn max_rows(&self) -> Option<usize> {
        Some(MAX_WORKBOOK_ROWS)
    }

    fn write(
        &self,
        content: &dyn Exportable,
        to: &mut dyn Write,
    ) -> io::Result<Option<WriteRemark>> {
        let mut book = WorkbookWriter::new()?;
        let mut has_header = false;
        content.write_rows(&mut |cells| {
            let texts: Vec<_> = cells.iter().map(integer_text).collect();
            let cells = cells.iter().zip(&texts).map(|(cell, text)| workbook_cell(cell, text));
            if std::mem::replace(&mut has_header, true) {
                return book.push(cells);
            }
            let headings = cells.map(|cell| match cell {
                WorkbookCell::Text(text) => text,
                WorkbookCell::Number(_) => "",
            });
            book.begin_sheet(content.title(), headings)
        })?;
        for FactTable { title, facts } in content.facts() {
            book.begin_sheet(title, ["name", "value"].into_iter())?;
            for (name, value) in &facts {
                let text = integer_text(value);
                let cells = [WorkbookCell::Text(name), workbook_cell(value, &text)];
                book.push(cells.into_iter())?;
            }
        }
        let cut_texts = book.finish(to)?;
        Ok((cut_texts > 0).then_some(WriteRemark::CutTexts(cut_texts)))
    }
}

/// Returns the digits of an integer that a workbook, whose numbers are `f64`, would round.
fn integer_text(cell: &Cell<'_>) -> String {
    match *cell {
        Cell::Integer(integer) if integer > 1 << 53 => integer.to_string(),
        _ => String::new(),
    }
}

fn workbook_cell<'a>(cell: &'a Cell<'_>, integer: &'a str) -> WorkbookCell<'a> {
    match cell {
        Cell::Empty => WorkbookCell::Text(""),
        Cell::Text(text) => WorkbookCell::Text(text),
        Cell::Number(number) => WorkbookCell::Number(*number),
        #[expect(clippy::cast_precision_loss, reason = "larger ones are texts")]
        Cell::Integer(number) if integer.is_empty() => WorkbookCell::Number(*number as f64),
        Cell::Integer(_) => WorkbookCell::Text(integer),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use calamine::{Data, Reader as _, Xlsx};

    use super::*;
    use crate::report::document::report_document::{Extent, ReportDocument};
    use crate::report::export::exporter::RowSink;

    struct Sample;

    impl Exportable for Sample {
        fn document(&self, _: Extent) -> ReportDocument<'_> {
            let (introduction, answer, details) = (Vec::new(), Vec::new(), Vec::new());
            ReportDocument { title: "Sample".into(), introduction, answer, details }
        }

        fn write_json(&self, _: &mut dyn Write) -> io::Result<()> {
            Ok(())
        }

        fn facts(&self) -> Vec<FactTable> {
            let facts = vec![("seed", u64::MAX.into()), ("batch", Cell::Empty)];
            vec![FactTable { title: "Run", facts }]
        }

        fn write_rows(&self, sink: &mut RowSink<'_>) -> io::Result<()> {
            sink(&["name".into(), "time_s".into(), "lane".into()])?;
            sink(&["=1+1".into(), 0.1.into(), 3_u32.into()])?;
            sink(&["a".into(), Cell::Empty, Cell::Empty])
        }
    }

    #[test]
    fn numbers_are_numbers_and_text_is_never_a_formula() {
        let mut bytes = Vec::new();
        assert_eq!(XlsxFormat.write(&Sample, &mut bytes).unwrap(), None);
        let mut again = Vec::new();
        XlsxFormat.write(&Sample, &mut again).unwrap();
        assert_eq!(bytes, again, "the same result gives the same bytes");
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
        assert_eq!(book.sheet_names(), ["Results", "Run"]);
        let rows = book.worksheet_range("Results").unwrap();
        let cells: Vec<Vec<Data>> = rows.rows().map(<[Data]>::to_vec).collect();
        let text = |text: &str| Data::String(text.to_owned());
        assert_eq!(cells[0], [text("name"), text("time_s"), text("lane")]);
        assert_eq!(cells[1], [text("=1+1"), Data::Float(0.1), Data::Float(3.0)]);
        assert_eq!(cells[2], [text("a"), Data::Empty, Data::Empty]);
        let facts = book.worksheet_range("Run").unwrap();
        assert_eq!(facts.get((1, 1)), Some(&text("18446744073709551615")), "not rounded");
    }

    #[test]
    fn more_rows_than_a_sheet_has_are_refused() {
        assert_eq!(XlsxFormat.row_problem(MAX_WORKBOOK_ROWS), None);
        let problem = XlsxFormat.row_problem(MAX_WORKBOOK_ROWS + 1).unwrap();
        assert!(problem.starts_with("xlsx holds at most 1\u{a0}048\u{a0}575 cases"), "{problem}");
    }
}
