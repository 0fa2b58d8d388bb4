//! Work on a whole table, which a thread does for many rows.

use super::cell_range::CellAt;
use super::cell_search::{CellSearch, find_cell};
use super::table_change::{ChangedTable, TableChange};
use crate::window::state::Document;

#[derive(Debug, Clone, PartialEq)]
pub enum TableTask {
    Change(TableChange),
    /// Find the next cell that holds a text, in these rows or all.
    Find {
        search: CellSearch,
        rows: Option<Vec<u32>>,
        from: CellAt,
        is_back: bool,
    },
}

#[derive(Debug)]
pub enum TableOutcome {
    Changed(Box<ChangedTable>),
    Found(Option<CellAt>),
}

impl TableTask {
    pub fn run(self, document: &Document) -> Result<TableOutcome, String> {
        match self {
            Self::Change(change) => {
                change.apply(document).map(|it| TableOutcome::Changed(Box::new(it)))
            }
            Self::Find { search, rows, from, is_back } => {
                let found = find_cell(document, rows.as_deref(), &search, from, is_back);
                Ok(TableOutcome::Found(found))
            }
        }
    }
}
