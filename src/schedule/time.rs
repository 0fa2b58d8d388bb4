//! Conversion between nanoseconds (inside) and seconds (at the edges).

/// Converts seconds to the nearest nanosecond; saturates at 0 and `u64::MAX`.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
pub fn ns_from_s(seconds: f64) -> u64 {
    (seconds * 1e9).round() as u64
}

/// Converts nanoseconds to seconds, rounded to the nearest f64.
pub fn s_from_ns(ns: u64) -> f64 {
    ns as f64 / 1e9
}
