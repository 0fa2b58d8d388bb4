//! Conversion between nanoseconds (inside) and seconds (at the edges).

/// Converts seconds to the nearest nanosecond; saturates at 0 and `u64::MAX`.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
pub fn ns_from_s(seconds: f64) -> u64 {
    (seconds * 1e9).round() as u64
}

/// Returns the nanoseconds that were written as this number of seconds. From weeks on, the nearest
/// ones may be written as another number.
pub fn recorded_ns(seconds: f64) -> u64 {
    let nearest_ns = ns_from_s(seconds);
    let near = [nearest_ns, nearest_ns.saturating_sub(1), nearest_ns.saturating_add(1)];
    near.into_iter().find(|&ns| s_from_ns(ns) == seconds).unwrap_or(nearest_ns)
}

/// Converts nanoseconds to seconds, rounded to the nearest f64.
pub fn s_from_ns(ns: u64) -> f64 {
    ns as f64 / 1e9
}
