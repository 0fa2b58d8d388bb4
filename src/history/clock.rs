//! The time of day, to name and sort saved runs.

use jiff::ZonedDateTime;

use super::saved_run::Moment;

/// Returns the time of day; tests use clocks of their own.
pub type LocalClock = fn() -> Moment;

/// Reads the system's clock, in the local time zone.
pub fn local_time() -> Moment {
    let now = ZonedDateTime::now();
    Moment {
        unix_ms: u64::try_from(now.timestamp().as_millisecond()).unwrap_or(0),
        local: now.strftime("%Y-%m-%d %H:%M:%S").to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_local_time_has_a_date_and_a_time() {
        let moment = local_time();
        assert!(moment.unix_ms > 1_700_000_000_000);
        let shape: String =
            moment.local.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
        assert_eq!(shape, "0000-00-00 00:00:00");
    }
}
