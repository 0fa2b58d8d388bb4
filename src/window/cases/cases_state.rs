//! The state of the Cases tab: filter, search, widths of columns, and the cell being edited.

use std::collections::BTreeMap;

use super::cells::cell_range::{CellAt, CellRange};
use super::cells::cell_search::CellSearch;
use super::cells::row_filter::filtered_rows;
use super::cells::table_change::TableChange;
use crate::study::{CaseColumn, Column, RowId};
use crate::text::parse_number;
use crate::window::state::Document;

/// Most rows that the kinds and widths of columns are chosen by.
const MAX_SAMPLE: usize = 512;

/// Smallest and largest automatic width of a column, in characters.
const CHARACTERS: (usize, usize) = (6, 28);

#[derive(Debug, Clone, PartialEq)]
pub enum CasesIntent {
    /// Move the cursor; `extends` keeps the anchor of the range.
    Select {
        cell: CellAt,
        extends: bool,
    },
    SelectRange(CellRange),
    /// Select whole rows or columns, and stay where the grid is scrolled.
    SelectWhole(CellRange),
    /// The grid has scrolled to the cursor.
    Shown,
    /// Edit the cell with the cursor; begin with this text instead of its own.
    Edit(Option<String>),
    /// Stop editing, and keep the text of before.
    Revert,
    /// Stop editing, and move the cursor by rows and columns. A row is added behind the last.
    Commit {
        rows: isize,
        columns: isize,
    },
    /// The text field of the cell has lost the focus.
    Leave,
    Filter(String),
    /// Show or hide the fields that search and replace.
    ShowSearch(bool),
    Search(CellSearch),
    /// Go to the next or the previous cell that holds the text.
    Find {
        is_back: bool,
    },
    /// Replace the text in the cell with the cursor, and go to the next.
    ReplaceOne,
    ReplaceAll,
    /// Set the width of a column in points; `None` fits it to its content.
    Width(CaseColumn, Option<f32>),
}

impl CasesIntent {
    /// Whether it may change the document.
    pub fn may_change_cases(&self) -> bool {
        match self {
            Self::Edit(_)
            | Self::Revert
            | Self::Commit { .. }
            | Self::Leave
            | Self::ReplaceOne
            | Self::ReplaceAll => true,
            Self::Select { .. }
            | Self::SelectRange(_)
            | Self::SelectWhole(_)
            | Self::Shown
            | Self::Filter(_)
            | Self::ShowSearch(_)
            | Self::Search(_)
            | Self::Find { .. }
            | Self::Width(..) => false,
        }
    }
}

/// What the table shows, as of a revision of the document.
#[derive(Debug, Clone, PartialEq)]
pub struct CasesView {
    pub revision: u64,
    pub filter: String,
    /// Rows that pass the filter, and the one that is kept; `None` shows all.
    pub rows: Option<Vec<u32>>,
    /// The row that does not pass the filter, but is shown as long as the cursor is in it.
    pub kept: Option<RowId>,
    /// Number of rows that the filter hides.
    pub hidden: usize,
    /// Whether most cells of a column are numbers.
    pub is_numeric: Vec<bool>,
    /// Width of the content of a column, in characters.
    pub characters: Vec<usize>,
}

impl CasesView {
    /// `cursor`: the row with the cursor, which stays shown.
    pub fn of(document: &Document, filter: &str, revision: u64, cursor: Option<RowId>) -> Self {
        let mut rows = filtered_rows(document, filter);
        let mut kept = None;
        if let (Some(rows), Some(id)) = (&mut rows, cursor)
            && let Some(row) = document.row_of(id).and_then(|row| u32::try_from(row).ok())
            && let Err(at) = rows.binary_search(&row)
        {
            rows.insert(at, row);
            kept = cursor;
        }
        let hidden = rows.as_ref().map_or(0, |rows| document.cases.len() - rows.len());
        let columns = (0..document.cases.column_count()).map(CaseColumn::at);
        let (is_numeric, characters) = columns.map(|column| sample(document, column)).unzip();
        Self { revision, filter: filter.to_owned(), rows, kept, hidden, is_numeric, characters }
    }
}

