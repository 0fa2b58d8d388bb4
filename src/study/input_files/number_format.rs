//! Formats such as `%10.4f`, which print exactly as C does.

/// Largest width and precision.
const MAX_SIZE: usize = 1000;

/// A conversion with flags, width and precision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberFormat {
    flags: Flags,
    pub width: usize,
    precision: Option<usize>,
    conversion: Conversion,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Conversion {
    /// A whole number, `d`.
    Whole,
    /// Without an exponent, `f`.
    Fixed,
    /// With an exponent, `e`.
    Exponent,
    /// The shorter of the two, `g`.
    General,
    /// Text as it is, `s`.
    Text,
}

/// Flags of a conversion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "five independent flags")]
struct Flags {
    left: bool,
    plus: bool,
    space: bool,
    alternate: bool,
    zero: bool,
}

impl NumberFormat {
    pub fn parse(text: &str) -> Result<Self, String> {
        let expected =
            || format!("expected a format such as \"%10.4f\" (d, f, e, g or s), found {text:?}");
        let mut rest = text.strip_prefix('%').ok_or_else(expected)?;
        let mut flags = Flags::default();
        while let Some(flag) = rest.chars().next() {
            match flag {
                '-' => flags.left = true,
                '+' => flags.plus = true,
                ' ' => flags.space = true,
                '#' => flags.alternate = true,
                '0' => flags.zero = true,
                _ => break,
            }
            rest = &rest[1..];
        }
        let width = take_size(&mut rest)?.unwrap_or(0);
        let precision = match rest.strip_prefix('.') {
            None => None,
            Some(after) => {
                rest = after;
                Some(take_size(&mut rest)?.unwrap_or(0))
            }
        };
        let conversion = match rest {
            "d" => Conversion::Whole,
            "f" => Conversion::Fixed,
            "e" => Conversion::Exponent,
            "g" => Conversion::General,
            "s" => Conversion::Text,
            _ => return Err(expected()),
        };
        Ok(Self { flags, width, precision, conversion })
    }

    /// Whether it prints numbers, not text.
    pub fn is_numeric(&self) -> bool {
        self.conversion != Conversion::Text
    }

    /// Prints a text, for the conversion `s`.
    pub fn text(&self, text: &str) -> String {
        let cut: String = text.chars().take(self.precision.unwrap_or(usize::MAX)).collect();
        self.pad("", &cut, false)
    }

    /// Prints a finite number, for the other conversions.
    pub fn number(&self, number: f64) -> Result<String, String> {
        let (size, precision) = (number.abs(), self.precision.unwrap_or(6));
        let digits = match self.conversion {
            Conversion::Whole if number.fract() != 0.0 => {
                return Err(format!("expected a whole number for %d, found {number}"));
            }
            Conversion::Whole => match (format!("{size:.0}"), self.precision) {
                (_, Some(0)) if size == 0.0 => String::new(),
                (digits, precision) => format!("{digits:0>0$}", precision.unwrap_or(1)),
            },
            Conversion::Fixed => self.fixed(size, precision),
            Conversion::Exponent => self.exponent(size, precision),
            Conversion::General | Conversion::Text => self.general(size, precision.max(1)),
        };
        // A whole number has no negative zero.
        let is_whole = self.conversion == Conversion::Whole;
        let is_negative = if is_whole { number < 0.0 } else { number.is_sign_negative() };
        let sign = match self.flags {
            _ if is_negative => "-",
            Flags { plus: true, .. } => "+",
            Flags { space: true, .. } => " ",
            _ => "",
        };
        Ok(self.pad(sign, &digits, self.flags.zero && !(is_whole && self.precision.is_some())))
    }

    fn fixed(&self, size: f64, precision: usize) -> String {
        let point = if self.flags.alternate && precision == 0 { "." } else { "" };
        format!("{size:.precision$}{point}")
    }

    fn exponent(&self, size: f64, precision: usize) -> String {
        let (mantissa, exponent) = scientific(size, precision);
        let point = if self.flags.alternate && precision == 0 { "." } else { "" };
        let sign = if exponent < 0 { '-' } else { '+' };
        format!("{mantissa}{point}e{sign}{:02}", exponent.abs())
    }

