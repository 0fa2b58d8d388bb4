//! The rectangles of the cases and gaps of a lane: pure geometry.
//!
//! Neighbours too narrow to tell apart are merged and counted, so there are never
//! more blocks than pixels.

use std::ops::Range;

use super::axis::Axis;
use crate::report::{GapReason, GapSpan, Lane};

/// Width below which neighbours are merged, in points.
pub(crate) const MIN_WIDTH: f32 = 3.0;

/// Cases of a lane drawn as one rectangle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Block {
    /// Left end, in points.
    pub(crate) from: f32,
    /// Right end, in points.
    pub(crate) to: f32,
    /// Index of the first case in the lane.
    pub(crate) first: usize,
    pub(crate) count: usize,
    /// Busy share of the block's time in eighths, from 1 to 8.
    pub(crate) eighths: u8,
    /// Kind of the gap that fills the rest of the time, if the first pause is a gap.
    pub(crate) gap: Option<GapReason>,
}

/// Returns the blocks of the visible cases; running cases end at `now_ns`.
pub(crate) fn case_blocks(lane: &Lane, axis: &Axis, now_ns: u64) -> Vec<Block> {
    let cases = &lane.cases;
    let end_ns = |at: usize| cases[at].to_ns.min(now_ns).max(cases[at].from_ns);
    let mut blocks: Vec<Block> = Vec::new();
    let Range { start: mut at, end } = visible(lane, axis);
    while at < end {
        let from = axis.x(cases[at].from_ns as f64);
        let to = axis.x(end_ns(at) as f64);
        if to - from >= MIN_WIDTH {
            blocks.push(Block { from, to, first: at, count: 1, eighths: 8, gap: None });
            at += 1;
            continue;
        }
        let limit_ns = axis.time_ns(from + MIN_WIDTH);
        let others = cases[at + 1..end].partition_point(|span| span.to_ns as f64 <= limit_ns);
        let last = at + others;
        let to = axis.x(end_ns(last) as f64);
        let (total_ns, busy_ns) = (
            end_ns(last).saturating_sub(cases[at].from_ns),
            (cases[last].before_ns - cases[at].before_ns)
                .saturating_add(end_ns(last) - cases[last].from_ns),
        );
        let eighths = eighths(busy_ns, total_ns);
        let gap = (eighths < 8).then(|| gap_after(lane, cases[at].from_ns, end_ns(last))).flatten();
        let next = Block { from, to, first: at, count: others + 1, eighths, gap };
        at = last + 1;
        match blocks.last_mut() {
            Some(block) if block.can_join(&next) => {
                block.to = next.to;
                block.count += next.count;
            }
            _ => blocks.push(next),
        }
    }
    blocks
}

impl Block {
    /// Whether both blocks hold several cases, touch, and look the same.
    fn can_join(&self, next: &Self) -> bool {
        let are_merged = self.count > 1 && next.count > 1;
        let look_alike = (self.eighths, self.gap) == (next.eighths, next.gap);
        are_merged && look_alike && next.from - self.to < 1.0
    }
}

fn gap_after(lane: &Lane, from_ns: u64, to_ns: u64) -> Option<GapReason> {
    let next = lane.gaps.partition_point(|gap| gap.from_ns < from_ns);
    lane.gaps.get(next).filter(|gap| gap.from_ns < to_ns).map(|gap| gap.reason)
}

fn eighths(busy_ns: u64, total_ns: u64) -> u8 {
    if total_ns == 0 {
        return 8;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 1 to 8")]
    let eighths = (8.0 * busy_ns as f64 / total_ns as f64).round().clamp(1.0, 8.0) as u8;
    eighths
}

/// Returns the indices in the lane of the cases that are at least partly visible.
pub(crate) fn visible(lane: &Lane, axis: &Axis) -> Range<usize> {
    let cases = &lane.cases;
    let first = cases.partition_point(|span| (span.to_ns as f64) < axis.zoom.from_ns);
    let end = cases.partition_point(|span| span.from_ns as f64 <= axis.zoom.to_ns);
    first..end.max(first)
}

/// Returns the indices in the lane of the cases at `x`: one, or all that are too
/// close to tell apart.
pub(crate) fn pointed(lane: &Lane, axis: &Axis, x: f32, now_ns: u64) -> Range<usize> {
    let blocks = case_blocks(lane, axis, now_ns);
    let is_near = |block: &&Block| block.from - 1.0 <= x && x <= block.to.max(block.from + 2.0);
    let Some(block) = blocks.iter().filter(is_near).min_by_key(|block| block.count) else {
        return 0..0;
    };
    let all = block.first..block.first + block.count;
    if block.count == 1 {
        return all;
    }
    let half_ns = f64::from(MIN_WIDTH / 2.0) * axis.point_ns();
    let at_ns = axis.time_ns(x);
    let cases = &lane.cases[all.clone()];
    let first = cases.partition_point(|span| (span.to_ns as f64) < at_ns - half_ns);
    let end = cases.partition_point(|span| span.from_ns as f64 <= at_ns + half_ns);
    all.start + first..all.start + end.max(first)
}

/// A gap of a lane, or several of one kind that are too narrow to tell apart.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct GapBlock {
    pub(crate) from: f32,
    pub(crate) to: f32,
    pub(crate) reason: GapReason,
}

