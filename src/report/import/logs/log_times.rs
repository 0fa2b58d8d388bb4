//! Times in logs: exact decimals, dates and durations, in nanoseconds.

use std::sync::LazyLock;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// Latest time that is read, in nanoseconds from 1970: year 2262.
const MAX_NS: f64 = 9.2e18;

/// Numbers of seconds from here on are dates, not times from the start of a run.
const FIRST_DATE_S: i64 = 1_000_000_000;

/// Time zone of this machine.
static LOCAL_ZONE: LazyLock<TimeZone> = LazyLock::new(TimeZone::system);

/// Length of `2026-01-31T12:00:00`, which has no room for a zone behind it.
const LONGEST_LOCAL: usize = 19;

/// Parses a number of units of this many nanoseconds, exactly if it is a plain decimal.
pub fn number_ns(text: &str, unit_ns: u32) -> Option<i64> {
    decimal_ns(text, unit_ns).or_else(|| {
        let ns = text.parse::<f64>().ok()? * f64::from(unit_ns);
        #[expect(clippy::cast_possible_truncation, reason = "within the range")]
        (ns.abs() < MAX_NS).then(|| ns.round() as i64)
    })
}

/// Parses digits with an optional sign and fraction.
fn decimal_ns(text: &str, unit_ns: u32) -> Option<i64> {
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let is_plain = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() && fraction.is_empty() || !is_plain(whole) || !is_plain(fraction) {
        return None;
    }
    let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let (mut part_ns, mut place_ns) = (0.0, f64::from(unit_ns));
    for digit in fraction.bytes().take(12) {
        place_ns /= 10.0;
        part_ns += f64::from(digit - b'0') * place_ns;
    }
    #[expect(clippy::cast_possible_truncation, reason = "below one second")]
    let part_ns = part_ns.round() as i64;
    let ns = whole.checked_mul(unit_ns.into())?.checked_add(part_ns)?;
    Some(if is_negative { -ns } else { ns })
}

/// Whether a number of seconds is a date.
pub fn is_date_s(ns: i64) -> bool {
    ns >= FIRST_DATE_S * 1_000_000_000
}

/// Parses a date and time, with a time zone or else in that of this machine, in nanoseconds
/// from 1970.
pub fn date_ns(text: &str) -> Option<i64> {
    let local = || LOCAL_ZONE.to_timestamp(text.parse::<DateTime>().ok()?).ok();
    // Most dates are either short or have a zone, and a failed attempt costs as much as another.
    let at: jiff::Timestamp = match text.len() {
        ..=LONGEST_LOCAL => local().or_else(|| text.parse().ok()),
        _ => text.parse().ok().or_else(local),
    }?;
    i64::try_from(at.as_nanosecond()).ok()
}

/// Parses a duration for people, such as `1h 2m 3.5s` or `120ms`, in nanoseconds.
pub fn duration_ns(text: &str) -> Option<i64> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    text.split_whitespace().try_fold(0_i64, |sum, part| {
        let digits = part.find(|c: char| c.is_ascii_alphabetic())?;
        let (number, unit) = part.split_at(digits);
        let (factor, unit_ns): (i64, u32) = match unit {
            "ms" => (1, 1_000_000),
            "s" => (1, 1_000_000_000),
            "m" => (60, 1_000_000_000),
            "h" => (3600, 1_000_000_000),
            "d" => (86_400, 1_000_000_000),
            _ => return None,
        };
        sum.checked_add(number_ns(number, unit_ns)?.checked_mul(factor)?)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn decimals_are_exact_to_the_nanosecond() {
        let s = |text| number_ns(text, 1_000_000_000);
        assert_eq!(s("1795926442.770"), Some(1_795_926_442_770_000_000));
        assert_eq!(s("0.000090110"), Some(90_110));
        assert_eq!(
            [s("5"), s(".5"), s("5."), s("-1.5")],
            [Some(5_000_000_000), Some(500_000_000), Some(5_000_000_000), Some(-1_500_000_000)]
        );
        assert_eq!(s("1e-3"), Some(1_000_000));
        assert_eq!(number_ns("12.3456", 1000), Some(12_346));
        for bad in ["", ".", "-", "1.2.3", "1s", "nan", "inf", "1e300", "99999999999999999999"] {
            assert_eq!(s(bad), None, "{bad}");
        }
    }

    #[test]
    fn durations_for_people_are_understood() {
        let ms = |text| duration_ns(text).map(|ns| ns / 1_000_000);
        assert_eq!(ms("1m 11s"), Some(71_000));
        assert_eq!(ms("120ms"), Some(120));
        assert_eq!(ms("1d 2h 3m 4.5s"), Some(93_784_500));
        assert_eq!([ms(""), ms("-"), ms("3"), ms("3x"), ms("s")], [None; 5]);
    }

    #[test]
    fn dates_have_the_zone_they_state() {
        let half = Some(1_769_860_800_500_000_000);
        assert_eq!(date_ns("2026-01-31T12:00:00.5Z"), half);
        assert_eq!(date_ns("2026-01-31T13:00:00.500+01:00"), half);
        let local = |text| date_ns(text).unwrap();
        assert_eq!(local("2026-01-31T12:00:01") - local("2026-01-31 12:00:00"), 1_000_000_000);
        assert_eq!([date_ns("Unknown"), date_ns(""), date_ns("12")], [None; 3]);
    }

    proptest! {
        #[test]
        fn written_seconds_read_back_to_the_nanosecond(ns in 0..8_000_000_000_000_000_i64) {
            prop_assert_eq!(number_ns(&(ns as f64 / 1e9).to_string(), 1_000_000_000), Some(ns));
        }
    }
}
