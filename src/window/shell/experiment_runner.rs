//! Experiments: run on a thread, shown frame by frame.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use egui::Context;

use super::job::{Job, MessageSender, Update, failure};
use super::start_problem::StartProblem;
use crate::app::{
    Execution, ExperimentObserver, RunObserver, StartedRun, WorkerProgram, check_steps, drawn_seed,
    follow, run_steps, sample_cases,
};
use crate::experiment::{CaseSample, Experiment, Subject};
use crate::history::RunToSave;
use crate::report::Machine;
use crate::run::{RunEvent, RunState};
use crate::study::Plan;
use crate::text::capitalized;
use crate::window::compare::compare_data::CompareView;
use crate::window::compare::experiment_progress::{ExperimentSteps, experiment_study};
use crate::window::compare::experiment_view::ExperimentView;
use crate::window::history::run_history::HistoryJob;
use crate::window::state::{AppState, Document, ExperimentRequest, RunView};
use crate::window::workers::sweep_state::{SweepPoints, SweepView};

/// Redraw interval during an experiment. Drawing takes time from what is measured.
pub(crate) const TICK: Duration = Duration::from_millis(100);

/// Shortest time between two times that the runs so far are saved, which disturbs the next one.
const SAVE_INTERVAL: Duration = Duration::from_mins(1);

/// The experiment in progress, if there is one. Dropping it cancels the experiment.
#[derive(Default)]
pub(crate) struct ExperimentRunner {
    job: Job<Update>,
    stop: Arc<AtomicBool>,
    /// When its runs were saved last, and how many of them.
    saved: Option<(Instant, usize)>,
}

impl ExperimentRunner {
    pub(crate) fn start(
        &mut self,
        request: ExperimentRequest,
        program: WorkerProgram,
        state: &mut AppState,
        ctx: &Context,
    ) {
        self.stop = Arc::default();
        self.saved = Some((Instant::now(), 0));
        let (stop, machine) = (Arc::clone(&self.stop), state.machine.report);
        let started = self.job.start("experiment", ctx, move |messages| {
            let mut job = ExperimentJob { messages, stop, machine, program, sample: None };
            if let Err(problem) = job.run(request) {
                job.send(move |state| problem.show(state));
            }
        });
        if let Err(error) = started {
            state.runs.is_starting = false;
            state.report_error(capitalized(&error.to_string()));
        }
    }

    pub(crate) fn cancel(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Updates the state with the messages since the last frame. Returns the runs of an
    /// experiment that has ended, or those so far, for the run history.
    pub(crate) fn poll(&mut self, state: &mut AppState) -> Option<HistoryJob> {
        let was_running = self.job.is_running();
        while let Some(update) = self.job.poll() {
            update(state);
        }
        if was_running && !self.job.is_running() {
            return Some(HistoryJob::Save(state.end_experiment()));
        }
        self.runs_to_save(state, Instant::now()).map(HistoryJob::SaveSoFar)
    }

    /// Returns the runs so far if more have ended, some time after the last ones were saved.
    fn runs_to_save(&mut self, state: &AppState, now: Instant) -> Option<Vec<RunToSave>> {
        let is_due = |(at, _): &(Instant, usize)| now.duration_since(*at) >= SAVE_INTERVAL;
        let (_, count) = self.saved.filter(is_due)?;
        let (ended, runs) = state.runs_so_far().filter(|(ended, _)| *ended > count)?;
        self.saved = Some((now, ended));
        Some(runs)
    }
}

impl Drop for ExperimentRunner {
    fn drop(&mut self) {
        self.cancel();
    }
}

struct ExperimentJob<'n> {
    messages: &'n MessageSender<Update>,
    stop: Arc<AtomicBool>,
    machine: Machine,
    program: WorkerProgram,
    /// The cases that a sweep runs, if not all.
    sample: Option<CaseSample>,
}

