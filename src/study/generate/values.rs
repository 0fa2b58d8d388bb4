//! The values of a column in a recipe: a list, a range or an expression.

use libm::pow;

use crate::text::shortest;

/// Maximum number of rows of a recipe, and of values in a list.
pub(crate) const MAX_ROWS: usize = 1_000_000;

/// Values of one column.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    List(Vec<ListValue>),
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
    /// or `=x*y/2`. Ranges without a number of points are for samplers; otherwise they
    /// list their whole numbers.
    pub fn parse(text: &str, is_sampled: bool) -> Result<Self, String> {
        if let Some(expression) = text.strip_prefix('=') {
            return Ok(Self::Expression(expression.to_owned()));
        }
        let Some((scale, range)) = scaled_range(text) else {
            return Ok(Self::List(text.split(',').map(list_value).collect::<Result<_, _>>()?));
        };
        let (range, points) = match range.rsplit_once('/') {
            None => (range, None),
            Some((range, points)) => (range, Some(points)),
        };
        let range = Range::parse(range, scale)?;
        match points {
            Some(points) => Ok(Self::List(range.points(parse_points(points)?)?)),
            None if is_sampled => Ok(Self::Range(range)),
            None => Ok(Self::List(range.whole_numbers()?)),
        }
    }
}

/// Returns the scale and the rest of a text that describes a range.
fn scaled_range(text: &str) -> Option<(Scale, &str)> {
    let prefixes = [("log:", Scale::Logarithmic), ("int:", Scale::Whole)];
    let prefixed =
        prefixes.iter().find_map(|(prefix, scale)| Some((*scale, text.strip_prefix(prefix)?)));
    prefixed.or_else(|| text.contains("..").then_some((Scale::Linear, text)))
}

fn list_value(text: &str) -> Result<ListValue, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("a value of the list is empty".to_owned());
    }
    let number = text.parse().ok().filter(|number: &f64| number.is_finite());
    Ok(ListValue { text: text.to_owned(), number })
}

impl From<f64> for ListValue {
    fn from(number: f64) -> Self {
        Self { text: shortest(number), number: Some(number) }
    }
}

fn parse_points(text: &str) -> Result<usize, String> {
    let points = text.trim().parse().ok().filter(|points| (1..=MAX_ROWS).contains(points));
    points.ok_or_else(|| {
        format!("expected a number of points from 1 to {MAX_ROWS} after /, found {text:?}")
    })
}

impl Range {
    fn parse(text: &str, scale: Scale) -> Result<Self, String> {
        let ends = text.split_once("..").ok_or("expected a range such as 1..9")?;
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
            Scale::Logarithmic => (low * pow(high / low, fraction)).clamp(low, high),
            Scale::Whole => (low + (fraction * (high - low + 1.0)).floor()).min(high),
        }
    }

    /// Returns evenly spaced values, both ends included.
    fn points(&self, points: usize) -> Result<Vec<ListValue>, String> {
        if self.scale == Scale::Whole {
            return Err("whole numbers have no number of points; leave out int:".to_owned());
        }
        let last = (points - 1).max(1) as f64;
        let value = |point: usize| match point {
            0 => self.low,
            _ if point + 1 == points => self.high,
            _ => rounded(self.at(point as f64 / last)),
        };
        Ok((0..points).map(|point| value(point).into()).collect())
    }

    fn whole_numbers(&self) -> Result<Vec<ListValue>, String> {
        let Self { low, high, scale } = *self;
        if scale == Scale::Logarithmic || !is_whole(low) || !is_whole(high) {
            return Err(
                "expected whole numbers such as 1..10, or a number of points such as 0..1/11"
                    .to_owned(),
            );
        }
        let count = high - low + 1.0;
        if count > MAX_ROWS as f64 {
            return Err(format!("{} values are more than {MAX_ROWS}", shortest(count)));
        }
        let numbers = std::iter::successors(Some(low), |number| Some(number + 1.0));
        Ok(numbers.take_while(|number| *number <= high).map(ListValue::from).collect())
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

    fn list(text: &str) -> Vec<String> {
        match Values::parse(text, false).unwrap() {
            Values::List(values) => values.into_iter().map(|value| value.text).collect(),
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
        assert_eq!(list("0..1/11")[3..5], ["0.3", "0.4"]);
        assert_eq!(list("2..7/1"), ["2"]);
        assert_eq!(list("int:3..4"), ["3", "4"]);
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
            ("", "empty"),
            ("3..1", "write 1..3"),
            ("0..x", "found \"x\""),
            ("0..1.5", "a number of points"),
            ("log:0..1/3", "above 0"),
            ("log:1..10", "a number of points"),
            ("0..1/0", "found \"0\""),
            ("0..2000000", "2000001 values"),
            ("int:0..1.5", "whole numbers"),
            ("int:5", "such as 1..9"),
            ("-1e308..1e308", "too wide"),
        ] {
            let error = Values::parse(text, false).unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}
