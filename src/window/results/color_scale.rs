//! The colour scale of values.

use egui::{Align2, Mesh, Rect, Sense, Stroke, StrokeKind, Ui, pos2, vec2};

use crate::report::SHADES;
use crate::text::significant;
use crate::window::theme::{SMALL, regular, shade, tokens};

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
