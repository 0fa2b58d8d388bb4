//! Searches cells for a text, and replaces it.

use regex::{NoExpand, Regex, RegexBuilder};

use super::cell_range::CellAt;
use crate::study::CaseColumn;
use crate::window::state::Document;

/// What to search cells for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CellSearch {
    pub text: String,
    pub replacement: String,
    /// Whether upper and lower case differ.
    pub is_exact: bool,
    /// Whether the text is all that a cell holds.
    pub is_whole: bool,
}

/// A search that is ready to be used on many cells.
pub struct CellMatcher<'a> {
    regex: Regex,
    replacement: &'a str,
}

impl CellSearch {
    /// Returns the matcher, or `None` if there is nothing to search for.
    pub fn matcher(&self) -> Option<CellMatcher<'_>> {
        let text = regex::escape(&self.text);
        let pattern = if self.is_whole { format!(r"\A(?:{text})\z") } else { text };
        let regex = RegexBuilder::new(&pattern).case_insensitive(!self.is_exact).build();
        let regex = regex.ok().filter(|_| !self.text.is_empty() || self.is_whole)?;
        Some(CellMatcher { regex, replacement: &self.replacement })
    }
}

impl CellMatcher<'_> {
    pub fn matches(&self, cell: &str) -> bool {
        self.regex.is_match(cell)
    }

    /// Returns the cell with the replacement, if it holds the text.
    pub fn replaced(&self, cell: &str) -> Option<String> {
        let replaced = || self.regex.replace_all(cell, NoExpand(self.replacement)).into_owned();
        self.matches(cell).then(replaced)
    }
}

/// Returns the next cell that holds a text, from a cell on or back, and from the other end.
pub fn find_cell(
    document: &Document,
    rows: Option<&[u32]>,
    search: &CellSearch,
    from: CellAt,
    is_back: bool,
) -> Option<CellAt> {
    let matcher = search.matcher()?;
    let columns = document.cases.column_count();
    let row_count = rows.map_or(document.cases.len(), <[u32]>::len);
    let count = row_count * columns;
    let start = from.row * columns + from.column;
    let place = |step: usize| {
        let step = if is_back { count - step % count } else { step };
        (start + step) % count
    };
    (1..=count).map(place).find_map(|at| {
        let cell = CellAt { row: at / columns, column: at % columns };
        let row = rows.map_or(cell.row, |rows| rows[cell.row] as usize);
        matcher.matches(&document.text(row, CaseColumn::at(cell.column))).then_some(cell)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::{CaseTable, Plan, WorkloadName};

    #[test]
    fn a_text_is_replaced_wherever_it_stands() {
        let search = |text: &str, is_exact, is_whole| CellSearch {
            text: text.to_owned(),
            replacement: "$0".to_owned(),
            is_exact,
            is_whole,
        };
        let replaced = |search: &CellSearch, cell: &str| search.matcher()?.replaced(cell);
        let anywhere = search("a.", false, false);
        assert_eq!(replaced(&anywhere, "xA.a.").as_deref(), Some("x$0$0"));
        assert_eq!(replaced(&anywhere, "ab"), None);
        assert_eq!(replaced(&search("a", true, false), "A"), None);
        assert_eq!(replaced(&search("a", true, true), "aa"), None);
        // Empty cells can be filled.
        assert_eq!(replaced(&search("", true, true), "").as_deref(), Some("$0"));
        assert_eq!(replaced(&search("", true, false), "a"), None);
    }

    #[test]
    fn a_text_is_found_in_the_rows_shown_in_both_directions() {
        let mut cases = CaseTable::with_extra_columns(vec!["mesh".into()]);
        for mesh in ["fine", "coarse", ""] {
            cases.push("", 1.0, 1.0, &[mesh]);
        }
        let document = Document::new(cases, WorkloadName::Wait, Plan::default());
        let search = CellSearch { text: "e".to_owned(), ..CellSearch::default() };
        let found = |rows: Option<&[u32]>, row, column, is_back| {
            let from = CellAt { row, column };
            find_cell(&document, rows, &search, from, is_back).map(|cell| (cell.row, cell.column))
        };
        assert_eq!(found(None, 0, 0, false), Some((0, 3)));
        assert_eq!(found(None, 0, 3, false), Some((1, 0)));
        assert_eq!(found(None, 0, 0, true), Some((2, 0)));
        assert_eq!(found(Some(&[1]), 0, 0, false), Some((0, 3)));
        let search = CellSearch { text: "none".to_owned(), ..CellSearch::default() };
        assert_eq!(find_cell(&document, None, &search, CellAt { row: 0, column: 0 }, false), None);
        assert_eq!(
            find_cell(&document, Some(&[]), &search, CellAt { row: 0, column: 0 }, false),
            None
        );
    }
}
