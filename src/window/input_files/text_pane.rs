//! A pane with a marked text, of which only the visible part is laid out.

use std::ops::Range;

use egui::text::LayoutJob;
use egui::{
    Align2, Color32, FontFamily, FontId, Pos2, Rect, ScrollArea, Sense, Stroke, TextFormat, Ui,
    UiBuilder, pos2, scroll_area::ScrollBarVisibility, vec2,
};

use crate::study::MarkedText;
use crate::window::theme::{Tokens, tokens};
use crate::window::widgets::scroll_keys::{scroll_focused, scroll_target};

/// Height of a line.
pub(super) const LINE: f32 = 18.0;

const FONT_SIZE: f32 = 12.5;

/// Number of columns after which a line is cut.
const MAX_COLUMNS: usize = 10_000;

/// Number of characters shown of the partner of a mark.
const MAX_HOVER: usize = 300;

/// Space beside the numbers of the lines, and above the first line.
const MARGIN: f32 = 6.0;

/// A pane, and what it has in common with the one beside it.
pub(super) struct TextPane<'a> {
    /// Accessible name.
    pub(super) name: &'a str,
    pub(super) text: &'a MarkedText,
    /// The text whose marks stand for those of this one.
    pub(super) partner: Option<&'a MarkedText>,
    /// Number of lines of the longer of the two texts.
    pub(super) lines: usize,
}

