//! Runs the steps of an experiment one after another.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use super::follow::{RunObserver, follow};
use super::start::{Execution, PreparedRun, StartError};
use crate::engine::WorkerProgram;
use crate::experiment::{Experiment, RunStep};
use crate::report::{Machine, RunReport};
use crate::run::RunState;
use crate::study::FrozenStudy;

/// Observes an experiment while it is in progress.
pub trait StepObserver: RunObserver {
    /// A step starts. `simulated` is its outcome on the virtual clock.
    fn on_step_start(
        &mut self,
        experiment: &Experiment,
        frozen: &Arc<FrozenStudy>,
        simulated: Option<&RunState>,
    );

    /// A step ended. [`ControlFlow::Break`] ends the experiment without it.
    fn on_step_end(
        &mut self,
        step: &RunStep,
        frozen: &FrozenStudy,
        state: &RunState,
    ) -> ControlFlow<()>;

    /// The experiment has the report of the step that ended.
    fn on_report(&mut self, _experiment: &Experiment) {}
}

/// Runs the remaining steps until the last one or until the observer cancels. A
/// step that was cancelled before all its cases were done does not count. Returns
/// whether all cases of all steps were done.
pub fn run_steps(
    experiment: &mut Experiment,
    machine: Machine,
    program: &WorkerProgram,
    tick: Duration,
    observer: &mut impl StepObserver,
) -> Result<bool, StartError> {
    let mut all_done = true;
    while let Some(step) = experiment.next().filter(|_| !observer.is_cancelled()) {
        let last_s = experiment.last_s();
        let run = PreparedRun::of_step(step, machine.logical_cpus, last_s.as_deref())?;
        let started = run.start(program.clone(), || ())?;
        let frozen = started.frozen;
        let state = match started.execution {
            Execution::Simulated(state) => {
                observer.on_step_start(experiment, &frozen, Some(&state));
                *state
            }
            Execution::Running(handle) => {
                observer.on_step_start(experiment, &frozen, None);
                follow(&handle, frozen.cases.len(), tick, observer)
            }
        };
        all_done &= state.all_done();
        let is_cut_short = observer.is_cancelled() && !state.all_done();
        if observer.on_step_end(step, &frozen, &state).is_break() || is_cut_short {
            break;
        }
        experiment.take(Arc::new(RunReport::new(frozen, state, machine)));
        observer.on_report(experiment);
    }
    Ok(all_done)
}
