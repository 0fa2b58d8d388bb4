//! Predicted lanes over time.

use egui::{Align2, Rect, Sense, StrokeKind, Ui, pos2, vec2};

use super::super::state::Lanes;
use super::super::theme::{ON_RUN, SMALL, regular, tokens};
use crate::report::{duration, precise_duration};
use crate::schedule::s_from_ns;
use crate::study::CaseTable;

/// The width left of the lanes.
const LEFT: f32 = 56.0;

pub(super) fn lanes(ui: &mut Ui, cases: &CaseTable, lanes: &Lanes) {
    let blocks = &lanes.blocks;
    let colors = tokens(ui);
    let step = (320.0 / blocks.lanes.max(1) as f32).clamp(4.0, 26.0);
    let height = step * blocks.lanes as f32;
    let (whole, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), height), Sense::hover());
    let text = format!(
        "Predicted lanes: {} cases on {} lanes, {}",
        cases.len(),
        blocks.lanes,
        precise_duration(s_from_ns(blocks.end_ns))
    );
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, &text));
    if !ui.is_rect_visible(whole) {
        return;
    }
    let (left, width) = (whole.left() + LEFT, whole.width() - LEFT - 16.0);
    let end_ns = blocks.end_ns.max(1) as f64;
    #[expect(clippy::cast_possible_truncation, reason = "a share of the width")]
    let x = |at_ns: u64| left + (at_ns as f64 / end_ns) as f32 * width;
    let gap = if step > 8.0 { 4.0 } else { 1.0 };
    let row = |lane: u32| {
        let top = whole.top() + step * lane as f32;
        top..=top + step - gap
    };
    for lane in 0..blocks.lanes {
        let ys = row(lane);
        let ground = Rect::from_x_y_ranges(left..=left + width, ys.clone());
        ui.painter().rect_filled(ground, 2.0, colors.quiet);
        if step >= 16.0 {
            let at = pos2(left - 10.0, ground.center().y);
            let name = format!("lane {lane}");
            ui.painter().text(at, Align2::RIGHT_CENTER, name, regular(SMALL), colors.weak);
        }
    }
    let (fill, line) = colors.case;
    for block in &blocks.blocks {
        let place = Rect::from_x_y_ranges(x(block.start_ns)..=x(block.end_ns), row(block.lane));
        let stroke = if place.width() > 3.0 { 1.0 } else { 0.0 };
        ui.painter().rect(place, 2.0, fill, (stroke, line), StrokeKind::Inside);
        if block.cases == 1 && place.width() > 30.0 && step >= 16.0 {
            let clipped = ui.painter().with_clip_rect(place.shrink(2.0).intersect(ui.clip_rect()));
            let at = place.left_center() + vec2(6.0, 0.0);
            let name = cases.case(block.case as usize).name;
            clipped.text(at, Align2::LEFT_CENTER, name, regular(SMALL), ON_RUN);
        }
    }
    let Some(at) = response.hover_pos() else { return };
    let under = blocks.blocks.iter().find(|block| {
        (x(block.start_ns)..=x(block.end_ns)).contains(&at.x) && row(block.lane).contains(&at.y)
    });
    if let Some(block) = under {
        let name = match block.cases {
            1 => cases.case(block.case as usize).name.to_owned(),
            count => format!("{count} cases"),
        };
        let (from, to) = (duration(s_from_ns(block.start_ns)), duration(s_from_ns(block.end_ns)));
        let text = format!("{name}\npredicted, lane {}: {from} to {to}", block.lane);
        response.on_hover_text_at_pointer(text);
    }
}
