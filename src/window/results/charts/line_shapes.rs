//! The lines of parallel coordinates as one mesh, kept from frame to frame.

use std::sync::Arc;

use egui::epaint::Vertex;
use egui::epaint::WHITE_UV;
use egui::{Color32, Id, Mesh, Pos2, Rect, Ui, pos2};

use super::parallel::{LinePiece, ParallelLines};
use crate::window::theme::{shade, tokens};

/// Width of a line, and of the blurred edge on both sides.
pub(crate) const WIDTH: f32 = 1.3;
const EDGE: f32 = 0.8;

/// What a mesh was made of.
#[derive(Clone, PartialEq)]
struct MeshKey {
    pieces: Arc<[LinePiece]>,
    place: Rect,
    /// The colour of lines outside the ranges, which differs between themes.
    quiet: Color32,
}

/// Returns the height of a share of an axis.
pub(crate) fn height_of(place: Rect, share: f32) -> f32 {
    place.bottom() - place.height() * share
}

/// Returns the horizontal place of an axis.
pub(crate) fn axis_x(place: Rect, axis: usize, axes: usize) -> f32 {
    place.left() + place.width() * axis as f32 / (axes.max(2) - 1) as f32
}

pub(crate) fn mesh(ui: &Ui, lines: &ParallelLines, place: Rect) -> Arc<Mesh> {
    let key = MeshKey { pieces: Arc::clone(&lines.pieces), place, quiet: tokens(ui).line };
    let id = Id::unique("parallel lines");
    let cached = ui.data(|data| data.get_temp::<(MeshKey, Arc<Mesh>)>(id));
    let is_same = |other: &MeshKey| {
        Arc::ptr_eq(&other.pieces, &key.pieces)
            && (other.place, other.quiet) == (key.place, key.quiet)
    };
    if let Some((_, mesh)) = cached.filter(|(other, _)| is_same(other)) {
        return mesh;
    }
    let mesh = Arc::new(build(ui, lines, place));
    ui.data_mut(|data| data.insert_temp(id, (key, Arc::clone(&mesh))));
    mesh
}

fn build(ui: &Ui, lines: &ParallelLines, place: Rect) -> Mesh {
    let quiet = tokens(ui).line;
    let opacity = lines.opacity();
    let mut mesh = Mesh::default();
    for piece in &*lines.pieces {
        let color = if piece.is_inside { shade(piece.color.into()).0 } else { quiet };
        let [from, to] = [0, 1].map(|end| {
            let x = axis_x(place, piece.axis + end, lines.axes.len());
            pos2(x, height_of(place, piece.heights[end]))
        });
        push_line(&mut mesh, from, to, color.gamma_multiply(opacity(piece)));
    }
    mesh
}

/// Adds a line with soft edges.
fn push_line(mesh: &mut Mesh, from: Pos2, to: Pos2, color: Color32) {
    let across = (to - from).normalized().rot90();
    let first = u32::try_from(mesh.vertices.len()).unwrap_or(u32::MAX);
    let rims = [
        (-WIDTH / 2.0 - EDGE, Color32::TRANSPARENT),
        (-WIDTH / 2.0, color),
        (WIDTH / 2.0, color),
        (WIDTH / 2.0 + EDGE, Color32::TRANSPARENT),
    ];
    for (offset, color) in rims {
        for end in [from, to] {
            mesh.vertices.push(Vertex { pos: end + across * offset, uv: WHITE_UV, color });
        }
    }
    for strip in 0..3 {
        let corner = first + 2 * strip;
        mesh.add_triangle(corner, corner + 1, corner + 2);
        mesh.add_triangle(corner + 1, corner + 2, corner + 3);
    }
}
