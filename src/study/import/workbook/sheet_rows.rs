//! Collects the cells of a sheet into rows, and the rows into cases.

use std::borrow::Cow;

use crate::study::import::bad_cells::{BadCell, BadCells, CellNotation};
use crate::study::import::decimal_sign::{DecimalSign, is_number_with_some_sign};
use crate::study::import::imported_cases::{ImportError, ImportedCases, Source};
use crate::study::import::table_format::{PreviewColumn, TablePreview};
use crate::study::import::table_header::TableHeader;
use crate::study::import::table_options::{TableChoice, TableOptions};
use crate::study::{CaseTable, Column};
use crate::text::{parse_number, quoted, shortest};

/// Number of columns of the largest sheet.
const MAX_COLUMNS: u32 = 16_384;

/// Content of a cell that is not empty.
pub(super) enum CellContent<'a> {
    Number(f64),
    Text(Cow<'a, str>),
    /// A date, time or duration in ISO 8601.
    Date(Cow<'a, str>),
    Truth(bool),
    /// The error that a formula gives, if it is known.
    Error(Option<String>),
    /// A formula whose result the workbook lacks.
    Unknown,
}

impl CellContent<'_> {
    fn into_owned(self) -> CellContent<'static> {
        match self {
            Self::Number(number) => CellContent::Number(number),
            Self::Text(text) => CellContent::Text(text.into_owned().into()),
            Self::Date(text) => CellContent::Date(text.into_owned().into()),
            Self::Truth(truth) => CellContent::Truth(truth),
            Self::Error(error) => CellContent::Error(error),
            Self::Unknown => CellContent::Unknown,
        }
    }

    fn is_blank(&self) -> bool {
        matches!(self, Self::Text(text) if text.trim().is_empty())
    }

    /// Returns the content as text, or why it has none.
    fn text(&self) -> Result<Cow<'_, str>, String> {
        match self {
            Self::Number(number) => Ok(shortest(*number).into()),
            // No other format holds it.
            Self::Text(text) if text.contains('\0') => {
                Err("expected text, found a zero byte".to_owned())
            }
            Self::Text(text) | Self::Date(text) => Ok((&**text).into()),
            Self::Truth(truth) => Ok(if *truth { "TRUE" } else { "FALSE" }.into()),
            Self::Error(Some(error)) => Err(format!("expected a value, found the error {error}")),
            Self::Error(None) => Err("expected a value, found the error of a formula".to_owned()),
            Self::Unknown => Err("expected a value, found a formula without a stored result; \
                                  open and save the workbook in a spreadsheet program"
                .to_owned()),
        }
    }

    fn number(&self, column: Column, options: &TableOptions) -> Result<f64, String> {
        match self {
            Self::Number(number) if number.is_finite() => Ok(*number),
            Self::Text(text) => match options.decimal {
                Some(sign) => sign.parse_number(text, column.name()),
                None => parse_number(text, false, column.name()),
            },
            Self::Date(date) => {
                Err(format!("expected a number for {column}, found the date {date}"))
            }
            other => {
                let text = other.text()?;
                Err(format!("expected a number for {column}, found {text}"))
            }
        }
    }
}

/// What a column of the sheet holds.
#[derive(Clone, Copy)]
enum Slot {
    Outside,
    Name,
    X,
    Y,
    Extra(usize),
}

pub(super) struct SheetRows<'o> {
    options: &'o TableOptions,
    /// Row of the cells below, from 0.
    row: u32,
    cells: Vec<(u32, CellContent<'static>)>,
    header: Option<TableHeader>,
    /// Why the first row is no header. The rows below are then only shown.
    no_header: Option<ImportError>,
    /// By column.
    slots: Vec<Slot>,
    cases: CaseTable,
    lines: Vec<u32>,
    bad: BadCells,
    pub(super) preview: TablePreview,
}

impl<'o> SheetRows<'o> {
    pub(super) fn new(options: &'o TableOptions) -> Self {
        Self {
            options,
            row: 0,
            cells: Vec::new(),
            header: None,
            no_header: None,
            slots: Vec::new(),
            cases: CaseTable::default(),
            lines: Vec::new(),
            bad: BadCells::default(),
            preview: TablePreview::default(),
        }
    }

    /// Adds a cell. Cells come row by row.
    pub(super) fn add(
        &mut self,
        (row, column): (u32, u32),
        content: Option<CellContent<'_>>,
    ) -> Result<(), ImportError> {
        let Some(content) = content else { return Ok(()) };
        if row != self.row {
            self.end_row()?;
            self.row = row;
        }
        self.cells.push((column, content.into_owned()));
        Ok(())
    }

