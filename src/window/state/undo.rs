//! Undo and redo, by keeping whole documents.

use crate::study::{CaseColumn, RowId};

use super::document::Document;

const MAX_CHANGES: usize = 200;

/// The documents before and after the current one.
#[derive(Debug, Clone, Default)]
pub struct UndoStack {
    undo: Vec<Document>,
    redo: Vec<Document>,
    typing: Option<(RowId, CaseColumn)>,
}

impl UndoStack {
    /// Stores the document as it was before a change. Consecutive typing in one cell is one change.
    pub fn push(&mut self, before: Document, typing: Option<(RowId, CaseColumn)>) {
        self.redo.clear();
        if typing.is_none() || typing != self.typing {
            self.undo.push(before);
            if self.undo.len() > MAX_CHANGES {
                self.undo.remove(0);
            }
        }
        self.typing = typing;
    }

    /// Makes the next change a separate one, even in the same cell.
    pub fn end_typing(&mut self) {
        self.typing = None;
    }

    pub fn undo(&mut self, document: &mut Document) {
        Self::step(&mut self.undo, &mut self.redo, document);
        self.typing = None;
    }

    pub fn redo(&mut self, document: &mut Document) {
        Self::step(&mut self.redo, &mut self.undo, document);
        self.typing = None;
    }

    fn step(from: &mut Vec<Document>, to: &mut Vec<Document>, document: &mut Document) {
        if let Some(other) = from.pop() {
            to.push(std::mem::replace(document, other));
        }
    }

    pub fn can_undo(&self) -> bool {
        !self.undo.is_empty()
    }

    pub fn can_redo(&self) -> bool {
        !self.redo.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::Column;

    #[test]
    fn typing_in_one_cell_is_one_change() {
        let mut document = Document::default();
        let mut undo = UndoStack::default();
        let cell = Some((document.cases.id(0), Column::Name.into()));
        for name in ["a", "ab", "abc"] {
            undo.push(document.clone(), cell);
            document.set_text(0, Column::Name, name);
        }
        undo.push(document.clone(), None);
        document.delete(&[0]);
        undo.undo(&mut document);
        assert_eq!(document.cases.case(0).name, "abc");
        undo.undo(&mut document);
        assert_eq!(document, Document::default());
        assert!(!undo.can_undo());
        undo.redo(&mut document);
        assert_eq!(document.cases.case(0).name, "abc");
        undo.redo(&mut document);
        assert_eq!(document.cases.len(), 2);
        assert!(!undo.can_redo());
    }
}
