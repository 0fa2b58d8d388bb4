//! Changes of many cells of the case table at once. Pure, so a thread can make them.

use std::borrow::Cow;
use std::cmp::{Ordering, Reverse};
use std::ops::RangeInclusive;

use super::cell_range::{CellAt, CellRange};
use super::cell_search::CellSearch;
use super::cells_text::{cells_text, parse_cells};
use super::series::continued;
use crate::study::{CaseColumn, Column, DecimalSign, Expression, headings};
use crate::text::{count, parse_number, quoted, shortest};
use crate::window::state::Document;

/// Cells of the document: rows in ascending order, and the indices of columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cells {
    pub rows: Vec<usize>,
    pub columns: RangeInclusive<usize>,
}

impl Cells {
    fn columns(&self) -> impl Iterator<Item = CaseColumn> + use<> {
        self.columns.clone().map(CaseColumn::at)
    }

    /// Returns the cells as text for the clipboard.
    pub fn text(&self, document: &Document) -> String {
        let row = |&row: &usize| self.columns().map(|column| document.text(row, column)).collect();
        cells_text(self.rows.iter().map(row))
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum TableChange {
    /// Empties cells.
    Clear(Cells),
    /// Copies the first row of the cells to the others.
    FillDown(Cells),
    /// Continues the series that the first two rows begin.
    ContinueSeries(Cells),
    /// Puts the cells of a text over `cells` and beyond. `rows` are all shown from its first row
    /// on. `decimal` is the sign of its numbers, if the user has chosen it.
    Paste { text: String, at: CellAt, cells: Cells, rows: Vec<usize>, decimal: Option<DecimalSign> },
    /// Replaces a text wherever these cells hold it.
    Replace(CellSearch, Cells),
    /// Sorts these rows among their places.
    Sort { column: CaseColumn, is_descending: bool, rows: Vec<usize> },
    /// Adds an extra column as the one at an index, with the values of an expression unless it
    /// is blank.
    AddColumn { at: usize, heading: String, expression: String },
    /// Renames a column if it is an extra one, and sets these rows by an expression unless it
    /// is blank.
    SetColumn { column: CaseColumn, heading: String, expression: String, rows: Vec<usize> },
    /// Removes the extra ones of these columns.
    RemoveColumns(RangeInclusive<usize>),
    /// Exchanges two extra columns, and selects the second place.
    SwapColumns(usize, usize),
}

/// The document after a change.
#[derive(Debug, Clone)]
pub struct ChangedTable {
    pub document: Document,
    /// Cells to select.
    pub selects: Option<CellRange>,
    /// The rows of these cells, if some may not be shown yet.
    pub rows: Vec<usize>,
    /// What to tell the user.
    pub note: Option<String>,
    /// Why a pasted number has two readings.
    pub doubt: Option<String>,
}

impl TableChange {
    /// Makes the change. The error says why nothing was changed.
    pub fn apply(self, before: &Document) -> Result<ChangedTable, String> {
        let mut document = before.clone();
        let (mut selects, mut changed_rows) = (None, Vec::new());
        let (mut note, mut doubt) = (None, None);
        match self {
            Self::Clear(cells) => {
                for column in cells.columns() {
                    document.set_texts(column, cells.rows.iter().map(|&row| (row, "")));
                }
            }
            Self::FillDown(cells) => fill_down(&mut document, &cells),
            Self::ContinueSeries(cells) => continue_series(&mut document, &cells),
            Self::Paste { text, at, cells, rows, decimal } => {
                let (range, rows) = paste(&mut document, (&text, decimal), at, &cells, rows)?;
                doubt = doubtful_number(&document, &rows, range);
                (selects, changed_rows) = (Some(range), rows);
            }
            Self::Replace(search, cells) => {
                let replaced = replace(&mut document, &search, &cells);
                note = Some(format!("Replaced the text in {}", count(replaced, "cell")));
            }
            Self::Sort { column, is_descending, rows } => {
                document.reorder(&rows, &sorted_rows(before, column, is_descending, &rows));
                if rows.len() < before.cases.len() {
                    let rows = count(rows.len(), "row");
                    note = Some(format!("Sorted the {rows} shown; hidden rows keep their places"));
                }
            }
            Self::AddColumn { at, heading, expression } => {
                check_heading(&document, &heading, None)?;
                let column = CaseColumn::at(at);
                let rows: Vec<usize> = (0..document.cases.len()).collect();
                // The expression is over the columns before.
                let values = values_of(before, &expression, &rows)?;
                document.cases.insert_column(at - Column::ALL.len(), heading.trim());
                set_values(&mut document, column, &rows, &values);
                selects = Some(CellRange::one(CellAt { row: 0, column: at }));
            }
            Self::SetColumn { column, heading, expression, rows } => {
                if let CaseColumn::Extra(at) = column {
                    check_heading(&document, &heading, Some(at))?;
                    document.cases.rename_column(at, heading.trim());
                }
                let values = values_of(before, &expression, &rows)?;
                set_values(&mut document, column, &rows, &values);
            }
            Self::RemoveColumns(columns) => {
                for index in columns.rev() {
                    if let CaseColumn::Extra(at) = CaseColumn::at(index) {
                        document.cases.remove_column(at);
                    }
                }
            }
            Self::SwapColumns(a, b) => {
                if let [CaseColumn::Extra(a), CaseColumn::Extra(b)] = [a, b].map(CaseColumn::at) {
                    document.cases.swap_columns(a, b);
                }
                selects = Some(CellRange::one(CellAt { row: 0, column: b }));
            }
        }
        Ok(ChangedTable { document, selects, rows: changed_rows, note, doubt })
    }
}

fn check_heading(document: &Document, heading: &str, own: Option<usize>) -> Result<(), String> {
    document.cases.heading_problem(heading.trim(), own).map_or(Ok(()), Err)
}

fn fill_down(document: &mut Document, cells: &Cells) {
    let Some((&first, others)) = cells.rows.split_first() else { return };
    for column in cells.columns() {
        let text = document.text(first, column).into_owned();
        document.set_written(column, others.iter().map(|&row| (row, text.as_str())));
    }
}

fn continue_series(document: &mut Document, cells: &Cells) {
    for column in cells.columns() {
        let text =
            |at: usize| cells.rows.get(at).map(|&row| document.text(row, column).into_owned());
        let Some(first) = text(0) else { return };
        // An empty second cell leaves the step open.
        let second = text(1).filter(|text| !text.trim().is_empty());
        let term = continued(&first, second.as_deref());
        let known = 1 + usize::from(second.is_some());
        let rows = cells.rows.iter().enumerate().skip(known);
        let terms: Vec<_> = rows.map(|(index, &row)| (row, term(index))).collect();
        document.set_written(column, terms.iter().map(|(row, text)| (*row, text.as_str())));
    }
}

fn replace(document: &mut Document, search: &CellSearch, cells: &Cells) -> usize {
    let Some(matcher) = search.matcher() else { return 0 };
    let mut replaced = 0;
    for column in cells.columns() {
        let new = |&row: &usize| Some((row, matcher.replaced(&document.text(row, column))?));
        let new: Vec<_> = cells.rows.iter().filter_map(new).collect();
        replaced += new.len();
        document.set_written(column, new.iter().map(|(row, text)| (*row, text.as_str())));
    }
    replaced
}

/// Pastes a block of cells, and returns the cells that it covers and their rows. It is repeated
/// over cells that it fits into several times.
fn paste(
    document: &mut Document,
    (text, decimal): (&str, Option<DecimalSign>),
    at: CellAt,
    cells: &Cells,
    mut rows: Vec<usize>,
) -> Result<(CellRange, Vec<usize>), String> {
    let mut block = parse_cells(text);
    let columns = match block.split_first() {
        Some((header, below)) if !below.is_empty() && is_header(document, header) => {
            let columns = columns_of(document, header)?;
            block.remove(0);
            columns
        }
        _ => {
            let width = block.iter().map(Vec::len).max().unwrap_or(0);
            let columns = at.column..at.column + repeated(width, cells.columns.clone().count());
            for index in document.cases.column_count()..columns.end {
                let heading = (index + 1..).map(|number| format!("column {number}"));
                let is_free = |it: &String| document.cases.heading_problem(it, None).is_none();
                let heading = heading.into_iter().find(is_free).unwrap_or_default();
                document.cases.insert_column(index - Column::ALL.len(), &heading);
            }
            columns.collect()
        }
    };
    let height = repeated(block.len(), cells.rows.len());
    if block.is_empty() || columns.is_empty() {
        return Err("the clipboard holds no cells".to_owned());
    }
    match decimal {
        Some(sign) => document.cases.separators.join(sign.separators()),
        None => note_separators(document, &block, &columns),
    }
    rows.truncate(height);
    for _ in rows.len()..height {
        rows.push(document.add());
    }
    for (place, &index) in columns.iter().enumerate() {
        let cell = |(line, &row): (usize, &usize)| {
            let cells = &block[line % block.len()];
            // A short line leaves the other cells as they are.
            let width = block.iter().map(Vec::len).max().unwrap_or(1);
            Some((row, cells.get(place % width)?.as_str()))
        };
        let column = CaseColumn::at(index);
        let texts: Vec<_> = rows.iter().enumerate().filter_map(cell).collect();
        let texts = texts.into_iter();
        match decimal {
            Some(sign) => document.set_signed(column, texts, sign),
            None => document.set_texts(column, texts),
        }
    }
    let first = columns.iter().copied().min().unwrap_or(at.column);
    let last = columns.iter().copied().max().unwrap_or(at.column);
    let range = CellRange {
        anchor: CellAt { row: at.row, column: first },
        cursor: CellAt { row: at.row + height - 1, column: last },
    };
    Ok((range, rows))
}

/// Returns why a number that was pasted into x or y has two readings.
fn doubtful_number(document: &Document, rows: &[usize], range: CellRange) -> Option<String> {
    let is_numeric = |column: &CaseColumn| column.is_numeric();
    let doubt = |(row, column): (usize, CaseColumn)| {
        let text = document.text(row, column);
        let is_number = parse_number(&text, true, "").is_ok();
        document.number(row, column).err().filter(|_| is_number)
    };
    let columns = range.columns().map(CaseColumn::at).filter(is_numeric);
    columns.flat_map(|column| rows.iter().map(move |&row| (row, column))).find_map(doubt)
}

/// Returns the length to paste: a multiple if it fits several times.
fn repeated(length: usize, place: usize) -> usize {
    if length > 0 && place.is_multiple_of(length) { place } else { length }
}

/// Whether the cells of a row are the names of columns: no numbers, and one of them is known.
fn is_header(document: &Document, cells: &[String]) -> bool {
    let known = headings(&document.cases);
    let is_known = |cell: &String| known.iter().any(|it| it.eq_ignore_ascii_case(cell.trim()));
    let is_text = |cell: &String| !cell.trim().is_empty() && parse_number(cell, true, "").is_err();
    cells.iter().all(is_text) && cells.iter().any(is_known)
}

/// Returns the columns with these headings, after adding those that are missing.
fn columns_of(document: &mut Document, header: &[String]) -> Result<Vec<usize>, String> {
    let mut columns = Vec::new();
    for heading in header.iter().map(|heading| heading.trim()) {
        let known = headings(&document.cases);
        let found = known.iter().position(|it| it.eq_ignore_ascii_case(heading));
        let index = found.unwrap_or_else(|| {
            let index = document.cases.column_count();
            document.cases.insert_column(index - Column::ALL.len(), heading);
            index
        });
        if columns.contains(&index) {
            return Err(format!("its header names the column {} twice", quoted(heading)));
        }
        columns.push(index);
    }
    Ok(columns)
}

/// Notes the decimal separators of the numbers of a block for x and y.
fn note_separators(document: &mut Document, block: &[Vec<String>], columns: &[usize]) {
    for cells in block {
        for (cell, &index) in cells.iter().zip(columns) {
            if CaseColumn::at(index).is_numeric() {
                document.cases.separators.add_valid(cell);
            }
        }
    }
}

/// Returns the value of an expression for each of these rows, or none if it is blank.
fn values_of(document: &Document, expression: &str, rows: &[usize]) -> Result<Vec<String>, String> {
    let text = expression.trim().trim_start_matches('=');
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let parsed = Expression::parse(text, &headings(&document.cases));
    let parsed = parsed.map_err(|error| error.to_string())?;
    let value = |&row: &usize| {
        let value = parsed.evaluate(|index| document.number(row, CaseColumn::at(index)));
        value.map(shortest).map_err(|problem| format!("In row {}: {problem}", row + 1))
    };
    rows.iter().map(value).collect()
}

/// Returns the value of an expression for a row, or `None` if it is blank.
pub fn value_of(
    document: &Document,
    expression: &str,
    row: usize,
) -> Option<Result<String, String>> {
    let values = values_of(document, expression, &[row]);
    values.map(|values| values.into_iter().next()).transpose()
}

fn set_values(document: &mut Document, column: CaseColumn, rows: &[usize], values: &[String]) {
    let cells = rows.iter().zip(values).map(|(&row, value)| (row, value.as_str()));
    if !values.is_empty() {
        document.set_written(column, cells);
    }
}

/// A cell as it is sorted: numbers before texts.
#[derive(Debug, PartialEq)]
enum SortKey {
    Number(f64),
    Text(Vec<TextPart>),
}

/// Part of a text: whole numbers within it count as numbers.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum TextPart {
    Digits(usize, String),
    Letters(String),
}

impl SortKey {
    fn of(document: &Document, row: usize, column: CaseColumn) -> Option<Self> {
        let cell: Cow<'_, str> = document.text(row, column);
        if cell.trim().is_empty() {
            return None;
        }
        let number = document.number(row, column).map(Self::Number);
        Some(number.unwrap_or_else(|_| Self::Text(text_parts(&cell.to_lowercase()))))
    }

    fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => a.total_cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (Self::Number(_), Self::Text(_)) => Ordering::Less,
            (Self::Text(_), Self::Number(_)) => Ordering::Greater,
        }
    }
}

fn text_parts(mut text: &str) -> Vec<TextPart> {
    let mut parts = Vec::new();
    while let Some(first) = text.chars().next() {
        let is_digit = first.is_ascii_digit();
        let end = text.find(|c: char| c.is_ascii_digit() != is_digit).unwrap_or(text.len());
        let (part, rest) = text.split_at(end);
        parts.push(if is_digit {
            let digits = part.trim_start_matches('0');
            TextPart::Digits(digits.len(), digits.to_owned())
        } else {
            TextPart::Letters(part.to_owned())
        });
        text = rest;
    }
    parts
}

/// Returns rows sorted by a column, empty cells last. Equal rows keep their order.
fn sorted_rows(
    document: &Document,
    column: CaseColumn,
    is_descending: bool,
    rows: &[usize],
) -> Vec<usize> {
    let key = |row: usize| (SortKey::of(document, row, column), row);
    let mut rows: Vec<_> = rows.iter().copied().map(key).collect();
    rows.sort_by(|(a, _), (b, _)| match (a, b) {
        (Some(a), Some(b)) if is_descending => b.compare(a),
        (Some(a), Some(b)) => a.compare(b),
        (a, b) => Reverse(a.is_some()).cmp(&Reverse(b.is_some())),
    });
    rows.into_iter().map(|(_, row)| row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::{CaseTable, Plan, WorkloadName};

    fn document() -> Document {
        let mut cases = CaseTable::with_extra_columns(vec!["mesh".to_owned()]);
        cases.push("Case 10", 3.0, 1.0, &["fine"]);
        cases.push("Case 9", 1.5, 2.0, &[""]);
        cases.push("case 1", 2.0, 4.0, &["2"]);
        Document::new(cases, WorkloadName::Wait, Plan::default())
    }

    fn column(document: &Document, index: usize) -> Vec<String> {
        let rows = 0..document.cases.len();
        rows.map(|row| document.text(row, CaseColumn::at(index)).into_owned()).collect()
    }

    fn cells(columns: RangeInclusive<usize>) -> Cells {
        Cells { rows: vec![0, 1, 2], columns }
    }

    fn after(document: &Document, change: TableChange) -> Document {
        change.apply(document).unwrap().document
    }

    fn pasted(text: &str, (row, column): (usize, usize)) -> Result<ChangedTable, String> {
        let cells = Cells { rows: vec![row], columns: column..=column };
        let (at, text) = (CellAt { row, column }, text.to_owned());
        let rows = (row..3).collect();
        TableChange::Paste { text, at, cells, rows, decimal: None }.apply(&document())
    }

    #[test]
    fn cells_are_cleared_and_filled_down() {
        let cleared = after(&document(), TableChange::Clear(cells(1..=3)));
        assert_eq!(column(&cleared, 3), ["", "", ""]);
        assert_eq!(cleared.first_invalid(), Some((0, Column::X)), "x is no longer a number");
        let filled = after(&document(), TableChange::FillDown(cells(1..=3)));
        assert_eq!(column(&filled, 1), ["3", "3", "3"]);
        assert_eq!(column(&filled, 3), ["fine", "fine", "fine"]);
    }

    #[test]
    fn a_series_continues_from_its_first_two_cells() {
        let mut document = document();
        document.set_text(0, Column::X, "1");
        document.set_text(1, Column::X, "1,5");
        let continued = after(&document, TableChange::ContinueSeries(cells(0..=1)));
        assert_eq!(column(&continued, 1), ["1", "1.5", "2"]);
        assert_eq!(column(&continued, 0), ["Case 10", "Case 9", "Case 10"], "it falls");
    }

    #[test]
    fn filled_numbers_are_not_read_again() {
        let mut document = document();
        document.set_text(0, Column::X, "2.125");
        document.set_text(1, Column::X, "2,5");
        document.note_separator(1, Column::X, "2,5");
        let filled = after(&document, TableChange::FillDown(cells(1..=1)));
        assert_eq!((column(&filled, 1), filled.first_invalid()), (vec!["2.125".into(); 3], None));
    }

    #[test]
    fn pasted_texts_keep_their_blanks() {
        let changed = pasted(" 7 \t8\t\u{A0}new  \n", (2, 2)).unwrap();
        assert_eq!(column(&changed.document, 2)[2], "7");
        assert_eq!(column(&changed.document, 4)[2], "\u{A0}new  ");
    }

    #[test]
    fn pasted_cells_grow_the_table() {
        let changed = pasted("7\t8\tnew\n9\t10\tx\n", (2, 2)).unwrap();
        let document = changed.document;
        assert_eq!(headings(&document.cases), ["name", "x", "y", "mesh", "column 5"]);
        assert_eq!(column(&document, 2), ["1", "2", "7", "9"]);
        assert_eq!(column(&document, 3), ["fine", "", "8", "10"]);
        assert_eq!(column(&document, 4), ["", "", "new", "x"]);
        assert_eq!(column(&document, 0)[3], "Case 4");
        let range = changed.selects.unwrap();
        assert_eq!((range.rows(), range.columns()), (2..=3, 2..=4));
    }

    #[test]
    fn a_pasted_header_names_the_columns() {
        let document = pasted("wall\tMesh\tx\n0.5\tq\t7\n", (0, 0)).unwrap().document;
        assert_eq!(headings(&document.cases), ["name", "x", "y", "mesh", "wall"]);
        assert_eq!(
            (column(&document, 1)[0].as_str(), column(&document, 3)[0].as_str()),
            ("7", "q")
        );
        assert_eq!(column(&document, 4), ["0.5", "", ""]);
        let twice = pasted("x\tX\n1\t2\n", (0, 0)).unwrap_err();
        assert_eq!(twice, "its header names the column \"X\" twice");
        // One line is no header.
        assert_eq!(column(&pasted("x\ty", (0, 0)).unwrap().document, 0)[0], "x");
    }

    #[test]
    fn a_pasted_block_is_repeated_over_cells_that_it_divides() {
        let change = TableChange::Paste {
            text: "a\n".to_owned(),
            at: CellAt { row: 0, column: 3 },
            cells: cells(3..=3),
            rows: vec![0, 1, 2],
            decimal: None,
        };
        assert_eq!(column(&after(&document(), change), 3), ["a", "a", "a"]);
    }

    #[test]
    fn a_pasted_number_with_two_readings_is_marked_with_both() {
        for (text, readings) in [
            ("1.000\t2,5\n", [Some("1 or 1000"), None]),
            ("2,5\t1.000\n", [None, Some("1 or 1000")]),
            ("1,250\t2,000\n", [Some("1.25 or 1250"), Some("2 or 2000")]),
            ("1,250\t2,5\n", [None, None]),
            ("1.250\t2\n", [None, None]),
        ] {
            let document = pasted(text, (0, 1)).unwrap().document;
            for (column, readings) in [Column::X, Column::Y].into_iter().zip(readings) {
                let problem = document.problem(0, column).map(|problem| problem.message);
                let is_marked = problem.as_deref().map(|it| it.contains(readings.unwrap_or("?")));
                assert_eq!(is_marked, readings.map(|_| true), "{text}: {problem:?}");
            }
        }
    }

    #[test]
    fn rows_are_sorted_by_numbers_then_texts_then_empty_cells() {
        let sorted = |column: Column, is_descending| {
            let change =
                TableChange::Sort { column: column.into(), is_descending, rows: vec![0, 1, 2] };
            self::column(&after(&document(), change), 0)
        };
        assert_eq!(sorted(Column::Name, false), ["case 1", "Case 9", "Case 10"]);
        assert_eq!(sorted(Column::X, true), ["Case 10", "case 1", "Case 9"]);
        let (by_mesh, rows) = (CaseColumn::Extra(0), vec![0, 1, 2]);
        let by_mesh = TableChange::Sort { column: by_mesh, is_descending: true, rows };
        assert_eq!(column(&after(&document(), by_mesh), 3), ["fine", "2", ""]);
    }

    #[test]
    fn a_column_is_set_by_an_expression_over_all_columns() {
        let add = |expression: &str| TableChange::AddColumn {
            at: 4,
            heading: " area ".to_owned(),
            expression: expression.to_owned(),
        };
        let added = after(&document(), add("= x*y/2"));
        assert_eq!((headings(&added.cases)[4], column(&added, 4)[1].as_str()), ("area", "1.5"));
        let problem = |change: TableChange| change.apply(&document()).unwrap_err();
        assert_eq!(problem(add("mesh")), "In row 1: expected a number for mesh, found \"fine\"");
        assert!(problem(add("nothing+1")).contains("nothing"));
        let set = |rows: Vec<usize>| TableChange::SetColumn {
            column: Column::X.into(),
            heading: String::new(),
            expression: "x + y".to_owned(),
            rows,
        };
        assert_eq!(column(&after(&document(), set(vec![1])), 1), ["3", "3.5", "2"]);
        let mut invalid = document();
        invalid.set_text(1, Column::Y, "q");
        let error = set(vec![0, 1, 2]).apply(&invalid).unwrap_err();
        assert_eq!(error, "In row 2: expected a number for y, found \"q\"");
    }

    #[test]
    fn a_cell_has_one_reading_in_expressions_and_for_sorting() {
        let mut cases = CaseTable::with_extra_columns(vec!["load".to_owned()]);
        for load in ["4,5", "10", "1,250", " 0.5 "] {
            cases.push("", 1.0, 1.0, &[load]);
        }
        let doubled = |rows: Vec<usize>, cases: &CaseTable| {
            let document = Document::new(cases.clone(), WorkloadName::Wait, Plan::default());
            let (heading, expression) = ("load".to_owned(), "load*2".to_owned());
            let column = CaseColumn::Extra(0);
            let set = TableChange::SetColumn { column, heading, expression, rows };
            Ok::<_, String>(self::column(&set.apply(&document)?.document, 3))
        };
        // A decimal comma is known beside 4,5, but a decimal point beside 0.5 too.
        assert_eq!(doubled(vec![0, 1, 3], &cases).unwrap(), ["9", "20", "1,250", "1"]);
        assert_eq!(
            doubled(vec![0, 1, 2], &cases).unwrap_err(),
            "In row 3: ambiguous number for load: found \"1,250\", which can mean 1.25 or 1250 \
             beside numbers with a decimal point; write 1.25 or 1250"
        );
        cases.set_extra(0, [(3, "8")]);
        assert_eq!(doubled(vec![0, 1, 2, 3], &cases).unwrap(), ["9", "20", "2.5", "16"]);
        let document = Document::new(cases, WorkloadName::Wait, Plan::default());
        let (column, rows) = (CaseColumn::Extra(0), vec![0, 1, 2, 3]);
        let sort = TableChange::Sort { column, is_descending: false, rows };
        assert_eq!(self::column(&after(&document, sort), 3), ["1,250", "4,5", "8", "10"]);
    }

    #[test]
    fn columns_are_renamed_moved_and_removed() {
        let rename = |heading: &str| TableChange::SetColumn {
            column: CaseColumn::Extra(0),
            heading: heading.to_owned(),
            expression: String::new(),
            rows: Vec::new(),
        };
        let renamed = after(&document(), rename("grid"));
        assert_eq!(headings(&renamed.cases)[3], "grid");
        assert!(rename("X").apply(&document()).is_err());
        let removed = after(&document(), TableChange::RemoveColumns(2..=3));
        assert_eq!(headings(&removed.cases), ["name", "x", "y"]);
    }

    #[test]
    fn a_text_is_replaced_in_cells() {
        let search =
            CellSearch { text: "case".into(), replacement: "Wing".into(), ..CellSearch::default() };
        let changed = TableChange::Replace(search, cells(0..=3)).apply(&document()).unwrap();
        assert_eq!(column(&changed.document, 0), ["Wing 10", "Wing 9", "Wing 1"]);
        assert_eq!(changed.note.as_deref(), Some("Replaced the text in 3 cells"));
    }
}
