//! Formats durations, ratios, shares and amounts of memory.

/// A unit of time for one axis, table or sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Nano,
    Micro,
    Milli,
    Second,
    Minute,
    Hour,
    Day,
}

impl Unit {
    /// Returns the unit that suits the largest of the times shown together.
    pub fn fitting(largest_s: f64) -> Self {
        match largest_s {
            s if s >= 48.0 * 3600.0 => Self::Day,
            s if s >= 2.0 * 3600.0 => Self::Hour,
            s if s >= 120.0 => Self::Minute,
            s if s >= 1.0 || s <= 0.0 => Self::Second,
            s if s >= 1e-3 => Self::Milli,
            s if s >= 1e-6 => Self::Micro,
            _ => Self::Nano,
        }
    }

    /// Returns the unit of a column: it suits the longest of its times, or a shorter one if
    /// half of the times would be below 0.1.
    pub fn of_column(times_s: impl Iterator<Item = f64>) -> Self {
        let mut times_s: Vec<f64> = times_s.filter(|&time_s| time_s > 0.0).collect();
        times_s.sort_unstable_by(f64::total_cmp);
        let longest_s = times_s.last().copied().unwrap_or_default();
        let median_s = times_s.get(times_s.len() / 2).copied().unwrap_or_default();
        match Self::fitting(longest_s) {
            unit if unit.of_s(median_s) >= 0.1 => unit,
            _ => Self::fitting(median_s.max(longest_s / 1000.0)),
        }
    }

    /// Formats seconds as a number of this unit with its symbol: `1.5 h`, `1 day`, `2 days`.
    pub fn text(self, seconds: f64, digits: usize) -> String {
        self.of_number(&format!("{:.digits$}", self.of_s(seconds)))
    }

    /// Appends the symbol to a number.
    pub fn of_number(self, number: &str) -> String {
        let symbol = if (self, number) == (Self::Day, "1") { "day" } else { self.symbol() };
        format!("{number} {symbol}")
    }

    /// Returns the symbol, such as `ms`.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Nano => "ns",
            Self::Micro => "µs",
            Self::Milli => "ms",
            Self::Second => "s",
            Self::Minute => "min",
            Self::Hour => "h",
            Self::Day => "days",
        }
    }

    /// Converts seconds to this unit.
    pub fn of_s(self, seconds: f64) -> f64 {
        match self {
            Self::Nano => seconds * 1e9,
            Self::Micro => seconds * 1e6,
            Self::Milli => seconds * 1e3,
            Self::Second => seconds,
            Self::Minute => seconds / 60.0,
            Self::Hour => seconds / 3600.0,
            Self::Day => seconds / 86_400.0,
        }
    }
}

/// Formats a duration: `4.0 s`, `15.4 s`, `312 ms`.
pub fn duration(seconds: f64) -> String {
    in_fitting_unit(seconds, |number| usize::from(number < 99.95))
}

/// Formats a duration that is compared with others: `15.43 s`, `4.0 s`, `312.5 ms`.
pub fn precise_duration(seconds: f64) -> String {
    let unit = Unit::fitting(seconds);
    let number = unit.of_s(seconds);
    let digits = if number < 99.995 { 2 } else { 1 };
    let text = format!("{number:.digits$}");
    let text = if digits == 2 { text.strip_suffix('0').unwrap_or(&text) } else { &text };
    unit.of_number(text)
}

/// Formats a measured duration with four significant digits: `15.43 s`, `312.5 ms`.
pub fn four_digit_duration(seconds: f64) -> String {
    in_fitting_unit(seconds, |number| match number {
        n if n >= 1000.0 => 0,
        n if n >= 100.0 => 1,
        n if n >= 10.0 => 2,
        _ => 3,
    })
}

/// Formats a time summed over workers: `4.0 worker-seconds`, `312 worker-ms`.
pub fn worker_time(seconds: f64) -> String {
    let unit = Unit::fitting(seconds);
    let number = unit.of_s(seconds);
    let name = match unit {
        Unit::Second => "seconds",
        Unit::Minute => "minutes",
        Unit::Hour => "hours",
        unit => unit.symbol(),
    };
    format!("{number:.*} worker-{name}", usize::from(number < 99.95))
}

fn in_fitting_unit(seconds: f64, digits: fn(f64) -> usize) -> String {
    let unit = Unit::fitting(seconds);
    unit.text(seconds, digits(unit.of_s(seconds)))
}

/// Formats a ratio: `2.0`, `15`, or `0.98` where one digit would hide which side of 1 it is on.
pub fn ratio(ratio: f64) -> String {
    let digits = match ratio {
        r if r >= 99.95 => 0,
        r if r >= 1.05 => 1,
        _ => 2,
    };
    format!("{ratio:.digits$}")
}

/// Formats a factor in a column, where all have the same digits: `2.40×`, or `2.40x` on the
/// terminal.
pub fn column_factor(factor: f64, sign: char) -> String {
    format!("{factor:.2}{sign}")
}

/// Formats a factor for the window: `2.4×`.
pub fn factor(factor: f64) -> String {
    format!("{}×", ratio(factor))
}

