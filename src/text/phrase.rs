//! Building blocks of sentences: plurals, counts, lists, single lines and paragraphs.

use std::fmt::Display;
use std::io;

use super::number::grouped;

use textwrap::{Options, WordSplitter, WrapAlgorithm};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Width that paragraphs are wrapped to, in terminal columns.
const PARAGRAPH_WIDTH: usize = 78;

/// Space that no line is broken at.
const GLUE: char = '\u{202F}';

/// Picks the word that agrees with a number, such as `plural(n, "is", "are")`.
pub fn plural<'a, N: Copy + PartialEq + From<u8>>(
    number: N,
    one: &'a str,
    many: &'a str,
) -> &'a str {
    if number == N::from(1) { one } else { many }
}

/// Formats a number with its noun: `1 case`, `12 cases`, `2 processes`.
pub fn count<N: Copy + Display + PartialEq + From<u8>>(number: N, noun: &str) -> String {
    let ending = if noun.ends_with('s') { "es" } else { "s" };
    let ending = if number == N::from(1) { "" } else { ending };
    format!("{} {noun}{ending}", grouped(number))
}

pub fn list<T: Display>(items: impl IntoIterator<Item = T>) -> String {
    let texts: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    texts.join(", ")
}

/// Replaces line breaks, control characters and marks of writing direction by
/// spaces: they would break a table or the terminal.
pub fn one_line(text: &str) -> String {
    let breaks = |c: char| {
        c.is_control()
            || matches!(c, '\u{200E}' | '\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if breaks(c) { ' ' } else { c }).collect()
}

/// Returns a name on one line, shortened to 40 terminal columns.
pub fn short_name(name: &str) -> String {
    shortened(&one_line(name), 40)
}

/// Shortens a text to this many terminal columns.
pub fn shortened(text: &str, max_width: usize) -> String {
    if text.width() <= max_width {
        return text.to_owned();
    }
    let mut width = 1;
    let fits = |c: &char| {
        width += c.width().unwrap_or(0);
        width <= max_width
    };
    text.chars().take_while(fits).chain(['…']).collect()
}

/// Wraps a paragraph to the width of a terminal and ends its last line. The first
/// line starts with `first`, all others with `rest`.
pub fn paragraph(text: &str, first: &str, rest: &str) -> String {
    let options = Options::new(PARAGRAPH_WIDTH)
        .initial_indent(first)
        .subsequent_indent(rest)
        .word_splitter(WordSplitter::NoHyphenation)
        .wrap_algorithm(WrapAlgorithm::FirstFit)
        .break_words(false);
    textwrap::fill(&with_units(text, GLUE), options).replace(GLUE, " ") + "\n"
}

/// The text with each number on the line of its unit.
pub fn unbroken(text: &str) -> String {
    with_units(text, '\u{A0}')
}

/// Joins numbers and their units by this space.
fn with_units(text: &str, glue: char) -> String {
    const UNITS: [&str; 12] =
        ["ns", "µs", "ms", "s", "min", "h", "day", "days", "%", "kB", "MB", "GB"];
    let mut joined = String::with_capacity(text.len());
    for (at, word) in text.split(' ').enumerate() {
        let unit = UNITS.contains(&word.trim_end_matches([',', '.', ';', ':', ')']));
        if unit && joined.ends_with(|c: char| c.is_ascii_digit()) {
            joined.push(glue);
        } else if at > 0 {
            joined.push(' ');
        }
        joined.push_str(word);
    }
    joined
}

/// Describes why a file cannot be read. Callers append its path.
pub fn read_error_text(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file".to_owned(),
        io::ErrorKind::IsADirectory => "expected a file, found a folder".to_owned(),
        _ => format!("cannot read the file ({error})"),
    }
}

/// Starts a message with a capital letter, as notices of the window do.
pub(crate) fn capitalized(message: &str) -> String {
    let mut letters = message.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_shortened_by_terminal_width() {
        assert_eq!(short_name("Case 1"), "Case 1");
        assert_eq!(short_name(&"a".repeat(41)), format!("{}…", "a".repeat(39)));
        assert_eq!(short_name(&"三".repeat(30)), format!("{}…", "三".repeat(19)));
    }

    #[test]
    fn counts_agree_with_their_nouns() {
        assert_eq!(
            (count(1_u32, "case"), count(0_usize, "case")),
            ("1 case".into(), "0 cases".into())
        );
        assert_eq!(
            (count(1_u64, "process"), count(2_u64, "process")),
            ("1 process".into(), "2 processes".into())
        );
        assert_eq!((plural(1_u32, "is", "are"), plural(3_u32, "is", "are")), ("is", "are"));
    }

    #[test]
    fn lists_are_joined_with_commas() {
        assert_eq!(list(["a", "b"]), "a, b");
        assert_eq!(list([1, 2, 3]), "1, 2, 3");
        assert_eq!(list::<&str>([]), "");
    }

    #[test]
    fn control_characters_become_spaces() {
        assert_eq!(one_line("a\nb\t\u{202E}c"), "a b  c");
    }

    #[test]
    fn a_number_stays_on_the_line_of_its_unit() {
        let text = "3 cases in 4.0 s instead of 8.0 s (estimated); 12 %, 5 h.";
        let kept = "3 cases in 4.0\u{A0}s instead of 8.0\u{A0}s (estimated); 12\u{A0}%, 5\u{A0}h.";
        assert_eq!(unbroken(text), kept);
        assert_eq!(unbroken("it s"), "it s");
    }

    #[test]
    fn no_line_of_a_paragraph_ends_between_a_number_and_its_unit() {
        for padding in 60..78 {
            let text = format!("{} takes 4.0 s. That is 12 % less.", "a".repeat(padding));
            let wrapped = paragraph(&text, "", "");
            assert!(wrapped.contains("4.0 s.") && wrapped.contains("12 %"), "{wrapped}");
            assert_eq!(wrapped.replace('\n', " ").trim_end(), text);
        }
        let count = format!("{} {}", "a".repeat(70), count(1_000_000, "case"));
        assert!(paragraph(&count, "", "").contains("\n1\u{A0}000\u{A0}000 cases"));
    }

    #[test]
    fn paragraphs_are_wrapped_at_spaces_and_indented() {
        let text = "word-by-word ".repeat(8);
        let wrapped = paragraph(text.trim_end(), "claim   ", "        ");
        let lines: Vec<&str> = wrapped.lines().collect();
        assert_eq!(lines.len(), 2);
        assert!(lines[0].starts_with("claim   word-by-word") && lines[0].len() <= 78);
        assert!(lines[1].starts_with("        word-by-word") && wrapped.ends_with("word\n"));
    }
}
