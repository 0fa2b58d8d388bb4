//! The selected cases.

use std::collections::{BTreeSet, HashSet};

use crate::study::{CaseTable, RowId};
use crate::window::cases::cells::cell_range::CellRange;

/// The selected cases.
///
/// The cases of an example or of a saved run are not rows of the document, so they
/// are selected separately.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    pub rows: BTreeSet<RowId>,
    /// The selected cases of a run of other cases, by the rows of its own table.
    pub run_rows: BTreeSet<RowId>,
    /// The selected cells of the Cases tab, unless rows were selected elsewhere since.
    pub cells: Option<CellRange>,
    /// The row where a range selection starts.
    anchor: Option<usize>,
}

impl Selection {
    /// Returns the indices of the selected rows, in ascending order.
    pub fn indices(&self, cases: &CaseTable) -> Vec<usize> {
        (0..cases.len()).filter(|&row| self.rows.contains(&cases.id(row))).collect()
    }

    /// Selects these rows of the document only.
    pub fn select_rows(&mut self, rows: impl IntoIterator<Item = usize>, cases: &CaseTable) {
        self.rows = rows.into_iter().map(|row| cases.id(row)).collect();
        self.cells = None;
    }

    /// Selects a row when one of its cells gets focus, unless it is selected.
    pub fn enter_row(&mut self, row: usize, cases: &CaseTable) {
        if !self.rows.contains(&cases.id(row)) {
            self.select_rows([row], cases);
            self.anchor = Some(row);
        }
    }

    /// Applies a click on a row: `extend` selects the range from the last click,
    /// `toggle` changes this row only.
    pub fn click_row(&mut self, row: usize, extend: bool, toggle: bool, cases: &CaseTable) {
        if row >= cases.len() {
            return;
        }
        let anchor = self.anchor.filter(|&anchor| anchor < cases.len());
        if let Some(anchor) = anchor.filter(|_| extend) {
            self.select_rows(row.min(anchor)..=row.max(anchor), cases);
            return;
        }
        click(&mut self.rows, vec![cases.id(row)], toggle);
        (self.anchor, self.cells) = (Some(row), None);
    }

    /// Applies a click on cases of a run, whose rows are in the document or not.
    pub fn click_cases(
        &mut self,
        of_document: bool,
        mut rows: Vec<RowId>,
        toggle: bool,
        cases: &CaseTable,
    ) {
        if of_document {
            let present: HashSet<RowId> = (0..cases.len()).map(|row| cases.id(row)).collect();
            rows.retain(|id| present.contains(id));
            click(&mut self.rows, rows, toggle);
            self.cells = None;
        } else {
            click(&mut self.run_rows, rows, toggle);
        }
    }
}

/// Selects the clicked rows. Rows that are already selected are deselected.
fn click(selected: &mut BTreeSet<RowId>, rows: Vec<RowId>, toggle: bool) {
    let all = !rows.is_empty() && rows.iter().all(|id| selected.contains(id));
    if toggle && all {
        for id in &rows {
            selected.remove(id);
        }
    } else if toggle {
        selected.extend(rows);
    } else {
        let same = all && rows.len() == selected.len();
        *selected = if same { BTreeSet::new() } else { rows.into_iter().collect() };
    }
}
