//! Numbers read with the decimal sign that the user has chosen.

use strum::{IntoStaticStr, VariantArray};

use crate::text::{KnownSeparators, parse_number, quoted};

/// The sign before the fraction of a number. The other sign may group thousands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantArray, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum DecimalSign {
    Point,
    Comma,
}

impl DecimalSign {
    pub fn name(self) -> &'static str {
        self.into()
    }

    fn sign(self) -> char {
        match self {
            Self::Point => '.',
            Self::Comma => ',',
        }
    }

    /// Returns what is known of the separators of a table with this sign.
    pub fn separators(self) -> KnownSeparators {
        KnownSeparators::chosen(self == Self::Comma)
    }

    /// Parses a name or the sign itself.
    pub fn parse(text: &str) -> Result<Self, String> {
        let is_meant =
            |sign: &&Self| text.eq_ignore_ascii_case(sign.name()) || text.chars().eq([sign.sign()]);
        let found = Self::VARIANTS.iter().find(is_meant).copied();
        found.ok_or_else(|| format!("expected point or comma, found {}", quoted(text)))
    }

    /// Parses a finite number with this decimal sign, whose thousands may be grouped by the
    /// other one.
    pub fn parse_number(self, cell: &str, what: &str) -> Result<f64, String> {
        let text = cell.trim();
        let [decimal, grouping] = match self {
            Self::Point => ['.', ','],
            Self::Comma => [',', '.'],
        };
        let (whole, fraction) = text.split_at(text.find(decimal).unwrap_or(text.len()));
        if fraction.contains(grouping) || !is_grouped(whole, grouping) {
            return Err(format!("expected a number for {what}, found {}", quoted(text)));
        }
        let plain = whole.replace(grouping, "") + &fraction.replacen(decimal, ".", 1);
        // The message quotes the cell as it is.
        let as_found = || parse_number(text, true, what).err();
        parse_number(&plain, false, what).map_err(|error| as_found().unwrap_or(error))
    }
}

/// Whether a text is a number with a decimal point or with a decimal comma.
pub(super) fn is_number_with_some_sign(text: &str) -> bool {
    DecimalSign::VARIANTS.iter().any(|sign| sign.parse_number(text, "").is_ok())
}

/// Whether a whole number has no thousands separator, or one before every three digits.
fn is_grouped(whole: &str, separator: char) -> bool {
    let mut groups = whole.split(separator);
    let first = groups.next().unwrap_or_default().trim_start_matches(['+', '-']);
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let mut others = groups.peekable();
    others.peek().is_none()
        || (1..=3).contains(&first.len())
            && !first.starts_with('0')
            && are_digits(first)
            && others.all(|group| group.len() == 3 && are_digits(group))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chosen_sign_decides_what_points_and_commas_mean() {
        let read = |sign: DecimalSign, text: &str| sign.parse_number(text, "x").ok();
        for (text, point, comma) in [
            ("1.000", Some(1.0), Some(1000.0)),
            ("1,250", Some(1250.0), Some(1.25)),
            ("-1,234,567.5", Some(-1_234_567.5), None),
            ("1.234.567,5e1", None, Some(12_345_675.0)),
            ("2,5", None, Some(2.5)),
            ("0.500", Some(0.5), None),
            ("1,00", None, Some(1.0)),
            ("7", Some(7.0), Some(7.0)),
            (" 1e3 ", Some(1000.0), Some(1000.0)),
            ("1,2,3", None, None),
            ("inf", None, None),
            ("", None, None),
        ] {
            assert_eq!(
                [read(DecimalSign::Point, text), read(DecimalSign::Comma, text)],
                [point, comma],
                "{text}"
            );
        }
        let error = DecimalSign::Comma.parse_number(" 1.5 ", "x").unwrap_err();
        assert_eq!(error, "expected a number for x, found \"1.5\"");
        let error = DecimalSign::Comma.parse_number("inf", "x").unwrap_err();
        assert_eq!(error, "expected a finite number for x, found \"inf\"");
    }
}
