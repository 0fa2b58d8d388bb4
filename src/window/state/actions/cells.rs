//! Applies intents of the Cases tab: the selected cells, their text, and changes of many.

use crate::study::{CaseColumn, Column, DecimalSign, RowId};
use crate::text::{grouped, plural};
use crate::window::cases::cases_state::{CasesIntent, CasesView, EditedCell, GridRequest};
use crate::window::cases::cells::cell_range::{CellAt, CellRange};
use crate::window::cases::cells::table_change::{Cells, ChangedTable, TableChange};
use crate::window::cases::cells::table_task::{TableOutcome, TableTask};
use crate::window::cases::column_form::ColumnForm;
use crate::window::frame::notices::Trouble;
use crate::window::state::parts::CellEdit;
use crate::window::state::{AppState, Command, Dialog, Document, Effect, Tab};

/// Most rows of a table that is changed or searched within a frame, which takes a few
/// milliseconds.
const MAX_IN_FRAME: usize = 10_000;

impl AppState {
    /// Returns the selected cells of the Cases tab, while it is open.
    pub(crate) fn cells(&self) -> Option<CellRange> {
        let range = self.selection.cells.filter(|_| self.tab == Tab::Cases)?;
        let columns = self.document.cases.column_count();
        range.within(self.cases.row_count(&self.document), columns)
    }

    /// Returns the row with the cursor of the Cases tab, if only cells of that row are selected.
    pub(crate) fn row_with_cursor(&self) -> Option<RowId> {
        self.cells()?;
        let mut rows = self.selection.rows.iter().copied();
        rows.next().filter(|_| rows.next().is_none())
    }

    /// Returns the selected cells that do not make up whole rows.
    pub(crate) fn cells_within_rows(&self) -> Option<CellRange> {
        let columns = self.document.cases.column_count();
        self.cells().filter(|range| range.column_count() < columns)
    }

    /// Returns the rows of the document that the table shows.
    pub(in crate::window::state) fn shown_rows(&self) -> Vec<usize> {
        match self.cells() {
            Some(_) => self.document_rows(0..self.cases.row_count(&self.document)),
            None => (0..self.document.cases.len()).collect(),
        }
    }

    /// Returns the rows of the document that these indices show.
    fn document_rows(&self, shown: impl Iterator<Item = usize>) -> Vec<usize> {
        shown.filter_map(|index| self.cases.document_row(&self.document, index)).collect()
    }

    fn cells_of(&self, range: CellRange) -> Cells {
        Cells { rows: self.document_rows(range.rows()), columns: range.columns() }
    }

    /// Selects cells, and their rows.
    fn select_cells(&mut self, range: CellRange) {
        let rows = self.document_rows(range.rows());
        self.selection.select_rows(rows, &self.document.cases);
        self.selection.cells = Some(range);
        self.cases.pending = self.cases.pending.max(GridRequest::ShowCursor);
    }

    /// Takes what the table shows now, and says how many rows a change has hidden.
    pub(crate) fn take_cases_view(&mut self, view: CasesView) {
        let before = self.cases.view.as_ref().filter(|before| before.filter == view.filter);
        let before = before.map_or(view.hidden, |before| before.hidden);
        let is_said = self.notices.is_posted(Trouble::RowsHidden);
        let first = self.cases.hidden_first.filter(|_| is_said).unwrap_or(before);
        let is_changed = view.hidden != before || view.hidden <= first;
        let hidden = view.hidden.saturating_sub(first);
        self.cases.view = Some(view);
        self.follow_shown_rows();
        if !is_changed {
            return;
        }
        self.notices.solve(Trouble::RowsHidden);
        if hidden > 0 {
            self.cases.hidden_first = Some(first);
            let rows = plural(hidden, "row", "rows");
            let text = format!("The filter hides {} more {rows}", grouped(hidden));
            self.notices.post_while(Trouble::RowsHidden, text);
        }
    }

