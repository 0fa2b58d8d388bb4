//! Pictures of the window: compared with those of the repository, or looked at by a test.
//!
//! Renderers round differently. The pictures were drawn by one of them and are compared closely
//! there; other renderers may differ by more. A machine without a renderer skips them, and the
//! tests list what was skipped.

use std::collections::BTreeSet;
use std::io::{Write as _, stderr};
use std::panic::catch_unwind;
use std::sync::{LazyLock, Mutex};

use eframe::egui_wgpu::RendererOptions;
use egui_kittest::wgpu::{create_render_state, default_wgpu_setup};
use egui_kittest::{Harness, SnapshotOptions};

use image::RgbaImage;

use super::prelude::Window;

/// The renderer that drew the pictures of the repository.
const DRAWN_WITH: &str = "llvmpipe (LLVM 15.0.6, 256 bits)";

/// Share of the pixels that may differ with another renderer.
const OTHER_RENDERER: f32 = 0.01;

/// The renderer of this machine, if it has one.
static RENDERER: LazyLock<Option<String>> = LazyLock::new(|| {
    let name = catch_unwind(|| {
        let state = create_render_state(default_wgpu_setup(), RendererOptions::PREDICTABLE);
        // Some can be set up, but do not draw.
        let mut probe = Harness::new_ui(|ui| drop(ui.label("drawn")));
        probe.render().ok().map(|_| state.adapter.get_info().name)
    });
    let name = name.ok().flatten();
    match name.as_deref() {
        Some(DRAWN_WITH) => {}
        Some(name) => {
            say(&format!("pictures are compared loosely: drawn with {name}, not {DRAWN_WITH}"));
        }
        None => {
            say("pictures are skipped: this machine has no Vulkan or OpenGL that can draw them");
        }
    }
    name
});

/// Prints a line even if the test succeeds.
fn say(text: &str) {
    writeln!(stderr(), "{text}").ok();
}

/// Returns whether the window can be drawn; otherwise lists what is skipped, once.
fn can_draw(what: &str) -> bool {
    static SKIPPED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    if RENDERER.is_none() && SKIPPED.lock().unwrap().insert(what.to_owned()) {
        say(&format!("skipped: {what}"));
    }
    RENDERER.is_some()
}

pub trait Pictures {
    /// Compares the window with a picture in `tests/snapshots`.
    fn picture(&mut self, name: impl Into<String>);

    /// Compares the window with a picture of the README, in `screenshots`.
    fn screenshot(&mut self, name: impl Into<String>);

    /// Draws the window; `None` if this machine cannot.
    fn drawn(&mut self) -> Option<RgbaImage>;
}

impl Pictures for Window {
    fn picture(&mut self, name: impl Into<String>) {
        compare(self, name.into(), SnapshotOptions::new());
    }

    fn screenshot(&mut self, name: impl Into<String>) {
        compare(self, name.into(), SnapshotOptions::new().output_path("screenshots"));
    }

    fn drawn(&mut self) -> Option<RgbaImage> {
        let test = std::thread::current();
        can_draw(&format!("what {} draws", test.name().unwrap_or_default()))
            .then(|| self.render().unwrap())
    }
}

/// Returns whether two drawings differ in this place. Without a renderer, returns true.
pub fn is_changed(
    before: Option<&RgbaImage>,
    after: Option<&RgbaImage>,
    place: egui::Rect,
) -> bool {
    let (Some(before), Some(after)) = (before, after) else { return true };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "in the window")]
    let pixels = |from: f32, to: f32, size: u32| from.max(0.0) as u32..(to as u32).min(size);
    let mut lines = pixels(place.top(), place.bottom(), after.height());
    let columns = pixels(place.left(), place.right(), after.width());
    lines.any(|y| columns.clone().any(|x| before.get_pixel(x, y) != after.get_pixel(x, y)))
}

#[expect(clippy::disallowed_methods, reason = "the one place that compares pictures")]
fn compare(window: &mut Window, name: String, options: SnapshotOptions) {
    if !can_draw(&name) {
        return;
    }
    let is_own = RENDERER.as_deref() == Some(DRAWN_WITH);
    let size = window.ctx.content_rect().size() * window.ctx.pixels_per_point();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a number of pixels"
    )]
    let options = if is_own {
        options
    } else {
        options.max_failed_pixels((OTHER_RENDERER * size.x * size.y) as usize)
    };
    window.snapshot_options(name, &options);
}