/// Formats a factor for the terminal, in ASCII: `2.4x`.
pub fn ascii_factor(factor: f64) -> String {
    format!("{}x", ratio(factor))
}

/// Formats a share of 1: `33 %`, `0.4 %`, `<0.1 %`, `99.7 %`.
pub fn percent(share: f64) -> String {
    let percent = 100.0 * share;
    if percent > 0.0 && percent < 0.05 {
        return "<0.1 %".to_owned();
    }
    // Neither nothing nor all is claimed where some is missing.
    let digits = usize::from(percent > 0.0 && percent < 0.95 || (99.5..99.95).contains(&percent));
    format!("{percent:.digits$} %")
}

/// Formats a relative difference with its sign: `+1.5 %`, `-0.2 %`, `+0.0 %`.
pub fn signed_percent(part: f64) -> String {
    // Adding 0 turns −0 into 0.
    format!("{:+.1} %", (part * 1000.0).round() / 10.0 + 0.0)
}

/// Formats an amount of memory: `12 MB`, `980 kB`, `1.5 GB`.
pub fn memory(bytes: u64) -> String {
    match bytes as f64 {
        b if b >= 999.5e6 => format!("{:.1} GB", b / 1e9),
        b if b >= 9.95e6 => format!("{:.0} MB", b / 1e6),
        b if b >= 999.5e3 => format!("{:.1} MB", b / 1e6),
        b => format!("{:.0} kB", b / 1e3),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_has_a_unit_in_which_most_of_its_times_have_digits() {
        for (times_s, symbol) in [
            (&[3.6, 3.7, 7600.0][..], "s"),
            (&[0.001, 0.002, 7600.0], "s"),
            (&[0.0, 0.0, 0.004], "ms"),
            (&[0.9, 0.95, 1.0], "s"),
            (&[7600.0; 3], "h"),
            (&[], "s"),
        ] {
            assert_eq!(Unit::of_column(times_s.iter().copied()).symbol(), symbol, "{times_s:?}");
        }
    }

    #[test]
    fn one_day_is_singular() {
        let day = 86_400.0;
        for (seconds, digits, text) in
            [(day, 0, "1 day"), (2.0 * day, 0, "2 days"), (day, 1, "1.0 days"), (0.0, 0, "0 days")]
        {
            assert_eq!(Unit::Day.text(seconds, digits), text);
        }
        assert_eq!(Unit::Hour.text(3600.0, 0), "1 h");
        assert_eq!(worker_time(86_400.0 * 3.0), "3.0 worker-days");
    }

    #[test]
    fn durations_read_well() {
        for (seconds, text) in [
            (4.000_412, "4.0 s"),
            (37.05, "37.0 s"),
            (0.312, "312 ms"),
            (0.0042, "4.2 ms"),
            (0.000_012, "12.0 µs"),
            (3e-8, "30.0 ns"),
            (0.0, "0.0 s"),
            (119.0, "119 s"),
            (600.0, "10.0 min"),
            (36_000.0, "10.0 h"),
            (172_799.0, "48.0 h"),
            (172_800.0, "2.0 days"),
            (1_594_800.0, "18.5 days"),
        ] {
            assert_eq!(duration(seconds), text);
        }
    }

    #[test]
    fn precise_durations_keep_two_digits_where_they_matter() {
        for (seconds, text) in [
            (15.426, "15.43 s"),
            (4.0, "4.0 s"),
            (4.2, "4.2 s"),
            (37.005, "37.01 s"),
            (0.3125, "312.5 ms"),
            (0.099_999_6, "100.0 ms"),
            (0.0, "0.0 s"),
            (600.0, "10.0 min"),
        ] {
            assert_eq!(precise_duration(seconds), text);
        }
    }

    #[test]
    fn ratios_read_well() {
        for (number, text) in [(2.0, "2.0"), (1.02, "1.02"), (0.984, "0.98"), (140.2, "140")] {
            assert_eq!(ratio(number), text);
        }
    }

    #[test]
    fn factors_have_a_sign_for_the_window_and_one_for_the_terminal() {
        assert_eq!((factor(2.5), ascii_factor(2.5)), ("2.5×".to_owned(), "2.5x".to_owned()));
    }

    #[test]
    fn shares_read_well() {
        for (share, text) in [
            (0.333, "33 %"),
            (0.8333, "83 %"),
            (1.0, "100 %"),
            (0.004, "0.4 %"),
            (0.0096, "1 %"),
            (0.0001, "<0.1 %"),
            (0.0, "0 %"),
        ] {
            assert_eq!(percent(share), text);
        }
        for (part, text) in [(0.0154, "+1.5 %"), (-0.002, "-0.2 %"), (-0.0001, "+0.0 %")] {
            assert_eq!(signed_percent(part), text);
        }
    }

    #[test]
    fn amounts_of_memory_read_well() {
        for (bytes, text) in [
            (980_000, "980 kB"),
            (999_600, "1.0 MB"),
            (9_960_000, "10 MB"),
            (12_345_678, "12 MB"),
            (1_500_000_000, "1.5 GB"),
        ] {
            assert_eq!(memory(bytes), text);
        }
    }
}