    /// Makes the selected cells and rows agree after other rows are shown: the cells follow
    /// their rows while these are side by side, else those in their place are selected.
    fn follow_shown_rows(&mut self) {
        let Some(range) = self.cells() else { return };
        let is_selected = |&index: &usize| {
            let row = self.cases.document_row(&self.document, index);
            row.is_some_and(|row| self.selection.rows.contains(&self.document.cases.id(row)))
        };
        let is_small = self.selection.rows.len() <= MAX_IN_FRAME;
        let all = if is_small { self.cases.row_count(&self.document) } else { 0 };
        let rows: Vec<usize> = (0..all).filter(is_selected).collect();
        let (first, last) = match rows[..] {
            [first, .., last] if last - first + 1 == rows.len() => (first, last),
            [only] => (only, only),
            _ => (*range.rows().start(), *range.rows().end()),
        };
        let is_upward = range.cursor.row < range.anchor.row;
        let (anchor, cursor) = if is_upward { (last, first) } else { (first, last) };
        let at = |row, cell: CellAt| CellAt { row, ..cell };
        let pending = self.cases.pending;
        self.select_cells(CellRange {
            anchor: at(anchor, range.anchor),
            cursor: at(cursor, range.cursor),
        });
        self.cases.pending = pending;
    }

    /// Selects all rows; in the Cases tab only those that it shows.
    pub(super) fn select_all_rows(&mut self) {
        let all = 0..self.document.cases.len();
        if self.tab == Tab::Cases {
            let rows = self.document_rows(all);
            self.selection.select_rows(rows, &self.document.cases);
            self.selection.cells = self.all_cells();
        } else {
            self.selection.select_rows(all, &self.document.cases);
        }
    }

    /// Gives the focus to the table, and the cursor a place.
    pub(in crate::window::state) fn enter_table(&mut self) {
        if self.cells().is_none() {
            self.select_cells(CellRange::one(CellAt { row: 0, column: 0 }));
        }
        self.cases.pending = GridRequest::TakeFocus;
    }

    pub(crate) fn act_on_cases(&mut self, intent: CasesIntent) -> Option<Effect> {
        match intent {
            CasesIntent::Select { cell, extends } => {
                let anchor = self.cells().filter(|_| extends).map_or(cell, |range| range.anchor);
                self.select_cells(CellRange { anchor, cursor: cell });
            }
            CasesIntent::SelectRange(range) => self.select_cells(range),
            CasesIntent::SelectWhole(range) => {
                let pending = self.cases.pending;
                self.select_cells(range);
                self.cases.pending = pending;
            }
            CasesIntent::Shown => self.cases.pending = GridRequest::Nothing,
            CasesIntent::Edit(text) => self.begin_edit(text),
            CasesIntent::Revert => {
                if self.form.editing.take().is_some_and(|cell| cell.is_changed) {
                    self.step_draft(Command::Undo);
                }
                self.end_edit();
            }
            CasesIntent::Commit { rows, columns } => self.commit_edit(rows, columns),
            CasesIntent::Leave => {
                self.leave_cell();
                self.undo.end_typing();
                self.cases.edited = None;
            }
            CasesIntent::Filter(filter) => {
                self.cases.filter = filter;
                // A row that is hidden would be changed unseen.
                self.selection.rows.clear();
                self.selection.cells = None;
            }
            CasesIntent::ShowSearch(shows) => {
                self.cases.shows_search = shows;
                if !shows {
                    self.cases.pending = GridRequest::TakeFocus;
                }
            }
            CasesIntent::Search(search) => self.cases.search = search,
            CasesIntent::Find { is_back } => return self.find_cell(is_back),
            CasesIntent::ReplaceOne => {
                let cell = self.cells()?.cursor;
                let change = self.replacement(CellRange::one(cell));
                let effect = self.change_table(change);
                return effect.or_else(|| self.find_cell(false));
            }
            CasesIntent::ReplaceAll => {
                let range = self.cells().filter(|range| !range.is_one());
                let change = self.replacement(range.or_else(|| self.all_cells())?);
                return self.change_table(change);
            }
            CasesIntent::Width(column, width) => {
                let heading = column.heading(&self.document.cases).to_owned();
                match width {
                    Some(width) => drop(self.cases.widths.insert(heading, width)),
                    None => drop(self.cases.widths.remove(&heading)),
                }
            }
        }
        None
    }

    pub(crate) fn all_cells(&self) -> Option<CellRange> {
        let anchor = CellAt { row: 0, column: 0 };
        let cursor = CellAt { row: usize::MAX, column: usize::MAX };
        let columns = self.document.cases.column_count();
        CellRange { anchor, cursor }.within(self.cases.row_count(&self.document), columns)
    }

    /// Puts the cursor on a row of the table, or the focus into the form.
    pub(super) fn go_to_row(&mut self, row: usize) {
        if self.cells().is_some() && self.cases.filter.trim().is_empty() {
            self.select_cells(CellRange::one(CellAt { row, column: 0 }));
            self.cases.pending = GridRequest::TakeFocus;
        } else {
            self.form.pending_focus = Some((row, Column::Name));
        }
    }

