//! Finds numbers that are ambiguous because points and commas both occur in a file.

use super::bad_cells::{BadCell, BadCells, MAX_REPORTED};
use super::decimal_sign::{DecimalSign, is_number_with_some_sign};
use super::table_options::TableChoice;
use crate::study::Column;
use crate::text::{KnownSeparators, ambiguity, grouping, parse_number, quoted};

/// The use of points and commas in the numbers of a file.
#[derive(Default)]
pub(super) struct DecimalSeparators {
    point: SeparatorUse,
    comma: SeparatorUse,
    pub(super) known: KnownSeparators,
}

#[derive(Default)]
struct SeparatorUse {
    /// First number with this separator, and its line.
    first: Option<(String, u32)>,
    /// Numbers whose separator may group thousands, such as `1.000`; as many as are reported.
    grouped: Vec<(String, Column, (u32, usize))>,
    grouped_count: usize,
}

impl DecimalSeparators {
    /// Adds a valid number at a line and column.
    pub(super) fn add(&mut self, number: &str, column: Column, place: impl Fn() -> (u32, usize)) {
        self.known.add(number);
        let Some(at) = number.find(['.', ',']) else { return };
        let is_point = number.as_bytes()[at] == b'.';
        let separator = if is_point { &mut self.point } else { &mut self.comma };
        separator.first.get_or_insert_with(|| (number.to_owned(), place().0));
        if grouping(number).is_some() {
            separator.grouped_count += 1;
            if separator.grouped.len() < MAX_REPORTED {
                separator.grouped.push((number.to_owned(), column, place()));
            }
        }
    }

    /// Adds the text of a column that may hold numbers, which stay as they are written.
    pub(super) fn add_text(&mut self, text: &str, place: impl Fn() -> (u32, usize)) {
        let text = text.trim();
        let Some(at) = text.rfind(['.', ',']) else { return };
        let has_both = text.contains('.') && text.contains(',');
        if parse_number(text, true, "").is_err() && !(has_both && is_number_with_some_sign(text)) {
            return;
        }
        self.known.add_valid(text);
        let is_point = text.as_bytes()[at] == b'.';
        let separator = if is_point { &mut self.point } else { &mut self.comma };
        separator.first.get_or_insert_with(|| (text.to_owned(), place().0));
    }

    /// Reports each number that may have a thousands separator, if the other separator
    /// occurs as well.
    pub(super) fn report(&self, bad: &mut BadCells) {
        self.point.report(self.comma.first.as_ref(), ',', bad);
        self.comma.report(self.point.first.as_ref(), '.', bad);
    }

    /// Returns the only sign that occurs.
    pub(super) fn only_sign(&self) -> Option<DecimalSign> {
        match (&self.point.first, &self.comma.first) {
            (Some(_), None) => Some(DecimalSign::Point),
            (None, Some(_)) => Some(DecimalSign::Comma),
            _ => None,
        }
    }
}

impl SeparatorUse {
    fn report(&self, other: Option<&(String, u32)>, decimal: char, bad: &mut BadCells) {
        let Some((other, other_line)) = other else { return };
        for (number, column, (line, at)) in &self.grouped {
            let beside = format!(" beside {} in line {other_line}", quoted(other));
            let message = ambiguity(number, column.name(), decimal, &beside);
            bad.push(BadCell::in_text((*line, *at), message).or_choose(TableChoice::Decimal));
        }
        bad.count += self.grouped_count - self.grouped.len();
    }
}
