//! A strip of lanes under the bars, if there is room: which case ran when.

use egui::{Align2, Role, Sense, Ui, WidgetInfo, vec2};

use crate::schedule::s_from_ns;
use crate::text::duration;
use crate::window::state::{AppState, Intent, RunView};
use crate::window::theme::{SMALL, regular, tokens};
use crate::window::timeline::lanes::axis::Axis;
use crate::window::timeline::lanes::blocks::pointed;
use crate::window::timeline::lanes::painter::{LanePicture, Rows, lane_blocks, paint, tail};
use crate::window::timeline::lanes::tooltip::{
    attempt_record, case_tooltip, cases_tooltip, gap_tooltip,
};
use crate::window::timeline::timeline_state::{TimelineIntent, Zoom};

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
    let lanes = run.lanes().lanes().len();
    let height = SPACE_ABOVE + LANE_HEIGHT * lanes as f32;
    let fits = (1..=MAX_LANES).contains(&lanes) && available_height - height >= MIN_BARS_HEIGHT;
    if fits { height } else { 0.0 }
}

pub(crate) fn lane_strip(ui: &mut Ui, state: &AppState, run: &RunView, intents: &mut Vec<Intent>) {
    let (lanes, cases) = (run.lanes(), &run.frozen().cases);
    let count = lanes.lanes().len();
    ui.add_space(SPACE_ABOVE);
    let size = vec2(ui.available_width(), LANE_HEIGHT * count as f32);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let zoom = Zoom::all(run.end_ns() as f64);
    let axis = Axis {
        from_ns: zoom.from_ns,
        to_ns: zoom.to_ns,
        left: rect.left() + NAMES_WIDTH,
        width: rect.width() - NAMES_WIDTH,
    };
    let rows = Rows { top: rect.top(), height: LANE_HEIGHT };
    let colors = tokens(ui);
    for lane in 0..count {
        let at = rows.lane(lane, &axis).left_center() - vec2(10.0, 0.0);
        let font = regular(SMALL);
        ui.painter().text(at, Align2::RIGHT_CENTER, format!("lane {lane}"), font, colors.weak);
    }
    let (now_ns, waiting) = (run.end_ns(), run.waiting_lanes());
    let selected = |case: u32| state.is_selected(run, case as usize);
    let picture = LanePicture { lanes, cases, selected: &selected };
    let drawn = lane_blocks(lanes, 0..count, &axis, (now_ns, waiting));
    paint(ui.painter(), &colors, picture, &drawn, (&axis, rows));
    let busy_ns: u64 = lanes.lanes().iter().map(|lane| lane.busy_ns(now_ns)).sum();
    let summary = format!(
        "Lanes of the run: {count}, busy for {} in total during {}",
        duration(s_from_ns(busy_ns)),
        duration(s_from_ns(now_ns)),
    );
    response.widget_info(|| WidgetInfo::labeled(Role::Image, true, &summary));
    let Some(at) = response.hover_pos() else { return };
    let Some(number) = rows.at(at.y, count).filter(|_| at.x >= axis.left) else { return };
    let lane = &lanes.lanes()[number];
    let found = pointed(lane, &axis, at.x, now_ns);
    let rows_of = |found: &std::ops::Range<usize>| {
        let spans = lane.cases()[found.clone()].iter();
        spans.map(|span| cases.id(span.case as usize)).collect()
    };
    let text = match found.len() {
        0 => {
            let at_ns = axis.whole_ns(at.x);
            gap_tooltip(lane, &tail(lanes, number, (now_ns, waiting)), at_ns)
        }
        1 => {
            let span = lane.cases()[found.start];
            let (case, record) =
                (cases.case(span.case as usize), attempt_record(run.state(), span));
            Some(case_tooltip(case, &record, (&run.frozen().plan, now_ns)))
        }
        _ => Some(cases_tooltip(lane, found.clone(), now_ns)),
    };
    if response.clicked() && !found.is_empty() {
        let toggle = ui.input(|input| input.modifiers.command);
        let (of_document, rows) = (run.has_document_rows(), rows_of(&found));
        let pick = TimelineIntent::Select { of_document, rows, toggle };
        intents.push(Intent::Timeline(pick));
    }
    if let Some(text) = text {
        response.on_hover_text_at_pointer(text);
    }
}
