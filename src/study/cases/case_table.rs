//! The case table: one row per case, stored by column.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use strum::{Display, EnumString, IntoStaticStr};

use super::text_column::TextColumn;
use crate::text::{KnownSeparators, parse_grouped_number};

/// Identity of a row, unique in its table. It stays the same when the row moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RowId(pub u32);

/// One of the three columns that every case has.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Display, EnumString, IntoStaticStr,
)]
#[strum(serialize_all = "lowercase", ascii_case_insensitive)]
pub enum Column {
    Name,
    X,
    Y,
}

impl Column {
    /// All three, in the order of the window and the exports.
    pub const ALL: [Self; 3] = [Self::Name, Self::X, Self::Y];

    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Returns the column with this heading, ignoring case.
    pub fn from_heading(heading: &str) -> Option<Self> {
        heading.trim().parse().ok()
    }
}

/// One row, borrowed from its table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Case<'a> {
    /// Row in the table, from 0.
    pub index: usize,
    /// Name, not necessarily unique: a case is its row.
    pub name: &'a str,
    /// First number, finite.
    pub x: f64,
    /// Second number, finite.
    pub y: f64,
}

/// The cases with all columns of their file.
///
/// A clone shares the columns until one of the two changes, so keeping one for undo or
/// for a run costs nothing. Methods that take the index of a row panic if it is not below
/// [`len`](Self::len).
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CaseTable {
    ids: Arc<Vec<RowId>>,
    next_id: u32,
    pub(super) names: Arc<TextColumn>,
    x: Arc<Vec<f64>>,
    y: Arc<Vec<f64>>,
    pub(super) extra_columns: Vec<(String, Arc<TextColumn>)>,
    /// What is known of the separators of its file, and of what was typed.
    pub(crate) separators: KnownSeparators,
}

impl CaseTable {
    /// Creates an empty table with extra columns. A number is added to headings that are
    /// taken, to make them unique.
    pub fn with_extra_columns(headings: Vec<String>) -> Self {
        let extra_columns =
            unique_headings(headings).into_iter().map(|h| (h, Arc::default())).collect();
        Self { extra_columns, ..Self::default() }
    }

    /// Creates the table of the demo, with three cases.
    pub fn demo() -> Self {
        let mut table = Self::default();
        for (x, y) in [(1.0, 1.0), (2.0, 1.0), (1.0, 3.0)] {
            table.push("", x, y, &[]);
        }
        table
    }

    /// Number of cases.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether the table has no cases.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Appends a row. A blank name becomes `Case <row>`; missing extra cells are empty.
    ///
    /// # Panics
    /// At 2^32 rows.
    pub fn push(&mut self, name: &str, x: f64, y: f64, extra: &[&str]) -> RowId {
        let id = RowId(self.next_id);
        self.next_id = self.next_id.checked_add(1).expect("fewer than 2^32 rows in a table");
        Arc::make_mut(&mut self.ids).push(id);
        let names = Arc::make_mut(&mut self.names);
        if name.trim().is_empty() {
            names.push(&format!("Case {}", self.ids.len()));
        } else {
            names.push(name);
        }
        Arc::make_mut(&mut self.x).push(x);
        Arc::make_mut(&mut self.y).push(y);
        for (at, (_, column)) in self.extra_columns.iter_mut().enumerate() {
            Arc::make_mut(column).push(extra.get(at).unwrap_or(&""));
        }
        id
    }

    /// Sets the name of the row at `index`, even to a blank one.
    pub fn set_name(&mut self, index: usize, name: &str) {
        Arc::make_mut(&mut self.names).set(index, name);
    }

    /// Sets x of the row at `index`.
    pub fn set_x(&mut self, index: usize, x: f64) {
        Arc::make_mut(&mut self.x)[index] = x;
    }

    /// Sets y of the row at `index`.
    pub fn set_y(&mut self, index: usize, y: f64) {
        Arc::make_mut(&mut self.y)[index] = y;
    }

    /// Returns a table of these rows, in this order. They keep their identities.
    #[must_use]
    pub fn select_rows(&self, rows: &[usize]) -> Self {
        let texts = |column: &TextColumn| {
            let mut selected = TextColumn::default();
            rows.iter().for_each(|&row| selected.push(column.get(row)));
            Arc::new(selected)
        };
        Self {
            ids: Arc::new(rows.iter().map(|&row| self.ids[row]).collect()),
            next_id: self.next_id,
            names: texts(&self.names),
            x: Arc::new(rows.iter().map(|&row| self.x[row]).collect()),
            y: Arc::new(rows.iter().map(|&row| self.y[row]).collect()),
            extra_columns: self
                .extra_columns
                .iter()
                .map(|(h, column)| (h.clone(), texts(column)))
                .collect(),
            separators: self.separators,
        }
    }

