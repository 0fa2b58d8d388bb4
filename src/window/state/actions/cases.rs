//! Applies intents to the case table, and to the cases of runs.

use std::sync::Arc;

use crate::study::{CaseColumn, Column, RowId};
use crate::window::cases::cells::cell_range::CellRange;
use crate::window::history::run_history::ComparePart;
use crate::window::results::results_state::ResultsIntent;
use crate::window::state::parts::CellEdit;
use crate::window::state::undo::Typing;
use crate::window::state::{AppState, Command, Document, Effect, Intent, Tab};
use crate::window::timeline::timeline_state::TimelineIntent;

impl AppState {
    /// Changes the document in a way that can be undone.
    pub(crate) fn edit<T>(&mut self, change: impl FnOnce(&mut Document) -> T) -> T {
        self.undo.push(self.draft(), None);
        change(&mut self.document)
    }

    /// Undoes or redoes a change. Rows that this removes are no longer selected.
    pub(crate) fn step_through_changes(&mut self, command: Command) {
        self.step_draft(command);
        self.form.editing = None;
        self.cases.edited = None;
        let (rows, cells) = (self.selection.indices(&self.document.cases), self.selection.cells);
        self.selection.select_rows(rows, &self.document.cases);
        self.selection.cells = cells;
    }

    pub(crate) fn step_draft(&mut self, command: Command) {
        let mut draft = self.draft();
        match command {
            Command::Undo => self.undo.undo(&mut draft),
            _ => self.undo.redo(&mut draft),
        }
        self.document = draft.document;
        self.form.set_typed(draft.typed);
        if draft.compare != self.compare_form {
            // A change out of sight would go unnoticed.
            self.tab = Tab::Compare;
            self.history.part = Some(ComparePart::Configurations);
            self.set_compare_form(draft.compare);
        }
    }

    pub(crate) fn edit_cell(&mut self, id: RowId, column: CaseColumn, text: String) {
        let Some(row) = self.document.row_of(id) else { return };
        self.undo.push(self.draft(), Some(Typing::Cell(id, column)));
        self.document.set_text(row, column, &text);
        self.form.editing = Some(CellEdit { row: id, column, text, is_changed: true });
    }

    /// Starts editing the cell that got the keyboard focus.
    pub(crate) fn enter_cell(&mut self, id: RowId, column: CaseColumn) {
        let Some(row) = self.document.row_of(id) else { return };
        let text = self.document.text(row, column).into_owned();
        self.leave_cell();
        self.selection.enter_row(row, &self.document.cases);
        self.undo.end_typing();
        self.form.editing = Some(CellEdit { row: id, column, text, is_changed: false });
    }

    /// Ends editing a cell. Its number is complete.
    pub(crate) fn leave_cell(&mut self) {
        let Some(cell) = self.form.editing.take().filter(|cell| cell.is_changed) else { return };
        if let Some(row) = self.document.row_of(cell.row) {
            self.document.note_separator(row, cell.column, &cell.text);
        }
    }

    /// Moves the focus to the same column of the next row, adding a row at the end.
    pub(crate) fn go_to_next_row(&mut self, row: usize, column: Column) {
        self.form.pending_focus = Some(if row + 1 < self.document.cases.len() {
            (row + 1, column)
        } else {
            (self.edit(Document::add), Column::Name)
        });
    }

    /// Cuts, copies or pastes in the text field with the focus, else the selected rows.
    pub(crate) fn edit_by_clipboard(&mut self, command: Command) -> Effect {
        if self.focused_text.is_some() {
            return Effect::EditText(command);
        }
        if command == Command::Paste {
            return Effect::Paste;
        }
        if let Some(range) = self.cells() {
            if command == Command::Cut {
                self.queued.push(Intent::Command(Command::Delete));
            }
            return Effect::CopyText(self.copy_cells(range));
        }
        let text = self.document.copy(&self.selection.indices(&self.document.cases));
        if command == Command::Cut {
            self.edit_rows(Command::Delete);
        }
        Effect::CopyText(text)
    }

    /// Inserts pasted rows behind the selection, and selects them.
    pub(crate) fn paste_rows(&mut self, text: &str) {
        let after = self.selection.indices(&self.document.cases).last().copied();
        let mut pasted = self.document.clone();
        match pasted.paste(text, after) {
            Ok(rows) => {
                self.edit(|document| *document = pasted);
                self.selection.select_rows(rows, &self.document.cases);
            }
            Err(_) => self.import_pasted(text),
        }
    }

