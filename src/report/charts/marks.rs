//! Marks at round numbers, and a vertical axis of times: pure geometry.

use crate::text::Unit;

/// Returns the step and the marks, in seconds, of an axis that starts at 0.
///
/// There are about three to six marks between the two times, at round numbers of the unit.
pub(crate) fn marks(from_s: f64, to_s: f64, unit: Unit) -> (f64, Vec<f64>) {
    let step_s = round_step(unit.of_s(to_s - from_s) / 5.0) / unit.of_s(1.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 100")]
    let last = (to_s / step_s).floor().clamp(0.0, 100.0) as u32;
    (step_s, (0..=last).map(|n| f64::from(n) * step_s).collect())
}

pub(crate) fn mark_text(mark_s: f64, step_s: f64, unit: Unit) -> String {
    let digits = usize::from(unit.of_s(step_s) < 0.95);
    unit.text(mark_s, digits)
}

/// Returns the smallest of …, 0.5, 1, 2, 5, 10, 20, … that is at least this large.
pub(crate) fn round_step(at_least: f64) -> f64 {
    let power = 10_f64.powf(at_least.log10().floor());
    let step = [1.0, 2.0, 5.0].into_iter().find(|&factor| factor * power >= at_least);
    step.unwrap_or(10.0) * power
}

/// Returns the largest of …, 0.5, 1, 2, 5, 10, … that has at least this many multiples in a range.
pub(crate) fn step_with_marks((from, to): (f64, f64), least: f64) -> f64 {
    let mut step = round_step(to - from);
    let has_few = |step: f64| (to / step).floor() - (from / step).ceil() + 1.0 < least;
    // Ten times as fine has enough, unless the range is lost in rounding.
    for _ in 0..8 {
        if has_few(step) {
            step = round_step(step * 0.399);
        }
    }
    step
}

/// A vertical axis of times from 0 up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct TimeAxis {
    /// The y of time 0, in points.
    pub(crate) bottom: f32,
    pub(crate) height: f32,
    /// Time at the top, in seconds.
    pub(crate) top_s: f64,
}

impl TimeAxis {
    pub(crate) fn y(&self, time_s: f64) -> f32 {
        #[expect(clippy::cast_possible_truncation, reason = "a share of the height")]
        let share = (time_s / self.top_s) as f32;
        self.bottom - share * self.height
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_range_has_marks_enough() {
        let marks = |range, least| {
            let step = step_with_marks(range, least);
            let count = (range.1 / step).floor() - (range.0 / step).ceil() + 1.0;
            (step, count)
        };
        assert_eq!(marks((-0.1, 1.8), 3.0), (0.5, 4.0));
        assert_eq!(marks((1.4, 12.6), 3.0), (2.0, 6.0));
        for least in [3.0, 8.0] {
            for range in [(2.0, 12.0), (-5e5, 2.1e6), (1.0, 1.001), (-3e-9, 1e-9), (99.0, 1e9)] {
                assert!(marks(range, least).1 >= least, "{range:?}: {:?}", marks(range, least));
            }
        }
    }

    #[test]
    fn marks_are_round_numbers_of_the_unit() {
        let (step_s, marks_s) = marks(0.0, 0.042, Unit::Milli);
        assert!((step_s - 0.01).abs() < 1e-12);
        assert_eq!(marks_s.len(), 5);
        assert_eq!(mark_text(marks_s[3], step_s, Unit::Milli), "30 ms");
        assert_eq!(mark_text(0.4, 0.2, Unit::Second), "0.4 s");
        assert_eq!(mark_text(86_400.0, 86_400.0, Unit::Day), "1 day");
    }
}
