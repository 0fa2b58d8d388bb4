//! The values of a column in a recipe: a list, evenly spaced points, a range or an
//! expression.

use std::iter::Peekable;
use std::str::Chars;

use libm::{log10, pow};

/// Maximum number of rows of a recipe, and of points in a range.
pub(crate) const MAX_ROWS: u32 = 1_000_000;

/// Values of one column.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    List(Vec<ListValue>),
    /// Evenly spaced numbers of a range, and their count.
    Points(Range, u64),
    /// A range that samplers draw from.
    Range(Range),
    /// The text of an expression over the columns before.
    Expression(String),
}

/// A value of a list, with its number unless it is text.
#[derive(Debug, Clone, PartialEq)]
pub struct ListValue {
    pub text: String,
    pub number: Option<f64>,
}

/// A range with both ends, the lower one first.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Range {
    pub low: f64,
    pub high: f64,
    pub scale: Scale,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scale {
    Linear,
    /// Even in the logarithm; both ends are positive.
    Logarithmic,
    /// Whole numbers, both ends included.
    Whole,
}

impl Values {
    /// Parses values such as `1,2.5,4`, `coarse,fine`, `1..10`, `0..1/11`, `log:1..1000/4`
    /// or `=x*y/2`. A range without a number of points is for samplers; otherwise it is its
    /// whole numbers.
    pub fn parse(text: &str, is_sampled: bool) -> Result<Self, String> {
        let text = text.trim();
        if let Some(expression) = text.strip_prefix('=') {
            return Ok(Self::Expression(expression.to_owned()));
        }
        let Some((scale, range)) = scaled_range(text) else {
            return Ok(Self::List(parse_list(text)?));
        };
        let (range, points) = match range.rsplit_once('/') {
            None => (range, None),
            Some((range, points)) => (range, Some(points)),
        };
        let range = Range::parse(range, scale)?;
        match points {
            Some(_) if scale == Scale::Whole => {
                Err("whole numbers have no number of points; leave out int:".to_owned())
            }
            Some(points) => match parse_points(points)? {
                1 if range.low < range.high => {
                    Err("expected 2 or more points, as both ends are included, found 1".to_owned())
                }
                points => Ok(Self::Points(range, points)),
            },
            None if is_sampled => Ok(Self::Range(range)),
            None => range.whole_numbers(),
        }
    }

    /// Returns the number of values; `None` for ranges to draw from and expressions.
    pub fn count(&self) -> Option<u64> {
        match self {
            Self::List(values) => Some(values.len() as u64),
            Self::Points(_, count) => Some(*count),
            Self::Range(_) | Self::Expression(_) => None,
        }
    }
}

/// Returns the scale and the ends of a range: two texts around `..`, of which at least one
/// is a number, or anything after `log:` and `int:`. Other texts, such as `../mesh.dat`, are
/// lists.
fn scaled_range(text: &str) -> Option<(Scale, &str)> {
    let prefixes = [("log:", Scale::Logarithmic), ("int:", Scale::Whole)];
    if let Some(prefixed) =
        prefixes.iter().find_map(|(prefix, scale)| Some((*scale, text.strip_prefix(prefix)?)))
    {
        return Some(prefixed);
    }
    let (low, high) = text.split_once("..")?;
    let high = high.rsplit_once('/').map_or(high, |(high, _)| high);
    let is_range = [low, high].into_iter().any(|end| end.trim().parse::<f64>().is_ok());
    is_range.then_some((Scale::Linear, text))
}

