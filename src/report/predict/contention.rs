//! How much cases that compute slow each other down when several run at once.

use super::predictor::Predictor;
use super::scenario::{PredictError, Scenario};
use crate::schedule::{SimulatedRun, s_from_ns};

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeasuredPoint {
    pub workers: u32,
    pub total_s: f64,
}

/// A contention model fitted to a sweep of cases that compute.
///
/// With k cases running on c cores, each gets c / k of a core if k is more than c, and
/// is slower by the share σ for each other case that computes beside it: the contention
/// of Gunther's universal scalability law (2007) without its coherence term, counting no
/// more cases than there are cores. All running cases are slowed alike, so they end in
/// the same order as with as many cores as workers: the simulated schedule is stretched,
/// from one start or end to the next, by max(1, k / c) · (1 + σ · (min(k, c) − 1)). The
/// makespan is linear in σ, which is fitted by least squares of the relative errors. For
/// cases that also wait, k counts the computing share, and only that share is slowed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contention {
    sigma: f64,
    cpu_share: f64,
    /// Most workers the fit is valid for.
    max_workers: u32,
}

impl Contention {
    /// Fits σ to makespans measured in this scenario. `cpu_share` is the CPU time of the
    /// cases divided by their CPU plus waited time. Without measurements the model is
    /// valid for one worker only.
    pub fn fit(
        predictor: &Predictor,
        scenario: Scenario,
        cpu_share: f64,
        measured: &[MeasuredPoint],
    ) -> Result<Self, PredictError> {
        let most = measured.iter().map(|point| point.workers).max().unwrap_or(0);
        let (mut numerator, mut denominator) = (0.0, 0.0);
        for point in measured.iter().filter(|point| point.total_s > 0.0) {
            let simulated = predictor.simulate(scenario, point.workers)?;
            let line = LinearFit::of(&simulated, predictor.cores(scenario.strategy), cpu_share);
            let (alone, contended) =
                (line.alone_s / point.total_s, line.contended_s / point.total_s);
            numerator += contended * (1.0 - alone);
            denominator += contended * contended;
        }
        let sigma = if denominator > 0.0 { (numerator / denominator).max(0.0) } else { 0.0 };
        Ok(Self { sigma, cpu_share, max_workers: most.saturating_mul(2).max(1) })
    }

    /// Share by which a case is slower for each other that computes beside it.
    pub fn sigma(&self) -> f64 {
        self.sigma
    }

    /// Predicts the makespan in seconds; `None` beyond twice the measured workers.
    pub fn total_s(
        &self,
        predictor: &Predictor,
        scenario: Scenario,
        workers: u32,
    ) -> Result<Option<f64>, PredictError> {
        if workers > self.max_workers {
            return Ok(None);
        }
        let simulated = predictor.simulate(scenario, workers)?;
        let line = LinearFit::of(&simulated, predictor.cores(scenario.strategy), self.cpu_share);
        Ok(Some(line.alone_s + self.sigma * line.contended_s))
    }
}

/// The makespan as a linear function of σ, in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
struct LinearFit {
    /// Makespan without contention.
    alone_s: f64,
    /// Time that σ = 1 would add.
    contended_s: f64,
}