    fn begin_edit(&mut self, typed: Option<String>) {
        let Some(cell) = self.cells().map(|range| range.cursor) else { return };
        let Some(row) = self.cases.document_row(&self.document, cell.row) else { return };
        self.leave_cell();
        self.undo.end_typing();
        let (id, column) = (self.document.cases.id(row), CaseColumn::at(cell.column));
        let text = self.document.text(row, column).into_owned();
        self.cases.edited = Some(EditedCell { original: text.clone(), is_typed: typed.is_some() });
        self.form.editing = Some(CellEdit { row: id, column, text, is_changed: false });
        self.select_cells(CellRange::one(cell));
        if let Some(typed) = typed {
            self.edit_cell(id, column, typed);
        }
    }

    fn end_edit(&mut self) {
        self.leave_cell();
        self.undo.end_typing();
        self.cases.edited = None;
        self.cases.pending = GridRequest::TakeFocus;
    }

    fn commit_edit(&mut self, rows: isize, columns: isize) {
        self.end_edit();
        let Some(CellRange { cursor, .. }) = self.cells() else { return };
        let last = self.cases.row_count(&self.document) - 1;
        let is_added = rows > 0 && cursor.row == last && self.cases.filter.trim().is_empty();
        if is_added {
            self.edit(Document::add);
        }
        let row = cursor.row.saturating_add_signed(rows);
        let column = cursor.column.saturating_add_signed(columns);
        let moved = CellRange::one(CellAt { row, column });
        let columns = self.document.cases.column_count();
        // The view does not have the new row yet.
        if let Some(range) = moved.within(last + 1 + usize::from(is_added), columns) {
            self.select_cells(range);
        }
    }

    fn find_cell(&mut self, is_back: bool) -> Option<Effect> {
        let from = self.cells().map_or(CellAt { row: 0, column: 0 }, |range| range.cursor);
        let rows = self.cases.view.as_ref().and_then(|view| view.rows.clone());
        let search = self.cases.search.clone();
        self.begin_task(TableTask::Find { search, rows, from, is_back })
    }

    fn replacement(&self, range: CellRange) -> TableChange {
        TableChange::Replace(self.cases.search.clone(), self.cells_of(range))
    }

    /// Makes a change of many cells, or returns the effect that makes it on a thread.
    pub(crate) fn change_table(&mut self, change: TableChange) -> Option<Effect> {
        self.begin_task(TableTask::Change(change))
    }

    fn begin_task(&mut self, task: TableTask) -> Option<Effect> {
        if self.cases.is_changing {
            return None;
        }
        let before = self.document.clone();
        if before.cases.len() > MAX_IN_FRAME {
            self.cases.is_changing = true;
            return Some(Effect::WorkOnTable(task, before));
        }
        let outcome = task.run(&before);
        self.end_task(&before, outcome);
        None
    }

    /// Takes the outcome of work on the table of a document, unless that is another one now.
    pub(crate) fn end_task(&mut self, before: &Document, outcome: Result<TableOutcome, String>) {
        self.cases.is_changing = false;
        let changed = match outcome {
            Ok(TableOutcome::Found(Some(cell))) => return self.select_cells(CellRange::one(cell)),
            Ok(TableOutcome::Found(None)) => {
                return self.report_invalid("No cell holds the text".to_owned());
            }
            Ok(TableOutcome::Doubtful(change, doubt)) => {
                self.cases.doubtful_paste = Some(change);
                self.dialog = Some(Dialog::DecimalSign(doubt));
                return;
            }
            Ok(TableOutcome::Changed(changed)) if self.document == *before => *changed,
            Ok(TableOutcome::Changed(_)) => {
                return self.report_error(
                    "The table has been edited meanwhile, so it was not changed. Try again"
                        .to_owned(),
                );
            }
            Err(problem) => {
                if let Some(Dialog::Column(form)) = &mut self.dialog {
                    form.problem = Some(problem);
                    return;
                }
                return self.report_invalid(format!("Nothing was changed: {problem}"));
            }
        };
        let ChangedTable { document, selects, rows, note, .. } = changed;
        let closed = self.dialog.take_if(|dialog| matches!(dialog, Dialog::Column(_)));
        if document != *before {
            self.edit(|changed| *changed = document);
        }
        self.form.editing = None;
        self.cases.edited = None;
        if let Some(range) = selects {
            let row = self.cells().map_or(0, |range| range.cursor.row);
            let is_column = range.is_one() && range.anchor.row == 0;
            let at = |cell: CellAt| CellAt { row: if is_column { row } else { cell.row }, ..cell };
            let range = CellRange { anchor: at(range.anchor), cursor: at(range.cursor) };
            self.select_cells(range);
            if !rows.is_empty() {
                self.selection.select_rows(rows, &self.document.cases);
                self.selection.cells = Some(range);
            }
        }
        if let Some(Dialog::Column(ColumnForm { column: None, .. })) = closed {
            // What is typed next is for the new column.
            self.cases.pending = GridRequest::TakeFocus;
        }
        self.update_staleness();
        note.into_iter().for_each(|note| self.notify(note));
    }

