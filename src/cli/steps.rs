//! Runs an experiment and prints its progress and errors.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::console::{print_error, print_line, print_note};
use super::exit_status::{ALL_DONE, INTERRUPTED, NOT_ALL_DONE};
use super::follow::RunMonitor;
use super::interrupt::Interrupt;
use crate::app::{
    ExperimentObserver, StartedRun, WorkerProgram, check_steps, run_steps, this_machine,
};
use crate::experiment::Experiment;
use crate::run::RunState;
use crate::text::{list, short_name};
use crate::workload::{FreezeError, Remark};

/// Printed when a report does not cover everything.
pub(super) const INTERRUPTED_NOTICE: &str = "interrupted: the report covers what finished";

/// Checks that every step can run, before the first one does, and prints remarks.
pub(super) fn check(experiment: &Experiment, is_quiet: bool) -> Result<(), FreezeError> {
    let remarks =
        check_steps(experiment, this_machine().logical_cpus).map_err(|(_, error)| error)?;
    let all: BTreeSet<&str> = experiment.steps.iter().map(|step| &*step.label).collect();
    let mut notes: Vec<(String, Vec<String>)> = Vec::new();
    for (label, remark) in remarks {
        // Lengths that are unknown before the first run may be known from it.
        if matches!(remark, Remark::OrderIgnored(_)) {
            continue;
        }
        let remark = remark.to_string();
        match notes.iter_mut().find(|(text, _)| *text == remark) {
            Some((_, labels)) => labels.push(label),
            None => notes.push((remark, vec![label])),
        }
    }
    for (remark, labels) in notes {
        if labels.len() == all.len() {
            print_note(&remark, is_quiet);
        } else {
            print_note(&format!("{}: {remark}", list(labels)), is_quiet);
        }
    }
    Ok(())
}

/// Runs the steps that are left and returns the exit status. An error in a step is printed and the
/// others still run; an interrupt cancels the current step and skips the rest.
pub(super) fn run(experiment: &mut Experiment, is_quiet: bool) -> Result<u8, String> {
    let interrupt = &Interrupt::listen(false)?;
    let mut printer = StepPrinter { interrupt, has_printed_failure: false, is_quiet };
    let is_all_done =
        run_steps(experiment, this_machine(), &WorkerProgram::default(), &mut printer)
            .map_err(|error| error.to_string())?;
    let is_interrupted = interrupt.is_raised() && !experiment.is_over();
    interrupt.end_at_once();
    if is_interrupted {
        print_line(INTERRUPTED_NOTICE);
        return Ok(INTERRUPTED);
    }
    Ok(if is_all_done { ALL_DONE } else { NOT_ALL_DONE })
}

/// Prints the progress and the errors of an experiment.
struct StepPrinter<'a> {
    interrupt: &'a Interrupt,
    /// Most failures have the same cause, so only the first is printed.
    has_printed_failure: bool,
    is_quiet: bool,
}

impl ExperimentObserver for StepPrinter<'_> {
    fn is_cancelled(&self) -> bool {
        self.interrupt.is_raised()
    }

    fn follow_step(&mut self, experiment: &Experiment, run: StartedRun) -> Option<RunState> {
        let step = experiment.next()?;
        let of_all = match experiment.steps.len() {
            _ if experiment.may_grow() => String::new(),
            count => format!(" of {count}"),
        };
        let purpose = if step.counts { "" } else { " to warm up" };
        let prefix = format!("run {}{of_all}{purpose}, {}: ", experiment.ended + 1, step.label);
        let frozen = Arc::clone(&run.frozen);
        let monitor = RunMonitor::new(&run.frozen, self.interrupt, prefix, None, self.is_quiet);
        let (state, _) = monitor.follow(run.execution);
        if let Some(message) = state.abort_message() {
            print_error(&format!("{}: {message}", step.label));
        }
        if let Some((case, message)) = state.errors().next().filter(|_| !self.has_printed_failure) {
            self.has_printed_failure = true;
            let name = short_name(frozen.cases.case(case as usize).name);
            print_error(&format!("{}, row {}, {name}: {message}", step.label, case + 1));
        }
        Some(state)
    }
}
