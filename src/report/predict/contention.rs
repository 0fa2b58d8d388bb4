//! How much slower cases that compute get when several are in work at once.

use crate::schedule::{SimulatedRun, s_from_ns};

use crate::report::advice::recommendation::MeasuredPoint;
use crate::report::predict::predictor::{PredictError, Predictor, Scenario};

/// What a sweep showed of cases that compute.
///
/// With k in work on c cores each gets c / k of a core where k is more than c, and
/// is slower by the part σ for each other that computes beside it: the contention
/// of Gunther's universal scalability law (2007) without its term for coherence,
/// and no more of it than there are cores. All in work are slowed alike, so they
/// end in the same order as with as many cores as workers: what the scheduler
/// played there is stretched, from one start or end to the next, by
/// max(1, k / c) · (1 + σ · (min(k, c) − 1)). The total is a straight line over σ,
/// which is fitted by least squares of the relative errors. Of cases that also
/// wait, k counts the part that computes, and only that part is slowed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contention {
    sigma: f64,
    cpu_share: f64,
    /// The most workers of which it says something.
    reach: u32,
}

impl Contention {
    /// Fits it to what was measured in this shape, with the CPU time of the cases
    /// over their CPU and waited time. From nothing it speaks of one worker only.
    pub fn fit(
        predictor: &Predictor,
        shape: Scenario,
        cpu_share: f64,
        measured: &[MeasuredPoint],
    ) -> Result<Self, PredictError> {
        let most = measured.iter().map(|point| point.workers).max().unwrap_or(0);
        let (mut above, mut below) = (0.0, 0.0);
        for point in measured.iter().filter(|point| point.total_s > 0.0) {
            let played = predictor.simulate(shape, point.workers)?;
            let line = LinearFit::of(&played, predictor.cores(shape.strategy), cpu_share);
            let (alone, contended) =
                (line.alone_s / point.total_s, line.contended_s / point.total_s);
            above += contended * (1.0 - alone);
            below += contended * contended;
        }
        let sigma = if below > 0.0 { (above / below).max(0.0) } else { 0.0 };
        Ok(Self { sigma, cpu_share, reach: most.saturating_mul(2).max(1) })
    }

    /// By which part a case is slower for each other that computes beside it.
    #[must_use]
    pub fn sigma(&self) -> f64 {
        self.sigma
    }

    /// The total with so many workers, in seconds; `None` beyond twice what was
    /// measured.
    pub fn total_s(
        &self,
        predictor: &Predictor,
        shape: Scenario,
        workers: u32,
    ) -> Result<Option<f64>, PredictError> {
        if workers > self.reach {
            return Ok(None);
        }
        let played = predictor.simulate(shape, workers)?;
        let line = LinearFit::of(&played, predictor.cores(shape.strategy), self.cpu_share);
        Ok(Some(line.alone_s + self.sigma * line.contended_s))
    }
}

/// The total as a straight line over σ, in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
struct LinearFit {
    /// Without contention.
    alone_s: f64,
    /// What contention of 1 would add.
    contended_s: f64,
}

