//! Changes of the columns of a case table.

use std::sync::Arc;

use super::case_table::{CaseTable, Column};
use super::text_column::TextColumn;
use crate::text::quoted;

impl CaseTable {
    /// Number of columns: name, x, y and the extra ones.
    pub fn column_count(&self) -> usize {
        Column::ALL.len() + self.extra_columns.len()
    }

    /// Returns why an extra column cannot have this heading, unless it is the one at `own`.
    pub fn heading_problem(&self, heading: &str, own: Option<usize>) -> Option<String> {
        if heading.trim().is_empty() {
            return Some("expected the name of a column, found nothing".to_owned());
        }
        let is_taken = |(at, (other, _)): (usize, &(String, _))| {
            Some(at) != own && other.eq_ignore_ascii_case(heading)
        };
        let is_taken = Column::from_heading(heading).is_some()
            || self.extra_columns.iter().enumerate().any(is_taken);
        is_taken.then(|| format!("there is a column {} already", quoted(heading)))
    }

    /// Inserts an empty extra column at an index among the extra columns.
    pub fn insert_column(&mut self, at: usize, heading: &str) {
        let mut column = TextColumn::default();
        (0..self.len()).for_each(|_| column.push(""));
        self.extra_columns.insert(at, (heading.to_owned(), Arc::new(column)));
    }

    /// Renames the extra column at an index.
    pub fn rename_column(&mut self, at: usize, heading: &str) {
        heading.clone_into(&mut self.extra_columns[at].0);
    }

    /// Removes the extra column at an index.
    pub fn remove_column(&mut self, at: usize) {
        self.extra_columns.remove(at);
    }

    /// Exchanges two extra columns.
    pub fn swap_columns(&mut self, a: usize, b: usize) {
        self.extra_columns.swap(a, b);
    }

    /// Sets cells of the extra column at an index, given by ascending row.
    pub fn set_extra<'a>(&mut self, at: usize, cells: impl IntoIterator<Item = (usize, &'a str)>) {
        Arc::make_mut(&mut self.extra_columns[at].1).set_all(cells);
    }

    /// Sets names, given by ascending row.
    pub fn set_names<'a>(&mut self, names: impl IntoIterator<Item = (usize, &'a str)>) {
        Arc::make_mut(&mut self.names).set_all(names);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headings(table: &CaseTable) -> Vec<&str> {
        table.extra_columns().iter().map(|(heading, _)| heading.as_str()).collect()
    }

    #[test]
    fn extra_columns_are_inserted_renamed_moved_and_removed() {
        let mut table = CaseTable::demo();
        table.insert_column(0, "mesh");
        table.insert_column(0, "wall");
        table.set_extra(1, [(0, "fine"), (2, "coarse")]);
        assert_eq!((headings(&table), table.column_count()), (vec!["wall", "mesh"], 5));
        table.swap_columns(0, 1);
        table.rename_column(0, "grid");
        table.remove_column(1);
        assert_eq!(headings(&table), ["grid"]);
        let cells: Vec<_> = table.extra_columns()[0].1.iter().collect();
        assert_eq!(cells, ["fine", "", "coarse"]);
    }

    #[test]
    fn a_heading_is_not_blank_and_not_taken() {
        let table = CaseTable::with_extra_columns(vec!["mesh".to_owned()]);
        assert_eq!(table.heading_problem("wall", None), None);
        assert_eq!(table.heading_problem("mesh", Some(0)), None);
        for taken in ["mesh", "Mesh", "X", " name "] {
            let problem = table.heading_problem(taken, None).unwrap();
            assert!(problem.contains("already"), "{taken}: {problem}");
        }
        assert!(table.heading_problem(" ", None).unwrap().contains("nothing"));
    }
}
