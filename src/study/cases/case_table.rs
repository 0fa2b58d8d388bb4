//! The case table: one row per case, stored in columns.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use super::text_column::TextColumn;

/// A row's identity: it stays with the row wherever the row is moved, and is
/// never given twice in one table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RowId(pub u32);

/// One of the three columns that every case has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Column {
    /// The text that names the case.
    Name,
    /// The first number.
    X,
    /// The second number.
    Y,
}

impl Column {
    /// All three, in the order of the window and the exports.
    pub const ALL: [Self; 3] = [Self::Name, Self::X, Self::Y];

    /// The column's heading.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::X => "x",
            Self::Y => "y",
        }
    }

    /// The column that is meant by this heading, in any letter case.
    #[must_use]
    pub fn from_heading(heading: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| heading.trim().eq_ignore_ascii_case(column.name()))
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One row, borrowed from its table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Case<'a> {
    /// The place in the table, from 0.
    pub index: usize,
    /// The name; names may repeat, a case is its row.
    pub name: &'a str,
    /// The first number, finite.
    pub x: f64,
    /// The second number, finite.
    pub y: f64,
}

/// The cases in columns, with whatever further columns their file had. A clone
/// shares the columns until one of the two is changed, so that it costs nothing
/// to keep one for undo or for a run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CaseTable {
    ids: Arc<Vec<RowId>>,
    next_id: u32,
    names: Arc<TextColumn>,
    x: Arc<Vec<f64>>,
    y: Arc<Vec<f64>>,
    further: Vec<(String, Arc<TextColumn>)>,
}

impl CaseTable {
    /// An empty table with these further columns. A heading that is taken gets
    /// a number, so that each column can be named by its heading.
    #[must_use]
    pub fn with_extra_columns(headings: Vec<String>) -> Self {
        let further = told_apart(headings).into_iter().map(|h| (h, Arc::default())).collect();
        Self { further, ..Self::default() }
    }

    /// The three cases of the demo.
    #[must_use]
    pub fn demo() -> Self {
        let mut table = Self::default();
        for (x, y) in [(1.0, 1.0), (2.0, 1.0), (1.0, 3.0)] {
            table.push("", x, y, &[]);
        }
        table
    }

    /// How many cases there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there is no case.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Adds a row at the end. A name of nothing but white space becomes
    /// `Case <row>`; further cells that are not given are empty.
    ///
    /// # Panics
    /// At 2^32 rows.
    pub fn push(&mut self, name: &str, x: f64, y: f64, further: &[&str]) -> RowId {
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
        for (at, (_, column)) in self.further.iter_mut().enumerate() {
            Arc::make_mut(column).push(further.get(at).unwrap_or(&""));
        }
        id
    }

    /// Gives the row at `index` another name, as it is.
    ///
    /// # Panics
    /// If `index` is not below [`len`](Self::len).
    pub fn set_name(&mut self, index: usize, name: &str) {
        Arc::make_mut(&mut self.names).set(index, name);
    }

    /// Gives the row at `index` another x.
    ///
    /// # Panics
    /// If `index` is not below [`len`](Self::len).
    pub fn set_x(&mut self, index: usize, x: f64) {
        Arc::make_mut(&mut self.x)[index] = x;
    }

    /// Gives the row at `index` another y.
    ///
    /// # Panics
    /// If `index` is not below [`len`](Self::len).
    pub fn set_y(&mut self, index: usize, y: f64) {
        Arc::make_mut(&mut self.y)[index] = y;
    }

    /// The table of these rows of this one, in this order; they keep their
    /// identities.
    ///
    /// # Panics
    /// If a row is not below [`len`](Self::len).
    #[must_use]
    pub fn select_rows(&self, rows: &[usize]) -> Self {
        let texts = |column: &TextColumn| {
            let mut arranged = TextColumn::default();
            rows.iter().for_each(|&row| arranged.push(column.get(row)));
            Arc::new(arranged)
        };
        Self {
            ids: Arc::new(rows.iter().map(|&row| self.ids[row]).collect()),
            next_id: self.next_id,
            names: texts(&self.names),
            x: Arc::new(rows.iter().map(|&row| self.x[row]).collect()),
            y: Arc::new(rows.iter().map(|&row| self.y[row]).collect()),
            further: self.further.iter().map(|(h, column)| (h.clone(), texts(column))).collect(),
        }
    }

    /// Puts copies of rows of this table, with identities of their own, behind
    /// the row at `index`; returns their identities.
    ///
    /// # Panics
    /// If a row or `index` is not below [`len`](Self::len).
    pub fn duplicate(&mut self, rows: &[usize], index: usize) -> Vec<RowId> {
        let before = self.len();
        let mut ids = Vec::with_capacity(rows.len());
        for &row in rows {
            let Case { x, y, .. } = self.case(row);
            let name = self.names.get(row).to_owned();
            let further: Vec<String> =
                self.further.iter().map(|(_, column)| column.get(row).to_owned()).collect();
            let further: Vec<&str> = further.iter().map(String::as_str).collect();
            ids.push(self.push(&name, x, y, &further));
        }
        self.move_from_end(before, index + 1);
        ids
    }

