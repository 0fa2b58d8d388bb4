//! Continues series such as 1, 2, … and Case 1, Case 2, ….

use crate::text::{parse_number, shortest};

/// A series that its first two terms determine.
enum Series<'a> {
    /// Numbers with equal steps.
    Numbers { first: f64, step: f64 },
    /// A text with a whole number at its end, of at least this many digits.
    Numbered { start: &'a str, first: i128, step: i128, digits: usize },
    /// The first terms again and again.
    Repeated(Vec<&'a str>),
}

/// Returns the term at any index of the series that begins with one or two terms. A single
/// number continues in steps of 1.
pub fn continued<'a>(
    first: &'a str,
    second: Option<&'a str>,
) -> impl Fn(usize) -> String + use<'a> {
    let series = series_of(first, second);
    move |index| match &series {
        Series::Numbers { first, step } => {
            #[expect(clippy::cast_precision_loss, reason = "a row, below 2^32")]
            let exact = first + step * index as f64;
            shortest(without_noise(exact, first.abs().max(step.abs())))
        }
        Series::Numbered { start, first, step, digits } => {
            let number = first + step * i128::try_from(index).unwrap_or(i128::MAX);
            format!("{start}{number:0digits$}", digits = *digits)
        }
        Series::Repeated(terms) => terms[index % terms.len()].to_owned(),
    }
}

fn series_of<'a>(first: &'a str, second: Option<&'a str>) -> Series<'a> {
    let number = |text: &str| parse_number(text, true, "").ok();
    match (number(first), second.map(number)) {
        (Some(first), None) => return Series::Numbers { first, step: 1.0 },
        (Some(first), Some(Some(second))) => {
            return Series::Numbers { first, step: second - first };
        }
        _ => {}
    }
    let own = numbered(first);
    match (own, second.map(numbered)) {
        (Some((start, number, digits)), None) => {
            Series::Numbered { start, first: number, step: 1, digits }
        }
        (Some((start, a, digits)), Some(Some((other, b, _)))) if start == other && b >= a => {
            Series::Numbered { start, first: a, step: b - a, digits }
        }
        _ => Series::Repeated(std::iter::once(first).chain(second).collect()),
    }
}

/// Splits a text into its start and the whole number at its end, with its number of digits.
fn numbered(text: &str) -> Option<(&str, i128, usize)> {
    let start = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = &text[start.len()..];
    // A longer number would lose digits.
    let number = digits.parse().ok().filter(|_| digits.len() <= 18)?;
    Some((start, number, digits.len()))
}

/// Rounds a number to twelve digits below this size, because 0.1 × 3 is not 0.3.
fn without_noise(number: f64, size: f64) -> f64 {
    let largest = size.max(number.abs());
    if largest == 0.0 {
        return number;
    }
    #[expect(clippy::cast_possible_truncation, reason = "at most 308")]
    let decimals = 12 - largest.log10().ceil() as i32;
    let scale = 10_f64.powi(decimals);
    let rounded = (number * scale).round() / scale;
    if rounded.is_finite() { rounded } else { number }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(first: &str, second: Option<&str>) -> String {
        let term = continued(first, second);
        (0..4).map(term).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn numbers_continue_with_their_step() {
        assert_eq!(terms("1", None), "1 2 3 4");
        assert_eq!(terms("1", Some("3")), "1 3 5 7");
        assert_eq!(terms("0", Some("0,1")), "0 0.1 0.2 0.3");
        assert_eq!(terms("1e-9", Some("2e-9")), "1e-9 2e-9 3e-9 4e-9");
        assert_eq!(terms("5", Some("5")), "5 5 5 5");
        assert_eq!(terms("1", Some("-1")), "1 -1 -3 -5");
    }

    #[test]
    fn texts_continue_with_the_number_at_their_end() {
        assert_eq!(terms("Case 1", None), "Case 1 Case 2 Case 3 Case 4");
        assert_eq!(terms("a008", Some("a010")), "a008 a010 a012 a014");
        assert_eq!(terms("fine", None), "fine fine fine fine");
        assert_eq!(terms("a", Some("b")), "a b a b");
        assert_eq!(terms("a1", Some("b2")), "a1 b2 a1 b2");
        assert_eq!(terms("", Some("")), "   ");
    }
}