pub(crate) fn gap_blocks(gaps: &[GapSpan], axis: &Axis) -> Vec<GapBlock> {
    let first = gaps.partition_point(|gap| (gap.to_ns as f64) < axis.zoom.from_ns);
    let end = gaps.partition_point(|gap| gap.from_ns as f64 <= axis.zoom.to_ns).max(first);
    let mut blocks: Vec<GapBlock> = Vec::new();
    let mut at = first;
    while at < end {
        let gap = gaps[at];
        let from = axis.x(gap.from_ns as f64);
        let mut to = axis.x(gap.to_ns as f64);
        at += 1;
        if to - from < MIN_WIDTH {
            let limit_ns = axis.time_ns(from + MIN_WIDTH);
            at += gaps[at..end].partition_point(|gap| gap.to_ns as f64 <= limit_ns);
            to = axis.x(gaps[at - 1].to_ns as f64);
        }
        match blocks.last_mut() {
            Some(block) if block.reason == gap.reason && from - block.to < MIN_WIDTH => {
                block.to = to;
            }
            _ => blocks.push(GapBlock { from, to, reason: gap.reason }),
        }
    }
    blocks
}

/// Returns the lines that hatch a rectangle of this size, each from its left or
/// bottom edge to its top or right edge.
pub(crate) fn hatching(width: f32, height: f32) -> Vec<[(f32, f32); 2]> {
    const STEP: f32 = 7.0;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not negative")]
    let count = ((width + height) / STEP).max(0.0) as usize;
    (1..=count)
        .map(|n| {
            // On each line, x plus the height above the bottom equals `sum`.
            let sum = n as f32 * STEP;
            let (left, right) = ((sum - height).max(0.0), sum.min(width));
            [(left, height - (sum - left)), (right, height - (sum - right))]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::Lanes;
    use crate::report::charts::zoom::Zoom;
    use crate::report::fixtures;
    use crate::run::{CaseEnd, CaseOutcome, RunEvent};
    use crate::schedule::Ticket;

    /// A lane of cases, each given as the pause before it and its length.
    fn lanes(cases: &[(u64, u64)]) -> Lanes {
        let spans = cases.iter().scan(0, |at_ns, (pause_ns, length_ns)| {
            let start_ns = *at_ns + pause_ns;
            *at_ns = start_ns + length_ns;
            Some((start_ns, *at_ns))
        });
        lanes_of(&spans.collect::<Vec<_>>())
    }

    /// A lane of cases, each given as its start and end.
    fn lanes_of(spans: &[(u64, u64)]) -> Lanes {
        let plan = fixtures::plan(crate::study::Strategy::Threads, 1);
        let mut lanes = Lanes::new(&plan, u32::try_from(spans.len()).unwrap());
        for (&(start_ns, end_ns), case) in spans.iter().zip(0..) {
            lanes.apply(&RunEvent::Finished(CaseEnd {
                will_retry: false,
                ticket: Ticket { case, lane: 0, attempt: 1, dispatch_index: case },
                start_ns,
                end_ns,
                waited_ns: None,
                cpu_ns: None,
                memory_bytes: None,
                outcome: CaseOutcome::done(None),
            }));
        }
        lanes
    }

    fn axis(from_ns: f64, to_ns: f64, width: f32) -> Axis {
        Axis { zoom: Zoom { from_ns, to_ns }, left: 10.0, width }
    }

    #[test]
    fn wide_cases_stay_separate_and_narrow_ones_are_merged() {
        let lanes = lanes(&[(0, 500), (0, 1), (0, 1), (1, 1), (96, 400)]);
        let lane = &lanes.lanes()[0];
        let blocks = case_blocks(lane, &axis(0.0, 1000.0, 1000.0), u64::MAX);
        let short: Vec<_> = blocks
            .iter()
            .map(|b| (b.from.round(), b.to.round(), b.first, b.count, b.eighths))
            .collect();
        assert_eq!(
            short,
            [
                (10.0, 510.0, 0, 1, 8),
                (510.0, 512.0, 1, 2, 8),
                (513.0, 514.0, 3, 1, 8),
                (610.0, 1010.0, 4, 1, 8)
            ]
        );
        // Zoomed in, all are wide enough.
        let blocks = case_blocks(lane, &axis(500.0, 510.0, 1000.0), u64::MAX);
        assert_eq!(blocks.iter().map(|block| block.count).collect::<Vec<_>>(), [1; 4]);
    }

    #[test]
    fn times_that_contradict_the_order_of_the_cases_cause_no_panic() {
        let spans = [(700, 701), (3, 4), (0, u64::MAX), (0, u64::MAX), (500, 501), (2, 2)];
        let lanes = lanes_of(&spans);
        for now_ns in [0, 600, u64::MAX] {
            case_blocks(&lanes.lanes()[0], &axis(0.0, 1e6, 1000.0), now_ns);
            case_blocks(&lanes.lanes()[0], &axis(0.0, 1e20, 1000.0), now_ns);
        }
    }

    #[test]
    fn half_busy_blocks_are_half_as_high() {
        let lanes = lanes(&[(10, 10); 1000]);
        let blocks = case_blocks(&lanes.lanes()[0], &axis(0.0, 20_000.0, 1000.0), u64::MAX);
        assert!(blocks.len() <= 2, "{} blocks", blocks.len());
        assert_eq!(blocks.iter().map(|block| block.count).sum::<usize>(), 1000);
        assert!((4..=5).contains(&blocks[0].eighths), "{blocks:?}");
    }

    #[test]
    fn the_pointer_finds_single_cases_where_they_are_wide_enough() {
        let lanes = lanes(&[(0, 500), (0, 1), (0, 1), (1, 1), (96, 400)]);
        let (lane, axis) = (&lanes.lanes()[0], axis(0.0, 1000.0, 1000.0));
        assert_eq!(pointed(lane, &axis, 300.0, u64::MAX), 0..1);
        assert_eq!(pointed(lane, &axis, 511.0, u64::MAX), 1..3);
        assert_eq!(pointed(lane, &axis, 560.0, u64::MAX), 0..0);
        assert_eq!(pointed(lane, &axis, 800.0, u64::MAX), 4..5);
    }

    #[test]
    fn a_million_cases_need_no_more_blocks_than_pixels() {
        let lanes = lanes(&vec![(1, 9); 1_000_000]);
        let lane = &lanes.lanes()[0];
        for (from_ns, to_ns) in [(0.0, 1e7), (0.0, 5e6), (1e6, 1e6 + 4000.0)] {
            let blocks = case_blocks(lane, &axis(from_ns, to_ns, 900.0), u64::MAX);
            assert!(blocks.len() <= 602, "{}", blocks.len());
        }
    }

    #[test]
    fn gaps_of_one_kind_are_merged() {
        let gap = |from_ns, to_ns, reason| GapSpan { from_ns, to_ns, reason };
        let mut gaps: Vec<_> =
            (0..900).map(|n| gap(10 * n, 10 * n + 5, GapReason::Barrier)).collect();
        gaps.push(gap(9000, 10_000, GapReason::Idle));
        let blocks = gap_blocks(&gaps, &axis(0.0, 10_000.0, 1000.0));
        let kinds: Vec<_> = blocks.iter().map(|block| block.reason).collect();
        assert_eq!(kinds, [GapReason::Barrier, GapReason::Idle]);
        assert_eq!((blocks[1].from, blocks[1].to), (910.0, 1010.0));
    }

    #[test]
    fn hatching_stays_within_its_rectangle() {
        for (width, height) in [(100.0, 20.0), (5.0, 20.0), (0.5, 20.0), (40.0, 4.0)] {
            let lines = hatching(width, height);
            let inside = |&(x, y): &(f32, f32)| {
                (-1e-3..=width + 1e-3).contains(&x) && (-1e-3..=height + 1e-3).contains(&y)
            };
            assert!(lines.iter().flatten().all(inside), "{lines:?}");
        }
        assert!(hatching(100.0, 20.0).len() > 10);
    }

    proptest! {
        #[test]
        fn every_visible_case_is_in_exactly_one_block(
            cases in prop::collection::vec((0_u64..40, 0_u64..40), 1..400),
            from in 0_u64..4000,
            length in 1_u64..8000,
            width in 1.0_f32..900.0,
        ) {
            let lanes = lanes(&cases);
            let lane = &lanes.lanes()[0];
            let axis = axis(from as f64, (from + length) as f64, width);
            let blocks = case_blocks(lane, &axis, u64::MAX);
            let inside = |from_ns: u64, to_ns: u64| to_ns >= from && from_ns <= from + length;
            let expected = lane.cases.iter().filter(|s| inside(s.from_ns, s.to_ns)).count();
            prop_assert_eq!(blocks.iter().map(|block| block.count).sum::<usize>(), expected);
            prop_assert!(blocks.len() as f32 <= 2.0 * width / MIN_WIDTH + 4.0);
            let mut next = visible(lane, &axis).start;
            let mut x = axis.left;
            for block in blocks {
                prop_assert_eq!(block.first, next);
                next += block.count;
                prop_assert!(block.from >= x - 1e-3 && block.to >= block.from);
                prop_assert!((1..=8).contains(&block.eighths));
                x = block.to;
            }
            prop_assert!(x <= axis.left + axis.width + 1e-3);
        }
    }
}
