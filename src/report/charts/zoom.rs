//! The visible span of a time axis.

/// Shortest visible time, in nanoseconds.
const MIN_NS: f64 = 100.0;

/// A visible span of time, in nanoseconds from the start of the run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Zoom {
    pub from_ns: f64,
    pub to_ns: f64,
}

impl Zoom {
    pub fn all(total_ns: f64) -> Self {
        Self { from_ns: 0.0, to_ns: total_ns.max(MIN_NS) }
    }

    /// Multiplies the span by a factor and keeps `at_ns` at its place in view.
    pub fn scaled(self, factor: f64, at_ns: f64, total_ns: f64) -> Self {
        let length_ns = self.to_ns - self.from_ns;
        let factor = factor.max(MIN_NS / length_ns);
        let from_ns = at_ns - (at_ns - self.from_ns) * factor;
        Self { from_ns, to_ns: from_ns + length_ns * factor }.within(total_ns)
    }

    pub fn moved(self, by_ns: f64, total_ns: f64) -> Self {
        Self { from_ns: self.from_ns + by_ns, to_ns: self.to_ns + by_ns }.within(total_ns)
    }

    /// Moves and shortens the span to fit into the run.
    pub fn within(self, total_ns: f64) -> Self {
        let total_ns = total_ns.max(MIN_NS);
        let length_ns = (self.to_ns - self.from_ns).clamp(MIN_NS, total_ns);
        let from_ns = self.from_ns.clamp(0.0, total_ns - length_ns);
        Self { from_ns, to_ns: from_ns + length_ns }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn zooming_keeps_the_time_at_the_pointer() {
        let zoom = Zoom::all(1000.0).scaled(0.5, 250.0, 1000.0);
        assert_eq!(zoom, Zoom { from_ns: 125.0, to_ns: 625.0 });
        assert_eq!(zoom.moved(-500.0, 1000.0), Zoom { from_ns: 0.0, to_ns: 500.0 });
        assert_eq!(zoom.moved(500.0, 1000.0), Zoom { from_ns: 500.0, to_ns: 1000.0 });
        assert_eq!(zoom.scaled(9.0, 200.0, 1000.0), Zoom::all(1000.0));
    }

    proptest! {
        #[test]
        fn the_visible_time_is_never_empty_and_within_the_run(
            total_ns in 0.0_f64..1e12,
            factors in prop::collection::vec((0.0_f64..4.0, 0.0_f64..1e12, -1e12_f64..1e12), 0..20),
        ) {
            let mut zoom = Zoom::all(total_ns);
            for (factor, at_ns, by_ns) in factors {
                zoom = zoom.scaled(factor, at_ns, total_ns).moved(by_ns, total_ns);
                prop_assert!(zoom.from_ns >= 0.0 && zoom.to_ns - zoom.from_ns >= MIN_NS * 0.99);
                prop_assert!(zoom.to_ns <= total_ns.max(MIN_NS) * 1.000_001);
            }
        }
    }
}
