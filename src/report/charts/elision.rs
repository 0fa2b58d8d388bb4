//! Texts that are too long for their place.

use crate::study::CaseTable;

/// Most names that are compared for their common parts.
const MAX_COMPARED: usize = 256;

/// What stays of a text that is too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ellipsis<'a> {
    /// What tells the name from others, then its start and its end.
    Name(CommonParts<'a>),
    /// The start of a number, and its exponent.
    Number,
}

/// Start and end that the names of a table have in common, up to the limits of words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct CommonParts<'a> {
    start: &'a str,
    end: &'a str,
}

impl<'a> CommonParts<'a> {
    /// Compares a sample of the names.
    pub(crate) fn of(cases: &'a CaseTable) -> Self {
        let step = cases.len().div_ceil(MAX_COMPARED).max(1);
        Self::of_names((0..cases.len()).step_by(step).map(|row| cases.case(row).name))
    }

    pub(crate) fn of_names(mut names: impl Iterator<Item = &'a str>) -> Self {
        let Some(first) = names.next() else { return Self::default() };
        let (mut start, mut end, mut is_alone) = (first, first, true);
        for name in names {
            is_alone = false;
            let same = start.chars().zip(name.chars()).take_while(|(a, b)| a == b);
            start = &start[..same.map(|(c, _)| c.len_utf8()).sum()];
            let same = end.chars().rev().zip(name.chars().rev()).take_while(|(a, b)| a == b);
            end = &end[end.len() - same.map(|(c, _)| c.len_utf8()).sum::<usize>()..];
        }
        if is_alone {
            return Self::default();
        }
        // A part of a number or a word alone would mislead.
        let is_limit = |c: char| !c.is_alphanumeric();
        let start_len = start.rfind(is_limit).map_or(0, |at| at + char_len(start, at));
        let end_from = end.find(is_limit).unwrap_or(end.len());
        Self { start: &start[..start_len], end: &end[end_from..] }
    }

    /// Splits a name into the common start, its own part and the common end.
    fn split(self, name: &str) -> [&str; 3] {
        let rest = name.strip_prefix(self.start);
        match rest.and_then(|rest| rest.strip_suffix(self.end)).filter(|own| !own.is_empty()) {
            Some(own) => {
                let (start, end) = (self.start.len(), self.start.len() + own.len());
                [&name[..start], own, &name[end..]]
            }
            None => ["", name, ""],
        }
    }
}

fn char_len(text: &str, at: usize) -> usize {
    text[at..].chars().next().map_or(0, char::len_utf8)
}

/// Returns the text with ellipses if it is wider than this.
pub(crate) fn elide(
    text: &str,
    width: f32,
    ellipsis: Ellipsis<'_>,
    mut char_width: impl FnMut(char) -> f32,
) -> Option<String> {
    let mut used = 0.0;
    let mut fits = |character| {
        used += char_width(character);
        used <= width
    };
    if text.chars().all(&mut fits) {
        return None;
    }
    let dots = char_width('…');
    let mut width_of = |text: &str| text.chars().map(&mut char_width).sum::<f32>();
    let [start, own, end] = match ellipsis {
        Ellipsis::Number => {
            let at = text.find(['e', 'E']).unwrap_or(text.len());
            let left = width - dots - width_of(&text[at..]);
            let number = &text[..at];
            return Some(format!(
                "{}…{}",
                &number[..ends(number, left, true, char_width).0],
                &text[at..]
            ));
        }
        Ellipsis::Name(parts) => parts.split(text),
    };
    let left = width - width_of(own);
    let has = |part: &str| if part.is_empty() { 0.0 } else { dots };
    if own != text && (0.0..has(start) + has(end)).contains(&left) {
        return Some(own.to_owned());
    }
    let left = left - has(start) - has(end);
    if left < 0.0 || own == text {
        let (from_start, from_end) = ends(own, width - dots - has(start), false, char_width);
        if (from_start, from_end) == (0, own.len()) {
            return Some("…".to_owned());
        }
        let before = if start.is_empty() { "" } else { "…" };
        return Some(format!("{before}{}…{}", &own[..from_start], &own[from_end..]));
    }
    let of_start = if end.is_empty() { left } else { left / 2.0 };
    let (to, _) = ends(start, of_start, true, &mut char_width);
    let used: f32 = start[..to].chars().map(&mut char_width).sum();
    let reversed: String = end.chars().rev().collect();
    let (from, _) = ends(&reversed, left - used, true, &mut char_width);
    let dots_before = if to < start.len() { "…" } else { "" };
    let dots_after = if from < end.len() { "…" } else { "" };
    let (start, end) = (&start[..to], &end[end.len() - from..]);
    Some(format!("{start}{dots_before}{own}{dots_after}{end}"))
}