    /// Moves all rows from `from` on to before the row at `index`.
    ///
    /// # Panics
    /// If `index` is above `from` or `from` above [`len`](Self::len).
    pub fn move_from_end(&mut self, from: usize, index: usize) {
        if index < from && from < self.len() {
            let rows: Vec<usize> = (0..index).chain(from..self.len()).chain(index..from).collect();
            *self = self.select_rows(&rows);
        }
    }

    /// The row at `index`, from 0.
    ///
    /// # Panics
    /// If `index` is not below [`len`](Self::len).
    #[must_use]
    pub fn case(&self, index: usize) -> Case<'_> {
        Case { index, name: self.names.get(index), x: self.x[index], y: self.y[index] }
    }

    /// All rows in listed order.
    pub fn iter(&self) -> impl Iterator<Item = Case<'_>> {
        (0..self.len()).map(|index| self.case(index))
    }

    /// The identity of the row at `index`.
    ///
    /// # Panics
    /// If `index` is not below [`len`](Self::len).
    #[must_use]
    pub fn id(&self, index: usize) -> RowId {
        self.ids[index]
    }

    /// The columns beyond name, x and y: heading and cells.
    #[must_use]
    pub fn extra_columns(&self) -> &[(String, Arc<TextColumn>)] {
        &self.further
    }
}

/// The headings, each with the first number behind it that makes it unlike the
/// others and unlike name, x and y.
fn told_apart(headings: Vec<String>) -> Vec<String> {
    let mut taken: HashSet<String> = HashSet::new();
    let mut told = Vec::new();
    for heading in headings {
        let numbered = (2..).map(|number| format!("{heading} {number}").trim().to_owned());
        let mut candidates = std::iter::once(heading.clone()).chain(numbered);
        let free = |text: &String| Column::from_heading(text).is_none() && !taken.contains(text);
        let heading = candidates.find(free).unwrap_or(heading);
        taken.insert(heading.clone());
        told.push(heading);
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unnamed_row_is_called_by_its_number() {
        let mut table = CaseTable::default();
        table.push("first", 1.0, 2.0, &[]);
        table.push(" ", 3.0, 4.0, &[]);
        assert_eq!(table.case(1), Case { index: 1, name: "Case 2", x: 3.0, y: 4.0 });
    }

    #[test]
    fn the_demo_has_the_three_cases_of_the_original() {
        let rows: Vec<_> =
            CaseTable::demo().iter().map(|c| (c.name.to_owned(), c.x, c.y)).collect();
        let expected = [("Case 1", 1.0, 1.0), ("Case 2", 2.0, 1.0), ("Case 3", 1.0, 3.0)];
        assert_eq!(rows, expected.map(|(n, x, y)| (n.to_owned(), x, y)));
    }

    #[test]
    fn every_row_has_an_identity_of_its_own() {
        let table = CaseTable::demo();
        assert_ne!(table.id(0), table.id(1));
        assert_ne!(table.id(1), table.id(2));
    }

    #[test]
    fn a_changed_clone_leaves_the_original_alone() {
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
    fn arranged_rows_keep_their_identities_and_copies_have_their_own() {
        let mut table = CaseTable::demo();
        let ids: Vec<_> = (0..3).map(|row| table.id(row)).collect();
        let turned = table.select_rows(&[2, 0]);
        assert_eq!((turned.len(), turned.id(0), turned.id(1)), (2, ids[2], ids[0]));
        assert_eq!(turned.case(0).y, 3.0);

        let copies = table.duplicate(&[0, 2], 0);
        let names: Vec<_> = table.iter().map(|case| case.name.to_owned()).collect();
        assert_eq!(names, ["Case 1", "Case 1", "Case 3", "Case 2", "Case 3"]);
        assert_eq!(copies, [table.id(1), table.id(2)]);
        assert!(!ids.contains(&copies[0]) && copies[0] != copies[1]);
    }

    #[test]
    fn headings_that_are_taken_get_a_number() {
        let table =
            CaseTable::with_extra_columns(["a", "a 2", "a", "X", ""].map(str::to_owned).to_vec());
        let headings: Vec<_> = table.extra_columns().iter().map(|(h, _)| h.as_str()).collect();
        assert_eq!(headings, ["a", "a 2", "a 3", "X 2", ""]);
    }

    #[test]
    fn further_cells_are_kept_and_missing_ones_are_empty() {
        let mut table = CaseTable::with_extra_columns(vec!["mesh".into(), "note".into()]);
        table.push("a", 1.0, 1.0, &["fine"]);
        assert_eq!(table.extra_columns()[0].1.get(0), "fine");
        assert_eq!(table.extra_columns()[1].1.get(0), "");
    }
}
