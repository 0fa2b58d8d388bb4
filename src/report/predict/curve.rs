//! Predicted makespan against the number of workers.

use super::predictor::Predictor;
use super::scenario::{PredictError, Prediction, Scenario};
use crate::study::{LaneCount, WORKER_RANGE};

/// How far above the best a makespan may be to count as good enough: 5 %.
pub const KNEE_TOLERANCE: f64 = 0.05;

/// Cases simulated in total for one curve, at about 60 ns each. Curves of more cases
/// have fewer points.
const SIMULATED_CASES: usize = 1_000_000;

/// Steps between worker counts, as shares of the count, densest first. The last gives
/// 15 points up to 256 workers.
const STRIDES: [f64; 4] = [0.0, 1.0 / 16.0, 0.125, 0.5];

/// Predicted makespans of a scenario for growing numbers of workers.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    pub(crate) scenario: Scenario,
    /// The points by growing worker count; at least one.
    pub(crate) points: Vec<Prediction>,
    knee: usize,
}

impl Curve {
    /// Predicts 1, 2, 3, … workers to a little beyond where the makespan stops falling, at least to
    /// `at_least`, at most to 256. A strategy that fixes its workers has one point.
    ///
    /// For many cases some counts are skipped, so 10 000 cases take less than 100 ms.
    /// From about 70 000 cases on there are 15 to 22 points, each of which sorts all
    /// cases into lanes: a million take seconds, so call this off the UI thread.
    pub fn of(
        predictor: &Predictor,
        scenario: Scenario,
        at_least: u32,
    ) -> Result<Self, PredictError> {
        let predict = predictor.for_scenario(scenario);
        let floor_s = predictor.floor_s(scenario.strategy);
        let mut points: Vec<Prediction> = Vec::new();
        let (mut end, at_least) = range(predictor, scenario, at_least);
        for workers in worker_counts(end, SIMULATED_CASES / predictor.cases().max(1)) {
            if workers > end {
                break;
            }
            let point = predict(workers)?;
            points.push(point);
            if point.total_s <= floor_s {
                // Far enough to show that the curve stays flat.
                end = end.min((workers + (workers / 2).max(2)).max(at_least));
            }
        }
        let mut curve = Self { scenario, points, knee: 0 };
        curve.find_knee(predict)?;
        Ok(curve)
    }

    /// The point of this worker count, if there is one.
    pub fn point(&self, workers: u32) -> Option<&Prediction> {
        let at = self.points.binary_search_by_key(&workers, |point| point.workers).ok()?;
        self.points.get(at)
    }

    /// The fewest workers within 5 % of the best point.
    pub fn knee(&self) -> &Prediction {
        &self.points[self.knee]
    }

    /// Smallest makespan of all points, in seconds.
    pub fn best_s(&self) -> f64 {
        self.points.iter().map(|point| point.total_s).fold(f64::INFINITY, f64::min)
    }

    /// Finds the knee. Bisects between two points that are not neighbours, and keeps
    /// the predictions made on the way as points.
    fn find_knee(
        &mut self,
        predict: impl Fn(u32) -> Result<Prediction, PredictError>,
    ) -> Result<(), PredictError> {
        let limit_s = self.best_s() * (1.0 + KNEE_TOLERANCE);
        loop {
            let within = |point: &Prediction| point.total_s <= limit_s;
            self.knee = self.points.iter().position(within).unwrap_or(0);
            let Some(before) = self.knee.checked_sub(1) else { return Ok(()) };
            let (below, above) = (self.points[before].workers, self.points[self.knee].workers);
            if below + 1 >= above {
                return Ok(());
            }
            self.points.insert(self.knee, predict(below.midpoint(above))?);
        }
    }
}

