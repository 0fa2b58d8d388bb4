//! Numbers in cells, and counts.

use std::fmt::Display;

/// Parses the number in a cell of column `what`, ignoring white space around it;
/// with `decimal_comma`, `1,5` is 1.5.
pub fn parse_number(cell: &str, decimal_comma: bool, what: &str) -> Result<f64, String> {
    let cell = cell.trim();
    if cell.is_empty() {
        return Err(format!("expected a number for {what}, found nothing"));
    }
    // One comma and no point is a decimal comma; anything else fails to parse.
    let swapped = (decimal_comma && cell.matches(',').count() == 1 && !cell.contains('.'))
        .then(|| cell.replace(',', "."));
    match swapped.as_deref().unwrap_or(cell).parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(number),
        Ok(_) => Err(format!("expected a finite number for {what}, found {}", quoted(cell))),
        Err(_) => Err(format!("expected a number for {what}, found {}", quoted(cell))),
    }
}

/// Parses a finite number with this decimal sign, point or comma, whose thousands may be grouped
/// by the other one.
pub fn parse_grouped_number(cell: &str, decimal: char, what: &str) -> Result<f64, String> {
    let text = cell.trim();
    let grouping = if decimal == '.' { ',' } else { '.' };
    let (whole, fraction) = text.split_at(text.find(decimal).unwrap_or(text.len()));
    if fraction.contains(grouping) || !is_grouped(whole, grouping) {
        return Err(format!("expected a number for {what}, found {}", quoted(text)));
    }
    let plain = whole.replace(grouping, "") + &fraction.replacen(decimal, ".", 1);
    // The message quotes the cell as it is.
    let as_found = || parse_number(text, true, what).err();
    parse_number(&plain, false, what).map_err(|error| as_found().unwrap_or(error))
}

/// Whether a whole number has no thousands separator, or one before every three digits.
fn is_grouped(whole: &str, separator: char) -> bool {
    let mut groups = whole.split(separator);
    let first = groups.next().unwrap_or_default().trim_start_matches(['+', '-']);
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let mut others = groups.peekable();
    others.peek().is_none()
        || (1..=3).contains(&first.len())
            && !first.starts_with('0')
            && are_digits(first)
            && others.all(|group| group.len() == 3 && are_digits(group))
}

/// Quotes a cell's text for an error message, on one line and shortened.
pub fn quoted(text: &str) -> String {
    const LONGEST: usize = 40;
    let mut shown: String = text.chars().take(LONGEST).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push('…');
    }
    format!("{shown:?}")
}

/// Whether a text has more digits than the number that it was read as.
pub(crate) fn loses_digits(text: &str, number: f64) -> bool {
    let digits = |text: &str| -> String {
        let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
        let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
        digits.trim_matches('0').to_owned()
    };
    // Every number holds as many digits.
    let typed = digits(text);
    typed.len() > f64::DIGITS as usize && typed != digits(&format!("{number:e}"))
}

/// Formats a number as the shortest decimal text that reads back equal, such as
/// `1`, `0.5`, `-3`; without an exponent from 10^-7 to below 10^21.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the truncated number is compared with the original"
)]
#[expect(clippy::cast_precision_loss, reason = "below 1e15 every integer is exact")]
#[expect(clippy::float_cmp, reason = "the comparison tests for a whole number")]
pub fn shortest(number: f64) -> String {
    let size = number.abs();
    // Most numbers are whole, and integers format faster.
    let whole = number as i64;
    if size < 1e15 && whole as f64 == number && (whole != 0 || number.is_sign_positive()) {
        return whole.to_string();
    }
    if size != 0.0 && !(1e-7..1e21).contains(&size) {
        format!("{number:e}")
    } else {
        format!("{number}")
    }
}

/// Formats a number with at most 15 significant digits, which hides the noise of binary fractions:
/// every decimal number of 15 digits reads as it was written.
pub fn decimal(number: f64) -> String {
    shortest(format!("{number:.14e}").parse().unwrap_or(number))
}

/// Formats a count; from 10 000 on, no-break spaces separate groups of three digits.
pub fn grouped(count: impl Display) -> String {
    let digits = count.to_string();
    if digits.len() < 5 {
        return digits;
    }
    let starts_group = |at: usize| at > 0 && (digits.len() - at).is_multiple_of(3);
    let digit = |(at, digit)| starts_group(at).then_some('\u{A0}').into_iter().chain([digit]);
    digits.chars().enumerate().flat_map(digit).collect()
}

