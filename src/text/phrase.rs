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
    let mut glued = String::with_capacity(text.len() + 1);
    let mut words = text.split(' ').peekable();
    while let Some(word) = words.next() {
        glued.push_str(word);
        glued.push(if is_measure(word, words.peek().copied()) { GLUE } else { ' ' });
    }
    textwrap::fill(glued.trim_end(), options).replace(GLUE, " ") + "\n"
}

/// Whether these words are a number and its unit, such as `4.0 s.`
fn is_measure(number: &str, unit: Option<&str>) -> bool {
    const UNITS: [&str; 11] = ["ns", "µs", "ms", "s", "min", "h", "days", "%", "kB", "MB", "GB"];
    let unit = unit.unwrap_or_default().trim_end_matches([',', '.', ';', ':', ')']);
    let number = number.trim_start_matches(['(', '+', '-']);
    number.parse::<f64>().is_ok() && UNITS.contains(&unit)
}

/// Describes why a file cannot be read. Callers append its path.
pub fn read_error_text(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "no such file".to_owned(),
        io::ErrorKind::IsADirectory => "expected a file, found a folder".to_owned(),
        _ => format!("cannot read the file ({error})"),
    }
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