/// Parses values separated by commas. A value in double quotes is text and may contain
/// commas; `""` in it is a quote.
fn parse_list(text: &str) -> Result<Vec<ListValue>, String> {
    let mut rest = text.chars().peekable();
    let mut values = Vec::new();
    loop {
        while rest.next_if(|c| c.is_whitespace()).is_some() {}
        if rest.next_if_eq(&'"').is_some() {
            values.push(ListValue { text: quoted_value(&mut rest)?, number: None });
        } else {
            let value: String = std::iter::from_fn(|| rest.next_if(|c| *c != ',')).collect();
            let value = value.trim();
            if value.is_empty() {
                return Err("a value of the list is empty; write \"\" for an empty text".to_owned());
            }
            let number = value.parse().ok().filter(|number: &f64| number.is_finite());
            values.push(ListValue { text: value.to_owned(), number });
        }
        match rest.next() {
            None => return Ok(values),
            Some(',') => {}
            Some(found) => {
                return Err(format!("expected a comma after the closing quote, found {found:?}"));
            }
        }
    }
}

/// Reads a text up to its closing quote and the white space after it.
fn quoted_value(rest: &mut Peekable<Chars<'_>>) -> Result<String, String> {
    let mut text = String::new();
    loop {
        match rest.next() {
            None => return Err("a text in quotes lacks its closing \"".to_owned()),
            Some('"') if rest.next_if_eq(&'"').is_none() => break,
            Some(c) => text.push(c),
        }
    }
    while rest.next_if(|c| c.is_whitespace()).is_some() {}
    Ok(text)
}

fn parse_points(text: &str) -> Result<u64, String> {
    let points =
        text.trim().parse().ok().filter(|points| (1..=u64::from(MAX_ROWS)).contains(points));
    points.ok_or_else(|| {
        format!("expected a number of points from 1 to {MAX_ROWS} after /, found {text:?}")
    })
}

impl Range {
    fn parse(text: &str, scale: Scale) -> Result<Self, String> {
        let ends = text
            .split_once("..")
            .ok_or_else(|| format!("expected a range such as 1..9, found {text:?}"))?;
        let end = |text: &str| {
            let number = text.trim().parse().ok().filter(|number: &f64| number.is_finite());
            number
                .ok_or_else(|| format!("expected a number as an end of the range, found {text:?}"))
        };
        let (low, high) = (end(ends.0)?, end(ends.1)?);
        if low > high {
            return Err(format!("expected the lower end first; write {}..{}", ends.1, ends.0));
        }
        if scale == Scale::Logarithmic && low <= 0.0 {
            return Err("a logarithmic range needs ends above 0".to_owned());
        }
        if scale == Scale::Whole && (!is_whole(low) || !is_whole(high)) {
            return Err("expected whole numbers as ends of the range".to_owned());
        }
        if !(high - low).is_finite() {
            return Err("the range is too wide".to_owned());
        }
        Ok(Self { low, high, scale })
    }

    /// Returns the value at a fraction from 0 to below 1.
    pub fn at(&self, fraction: f64) -> f64 {
        let Self { low, high, scale } = *self;
        match scale {
            Scale::Linear => (low + fraction * (high - low)).min(high),
            // Powers of 10 are exact.
            Scale::Logarithmic => {
                let (from, to) = (log10(low), log10(high));
                pow(10.0, from + fraction * (to - from)).clamp(low, high)
            }
            Scale::Whole => (low + (fraction * (high - low + 1.0)).floor()).min(high),
        }
    }

    /// Returns one of evenly spaced numbers. The first and the last one are the ends.
    pub fn point(&self, point: u64, count: u64) -> f64 {
        match point {
            _ if self.scale == Scale::Whole => self.low + point as f64,
            0 => self.low,
            _ if point + 1 == count => self.high,
            _ => rounded(self.at(point as f64 / (count - 1) as f64)),
        }
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a whole number from 1 to below 2^55"
    )]
    fn whole_numbers(self) -> Result<Values, String> {
        let Self { low, high, scale } = self;
        if scale == Scale::Logarithmic || !is_whole(low) || !is_whole(high) {
            return Err(
                "expected whole numbers such as 1..10, or a number of points such as 0..1/11"
                    .to_owned(),
            );
        }
        Ok(Values::Points(Self { scale: Scale::Whole, ..self }, (high - low + 1.0) as u64))
    }
}