impl LinearFit {
    fn of(played: &SimulatedRun, cores: u32, cpu_share: f64) -> Self {
        let cores = f64::from(cores);
        let starts = played.placements.iter().map(|placed| (placed.start_ns, 1));
        let ends = played.placements.iter().map(|placed| (placed.end_ns, -1));
        let mut changes: Vec<(u64, i32)> = starts.chain(ends).collect();
        changes.sort_unstable();
        let mut line = Self { alone_s: 0.0, contended_s: 0.0 };
        let (mut in_work, mut since_ns) = (0, 0);
        for (at_ns, change) in changes {
            let span_s = s_from_ns(at_ns - since_ns);
            let computing = f64::from(in_work) * cpu_share;
            let shared = (computing / cores).max(1.0);
            let beside = (computing.min(cores) - 1.0).max(0.0);
            line.alone_s += span_s * (1.0 - cpu_share + cpu_share * shared);
            line.contended_s += span_s * cpu_share * shared * beside;
            in_work += change;
            since_ns = at_ns;
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::import::json_reader::{InputCase, ReportInput};
    use crate::run::Status;
    use crate::study::{Order, Strategy, WorkloadName};

    const SHAPE: Scenario =
        Scenario { strategy: Strategy::Threads, batch: None, order: Order::Listed };

    fn predictor(lengths_s: &[f64], logical_cpus: u32) -> Predictor {
        let case = |&length_s: &f64| InputCase {
            status: Status::Done,
            time_s: Some(length_s),
            waited_s: Some(0.0),
            cpu_s: Some(length_s),
            intended_s: None,
        };
        let recorded = ReportInput {
            workload: WorkloadName::Crunch,
            strategy: Strategy::Threads,
            workers: 1,
            batch: None,
            order: Order::Listed,
            seed: 1,
            time_scale: 1.0,
            logical_cpus,
            held_s: 0.0,
            cases: lengths_s.iter().map(case).collect(),
        };
        Predictor::new(&recorded).unwrap()
    }

    fn points(totals_s: &[(u32, f64)]) -> Vec<MeasuredPoint> {
        totals_s.iter().map(|&(workers, total_s)| MeasuredPoint { workers, total_s }).collect()
    }

    fn total_s(
        predictor: &Predictor,
        shape: Scenario,
        measured: &[(u32, f64)],
        workers: u32,
    ) -> Option<f64> {
        let contention = Contention::fit(predictor, shape, 1.0, &points(measured)).unwrap();
        contention.total_s(predictor, shape, workers).unwrap()
    }

    fn near(found: Option<f64>, expected: f64) {
        assert!(
            found.is_some_and(|found| (found - expected).abs() < 1e-9),
            "{found:?}, {expected}"
        );
    }

    #[test]
    fn without_contention_cores_are_shared_evenly() {
        let even = predictor(&[1.0; 8], 2);
        let ideal = [(1, 8.0), (2, 4.0)];
        for (workers, expected) in [(1, 8.0), (2, 4.0), (3, 4.0), (4, 4.0)] {
            near(total_s(&even, SHAPE, &ideal, workers), expected);
        }
        // Three on two cores: 1 s each at two thirds of the speed.
        near(total_s(&predictor(&[1.0; 3], 2), SHAPE, &[(1, 3.0), (2, 2.0)], 3), 1.5);
        // A giant that is left alone has a core of its own.
        near(total_s(&predictor(&[3.0, 1.0, 1.0], 2), SHAPE, &[(1, 5.0), (2, 3.0)], 3), 3.5);
        let locked = Scenario { strategy: Strategy::GlobalLock, ..SHAPE };
        near(total_s(&even, locked, &ideal, 4), 8.0);
    }

    #[test]
    fn what_was_measured_with_few_predicts_more() {
        // Two that run together take a quarter longer each.
        let even = predictor(&[1.0; 8], 4);
        let measured = points(&[(1, 8.0), (2, 5.0)]);
        let contention = Contention::fit(&even, SHAPE, 1.0, &measured).unwrap();
        assert!((contention.sigma() - 0.25).abs() < 1e-12);
        near(contention.total_s(&even, SHAPE, 4).unwrap(), 2.0 * 1.75);
        assert_eq!(contention.total_s(&even, SHAPE, 5), Ok(None), "more than twice as many");
        // The order is another one, the machine the same.
        let longest = Scenario { order: Order::Longest, ..SHAPE };
        near(contention.total_s(&even, longest, 2).unwrap(), 5.0);
    }

    #[test]
    fn the_fit_is_true_to_what_it_is_made_from() {
        let uneven = predictor(&[0.3, 1.1, 0.7, 2.0, 0.4, 0.9, 1.3], 2);
        let truth = Contention { sigma: 0.3, cpu_share: 1.0, reach: 8 };
        let measured: Vec<MeasuredPoint> = (1..=4)
            .map(|workers| {
                let total_s = truth.total_s(&uneven, SHAPE, workers).unwrap().unwrap();
                MeasuredPoint { workers, total_s }
            })
            .collect();
        let fitted = Contention::fit(&uneven, SHAPE, 1.0, &measured).unwrap();
        assert!((fitted.sigma() - 0.3).abs() < 1e-9);
        assert_eq!(fitted.reach, 8);
    }

    #[test]
    fn waiting_is_not_slowed_and_nothing_is_no_contention() {
        let even = predictor(&[1.0; 8], 2);
        let waits = Contention::fit(&even, SHAPE, 0.0, &points(&[(1, 8.0)])).unwrap();
        assert_eq!(waits.total_s(&even, SHAPE, 2), Ok(Some(4.0)));
        let unseen = Contention::fit(&even, SHAPE, 1.0, &[]).unwrap();
        assert_eq!(unseen.total_s(&even, SHAPE, 1), Ok(Some(8.0)));
        assert_eq!(unseen.total_s(&even, SHAPE, 2), Ok(None));
        let none = predictor(&[], 2);
        let contention = Contention::fit(&none, SHAPE, 1.0, &points(&[(1, 0.0)])).unwrap();
        assert_eq!(contention.total_s(&none, SHAPE, 2), Ok(Some(0.0)));
        // Faster than alone is noise, not less than no contention.
        let noisy = Contention::fit(&even, SHAPE, 1.0, &points(&[(1, 8.0), (2, 3.9)]));
        assert_eq!(noisy.unwrap().sigma(), 0.0);
    }
}