/// Largest worker count a curve may reach, and the one it must reach. One worker more
/// than cases has nothing to do; two more show that.
fn range(predictor: &Predictor, scenario: Scenario, at_least: u32) -> (u32, u32) {
    match scenario.strategy.lanes() {
        LaneCount::One | LaneCount::PerCase => (1, 1),
        LaneCount::Workers => {
            let at_least = at_least.min(*WORKER_RANGE.end());
            let cases = u32::try_from(predictor.cases()).unwrap_or(u32::MAX);
            (cases.saturating_add(2).min(*WORKER_RANGE.end()).max(at_least), at_least)
        }
    }
}

/// Worker counts from 1 to `last`, in the densest strides that give at most `max_count` of them.
fn worker_counts(last: u32, max_count: usize) -> Vec<u32> {
    let spread = |stride: f64| -> Vec<u32> {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most 128")]
        let next = |&workers: &u32| {
            let step = (f64::from(workers) * stride).floor().max(1.0) as u32;
            (workers < last).then(|| (workers + step).min(last))
        };
        std::iter::successors(Some(1), next).collect()
    };
    let densest = STRIDES.map(spread).into_iter().find(|counts| counts.len() <= max_count);
    densest.unwrap_or_else(|| spread(STRIDES[STRIDES.len() - 1]))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::figures::lower_bound::tests::brute_force_makespan;
    use crate::report::fixtures;
    use crate::report::import::report_input::InputCase;
    use crate::run::Status;
    use crate::study::{Order, Strategy};

    /// A predictor for cases that wait or, if `computes`, compute for these lengths.
    fn predictor(lengths_s: &[f64], computes: bool, logical_cpus: u32) -> Predictor {
        let case = |&length_s: &f64| InputCase {
            status: Status::Done,
            time_s: Some(length_s),
            waited_s: Some(if computes { 0.0 } else { length_s }),
            cpu_s: Some(if computes { length_s } else { 0.0 }),
            intended_s: (!computes).then_some(length_s),
        };
        let input = fixtures::input(logical_cpus, lengths_s.iter().map(case).collect());
        Predictor::new(&input).unwrap()
    }

    fn threads(order: Order) -> Scenario {
        Scenario { strategy: Strategy::Threads, batch: None, order }
    }

    fn curve(lengths_s: &[f64]) -> Curve {
        Curve::of(&predictor(lengths_s, false, 2), threads(Order::Longest), 1).unwrap()
    }

    fn workers(curve: &Curve) -> Vec<u32> {
        curve.points.iter().map(|point| point.workers).collect()
    }

    #[test]
    fn a_curve_ends_a_little_beyond_where_it_goes_flat() {
        let giant = curve(&[1.0, 8.0, 1.5, 2.0]);
        assert_eq!(workers(&giant), [1, 2, 3, 4]);
        assert_eq!((giant.knee().workers, giant.best_s()), (2, 8.0));
        let equal = curve(&[1.0; 6]);
        assert_eq!((workers(&equal).len(), equal.knee().workers), (8, 6));
        // At most two workers more than cases, unless more are requested.
        assert_eq!(workers(&curve(&[1.0])), [1, 2, 3]);
        assert_eq!(workers(&curve(&[])), [1, 2]);
        let longer = Curve::of(&predictor(&[1.0], false, 2), threads(Order::Listed), 5).unwrap();
        assert_eq!(workers(&longer), [1, 2, 3, 4, 5]);
        assert_eq!(longer.point(5).unwrap().total_s, 1.0);
        assert_eq!(longer.point(6), None);
    }

    #[test]
    fn a_curve_of_computing_cases_goes_flat_at_the_cores() {
        let scenario = threads(Order::Listed);
        let curve = Curve::of(&predictor(&[1.0; 8], true, 2), scenario, 1).unwrap();
        assert_eq!((curve.knee().workers, curve.best_s(), workers(&curve).len()), (2, 4.0, 4));
        let scenario = Scenario { strategy: Strategy::GlobalLock, ..scenario };
        let locked = Curve::of(&predictor(&[1.0; 8], true, 2), scenario, 1).unwrap();
        assert_eq!((locked.knee().workers, locked.best_s()), (1, 8.0));
    }

    #[test]
    fn no_cases_and_cases_without_length_have_a_curve() {
        for lengths_s in [&[][..], &[0.0, 0.0]] {
            let curve = curve(lengths_s);
            assert_eq!((curve.knee().workers, curve.best_s()), (1, 0.0));
        }
    }

    #[test]
    fn a_strategy_that_fixes_its_workers_has_one_point() {
        let predictor = predictor(&[1.0; 5], false, 2);
        for (strategy, workers, total_s) in
            [(Strategy::Series, 1, 5.0), (Strategy::AllAtOnce, 5, 1.0)]
        {
            let scenario = Scenario { strategy, ..threads(Order::Listed) };
            let curve = Curve::of(&predictor, scenario, 1).unwrap();
            assert_eq!(curve.points.len(), 1);
            assert_eq!((curve.knee().workers, curve.knee().total_s), (workers, total_s));
        }
    }

    #[test]
    fn many_cases_have_fewer_points_and_the_same_knee() {
        assert_eq!(worker_counts(256, 256).len(), 256);
        assert!(worker_counts(256, 100).len() <= 100);
        let few = worker_counts(256, 0);
        assert!(few.len() <= 15 && few.contains(&1) && few.contains(&256), "{few:?}");
        // One case is a tenth of the total: 10 workers.
        let mut lengths_s = vec![0.001; 90_000];
        lengths_s.push(10.0);
        let curve = curve(&lengths_s);
        assert!(curve.points.len() < 22);
        assert_eq!(curve.knee().workers, 10);
        assert!(curve.points.is_sorted_by_key(|point| point.workers));
    }

    proptest! {
        #[test]
        fn the_knee_is_the_fewest_workers_within_5_percent_of_the_best(
            lengths_s in proptest::collection::vec(0.0..10.0_f64, 0..30),
            computes: bool,
            strategy in proptest::sample::select(&[Strategy::Threads, Strategy::GlobalLock][..]),
            longest: bool,
        ) {
            let predictor = predictor(&lengths_s, computes, 3);
            let order = if longest { Order::Longest } else { Order::Listed };
            let scenario = Scenario { strategy, ..threads(order) };
            let curve = Curve::of(&predictor, scenario, 1).unwrap();
            // Beyond the end of the curve nothing is gained.
            let all: Vec<Prediction> =
                (1..=40).map(predictor.for_scenario(scenario)).collect::<Result<_, _>>().unwrap();
            let best_s = all.iter().map(|point| point.total_s).fold(f64::INFINITY, f64::min);
            prop_assert_eq!(curve.best_s(), best_s);
            let knee = all.iter().find(|point| point.total_s <= best_s * 1.05).unwrap();
            prop_assert_eq!(curve.knee(), knee);
            for point in &curve.points {
                prop_assert_eq!(point, &all[point.workers as usize - 1]);
                prop_assert!(point.lower_bound_s <= point.total_s);
                prop_assert!(point.total_s >= predictor.floor_s(strategy));
            }
        }

        #[test]
        fn the_lower_bound_is_not_above_the_best_schedule(
            lengths_ms in proptest::collection::vec(0..50_u32, 0..7),
        ) {
            let lengths_s: Vec<f64> = lengths_ms.iter().map(|&ms| f64::from(ms) * 1e-3).collect();
            let lengths_ns: Vec<u64> = lengths_ms.iter().map(|&ms| u64::from(ms) * 1_000_000).collect();
            for point in curve(&lengths_s).points.iter().take(3) {
                let best_s = brute_force_makespan(&lengths_ns, point.workers) as f64 * 1e-9;
                prop_assert!(point.lower_bound_s <= best_s + 1e-12);
                prop_assert!(best_s <= point.total_s + 1e-12);
            }
        }
    }
}
