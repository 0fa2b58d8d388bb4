//! The colour scale of values, and short numbers.

use egui::{Align2, Mesh, Rect, Sense, Stroke, StrokeKind, Ui, pos2, vec2};

use crate::window::theme::{SHADES, SMALL, regular, shade, tokens};

pub(crate) const HEIGHT: f32 = 24.0;

const WIDTH: f32 = 160.0;

pub(crate) fn scale(ui: &mut Ui, title: &str, (least, greatest): (f64, f64)) {
    let (colors, range) = (tokens(ui), [least, greatest]);
    ui.horizontal(|ui| {
        let font = regular(SMALL);
        ui.label(egui::RichText::new(title).font(font.clone()).color(colors.weak));
        let ends = range.map(|value| significant(value, 4));
        let ends = ends.map(|text| ui.painter().layout_no_wrap(text, font.clone(), colors.text));
        let labels_width = ends[0].size().x + ends[1].size().x + 16.0;
        let (place, response) =
            ui.allocate_exact_size(vec2(WIDTH + labels_width, HEIGHT), Sense::hover());
        let left = place.left() + ends[0].size().x + 8.0;
        let bar = Rect::from_x_y_ranges(
            left..=left + WIDTH,
            place.center().y - 6.0..=place.center().y + 6.0,
        );
        let mut mesh = Mesh::default();
        for step in 0..SHADES {
            let share = step as f64 / (SHADES - 1) as f64;
            #[expect(clippy::cast_possible_truncation, reason = "a share of the width")]
            let x = bar.left() + bar.width() * share as f32;
            let (fill, _) = shade(share);
            mesh.colored_vertex(pos2(x, bar.top()), fill);
            mesh.colored_vertex(pos2(x, bar.bottom()), fill);
            if step > 0 {
                let next = u32::try_from(2 * step).unwrap_or(u32::MAX);
                mesh.add_triangle(next - 2, next - 1, next);
                mesh.add_triangle(next - 1, next, next + 1);
            }
        }
        ui.painter().add(mesh);
        ui.painter().rect_stroke(bar, 0.0, Stroke::new(1.0, colors.weak), StrokeKind::Outside);
        let [low, high] = range.map(|value| significant(value, 6));
        let label = format!("Scale of values from {low} to {high}");
        for (galley, x) in ends.into_iter().zip([place.left(), bar.right() + 8.0]) {
            let at = Align2::LEFT_CENTER.anchor_size(pos2(x, place.center().y), galley.size()).min;
            ui.painter().galley(at, galley, colors.text);
        }
        response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Image, true, &label));
    });
}

/// Formats a number with significant digits; whole numbers below 10⁷ are not rounded.
pub(crate) fn significant(number: f64, digits: usize) -> String {
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
    use super::significant;

    #[test]
    fn numbers_have_few_significant_digits() {
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
            assert_eq!(significant(number, 4), text);
        }
        assert_eq!(significant(21.740_000_000_000_002, 6), "21.74");
        assert_eq!(significant(-1e6, 6), "-1000000");
    }
}
