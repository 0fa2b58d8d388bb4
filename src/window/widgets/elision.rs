//! Texts shortened to the width of their place in the window.

use egui::epaint::text::FontsView;
use egui::{
    Color32, Context, FontId, Label, Rect, Response, RichText, Role, TextStyle, TextWrapMode, Ui,
    UiBuilder, WidgetInfo, WidgetText,
};

use crate::report::charts::elision::{CommonParts, Ellipsis, elide};
use crate::window::theme::{BODY, regular};

/// Returns the text with ellipses if it is wider than this.
pub(crate) fn elided(
    ctx: &Context,
    text: &str,
    font: &FontId,
    width: f32,
    ellipsis: Ellipsis<'_>,
) -> Option<String> {
    let width_of = |fonts: &mut FontsView<'_>, character| fonts.glyph_width(font, character);
    ctx.fonts_mut(|fonts| elide(text, width, ellipsis, |character| width_of(fonts, character)))
}

/// Shows a name on one line, shortened to what tells it from others; the pointer shows it whole.
pub(crate) fn name(ui: &mut Ui, text: &str, color: Color32, parts: CommonParts<'_>) -> Response {
    let (font, width) = (regular(BODY), ui.available_width());
    let short = elided(ui.ctx(), text, &font, width, Ellipsis::Name(parts));
    let shown = RichText::new(short.as_deref().unwrap_or(text)).font(font).color(color);
    let response = ui.add(Label::new(shown).wrap_mode(TextWrapMode::Extend).selectable(false));
    if short.is_none() {
        return response;
    }
    response.widget_info(|| WidgetInfo::labeled(Role::Label, true, text));
    response.on_hover_text(text)
}

/// Shows a text on one line, as wide as it is. What a scrolled area leaves of it ends in an
/// ellipsis: part of a number looks like another number.
pub(crate) fn whole_or_elided(ui: &mut Ui, text: RichText, is_selectable: bool) -> Response {
    let laid_out = WidgetText::from(text.clone()).into_galley(
        ui,
        Some(TextWrapMode::Extend),
        f32::INFINITY,
        TextStyle::Body,
    );
    let (width, space) = (laid_out.size().x, ui.available_rect_before_wrap());
    let from =
        if ui.layout().prefer_right_to_left() { space.right() - width } else { space.left() };
    let whole = Rect::from_x_y_ranges(from..=from + width, space.y_range());
    let left = whole.intersect(ui.clip_rect());
    if left.width() >= width - 0.5 || left.width() <= 0.0 {
        let label = Label::new(text).wrap_mode(TextWrapMode::Extend);
        return ui.add(label.selectable(is_selectable));
    }
    let builder = UiBuilder::new().max_rect(left).layout(*ui.layout());
    let label = Label::new(text).wrap_mode(TextWrapMode::Truncate).selectable(is_selectable);
    let response = ui.new_child(builder).add(label);
    ui.expand_to_include_rect(whole);
    response
}

#[cfg(test)]
mod tests {
    use egui::{Layout, Pos2, RawInput, Shape, Vec2};

    use super::*;

    /// Draws a number, and returns whether it ends in an ellipsis and how much space it takes.
    fn drawn(visible_width: f32) -> (bool, f32) {
        let ctx = Context::default();
        let mut width = 0.0;
        let mut output = ctx.run_ui(RawInput::default(), |ui| {
            let place = Rect::from_min_size(Pos2::ZERO, Vec2::new(200.0, 20.0));
            let layout = Layout::right_to_left(egui::Align::Center);
            let mut cell = ui.new_child(UiBuilder::new().max_rect(place).layout(layout));
            cell.set_clip_rect(place.with_min_x(200.0 - visible_width));
            whole_or_elided(&mut cell, "1234567890123".into(), false);
            width = cell.min_rect().width();
        });
        let shapes = std::mem::take(&mut output.shapes);
        output.drop_without_applying_deltas();
        let is_elided = shapes.iter().any(|shape| match &shape.shape {
            Shape::Text(text) => text.galley.elided,
            _ => false,
        });
        (is_elided, width)
    }

    #[test]
    fn a_number_that_is_partly_out_of_sight_ends_in_an_ellipsis_and_keeps_its_width() {
        let ((whole, width), (cut, same_width)) = (drawn(200.0), drawn(30.0));
        assert!(!whole && cut);
        assert!(width > 60.0 && (width - same_width).abs() < 0.5, "{width} {same_width}");
    }
}