    /// Inserts copies of rows behind the row at `index`; returns their new identities.
    pub fn duplicate(&mut self, rows: &[usize], index: usize) -> Vec<RowId> {
        let before = self.len();
        let mut ids = Vec::with_capacity(rows.len());
        for &row in rows {
            let Case { x, y, .. } = self.case(row);
            let name = self.names.get(row).to_owned();
            let extra: Vec<String> =
                self.extra_columns.iter().map(|(_, column)| column.get(row).to_owned()).collect();
            let extra: Vec<&str> = extra.iter().map(String::as_str).collect();
            ids.push(self.push(&name, x, y, &extra));
        }
        self.move_from_end(before, index + 1);
        ids
    }

    /// Appends the rows of another table, with new identities, and its extra columns, whose
    /// decimal sign is `decimal` if the user has chosen it. Numbers in extra columns are
    /// written so that they mean the same as in the other table, and those of this table
    /// remain as they are. The error says which one has two readings.
    pub fn append(&mut self, other: &Self, decimal: Option<char>) -> Result<(), String> {
        if self.is_empty() {
            self.separators.join(other.separators);
            self.append_rows(other);
            return Ok(());
        }
        let mut rewritten = other.clone();
        for (heading, column) in &mut rewritten.extra_columns {
            let (known, mut own) = (self.known_separators(heading), other.separators);
            own.join(column.separators());
            let read = |text: &str| match decimal {
                Some(sign) => {
                    parse_grouped_number(text, sign, heading).or_else(|_| own.number(text, heading))
                }
                None => own.number(text, heading),
            };
            let mut texts = TextColumn::default();
            for (row, text) in column.iter().enumerate() {
                match read(text) {
                    _ if !text.contains(['.', ',']) => texts.push(text),
                    Ok(number) => texts.push(&known.rewritten(text, number)),
                    Err(_) if known.number(text, heading).is_err() => texts.push(text),
                    Err(problem) => return Err(format!("row {}: {problem}", row + 1)),
                }
            }
            *column = Arc::new(texts);
        }
        self.append_rows(&rewritten);
        Ok(())
    }

    /// Returns what is known of the separators in the extra column with a heading.
    pub(in crate::study) fn known_separators(&self, heading: &str) -> KnownSeparators {
        let mut known = self.separators;
        let column = self.extra_columns.iter().find(|(own, _)| own == heading);
        column.iter().for_each(|(_, column)| known.join(column.separators()));
        known
    }

    /// Appends the rows of another table as they are.
    fn append_rows(&mut self, other: &Self) {
        for (heading, _) in &other.extra_columns {
            if !self.extra_columns.iter().any(|(own, _)| own == heading) {
                let mut column = TextColumn::default();
                (0..self.len()).for_each(|_| column.push(""));
                self.extra_columns.push((heading.clone(), Arc::new(column)));
            }
        }
        let mut columns = Vec::new();
        for (own, _) in &self.extra_columns {
            columns.push(other.extra_columns.iter().find(|(heading, _)| heading == own));
        }
        for Case { index, name, x, y } in other.iter() {
            let cells = columns.iter().map(|column| column.map_or("", |(_, c)| c.get(index)));
            self.push(name, x, y, &cells.collect::<Vec<_>>());
        }
    }

    /// Replaces all rows and extra columns by those of another table. Rows get new
    /// identities, which no row of this table had.
    pub fn replace_rows(&mut self, other: &Self) {
        let (next_id, separators) = (self.next_id, other.separators);
        *self = Self { next_id, separators, ..Self::default() };
        self.append_rows(other);
    }

    /// Moves all rows from `from` to the end before the row at `index`.
    pub fn move_from_end(&mut self, from: usize, index: usize) {
        if index < from && from < self.len() {
            let rows: Vec<usize> = (0..index).chain(from..self.len()).chain(index..from).collect();
            *self = self.select_rows(&rows);
        }
    }