impl TextPane<'_> {
    /// Draws the text scrolled by `offset`, and stores how far it is scrolled then.
    ///
    /// An offset beyond the end would be pulled back slowly, so it is limited.
    pub(super) fn show(&self, ui: &mut Ui, place: Rect, offset: &mut f32) {
        let (colors, font) = (tokens(ui), FontId::new(FONT_SIZE, FontFamily::Monospace));
        let advance = ui.fonts_mut(|fonts| fonts.glyph_width(&font, '0')).max(1.0);
        let digits = self.lines.max(99).ilog10() + 1;
        let gutter = advance * digits as f32 + 2.0 * MARGIN;
        let painter = ui.painter().with_clip_rect(place.intersect(ui.clip_rect()));
        painter.rect_filled(place, 4.0, colors.panel);
        let numbers = place.with_max_x(place.left() + gutter);
        let body = place.with_min_x(numbers.right()).shrink2(vec2(0.0, 2.0));
        let builder = UiBuilder::new().max_rect(body).id_salt(self.name);
        ui.scope_builder(builder, |ui| {
            let target = scroll_target(ui, self.name);
            let height = self.lines as f32 * LINE + 4.0 * MARGIN;
            *offset = offset.min(height - body.height()).max(0.0);
            // Panes side by side end at the same offset if both have the horizontal bar.
            let bars = ScrollBarVisibility::AlwaysVisible;
            let shown = ScrollArea::both()
                .auto_shrink(false)
                .min_scrolled_height(0.0)
                .scroll_bar_visibility(bars)
                .vertical_scroll_offset(*offset)
                .show_viewport(ui, |ui, viewport| {
                    scroll_focused(ui, &target);
                    let width = self.text.width().min(MAX_COLUMNS) as f32 * advance + 2.0 * MARGIN;
                    ui.set_min_size(vec2(width, height));
                    let origin = ui.min_rect().min + vec2(0.0, MARGIN);
                    let lines = self.visible_lines(viewport.top()..viewport.bottom());
                    for line in lines.clone() {
                        self.line(ui, line, origin, (viewport, advance, &font));
                        let number = pos2(numbers.right() - MARGIN, origin.y + line as f32 * LINE);
                        let text = (line + 1).to_string();
                        painter.text(number, Align2::RIGHT_TOP, text, font.clone(), colors.weak);
                    }
                    self.hover(ui, origin, advance);
                    lines
                });
            *offset = shown.state.clamped_offset().y;
            let text = || {
                let lines = shown.inner.clone().map(|line| self.text.line(line).1);
                lines.collect::<Vec<_>>().join("\n")
            };
            ui.ctx().accesskit_node_builder(target.id, |node| node.set_value(text()));
            if target.has_focus() {
                let stroke = Stroke::new(2.0, colors.accent);
                ui.painter().rect_stroke(body, 2.0, stroke, egui::StrokeKind::Inside);
            }
        });
    }

    fn visible_lines(&self, height: Range<f32>) -> Range<usize> {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rounded")]
        let line = |y: f32| ((y - MARGIN) / LINE).max(0.0) as usize;
        let count = self.text.line_count();
        line(height.start).min(count)..(line(height.end) + 1).min(count)
    }

    /// Draws the visible part of a line.
    fn line(
        &self,
        ui: &Ui,
        line: usize,
        origin: Pos2,
        (viewport, advance, font): (Rect, f32, &FontId),
    ) {
        let (line_start, text) = self.text.line(line);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rounded")]
        let column = |x: f32| (x / advance).max(0.0) as usize;
        let (first, last) = (column(viewport.left()), column(viewport.right()) + 1);
        let start = byte_of(text, first);
        let text = &text[start..start + byte_of(&text[start..], last - first)];
        let start = line_start + start;
        let place = origin + vec2(first as f32 * advance, line as f32 * LINE);
        let colors = tokens(ui);
        let mut job = LayoutJob::default();
        let mut push = |bytes: Range<usize>, color, background| {
            let format = TextFormat::simple(font.clone(), color);
            job.append(&visible(&text[bytes]), 0.0, TextFormat { background, ..format });
        };
        let (mut drawn, mut edges) = (0, Vec::new());
        for (index, bytes) in self.text.marks_in(start..start + text.len()) {
            let bytes = bytes.start - start..bytes.end - start;
            let (color, background) = self.mark_colors(index, &colors);
            // Tells adjacent marks apart, and shows empty ones.
            let columns = text[..bytes.start].chars().count();
            let x = place.x + columns as f32 * advance;
            edges.push((x, if bytes.is_empty() { color } else { colors.panel }));
            push(drawn..bytes.start, colors.text, Color32::TRANSPARENT);
            push(bytes.clone(), color, background);
            drawn = bytes.end;
        }
        push(drawn..text.len(), colors.text, Color32::TRANSPARENT);
        job.wrap.max_width = f32::INFINITY;
        let galley = ui.painter().layout_job(job);
        ui.painter().galley(place, galley, colors.text);
        for (x, color) in edges {
            ui.painter().vline(x, place.y..=place.y + LINE - 2.0, Stroke::new(1.5, color));
        }
    }

    fn mark_colors(&self, index: usize, colors: &Tokens) -> (Color32, Color32) {
        if self.text.marks()[index].is_valid {
            (colors.accent, colors.selected)
        } else {
            (colors.bad, colors.lanes.lost.0)
        }
    }

    /// Shows what stands beside the mark under the pointer.
    fn hover(&self, ui: &Ui, origin: Pos2, advance: f32) {
        let response = ui.interact(ui.clip_rect(), ui.scope_id().with("marks"), Sense::hover());
        let Some(pointer) = response.hover_pos() else { return };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rounded")]
        let [column, line] = [(pointer.x - origin.x) / advance, (pointer.y - origin.y) / LINE]
            .map(|at| at.max(0.0) as usize);
        if pointer.y < origin.y || line >= self.text.line_count() {
            return;
        }
        let (start, text) = self.text.line(line);
        let at = start + byte_of(text, column);
        let mut marks = self.text.marks_in(at..at + 1);
        let Some((index, _)) = marks.find(|(_, bytes)| bytes.contains(&at)) else { return };
        if let Some(partner) = self.partner {
            let text: String = partner.mark_text(index).chars().take(MAX_HOVER).collect();
            let text = visible(&text);
            response.on_hover_ui_at_pointer(|ui| {
                ui.add(egui::Label::new(egui::RichText::new(text).monospace()).extend());
            });
        }
    }
}

/// Returns the byte where the character with this index begins, or the end.
fn byte_of(text: &str, index: usize) -> usize {
    text.char_indices().nth(index).map_or(text.len(), |(at, _)| at)
}

/// Returns the text with a sign for each control character.
fn visible(text: &str) -> String {
    let sign = |c: char| match c {
        '\t' => '→',
        c if c.is_control() => '·',
        c => c,
    };
    text.chars().map(sign).collect()
}
