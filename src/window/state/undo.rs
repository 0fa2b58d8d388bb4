//! Undo and redo, by keeping whole documents.

use super::count_fields::CountField;
use super::document::Document;
use super::parts::TypedTexts;
use crate::study::{CaseColumn, RowId, StudyOption};
use crate::window::compare::compare_form::CompareForm;

const MAX_CHANGES: usize = 200;

/// What Undo brings back: the document, the texts typed into fields that it lacks, and what is to
/// be compared.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Draft {
    pub document: Document,
    pub typed: TypedTexts,
    pub compare: CompareForm,
}

/// A text that is being typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Typing {
    Cell(RowId, CaseColumn),
    /// The command line of the program.
    Command,
    Option(StudyOption),
    Count(CountField),
}

/// The drafts before and after the current one.
#[derive(Debug, Clone, Default)]
pub struct UndoStack {
    undo: Vec<Draft>,
    redo: Vec<Draft>,
    typing: Option<Typing>,
}

impl UndoStack {
    /// Stores the draft as it was before a change. Consecutive typing in one place is one change.
    pub fn push(&mut self, before: Draft, typing: Option<Typing>) {
        self.redo.clear();
        if typing.is_none() || typing != self.typing {
            self.undo.push(before);
            if self.undo.len() > MAX_CHANGES {
                self.undo.remove(0);
            }
        }
        self.typing = typing;
    }

    /// Makes the next change a separate one, even in the same place.
    pub fn end_typing(&mut self) {
        self.typing = None;
    }

    /// Forgets the last change if typing has left nothing of it.
    pub(crate) fn drop_unchanged(&mut self, current: &Draft) {
        if self.redo.is_empty() && self.undo.last() == Some(current) {
            self.undo.pop();
        }
    }

    pub fn undo(&mut self, draft: &mut Draft) {
        Self::step(&mut self.undo, &mut self.redo, draft);
        self.typing = None;
    }

    pub fn redo(&mut self, draft: &mut Draft) {
        Self::step(&mut self.redo, &mut self.undo, draft);
        self.typing = None;
    }

    fn step(from: &mut Vec<Draft>, to: &mut Vec<Draft>, draft: &mut Draft) {
        if let Some(other) = from.pop() {
            to.push(std::mem::replace(draft, other));
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
        let mut draft = Draft::default();
        let mut undo = UndoStack::default();
        let cell = Some(Typing::Cell(draft.document.cases.id(0), Column::Name.into()));
        for name in ["a", "ab", "abc"] {
            undo.push(draft.clone(), cell);
            draft.document.set_text(0, Column::Name, name);
        }
        undo.push(draft.clone(), None);
        draft.document.delete(&[0]);
        undo.undo(&mut draft);
        assert_eq!(draft.document.cases.case(0).name, "abc");
        undo.undo(&mut draft);
        assert_eq!(draft, Draft::default());
        assert!(!undo.can_undo());
        undo.redo(&mut draft);
        assert_eq!(draft.document.cases.case(0).name, "abc");
        undo.redo(&mut draft);
        assert_eq!(draft.document.cases.len(), 2);
        assert!(!undo.can_redo());
    }
}
