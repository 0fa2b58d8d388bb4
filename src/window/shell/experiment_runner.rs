//! Experiments: their steps run one after another on a thread of their own,
//! whatever the window is doing meanwhile. What has happened is taken in frame
//! by frame.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread;
use std::time::Duration;

use egui::Context;

use super::prepare::{PrepareError, drawn_seed, frozen};
use super::runner::no_thread;
use crate::engine;
use crate::engine::{RunOptions, WorkerProgram};
use crate::experiment::{CaseSample, Experiment, RunStep};
use crate::report::{Machine, RunReport};
use crate::run::{RunEvent, RunState, replay};
use crate::study::{ClockChoice, FrozenStudy, Plan};
use crate::window::compare::compare_data::CompareView;
use crate::window::compare::experiment_view::ExperimentView;
use crate::window::state::app_state::AppState;
use crate::window::state::document::Document;
use crate::window::state::intent::ExperimentRequest;
use crate::window::state::run_view::RunView;
use crate::window::workers::sweep_state::{SweepForm, SweepPoints, SweepView};
use crate::workload::{Workload, workload_for};

/// How often a run is looked at. Drawing takes time from what is measured, so the
/// window is drawn no more often than this.
pub(crate) const TICK: Duration = Duration::from_millis(100);

/// The experiment in progress, if there is one. Dropped, it is cancelled.
#[derive(Default)]
pub(crate) struct ExperimentRunner {
    news: Option<Receiver<ExperimentNews>>,
    stop: Arc<AtomicBool>,
    /// Whether a comparison or an example has begun.
    begun: bool,
    /// The program that runs as a worker process.
    pub(crate) program: WorkerProgram,
}

enum ExperimentNews {
    /// All steps can run.
    Begun(Box<ExperimentView>),
    /// They cannot.
    Refused(PrepareError),
    /// A step has begun.
    Started(Box<RunView>),
    /// What happened in it, until so many nanoseconds from its start.
    Happened(Vec<RunEvent>, u64),
    /// It has ended, and this is what the runs show now.
    Ended(Box<CompareView>),
    /// All steps of a sweep can run.
    SweepBegun(Box<SweepView>),
    /// One of them has ended, and this is what the sweep shows now.
    Swept(Box<SweepPoints>),
    /// The experiment cannot go on, and why.
    Broken(String),
}

impl ExperimentRunner {
    /// Begins an experiment.
    pub(crate) fn begin(&mut self, asked: ExperimentRequest, machine: Machine, ctx: &Context) {
        let (sender, receiver) = channel();
        self.news = Some(receiver);
        self.stop = Arc::default();
        let work = ExperimentWork {
            sender: sender.clone(),
            stop: Arc::clone(&self.stop),
            machine,
            program: self.program.clone(),
            ctx: ctx.clone(),
        };
        let spawned =
            thread::Builder::new().name("experiment".to_owned()).spawn(move || work.run(asked));
        if let Err(error) = spawned {
            sender.send(ExperimentNews::Refused(PrepareError::Other(no_thread(&error)))).ok();
        }
    }

    pub(crate) fn cancel(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Takes in what has happened since the last frame, and says whether that was
    /// the end of a comparison or an example.
    pub(crate) fn poll(&mut self, state: &mut AppState) -> bool {
        let Some(news) = &self.news else { return false };
        loop {
            match news.try_recv() {
                Ok(news) => {
                    self.begun |= matches!(news, ExperimentNews::Begun(_));
                    take(news, state);
                }
                Err(TryRecvError::Empty) => return false,
                Err(TryRecvError::Disconnected) => break,
            }
        }
        self.news = None;
        state.end_experiment();
        // What was refused left the experiment before it, and a sweep has runs of
        // its own.
        std::mem::take(&mut self.begun)
    }
}

impl Drop for ExperimentRunner {
    fn drop(&mut self) {
        self.cancel();
    }
}

fn take(news: ExperimentNews, state: &mut AppState) {
    match news {
        ExperimentNews::Begun(experiment) => state.begin_experiment(*experiment),
        ExperimentNews::Refused(refused) => refused.tell(state),
        ExperimentNews::Started(run) => state.begin_step(*run),
        ExperimentNews::Happened(bundle, now_ns) => {
            if let Some(run) = &mut state.run {
                run.absorb(bundle, now_ns);
                run.set_now(now_ns);
            }
        }
        ExperimentNews::Ended(shown) => {
            state.remember_complete_run();
            if let Some(experiment) = &mut state.runs.experiment {
                experiment.take(*shown);
            }
        }
        ExperimentNews::SweepBegun(sweep) => state.begin_sweep(*sweep),
        ExperimentNews::Swept(shown) => {
            state.remember_complete_run();
            state.workers.take_swept(*shown);
        }
        ExperimentNews::Broken(message) => state.report_error(message),
    }
}

/// What the thread needs.
struct ExperimentWork {
    sender: Sender<ExperimentNews>,
    stop: Arc<AtomicBool>,
    machine: Machine,
    program: WorkerProgram,
    ctx: Context,
}

impl ExperimentWork {
    fn run(self, asked: ExperimentRequest) {
        let cpus = self.machine.logical_cpus;
        let (mut session, document, sample) = match session(asked, cpus) {
            Ok(asked) => asked,
            Err(refused) => return self.tell(ExperimentNews::Refused(refused)),
        };
        if let Err(refused) = check(&session, document.is_some(), cpus) {
            self.tell(ExperimentNews::Refused(refused));
        } else {
            self.tell(match SweepView::new(&session) {
                Some(sweep) => ExperimentNews::SweepBegun(Box::new(sweep)),
                None => ExperimentNews::Begun(Box::new(ExperimentView::new(&session, document))),
            });
            if let Err(message) = self.steps(&mut session, sample.as_ref()) {
                self.tell(ExperimentNews::Broken(message));
            }
        }
        // The window hears the end of the experiment as the end of the channel.
        let Self { sender, ctx, .. } = self;
        drop(sender);
        ctx.request_repaint();
    }

