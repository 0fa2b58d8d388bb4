//! Figures in words: durations in one fitting unit, ratios with one digit.

/// A unit of time for one axis, table or sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Nanoseconds.
    Nano,
    /// Microseconds.
    Micro,
    /// Milliseconds.
    Milli,
    /// Seconds.
    Second,
    /// Minutes.
    Minute,
    /// Hours.
    Hour,
}

impl Unit {
    /// The unit in which the largest of the times to be shown reads well.
    #[must_use]
    pub fn fitting(largest_s: f64) -> Self {
        match largest_s {
            s if s >= 2.0 * 3600.0 => Self::Hour,
            s if s >= 120.0 => Self::Minute,
            s if s >= 1.0 || s <= 0.0 => Self::Second,
            s if s >= 1e-3 => Self::Milli,
            s if s >= 1e-6 => Self::Micro,
            _ => Self::Nano,
        }
    }

    /// Its symbol.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Nano => "ns",
            Self::Micro => "µs",
            Self::Milli => "ms",
            Self::Second => "s",
            Self::Minute => "min",
            Self::Hour => "h",
        }
    }

    /// So many seconds in this unit.
    #[must_use]
    pub fn of_s(self, seconds: f64) -> f64 {
        match self {
            Self::Nano => seconds * 1e9,
            Self::Micro => seconds * 1e6,
            Self::Milli => seconds * 1e3,
            Self::Second => seconds,
            Self::Minute => seconds / 60.0,
            Self::Hour => seconds / 3600.0,
        }
    }
}

/// A duration as people say it: `4.0 s`, `15.4 s`, `312 ms`.
#[must_use]
pub fn duration(seconds: f64) -> String {
    let unit = Unit::fitting(seconds);
    let number = unit.of_s(seconds);
    let digits = usize::from(number < 99.95);
    format!("{number:.digits$} {}", unit.symbol())
}

/// A duration to be compared with others: `15.43 s`, `4.0 s`, `312.5 ms`.
#[must_use]
pub fn precise_duration(seconds: f64) -> String {
    let unit = Unit::fitting(seconds);
    let number = unit.of_s(seconds);
    let digits = if number < 99.995 { 2 } else { 1 };
    let text = format!("{number:.digits$}");
    let text = if digits == 2 { text.strip_suffix('0').unwrap_or(&text) } else { &text };
    format!("{text} {}", unit.symbol())
}

/// A ratio as people say it: `2.0`, `15`, or `0.98` where one digit would hide
/// on which side of 1 it is.
#[must_use]
pub fn ratio(ratio: f64) -> String {
    let digits = match ratio {
        r if r >= 99.95 => 0,
        r if r >= 1.05 => 1,
        _ => 2,
    };
    format!("{ratio:.digits$}")
}

/// An amount of memory as people say it: `12 MB`, `980 kB`, `1.5 GB`.
#[must_use]
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
        ] {
            assert_eq!(duration(seconds), text);
        }
    }

    #[test]
    fn precise_durations_keep_two_digits_where_they_say_something() {
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