    /// Performs a command on the selected rows.
    pub(crate) fn edit_rows(&mut self, command: Command) {
        let rows = self.selection.indices(&self.document.cases);
        match command {
            Command::AddCase => {
                let row = self.edit(Document::add);
                self.go_to_row(row);
            }
            Command::InsertCase => {
                let row = rows.last().map_or(self.document.cases.len(), |last| last + 1);
                self.edit(|document| document.insert(row));
                self.go_to_row(row);
            }
            Command::Duplicate => {
                let Some(last) = rows.last().copied() else { return };
                let copies = self.edit(|document| document.cases.duplicate(&rows, last));
                // The copies are shown below the rows, also by a filter.
                let cells = self.cells();
                self.selection.rows = copies.into_iter().collect();
                let below = |cells: CellRange| {
                    let (first, last) = cells.rows().into_inner();
                    cells.follow(&[first], &[last + 1])
                };
                self.selection.cells = cells.and_then(below);
            }
            Command::Delete | Command::DeleteCases => {
                self.edit(|document| document.delete(&rows));
                self.selection.rows.clear();
                self.form.editing = None;
            }
            Command::MoveUp | Command::MoveDown => {
                let (cells, shown) = (self.selection.cells, self.shown_rows());
                self.edit(|document| document.shift(&rows, command == Command::MoveUp, &shown));
                let moved = self.selection.indices(&self.document.cases);
                let places = |rows: &[usize]| -> Vec<usize> {
                    rows.iter().filter_map(|row| shown.binary_search(row).ok()).collect()
                };
                let follow = |cells: CellRange| cells.follow(&places(&rows), &places(&moved));
                self.selection.cells = cells.and_then(follow);
            }
            _ => self.select_all_rows(),
        }
    }

    pub(crate) fn act_on_results(&mut self, intent: ResultsIntent) {
        match &intent {
            ResultsIntent::Select(case) => self.select_case(*case, true),
            ResultsIntent::GoTo(case) | ResultsIntent::Enter(case) => {
                self.select_case(*case, false);
            }
            _ => {}
        }
        self.results.act(intent);
    }

    /// Selects a case, unless it is selected.
    pub(crate) fn select_unless_selected(&mut self, of_document: bool, row: RowId) {
        if !self.selected_ids(of_document).contains(&row) {
            self.selection.click_cases(of_document, vec![row], false, &self.document.cases);
        }
    }

    /// Shows the first selected case in the case table, the results or the timeline.
    pub(crate) fn show_selected_case(&mut self, command: Command) {
        let case = self.selected_case();
        match command {
            Command::ShowInTable => {
                let rows = self.selection.indices(&self.document.cases);
                self.form.pending_focus = rows.first().map(|&row| (row, Column::Name));
            }
            Command::ShowInResults => {
                self.tab = Tab::Results;
                self.results.show_row(case);
            }
            _ => {
                self.tab = Tab::Timeline;
                self.timeline.all_runs = false;
                self.timeline.zoom = None;
            }
        }
    }

    /// Copies the results of all cases, or of the selected ones.
    pub(crate) fn copy_results(&self, command: Command) -> Option<Effect> {
        let run = self.run.as_ref()?;
        let is_part = command == Command::CopyFigures;
        let cases = is_part.then(|| self.selected_cases(run, usize::MAX).into_iter().collect());
        Some(Effect::CopyResults(Arc::clone(run.report()?), cases))
    }

    /// Selects a case of the run only. `toggle` deselects it if it is selected.
    fn select_case(&mut self, case: u32, toggle: bool) {
        let Some(run) = &self.run else { return };
        let (of_document, id) = (run.has_document_rows, run.frozen().cases.id(case as usize));
        if toggle || !self.is_selected(run, case as usize) {
            self.selection.click_cases(of_document, vec![id], false, &self.document.cases);
        }
    }

    pub(crate) fn act_on_timeline(&mut self, intent: TimelineIntent) {
        match intent {
            TimelineIntent::Zoom(zoom) => self.timeline.zoom = zoom,
            TimelineIntent::AllRuns(all) => {
                self.timeline.all_runs = all;
                self.timeline.zoom = None;
            }
            TimelineIntent::Select { of_document, rows, toggle } => {
                self.selection.click_cases(of_document, rows, toggle, &self.document.cases);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixtures::MACHINE;
    use crate::study::RowId;
    use crate::window::state::MachineInfo;
    use crate::window::state::intent::Intent;

    #[test]
    fn cases_of_an_example_are_selected_separately_from_rows_of_the_document() {
        let mut state = AppState::new(MachineInfo { report: MACHINE, free_memory: None });
        let rows = vec![state.document.cases.id(1), RowId(900)];
        let click_of = |of_document, toggle| {
            let rows = rows.clone();
            Intent::Timeline(TimelineIntent::Select { of_document, rows, toggle })
        };
        let click = |toggle| click_of(false, toggle);
        state.apply(click(false));
        assert!(state.selection.rows.is_empty() && state.selection.run_rows.len() == 2);
        state.apply(click(false));
        assert!(state.selection.run_rows.is_empty(), "a second click deselects");
        state.apply(click(true));
        assert_eq!(state.selection.run_rows.len(), 2);
        state.apply(click_of(true, false));
        assert_eq!(
            state.selection.rows.len(),
            1,
            "rows that the document no longer has are ignored"
        );
    }
}