impl LinearFit {
    fn of(simulated: &SimulatedRun, cores: u32, cpu_share: f64) -> Self {
        let cores = f64::from(cores);
        let starts = simulated.placements.iter().map(|placed| (placed.start_ns, 1));
        let ends = simulated.placements.iter().map(|placed| (placed.end_ns, -1));
        let mut changes: Vec<(u64, i32)> = starts.chain(ends).collect();
        changes.sort_unstable();
        let mut line = Self { alone_s: 0.0, contended_s: 0.0 };
        let (mut running, mut since_ns) = (0, 0);
        for (at_ns, change) in changes {
            let span_s = s_from_ns(at_ns - since_ns);
            let computing = f64::from(running) * cpu_share;
            let shared = (computing / cores).max(1.0);
            let others = (computing.min(cores) - 1.0).max(0.0);
            line.alone_s += span_s * (1.0 - cpu_share + cpu_share * shared);
            line.contended_s += span_s * cpu_share * shared * others;
            running += change;
            since_ns = at_ns;
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::fixtures;
    use crate::report::import::report_input::InputCase;
    use crate::run::Status;
    use crate::study::{Order, Strategy};

    const SCENARIO: Scenario =
        Scenario { strategy: Strategy::Threads, batch: None, order: Order::Listed };

    fn predictor(lengths_s: &[f64], logical_cpus: u32) -> Predictor {
        let case = |&length_s: &f64| InputCase {
            status: Status::Done,
            time_s: Some(length_s),
            waited_s: Some(0.0),
            cpu_s: Some(length_s),
            intended_s: None,
        };
        let input = fixtures::input(logical_cpus, lengths_s.iter().map(case).collect());
        Predictor::new(&input).unwrap()
    }

    fn points(totals_s: &[(u32, f64)]) -> Vec<MeasuredPoint> {
        totals_s.iter().map(|&(workers, total_s)| MeasuredPoint { workers, total_s }).collect()
    }

    fn total_s(
        predictor: &Predictor,
        scenario: Scenario,
        measured: &[(u32, f64)],
        workers: u32,
    ) -> Option<f64> {
        let contention = Contention::fit(predictor, scenario, 1.0, &points(measured)).unwrap();
        contention.total_s(predictor, scenario, workers).unwrap()
    }

    fn assert_near(found: Option<f64>, expected: f64) {
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
            assert_near(total_s(&even, SCENARIO, &ideal, workers), expected);
        }
        // Three on two cores: 1 s each at two thirds of the speed.
        assert_near(total_s(&predictor(&[1.0; 3], 2), SCENARIO, &[(1, 3.0), (2, 2.0)], 3), 1.5);
        // A long case left alone has a core to itself.
        assert_near(
            total_s(&predictor(&[3.0, 1.0, 1.0], 2), SCENARIO, &[(1, 5.0), (2, 3.0)], 3),
            3.5,
        );
        let locked = Scenario { strategy: Strategy::GlobalLock, ..SCENARIO };
        assert_near(total_s(&even, locked, &ideal, 4), 8.0);
    }

    #[test]
    fn measurements_of_few_workers_predict_more() {
        // Two cases that run together take a quarter longer each.
        let even = predictor(&[1.0; 8], 4);
        let measured = points(&[(1, 8.0), (2, 5.0)]);
        let contention = Contention::fit(&even, SCENARIO, 1.0, &measured).unwrap();
        assert!((contention.sigma() - 0.25).abs() < 1e-12);
        assert_near(contention.total_s(&even, SCENARIO, 4).unwrap(), 2.0 * 1.75);
        assert_eq!(contention.total_s(&even, SCENARIO, 5), Ok(None), "more than twice as many");
        // The order differs, the machine is the same.
        let longest = Scenario { order: Order::Longest, ..SCENARIO };
        assert_near(contention.total_s(&even, longest, 2).unwrap(), 5.0);
    }

    #[test]
    fn a_fit_recovers_the_sigma_of_simulated_measurements() {
        let uneven = predictor(&[0.3, 1.1, 0.7, 2.0, 0.4, 0.9, 1.3], 2);
        let truth = Contention { sigma: 0.3, cpu_share: 1.0, max_workers: 8 };
        let measured: Vec<MeasuredPoint> = (1..=4)
            .map(|workers| {
                let total_s = truth.total_s(&uneven, SCENARIO, workers).unwrap().unwrap();
                MeasuredPoint { workers, total_s }
            })
            .collect();
        let fitted = Contention::fit(&uneven, SCENARIO, 1.0, &measured).unwrap();
        assert!((fitted.sigma() - 0.3).abs() < 1e-9);
        assert_eq!(fitted.max_workers, 8);
    }

    #[test]
    fn waiting_cases_and_empty_runs_have_no_contention() {
        let even = predictor(&[1.0; 8], 2);
        let waits = Contention::fit(&even, SCENARIO, 0.0, &points(&[(1, 8.0)])).unwrap();
        assert_eq!(waits.total_s(&even, SCENARIO, 2), Ok(Some(4.0)));
        let unmeasured = Contention::fit(&even, SCENARIO, 1.0, &[]).unwrap();
        assert_eq!(unmeasured.total_s(&even, SCENARIO, 1), Ok(Some(8.0)));
        assert_eq!(unmeasured.total_s(&even, SCENARIO, 2), Ok(None));
        let empty = predictor(&[], 2);
        let contention = Contention::fit(&empty, SCENARIO, 1.0, &points(&[(1, 0.0)])).unwrap();
        assert_eq!(contention.total_s(&empty, SCENARIO, 2), Ok(Some(0.0)));
        // Faster than alone is noise, not negative contention.
        let noisy = Contention::fit(&even, SCENARIO, 1.0, &points(&[(1, 8.0), (2, 3.9)]));
        assert_eq!(noisy.unwrap().sigma(), 0.0);
    }
}
