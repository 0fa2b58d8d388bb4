//! Sizes in bytes: `500M`, `2G`, `1.5GiB`.

/// Unit prefixes, each with its power of 1000 or 1024.
const UNITS: [(&str, i32); 5] = [("", 0), ("K", 1), ("M", 2), ("G", 3), ("T", 4)];

/// Largest size: 8 EiB, the largest integer of TOML.
const MAX_SIZE: u64 = i64::MAX as u64;

/// Parses a size of at least 1 byte. K, M, G and T are powers of 1000; Ki, Mi, Gi
/// and Ti are powers of 1024; a B may follow. The decimal sign is a point or a comma.
pub fn parse_size(text: &str) -> Result<u64, String> {
    size_of(text).ok_or_else(|| "expected a size above 0 such as 500M, 2G or 1.5GiB".to_owned())
}

fn size_of(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits =
        text.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ',')).unwrap_or(text.len());
    let (number, unit) = (&text[..digits], text[digits..].trim_start().to_ascii_uppercase());
    let unit = unit.strip_suffix('B').unwrap_or(&unit);
    let (unit, kilo) = match unit.strip_suffix('I') {
        Some("") => return None,
        Some(unit) => (unit, 1024_u64),
        None => (unit, 1000),
    };
    let (_, power) = UNITS.iter().find(|(name, _)| *name == unit)?;
    let factor = kilo.pow(u32::try_from(*power).ok()?);
    let bytes = match number.split_once(['.', ',']) {
        None => number.parse::<u64>().ok()?.checked_mul(factor)?,
        // A fraction of a byte makes no sense.
        Some(_) if factor == 1 => return None,
        // 1,500G may also be 1500G.
        Some((_, part)) if part.len() == 3 && number.contains(',') => return None,
        Some((whole, part)) => fractional(whole, part, factor)?,
    };
    (1..=MAX_SIZE).contains(&bytes).then_some(bytes)
}

/// Multiplies a decimal number by a factor and truncates the result to whole bytes.
fn fractional(whole: &str, part: &str, factor: u64) -> Option<u64> {
    let digits = u32::try_from(part.len()).ok()?;
    let whole: u128 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let scale = 10_u128.checked_pow(digits)?;
    let sum = whole.checked_mul(scale)?.checked_add(part.parse().ok()?)?;
    u64::try_from(sum.checked_mul(factor.into())? / scale).ok()
}

/// Formats a size as the shortest text that reads back equal.
pub fn size_text(bytes: u64) -> String {
    let whole = |kilo: u64| {
        let fits = |power: i32| kilo.checked_pow(power.unsigned_abs());
        let units = UNITS.iter().skip(1).rev();
        units
            .filter_map(|&(unit, power)| Some((unit, fits(power)?)))
            .find(|&(_, factor)| bytes > 0 && bytes.is_multiple_of(factor))
            .map(|(unit, factor)| (bytes / factor, unit))
    };
    match (whole(1000), whole(1024)) {
        (Some((count, unit)), binary) if binary.is_none_or(|(other, _)| count <= other) => {
            format!("{count}{unit}")
        }
        (_, Some((count, unit))) => format!("{count}{unit}iB"),
        _ => bytes.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn common_notations_are_parsed_as_sizes() {
        for (text, bytes) in [
            ("1", 1),
            ("500M", 500_000_000),
            ("2G", 2_000_000_000),
            ("2 gb", 2_000_000_000),
            ("1.5GiB", 3 << 29),
            ("1,5GiB", 3 << 29),
            ("64Ki", 64 << 10),
            ("0.5k", 500),
            ("9223372036854775807", MAX_SIZE),
        ] {
            assert_eq!(parse_size(text), Ok(bytes), "{text}");
        }
        for text in [
            "",
            "0",
            "-1",
            "2X",
            "GB",
            "1e9",
            "1.2.3",
            "1,2.3G",
            "1,500G",
            "1.5",
            "iB",
            "9E",
            "9223372036854775808",
        ] {
            let error = parse_size(text).unwrap_err();
            assert_eq!(error, "expected a size above 0 such as 500M, 2G or 1.5GiB", "{text}");
        }
    }

    #[test]
    fn sizes_are_written_with_the_largest_unit() {
        for (bytes, text) in
            [(2_000_000_000, "2G"), (3 << 29, "1536MiB"), (1001, "1001"), (1024, "1KiB")]
        {
            assert_eq!(size_text(bytes), text);
        }
    }

    proptest! {
        #[test]
        fn every_size_reads_back_equal(bytes in 1..=MAX_SIZE, zeros in 0_u32..4) {
            for bytes in [bytes, bytes % 5000 * 1000_u64.pow(zeros), bytes % 5000 * 1024_u64.pow(zeros)] {
                if bytes > 0 {
                    prop_assert_eq!(parse_size(&size_text(bytes)), Ok(bytes));
                }
            }
        }
    }
}
