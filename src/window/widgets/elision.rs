//! Texts shortened to the width of their place in the window.

use egui::epaint::text::FontsView;
use egui::{
    Context, FontId, Label, Rect, Response, RichText, TextStyle, TextWrapMode, Ui, UiBuilder,
    WidgetText,
};

use crate::report::charts::elision::{Ellipsis, elide};

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
