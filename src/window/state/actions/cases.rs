//! Applies intents to the case table.

use crate::study::{Column, RowId};
use crate::window::state::app_state::AppState;
use crate::window::state::command::Command;
use crate::window::state::document::Document;
use crate::window::state::ui_parts::CellEdit;

impl AppState {
    /// Changes the document in a way that can be undone.
    pub(crate) fn edit<T>(&mut self, change: impl FnOnce(&mut Document) -> T) -> T {
        self.undo.push(self.document.clone(), None);
        change(&mut self.document)
    }

    /// Stores the text typed into a cell.
    pub(crate) fn edit_cell(&mut self, id: RowId, column: Column, text: String) {
        let Some(row) = self.document.row_of(id) else { return };
        self.undo.push(self.document.clone(), Some((id, column)));
        self.document.set_text(row, column, &text);
        self.form.editing = Some(CellEdit { row: id, column, text });
    }

    /// Starts editing the cell that got the keyboard focus.
    pub(crate) fn enter_cell(&mut self, id: RowId, column: Column) {
        let Some(row) = self.document.row_of(id) else { return };
        let text = self.document.text(row, column).into_owned();
        self.selection.enter_row(row, &self.document.cases);
        self.undo.end_typing();
        self.form.editing = Some(CellEdit { row: id, column, text });
    }

    /// Moves the focus to the same column of the next row, adding a row at the end.
    pub(crate) fn go_to_next_row(&mut self, row: usize, column: Column) {
        self.form.pending_focus = Some(if row + 1 < self.document.cases.len() {
            (row + 1, column)
        } else {
            (self.edit(Document::add), Column::Name)
        });
    }

    /// Inserts pasted rows behind the selection, and selects them.
    pub(crate) fn paste_rows(&mut self, text: &str) {
        let after = self.selection.indices(&self.document.cases).last().copied();
        let rows = self.edit(|document| document.paste(text, after));
        self.selection.select_rows(rows, &self.document.cases);
    }

    /// Performs a command on the selected rows.
    pub(crate) fn edit_rows(&mut self, command: Command) {
        let rows = self.selection.indices(&self.document.cases);
        match command {
            Command::AddCase => {
                let row = self.edit(Document::add);
                self.form.pending_focus = Some((row, Column::Name));
            }
            Command::Duplicate => {
                let Some(last) = rows.last().copied() else { return };
                let copies = self.edit(|document| document.cases.duplicate(&rows, last));
                self.selection.rows = copies.into_iter().collect();
            }
            Command::Delete => {
                self.edit(|document| document.delete(&rows));
                self.selection.rows.clear();
                self.form.editing = None;
            }
            Command::MoveUp => self.edit(|document| document.shift(&rows, true)),
            Command::MoveDown => self.edit(|document| document.shift(&rows, false)),
            _ => self.selection.select_rows(0..self.document.cases.len(), &self.document.cases),
        }
    }
}
