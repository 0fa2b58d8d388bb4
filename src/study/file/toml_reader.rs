//! Reads typed values from TOML and collects the errors with their lines.

use std::borrow::Cow;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::study::CellText;
use super::study_error::{BadLine, StudyError};
use crate::study::Column;
use crate::study::import::bad_cells::MAX_REPORTED;
use crate::text::quoted;

/// Key with its place in the text.
pub type TomlKey<'a> = Spanned<DeString<'a>>;
/// Value with its place in the text.
pub type TomlValue<'a> = Spanned<DeValue<'a>>;

/// Lines and errors of one TOML text. Reading continues after an error, to find all of them.
pub struct TomlReader {
    /// Offsets of the line starts, except the first.
    line_starts: Vec<usize>,
    errors: Vec<BadLine>,
    /// Texts in cells of numbers, unless they are errors.
    texts: Option<Vec<CellText>>,
}

impl TomlReader {
    pub fn new(text: &str) -> Self {
        let line_starts = text.match_indices('\n').map(|(offset, _)| offset + 1).collect();
        Self { line_starts, errors: Vec::new(), texts: None }
    }

    /// Returns a reader of a draft, which keeps texts in cells of numbers.
    pub fn of_draft(text: &str) -> Self {
        Self { texts: Some(Vec::new()), ..Self::new(text) }
    }

    pub fn is_draft(&self) -> bool {
        self.texts.is_some()
    }

    /// Keeps the text of a cell of a number. Returns whether it is no error.
    pub fn keep_text(&mut self, row: usize, column: Column, value: &TomlValue<'_>) -> bool {
        match (&mut self.texts, value.get_ref().as_str()) {
            (Some(texts), Some(text)) => {
                texts.push((row, column, text.to_owned()));
                true
            }
            _ => false,
        }
    }

    /// Returns the line on which a place in the text starts.
    pub fn line(&self, place: Range<usize>) -> u32 {
        let before = self.line_starts.partition_point(|&start| start <= place.start);
        u32::try_from(before + 1).unwrap_or(u32::MAX)
    }

    /// Records an error at a place in the text.
    pub fn reject(&mut self, place: Range<usize>, message: String) {
        let line = self.line(place);
        self.errors.push(BadLine { line, message });
    }

    /// Records that a value is not of the expected kind.
    pub fn reject_value(&mut self, key: &str, value: &TomlValue<'_>, expected: &str) {
        let found = describe(value.get_ref());
        self.reject(value.span(), format!("{key}: {expected}, found {found}"));
    }

    pub fn reject_key(&mut self, key: &TomlKey<'_>, known: &[&str]) {
        let found = quoted(key.get_ref());
        let one_of = if known.len() == 1 { "" } else { "one of " };
        let known = known.join(", ");
        self.reject(key.span(), format!("unknown key {found}; expected {one_of}{known}"));
    }

    /// Returns the texts that were kept, and the errors.
    pub fn into_parts(mut self) -> (Vec<CellText>, Option<StudyError>) {
        let (texts, count) = (self.texts.unwrap_or_default(), self.errors.len());
        if count == 0 {
            return (texts, None);
        }
        self.errors.sort_by_key(|error| error.line);
        self.errors.truncate(MAX_REPORTED);
        (texts, Some(StudyError::Lines(self.errors, count)))
    }

    pub fn table<'v, 'a>(
        &mut self,
        key: &str,
        value: &'v TomlValue<'a>,
    ) -> Option<&'v DeTable<'a>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.reject_value(key, value, "expected a table");
        }
        table
    }

    pub fn string<'v>(&mut self, key: &str, value: &'v TomlValue<'_>) -> Option<&'v str> {
        let string = value.get_ref().as_str();
        if string.is_none() {
            self.reject_value(key, value, "expected a string");
        }
        string
    }

    /// Returns the text of a single value of any type.
    pub fn text<'v>(&mut self, key: &str, value: &'v TomlValue<'_>) -> Option<Cow<'v, str>> {
        match value.get_ref() {
            DeValue::String(text) => Some(Cow::Borrowed(text)),
            DeValue::Array(_) | DeValue::Table(_) => {
                self.reject_value(key, value, "expected a string");
                None
            }
            single => Some(Cow::Owned(describe(single))),
        }
    }
}

/// Returns the text of a value for a message: lists and tables by their type.
pub fn describe(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => quoted(text),
        DeValue::Integer(number) => number.to_string(),
        DeValue::Float(number) => number.to_string(),
        DeValue::Boolean(value) => value.to_string(),
        DeValue::Datetime(time) => time.to_string(),
        DeValue::Array(_) | DeValue::Table(_) => type_name(value).to_owned(),
    }
}

/// Returns the type of a value for a message.
pub fn type_name(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "a boolean",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// Returns the decimal text of a number, so that the parsers of all inputs read it,
/// whatever its size.
pub fn decimal_text<'v>(value: &'v DeValue<'_>) -> Option<Cow<'v, str>> {
    match value {
        DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str().into()),
        DeValue::Integer(number) => {
            let decimal = u64::from_str_radix(number.as_str(), number.radix());
            Some(decimal.map_or_else(|_| number.to_string(), |n| n.to_string()).into())
        }
        DeValue::Float(number) => Some(number.as_str().into()),
        _ => None,
    }
}
