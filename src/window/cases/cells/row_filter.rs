//! Which rows of the case table are shown.

use crate::study::{CaseColumn, headings};
use crate::text::{parse_number, quoted};
use crate::window::state::Document;

/// Comparisons, longer signs first.
const SIGNS: [(&str, Comparison); 9] = [
    ("<=", Comparison::AtMost),
    (">=", Comparison::AtLeast),
    ("!=", Comparison::Unequal),
    ("≤", Comparison::AtMost),
    ("≥", Comparison::AtLeast),
    ("≠", Comparison::Unequal),
    ("<", Comparison::Below),
    (">", Comparison::Above),
    ("=", Comparison::Equal),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Comparison {
    AtMost,
    AtLeast,
    Unequal,
    Below,
    Above,
    Equal,
}

impl Comparison {
    fn holds(self, a: f64, b: f64) -> bool {
        match self {
            Self::AtMost => a <= b,
            Self::AtLeast => a >= b,
            Self::Unequal => a != b,
            Self::Below => a < b,
            Self::Above => a > b,
            Self::Equal => a == b,
        }
    }
}

/// Rows whose cells contain a text, or for which comparisons such as `x > 2, mesh = fine` hold.
#[derive(Debug, Clone, PartialEq)]
enum RowFilter {
    Contains(String),
    Conditions(Vec<Condition>),
}

#[derive(Debug, Clone, PartialEq)]
struct Condition {
    column: CaseColumn,
    comparison: Comparison,
    number: Option<f64>,
    text: String,
}

impl Condition {
    /// Parses a comparison with one of these columns; `None` if the text is no
    /// comparison, and an error if it lacks a number.
    fn parse(text: &str, headings: &[&str]) -> Option<Result<Self, String>> {
        let (at, sign, comparison) = SIGNS
            .iter()
            .filter_map(|&(sign, comparison)| Some((text.find(sign)?, sign, comparison)))
            .min_by_key(|&(at, sign, _)| (at, std::cmp::Reverse(sign.len())))?;
        let name = text[..at].trim();
        let unquoted = name.strip_prefix('`').and_then(|name| name.strip_suffix('`'));
        let name = unquoted.unwrap_or(name).to_lowercase();
        let index = headings.iter().position(|heading| heading.to_lowercase() == name)?;
        let value = text[at + sign.len()..].trim();
        let number = parse_number(value, true, "").ok();
        let orders = !matches!(comparison, Comparison::Equal | Comparison::Unequal);
        if number.is_none() && orders {
            return Some(Err(format!("expected a number after {sign}, found {}", quoted(value))));
        }
        let (column, text) = (CaseColumn::at(index), value.to_lowercase());
        Some(Ok(Self { column, comparison, number, text }))
    }

    fn holds(&self, document: &Document, row: usize) -> bool {
        let is_text = || document.text(row, self.column).trim().to_lowercase() == self.text;
        match (self.number, document.number(row, self.column)) {
            (Some(number), Ok(cell)) => self.comparison.holds(cell, number),
            _ => match self.comparison {
                Comparison::Equal => is_text(),
                Comparison::Unequal => !is_text(),
                _ => false,
            },
        }
    }
}

/// Returns why a filter is no comparison although it begins like one.
pub fn filter_problem(document: &Document, filter: &str) -> Option<String> {
    let headings = headings(&document.cases);
    filter.split(',').find_map(|part| Condition::parse(part, &headings)?.err())
}

/// Returns the rows that a filter shows, in their order; `None` if it is blank.
pub fn filtered_rows(document: &Document, filter: &str) -> Option<Vec<u32>> {
    if filter.trim().is_empty() {
        return None;
    }
    let headings = headings(&document.cases);
    let conditions: Option<Vec<_>> =
        filter.split(',').map(|part| Condition::parse(part, &headings)?.ok()).collect();
    let filter = conditions
        .map_or_else(|| RowFilter::Contains(filter.trim().to_lowercase()), RowFilter::Conditions);
    let columns: Vec<_> = (0..headings.len()).map(CaseColumn::at).collect();
    let shows = |row: usize| match &filter {
        RowFilter::Contains(text) => columns
            .iter()
            .any(|&column| document.text(row, column).to_lowercase().contains(text.as_str())),
        RowFilter::Conditions(all) => all.iter().all(|condition| condition.holds(document, row)),
    };
    Some(
        (0..).zip(0..document.cases.len()).filter(|&(_, row)| shows(row)).map(|(n, _)| n).collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::{CaseTable, Plan, WorkloadName};

    fn document() -> Document {
        let mut cases = CaseTable::with_extra_columns(vec!["wall mesh".into(), "t,1".into()]);
        cases.push("flat", 1.0, 2.0, &["fine", "3"]);
        cases.push("Flat = 2", 2.0, 10.0, &["coarse", ""]);
        cases.push("steep", -3.0, 10.5, &["Fine", "0,5"]);
        Document::new(cases, WorkloadName::Wait, Plan::default())
    }

    fn shown(filter: &str) -> Vec<u32> {
        filtered_rows(&document(), filter).unwrap_or_else(|| vec![99])
    }

    #[test]
    fn a_filter_compares_columns_or_searches_all_cells() {
        assert_eq!(shown(" "), [99]);
        assert_eq!(shown("fla"), [0, 1]);
        assert_eq!(shown("10"), [1, 2]);
        assert_eq!(shown("x>1"), [1]);
        assert_eq!(shown("x >= 1, y<10"), [0]);
        assert_eq!(shown("x ≠ 1"), [1, 2]);
        assert_eq!(shown("`wall mesh` = fine"), [0, 2]);
        assert_eq!(shown("WALL MESH != fine"), [1]);
        assert_eq!(shown("x = 2.0"), [1]);
        assert_eq!(shown("flat = 2"), [1], "no column is named so");
        assert_eq!(shown("x > fine"), [0_u32; 0]);
        let problem = |filter: &str| filter_problem(&document(), filter);
        let text = "expected a number after >, found \"6mesh = fine\"";
        assert_eq!(problem("y < 9, x > 6mesh = fine").as_deref(), Some(text));
        assert_eq!(problem("flat = 2").or(problem("x > 6")).or(problem("fla")), None);
    }
}
