//! Finds numbers that are ambiguous because points and commas both occur in a file.

use super::bad_cells::{BadCell, BadCells, MAX_REPORTED};
use super::decimal_sign::DecimalSign;
use super::table_options::TableChoice;
use crate::study::Column;
use crate::text::{parse_number, quoted, shortest};

/// Returns why the first of these numbers is ambiguous, and how many others are. Each comes
/// with its line and column. Text that is no number is skipped.
pub fn ambiguous_number<'a>(
    numbers: impl Iterator<Item = (&'a str, Column, (u32, usize))>,
) -> Option<String> {
    let mut separators = DecimalSeparators::default();
    for (number, column, place) in numbers {
        if parse_number(number, true, column.name()).is_ok() {
            separators.add(number.trim(), column, || place);
        }
    }
    let mut bad = BadCells::default();
    separators.report(&mut bad);
    let first = bad.kept.first()?;
    let first =
        format!("{}: {}", first.notation.place(first.line, Some(first.column)), first.message);
    let more = bad.count - 1;
    Some(if more == 0 { first } else { format!("{first}; and {more} more") })
}

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
        if may_group_thousands(&number[..at], &number[at + 1..]) {
            separator.grouped_count += 1;
            if separator.grouped.len() < MAX_REPORTED {
                separator.grouped.push((number.to_owned(), column, place()));
            }
        }
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
            let beside = format!("beside {} in line {other_line}", quoted(other));
            let message = ambiguity(number, *column, decimal, &beside);
            bad.push(BadCell::in_text((*line, *at), message).or_choose(TableChoice::Decimal));
        }
        bad.count += self.grouped_count - self.grouped.len();
    }
}

/// Explains both readings of a number, whose separator may group thousands if `decimal` is the
/// decimal separator. `beside` says why it may be.
fn ambiguity(number: &str, column: Column, decimal: char, beside: &str) -> String {
    let fraction = number.replace(',', ".").parse().map_or_else(|_| number.to_owned(), shortest);
    let fraction = fraction.replace('.', &decimal.to_string());
    let whole = number.replace(['.', ','], "");
    format!(
        "ambiguous number for {column}: found {}, which can mean {fraction} or {whole} {beside}; \
         write {fraction} or {whole}",
        quoted(number),
    )
}

/// The decimal separators that numbers of a table are known to have: those that cannot group
/// thousands. They are no part of the table, so all compare as equal.
#[derive(Debug, Clone, Copy, Default)]
pub struct KnownSeparators {
    point: bool,
    comma: bool,
}

impl KnownSeparators {
    /// Returns what is known once the user has chosen a sign.
    pub fn chosen(sign: DecimalSign) -> Self {
        Self { point: sign == DecimalSign::Point, comma: sign == DecimalSign::Comma }
    }

    /// Adds a valid number.
    pub fn add(&mut self, number: &str) {
        let number = number.trim();
        let Some(at) = number.find(['.', ',']) else { return };
        if !may_group_thousands(&number[..at], &number[at + 1..]) {
            match number.as_bytes()[at] {
                b'.' => self.point = true,
                _ => self.comma = true,
            }
        }
    }

    /// Adds a text if it is a number.
    pub fn add_valid(&mut self, text: &str) {
        if parse_number(text, true, "").is_ok() {
            self.add(text);
        }
    }

    /// Adds what is known of other numbers.
    pub fn join(&mut self, other: Self) {
        self.point |= other.point;
        self.comma |= other.comma;
    }

    /// Returns why a valid number is ambiguous: its separator may group thousands, and the other
    /// one is known.
    pub fn ambiguity(self, number: &str, column: Column) -> Option<String> {
        let number = number.trim();
        let at = number.find(['.', ','])?;
        let (is_ambiguous, decimal, name) = match number.as_bytes()[at] {
            b'.' => (self.comma, ',', "comma"),
            _ => (self.point, '.', "point"),
        };
        let is_ambiguous = is_ambiguous && may_group_thousands(&number[..at], &number[at + 1..]);
        let beside = format!("beside numbers with a decimal {name}");
        is_ambiguous.then(|| ambiguity(number, column, decimal, &beside))
    }
}

impl PartialEq for KnownSeparators {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

/// Whether a separator between these two texts may group thousands.
fn may_group_thousands(before: &str, after: &str) -> bool {
    let before = before.trim_start_matches(['+', '-']);
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    (1..=3).contains(&before.len())
        && !before.starts_with('0')
        && after.len() == 3
        && are_digits(before)
        && are_digits(after)
}
