//! What is known about the decimal separators of a table, and the numbers that stay ambiguous.

use super::number::{parse_grouped_number, parse_number, quoted, shortest};

/// The decimal separators that numbers of a table are known to have: those that cannot group
/// thousands. They are no part of the table, so all compare as equal.
#[derive(Debug, Clone, Copy, Default)]
pub struct KnownSeparators {
    point: bool,
    comma: bool,
}

impl KnownSeparators {
    /// Returns what is known once the user has chosen point or comma.
    pub fn chosen(is_comma: bool) -> Self {
        Self { point: !is_comma, comma: is_comma }
    }

    /// Returns what is known once numbers with each of the two were found.
    pub fn both() -> Self {
        Self { point: true, comma: true }
    }

    /// Whether a decimal point is known.
    pub fn has_point(self) -> bool {
        self.point
    }

    /// Whether a decimal comma is known.
    pub fn has_comma(self) -> bool {
        self.comma
    }

    /// Adds a valid number.
    pub fn add(&mut self, number: &str) {
        let number = number.trim();
        let Some(at) = number.find(['.', ',']) else { return };
        if !may_group_thousands(number, at) {
            match number.as_bytes()[at] {
                b'.' => self.point = true,
                _ => self.comma = true,
            }
        }
    }

    /// Adds a text if it is a number.
    pub fn add_valid(&mut self, text: &str) {
        if text.contains(['.', ',']) && parse_number(text, true, "").is_ok() {
            self.add(text);
        } else if has_both(text) {
            self.point |= parse_grouped_number(text, '.', "").is_ok();
            self.comma |= parse_grouped_number(text, ',', "").is_ok();
        }
    }

    /// Adds what is known of other numbers.
    pub fn join(&mut self, other: Self) {
        self.point |= other.point;
        self.comma |= other.comma;
    }

    /// Returns the number that a cell means which stays as it is written, or why it means none.
    pub fn number(self, cell: &str, what: &str) -> Result<f64, String> {
        match (parse_number(cell, true, what), self.point, self.comma) {
            (Ok(number), ..) => self.ambiguity_as_written(cell, what).map_or(Ok(number), Err),
            (Err(error), true, false) if has_both(cell) => {
                parse_grouped_number(cell, '.', what).map_err(|_| error)
            }
            (Err(error), false, true) if has_both(cell) => {
                parse_grouped_number(cell, ',', what).map_err(|_| error)
            }
            (Err(error), ..) => Err(error),
        }
    }

    /// Writes a number that joins a table with these separators, as much like `text` as
    /// possible. It is read as this number there, and tells nothing new about the others.
    pub fn rewritten(self, text: &str, number: f64) -> String {
        // Without a known comma, a point is the decimal sign.
        let known = Self { point: self.point || !self.comma, ..self };
        let fits = |text: &String| {
            let mut with_text = known;
            with_text.add_valid(text);
            (with_text.point, with_text.comma) == (known.point, known.comma)
                && known.number(text, "") == Ok(number)
        };
        let decimal = if known.point { "." } else { "," };
        let shortest = shortest(number).replace('.', decimal);
        // A further digit distinguishes a fraction from thousands.
        let longer = format!("{shortest}0");
        let forms = [text.to_owned(), text.replace('.', ","), text.replace(',', "."), shortest];
        forms.into_iter().find(fits).unwrap_or(longer)
    }

    /// Returns why a valid number is ambiguous: its separator may group thousands, and the other
    /// one is known.
    fn ambiguity(self, number: &str, what: &str) -> Option<String> {
        let (number, at) = grouping(number)?;
        let (is_ambiguous, decimal, name) = match number.as_bytes()[at] {
            b'.' => (self.comma, ',', "comma"),
            _ => (self.point, '.', "point"),
        };
        let beside = format!(" beside numbers with a decimal {name}");
        is_ambiguous.then(|| ambiguity(number, what, decimal, &beside))
    }

    /// Returns why a valid number may be ambiguous, whatever is known.
    pub fn possible_ambiguity(number: &str, what: &str) -> Option<String> {
        let (number, _) = grouping(number)?;
        Some(ambiguity(number, what, '.', ""))
    }

    /// Returns why a valid number that stays as it is written is ambiguous: as beside
    /// known separators, but a comma must be known to be a decimal comma.
    pub fn ambiguity_as_written(self, number: &str, what: &str) -> Option<String> {
        self.ambiguity(number, what).or_else(|| {
            let (number, at) = grouping(number)?;
            let is_comma = number.as_bytes()[at] == b',';
            (is_comma && !self.comma).then(|| ambiguity(number, what, '.', ""))
        })
    }
}