impl ExperimentJob<'_> {
    fn run(&mut self, request: ExperimentRequest) -> Result<(), StartProblem> {
        let (mut experiment, document) = self.experiment(request)?;
        check_steps(&experiment, self.machine.logical_cpus).map_err(|(label, error)| {
            match StartProblem::from(error) {
                // The window shows the rows of the document only.
                problem @ StartProblem::Row(..) if document.is_some() => problem,
                problem => StartProblem::Other(format!("{label}: {}", problem.message())),
            }
        })?;
        if let Some(sweep) = SweepView::new(&experiment) {
            self.send(|state| state.begin_sweep(sweep));
        } else {
            let experiment = ExperimentView::new(&experiment, document);
            self.send(|state| state.begin_experiment(experiment));
        }
        let (machine, program) = (self.machine, self.program.clone());
        log::info!("experiment of {} runs started", experiment.steps.len());
        if let Err(error) = run_steps(&mut experiment, machine, &program, self) {
            self.messages.send(failure(StartProblem::from(error).message()));
        }
        log::info!("experiment ended");
        Ok(())
    }

    /// Makes the experiment, with the document whose cases it runs. All its runs share one seed.
    fn experiment(
        &mut self,
        request: ExperimentRequest,
    ) -> Result<(Experiment, Option<Document>), StartProblem> {
        let logical_cpus = self.machine.logical_cpus;
        Ok(match request {
            ExperimentRequest::Comparison(form, document) => {
                (form.session(&document, drawn_seed()), Some(document))
            }
            ExperimentRequest::Sweep(form, document) => {
                let mut study = experiment_study(&document, drawn_seed());
                if let Some(count) = form.sample {
                    self.sample = sample_cases(&study, count as usize, logical_cpus)?;
                }
                if let Some(sample) = &self.sample {
                    study = sample.study(&study);
                }
                (form.experiment(&study), Some(document))
            }
            ExperimentRequest::Example(name, scale) => {
                let (seed, time_scale) = (Some(drawn_seed()), scale.factor());
                let plan = Plan { seed, time_scale, ..Plan::default() };
                (Experiment::example(name, &plan, logical_cpus), None)
            }
        })
    }

    fn send(&self, update: impl FnOnce(&mut AppState) + Send + 'static) {
        self.messages.send(Box::new(update));
    }
}

impl RunObserver for ExperimentJob<'_> {
    fn is_cancelled(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn on_events(&mut self, events: &[RunEvent], now_ns: u64) {
        let events = events.to_vec();
        let update: Update = Box::new(move |state| {
            if let Some(run) = &mut state.run {
                run.absorb(events, now_ns);
                run.set_now(now_ns);
            }
        });
        self.messages.sender.send(update).ok();
        self.messages.ctx.request_repaint_after(TICK);
    }
}

impl ExperimentObserver for ExperimentJob<'_> {
    fn is_cancelled(&self) -> bool {
        RunObserver::is_cancelled(self)
    }

    fn follow_step(&mut self, experiment: &Experiment, run: StartedRun) -> Option<RunState> {
        let StartedRun { frozen, execution, .. } = run;
        let cases = frozen.cases.len();
        let state = match execution {
            Execution::Simulated(state) => {
                let view = RunView::simulated(frozen, (*state).clone(), self.machine);
                self.send(|state| state.begin_step(view));
                *state
            }
            Execution::Running(handle) => {
                let view = RunView::new(frozen, self.machine);
                self.send(|state| state.begin_step(view));
                follow(&handle, cases, TICK / 2, self)
            }
        };
        let Some(message) = state.abort_message() else { return Some(state) };
        let label = experiment.next().map_or("", |step| &step.label);
        self.messages.send(failure(format!("{label}: {message}")));
        None
    }

    fn on_report(&mut self, experiment: &Experiment) {
        let steps = ExperimentSteps::of(experiment);
        if let Some(points) = SweepPoints::of(experiment, self.sample.as_ref()) {
            self.send(|state| {
                state.remember_complete_run();
                if let Some(sweep) = &mut state.workers.sweep {
                    (sweep.points, sweep.progress.steps) = (points, steps);
                }
            });
        } else {
            let view = CompareView::of(experiment);
            // The times of an example order no cases of the user.
            let is_of_user = !matches!(experiment.subject, Subject::Example(_));
            self.send(move |state| {
                if is_of_user {
                    state.remember_complete_run();
                }
                if let Some(experiment) = &mut state.runs.experiment {
                    (experiment.shown, experiment.progress.steps) = (view, steps);
                }
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::window::compare::compare_form::CompareForm;

    #[test]
    fn runs_so_far_are_saved_once_a_minute_if_more_have_ended() {
        let mut state = AppState::default();
        let session = CompareForm::default().session(&state.document, 1);
        state.begin_experiment(ExperimentView::new(&session, Some(state.document.clone())));
        let start = Instant::now();
        let mut runner = ExperimentRunner::default();
        runner.saved = Some((start, 0));
        let mut is_saved = |ended, minutes: f32| {
            let experiment = state.runs.experiment.as_mut().unwrap();
            experiment.progress.steps.ended_count = ended;
            let now = start + SAVE_INTERVAL.mul_f32(minutes);
            runner.runs_to_save(&state, now).is_some()
        };
        assert!(!is_saved(1, 0.9));
        assert!(is_saved(1, 1.0));
        assert!(!is_saved(1, 3.0), "no more runs");
        assert!(is_saved(2, 3.0));
        assert!(!is_saved(3, 3.5));
        let state = AppState::default();
        assert!(runner.runs_to_save(&state, start + 9 * SAVE_INTERVAL).is_none(), "it is over");
    }
}
