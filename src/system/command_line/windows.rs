//! The rules by which programs for Windows split their command line: a backslash is a character
//! like any other, except before a double quote, and a single quote is no quote.

use std::borrow::Cow;
use std::iter;

use shell_words::ParseError;

/// Splits a command line into words. Fails if the closing quote is missing.
pub(crate) fn split(line: &str) -> Result<Vec<String>, ParseError> {
    let (mut words, mut word) = (Vec::new(), None::<String>);
    let mut is_quoted = false;
    let mut rest = line.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\\' => {
                let mut backslashes = 1;
                while rest.next_if_eq(&'\\').is_some() {
                    backslashes += 1;
                }
                let is_before_quote = rest.peek() == Some(&'"');
                let kept = if is_before_quote { backslashes / 2 } else { backslashes };
                let word = word.get_or_insert_default();
                word.extend(iter::repeat_n('\\', kept));
                if is_before_quote && backslashes % 2 == 1 {
                    word.extend(rest.next());
                }
            }
            // Two quotes inside of quotes stand for one.
            '"' if is_quoted && rest.next_if_eq(&'"').is_some() => {
                word.get_or_insert_default().push('"');
            }
            '"' => {
                is_quoted = !is_quoted;
                word.get_or_insert_default();
            }
            c if c.is_ascii_whitespace() && !is_quoted => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    if is_quoted { Err(ParseError) } else { Ok(words) }
}

/// Joins words to a command line that [`split`] splits into the same words.
pub(crate) fn join<S: AsRef<str>>(words: impl IntoIterator<Item = S>) -> String {
    let quoted = |word: S| quote(word.as_ref()).into_owned();
    words.into_iter().map(quoted).collect::<Vec<_>>().join(" ")
}

/// Returns a text as one word of a command line.
pub(crate) fn quote(word: &str) -> Cow<'_, str> {
    let needs_quotes = |c: char| c.is_ascii_whitespace() || c == '"';
    if !word.is_empty() && !word.contains(needs_quotes) {
        return word.into();
    }
    let mut quoted = "\"".to_owned();
    let mut backslashes = 0;
    for c in word.chars() {
        // Backslashes before a quote are doubled, and the quote gets one.
        let added = if c == '"' { backslashes + 1 } else { 0 };
        quoted.extend(iter::repeat_n('\\', added));
        quoted.push(c);
        backslashes = if c == '\\' { backslashes + 1 } else { 0 };
    }
    quoted.extend(iter::repeat_n('\\', backslashes));
    quoted.push('"');
    quoted.into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn paths_stay_as_they_are() {
        let line = r#"C:\bin\solve.exe "C:\a b\\" it's --x={x} "" a\\b "#;
        let words = [r"C:\bin\solve.exe", r"C:\a b\", "it's", "--x={x}", "", r"a\\b"];
        assert_eq!(split(line).unwrap(), words);
    }

    #[test]
    fn quotes_are_written_with_a_backslash_or_twice() {
        assert_eq!(split(r#"--json "{\"a\": ""b""}" \" x"y z"#), Err(ParseError));
        let words = [r#"{"a": "b"}"#, "\"", "xy z", r#"\"#];
        assert_eq!(split(r#""{\"a\": ""b""}" \" x"y z" \"#).unwrap(), words);
        assert_eq!(split(" \t").unwrap(), Vec::<String>::new());
    }

    proptest! {
        #[test]
        fn joined_words_are_split_into_the_same(
            words in prop::collection::vec("[a \"'\\\\\t=]{0,6}", 0..5)
        ) {
            prop_assert_eq!(split(&join(&words)).unwrap(), words);
        }
    }
}
