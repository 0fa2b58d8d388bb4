//! Experiments: run on a thread, shown frame by frame.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::time::Duration;

use egui::Context;

use super::start_problem::{StartProblem, capitalized};
use crate::app::{
    Execution, ExperimentObserver, RunObserver, StartedRun, WorkerProgram, check_steps, drawn_seed,
    follow, run_steps, sample_cases, spawn,
};
use crate::experiment::{CaseSample, Experiment};
use crate::report::Machine;
use crate::run::{RunEvent, RunState};
use crate::study::Plan;
use crate::window::compare::compare_data::CompareView;
use crate::window::compare::experiment_progress::ExperimentSteps;
use crate::window::compare::experiment_view::ExperimentView;
use crate::window::state::{AppState, Document, ExperimentRequest, RunView};
use crate::window::workers::sweep_state::{SweepForm, SweepPoints, SweepView};

/// Redraw interval during an experiment. Drawing takes time from what is measured.
pub(crate) const TICK: Duration = Duration::from_millis(100);

/// The experiment in progress, if there is one. Dropping it cancels the experiment.
#[derive(Default)]
pub(crate) struct ExperimentRunner {
    news: Option<Receiver<ExperimentNews>>,
    stop: Arc<AtomicBool>,
    /// Whether a comparison or an example has started.
    is_started: bool,
    /// The program that runs as worker process.
    pub(crate) program: WorkerProgram,
}

enum ExperimentNews {
    /// All steps of a comparison or an example can run.
    Started(Box<ExperimentView>),
    /// All steps of a sweep can run.
    SweepStarted(Box<SweepView>),
    /// Some step cannot run.
    Refused(StartProblem),
    /// A step started.
    StepStarted(Box<RunView>),
    /// Events of the step, up to a time in nanoseconds since its start.
    Happened(Vec<RunEvent>, u64),
    /// A step ended; the runs so far.
    Compared(Box<CompareView>, ExperimentSteps),
    /// A step of a sweep ended; the points so far.
    Swept(Box<SweepPoints>, ExperimentSteps),
    /// The experiment cannot continue.
    Aborted(String),
}

impl ExperimentRunner {
    /// Starts an experiment.
    pub(crate) fn start(&mut self, request: ExperimentRequest, machine: Machine, ctx: &Context) {
        let (sender, receiver) = channel();
        self.news = Some(receiver);
        self.stop = Arc::default();
        let job = ExperimentJob {
            sender: sender.clone(),
            stop: Arc::clone(&self.stop),
            machine,
            program: self.program.clone(),
            ctx: ctx.clone(),
            sample: None,
        };
        if let Err(error) = spawn("experiment", move || job.run(request)) {
            let message = capitalized(&error.to_string());
            sender.send(ExperimentNews::Refused(StartProblem::Other(message))).ok();
        }
    }

    /// Cancels the experiment.
    pub(crate) fn cancel(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Updates the state with the news since the last frame. Returns whether a
    /// comparison or an example has ended.
    pub(crate) fn poll(&mut self, state: &mut AppState) -> bool {
        let Some(news) = &self.news else { return false };
        loop {
            match news.try_recv() {
                Ok(news) => {
                    self.is_started |= matches!(news, ExperimentNews::Started(_));
                    take(news, state);
                }
                Err(TryRecvError::Empty) => return false,
                Err(TryRecvError::Disconnected) => break,
            }
        }
        self.news = None;
        state.end_experiment();
        // If steps were refused, the state still has the experiment before.
        std::mem::take(&mut self.is_started)
    }
}

impl Drop for ExperimentRunner {
    fn drop(&mut self) {
        self.cancel();
    }
}

fn take(news: ExperimentNews, state: &mut AppState) {
    match news {
        ExperimentNews::Started(experiment) => state.begin_experiment(*experiment),
        ExperimentNews::SweepStarted(sweep) => state.begin_sweep(*sweep),
        ExperimentNews::Refused(problem) => problem.show(state),
        ExperimentNews::StepStarted(run) => state.begin_step(*run),
        ExperimentNews::Happened(events, now_ns) => {
            if let Some(run) = &mut state.run {
                run.absorb(events, now_ns);
                run.set_now(now_ns);
            }
        }
        ExperimentNews::Compared(view, steps) => {
            state.remember_complete_run();
            if let Some(experiment) = &mut state.runs.experiment {
                (experiment.shown, experiment.progress.steps) = (*view, steps);
            }
        }
        ExperimentNews::Swept(points, steps) => {
            state.remember_complete_run();
            if let Some(sweep) = &mut state.workers.sweep {
                (sweep.points, sweep.progress.steps) = (*points, steps);
            }
        }
        ExperimentNews::Aborted(message) => state.report_error(message),
    }
}

/// An experiment on its thread.
struct ExperimentJob {
    sender: Sender<ExperimentNews>,
    stop: Arc<AtomicBool>,
    machine: Machine,
    program: WorkerProgram,
    ctx: Context,
    /// The cases that a sweep runs, if not all.
    sample: Option<CaseSample>,
}

impl ExperimentJob {
    fn run(mut self, request: ExperimentRequest) {
        if let Err(problem) = self.try_run(request) {
            self.send(ExperimentNews::Refused(problem));
        }
        // The closed channel tells the window that the experiment has ended.
        let Self { sender, ctx, .. } = self;
        drop(sender);
        ctx.request_repaint();
    }

