//! Parts that several charts share: the time axis, whiskers and the hint how to move about.

use std::ops::RangeInclusive;

use egui::{Align2, Stroke, Ui, pos2};

use crate::report::charts::marks::{TimeAxis, mark_text, marks};
use crate::text::Unit;
use crate::window::theme::{SMALL, regular, tokens};
use crate::window::widgets::controls::first_that_fits;

/// Paints lines across `x` at round times, and the times left of them.
pub(crate) fn paint_time_axis(
    axis: &TimeAxis,
    ui: &Ui,
    unit: Unit,
    x: RangeInclusive<f32>,
    text_x: f32,
) {
    let colors = tokens(ui);
    let (step_s, marks_s) = marks(0.0, axis.top_s, unit);
    for mark_s in marks_s {
        let y = axis.y(mark_s).round();
        let line = if mark_s > 0.0 { colors.line } else { colors.weak };
        ui.painter().hline(x.clone(), y, Stroke::new(1.0, line));
        let (at, text) = (pos2(text_x, y), mark_text(mark_s, step_s, unit));
        ui.painter().text(at, Align2::RIGHT_CENTER, text, regular(SMALL), colors.weak);
    }
}

/// Paints a whisker between two heights, `half` wide to both sides.
pub(crate) fn paint_whisker(ui: &Ui, x: f32, half: f32, (low, high): (f32, f32)) {
    let colors = tokens(ui);
    // A background keeps the whisker visible on every colour.
    for (wider, color) in [(1.5, colors.background), (0.0, colors.text)] {
        let line = Stroke::new(1.5 + 2.0 * wider, color);
        ui.painter().vline(x, high - wider..=low + wider, line);
        for y in [low, high] {
            ui.painter().hline(x - half - wider..=x + half + wider, y, line);
        }
    }
}

/// Says how pointer and keyboard move about in a chart of cases, as far as there is space.
pub(crate) fn mouse_hint(ui: &mut Ui) {
    let long = "Scroll to zoom, drag to pan, double-click to show all, click to select";
    let texts = [long, "Scroll to zoom, drag to pan, click to select", "Scroll to zoom"];
    let Some(shown) = first_that_fits(ui, &texts) else { return };
    shown.on_hover_text(
        "The wheel zooms while the pointer is on the chart. With the keyboard focus on the \
         chart, arrow keys pan, + and - zoom, Home shows all, and Shift with an arrow key selects \
         the next case",
    );
}
