//! Numbers read with the decimal sign that the user has chosen.

use strum::{IntoStaticStr, VariantArray};

use crate::text::{KnownSeparators, parse_grouped_number, quoted};

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

    /// Returns the sign itself.
    pub fn sign(self) -> char {
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
        parse_grouped_number(cell, self.sign(), what)
    }
}

/// Whether a text is a number with a decimal point or with a decimal comma.
pub(super) fn is_number_with_some_sign(text: &str) -> bool {
    DecimalSign::VARIANTS.iter().any(|sign| sign.parse_number(text, "").is_ok())
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
