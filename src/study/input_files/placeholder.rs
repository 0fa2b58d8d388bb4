//! What a placeholder inserts: a column, an expression or a text, with a format or without.

use std::borrow::Cow;

use super::number_format::NumberFormat;
use crate::study::cases::case_column::CaseColumn;
use crate::study::cases::case_table::{CaseTable, Column};
use crate::study::expression::expression::Expression;
use crate::text::{parse_number, quoted, shortest};

/// The inside of `{{ … }}`.
#[derive(Debug, Clone)]
pub struct Placeholder {
    value: PlaceholderValue,
    format: Option<NumberFormat>,
}

#[derive(Debug, Clone)]
enum PlaceholderValue {
    Column(CaseColumn),
    Expression(Expression),
    Text(String),
}

enum CaseValue<'a> {
    Number(f64),
    Text(&'a str),
}

impl<'a> CaseValue<'a> {
    fn of(column: CaseColumn, cases: &'a CaseTable, row: usize) -> Self {
        let case = cases.case(row);
        match column {
            CaseColumn::Basic(Column::Name) => Self::Text(case.name),
            CaseColumn::Basic(Column::X) => Self::Number(case.x),
            CaseColumn::Basic(Column::Y) => Self::Number(case.y),
            CaseColumn::Extra(at) => Self::Text(cases.extra_columns()[at].1.get(row)),
        }
    }
}

impl Placeholder {
    /// Parses the inside of a placeholder over these columns.
    pub fn parse(text: &str, headings: &[&str]) -> Result<Self, String> {
        let (value, filter) = match unquoted(text).find(|&(_, c)| c == '|') {
            Some((at, _)) => (text[..at].trim(), Some(text[at + 1..].trim())),
            None => (text.trim(), None),
        };
        let format = filter.map(|filter| NumberFormat::parse(format_of(filter)?)).transpose()?;
        if value.is_empty() {
            return Err("expected a column or an expression, found nothing".to_owned());
        }
        let named = value.strip_prefix('`').and_then(|name| name.strip_suffix('`'));
        let named = named.filter(|name| !name.contains('`')).unwrap_or(value);
        let column = headings.iter().position(|heading| *heading == named);
        let is_name = || {
            let is_letter = |c: char| c.is_alphanumeric() || c == '_';
            !value.starts_with(|c: char| c.is_ascii_digit()) && value.chars().all(is_letter)
        };
        let value = match (quoted_text(value), column) {
            (Some(text), _) => PlaceholderValue::Text(text.to_owned()),
            (None, Some(index)) if named != value || is_name() => {
                PlaceholderValue::Column(CaseColumn::at(index))
            }
            _ => match Expression::parse(value, headings) {
                Ok(expression) => PlaceholderValue::Expression(expression),
                Err(error) => return Err(error.message),
            },
        };
        Ok(Self { value, format })
    }

    /// Whether inserting it may fail for a case.
    pub fn may_fail(&self, is_utf8: bool) -> bool {
        match &self.value {
            PlaceholderValue::Expression(_) => true,
            PlaceholderValue::Text(_) => self.format.is_some() || !is_utf8,
            PlaceholderValue::Column(column) => {
                self.format.is_some() || !is_utf8 && !column.is_numeric()
            }
        }
    }

    /// Returns the text for the case in a row.
    pub fn text<'a>(&'a self, cases: &'a CaseTable, row: usize) -> Result<Cow<'a, str>, String> {
        let value = match &self.value {
            PlaceholderValue::Text(text) => CaseValue::Text(text),
            PlaceholderValue::Column(column) => CaseValue::of(*column, cases, row),
            PlaceholderValue::Expression(expression) => {
                let column = |index| CaseColumn::at(index).number(cases, row);
                CaseValue::Number(expression.evaluate(column)?)
            }
        };
        match (&self.format, value) {
            (None, CaseValue::Text(text)) => Ok(Cow::Borrowed(text)),
            (None, CaseValue::Number(number)) => Ok(Cow::Owned(shortest(number))),
            (Some(format), value) => self.formatted(format, &value, cases, row).map(Cow::Owned),
        }
    }

    fn formatted(
        &self,
        format: &NumberFormat,
        value: &CaseValue<'_>,
        cases: &CaseTable,
        row: usize,
    ) -> Result<String, String> {
        let read = |text: &str| match &self.value {
            PlaceholderValue::Column(column) => column.number(cases, row),
            _ => parse_number(text, false, "the format"),
        };
        let (text, is_number) = match *value {
            CaseValue::Number(number) if format.is_numeric() => (format.number(number)?, true),
            CaseValue::Number(number) => (format.text(&shortest(number)), true),
            CaseValue::Text(text) if format.is_numeric() => (format.number(read(text)?)?, true),
            CaseValue::Text(text) => (format.text(text), read(text).is_ok()),
        };
        let length = text.chars().count();
        if is_number && format.width > 0 && length > format.width {
            let (text, width) = (quoted(&text), format.width);
            return Err(format!("{text} has {length} characters and does not fit in {width}"));
        }
        Ok(text)
    }
}

/// Returns the format in a filter such as `fmt("%10.4f")`.
fn format_of(filter: &str) -> Result<&str, String> {
    let inside = filter.strip_prefix("fmt").and_then(|rest| {
        let inside = rest.trim_start().strip_prefix('(')?.strip_suffix(')')?;
        quoted_text(inside.trim())
    });
    inside.ok_or_else(|| {
        format!("expected fmt(\"…\") with a format behind |, found {}", quoted(filter))
    })
}

/// Returns the inside of a text in quotes.
fn quoted_text(text: &str) -> Option<&str> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let inside = text.strip_prefix(quote)?.strip_suffix(quote)?;
    (!inside.contains(quote)).then_some(inside)
}

/// Iterates over the characters outside quotes and backticks.
fn unquoted(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut quote = None;
    text.char_indices().filter(move |&(_, c)| {
        let was_open = quote.is_some();
        let is_quote = quote.map_or(matches!(c, '"' | '\'' | '`'), |open| open == c);
        if is_quote {
            quote = if was_open { None } else { Some(c) };
        }
        !was_open && !is_quote
    })
}
