//! Texts shortened to the width of their place in the window.

use egui::epaint::text::FontsView;
use egui::{Context, FontId};

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