/// Returns whether most cells of a column are numbers, and the width of its content.
fn sample(document: &Document, column: CaseColumn) -> (bool, usize) {
    let cases = &document.cases;
    let (mut texts, mut numbers) = (0, 0);
    let mut width = column.heading(cases).chars().count();
    for row in (0..cases.len()).step_by(cases.len() / MAX_SAMPLE + 1) {
        let cell = document.text(row, column);
        width = width.max(cell.chars().take(CHARACTERS.1).count());
        let is_number = parse_number(&cell, true, "").is_ok();
        if is_number || document.number(row, column).is_ok() {
            numbers += 1;
        } else if !cell.trim().is_empty() {
            texts += 1;
        }
    }
    let is_numeric = match column {
        CaseColumn::Basic(column) => column != Column::Name,
        CaseColumn::Extra(_) => numbers > texts,
    };
    (is_numeric, width.clamp(CHARACTERS.0, CHARACTERS.1))
}

/// A cell while it is edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditedCell {
    /// The text that it had before.
    pub original: String,
    /// Whether typing has begun it: arrow keys then leave it.
    pub is_typed: bool,
}

/// What the grid does in the next frame.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum GridRequest {
    #[default]
    Nothing,
    /// Scroll to the cursor.
    ShowCursor,
    /// Scroll to the cursor and take the focus.
    TakeFocus,
}

#[derive(Debug, Default)]
pub struct CasesState {
    pub filter: String,
    pub view: Option<CasesView>,
    /// Number of rows that the filter hid before those that a notice counts.
    pub hidden_first: Option<usize>,
    pub shows_search: bool,
    pub search: CellSearch,
    /// Widths of columns that the user chose, in points, by their headings.
    pub widths: BTreeMap<String, f32>,
    pub edited: Option<EditedCell>,
    pub pending: GridRequest,
    /// Whether a change of many cells is being made.
    pub is_changing: bool,
    /// The paste that waits for the choice of a decimal sign.
    pub doubtful_paste: Option<TableChange>,
}

impl CasesState {
    /// Returns the number of rows that are shown.
    pub fn row_count(&self, document: &Document) -> usize {
        let rows = self.view.as_ref().and_then(|view| view.rows.as_ref());
        rows.map_or(document.cases.len(), Vec::len)
    }

    /// Returns the row of the document that is shown at an index.
    pub fn document_row(&self, document: &Document, index: usize) -> Option<usize> {
        let row = match self.view.as_ref().and_then(|view| view.rows.as_ref()) {
            Some(rows) => *rows.get(index)? as usize,
            None => index,
        };
        (row < document.cases.len()).then_some(row)
    }

    pub fn is_numeric(&self, column: CaseColumn) -> bool {
        let view = self.view.as_ref();
        view.and_then(|view| view.is_numeric.get(column.index())).copied().unwrap_or(false)
    }

    /// Returns why a cell does not fit its column: it cannot be run, or is no number among
    /// numbers.
    pub fn problem(&self, document: &Document, row: usize, column: CaseColumn) -> Option<String> {
        match column {
            CaseColumn::Basic(column) => Some(document.problem(row, column)?.message),
            CaseColumn::Extra(_) if self.is_numeric(column) => {
                let cell = document.text(row, column);
                let is_text = !cell.trim().is_empty();
                let problem = column.number(&document.cases, row).err().filter(|_| is_text)?;
                Some(match parse_number(&cell, true, "") {
                    Ok(_) => problem,
                    Err(_) => format!("{problem}; most cells of the column are numbers"),
                })
            }
            CaseColumn::Extra(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::{CaseTable, Plan, WorkloadName};

    fn document() -> Document {
        let mut cases = CaseTable::with_extra_columns(vec!["mesh".into(), "load".into()]);
        for (mesh, load) in [("fine", "1"), ("coarse", "heavy"), ("", "2,5")] {
            cases.push("", 1.0, 1.0, &[mesh, load]);
        }
        Document::new(cases, WorkloadName::Wait, Plan::default())
    }

    #[test]
    fn a_text_among_numbers_is_a_problem() {
        let document = document();
        let view = Some(CasesView::of(&document, "", 0, None));
        let state = CasesState { view, ..CasesState::default() };
        let numeric = (0..5).map(|index| state.is_numeric(CaseColumn::at(index)));
        assert_eq!(numeric.collect::<Vec<_>>(), [false, true, true, false, true]);
        let problem = |row| state.problem(&document, row, CaseColumn::Extra(1));
        assert_eq!((problem(0), problem(2)), (None, None));
        let expected =
            "expected a number for load, found \"heavy\"; most cells of the column are numbers";
        assert_eq!(problem(1).as_deref(), Some(expected));
        assert_eq!(state.problem(&document, 1, CaseColumn::Extra(0)), None);
    }
}
