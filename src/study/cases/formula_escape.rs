//! Escapes text cells that a spreadsheet would take for a formula.
//!
//! Such cells are written with a leading apostrophe, the mark of spreadsheets for text.
//! It is removed on import, so every text is read back unchanged.

use std::borrow::Cow;

/// Whether a spreadsheet may take this text for a formula: it starts with `=`, `+`, `-`
/// or `@` after optional white space, or with a tab or line break.
fn looks_like_formula(text: &str) -> bool {
    text.starts_with(['\t', '\r', '\n'])
        || text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

/// Returns the text as a cell that a spreadsheet takes for text.
pub fn escape_formula(text: &str) -> Cow<'_, str> {
    if looks_like_formula(text.trim_start_matches('\'')) && !is_negative_number(text) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

/// Whether a spreadsheet takes this text for a number although it starts as a formula may.
fn is_negative_number(text: &str) -> bool {
    let digits = text.strip_prefix('-');
    digits
        .is_some_and(|it| it.starts_with(|c: char| c.is_ascii_digit()) && it.parse::<f64>().is_ok())
}

/// Reverses [`escape_formula`].
pub fn unescape_formula(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(text) if looks_like_formula(text.trim_start_matches('\'')) => text,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn formulas_are_escaped_and_plain_texts_are_not() {
        for formula in ["=1+1", "+1", "-x", "@SUM(A1)", "\t=1", " =1", "\r=1", "'=1", "''-1"] {
            assert_eq!(escape_formula(formula), format!("'{formula}"));
        }
        for plain in ["Case 1", "it's", "'tis", "a=b", ""] {
            assert_eq!(escape_formula(plain), plain);
        }
    }

    proptest! {
        #[test]
        fn every_text_is_read_back_unchanged(text in "['=+@a \t-]{0,6}|.*") {
            let cell = escape_formula(&text).into_owned();
            prop_assert!(!looks_like_formula(&cell));
            prop_assert_eq!(unescape_formula(&cell), text);
        }
    }
}