    /// Returns the row at `index`, from 0.
    pub fn case(&self, index: usize) -> Case<'_> {
        Case { index, name: self.names.get(index), x: self.x[index], y: self.y[index] }
    }

    /// Iterates over all rows in listed order.
    pub fn iter(&self) -> impl Iterator<Item = Case<'_>> {
        (0..self.len()).map(|index| self.case(index))
    }

    /// Returns whether a row has the content of a row of another table. The order of extra
    /// columns does not count.
    pub fn has_row_of(&self, row: usize, other: &Self, other_row: usize) -> bool {
        let (a, b) = (self.case(row), other.case(other_row));
        let is_equal = |(heading, column): &(String, Arc<TextColumn>)| {
            let other = other.extra_columns.iter().find(|(other, _)| other == heading);
            other.is_some_and(|(_, other)| other.get(other_row) == column.get(row))
        };
        (a.name, a.x, a.y) == (b.name, b.x, b.y)
            && self.extra_columns.len() == other.extra_columns.len()
            && self.extra_columns.iter().all(is_equal)
    }

    /// Returns the identity of the row at `index`.
    pub fn id(&self, index: usize) -> RowId {
        self.ids[index]
    }

    /// Headings and cells of the columns other than name, x and y.
    pub fn extra_columns(&self) -> &[(String, Arc<TextColumn>)] {
        &self.extra_columns
    }
}

