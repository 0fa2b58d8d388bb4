//! The time left of a run as a range.

use crate::text::Unit;

/// Time until a run ends, in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TimeLeftRange {
    /// Optimistic end: 4 % of simulations end earlier.
    pub low_s: f64,
    /// Mean of all simulations.
    pub likely_s: f64,
    /// Pessimistic end: 4 % of simulations end later.
    pub high_s: f64,
}

impl TimeLeftRange {
    /// The range of a time that is certain.
    pub fn exact(left_s: f64) -> Self {
        Self { low_s: left_s, likely_s: left_s, high_s: left_s }
    }

    /// The range with this many seconds to follow.
    #[must_use]
    pub fn plus(self, s: f64) -> Self {
        let [low_s, likely_s, high_s] =
            [self.low_s, self.likely_s, self.high_s].map(|left_s| left_s + s);
        Self { low_s, likely_s, high_s }
    }

    /// The range in words: `12 to 15 min left`, or `≈ 13 min left` if it is narrow.
    pub fn text(&self) -> String {
        if self.high_s < 1.0 {
            return "less than 1 s left".to_owned();
        }
        let unit = Unit::fitting(self.high_s.max(1.0));
        let [low, likely, high] = [self.low_s, self.likely_s, self.high_s].map(|s| unit.of_s(s));
        let digits = usize::from(high < 9.95 && unit != Unit::Second);
        let symbol = unit.symbol();
        let [low_text, high_text] = [low, high].map(|number| format!("{number:.digits$}"));
        if low_text == high_text || high - low <= 0.1 * likely {
            format!("≈ {likely:.digits$} {symbol} left")
        } else if low_text.chars().all(|c| c == '0' || c == '.') {
            format!("up to {high_text} {symbol} left")
        } else {
            format!("{low_text} to {high_text} {symbol} left")
        }
    }

    /// The range this many seconds later, if nothing new is known.
    pub(super) fn after(self, s: f64) -> Self {
        let [low_s, likely_s, high_s] =
            [self.low_s, self.likely_s, self.high_s].map(|left_s| (left_s - s).max(0.0));
        Self { low_s, likely_s, high_s }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_read_well() {
        let text = |low_s, likely_s, high_s| TimeLeftRange { low_s, likely_s, high_s }.text();
        assert_eq!(text(720.0, 780.0, 900.0), "12 to 15 min left");
        assert_eq!(text(760.0, 780.0, 800.0), "≈ 13 min left");
        assert_eq!(text(0.2, 0.4, 0.9), "less than 1 s left");
        assert_eq!(text(0.4, 1.4, 2.2), "up to 2 s left");
        assert_eq!(text(150.0, 200.0, 220.0), "2.5 to 3.7 min left");
        assert_eq!(text(50.0, 80.0, 110.0), "50 to 110 s left");
        assert_eq!(text(9000.0, 9010.0, 9020.0), "≈ 2.5 h left");
        assert_eq!(text(10_800.0, 12_600.0, 14_400.0), "3.0 to 4.0 h left");
    }
}
