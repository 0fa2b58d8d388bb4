//! How a table of cases is to be read, as far as the user has decided it.

use std::fmt;

use encoding_rs::Encoding;
use strum::{IntoStaticStr, VariantArray};

use super::decimal_sign::DecimalSign;
use crate::text::quoted;

/// Decisions of the user. Whatever is left open is decided from the file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TableOptions {
    pub separator: Option<Separator>,
    pub decimal: Option<DecimalSign>,
    pub encoding: Option<TextEncoding>,
    /// Whether the first row is a case.
    pub no_header: bool,
    /// Sheet of a workbook.
    pub sheet: Option<String>,
}

/// A decision on how to read a table, which an option of the command line, a key of a study
/// and a control of the window make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantArray, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum TableChoice {
    Separator,
    Decimal,
    Encoding,
    NoHeader,
    Sheet,
}

/// Where a remedy is shown, which decides how it names a [`TableChoice`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemedyPlace {
    CommandLine,
    /// A message about the study file that names the table.
    Study,
    Window,
}

impl TableChoice {
    /// Returns its name: the option without `--`, and the key in a study file.
    pub fn key(self) -> &'static str {
        self.into()
    }

    pub fn of_key(key: &str) -> Option<Self> {
        Self::VARIANTS.iter().copied().find(|choice| choice.key() == key)
    }

    /// Returns the end of a message: how the user decides.
    pub fn remedy(self, place: RemedyPlace) -> String {
        let key = self.key();
        let (before, values, control) = match self {
            Self::Separator => ("; choose", "comma, semicolon or tab", "the separator"),
            Self::Decimal => (", or choose", "point or comma", "the decimal sign"),
            Self::Encoding => {
                (", or choose", "the encoding, such as windows-1252,", "the encoding")
            }
            Self::Sheet => ("; choose", "one of them", "a sheet"),
            Self::NoHeader => {
                let decide = match place {
                    RemedyPlace::CommandLine => "use --no-header",
                    RemedyPlace::Study => "use --no-header, or add no-header = true to the study",
                    RemedyPlace::Window => "choose \"no header\" above",
                };
                return format!("; if the first row is a case, {decide}");
            }
        };
        match place {
            RemedyPlace::CommandLine => format!("{before} {values} with --{key}"),
            RemedyPlace::Study => {
                format!("{before} {values} with --{key} or {key} = \"…\" in the study")
            }
            RemedyPlace::Window => format!("{before} {control} above"),
        }
    }
}

impl TableOptions {
    /// Stores a decision given as text. The error says what is expected.
    pub fn set(&mut self, choice: TableChoice, text: &str) -> Result<(), String> {
        match choice {
            TableChoice::Separator => self.separator = Some(Separator::parse(text)?),
            TableChoice::Decimal => self.decimal = Some(DecimalSign::parse(text)?),
            TableChoice::Encoding => self.encoding = Some(TextEncoding::parse(text)?),
            TableChoice::NoHeader => self.no_header = true,
            TableChoice::Sheet => self.sheet = Some(text.to_owned()),
        }
        Ok(())
    }

    /// Returns the decisions that are made.
    pub fn made(&self) -> impl Iterator<Item = TableChoice> {
        TableChoice::VARIANTS.iter().copied().filter(|choice| match choice {
            TableChoice::Separator => self.separator.is_some(),
            TableChoice::Decimal => self.decimal.is_some(),
            TableChoice::Encoding => self.encoding.is_some(),
            TableChoice::NoHeader => self.no_header,
            TableChoice::Sheet => self.sheet.is_some(),
        })
    }

    /// Returns these decisions, and the others where none is made here.
    #[must_use]
    pub fn or(&self, others: &Self) -> Self {
        Self {
            separator: self.separator.or(others.separator),
            decimal: self.decimal.or(others.decimal),
            encoding: self.encoding.or(others.encoding),
            no_header: self.no_header || others.no_header,
            sheet: self.sheet.clone().or_else(|| others.sheet.clone()),
        }
    }
}

/// The character between the cells of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, VariantArray, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Separator {
    Comma,
    Semicolon,
    Tab,
}

impl Separator {
    pub fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
            Self::Tab => b'\t',
        }
    }

    pub fn name(self) -> &'static str {
        self.into()
    }

    /// Whether numbers beside this separator may have a decimal comma without a quote.
    pub fn allows_decimal_comma(self) -> bool {
        self != Self::Comma
    }

    /// Parses a name or the character itself.
    pub fn parse(text: &str) -> Result<Self, String> {
        let is_meant = |separator: &&Self| {
            let byte = [separator.byte()];
            text.eq_ignore_ascii_case(separator.name()) || text.as_bytes() == byte
        };
        let found = Self::VARIANTS.iter().find(is_meant).copied();
        let found = found.or_else(|| (text == "\\t").then_some(Self::Tab));
        found.ok_or_else(|| format!("expected comma, semicolon or tab, found {}", quoted(text)))
    }
}

/// The encoding of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextEncoding(pub &'static Encoding);

impl TextEncoding {
    /// Encodings that the window lists.
    pub const LISTED: [Self; 9] = [
        Self(encoding_rs::UTF_8),
        Self(encoding_rs::WINDOWS_1252),
        Self(encoding_rs::UTF_16LE),
        Self(encoding_rs::UTF_16BE),
        Self(encoding_rs::WINDOWS_1250),
        Self(encoding_rs::WINDOWS_1251),
        Self(encoding_rs::MACINTOSH),
        Self(encoding_rs::SHIFT_JIS),
        Self(encoding_rs::GB18030),
    ];

    /// Parses the name of an encoding, such as `windows-1252` or `latin1`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let encoding = Encoding::for_label_no_replacement(text.as_bytes());
        encoding.map(Self).ok_or_else(|| {
            format!(
                "expected the name of an encoding, such as utf-8, windows-1252 or utf-16le, found {}",
                quoted(text)
            )
        })
    }
}

impl fmt::Display for TextEncoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_and_encodings_are_parsed_by_name_and_sign() {
        for (text, separator) in [
            ("comma", Separator::Comma),
            (",", Separator::Comma),
            ("Semicolon", Separator::Semicolon),
            ("tab", Separator::Tab),
            ("\t", Separator::Tab),
            ("\\t", Separator::Tab),
        ] {
            assert_eq!(Separator::parse(text), Ok(separator));
        }
        assert_eq!(
            Separator::parse("|").unwrap_err(),
            "expected comma, semicolon or tab, found \"|\""
        );
        assert_eq!(TextEncoding::parse("latin1").unwrap().to_string(), "windows-1252");
        assert_eq!(TextEncoding::parse("UTF-16LE").unwrap().to_string(), "UTF-16LE");
        for bad in ["", "utf8mb4", "hz-gb-2312"] {
            assert!(TextEncoding::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn decisions_override_those_made_elsewhere() {
        let mut options = TableOptions::default();
        options.set(TableChoice::Decimal, "comma").unwrap();
        let mut others = TableOptions::default();
        others.set(TableChoice::Decimal, "point").unwrap();
        others.set(TableChoice::Sheet, "A").unwrap();
        let both = options.or(&others);
        assert_eq!(both.decimal, Some(DecimalSign::Comma));
        assert_eq!(both.made().collect::<Vec<_>>(), [TableChoice::Decimal, TableChoice::Sheet]);
    }
}
