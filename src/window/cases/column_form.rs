//! The fields of the dialog that adds or changes a column.

use super::cells::table_change::TableChange;
use crate::study::{CaseColumn, Column};
use crate::window::state::Document;

/// The fields of the dialog of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnForm {
    /// The column to change; `None` adds one.
    pub column: Option<CaseColumn>,
    /// Index of the column to add.
    pub at: usize,
    pub heading: String,
    /// The expression to set its cells by, or nothing.
    pub expression: String,
    /// Whether to set the cells of the selected rows only.
    pub is_for_selected: bool,
    /// Why the column could not be set.
    pub problem: Option<String>,
}

impl ColumnForm {
    /// Returns the form that adds a column as the one at an index.
    pub fn adding(at: usize) -> Self {
        let (heading, expression) = (String::new(), String::new());
        let at = at.max(Column::ALL.len());
        Self { column: None, at, heading, expression, is_for_selected: false, problem: None }
    }

    pub fn of(column: CaseColumn, document: &Document) -> Self {
        let heading = column.heading(&document.cases).to_owned();
        Self { column: Some(column), heading, ..Self::adding(column.index()) }
    }

    /// Whether something has been typed.
    pub fn is_changed(&self, document: &Document) -> bool {
        let heading = self.column.map_or("", |column| column.heading(&document.cases));
        self.heading != heading || !self.expression.is_empty()
    }

    /// Whether its heading can be changed.
    pub fn is_named_by_user(&self) -> bool {
        !matches!(self.column, Some(CaseColumn::Basic(_)))
    }

    /// Whether its cells can be set by an expression.
    pub fn has_numbers(&self) -> bool {
        self.column != Some(CaseColumn::Basic(Column::Name))
    }

    /// Returns why the heading is invalid, once one is typed.
    pub fn heading_problem(&self, document: &Document) -> Option<String> {
        let own = match self.column {
            None => None,
            Some(CaseColumn::Extra(at)) => Some(at),
            Some(CaseColumn::Basic(_)) => return None,
        };
        document.cases.heading_problem(self.heading.trim(), own)
    }

    /// Returns the change of the table. An expression is for these rows.
    pub fn change(&self, rows: Vec<usize>) -> TableChange {
        let Self { column, at, heading, expression, .. } = self.clone();
        match column {
            None => TableChange::AddColumn { at, heading, expression },
            Some(column) => TableChange::SetColumn { column, heading, expression, rows },
        }
    }
}