    /// Pastes a text over the selected cells.
    pub(crate) fn paste_cells(&mut self, range: CellRange, text: String) -> Option<Effect> {
        let at = CellAt { row: *range.rows().start(), column: *range.columns().start() };
        let rows = self.document_rows(at.row..self.cases.row_count(&self.document));
        let cells = self.cells_of(range);
        self.change_table(TableChange::Paste { text, at, cells, rows, decimal: None })
    }

    /// Pastes the text of the dialog, whose numbers have this decimal sign.
    pub(crate) fn paste_signed(&mut self, sign: DecimalSign) -> Option<Effect> {
        self.dialog.take_if(|dialog| matches!(dialog, Dialog::DecimalSign(_)))?;
        let mut change = self.cases.doubtful_paste.take()?;
        if let TableChange::Paste { decimal, .. } = &mut change {
            *decimal = Some(sign);
        }
        self.change_table(change)
    }

    /// Returns the text of the selected cells.
    pub(crate) fn copy_cells(&self, range: CellRange) -> String {
        self.cells_of(range).text(&self.document)
    }

    pub(crate) fn clear_cells(&mut self, range: CellRange) -> Option<Effect> {
        let cells = self.cells_of(range);
        self.change_table(TableChange::Clear(cells))
    }

    /// Performs a command on the selected cells or columns.
    pub(crate) fn edit_cells(&mut self, command: Command) -> Option<Effect> {
        if command == Command::AddColumn {
            let columns = self.document.cases.column_count();
            let at = self.cells().map_or(columns, |range| range.columns().end() + 1);
            self.tab = Tab::Cases;
            self.dialog = Some(Dialog::Column(ColumnForm::adding(at)));
            return None;
        }
        let range = self.cells()?;
        let index = range.cursor.column;
        let column = CaseColumn::at(index);
        let change = match command {
            Command::FillDown => TableChange::FillDown(self.cells_of(range)),
            Command::ContinueSeries => TableChange::ContinueSeries(self.cells_of(range)),
            Command::SortAscending | Command::SortDescending => {
                let is_descending = command == Command::SortDescending;
                TableChange::Sort { column, is_descending, rows: self.shown_rows() }
            }
            Command::DeleteColumns => TableChange::RemoveColumns(range.columns()),
            Command::MoveColumnLeft => TableChange::SwapColumns(index, index - 1),
            Command::MoveColumnRight => TableChange::SwapColumns(index, index + 1),
            _ => {
                let mut form = ColumnForm::of(column, &self.document);
                form.is_for_selected = range.row_count() > 1
                    && range.row_count() < self.cases.row_count(&self.document);
                self.dialog = Some(Dialog::Column(form));
                return None;
            }
        };
        self.change_table(change)
    }

    /// Whether a command on the selected cells or columns is possible.
    pub(crate) fn can_edit_cells(&self, command: Command) -> bool {
        let Some(range) = self.cells() else { return false };
        let first_extra = Column::ALL.len();
        let index = range.cursor.column;
        match command {
            Command::FillDown | Command::ContinueSeries => range.row_count() > 1,
            Command::DeleteColumns => *range.columns().end() >= first_extra,
            Command::MoveColumnLeft => index > first_extra,
            Command::MoveColumnRight => {
                index >= first_extra && index + 1 < self.document.cases.column_count()
            }
            _ => true,
        }
    }

    /// Adds or changes the column of the dialog.
    pub(crate) fn set_column(&mut self) -> Option<Effect> {
        let Some(Dialog::Column(form)) = &self.dialog else { return None };
        let selected = self.cells().filter(|_| form.is_for_selected);
        let rows = match selected {
            Some(range) => self.document_rows(range.rows()),
            None => self.shown_rows(),
        };
        let change = form.change(rows);
        self.change_table(change)
    }
}