/// Formats a number with significant digits; whole numbers below 10⁷ are not rounded.
pub(crate) fn significant(number: f64, digits: usize) -> String {
    let size = number.abs();
    if size >= 1e7 || (size > 0.0 && size < 1e-3) {
        return format!("{number:.*e}", digits - 2);
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "1 to 7")]
    let before = if size < 1.0 { 1 } else { size.log10() as usize + 1 };
    let text = format!("{number:.*}", digits.saturating_sub(before));
    let text =
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_noise_of_binary_fractions_is_hidden() {
        for (number, text) in [
            (0.6 * 0.6 + 1.0, "1.36"),
            (1.8 * 1.8 + 16.0, "19.24"),
            (0.771_320_643_266_746, "0.771320643266746"),
            (1.5e-300, "1.5e-300"),
            (123_456_789_012_345.0, "123456789012345"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(decimal(number), text);
        }
        assert_eq!(shortest(0.6 * 0.6 + 1.0), "1.3599999999999999");
    }

    #[test]
    fn common_notations_are_parsed() {
        for (cell, number) in
            [("1", 1.0), (" -3 ", -3.0), ("+2", 2.0), (".5", 0.5), ("1e3", 1000.0), ("-0", 0.0)]
        {
            assert_eq!(parse_number(cell, false, "x"), Ok(number));
        }
        assert_eq!(parse_number("1,5", true, "x"), Ok(1.5));
        assert_eq!(parse_number("1.5", true, "x"), Ok(1.5));
    }

    #[test]
    fn errors_quote_the_cell() {
        for cell in ["abc", "1,5", "1 2", "0x10", "1.2.3"] {
            let error = parse_number(cell, false, "x").unwrap_err();
            assert_eq!(error, format!("expected a number for x, found {cell:?}"));
        }
        for cell in ["NaN", "inf", "-Infinity", "1e999"] {
            let error = parse_number(cell, false, "x").unwrap_err();
            assert_eq!(error, format!("expected a finite number for x, found {cell:?}"));
        }
        assert_eq!(
            parse_number("  ", false, "x").unwrap_err(),
            "expected a number for x, found nothing"
        );
        assert!(
            parse_number("1.000,5", true, "x").is_err(),
            "thousands separators are not guessed"
        );
        assert!(
            parse_number("1,000,5", true, "x").is_err(),
            "thousands separators are not guessed"
        );
    }

    #[test]
    fn numbers_are_written_as_short_text() {
        for (number, text) in [
            (1.0, "1"),
            (0.5, "0.5"),
            (-3.0, "-3"),
            (1e20, "100000000000000000000"),
            (1e300, "1e300"),
            (1.5e-7, "0.00000015"),
            (1e-300, "1e-300"),
            (0.0, "0"),
            (-0.0, "-0"),
            (1e15, "1000000000000000"),
            (-999_999_999_999_999.0, "-999999999999999"),
            (f64::INFINITY, "inf"),
        ] {
            assert_eq!(shortest(number), text);
        }
    }

    #[test]
    fn counts_from_10_000_on_are_grouped() {
        for (count, text) in [
            (0_u64, "0"),
            (9_999, "9999"),
            (10_000, "10\u{A0}000"),
            (999_999, "999\u{A0}999"),
            (1_000_000, "1\u{A0}000\u{A0}000"),
        ] {
            assert_eq!(grouped(count), text);
        }
    }

    proptest! {
        #[test]
        fn whole_numbers_format_like_any_float(whole in -(1_i64 << 52)..1 << 52, shift in 0..52) {
            let number = (whole >> shift) as f64;
            prop_assert_eq!(shortest(number), format!("{number}"));
        }

        #[test]
        fn every_number_reads_back_equal(number in proptest::num::f64::NORMAL) {
            prop_assert_eq!(shortest(number).parse::<f64>(), Ok(number));
        }
    }

    #[test]
    fn numbers_have_few_significant_digits() {
        for (number, text) in [
            (5.0, "5"),
            (0.25, "0.25"),
            (0.600_000_000_000_1, "0.6"),
            (1_234.567_89, "1235"),
            (12.345_678, "12.35"),
            (0.123_456_7, "0.123"),
            (1.234_567e9, "1.23e9"),
            (-0.000_012_345, "-1.23e-5"),
            (400.0, "400"),
            (-0.000_1e-9, "-1.00e-13"),
            (0.0, "0"),
        ] {
            assert_eq!(significant(number, 4), text);
        }
        assert_eq!(significant(21.740_000_000_000_002, 6), "21.74");
        assert_eq!(significant(-1e6, 6), "-1000000");
    }
}
