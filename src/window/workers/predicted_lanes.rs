//! The chart of predicted lanes over time.

use egui::{Sense, Ui, vec2};

use super::forecast::PredictedLanes;
use crate::report::charts::axis::Axis;
use crate::report::charts::blocks::pointed;
use crate::report::charts::lane_blocks::lane_blocks;
use crate::report::charts::zoom::Zoom;
use crate::schedule::s_from_ns;
use crate::study::CaseTable;
use crate::text::{count, duration, one_line, precise_duration};
use crate::window::timeline::lanes::painter::{LanePicture, Rows, lane_name, paint};
use crate::window::timeline::lanes::tooltip::{cases_tooltip, gap_tooltip};

/// Widths left of the lanes, for their names, and right of them.
const LEFT: f32 = 56.0;
const RIGHT: f32 = 16.0;

/// Height of all lanes, and limits for the height of one.
const HEIGHT: f32 = 320.0;
const MIN_LANE: f32 = 4.0;
const MAX_LANE: f32 = 26.0;

/// Smallest height of a lane with a name.
const MIN_NAMED: f32 = 16.0;

/// Draws the lanes and marks the cases that `selected` accepts.
pub(crate) fn lanes(
    ui: &mut Ui,
    cases: &CaseTable,
    predicted: &PredictedLanes,
    selected: &dyn Fn(u32) -> bool,
) {
    let PredictedLanes { lanes, end_ns, .. } = predicted;
    let lane_count = lanes.lanes().len();
    let height = (HEIGHT / lane_count.max(1) as f32).clamp(MIN_LANE, MAX_LANE);
    let size = vec2(ui.available_width(), height * lane_count as f32);
    let (place, response) = ui.allocate_exact_size(size, Sense::hover());
    let total = precise_duration(s_from_ns(*end_ns));
    let (cases_text, lanes_text) = (count(cases.len(), "case"), count(lane_count, "lane"));
    let text = format!("Predicted lanes: {cases_text} on {lanes_text}, {total}");
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, &text));
    let axis = Axis {
        zoom: Zoom { from_ns: 0.0, to_ns: (*end_ns).max(1) as f64 },
        left: place.left() + LEFT,
        width: place.width() - LEFT - RIGHT,
    };
    let rows = Rows { top: place.top(), height };
    let clip = ui.clip_rect();
    let visible = rows.between(clip.top(), clip.bottom(), lane_count);
    for lane in visible.clone().filter(|_| height >= MIN_NAMED) {
        lane_name(ui, rows.lane(lane, &axis), 10.0, lane);
    }
    let picture = LanePicture { lanes, cases, selected };
    let blocks = lane_blocks(lanes, visible, &axis, (*end_ns, 0));
    paint(ui, picture, &blocks, (&axis, rows));
    let Some(at) = response.hover_pos().filter(|at| at.x >= axis.left) else { return };
    let Some(number) = rows.at(at.y, lane_count) else { return };
    let lane = &lanes.lanes()[number];
    let found = pointed(lane, &axis, at.x, *end_ns);
    let text = match found.len() {
        0 => gap_tooltip(lane, &[], axis.whole_ns(at.x), true),
        1 => {
            let span = lane.cases[found.start];
            let [from, to] = [span.from_ns, span.to_ns].map(|ns| duration(s_from_ns(ns)));
            let name = one_line(cases.case(span.case as usize).name);
            Some(format!("{name}\npredicted, lane {number}\nfrom {from} to {to}"))
        }
        _ => Some(cases_tooltip(lane, found, (None, *end_ns))),
    };
    if let Some(text) = text {
        response.on_hover_text_at_pointer(text);
    }
}
