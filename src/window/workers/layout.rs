//! Where totals against numbers of workers stand: pure geometry, tested without
//! a window.

use egui::{Pos2, Rect, pos2};

/// Up to so many workers each has the same room; beyond, each doubling has.
const EVEN: u32 = 32;

/// The least room of a mark's number, in points.
const MARK: f32 = 30.0;

/// The axes of the chart: workers to the right, time upwards from 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Axes {
    /// Where curves stand.
    pub(crate) frame: Rect,
    /// The most workers.
    pub(crate) last: u32,
    /// The time at the top, in seconds.
    pub(crate) top_s: f64,
}

impl Axes {
    /// Axes up to so many workers and so many seconds, with some room above.
    pub(crate) fn new(frame: Rect, last: u32, longest_s: f64) -> Self {
        let top_s = if longest_s > 0.0 { longest_s * 1.08 } else { 1.0 };
        Self { frame, last: last.max(2), top_s }
    }

    /// Whether each doubling of the workers has the same room.
    pub(crate) fn doubles(&self) -> bool {
        self.last > EVEN
    }

    /// Where a number of workers stands, from 0 to 1.
    fn share(&self, workers: u32) -> f32 {
        let [workers, last] = [workers.max(1), self.last].map(|n| n as f32);
        if self.doubles() { workers.log2() / last.log2() } else { (workers - 1.0) / (last - 1.0) }
    }

    /// The x of a number of workers.
    pub(crate) fn x(&self, workers: u32) -> f32 {
        self.frame.left() + self.share(workers) * self.frame.width()
    }

    /// The y of a time in seconds.
    pub(crate) fn y(&self, time_s: f64) -> f32 {
        #[expect(clippy::cast_possible_truncation, reason = "a share of the height")]
        let share = (time_s / self.top_s) as f32;
        self.frame.bottom() - share * self.frame.height()
    }

    /// The place of a total.
    pub(crate) fn at(&self, workers: u32, time_s: f64) -> Pos2 {
        pos2(self.x(workers), self.y(time_s))
    }

    /// The number of workers that stands nearest to this x.
    pub(crate) fn workers_at(&self, x: f32) -> u32 {
        let share = ((x - self.frame.left()) / self.frame.width().max(1.0)).clamp(0.0, 1.0);
        let last = self.last as f32;
        let exact = if self.doubles() { last.powf(share) } else { 1.0 + share * (last - 1.0) };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "1 to last")]
        let below = (exact as u32).clamp(1, self.last);
        let above = (below + 1).min(self.last);
        let off = |workers: u32| (self.x(workers) - x).abs();
        if off(above) < off(below) { above } else { below }
    }

    /// The numbers of workers that are written under the axis.
    pub(crate) fn marks(&self) -> Vec<u32> {
        if self.doubles() {
            let all = (0..=self.last.ilog2()).map(|power| 1 << power);
            let room = self.x(2) - self.x(1);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small")]
            let every = (MARK / room.max(1.0)).ceil().max(1.0) as usize;
            return all.step_by(every).collect();
        }
        let room = self.frame.width() / (self.last - 1) as f32;
        let step = [1, 2, 5, 10].into_iter().find(|&step| room * step as f32 >= MARK).unwrap_or(10);
        let multiples = (1..=self.last / step).map(|n| n * step);
        if step == 1 { multiples.collect() } else { [1].into_iter().chain(multiples).collect() }
    }

    /// Whether there is room for a sign on each point.
    pub(crate) fn has_room_for_points(&self) -> bool {
        self.x(self.last) - self.x(self.last - 1) >= 9.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axes(last: u32) -> Axes {
        Axes::new(Rect::from_min_max(pos2(50.0, 0.0), pos2(650.0, 200.0)), last, 10.0)
    }

    #[test]
    fn few_workers_have_the_same_room_each() {
        let axes = axes(7);
        assert_eq!((axes.x(1), axes.x(4), axes.x(7)), (50.0, 350.0, 650.0));
        assert_eq!((axes.y(0.0), axes.y(axes.top_s)), (200.0, 0.0));
        assert_eq!(axes.marks(), [1, 2, 3, 4, 5, 6, 7]);
        assert!(axes.has_room_for_points());
    }

    #[test]
    fn of_many_workers_each_doubling_has_the_same_room() {
        let axes = axes(256);
        assert!(((axes.x(4) - axes.x(2)) - (axes.x(256) - axes.x(128))).abs() < 0.01);
        assert_eq!(axes.marks(), [1, 2, 4, 8, 16, 32, 64, 128, 256]);
        assert!(!axes.has_room_for_points());
    }

    #[test]
    fn what_is_pointed_at_is_the_nearest_number() {
        for last in [2, 7, 32, 33, 256] {
            let axes = axes(last);
            for workers in 1..=last {
                assert_eq!(axes.workers_at(axes.x(workers)), workers, "of {last}");
            }
            assert_eq!((axes.workers_at(0.0), axes.workers_at(1e6)), (1, last));
        }
    }

    #[test]
    fn marks_leave_room_for_their_numbers() {
        let narrow = Rect::from_min_max(pos2(0.0, 0.0), pos2(250.0, 100.0));
        assert_eq!(Axes::new(narrow, 30, 1.0).marks(), [1, 5, 10, 15, 20, 25, 30]);
        assert_eq!(Axes::new(narrow, 256, 1.0).marks(), [1, 2, 4, 8, 16, 32, 64, 128, 256]);
    }

    #[test]
    fn one_worker_and_no_time_have_axes_too() {
        let frame = Rect::from_min_max(pos2(0.0, 0.0), pos2(100.0, 100.0));
        let axes = Axes::new(frame, 1, 0.0);
        assert!(axes.at(1, 0.0).x.is_finite() && axes.at(1, 0.0).y.is_finite());
        assert_eq!(axes.workers_at(50.0).max(2), 2);
    }
}