    /// Reports a cell that the cells so far lack or hold without its error.
    pub(super) fn report(&mut self, (row, column): (u32, u32), content: &CellContent<'_>) {
        let Err(message) = content.text() else { return };
        let cell = bad_cell(row, column, message);
        let same = |other: &&mut BadCell| (other.line, other.column) == (cell.line, cell.column);
        match self.bad.kept.iter_mut().find(same) {
            Some(other) => *other = cell,
            None => self.bad.push(cell),
        }
    }

    /// Reads the row of the last cells.
    pub(super) fn end_row(&mut self) -> Result<(), ImportError> {
        let cells = std::mem::take(&mut self.cells);
        if cells.iter().all(|(_, content)| content.is_blank()) {
            return Ok(());
        }
        if self.no_header.is_some() {
            self.preview_row(&cells);
        } else if self.header.is_some() || self.reads_first_row(&cells) {
            self.preview_row(&cells);
            self.read_case(&cells);
        }
        match self.no_header.take_if(|_| self.preview.is_full()) {
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    /// Finds the columns by the first row, and returns whether it is a case.
    fn reads_first_row(&mut self, cells: &[(u32, CellContent<'_>)]) -> bool {
        self.no_header = self.read_header(cells).err();
        self.no_header.is_none() && self.options.no_header
    }

    fn preview_row(&mut self, cells: &[(u32, CellContent<'_>)]) {
        if self.preview.is_full() {
            return;
        }
        let text = |content: &CellContent<'_>| {
            content.text().map_or_else(|_| shown_error(content), |text| text.into_owned().into())
        };
        let texts = cells.iter().map(|(column, content)| (*column as usize + 1, text(content)));
        let texts: Vec<(usize, Cow<'static, str>)> = texts.collect();
        self.preview.push(self.row + 1, |number| {
            texts.iter().find(|(at, _)| *at == number).map(|(_, text)| &**text)
        });
    }

    fn read_header(&mut self, cells: &[(u32, CellContent<'_>)]) -> Result<(), ImportError> {
        let row = self.row;
        let filled = || cells.iter().filter(|(_, content)| !content.is_blank());
        let columns = || filled().map(|&(column, _)| column.min(MAX_COLUMNS));
        let (first, last) = (columns().min().unwrap_or(0), columns().max().unwrap_or(0));
        let header = if self.options.no_header {
            let (first, width) = (first as usize, (last - first) as usize + 1);
            TableHeader::without_headings(first, width)
        } else {
            let mut headings = vec![String::new(); last as usize + 1];
            for (column, content) in filled() {
                let text = content.text();
                let text =
                    text.map_err(|message| ImportError::of_cell(bad_cell(row, *column, message)))?;
                if let Some(heading) = headings.get_mut(*column as usize) {
                    text.trim().clone_into(heading);
                }
            }
            self.preview.columns =
                preview_columns(headings.iter().cloned().enumerate(), |_, it| {
                    Column::from_heading(it)
                });
            TableHeader::parse(headings.iter().map(String::as_str)).map(|mut header| {
                header.extra.retain(|(_, heading)| !heading.is_empty());
                header
            })
        };
        let header = header.map_err(|problem| {
            let column = u32::try_from(problem.at).unwrap_or(u32::MAX);
            let cell = bad_cell(row, column, problem.message);
            let may_be_case = problem.may_be_case;
            let cell = if may_be_case { cell.or_choose(TableChoice::NoHeader) } else { cell };
            ImportError::of_cell(cell)
        })?;
        let role = |at, _: &str| header.role(at);
        self.preview.columns = preview_columns(header.columns().into_iter(), role);
        self.slots = vec![Slot::Outside; last as usize + 1];
        let own = [(header.name, Slot::Name), (Some(header.x), Slot::X), (Some(header.y), Slot::Y)];
        let own = own.into_iter().filter_map(|(at, slot)| Some((at?, slot)));
        let extra =
            header.extra.iter().enumerate().map(|(index, (at, _))| (*at, Slot::Extra(index)));
        own.chain(extra).for_each(|(at, slot)| self.slots[at] = slot);
        let headings = header.extra.iter().map(|(_, heading)| heading.clone()).collect();
        self.cases = CaseTable::with_extra_columns(headings);
        self.header = Some(header);
        Ok(())
    }

    fn read_case(&mut self, cells: &[(u32, CellContent<'_>)]) {
        let Some(header) = &self.header else { return };
        let (x_column, y_column) = (header.x, header.y);
        let mut numbers: [Option<Result<f64, String>>; 2] = [None, None];
        let mut texts = vec![Cow::Borrowed(""); header.extra.len()];
        let mut name = Cow::Borrowed("");
        for (column, content) in cells {
            let slot = self.slots.get(*column as usize).copied().unwrap_or(Slot::Outside);
            let text = match slot {
                Slot::X => {
                    numbers[0] = number(content, Column::X, self.options);
                    continue;
                }
                Slot::Y => {
                    numbers[1] = number(content, Column::Y, self.options);
                    continue;
                }
                Slot::Outside if content.is_blank() => continue,
                Slot::Outside => {
                    let found = content.text().map_or_else(|why| why, |text| quoted(&text));
                    let expected = "expected an empty cell outside the columns of the header";
                    Err(format!("{expected}, found {found}"))
                }
                Slot::Name | Slot::Extra(_) => content.text(),
            };
            match (text, slot) {
                (Ok(text), Slot::Extra(index)) => texts[index] = text,
                (Ok(text), _) => name = text,
                (Err(message), _) => self.bad.push(bad_cell(self.row, *column, message)),
            }
        }
        let mut valid = [0.0; 2];
        let places = [(x_column, Column::X), (y_column, Column::Y)];
        for ((found, (at, column)), valid) in numbers.into_iter().zip(places).zip(&mut valid) {
            let missing = || Err(format!("expected a number for {column}, found nothing"));
            match found.unwrap_or_else(missing) {
                Ok(number) => *valid = number,
                Err(message) => {
                    let at = u32::try_from(at).unwrap_or(u32::MAX);
                    let found = cells.iter().find(|(column, _)| *column == at);
                    let has_sign = found.is_some_and(|(_, content)| {
                        matches!(content, CellContent::Text(it) if is_number_with_some_sign(it))
                    });
                    let cell = bad_cell(self.row, at, message);
                    let cell = if has_sign { cell.or_choose(TableChoice::Decimal) } else { cell };
                    self.bad.push(cell);
                }
            }
        }
        // After the first bad cell, rows are only checked.
        if self.bad.count == 0 {
            let texts: Vec<_> = texts.iter().map(|text| &**text).collect();
            self.cases.push(&name, valid[0], valid[1], &texts);
            self.lines.push(self.row + 1);
        }
    }

    pub(super) fn finish(&mut self) -> Result<ImportedCases, ImportError> {
        if let Some(error) = self.no_header.take() {
            return Err(error);
        }
        let BadCells { mut kept, count } = std::mem::take(&mut self.bad);
        if count > 0 {
            kept.sort_by_key(|cell| (cell.line, cell.column));
            return Err(ImportError::Cells(kept, count));
        }
        let Some(header) = self.header.take() else {
            let message = "expected the columns name, x and y, found an empty sheet".to_owned();
            return Err(ImportError::of_cell(bad_cell(0, 0, message)));
        };
        let lines = std::mem::take(&mut self.lines);
        let source = Source::of_sheet(lines, header.numbers());
        let mut cases = std::mem::take(&mut self.cases);
        cases.separators = self.options.decimal.map(DecimalSign::separators).unwrap_or_default();
        Ok(ImportedCases { cases, source })
    }
}

/// Returns the number in a cell; `None` if it is blank.
fn number(
    content: &CellContent<'_>,
    column: Column,
    options: &TableOptions,
) -> Option<Result<f64, String>> {
    (!content.is_blank()).then(|| content.number(column, options))
}

fn shown_error(content: &CellContent<'_>) -> Cow<'static, str> {
    match content {
        CellContent::Error(Some(error)) => error.clone().into(),
        CellContent::Error(None) => "error".into(),
        _ => "no result".into(),
    }
}

fn preview_columns(
    columns: impl Iterator<Item = (usize, String)>,
    role: impl Fn(usize, &str) -> Option<Column>,
) -> Vec<PreviewColumn> {
    let columns = columns.filter(|(_, heading)| !heading.is_empty());
    let column = |(at, heading): (usize, String)| PreviewColumn {
        role: role(at, &heading),
        heading,
        number: at + 1,
    };
    columns.map(column).collect()
}

fn bad_cell(row: u32, column: u32, message: String) -> BadCell {
    let (line, column) = (row.saturating_add(1), column as usize + 1);
    BadCell { line, column, notation: CellNotation::Letters, message, choice: None }
}
