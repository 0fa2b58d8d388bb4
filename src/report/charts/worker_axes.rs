//! The axes of totals against numbers of workers: pure geometry.

use super::marks::TimeAxis;

/// Number of workers above which the axis is logarithmic.
const MAX_LINEAR: u32 = 32;

/// Smallest distance of two marks, in points.
const MARK_DISTANCE: f32 = 30.0;

/// Axes of the chart: workers to the right, time upwards from 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Axes {
    /// Left end of the curves, in points.
    pub(crate) left: f32,
    /// Width of the curves, in points.
    pub(crate) width: f32,
    pub(crate) max_workers: u32,
    pub(crate) time: TimeAxis,
}

impl Axes {
    /// Returns axes that include all workers and times, with some space above.
    ///
    /// The frame is left, top, width and height, in points.
    pub(crate) fn new(
        [left, top, width, height]: [f32; 4],
        max_workers: u32,
        longest_s: f64,
    ) -> Self {
        let top_s = if longest_s > 0.0 { longest_s * 1.08 } else { 1.0 };
        let time = TimeAxis { bottom: top + height, height, top_s };
        Self { left, width, max_workers: max_workers.max(2), time }
    }

    pub(crate) fn is_logarithmic(&self) -> bool {
        self.max_workers > MAX_LINEAR
    }

    /// Returns the place of a number of workers, from 0 to 1.
    fn share(&self, workers: u32) -> f32 {
        let [workers, max] = [workers.max(1), self.max_workers].map(|n| n as f32);
        if self.is_logarithmic() {
            workers.log2() / max.log2()
        } else {
            (workers - 1.0) / (max - 1.0)
        }
    }

    pub(crate) fn x(&self, workers: u32) -> f32 {
        self.left + self.share(workers) * self.width
    }

    pub(crate) fn at(&self, workers: u32, time_s: f64) -> (f32, f32) {
        (self.x(workers), self.time.y(time_s))
    }

    pub(crate) fn workers_at(&self, x: f32) -> u32 {
        let share = ((x - self.left) / self.width.max(1.0)).clamp(0.0, 1.0);
        let max = self.max_workers as f32;
        let exact = if self.is_logarithmic() { max.powf(share) } else { 1.0 + share * (max - 1.0) };
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "1 to last")]
        let below = (exact as u32).clamp(1, self.max_workers);
        let above = (below + 1).min(self.max_workers);
        let distance = |workers: u32| (self.x(workers) - x).abs();
        if distance(above) < distance(below) { above } else { below }
    }

    pub(crate) fn marks(&self) -> Vec<u32> {
        if self.is_logarithmic() {
            let all = (0..=self.max_workers.ilog2()).map(|power| 1 << power);
            let distance = self.x(2) - self.x(1);
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small")]
            let every = (MARK_DISTANCE / distance.max(1.0)).ceil().max(1.0) as usize;
            return all.step_by(every).collect();
        }
        let distance = self.width / (self.max_workers - 1) as f32;
        let step = [1, 2, 5, 10]
            .into_iter()
            .find(|&step| distance * step as f32 >= MARK_DISTANCE)
            .unwrap_or(10);
        let multiples = (1..=self.max_workers / step).map(|n| n * step);
        if step == 1 { multiples.collect() } else { [1].into_iter().chain(multiples).collect() }
    }

    /// Whether every point has space for a marker.
    pub(crate) fn fits_points(&self) -> bool {
        self.x(self.max_workers) - self.x(self.max_workers - 1) >= 9.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axes(last: u32) -> Axes {
        Axes::new([50.0, 0.0, 600.0, 200.0], last, 10.0)
    }

    #[test]
    fn the_axis_of_few_workers_is_linear() {
        let axes = axes(7);
        assert_eq!((axes.x(1), axes.x(4), axes.x(7)), (50.0, 350.0, 650.0));
        assert_eq!((axes.time.y(0.0), axes.time.y(axes.time.top_s)), (200.0, 0.0));
        assert_eq!(axes.marks(), [1, 2, 3, 4, 5, 6, 7]);
        assert!(axes.fits_points());
    }

    #[test]
    fn the_axis_of_many_workers_is_logarithmic() {
        let axes = axes(256);
        assert!(((axes.x(4) - axes.x(2)) - (axes.x(256) - axes.x(128))).abs() < 0.01);
        assert_eq!(axes.marks(), [1, 2, 4, 8, 16, 32, 64, 128, 256]);
        assert!(!axes.fits_points());
    }

    #[test]
    fn an_x_belongs_to_the_nearest_number_of_workers() {
        for last in [2, 7, 32, 33, 256] {
            let axes = axes(last);
            for workers in 1..=last {
                assert_eq!(axes.workers_at(axes.x(workers)), workers, "of {last}");
            }
            assert_eq!((axes.workers_at(0.0), axes.workers_at(1e6)), (1, last));
        }
    }

    #[test]
    fn marks_keep_their_distance() {
        let narrow = [0.0, 0.0, 250.0, 100.0];
        assert_eq!(Axes::new(narrow, 30, 1.0).marks(), [1, 5, 10, 15, 20, 25, 30]);
        assert_eq!(Axes::new(narrow, 256, 1.0).marks(), [1, 2, 4, 8, 16, 32, 64, 128, 256]);
    }

    #[test]
    fn axes_are_finite_for_one_worker_and_no_time() {
        let axes = Axes::new([0.0, 0.0, 100.0, 100.0], 1, 0.0);
        assert!(axes.at(1, 0.0).0.is_finite() && axes.at(1, 0.0).1.is_finite());
        assert_eq!(axes.workers_at(50.0).max(2), 2);
    }
}
