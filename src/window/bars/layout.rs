//! Where the bars stand: pure geometry, tested without a window.
//!
//! On the x axis case i is centred on i and one wide. Behind the cases stand the
//! two totals, which grow with the number of cases so that they can be seen.

use std::ops::Range;

use crate::text::Unit;

/// Up to so many visible cases have a bar of their own.
pub(crate) const SINGLE: usize = 500;

/// The width of a bar as a share of its place.
pub(crate) const BAR: f64 = 0.58;

/// The places of the totals.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct TotalBars {
    /// How wide a place is.
    pub(crate) width: f64,
    /// Where the line between cases and totals stands.
    pub(crate) line: f64,
    /// The centre of the parallel total.
    pub(crate) parallel: f64,
    /// The centre of the series total.
    pub(crate) series: f64,
    /// The end of the axis.
    pub(crate) end: f64,
}

/// The places of the totals behind so many cases.
pub(crate) fn totals(cases: usize) -> TotalBars {
    let cases = cases as f64;
    let width = (cases / 7.0).max(1.0);
    let line = cases - 0.5;
    let (parallel, series) = (line + 0.5 * width, line + 1.5 * width);
    TotalBars { width, line, parallel, series, end: line + 2.0 * width }
}

/// The cases of which something is seen between two places of the axis.
pub(crate) fn visible(cases: usize, from: f64, to: f64) -> Range<usize> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
    let index = |place: f64| (place.max(0.0) as usize).min(cases);
    let range = index((from - 0.5).ceil())..index((to + 0.5).floor() + 1.0);
    if range.start < range.end { range } else { 0..0 }
}

/// How many cases share a bar, so that each is at least two pixels wide.
pub(crate) fn per_bar(visible: usize, pixels: f32) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
    let bars = ((pixels / 2.0) as usize).max(1);
    if visible <= SINGLE { 1 } else { visible.div_ceil(bars) }
}

/// A bar that stands for several cases.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Bucket {
    /// The first case.
    pub(crate) first: usize,
    /// How many cases.
    pub(crate) count: usize,
    /// The shortest time among them.
    pub(crate) least_s: f64,
    /// The longest.
    pub(crate) greatest_s: f64,
}

/// The cases of the range in bars of `per` each. Bars begin at multiples of
/// `per`, so that they stay the same while the chart is moved. A case without a
/// time counts as 0.
pub(crate) fn buckets(
    range: Range<usize>,
    per: usize,
    time_s: impl Fn(usize) -> Option<f64>,
    cases: usize,
) -> Vec<Bucket> {
    let start = range.start / per * per;
    (start..range.end)
        .step_by(per)
        .map(|first| {
            let count = per.min(cases - first);
            let times = (first..first + count).map(|case| time_s(case).unwrap_or(0.0));
            let (least_s, greatest_s) = times
                .fold((f64::INFINITY, 0.0_f64), |(least, most), t| (least.min(t), most.max(t)));
            Bucket { first, count, least_s, greatest_s }
        })
        .collect()
}

/// Marks of an axis at round numbers of the unit, some four to eight of them
/// between these times: the step, and the marks from 0 on, in seconds.
pub(crate) fn marks(from_s: f64, to_s: f64, unit: Unit) -> (f64, Vec<f64>) {
    let step_s = round_step(unit.of_s(to_s - from_s) / 5.0) / unit.of_s(1.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some ten")]
    let last = (to_s / step_s).floor().clamp(0.0, 100.0) as u32;
    (step_s, (0..=last).map(|n| f64::from(n) * step_s).collect())
}

/// What stands at a mark.
pub(crate) fn mark_text(mark_s: f64, step_s: f64, unit: Unit) -> String {
    let digits = usize::from(unit.of_s(step_s) < 0.95);
    format!("{:.digits$} {}", unit.of_s(mark_s), unit.symbol())
}

/// The next of 1, 2, 5, 10, 20, … and of their tenths.
pub(crate) fn round_step(at_least: f64) -> f64 {
    let power = 10_f64.powf(at_least.log10().floor());
    let step = [1.0, 2.0, 5.0].into_iter().find(|&factor| factor * power >= at_least);
    step.unwrap_or(10.0) * power
}

/// How names stand under bars of which each has so much room.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum NameLayout {
    /// Straight; shortened where they do not fit.
    Straight,
    /// Tilted, every so manieth.
    Tilted(usize),
}

/// Names are tilted if most would be cut, and left out where even so they would
/// overlap.
pub(crate) fn names(room: f32, widest: f32) -> NameLayout {
    const STRAIGHT: f32 = 56.0;
    const TILTED: f32 = 15.0;
    if room >= widest || room >= STRAIGHT {
        return NameLayout::Straight;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small")]
    let every = (TILTED / room.max(0.01)).ceil() as usize;
    NameLayout::Tilted(every.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_cases_and_two_totals_have_places_of_one_width() {
        let totals = totals(3);
        assert_eq!((totals.width, totals.line, totals.end), (1.0, 2.5, 4.5));
        assert_eq!((totals.parallel, totals.series), (3.0, 4.0));
    }

    #[test]
    fn totals_of_many_cases_are_wide_enough_to_be_seen() {
        let totals = totals(100_000);
        assert!(totals.width / totals.end > 0.05);
    }

    #[test]
    fn what_is_visible_is_what_is_between() {
        assert_eq!(visible(10, -0.5, 9.5), 0..10);
        assert_eq!(visible(10, 2.0, 4.0), 2..5);
        assert_eq!(visible(10, 20.0, 30.0), 0..0);
        assert_eq!(visible(0, -1.0, 1.0), 0..0);
    }

    #[test]
    fn many_cases_share_bars_with_least_and_greatest() {
        assert_eq!(per_bar(500, 100.0), 1);
        assert_eq!(per_bar(10_000, 1000.0), 20);
        let bars = buckets(0..1000, 300, |case| Some(case as f64), 1000);
        assert_eq!(bars.len(), 4);
        assert_eq!(bars[3], Bucket { first: 900, count: 100, least_s: 900.0, greatest_s: 999.0 });
        assert_eq!(buckets(310..320, 300, |_| None, 1000)[0].first, 300);
    }

    #[test]
    fn marks_are_round_in_the_unit_of_the_axis() {
        let (step_s, marks_s) = marks(0.0, 0.042, Unit::Milli);
        assert!((step_s - 0.01).abs() < 1e-12);
        assert_eq!(marks_s.len(), 5);
        assert_eq!(mark_text(marks_s[3], step_s, Unit::Milli), "30 ms");
        assert_eq!(mark_text(0.4, 0.2, Unit::Second), "0.4 s");
    }

    #[test]
    fn names_are_straight_then_tilted_then_fewer() {
        assert_eq!(names(100.0, 40.0), NameLayout::Straight);
        assert_eq!(names(60.0, 200.0), NameLayout::Straight);
        assert_eq!(names(30.0, 40.0), NameLayout::Tilted(1));
        assert_eq!(names(3.0, 40.0), NameLayout::Tilted(5));
    }
}
