//! A cursor that walks the points of a chart by keys.

use egui::{
    EventFilter, Id, Key, Modifiers, PopupAnchor, Rect, Response, Stroke, StrokeKind, Tooltip, Ui,
    vec2,
};

use crate::window::theme::tokens;

/// Where a key leads the cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CursorMove {
    Left,
    Right,
    Up,
    Down,
    First,
    Last,
}

use CursorMove::{Down, First, Last, Left, Right, Up};

/// Keeps arrow keys from moving the focus while the chart has it.
pub(crate) fn hold_arrows(ui: &Ui, chart: &Response) {
    if chart.has_focus() {
        let (horizontal_arrows, vertical_arrows) = (true, true);
        let filter = EventFilter { horizontal_arrows, vertical_arrows, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(chart.id, filter));
    }
}

/// Returns the point at the cursor while the chart has the focus. `walk` returns the point
/// that a key leads to from a point, or from none. The pointer takes over once it moves.
pub(crate) fn cursor<P: Copy + Send + Sync + 'static>(
    ui: &Ui,
    chart: &Response,
    walk: impl FnOnce(Option<P>, CursorMove) -> Option<P>,
) -> Option<P> {
    let id = chart.id.with("cursor");
    let is_pointed = chart.hovered() && ui.input(|input| input.pointer.is_moving());
    if !chart.has_focus() || is_pointed {
        ui.data_mut(|data| data.remove::<P>(id));
        return None;
    }
    hold_arrows(ui, chart);
    let point = ui.data(|data| data.get_temp::<P>(id));
    let keys = [
        (Key::ArrowLeft, Left),
        (Key::ArrowRight, Right),
        (Key::ArrowUp, Up),
        (Key::ArrowDown, Down),
        (Key::Home, First),
        (Key::End, Last),
    ];
    // The key that moved the focus here does not move the cursor.
    let is_new = chart.gained_focus();
    let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
    let Some((_, step)) = keys.into_iter().find(|&(key, _)| !is_new && pressed(key)) else {
        return point;
    };
    let step = if point.is_none() && step != Last { First } else { step };
    let moved = walk(point, step).or(point);
    if let Some(moved) = moved {
        ui.data_mut(|data| data.insert_temp(id, moved));
    }
    moved
}

/// Returns the index of the point that a key leads to: left and right by the first coordinate,
/// up and down by the second, so that each way passes all points.
pub(crate) fn walked(points: &[[f64; 2]], from: Option<usize>, step: CursorMove) -> Option<usize> {
    let order = |a: usize, b: usize| {
        let [[a_x, a_y], [b_x, b_y]] = [points[a], points[b]];
        let (x, y) = (a_x.total_cmp(&b_x), a_y.total_cmp(&b_y));
        if matches!(step, Up | Down) { y.then(x) } else { x.then(y) }.then(a.cmp(&b))
    };
    let from = from.filter(|&from| from < points.len());
    let all = 0..points.len();
    match step {
        First => all.min_by(|&a, &b| order(a, b)),
        Last => all.max_by(|&a, &b| order(a, b)),
        Right | Up => {
            let after = all.filter(|&at| from.is_none_or(|from| order(at, from).is_gt()));
            after.min_by(|&a, &b| order(a, b))
        }
        Left | Down => {
            let before = all.filter(|&at| from.is_none_or(|from| order(at, from).is_lt()));
            before.max_by(|&a, &b| order(a, b))
        }
    }
}

/// Returns the id of the tooltip at the cursor of a chart.
pub(crate) fn tip_id(chart: Id) -> Id {
    chart.with("tip")
}

/// Marks the place of the cursor, with a tooltip.
pub(crate) fn show_cursor(ui: &Ui, chart: &Response, place: Rect, text: &str) {
    let colors = tokens(ui);
    let painter = ui.painter().with_clip_rect(chart.rect.intersect(ui.clip_rect()));
    for (width, color) in [(5.0, colors.background), (2.5, colors.accent)] {
        painter.rect_stroke(place, 4.0, Stroke::new(width, color), StrokeKind::Middle);
    }
    let anchor = PopupAnchor::ParentRect(place.expand2(vec2(4.0, 4.0)));
    let tip = Tooltip::always_open(ui.ctx().clone(), ui.layer_id(), tip_id(chart.id), anchor);
    tip.show(|ui| {
        ui.set_max_width(ui.spacing().tooltip_width);
        ui.label(text);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_passes_all_points_once() {
        let points = [[1.0, 5.0], [0.0, 2.0], [1.0, 5.0], [3.0, -1.0], [2.0, 2.0]];
        for (first, step) in [(First, Right), (Last, Left)] {
            let start = walked(&points, None, first);
            let next = |from: &usize| walked(&points, Some(*from), step);
            let mut passed: Vec<usize> = std::iter::successors(start, next).collect();
            assert_eq!(passed.len(), points.len(), "{step:?}");
            passed.sort_unstable();
            passed.dedup();
            assert_eq!(passed.len(), points.len());
        }
        let up = |from: &usize| walked(&points, Some(*from), Up);
        let passed: Vec<usize> = std::iter::successors(Some(3), up).collect();
        assert_eq!(passed, [3, 1, 4, 0, 2]);
        assert_eq!(walked(&[], None, First), None);
    }
}
