//! Runs the steps of an experiment one after another.

use std::sync::Arc;

use super::start::{PreparedRun, StartError, StartedRun};
use crate::engine::WorkerProgram;
use crate::experiment::Experiment;
use crate::report::{Machine, RunReport};
use crate::run::RunState;

pub trait ExperimentObserver {
    fn is_cancelled(&self) -> bool;

    /// Follows the run of the experiment's next step to its end. `None` ends the
    /// experiment without it.
    fn follow_step(&mut self, experiment: &Experiment, run: StartedRun) -> Option<RunState>;

    /// Called when the experiment has the report of a step.
    fn on_report(&mut self, _experiment: &Experiment) {}
}

/// Runs the remaining steps until the last one or until the observer cancels. A
/// step that was cancelled before all its cases were done does not count. Returns
/// whether all cases of all steps were done.
pub fn run_steps(
    experiment: &mut Experiment,
    machine: Machine,
    program: &WorkerProgram,
    observer: &mut impl ExperimentObserver,
) -> Result<bool, StartError> {
    let mut is_all_done = true;
    while let Some(step) = experiment.next().filter(|_| !observer.is_cancelled()) {
        let (study, workload) = (step.study.clone(), Arc::clone(&step.workload));
        let last_s = experiment.last_s();
        let run = PreparedRun::new(study, workload, machine.logical_cpus, last_s.as_deref())?;
        let run = run.start(program.clone(), || ())?;
        let frozen = Arc::clone(&run.frozen);
        let Some(state) = observer.follow_step(experiment, run) else { break };
        is_all_done &= state.all_done();
        if observer.is_cancelled() && !state.all_done() {
            break;
        }
        experiment.take(Arc::new(RunReport::new(frozen, state, machine)));
        observer.on_report(experiment);
    }
    Ok(is_all_done)
}
