//! The shapes of a run on the timeline, cached from frame to frame.

use std::ops::Range;
use std::sync::Arc;

use egui::{Id, Ui};

use super::timeline_run::TimelineRun;
use crate::report::charts::axis::Axis;
use crate::report::charts::lane_blocks::{LaneBlocks, concurrency_steps, lane_blocks};

/// Shapes of a run, valid until the run, the visible time or the place changes.
#[derive(Clone)]
pub(crate) struct DrawnLanes {
    pub(crate) lanes: Vec<LaneBlocks>,
    /// Mean concurrency as steps: start and end in points, and number of cases.
    pub(crate) concurrency: Vec<(f32, f32, f64)>,
}

#[derive(Clone, PartialEq)]
struct DrawnLanesKey {
    axis: Axis,
    lanes: Range<usize>,
    has_strip: bool,
    now_ns: u64,
    started: u32,
    busy_ns: u64,
    held_lanes: usize,
}

impl DrawnLanes {
    /// Returns the shapes of these lanes, from the cache if nothing has changed.
    ///
    /// Without `has_strip` the concurrency steps are left out.
    pub(crate) fn of(
        ui: &Ui,
        run: &TimelineRun<'_>,
        axis: &Axis,
        (lanes, has_strip): (Range<usize>, bool),
    ) -> Arc<Self> {
        let (timeline, now_ns, held_lanes) = (run.timeline, run.end_ns, run.held_lanes);
        let all = &timeline.lanes;
        let busy_ns = all.lanes().iter().map(|lane| lane.busy_ns(now_ns));
        let key = DrawnLanesKey {
            axis: *axis,
            lanes: lanes.clone(),
            has_strip,
            now_ns,
            started: all.started(),
            busy_ns: busy_ns.fold(0, u64::wrapping_add),
            held_lanes,
        };
        let is_strip_alone = has_strip && lanes.is_empty();
        let id = Id::unique(("timeline", std::ptr::from_ref(timeline), is_strip_alone));
        let cached = ui.data(|data| data.get_temp::<(DrawnLanesKey, Arc<Self>)>(id));
        if let Some((_, drawn)) = cached.filter(|cached| cached.0 == key) {
            return drawn;
        }
        let concurrency =
            if has_strip { concurrency_steps(timeline, axis, now_ns) } else { Vec::new() };
        let lanes = lane_blocks(all, lanes, axis, (now_ns, held_lanes));
        let drawn = Arc::new(Self { lanes, concurrency });
        ui.data_mut(|data| data.insert_temp(id, (key, Arc::clone(&drawn))));
        drawn
    }
}
