//! Bounds of size, zoom and place of the window.

use std::ops::RangeInclusive;

use egui::{Context, Pos2, Rect, Vec2, ViewportCommand, vec2};

/// Smallest size in which everything is reachable.
pub(crate) const MIN_SIZE: [f32; 2] = [800.0, 500.0];

/// Space of a monitor for title bar, frame and the bars of the desktop.
const AROUND_WINDOW: Vec2 = vec2(16.0, 80.0);

const ZOOM: RangeInclusive<f32> = 0.8..=2.0;
/// Number of steps to twice the normal size.
const ZOOM_STEPS: f32 = 10.0;

/// Part of the title bar that has to be on a monitor, so that the window can be moved.
const GRIP: Vec2 = vec2(120.0, 24.0);

/// The system may ignore a request before the window is on the screen.
const MAX_FITTED_FRAMES: u8 = 10;

/// Fits a new window to its monitor, in its first frames.
#[derive(Default)]
pub(crate) struct WindowFit {
    frames: u8,
}

impl WindowFit {
    /// Moves the window to a monitor, and makes it as small as the monitor asks for. Returns
    /// whether the window has to be drawn again soon.
    pub(crate) fn fit(&mut self, ctx: &Context, frame: &eframe::Frame) -> bool {
        let monitor = ctx.input(|input| input.viewport().monitor_size);
        let Some(monitor) = monitor.filter(|_| self.frames < MAX_FITTED_FRAMES) else {
            return false;
        };
        self.frames += 1;
        bring_back(frame);
        let size = fitting_size(ctx.content_rect().size(), monitor);
        if let Some(size) = size {
            ctx.send_viewport_cmd(ViewportCommand::InnerSize(size));
        }
        size.is_some()
    }
}

/// Returns the size that a window has to take to fit the monitor with its title bar.
fn fitting_size(window: Vec2, monitor: Vec2) -> Option<Vec2> {
    let fitting = window.min(monitor - AROUND_WINDOW).max(MIN_SIZE.into());
    (fitting != window).then_some(fitting)
}

/// Returns the zoom that a window of this size, in points at the current zoom, has to take so
/// that it is in its bounds and the window not smaller than [`MIN_SIZE`]. A window without a size,
/// as a hidden one, keeps its zoom.
pub(crate) fn fitting_zoom(zoom: f32, window: Vec2) -> Option<f32> {
    let most = (window * zoom / Vec2::from(MIN_SIZE)).min_elem().clamp(1.0, *ZOOM.end());
    let fitting = zoom.clamp(*ZOOM.start(), most);
    (fitting != zoom && window.min_elem() > 1.0).then_some(fitting)
}

/// Returns the next larger or smaller zoom.
pub(crate) fn next_zoom(zoom: f32, is_larger: bool) -> f32 {
    let steps = (zoom * ZOOM_STEPS).round();
    let next = if is_larger { steps + 1.0 } else { steps - 1.0 };
    (next / ZOOM_STEPS).clamp(*ZOOM.start(), *ZOOM.end())
}

/// Returns where a window has to go whose title bar is on none of the monitors, the first of which
/// takes it. All in pixels.
fn reachable_place(window: Rect, monitors: &[Rect]) -> Option<Pos2> {
    let title = Rect::from_min_size(window.min, vec2(window.width(), GRIP.y));
    let is_reached = |monitor: &Rect| {
        let common = monitor.intersect(title).size();
        common.x >= GRIP.x.min(window.width()) && common.y >= GRIP.y
    };
    let first = monitors.first().filter(|_| !monitors.iter().any(is_reached))?;
    Some(first.min + ((first.size() - window.size()) / 2.0).max(Vec2::ZERO))
}

/// Moves a window to a monitor whose title bar is on none, because its monitor is gone.
fn bring_back(frame: &eframe::Frame) {
    let Some(window) = frame.winit_window() else { return };
    let Ok(place) = window.outer_position() else { return };
    let rect = |place: (i32, i32), size: (u32, u32)| {
        let min = Pos2::new(place.0 as f32, place.1 as f32);
        Rect::from_min_size(min, Vec2::new(size.0 as f32, size.1 as f32))
    };
    let monitors: Vec<Rect> = window
        .available_monitors()
        .map(|monitor| rect(monitor.position().into(), monitor.size().into()))
        .collect();
    let place_of_window = rect(place.into(), window.outer_size().into());
    if let Some(to) = reachable_place(place_of_window, &monitors) {
        #[expect(clippy::cast_possible_truncation, reason = "pixels of a screen")]
        let [x, y] = [to.x as i32, to.y as i32];
        let mut moved = place;
        (moved.x, moved.y) = (x, y);
        window.set_outer_position(moved);
    }
}

#[cfg(test)]
mod tests {
    use egui::pos2;

    use super::*;

    #[test]
    fn the_zoom_leaves_a_window_its_smallest_size() {
        let fitting = |zoom, width, height| fitting_zoom(zoom, vec2(width, height));
        assert_eq!(fitting(1.5, 1280.0 / 1.5, 800.0 / 1.5), None);
        assert_eq!(fitting(2.0, 640.0, 400.0), Some(1.6));
        assert_eq!(fitting(1.5, 800.0 / 1.5, 500.0 / 1.5), Some(1.0));
        assert_eq!(fitting(1.0, 700.0, 400.0), None, "smaller is not unzoomed");
        assert_eq!(fitting(2.0, 0.0, 0.0), None);
        assert_eq!(
            (fitting(4.0, 900.0, 600.0), fitting(0.5, 900.0, 600.0)),
            (Some(2.0), Some(0.8))
        );
    }

    #[test]
    fn the_zoom_goes_from_80_to_200_percent() {
        let steps = |is_larger| {
            let mut zooms = vec![1.0];
            for _ in 0..20 {
                zooms.push(next_zoom(zooms[zooms.len() - 1], is_larger));
            }
            zooms.dedup();
            zooms
        };
        assert_eq!(steps(false), [1.0, 0.9, 0.8]);
        let larger = steps(true);
        assert_eq!((larger.len(), larger[10]), (11, 2.0));
        assert_eq!(next_zoom(1.6, false), 1.5);
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

    #[test]
    fn a_window_on_a_monitor_that_is_gone_is_brought_back() {
        let place = |x, y, width, height| Rect::from_min_size(pos2(x, y), vec2(width, height));
        let monitors = [place(0.0, 0.0, 1920.0, 1080.0), place(1920.0, 200.0, 1280.0, 800.0)];
        let goes = |x, y| reachable_place(place(x, y, 1200.0, 800.0), &monitors);
        for (x, y) in [(0.0, 0.0), (2000.0, 250.0), (-1000.0, 300.0), (1500.0, 900.0)] {
            assert_eq!(goes(x, y), None, "{x}, {y}");
        }
        let centre = Some(pos2(360.0, 140.0));
        for (x, y) in [(3300.0, 300.0), (0.0, -790.0), (-1150.0, 0.0), (0.0, 1070.0)] {
            assert_eq!(goes(x, y), centre, "{x}, {y}");
        }
        let small = [place(0.0, 0.0, 800.0, 600.0)];
        assert_eq!(reachable_place(place(900.0, 0.0, 1200.0, 800.0), &small), Some(Pos2::ZERO));
        assert_eq!(reachable_place(place(900.0, 0.0, 1200.0, 800.0), &[]), None);
    }
}
