//! Positions of grouped bars. Pure geometry.
//!
//! Each case is a group with a bar per series; behind the cases stands a group of the
//! totals with wider bars.

use std::ops::Range;

/// Maximum width of a bar, in points.
const WIDEST: f32 = 40.0;

/// Minimum width of a bar, in points.
const NARROWEST: f32 = 3.0;

/// Gap between two groups, in bars.
const GAP: f32 = 1.0;

/// Width of the bar of a total, in bars.
const TOTAL: f32 = 1.6;

/// Grouped bars within a width, in points from its left edge.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct BarGroups {
    cases: usize,
    series: usize,
    /// Width of a bar including its share of the gaps.
    unit: f32,
    totals: bool,
}

impl BarGroups {
    /// Returns the layout of cases, series and, on request, totals; `None` if bars
    /// would be too narrow.
    pub(crate) fn within(width: f32, cases: usize, series: usize, totals: bool) -> Option<Self> {
        let (groups, bars) = (cases as f32, series as f32);
        let of_cases = groups * (bars + GAP);
        let of_totals = if totals { bars * TOTAL + GAP } else { 0.0 };
        let unit = width / (of_cases + of_totals).max(1.0);
        (unit >= NARROWEST).then_some(Self { cases, series, unit, totals })
    }

    /// Returns the number of groups, totals included.
    pub(crate) fn count(&self) -> usize {
        self.cases + usize::from(self.totals)
    }

    pub(crate) fn is_totals(&self, group: usize) -> bool {
        group == self.cases
    }

    pub(crate) fn slot(&self, group: usize) -> Range<f32> {
        let bars = self.series as f32;
        let left = group as f32 * (bars + GAP) * self.unit;
        let wide = if self.is_totals(group) { TOTAL } else { 1.0 };
        left..left + (bars * wide + GAP) * self.unit
    }

    pub(crate) fn bar(&self, group: usize, series: usize) -> Range<f32> {
        let slot = self.slot(group);
        let wide = if self.is_totals(group) { TOTAL } else { 1.0 };
        let bar = (self.unit * wide).min(WIDEST);
        let first = f32::midpoint(slot.start, slot.end) - bar * self.series as f32 / 2.0;
        let left = first + bar * series as f32;
        left..left + bar
    }

    /// Returns group and series of the bar at a position.
    pub(crate) fn at(&self, x: f32) -> Option<(usize, usize)> {
        let group = (0..self.count()).find(|&group| self.slot(group).contains(&x))?;
        let series = (0..self.series).find(|&series| self.bar(group, series).contains(&x))?;
        Some((group, series))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn bars_stand_side_by_side_within_their_groups(
            width in 100.0_f32..1500.0, cases in 0_usize..60, series in 1_usize..9, totals: bool,
        ) {
            let Some(groups) = BarGroups::within(width, cases, series, totals) else { return Ok(()) };
            let mut last = 0.0;
            for group in 0..groups.count() {
                let slot = groups.slot(group);
                prop_assert!(slot.start >= last - 0.01 && slot.end <= width + 0.01);
                let mut left = slot.start;
                for series in 0..series {
                    let bar = groups.bar(group, series);
                    prop_assert!(bar.start >= left - 0.01 && bar.end <= slot.end + 0.01);
                    prop_assert!((NARROWEST - 0.01..=WIDEST + 0.01).contains(&(bar.end - bar.start)));
                    let middle = f32::midpoint(bar.start, bar.end);
                    prop_assert_eq!(groups.at(middle), Some((group, series)));
                    left = bar.end;
                }
                last = slot.end;
            }
        }
    }

    #[test]
    fn totals_are_wider_and_last() {
        let groups = BarGroups::within(800.0, 6, 5, true).unwrap();
        assert_eq!(groups.count(), 7);
        let width = |group| groups.bar(group, 0).end - groups.bar(group, 0).start;
        assert!(groups.is_totals(6) && width(6) > 1.5 * width(0));
        assert!((groups.slot(6).end - 800.0).abs() < 0.01);
        let gap = groups.bar(1, 0).start - groups.bar(0, 4).end;
        assert!(gap >= width(0) * 0.99, "a gap of {gap}");
    }

    #[test]
    fn too_many_bars_are_not_drawn() {
        assert_eq!(BarGroups::within(800.0, 100, 8, true), None);
        assert!(BarGroups::within(800.0, 0, 8, true).is_some());
    }
}