impl PartialEq for KnownSeparators {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for KnownSeparators {}

/// Explains both readings of a number, whose separator may group thousands if `decimal` is the
/// decimal separator. `beside` says why it may be.
pub fn ambiguity(number: &str, what: &str, decimal: char, beside: &str) -> String {
    let fraction = number.replace(',', ".").parse().map_or_else(|_| number.to_owned(), shortest);
    let fraction = fraction.replace('.', &decimal.to_string());
    let whole = number.replace(['.', ','], "");
    format!(
        "ambiguous number for {what}: found {}, which can mean {fraction} or {whole}{beside}; \
         write {fraction} or {whole}",
        quoted(number),
    )
}

/// Returns a number with the place of its separator, if that may group thousands.
pub fn grouping(number: &str) -> Option<(&str, usize)> {
    let number = number.trim();
    let at = number.find(['.', ','])?;
    may_group_thousands(number, at).then_some((number, at))
}

/// Whether a text is a number with a comma that may be its decimal separator, beside which the
/// point of `1.000` may group thousands.
pub fn may_have_decimal_comma(text: &str) -> bool {
    text.rfind(['.', ',']).is_some_and(|at| text.as_bytes()[at] == b',')
        && (parse_number(text, true, "").is_ok()
            || has_both(text) && parse_grouped_number(text, ',', "").is_ok())
}

/// Whether a text has both separators.
fn has_both(text: &str) -> bool {
    text.contains('.') && text.contains(',')
}

/// Whether the separator at this place may group thousands.
fn may_group_thousands(number: &str, at: usize) -> bool {
    let (before, after) = (number[..at].trim_start_matches(['+', '-']), &number[at + 1..]);
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    (1..=3).contains(&before.len())
        && !before.starts_with('0')
        && after.len() == 3
        && are_digits(before)
        && are_digits(after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_rewritten_so_that_it_reads_the_same_and_changes_no_other_number() {
        let (none, point) = (KnownSeparators::default(), KnownSeparators::chosen(false));
        let comma = KnownSeparators::chosen(true);
        let both = KnownSeparators { point: true, comma: true };
        for (known, text, number, expected) in [
            (none, "2,50", 2.5, "2.50"),
            (none, "2,250", 2.25, "2.250"),
            (none, "2,250", 2250.0, "2250"),
            (point, "2.125", 2.125, "2.125"),
            (point, "1.234,5", 1234.5, "1234.5"),
            (comma, "2.125", 2.125, "2,125"),
            (comma, "1.10", 1.1, "1,10"),
            (comma, "1.234,5", 1234.5, "1.234,5"),
            (comma, "2,250", 2250.0, "2250"),
            (both, "2.125", 2.125, "2.1250"),
            (both, "2,5", 2.5, "2,5"),
            (comma, "7", 7.0, "7"),
            (comma, "1.5e300", 1.5e300, "1,5e300"),
        ] {
            assert_eq!(known.rewritten(text, number), expected, "{known:?} {text}");
            assert_eq!(
                KnownSeparators { point: known.point || !known.comma, ..known }
                    .number(expected, ""),
                Ok(number)
            );
        }
    }

    #[test]
    fn a_number_that_stays_as_written_has_one_reading_only() {
        let known = |numbers: &[&str]| {
            let mut known = KnownSeparators::default();
            numbers.iter().for_each(|number| known.add_valid(number));
            known
        };
        for (number, beside, is_ambiguous) in [
            ("1.250", &[][..], false),
            ("1.250", &["0.5"], false),
            ("1.250", &["0,5"], true),
            ("1,250", &[], true),
            ("1,250", &["2.5"], true),
            ("1,250", &["2,5"], false),
            ("1,250", &["2,5", "2.5"], true),
            ("0,250", &[], false),
            ("1,25", &["2.5"], false),
        ] {
            let problem = known(beside).ambiguity_as_written(number, "load");
            assert_eq!(problem.is_some(), is_ambiguous, "{number} beside {beside:?}");
        }
        assert_eq!(
            known(&[]).ambiguity_as_written("1,250", "load").unwrap(),
            "ambiguous number for load: found \"1,250\", which can mean 1.25 or 1250; \
             write 1.25 or 1250"
        );
    }
}
