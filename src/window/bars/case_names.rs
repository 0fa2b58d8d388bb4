//! Case names under bars: straight or tilted, shortened if they do not fit.

use std::borrow::Cow;

use egui::epaint::TextShape;
use egui::{Pos2, Ui, vec2};

use crate::report::charts::elision::{CommonParts, Ellipsis};
use crate::report::charts::name_layout::{NameLayout, TILT, TILTED_LENGTH, name_layout};
use crate::text::{one_line, shortened};
use crate::window::theme::{regular, tokens};
use crate::window::widgets::elision::elided;

/// Chooses the layout of names that have `room` points each.
pub(crate) fn choose_layout<'a>(
    ui: &Ui,
    all: impl Iterator<Item = &'a str>,
    room: f32,
) -> NameLayout {
    let width = |name: &str| layout(ui, &shortened(name, 200)).size().x;
    name_layout(room, all.take(60).map(width).fold(0.0, f32::max))
}

/// Draws a name centred under the bar with this number.
pub(crate) fn draw_name(
    ui: &Ui,
    base: Pos2,
    name: &str,
    (layout_of_names, number): (NameLayout, usize),
    (room, parts): (f32, CommonParts<'_>),
) {
    let color = tokens(ui).text;
    match layout_of_names {
        NameLayout::Straight => {
            let galley = layout(ui, &short(ui, name, room, parts));
            let at = base + vec2(-galley.size().x / 2.0, 8.0);
            ui.painter().galley(at, galley, color);
        }
        NameLayout::Tilted(every) if number.is_multiple_of(every) => {
            let galley = layout(ui, &short(ui, name, TILTED_LENGTH, parts));
            let (width, height) = (galley.size().x, galley.size().y);
            // The end of the name is under its bar.
            let at = base + vec2(-width * TILT.cos() - height * 0.3, 6.0 + width * TILT.sin());
            ui.painter().add(TextShape::new(at, galley, color).with_angle(-TILT));
        }
        NameLayout::Tilted(_) => {}
    }
}

fn short<'a>(ui: &Ui, name: &'a str, width: f32, parts: CommonParts<'_>) -> Cow<'a, str> {
    let short = elided(ui.ctx(), name, &regular(13.0), width, Ellipsis::Name(parts));
    short.map_or(Cow::Borrowed(name), Cow::Owned)
}

fn layout(ui: &Ui, name: &str) -> std::sync::Arc<egui::Galley> {
    ui.painter().layout_no_wrap(one_line(name), regular(13.0), tokens(ui).text)
}