    /// Prints this many significant digits; without the flag `#`, no zeros at their end.
    fn general(&self, size: f64, digits: usize) -> String {
        let (_, exponent) = scientific(size, digits - 1);
        let text = match usize::try_from(exponent) {
            Ok(exponent) if exponent < digits => self.fixed(size, digits - 1 - exponent),
            Err(_) if exponent >= -4 => {
                self.fixed(size, digits - 1 + usize::try_from(-exponent).unwrap_or(0))
            }
            _ => self.exponent(size, digits - 1),
        };
        if self.flags.alternate {
            return text;
        }
        let (number, exponent) = text.split_at(text.find('e').unwrap_or(text.len()));
        let number = if number.contains('.') {
            number.trim_end_matches('0').trim_end_matches('.')
        } else {
            number
        };
        format!("{number}{exponent}")
    }

    /// Fills up to the width: with zeros behind the sign if `zeros`, else with spaces.
    fn pad(&self, sign: &str, text: &str, zeros: bool) -> String {
        let missing = self.width.saturating_sub(sign.len() + text.chars().count());
        match (missing, self.flags.left) {
            (0, _) => format!("{sign}{text}"),
            (_, true) => format!("{sign}{text}{}", " ".repeat(missing)),
            _ if zeros => format!("{sign}{}{text}", "0".repeat(missing)),
            _ => format!("{}{sign}{text}", " ".repeat(missing)),
        }
    }
}

/// Returns the mantissa with this many decimals, and the exponent of ten.
fn scientific(size: f64, precision: usize) -> (String, i32) {
    let text = format!("{size:.precision$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    (mantissa.to_owned(), exponent.parse().unwrap_or(0))
}

/// Removes a number from the beginning of the text.
fn take_size(rest: &mut &str) -> Result<Option<usize>, String> {
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (digits, after) = rest.split_at(end);
    *rest = after;
    if digits.is_empty() {
        return Ok(None);
    }
    let size = digits.parse().ok().filter(|&size| size <= MAX_SIZE);
    size.map(Some).ok_or_else(|| {
        format!("expected a width and a precision of at most {MAX_SIZE}, found {digits}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `printf` of the C library prints: format, number, text.
    const PRINTED: &str = include_str!("../../../tests/data/printf.txt");

    #[test]
    fn numbers_print_exactly_as_c_prints_them() {
        let mut count = 0;
        for line in PRINTED.lines().filter(|line| !line.starts_with('#')) {
            let mut parts = line.split('\t');
            let mut part = || parts.next().unwrap();
            let (format, number, expected) = (part(), part(), part());
            let printed = NumberFormat::parse(format).unwrap().number(number.parse().unwrap());
            assert_eq!(printed.as_deref(), Ok(expected), "{format} of {number}");
            count += 1;
        }
        assert!(count > 1000);
    }

    #[test]
    fn texts_are_cut_and_padded() {
        let text = |format: &str| NumberFormat::parse(format).unwrap().text("größe");
        assert_eq!((text("%s"), text("%.3s")), ("größe".to_owned(), "grö".to_owned()));
        assert_eq!((text("%7s"), text("%-7s")), ("  größe".to_owned(), "größe  ".to_owned()));
    }

    #[test]
    fn only_whole_numbers_print_as_such() {
        let whole = NumberFormat::parse("%5d").unwrap();
        assert_eq!(whole.number(-7.0), Ok("   -7".to_owned()));
        assert_eq!(whole.number(1e20), Ok("100000000000000000000".to_owned()));
        assert_eq!(whole.number(2.5), Err("expected a whole number for %d, found 2.5".to_owned()));
    }

    #[test]
    fn other_formats_are_rejected() {
        for text in ["", "%", "10.4f", "%q", "%ld", "%5", "%d mm", "%d%d", "%*d", "%F", "%-", "%é"]
        {
            let error = NumberFormat::parse(text).unwrap_err();
            assert!(error.starts_with("expected a format such as \"%10.4f\""), "{text}: {error}");
        }
        assert!(NumberFormat::parse("%1001d").is_err() && NumberFormat::parse("%.99999f").is_err());
    }
}
