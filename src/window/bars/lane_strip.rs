//! A strip of lanes under the bars, if there is room: which case ran when.

use egui::{Role, Sense, Ui, WidgetInfo, vec2};

use crate::report::charts::axis::Axis;
use crate::report::charts::lane_blocks::lane_blocks;
use crate::report::charts::zoom::Zoom;
use crate::schedule::s_from_ns;
use crate::text::{duration, worker_time};
use crate::window::state::{AppState, Intent, RunView};
use crate::window::timeline::chart_input::respond_in_lane;
use crate::window::timeline::lanes::painter::{LanePicture, Rows, lane_name, paint};
use crate::window::timeline::timeline_run::TimelineRun;
use crate::window::widgets::chart_cursor::hold_arrows;
use crate::window::widgets::command_menu::{CASE_OF_RUN, context_menu};

const LANE_HEIGHT: f32 = 24.0;

/// Space above the first lane.
const SPACE_ABOVE: f32 = 8.0;

/// Maximum number of lanes in the strip.
const MAX_LANES: usize = 6;

/// Minimum height left for the bars.
const MIN_BARS_HEIGHT: f32 = 300.0;

/// Width of the lane names left of the lanes.
const NAMES_WIDTH: f32 = 56.0;

/// Returns the height of the strip, given the height for bars and strip; 0 if there is no room.
pub(crate) fn height(run: &RunView, available_height: f32) -> f32 {
    let lanes = run.timeline.lanes.lanes().len();
    let height = SPACE_ABOVE + LANE_HEIGHT * lanes as f32;
    let fits = (1..=MAX_LANES).contains(&lanes) && available_height - height >= MIN_BARS_HEIGHT;
    if fits { height } else { 0.0 }
}

pub(crate) fn lane_strip(ui: &mut Ui, state: &AppState, view: &RunView, intents: &mut Vec<Intent>) {
    let run = TimelineRun::of_run(view);
    let lanes = &run.timeline.lanes;
    let count = run.lane_count();
    ui.add_space(SPACE_ABOVE);
    let size = vec2(ui.available_width(), LANE_HEIGHT * count as f32);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let axis = Axis {
        zoom: Zoom::all(run.end_ns as f64),
        left: rect.left() + NAMES_WIDTH,
        width: rect.width() - NAMES_WIDTH,
    };
    let rows = Rows { top: rect.top(), height: LANE_HEIGHT };
    for lane in 0..count {
        lane_name(ui, rows.lane(lane, &axis), 10.0, lane);
    }
    let selected = |case: u32| state.is_selected(view, case as usize);
    let picture = LanePicture { lanes, cases: &run.frozen.cases, selected: &selected };
    let drawn = lane_blocks(lanes, 0..count, &axis, (run.end_ns, run.held_lanes));
    paint(ui, picture, &drawn, (&axis, rows));
    let busy_ns: u64 = lanes.lanes().iter().map(|lane| lane.busy_ns(run.end_ns)).sum();
    let summary = format!(
        "Lanes of the run: {count}, busy for {} during {}",
        worker_time(s_from_ns(busy_ns)),
        duration(s_from_ns(run.end_ns)),
    );
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &summary));
    hold_arrows(ui, &response);
    context_menu(&response, response.has_focus(), state, CASE_OF_RUN, intents);
    let Some(at) = response.hover_pos().filter(|at| at.x >= axis.left) else { return };
    if let Some(lane) = rows.at(at.y, count) {
        respond_in_lane(ui, &response, &axis, (&run, lane, at.x), intents);
    }
}
