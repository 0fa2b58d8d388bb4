//! What a sweep will cost, as far as that is known before it starts.

use super::sweep_state::{SweepForm, counts};
use crate::report::{KNEE_TOLERANCE, Scenario};
use crate::study::{ClockChoice, WORKER_RANGE, WorkloadName};
use crate::text::{count, duration, grouped};
use crate::window::state::{AppState, Document};

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SweepCost {
    runs: usize,
    /// Cases of each run.
    cases: usize,
    accuracy: Accuracy,
    /// Time of all runs in seconds, if it is predicted; 0 on the virtual clock.
    time_s: Option<f64>,
    starts_programs: bool,
}

/// How well the number of runs is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Accuracy {
    Exact,
    /// The sweep ends by itself, after about as many runs.
    Predicted,
    AtMost,
}

impl SweepCost {
    /// Returns the cost of a sweep of the form's cases.
    pub(crate) fn of(state: &AppState) -> Self {
        let plan = &state.document.plan;
        let scenario = Scenario { strategy: plan.strategy, batch: plan.batch, order: plan.order };
        let forecast = state.forecast().filter(|_| state.staleness.run_has_cases);
        let curve = forecast.and_then(|forecast| {
            forecast.curve(scenario).or_else(|| state.workers.curves().next())
        });
        let points = curve.into_iter().flat_map(|curve| &curve.points);
        let totals_s: Vec<f64> = points.map(|point| point.total_s).collect();
        Self::new(&state.document, state.workers.sweep_form, &totals_s)
    }

    /// `totals_s` are predicted totals of the cases with 1, 2, … workers.
    fn new(document: &Document, form: SweepForm, totals_s: &[f64]) -> Self {
        let all_cases = document.cases.len();
        let sample = form.sample.map_or(all_cases, |sample| sample as usize);
        let cases = sample.min(all_cases);
        let total_s = |&workers: &u32| {
            let at = (workers as usize).min(totals_s.len()).checked_sub(1)?;
            Some(totals_s[at] * cases as f64 / all_cases.max(1) as f64)
        };
        let of_all = u32::try_from(cases).unwrap_or(u32::MAX).min(*WORKER_RANGE.end());
        let mut counts = counts(form.max_workers.unwrap_or(of_all));
        let times_s: Option<Vec<f64>> = counts.iter().map(total_s).collect();
        let accuracy = match (form.max_workers, times_s) {
            (Some(_), _) => Accuracy::Exact,
            (None, None) => Accuracy::AtMost,
            (None, Some(times_s)) => {
                counts.truncate(tried_counts(&times_s));
                Accuracy::Predicted
            }
        };
        let is_real = document.plan.clock == ClockChoice::Real;
        let repeats = if is_real { form.repeats as usize } else { 1 };
        let times_s: Option<Vec<f64>> = counts.iter().map(total_s).collect();
        let time_s = times_s.map(|times_s| {
            // The warm-up has the most workers, or those of the plan.
            let warm_up_s = times_s.last().copied().unwrap_or_default();
            repeats as f64 * times_s.iter().sum::<f64>() + warm_up_s
        });
        Self {
            runs: counts.len() * repeats + usize::from(is_real),
            cases,
            accuracy,
            time_s: if is_real { time_s } else { Some(0.0) },
            starts_programs: document.workload == WorkloadName::Command,
        }
    }

    /// Returns the cost as sentences.
    pub(crate) fn text(&self) -> String {
        if self.cases == 0 {
            return "Add a case to sweep.".to_owned();
        }
        let accuracy = match self.accuracy {
            Accuracy::Exact => "",
            Accuracy::Predicted => "About ",
            Accuracy::AtMost => "At most ",
        };
        let mut text =
            format!("{accuracy}{} of {}", count(self.runs, "run"), count(self.cases, "case"));
        match self.time_s {
            Some(0.0) => text += ", simulated at once",
            Some(time_s) => {
                text += ", about ";
                text += &duration(time_s);
            }
            None => text += "; a run of these cases shows how long that takes",
        }
        if self.starts_programs {
            text += ". Starts ";
            text += &grouped(self.runs * self.cases);
            text += " programs";
        }
        text + "."
    }
}

