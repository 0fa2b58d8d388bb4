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
    /// A pasted number has two readings: the change, and both of them.
    Doubtful(TableChange, String),
    Found(Option<CellAt>),
}

impl TableTask {
    pub fn run(self, document: &Document) -> Result<TableOutcome, String> {
        match self {
            Self::Change(change) => {
                let changed = change.clone().apply(document)?;
                Ok(match changed.doubt {
                    Some(doubt) => TableOutcome::Doubtful(change, doubt),
                    None => TableOutcome::Changed(Box::new(changed)),
                })
            }
            Self::Find { search, rows, from, is_back } => {
                let found = find_cell(document, rows.as_deref(), &search, from, is_back);
                Ok(TableOutcome::Found(found))
            }
        }
    }
}
