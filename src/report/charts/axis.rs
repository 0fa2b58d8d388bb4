//! The time axis of lanes and the height of a lane: pure geometry.

use super::marks::round_step;
use super::zoom::Zoom;
use crate::text::Unit;

/// Highest and lowest height of a lane, in points.
const LANE_HEIGHTS: (f32, f32) = (24.0, 4.0);

/// A span of time and its position on the screen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Axis {
    pub(crate) zoom: Zoom,
    /// Left end, in points.
    pub(crate) left: f32,
    /// Width, in points.
    pub(crate) width: f32,
}

impl Axis {
    /// Returns the x of a time; times outside the axis are clamped to its ends.
    pub(crate) fn x(&self, at_ns: f64) -> f32 {
        let share = (at_ns - self.zoom.from_ns) / (self.zoom.to_ns - self.zoom.from_ns);
        #[expect(clippy::cast_possible_truncation, reason = "from 0 to 1")]
        let share = share.clamp(0.0, 1.0) as f32;
        self.left + share * self.width
    }

    pub(crate) fn time_ns(&self, x: f32) -> f64 {
        let share = f64::from((x - self.left) / self.width.max(1.0));
        self.zoom.from_ns + share * (self.zoom.to_ns - self.zoom.from_ns)
    }

    /// Returns the time at an x in whole nanoseconds, at least 0.
    pub(crate) fn whole_ns(&self, x: f32) -> u64 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
        let ns = self.time_ns(x).max(0.0) as u64;
        ns
    }

    /// Time per point, in nanoseconds.
    pub(crate) fn point_ns(&self) -> f64 {
        (self.zoom.to_ns - self.zoom.from_ns) / f64::from(self.width.max(1.0))
    }

    /// Returns four to eight visible times at round numbers of the unit, in seconds,
    /// and the number of decimals they need.
    pub(crate) fn marks(&self, unit: Unit) -> (Vec<f64>, usize) {
        let in_unit = |ns: f64| unit.of_s(ns / 1e9);
        let (from, to) = (in_unit(self.zoom.from_ns), in_unit(self.zoom.to_ns));
        let step = round_step((to - from) / 5.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "few digits")]
        let digits = (-(step * 1.000_001).log10().floor()).clamp(0.0, 9.0) as usize;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative")]
        let (first, last) = ((from / step - 1e-6).ceil() as u64, (to / step + 1e-6).floor() as u64);
        let one = unit.of_s(1.0);
        ((first..=last).map(|n| n as f64 * step / one).collect(), digits)
    }
}

/// Returns the height at which this many lanes fit into `height`, within limits.
pub(crate) fn lane_height(lanes: usize, height: f32) -> f32 {
    (height / lanes.max(1) as f32).floor().clamp(LANE_HEIGHTS.1, LANE_HEIGHTS.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_round_and_have_enough_digits() {
        let axis =
            |from_ns, to_ns| Axis { zoom: Zoom { from_ns, to_ns }, left: 10.0, width: 800.0 };
        let (marks, digits) = axis(0.0, 15.4e9).marks(Unit::Second);
        assert_eq!((marks, digits), (vec![0.0, 5.0, 10.0, 15.0], 0));
        let (marks, digits) = axis(12.3e9, 12.3005e9).marks(Unit::Second);
        assert_eq!((marks.len(), digits), (6, 4));
        assert!((marks[1] - 12.3001).abs() < 1e-9, "{marks:?}");
    }

    #[test]
    fn lanes_fill_the_height_and_stay_visible() {
        assert_eq!(lane_height(3, 400.0), 24.0);
        assert_eq!(lane_height(40, 400.0), 10.0);
        assert_eq!(lane_height(4096, 400.0), 4.0);
        assert_eq!(lane_height(0, 400.0), 24.0);
    }
}
