//! Runs an experiment and prints its progress and errors.

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::Arc;

use super::console::{print_error, print_line, print_note};
use super::follow::{RunMonitor, TICK};
use super::interrupt::Interrupt;
use crate::app::{RunObserver, StepObserver, WorkerProgram, check_steps, run_steps, this_machine};
use crate::experiment::{Experiment, RunStep};
use crate::run::{RunEvent, RunState};
use crate::study::FrozenStudy;
use crate::workload::FreezeError;

/// How an experiment ended.
pub(super) struct ExperimentEnd {
    /// Whether an interrupt came before the last run.
    pub(super) is_interrupted: bool,
    /// Whether all cases of all runs were done.
    pub(super) is_all_done: bool,
}

/// Checks that every step can run, before the first one does, and prints remarks.
pub(super) fn check(experiment: &Experiment, is_quiet: bool) -> Result<(), FreezeError> {
    let remarks = check_steps(experiment, this_machine().logical_cpus)
        .map_err(|step_error| step_error.error)?;
    // Lengths that are unknown before the first run may be known from it.
    let lines: BTreeSet<String> = remarks
        .iter()
        .filter(|step| !step.remark.contains("lengths of the cases are not known"))
        .map(|step| format!("{}: {}", step.label, step.remark))
        .collect();
    lines.iter().for_each(|line| print_note(line, is_quiet));
    Ok(())
}

/// Runs the steps that are left. An error in a step is printed and the others still
/// run; an interrupt cancels the current step and skips the rest.
pub(super) fn run(
    experiment: &mut Experiment,
    interrupt: &Interrupt,
    is_quiet: bool,
) -> Result<ExperimentEnd, String> {
    let mut printer =
        StepPrinter { interrupt, monitor: None, has_printed_failure: false, is_quiet };
    let program = WorkerProgram::default();
    let is_all_done = run_steps(experiment, this_machine(), &program, TICK, &mut printer)
        .map_err(|error| error.to_string())?;
    let is_interrupted = interrupt.is_raised() && !experiment.is_over();
    interrupt.end_at_once();
    if is_interrupted {
        print_line(INTERRUPTED_NOTICE);
    }
    Ok(ExperimentEnd { is_interrupted, is_all_done })
}

/// Printed when a report does not cover everything.
pub(super) const INTERRUPTED_NOTICE: &str = "interrupted: the report covers what finished";

/// Prints what happens in an experiment.
struct StepPrinter<'a> {
    interrupt: &'a Interrupt,
    monitor: Option<RunMonitor<'a>>,
    /// Most failures have the same cause, so only the first is printed.
    has_printed_failure: bool,
    is_quiet: bool,
}

impl RunObserver for StepPrinter<'_> {
    fn is_cancelled(&self) -> bool {
        self.interrupt.is_raised()
    }

    fn on_cancel(&mut self) {
        self.monitor.iter_mut().for_each(RunObserver::on_cancel);
    }

    fn on_events(&mut self, events: &[RunEvent], now_ns: u64) {
        self.monitor.iter_mut().for_each(|monitor| monitor.on_events(events, now_ns));
    }

    fn on_progress(&mut self, state: &RunState, now_ns: u64) {
        self.monitor.iter_mut().for_each(|monitor| monitor.on_progress(state, now_ns));
    }
}

impl StepObserver for StepPrinter<'_> {
    fn on_step_start(
        &mut self,
        experiment: &Experiment,
        frozen: &Arc<FrozenStudy>,
        simulated: Option<&RunState>,
    ) {
        let (None, Some(step)) = (simulated, experiment.next()) else { return };
        let of_all = match experiment.steps().len() {
            _ if experiment.may_grow() => String::new(),
            count => format!(" of {count}"),
        };
        let purpose = if step.counts { "" } else { " to warm up" };
        let number = experiment.ended() + 1;
        let prefix = format!("run {number}{of_all}{purpose}, {}: ", step.label);
        let monitor = RunMonitor::new(Arc::clone(frozen), self.interrupt, prefix, self.is_quiet);
        self.monitor = Some(monitor);
    }

    fn on_step_end(
        &mut self,
        step: &RunStep,
        frozen: &FrozenStudy,
        state: &RunState,
    ) -> ControlFlow<()> {
        self.monitor.take().map(RunMonitor::finish);
        if let Some(message) = state.abort_message() {
            print_error(&format!("{}: {message}", step.label));
        }
        if let Some((case, message)) = state.errors().next().filter(|_| !self.has_printed_failure) {
            self.has_printed_failure = true;
            let name = frozen.cases.case(case as usize).name;
            print_error(&format!("{}, row {}, {name}: {message}", step.label, case + 1));
        }
        ControlFlow::Continue(())
    }
}
