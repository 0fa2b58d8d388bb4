//! Undo and redo, by keeping documents.

use crate::study::{Column, RowId};

use super::document::Document;

/// How many changes can be taken back.
const KEPT: usize = 200;

/// The documents before and after this one.
#[derive(Debug, Clone, Default)]
pub struct UndoStack {
    undo: Vec<Document>,
    redo: Vec<Document>,
    typing: Option<(RowId, Column)>,
}

impl UndoStack {
    /// Notes the document as it was before a change. Typing on in one cell is
    /// one change.
    pub fn note(&mut self, before: Document, typing: Option<(RowId, Column)>) {
        self.redo.clear();
        if typing.is_none() || typing != self.typing {
            self.undo.push(before);
            if self.undo.len() > KEPT {
                self.undo.remove(0);
            }
        }
        self.typing = typing;
    }

    /// The next change is one of its own, even in the same cell.
    pub fn end_typing(&mut self) {
        self.typing = None;
    }

    /// Goes one change back.
    pub fn undo(&mut self, document: &mut Document) {
        Self::step(&mut self.undo, &mut self.redo, document);
        self.typing = None;
    }

    /// Goes one change forth again.
    pub fn redo(&mut self, document: &mut Document) {
        Self::step(&mut self.redo, &mut self.undo, document);
        self.typing = None;
    }

    fn step(from: &mut Vec<Document>, to: &mut Vec<Document>, document: &mut Document) {
        if let Some(other) = from.pop() {
            to.push(std::mem::replace(document, other));
        }
    }

    /// Whether there is a change to take back.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        !self.undo.is_empty()
    }

    /// Whether there is a change to make again.
    #[must_use]
    pub fn can_redo(&self) -> bool {
        !self.redo.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_in_one_cell_is_one_change() {
        let mut document = Document::default();
        let mut history = UndoStack::default();
        let cell = Some((document.cases.id(0), Column::Name));
        for name in ["a", "ab", "abc"] {
            history.note(document.clone(), cell);
            document.set_text(0, Column::Name, name);
        }
        history.note(document.clone(), None);
        document.delete(&[0]);
        history.undo(&mut document);
        assert_eq!(document.cases.case(0).name, "abc");
        history.undo(&mut document);
        assert_eq!(document, Document::default());
        assert!(!history.can_undo());
        history.redo(&mut document);
        assert_eq!(document.cases.case(0).name, "abc");
        history.redo(&mut document);
        assert_eq!(document.cases.len(), 2);
        assert!(!history.can_redo());
    }
}