/// Adds the lowest possible number to headings that are taken, also by name, x and y.
fn unique_headings(headings: Vec<String>) -> Vec<String> {
    let mut taken: HashSet<String> = HashSet::new();
    // The number that each heading tries next; all lower ones are taken.
    let mut next: HashMap<String, u32> = HashMap::new();
    let mut unique = Vec::new();
    for heading in headings {
        let is_free = |text: &String| Column::from_heading(text).is_none() && !taken.contains(text);
        let mut free = heading.clone();
        if !is_free(&free) {
            let number = next.entry(heading.clone()).or_insert(2);
            while !is_free(&free) {
                format!("{heading} {number}").trim().clone_into(&mut free);
                *number += 1;
            }
        }
        taken.insert(free.clone());
        unique.push(free);
    }
    unique
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::CaseColumn;

    #[test]
    fn rows_of_two_tables_are_compared_in_all_columns() {
        let table = |headings: [&str; 2], cells: [&str; 2]| {
            let mut table = CaseTable::with_extra_columns(headings.map(str::to_owned).into());
            table.push("a", 1.0, 2.0, &cells);
            table
        };
        let first = table(["mesh", "load"], ["fine", "3"]);
        assert!(first.has_row_of(0, &table(["load", "mesh"], ["3", "fine"]), 0));
        assert!(!first.has_row_of(0, &table(["mesh", "load"], ["fine", "4"]), 0));
        let mut more = first.clone();
        more.insert_column(2, "note");
        assert!(!more.has_row_of(0, &first, 0) && !first.has_row_of(0, &more, 0));
    }

    #[test]
    fn an_unnamed_row_is_named_by_its_number() {
        let mut table = CaseTable::default();
        table.push("first", 1.0, 2.0, &[]);
        table.push(" ", 3.0, 4.0, &[]);
        assert_eq!(table.case(1), Case { index: 1, name: "Case 2", x: 3.0, y: 4.0 });
    }

    #[test]
    fn the_demo_has_three_cases() {
        let rows: Vec<_> =
            CaseTable::demo().iter().map(|c| (c.name.to_owned(), c.x, c.y)).collect();
        let expected = [("Case 1", 1.0, 1.0), ("Case 2", 2.0, 1.0), ("Case 3", 1.0, 3.0)];
        assert_eq!(rows, expected.map(|(n, x, y)| (n.to_owned(), x, y)));
    }

    fn with_loads(loads: &[&str]) -> CaseTable {
        let mut table = CaseTable::with_extra_columns(vec!["load".to_owned()]);
        for load in loads {
            table.push("", 1.0, 1.0, &[load]);
        }
        table
    }

    fn loads(table: &CaseTable) -> Vec<Option<f64>> {
        (0..table.len()).map(|row| CaseColumn::Extra(0).number(table, row).ok()).collect()
    }

    #[test]
    fn appended_numbers_keep_their_reading_and_change_no_other() {
        let mut german = with_loads(&["1,250"]);
        german.separators = KnownSeparators::chosen(true);
        let mut table = german.clone();
        let problem = table.append(&with_loads(&["2", "2,250"]), None).unwrap_err();
        assert!(
            problem.starts_with("row 2: ambiguous number for load: found \"2,250\""),
            "{problem}"
        );
        assert_eq!(table, german, "nothing is appended");
        table.append(&with_loads(&["2,250", "0.5", "2.125"]), Some('.')).unwrap();
        assert_eq!(loads(&table), [Some(1.25), Some(2250.0), Some(0.5), Some(2.125)]);
        // A number with two readings does not get one by a table with decimal commas.
        let mut table = with_loads(&["1,250", "1.125", "none"]);
        table.append(&german, None).unwrap();
        table.append(&with_loads(&["2,5", "1.234,5", "fine"]), None).unwrap();
        let read = [None, Some(1.125), None, Some(1.25), Some(2.5), Some(1234.5), None];
        assert_eq!(loads(&table), read);
        // Rows and columns without any number take the texts as they are.
        let mut empty = CaseTable::default();
        empty.append(&german, None).unwrap();
        assert_eq!((loads(&empty), empty.extra_columns()[0].1.get(0)), (vec![Some(1.25)], "1,250"));
    }

    #[test]
    fn thousands_are_grouped_beside_a_decimal_comma() {
        assert_eq!(loads(&with_loads(&["1.234,5", "1,250"])), [Some(1234.5), Some(1.25)]);
        assert_eq!(loads(&with_loads(&["1.234,5", "2.5", "1.2.3"])), [None, Some(2.5), None]);
        assert_eq!(loads(&with_loads(&["100,200,300", "2.5"])), [None, Some(2.5)]);
    }

    #[test]
    fn every_row_has_its_own_identity() {
        let table = CaseTable::demo();
        assert_ne!(table.id(0), table.id(1));
        assert_ne!(table.id(1), table.id(2));
    }

    #[test]
    fn changing_a_clone_leaves_the_original_unchanged() {
        let table = CaseTable::demo();
        let mut other = table.clone();
        other.set_name(0, "other");
        other.set_x(1, 9.0);
        other.set_y(2, 8.0);
        assert_eq!(table, CaseTable::demo());
        let rows: Vec<_> = other.iter().map(|c| (c.name.to_owned(), c.x, c.y)).collect();
        let expected = [("other", 1.0, 1.0), ("Case 2", 9.0, 1.0), ("Case 3", 1.0, 8.0)];
        assert_eq!(rows, expected.map(|(n, x, y)| (n.to_owned(), x, y)));
    }

    #[test]
    fn selected_rows_keep_their_identities_and_copies_get_new_ones() {
        let mut table = CaseTable::demo();
        let ids: Vec<_> = (0..3).map(|row| table.id(row)).collect();
        let selected = table.select_rows(&[2, 0]);
        assert_eq!((selected.len(), selected.id(0), selected.id(1)), (2, ids[2], ids[0]));
        assert_eq!(selected.case(0).y, 3.0);

        let copies = table.duplicate(&[0, 2], 0);
        let names: Vec<_> = table.iter().map(|case| case.name.to_owned()).collect();
        assert_eq!(names, ["Case 1", "Case 1", "Case 3", "Case 2", "Case 3"]);
        assert_eq!(copies, [table.id(1), table.id(2)]);
        assert!(!ids.contains(&copies[0]) && copies[0] != copies[1]);
    }

    #[test]
    fn duplicate_headings_get_a_number() {
        let table =
            CaseTable::with_extra_columns(["a", "a 2", "a", "X", ""].map(str::to_owned).to_vec());
        let headings: Vec<_> = table.extra_columns().iter().map(|(h, _)| h.as_str()).collect();
        assert_eq!(headings, ["a", "a 2", "a 3", "X 2", ""]);
    }

    #[test]
    fn as_many_equal_headings_as_a_sheet_has_columns_take_no_time() {
        // With one search from 2 for each it took minutes.
        let table = CaseTable::with_extra_columns(vec![String::new(); 50_000]);
        assert_eq!(table.extra_columns()[49_999].0, "50000");
    }

    #[test]
    fn extra_cells_are_kept_and_missing_ones_are_empty() {
        let mut table = CaseTable::with_extra_columns(vec!["mesh".into(), "note".into()]);
        table.push("a", 1.0, 1.0, &["fine"]);
        assert_eq!(table.extra_columns()[0].1.get(0), "fine");
        assert_eq!(table.extra_columns()[1].1.get(0), "");
    }
}