/// Rounds to 15 significant digits, so that 0.3 is not 0.30000000000000004.
fn rounded(number: f64) -> f64 {
    format!("{number:.14e}").parse().unwrap_or(number)
}

/// Whether this is a whole number that has neighbours 1 apart.
fn is_whole(number: f64) -> bool {
    number.fract() == 0.0 && number.abs() < 9e15
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::shortest;

    fn list(text: &str) -> Vec<String> {
        match Values::parse(text, false).unwrap() {
            Values::List(values) => values.into_iter().map(|value| value.text).collect(),
            Values::Points(range, count) => {
                (0..count).map(|point| shortest(range.point(point, count))).collect()
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn lists_and_points_include_both_ends() {
        assert_eq!(list("1, 2.50,4"), ["1", "2.50", "4"]);
        assert_eq!(list("coarse,fine"), ["coarse", "fine"]);
        assert_eq!(list("-1..2"), ["-1", "0", "1", "2"]);
        assert_eq!(list("0..1/5"), ["0", "0.25", "0.5", "0.75", "1"]);
        assert_eq!(list("log:1..1000/4"), ["1", "10", "100", "1000"]);
        assert_eq!(list("log:1e-3..1e3/7")[2..], ["0.1", "1", "10", "100", "1000"]);
        assert_eq!(list("log:1e-300..1e300/3")[1], "1");
        assert_eq!(list("0..1/11")[3..5], ["0.3", "0.4"]);
        assert_eq!(list("2..2/1"), ["2"]);
        let error = Values::parse("2..7/1", false).unwrap_err();
        assert_eq!(error, "expected 2 or more points, as both ends are included, found 1");
        assert_eq!(list("int:3..4"), ["3", "4"]);
        assert_eq!(list(" -1e-3 .. 1e-3 / 3 "), ["-0.001", "0", "0.001"]);
    }

    #[test]
    fn texts_of_a_list_may_have_commas_dots_and_quotes() {
        assert_eq!(list(r#""a,b", c ,"say ""no""" , """#), ["a,b", "c", "say \"no\"", ""]);
        assert_eq!(list("../a.dat,../b.dat"), ["../a.dat", "../b.dat"]);
        assert_eq!(list("\"1..3\""), ["1..3"]);
        assert_eq!(
            Values::parse("\"7\"", false),
            Ok(Values::List(vec![ListValue { text: "7".to_owned(), number: None }]))
        );
    }

    #[test]
    fn samplers_draw_from_ranges() {
        let at = |text: &str, fraction| match Values::parse(text, true).unwrap() {
            Values::Range(range) => range.at(fraction),
            other => panic!("{other:?}"),
        };
        assert_eq!(at("1..10", 0.5), 5.5);
        assert_eq!(at("log:1..100", 0.5), 10.0);
        assert_eq!((at("int:1..9", 0.0), at("int:1..9", 0.999)), (1.0, 9.0));
    }

    #[test]
    fn bad_values_are_named() {
        for (text, part) in [
            ("1,,2", "empty"),
            ("1,2,", "empty"),
            ("", "empty"),
            ("3..1", "write 1..3"),
            ("0..x", "found \"x\""),
            ("1..3,7..9", "found \"3,7..9\""),
            ("0..1.5", "a number of points"),
            ("log:0..1/3", "above 0"),
            ("log:-1..1/3", "above 0"),
            ("log:1..10", "a number of points"),
            ("log:1,10", "found \"1,10\""),
            ("0..1/0", "found \"0\""),
            ("0..1/1000001", "found \"1000001\""),
            ("0..1/", "found \"\""),
            ("int:0..1.5", "whole numbers"),
            ("int:1..9/3", "leave out int:"),
            ("int:5", "such as 1..9"),
            ("-1e308..1e308", "too wide"),
            ("\"a", "closing"),
            ("\"a\"b", "found 'b'"),
        ] {
            let error = Values::parse(text, false).unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