/// Returns how many of growing worker counts an open sweep tries, with these totals: until
/// two counts in succession gain nothing.
fn tried_counts(totals_s: &[f64]) -> usize {
    let best_s = |totals_s: &[f64]| totals_s.iter().copied().fold(f64::INFINITY, f64::min);
    let gains_nothing = |&tried: &usize| {
        let (before, now) = (&totals_s[..tried - 2], &totals_s[..tried]);
        best_s(now) >= best_s(before) * (1.0 - KNEE_TOLERANCE)
    };
    (3..totals_s.len()).find(gains_nothing).unwrap_or(totals_s.len())
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::app::{
        Execution, ExperimentObserver, RunObserver, StartedRun, WorkerProgram, follow, run_steps,
    };
    use crate::experiment::Experiment;
    use crate::report::fixtures::MACHINE;
    use crate::run::{RunState, replay};
    use crate::schedule::s_from_ns;
    use crate::study::{CaseTable, Plan};
    use crate::window::compare::experiment_progress::experiment_study;
    use crate::workload::{Environment, find, freeze};

    fn document(workload: WorkloadName, clock: ClockChoice) -> Document {
        let mut cases = CaseTable::default();
        for _ in 0..40 {
            cases.push("", 1.0, 1.0, &[]);
        }
        Document::new(cases, workload, Plan { clock, ..Plan::default() })
    }

    /// More than four workers gain nothing.
    const TOTALS_S: [f64; 8] = [40.0, 20.0, 40.0 / 3.0, 10.0, 10.0, 10.0, 10.0, 10.0];

    fn cost(form: SweepForm, totals_s: &[f64]) -> String {
        SweepCost::new(&document(WorkloadName::Wait, ClockChoice::Real), form, totals_s).text()
    }

    #[test]
    fn a_sweep_says_what_it_will_cost() {
        let form = SweepForm { repeats: 3, max_workers: Some(2), sample: None };
        // (40 s + 20 s) × 3 + 20 s
        assert_eq!(cost(form, &TOTALS_S), "7 runs of 40 cases, about 3.3 min.");
        let sampled = SweepForm { sample: Some(10), ..form };
        assert_eq!(cost(sampled, &TOTALS_S), "7 runs of 10 cases, about 50.0 s.");
        let unknown = "; a run of these cases shows how long that takes.";
        assert_eq!(cost(form, &[]), format!("7 runs of 40 cases{unknown}"));
    }

    #[test]
    fn a_sweep_of_no_cases_has_no_cost() {
        let document = Document::new(CaseTable::default(), WorkloadName::Wait, Plan::default());
        let cost = SweepCost::new(&document, SweepForm::default(), &[]);
        assert_eq!(cost.text(), "Add a case to sweep.");
    }

    #[test]
    fn an_open_sweep_ends_two_counts_after_the_last_gain() {
        let form = SweepForm::default();
        let text = cost(form, &TOTALS_S);
        assert!(text.starts_with("About 19 runs of 40 cases, about "), "{text}");
        assert!(cost(form, &[]).starts_with("At most "), "{}", cost(form, &[]));
    }

    #[test]
    fn programs_are_counted_and_simulated_runs_take_no_time() {
        let form = SweepForm { repeats: 3, max_workers: Some(2), sample: None };
        let of = |workload, clock| SweepCost::new(&document(workload, clock), form, &[]).text();
        let programs = of(WorkloadName::Command, ClockChoice::Real);
        assert!(programs.ends_with(". Starts 280 programs."), "{programs}");
        let simulated = of(WorkloadName::Wait, ClockChoice::Virtual);
        assert_eq!(simulated, "2 runs of 40 cases, simulated at once.");
    }

    struct Follower;

    impl RunObserver for Follower {
        fn is_cancelled(&self) -> bool {
            false
        }
    }

    impl ExperimentObserver for Follower {
        fn is_cancelled(&self) -> bool {
            false
        }

        fn follow_step(&mut self, _experiment: &Experiment, run: StartedRun) -> Option<RunState> {
            let Execution::Running(handle) = run.execution else { return None };
            let tick = Duration::from_millis(5);
            Some(follow(&handle, run.frozen.cases.len(), tick, self))
        }
    }

    /// Returns the simulated totals with 1, 2, … workers.
    fn simulated_s(document: &Document, most_workers: u32) -> Vec<f64> {
        let total_s = |workers| {
            let plan = Plan { workers: Some(workers), ..document.plan.clone() };
            let environment = Environment { logical_cpus: 2, seed: 1, last_s: None };
            let (cases, name) = (document.cases.clone(), document.workload);
            let frozen = freeze(cases, name, find(name).as_ref(), &plan, environment).unwrap().0;
            s_from_ns(replay(&frozen).makespan_ns)
        };
        (1..=most_workers).map(total_s).collect()
    }

    #[test]
    fn a_sweep_costs_what_was_said_before_it_started() {
        let mut cases = CaseTable::default();
        for case in 0..6 {
            cases.push("", 0.02 + 0.01 * f64::from(case), 1.0, &[]);
        }
        let document = Document::new(cases, WorkloadName::Wait, Plan::default());
        let totals_s = simulated_s(&document, 6);
        // Returns the measured time by the one said before.
        let ratio = |max_workers| {
            let form = SweepForm { repeats: 2, max_workers, sample: None };
            let cost = SweepCost::new(&document, form, &totals_s);
            let mut sweep = form.experiment(&experiment_study(&document, 1));
            let start = Instant::now();
            run_steps(&mut sweep, MACHINE, &WorkerProgram::default(), &mut Follower).unwrap();
            let runs = sweep.steps.len();
            match cost.accuracy {
                Accuracy::Exact => assert_eq!(runs, cost.runs),
                _ => assert!(runs <= 2 * cost.runs && cost.runs <= 2 * runs, "{runs}"),
            }
            start.elapsed().as_secs_f64() / cost.time_s.unwrap()
        };
        for max_workers in [Some(3), None] {
            // Other tests that run at the same time take the cores: one of several has to do.
            let mut ratios = (0..6).map(|_| ratio(max_workers));
            assert!(ratios.any(|ratio| (0.6..2.5).contains(&ratio)), "{max_workers:?}");
        }
    }
}
