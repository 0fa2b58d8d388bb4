//! The scale of values: which colour is which value.

use egui::{Align2, Mesh, Rect, Sense, Stroke, StrokeKind, Ui, pos2, vec2};

use crate::window::theme::{SHADES, SMALL, regular, shade, tokens};

/// Its height.
pub(crate) const HEIGHT: f32 = 24.0;

/// The width of its colours.
const WIDTH: f32 = 160.0;

/// The scale with its ends in figures.
pub(crate) fn scale(ui: &mut Ui, (least, greatest): (f64, f64)) {
    let colors = tokens(ui);
    ui.horizontal(|ui| {
        let font = regular(SMALL);
        ui.label(egui::RichText::new("Value").font(font.clone()).color(colors.weak));
        let ends = [rounded(least), rounded(greatest)]
            .map(|text| ui.painter().layout_no_wrap(text, font.clone(), colors.text));
        let wide = ends[0].size().x + ends[1].size().x + 16.0;
        let (place, response) = ui.allocate_exact_size(vec2(WIDTH + wide, HEIGHT), Sense::hover());
        let left = place.left() + ends[0].size().x + 8.0;
        let bar = Rect::from_x_y_ranges(
            left..=left + WIDTH,
            place.center().y - 6.0..=place.center().y + 6.0,
        );
        let mut mesh = Mesh::default();
        for at in 0..SHADES {
            let share = at as f64 / (SHADES - 1) as f64;
            #[expect(clippy::cast_possible_truncation, reason = "a share of the width")]
            let x = bar.left() + bar.width() * share as f32;
            let (fill, _) = shade(share);
            mesh.colored_vertex(pos2(x, bar.top()), fill);
            mesh.colored_vertex(pos2(x, bar.bottom()), fill);
            if at > 0 {
                let next = u32::try_from(2 * at).unwrap_or(u32::MAX);
                mesh.add_triangle(next - 2, next - 1, next);
                mesh.add_triangle(next - 1, next, next + 1);
            }
        }
        ui.painter().add(mesh);
        ui.painter().rect_stroke(bar, 0.0, Stroke::new(1.0, colors.weak), StrokeKind::Outside);
        let [first, last] = ends;
        let said = format!("Scale of values from {} to {}", told(least), told(greatest));
        let at = |galley: &egui::Galley, x: f32, align: Align2| {
            align.anchor_size(pos2(x, place.center().y), galley.size()).min
        };
        let first_at = at(&first, place.left(), Align2::LEFT_CENTER);
        let last_at = at(&last, bar.right() + 8.0, Align2::LEFT_CENTER);
        ui.painter().galley(first_at, first, colors.text);
        ui.painter().galley(last_at, last, colors.text);
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, &said));
    });
}

/// A number short enough for a field or an axis: four digits that count.
pub(crate) fn rounded(number: f64) -> String {
    figures(number, 4)
}

/// A number short enough for a sentence: six digits that count.
pub(crate) fn told(number: f64) -> String {
    figures(number, 6)
}

/// The number to so many digits that count; whole where that is no longer.
fn figures(number: f64, digits: usize) -> String {
    let size = number.abs();
    if size >= 1e7 || (size > 0.0 && size < 1e-3) {
        return format!("{number:.*e}", digits - 2);
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "1 to 7")]
    let before = if size < 1.0 { 1 } else { size.log10() as usize + 1 };
    let text = format!("{number:.*}", digits.saturating_sub(before));
    let text =
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{rounded, told};

    #[test]
    fn numbers_are_short() {
        for (number, text) in [
            (5.0, "5"),
            (0.25, "0.25"),
            (0.600_000_000_000_1, "0.6"),
            (1_234.567_89, "1235"),
            (12.345_678, "12.35"),
            (0.123_456_7, "0.123"),
            (1.234_567e9, "1.23e9"),
            (-0.000_012_345, "-1.23e-5"),
            (400.0, "400"),
            (-0.000_1e-9, "-1.00e-13"),
            (0.0, "0"),
        ] {
            assert_eq!(rounded(number), text);
        }
        assert_eq!((told(21.740_000_000_000_002), told(-1e6)), ("21.74".into(), "-1000000".into()));
    }
}
