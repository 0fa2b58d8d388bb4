//! Texts that are too long for their place.

use egui::epaint::text::FontsView;
use egui::{FontId, Ui};

/// Place of an ellipsis in a text that is too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ellipsis {
    Middle,
    End,
}

/// Returns the text with an ellipsis if it is wider than this.
pub(crate) fn elided(
    ui: &Ui,
    text: &str,
    font: &FontId,
    width: f32,
    ellipsis: Ellipsis,
) -> Option<String> {
    let width_of = |fonts: &mut FontsView<'_>, character| fonts.glyph_width(font, character);
    ui.fonts_mut(|fonts| elide(text, width, ellipsis, |character| width_of(fonts, character)))
}

fn elide(
    text: &str,
    width: f32,
    ellipsis: Ellipsis,
    mut char_width: impl FnMut(char) -> f32,
) -> Option<String> {
    let mut used = 0.0;
    let mut fits = |character| {
        used += char_width(character);
        used <= width
    };
    if text.chars().all(&mut fits) {
        return None;
    }
    let mut left = width - char_width('…');
    let (mut from_start, mut from_end) = (text.char_indices(), text.char_indices().rev());
    let (mut start, mut end, mut is_start) = (0, text.len(), true);
    while let Some((at, next)) = if is_start { from_start.next() } else { from_end.next() } {
        left -= char_width(next);
        if left < 0.0 {
            break;
        }
        if is_start {
            start = at + next.len_utf8();
        } else {
            end = at;
        }
        is_start = ellipsis == Ellipsis::End || !is_start;
    }
    Some(format!("{}…{}", &text[..start], &text[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_shows_its_start_and_its_end() {
        let elide = |text, width| elide(text, width, Ellipsis::Middle, |_| 1.0);
        assert_eq!(elide("wing", 4.0), None);
        assert_eq!(elide("front__50__400", 8.0).unwrap(), "fron…400");
        assert_eq!(elide("äöüß", 3.0).unwrap(), "ä…ß");
        assert_eq!(elide("wing", 1.0).unwrap(), "…");
        assert_eq!(elide("wing", 0.0).unwrap(), "…");
    }

    #[test]
    fn a_long_number_shows_its_start() {
        assert_eq!(elide("1234.5678", 5.0, Ellipsis::End, |_| 1.0).unwrap(), "1234…");
    }
}
