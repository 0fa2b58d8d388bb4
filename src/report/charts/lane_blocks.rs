//! The rectangles of all lanes, and the concurrency below them: pure geometry.

use super::axis::Axis;
use super::blocks::{Block, GapBlock, case_blocks, gap_blocks};
use crate::report::{GapReason, GapSpan, Lanes, Timeline};

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LaneBlocks {
    pub(crate) lane: usize,
    pub(crate) cases: Vec<Block>,
    pub(crate) gaps: Vec<GapBlock>,
}

/// Returns the gaps after the last case of a lane.
///
/// In the first `held_lanes` lanes idle time counts as held, because the reason of a
/// wait is recorded only when the wait ends.
pub(crate) fn tail(lanes: &Lanes, lane: usize, (now_ns, held_lanes): (u64, usize)) -> Vec<GapSpan> {
    let mut gaps = lanes.open_gaps(lane, now_ns);
    for gap in gaps.iter_mut().filter(|gap| lane < held_lanes && gap.reason == GapReason::Idle) {
        gap.reason = GapReason::Held;
    }
    gaps
}

/// Returns the blocks of these lanes; see [`tail`] for `held_lanes`.
pub(crate) fn lane_blocks(
    lanes: &Lanes,
    visible: std::ops::Range<usize>,
    axis: &Axis,
    (now_ns, held_lanes): (u64, usize),
) -> Vec<LaneBlocks> {
    let blocks = |index: usize| {
        let lane = &lanes.lanes()[index];
        let mut gaps = gap_blocks(&lane.gaps, axis);
        gaps.extend(gap_blocks(&tail(lanes, index, (now_ns, held_lanes)), axis));
        LaneBlocks { lane: index, cases: case_blocks(lane, axis, now_ns), gaps }
    };
    visible.map(blocks).collect()
}

/// Returns the mean concurrency of each point of the axis, equal neighbours merged.
pub(crate) fn concurrency_steps(
    timeline: &Timeline,
    axis: &Axis,
    now_ns: u64,
) -> Vec<(f32, f32, f64)> {
    let mut steps: Vec<(f32, f32, f64)> = Vec::new();
    let mut x = axis.left;
    while x < axis.left + axis.width {
        let (from_ns, to_ns) = (axis.whole_ns(x), axis.whole_ns(x + 1.0).min(now_ns));
        if from_ns >= now_ns {
            break;
        }
        let mean = timeline.concurrency.mean_running(from_ns, to_ns);
        match steps.last_mut() {
            Some(last) if last.2 == mean => last.1 = x + 1.0,
            _ => steps.push((x, x + 1.0, mean)),
        }
        x += 1.0;
    }
    steps
}
