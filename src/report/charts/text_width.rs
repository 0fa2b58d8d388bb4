//! Estimated widths of texts in pictures, whose font is known only where they are shown.

use unicode_width::UnicodeWidthChar as _;

/// Widths of the characters from space to `~` in the bundled font, in hundredths of the font size.
const ASCII: [u8; 95] = [
    25, 26, 32, 62, 56, 73, 62, 17, 34, 35, 43, 57, 20, 28, 26, 41, 56, 56, 56, 56, 56, 56, 56, 56,
    56, 56, 24, 21, 51, 55, 52, 47, 90, 65, 62, 65, 66, 57, 55, 68, 71, 27, 55, 63, 54, 87, 71, 69,
    63, 69, 62, 59, 60, 65, 64, 89, 63, 60, 60, 27, 41, 27, 42, 45, 31, 54, 56, 52, 56, 53, 35, 56,
    55, 24, 24, 51, 24, 88, 55, 57, 56, 57, 34, 52, 33, 55, 48, 75, 50, 47, 50, 34, 24, 34, 68,
];

/// How much wider the letters of fonts that may replace it are.
const WIDEST_FONT: f32 = 1.15;

/// Returns the width of a character in points, in the widest of the usual fonts.
pub(crate) fn char_width(character: char, size: f32) -> f32 {
    let index = u32::from(character).wrapping_sub(u32::from(' ')) as usize;
    let hundredths = match ASCII.get(index) {
        Some(&width) => f32::from(width),
        None => 65.0 * character.width().unwrap_or(0) as f32,
    };
    hundredths / 100.0 * WIDEST_FONT * size
}

/// Returns the width of a text in points.
pub(crate) fn text_width(text: &str, size: f32) -> f32 {
    text.chars().map(|character| char_width(character, size)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_as_wide_as_their_characters() {
        assert!((text_width("0123456789", 10.0) - 64.4).abs() < 0.01);
        assert!(text_width("ii", 10.0) < text_width("W", 10.0));
        assert!(text_width("三", 10.0) > 13.0);
    }
}
