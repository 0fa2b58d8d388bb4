//! Bounds of the size of the window.

use egui::{Vec2, vec2};

/// Smallest size in which everything is reachable.
pub(super) const MIN_SIZE: [f32; 2] = [800.0, 500.0];

/// Space of a monitor for title bar, frame and the bars of the desktop.
const AROUND_WINDOW: Vec2 = vec2(16.0, 80.0);

/// Returns the size that a window has to take to fit the monitor with its title bar.
pub(super) fn fitting_size(window: Vec2, monitor: Vec2) -> Option<Vec2> {
    let fitting = window.min(monitor - AROUND_WINDOW).max(MIN_SIZE.into());
    (fitting != window).then_some(fitting)
}

/// Returns the zoom that a window of this size, in points at the current zoom, has to take so
/// that it is not smaller than [`MIN_SIZE`]. A window without a size, as a hidden one, keeps its
/// zoom.
pub(super) fn fitting_zoom(zoom: f32, window: Vec2) -> Option<f32> {
    let most = (window * zoom / Vec2::from(MIN_SIZE)).min_elem().max(1.0);
    (zoom > most && window.min_elem() > 1.0).then_some(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_zoom_leaves_a_window_its_smallest_size() {
        let fitting = |zoom, width, height| fitting_zoom(zoom, vec2(width, height));
        assert_eq!(fitting(1.5, 1280.0 / 1.5, 800.0 / 1.5), None);
        assert_eq!(fitting(2.0, 640.0, 400.0), Some(1.6));
        assert_eq!(fitting(1.5, 800.0 / 1.5, 500.0 / 1.5), Some(1.0));
        assert_eq!(fitting(1.0, 700.0, 400.0), None, "smaller is not unzoomed");
        assert_eq!(fitting(2.0, 0.0, 0.0), None);
    }

    #[test]
    fn the_first_window_fits_the_screen_with_its_title_bar() {
        let usual = vec2(1280.0, 800.0);
        for (monitor, fitting) in [
            (vec2(1920.0, 1080.0), None),
            (vec2(1280.0, 800.0), Some(vec2(1264.0, 720.0))),
            (vec2(1366.0, 768.0), Some(vec2(1280.0, 688.0))),
            (vec2(640.0, 480.0), Some(vec2(800.0, 500.0))),
        ] {
            assert_eq!(fitting_size(usual, monitor), fitting);
        }
    }
}