/// Returns where the start of a text ends and where its end starts, which together have at most
/// this width; only the start if `is_start`.
fn ends(
    text: &str,
    mut left: f32,
    is_start: bool,
    mut char_width: impl FnMut(char) -> f32,
) -> (usize, usize) {
    let (mut from_start, mut from_end) = (text.char_indices(), text.char_indices().rev());
    let (mut start, mut end, mut takes_start) = (0, text.len(), true);
    while start < end
        && let Some((at, next)) = if takes_start { from_start.next() } else { from_end.next() }
    {
        left -= char_width(next);
        if left < 0.0 {
            break;
        }
        if takes_start {
            start = at + next.len_utf8();
        } else {
            end = at;
        }
        takes_start = is_start || !takes_start;
    }
    (start, end)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn name(text: &str, width: f32, names: &[&str]) -> Option<String> {
        let parts = CommonParts::of_names(names.iter().copied());
        elide(text, width, Ellipsis::Name(parts), |_| 1.0)
    }

    #[test]
    fn a_long_text_shows_its_start_and_its_end() {
        let elide = |text, width| name(text, width, &[]);
        assert_eq!(elide("wing", 4.0), None);
        assert_eq!(elide("front__50__400", 8.0).unwrap(), "fron…400");
        assert_eq!(elide("äöüß", 3.0).unwrap(), "ä…ß");
        assert_eq!(elide("wing", 1.0).unwrap(), "…");
        assert_eq!(elide("wing", 0.0).unwrap(), "…");
    }

    #[test]
    fn names_that_differ_in_the_middle_stay_distinct() {
        let names = [
            "wing with coarse mesh 100 at high speed",
            "wing with coarse mesh 101 at high speed",
            "wing with coarse mesh 27 at high speed",
        ];
        for width in [6.0, 9.0, 14.0, 24.0] {
            let short: BTreeSet<_> =
                names.iter().map(|text| name(text, width, &names).unwrap()).collect();
            assert_eq!(short.len(), 3, "{short:?}");
            assert!(short.iter().all(|text| text.chars().count() as f32 <= width), "{short:?}");
        }
        assert_eq!(name(names[0], 12.0, &names).unwrap(), "win…100…peed");
        assert_eq!(name("case 100", 6.0, &["case 100", "case 101"]).unwrap(), "ca…100");
        assert_eq!(name(names[0], 3.0, &names).unwrap(), "100", "no part of another number");
        let narrow = name("case 100", 2.0, &["case 100", "case 101"]).unwrap();
        assert_eq!(narrow, "…", "nothing is left of it");
        let other = name("tail with a fine mesh", 9.0, &names).unwrap();
        assert_eq!(other, "tail…mesh", "it does not have the common parts");
        assert_eq!(name("äöü 1 äöü", 5.0, &["äöü 1 äöü", "äöü 2 äöü"]).unwrap(), "ä…1…ü");
    }

    #[test]
    fn a_long_number_shows_its_start_and_its_exponent() {
        let elide = |text, width| elide(text, width, Ellipsis::Number, |_| 1.0).unwrap();
        assert_eq!(elide("1234.5678", 5.0), "1234…");
        assert_eq!(elide("1.2345e300", 7.0), "1.…e300");
        assert_eq!(elide("1.2345e300", 4.0), "…e300", "never another number");
    }
}