    fn try_run(&mut self, request: ExperimentRequest) -> Result<(), StartProblem> {
        let (mut experiment, document) = self.experiment(request)?;
        check_steps(&experiment, self.machine.logical_cpus).map_err(|(label, error)| {
            match StartProblem::from(error) {
                // The window shows the rows of the document only.
                problem @ StartProblem::Row(..) if document.is_some() => problem,
                problem => StartProblem::Other(format!("{label}: {}", problem.message())),
            }
        })?;
        self.send(match SweepView::new(&experiment) {
            Some(sweep) => ExperimentNews::SweepStarted(Box::new(sweep)),
            None => ExperimentNews::Started(Box::new(ExperimentView::new(&experiment, document))),
        });
        let (machine, program) = (self.machine, self.program.clone());
        if let Err(error) = run_steps(&mut experiment, machine, &program, self) {
            self.send(ExperimentNews::Aborted(StartProblem::from(error).message()));
        }
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
                let mut study = SweepForm::full_study(&document, drawn_seed());
                if let Some(count) = form.sample {
                    self.sample = sample_cases(&study, count, logical_cpus)?;
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

    fn send(&self, news: ExperimentNews) {
        self.sender.send(news).ok();
        self.ctx.request_repaint();
    }
}

impl RunObserver for ExperimentJob {
    fn is_cancelled(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn on_events(&mut self, events: &[RunEvent], now_ns: u64) {
        self.sender.send(ExperimentNews::Happened(events.to_vec(), now_ns)).ok();
        self.ctx.request_repaint_after(TICK);
    }
}

impl ExperimentObserver for ExperimentJob {
    fn is_cancelled(&self) -> bool {
        RunObserver::is_cancelled(self)
    }

    fn follow_step(&mut self, experiment: &Experiment, run: StartedRun) -> Option<RunState> {
        let StartedRun { frozen, execution, .. } = run;
        let mut view = Box::new(RunView::new(Arc::clone(&frozen), self.machine));
        let state = match execution {
            Execution::Simulated(state) => {
                view.take_simulated((*state).clone());
                self.send(ExperimentNews::StepStarted(view));
                *state
            }
            Execution::Running(handle) => {
                self.send(ExperimentNews::StepStarted(view));
                follow(&handle, frozen.cases.len(), TICK / 2, self)
            }
        };
        let Some(message) = state.abort_message() else { return Some(state) };
        let label = experiment.next().map_or("", |step| &step.label);
        self.send(ExperimentNews::Aborted(format!("{label}: {message}")));
        None
    }

    fn on_report(&mut self, experiment: &Experiment) {
        let steps = ExperimentSteps::of(experiment);
        self.send(match SweepPoints::of(experiment, self.sample.as_ref()) {
            Some(points) => ExperimentNews::Swept(Box::new(points), steps),
            None => ExperimentNews::Compared(Box::new(CompareView::of(experiment)), steps),
        });
    }
}