    /// Runs the steps until the last, or until the user has had enough. The error
    /// is a message for the user.
    fn steps(&self, session: &mut Experiment, sample: Option<&CaseSample>) -> Result<(), String> {
        while let Some(step) = session.next().filter(|_| !self.is_stopped()) {
            let last_s = session.last_s();
            let frozen = frozen(step, self.machine.logical_cpus, last_s.as_deref());
            let (frozen, _) = frozen.map_err(|refused| match refused {
                PrepareError::Row(_, _, message) | PrepareError::Other(message) => message,
            })?;
            let frozen = Arc::new(frozen);
            let state = self.step(&frozen, Arc::clone(&step.workload))?;
            if let Some(message) = state.abort_message() {
                return Err(format!("{}: {message}", step.label));
            }
            if self.is_stopped() && !state.all_done() {
                break;
            }
            session.take(Arc::new(RunReport::new(frozen, state, self.machine)));
            self.tell(match SweepPoints::of(session, sample) {
                Some(shown) => ExperimentNews::Swept(Box::new(shown)),
                None => ExperimentNews::Ended(Box::new(CompareView::of(session))),
            });
        }
        Ok(())
    }

    /// Runs one step, or plays it on the virtual clock.
    fn step(
        &self,
        frozen: &Arc<FrozenStudy>,
        workload: Arc<dyn Workload>,
    ) -> Result<RunState, String> {
        let mut run = Box::new(RunView::new(Arc::clone(frozen), self.machine));
        if frozen.plan.clock == ClockChoice::Virtual {
            let state = replay(frozen);
            run.take_played(state.clone());
            self.tell(ExperimentNews::Started(run));
            return Ok(state);
        }
        let program = self.program.clone();
        let handle = engine::start_with(
            Arc::clone(frozen),
            workload,
            RunOptions { worker_program: program, ..RunOptions::default() },
            || (),
        )
        .map_err(|error| no_thread(&error))?;
        self.tell(ExperimentNews::Started(run));
        let mut state = RunState::new(frozen.cases.len());
        let mut cancelled = false;
        while !state.has_ended() {
            let Some(bundle) = handle.next_within(TICK / 2) else { break };
            bundle.iter().for_each(|event| state.apply(event.clone()));
            self.sender.send(ExperimentNews::Happened(bundle, handle.now_ns())).ok();
            self.ctx.request_repaint_after(TICK);
            if self.is_stopped() && !cancelled {
                cancelled = true;
                handle.cancel();
            }
        }
        Ok(state)
    }

    fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn tell(&self, news: ExperimentNews) {
        self.sender.send(news).ok();
        self.ctx.request_repaint();
    }
}

/// An experiment, the document of which it runs the cases, and the part of them
/// that it runs, if not all.
type PreparedExperiment = (Experiment, Option<Document>, Option<CaseSample>);

/// The experiment that was asked for. Draws are the same in all its runs.
fn session(
    asked: ExperimentRequest,
    logical_cpus: u32,
) -> Result<PreparedExperiment, PrepareError> {
    Ok(match asked {
        ExperimentRequest::Comparison(form, document) => {
            (form.session(&document, drawn_seed()), Some(document), None)
        }
        ExperimentRequest::Sweep(form, document) => {
            let whole = SweepForm::whole(&document, drawn_seed());
            let Some(count) = form.sample else {
                return Ok((form.session(&whole), Some(document), None));
            };
            let workload = workload_for(&whole);
            let step = RunStep { label: String::new(), study: whole, workload, counts: true };
            let all = Arc::new(frozen(&step, logical_cpus, None)?.0);
            let sample = CaseSample::of(all, count);
            let study = sample.as_ref().map_or(step.study.clone(), |part| part.study(&step.study));
            (form.session(&study), Some(document), sample)
        }
        ExperimentRequest::Example(name, scale) => {
            let (seed, time_scale) = (Some(drawn_seed()), scale.factor());
            let plan = Plan { seed, time_scale, ..Plan::default() };
            (Experiment::example(name, &plan, logical_cpus), None, None)
        }
    })
}

/// Looks whether every step can run, before any does; each label once. Only rows
/// of the document can be led to.
fn check(session: &Experiment, of_document: bool, logical_cpus: u32) -> Result<(), PrepareError> {
    let mut seen: Vec<&str> = Vec::new();
    for step in session.steps() {
        if seen.contains(&step.label.as_str()) {
            continue;
        }
        seen.push(&step.label);
        frozen(step, logical_cpus, None).map_err(|refused| match refused {
            PrepareError::Row(..) if of_document => refused,
            PrepareError::Row(_, _, message) | PrepareError::Other(message) => {
                PrepareError::Other(format!("{}: {message}", step.label))
            }
        })?;
    }
    Ok(())
}
