//! Geometry of the bars, without drawing.
//!
//! On the x axis, case `i` is centred at `i` and one unit wide. The two totals follow
//! the cases. Their width grows with the number of cases so that they stay visible.

use std::ops::Range;

/// Maximum number of visible cases with a bar each; more cases share bars.
pub(crate) const MAX_SINGLE_BARS: usize = 500;

/// Width of a bar as a share of its slot.
pub(crate) const BAR_WIDTH: f64 = 0.58;

/// Position of the totals on the x axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct TotalBars {
    /// Width of the slot of a total.
    pub(crate) width: f64,
    /// The line between cases and totals.
    pub(crate) line: f64,
    /// Centre of the parallel total.
    pub(crate) parallel: f64,
    /// Centre of the series total.
    pub(crate) series: f64,
    /// End of the axis.
    pub(crate) end: f64,
}

/// Returns the position of the totals after this many cases.
pub(crate) fn total_bars(cases: usize) -> TotalBars {
    let cases = cases as f64;
    let width = (cases / 7.0).max(1.0);
    let line = cases - 0.5;
    let (parallel, series) = (line + 0.5 * width, line + 1.5 * width);
    TotalBars { width, line, parallel, series, end: line + 2.0 * width }
}

/// Returns the cases with a visible part between two positions on the axis.
pub(crate) fn visible_cases(cases: usize, from: f64, to: f64) -> Range<usize> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
    let index = |place: f64| (place.max(0.0) as usize).min(cases);
    let range = index((from - 0.5).ceil())..index((to + 0.5).floor() + 1.0);
    if range.start < range.end { range } else { 0..0 }
}

/// Returns how many cases share a bar, so that each bar is at least two pixels wide.
pub(crate) fn cases_per_bar(visible: usize, pixels: f32) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
    let bars = ((pixels / 2.0) as usize).max(1);
    if visible <= MAX_SINGLE_BARS { 1 } else { visible.div_ceil(bars) }
}

/// A bar for several cases.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Bucket {
    pub(crate) first: usize,
    pub(crate) count: usize,
    pub(crate) shortest_s: f64,
    pub(crate) longest_s: f64,
}

/// Groups the cases of the range into bars of `per_bar` cases.
///
/// Bars start at multiples of `per_bar`, so they stay the same while the chart is moved.
/// A case without a time counts as 0.
pub(crate) fn buckets(
    range: Range<usize>,
    per_bar: usize,
    time_s: impl Fn(usize) -> Option<f64>,
    cases: usize,
) -> Vec<Bucket> {
    let start = range.start / per_bar * per_bar;
    (start..range.end)
        .step_by(per_bar)
        .map(|first| {
            let count = per_bar.min(cases - first);
            let times = (first..first + count).map(|case| time_s(case).unwrap_or(0.0));
            let (shortest_s, longest_s) = times
                .fold((f64::INFINITY, 0.0_f64), |(low, high), time_s| {
                    (low.min(time_s), high.max(time_s))
                });
            Bucket { first, count, shortest_s, longest_s }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_after_few_cases_are_as_wide_as_cases() {
        let totals = total_bars(3);
        assert_eq!((totals.width, totals.line, totals.end), (1.0, 2.5, 4.5));
        assert_eq!((totals.parallel, totals.series), (3.0, 4.0));
    }

    #[test]
    fn totals_after_many_cases_stay_visible() {
        let totals = total_bars(100_000);
        assert!(totals.width / totals.end > 0.05);
    }

    #[test]
    fn visible_cases_overlap_the_range() {
        assert_eq!(visible_cases(10, -0.5, 9.5), 0..10);
        assert_eq!(visible_cases(10, 2.0, 4.0), 2..5);
        assert_eq!(visible_cases(10, 20.0, 30.0), 0..0);
        assert_eq!(visible_cases(0, -1.0, 1.0), 0..0);
    }

    #[test]
    fn many_cases_share_bars_with_shortest_and_longest_time() {
        assert_eq!(cases_per_bar(500, 100.0), 1);
        assert_eq!(cases_per_bar(10_000, 1000.0), 20);
        let bars = buckets(0..1000, 300, |case| Some(case as f64), 1000);
        assert_eq!(bars.len(), 4);
        assert_eq!(bars[3], Bucket { first: 900, count: 100, shortest_s: 900.0, longest_s: 999.0 });
        assert_eq!(buckets(310..320, 300, |_| None, 1000)[0].first, 300);
    }
}
