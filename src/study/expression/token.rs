//! Splits an expression into tokens.

use std::iter::Peekable;
use std::str::CharIndices;

use super::expression_error::ExpressionError;

/// A token and the position of its first character, from 1.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) position: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum TokenKind {
    Number(f64),
    /// Name of a column, constant or function.
    Name(String),
    /// Name of a column in backticks.
    Quoted(String),
    /// One of `+ - * / ^ ( ) ,`.
    Symbol(char),
}

impl TokenKind {
    /// Returns the token as it is written, for an error.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Name(name) => name.clone(),
            Self::Quoted(name) => format!("`{name}`"),
            Self::Symbol(symbol) => symbol.to_string(),
        }
    }
}

/// Splits a text into tokens. White space between them is ignored.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, ExpressionError> {
    let mut rest = text.char_indices().peekable();
    let mut tokens = Vec::new();
    while let Some(&(start, first)) = rest.peek() {
        let position = text[..start].chars().count() + 1;
        let error = |message: String| Err(ExpressionError { position, message });
        let kind = match first {
            c if c.is_whitespace() => {
                rest.next();
                continue;
            }
            '+' | '-' | '*' | '/' | '^' | '(' | ')' | ',' => {
                rest.next();
                TokenKind::Symbol(first)
            }
            '`' => {
                rest.next();
                let name = take_while(text, &mut rest, |c| c != '`');
                if rest.next().is_none() {
                    return error("a column name in backticks lacks its closing `".to_owned());
                }
                TokenKind::Quoted(name.to_owned())
            }
            c if c.is_ascii_digit() || c == '.' => match number(text, &mut rest) {
                Ok(number) => TokenKind::Number(number),
                Err(found) => return error(format!("expected a number, found {found:?}")),
            },
            c if is_name(c) => TokenKind::Name(take_while(text, &mut rest, is_name).to_owned()),
            c => {
                return error(format!(
                    "unexpected character {c:?}; write other column names in backticks"
                ));
            }
        };
        tokens.push(Token { kind, position });
    }
    Ok(tokens)
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Reads a number such as `2`, `.5` or `1e-3`, or returns what stands there instead.
fn number<'t>(text: &'t str, rest: &mut Peekable<CharIndices<'t>>) -> Result<f64, &'t str> {
    let mut previous = '0';
    let number = take_while(text, rest, |c| {
        let is_sign_of_exponent = matches!(c, '+' | '-') && matches!(previous, 'e' | 'E');
        previous = c;
        is_name(c) || c == '.' || is_sign_of_exponent
    });
    number.parse().ok().filter(|number: &f64| number.is_finite()).ok_or(number)
}

fn take_while<'t>(
    text: &'t str,
    rest: &mut Peekable<CharIndices<'t>>,
    mut is_part: impl FnMut(char) -> bool,
) -> &'t str {
    let start = rest.peek().map_or(text.len(), |&(at, _)| at);
    while rest.next_if(|&(_, c)| is_part(c)).is_some() {}
    let end = rest.peek().map_or(text.len(), |&(at, _)| at);
    &text[start..end]
}
