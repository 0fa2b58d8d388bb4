//! Lines of a log that its tool appends one by one.

use crate::report::import::read_error::ReportInputError;
use crate::text::quoted;

/// Longest excerpt of a line in an error, in characters.
const EXCERPT_CHARS: usize = 60;

/// Returns the complete lines with their numbers, and whether the last line is incomplete: the
/// tools end every line, so one without an end was cut off.
pub fn complete_lines(text: &str) -> (impl Iterator<Item = (usize, &str)>, bool) {
    let (complete, rest) = text.rsplit_once('\n').map_or(("", text), |(lines, rest)| (lines, rest));
    let lines = complete.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    let has_lines = text.contains('\n');
    ((1..).zip(lines).filter(move |(_, line)| has_lines && !line.is_empty()), !rest.is_empty())
}

/// Reports a bad line.
pub fn bad_line(line: usize, expected: &str, found: &str) -> ReportInputError {
    let excerpt: String = found.chars().take(EXCERPT_CHARS).collect();
    let ellipsis = if excerpt.len() < found.len() { "…" } else { "" };
    let message = format!("expected {expected}, found {}", quoted(&(excerpt + ellipsis)));
    ReportInputError::in_line(line, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_without_an_end_is_incomplete() {
        let lines = |text| {
            let (lines, is_torn) = complete_lines(text);
            (lines.map(|(number, line)| format!("{number} {line}")).collect::<Vec<_>>(), is_torn)
        };
        assert_eq!(lines("a\r\n\nb\nc"), (vec!["1 a".to_owned(), "3 b".to_owned()], true));
        assert_eq!(lines("a\n"), (vec!["1 a".to_owned()], false));
        assert_eq!((lines("a"), lines("")), ((vec![], true), (vec![], false)));
    }
}
