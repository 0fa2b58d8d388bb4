//! Runs the steps of an experiment one after another.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::engine::logical_cpus;
use crate::experiment::{Experiment, RunStep};
use crate::report::{Machine, RunReport};
use crate::study::FrozenStudy;
use crate::workload::{Environment, FreezeError, Remark, freeze};

use super::follow::execute;
use super::interrupt::Interrupt;
use super::main::say;
use super::sitting::StartedSession;

/// Drawn seeds stay below this, so that every reader of JSON keeps them whole.
const SEEDS: u64 = 1 << 53;

/// A seed for what has none.
pub(super) fn drawn_seed() -> u64 {
    rand::random_range(0..SEEDS)
}

/// This machine.
pub(super) fn machine() -> Machine {
    Machine { logical_cpus: logical_cpus(), os: std::env::consts::OS }
}

/// Says what was decided otherwise than asked, or what to mind.
pub(super) fn remark(text: &str, quiet: bool) {
    if !quiet {
        say(&format!("note: {text}"));
    }
}

/// Looks whether every step can run, before any does, and says once what is
/// decided otherwise than asked.
pub(super) fn check(session: &Experiment, quiet: bool) -> Result<(), FreezeError> {
    let (mut remarks, mut seen) = (BTreeSet::new(), BTreeSet::new());
    for step in session.steps().iter().filter(|step| seen.insert(step.label.as_str())) {
        for text in frozen(step, None)?.1 {
            remarks.insert(format!("{}: {text}", step.label));
        }
    }
    // What is not known before the first run may be known from it.
    let lengths = |text: &&String| !text.contains("lengths of the cases are not known");
    remarks.iter().filter(lengths).for_each(|text| remark(text, quiet));
    Ok(())
}

/// Runs the steps that are left. What went wrong in one is said, and the others
/// are still run; an interrupt ends the one that runs and skips the rest.
/// Returns whether all cases of all steps were done.
pub(super) fn run_steps(
    session: &mut Experiment,
    interrupt: &Interrupt,
    quiet: bool,
) -> Result<bool, String> {
    let machine = machine();
    let (mut all_done, mut told) = (true, false);
    while let Some(step) = session.next() {
        let last_s = session.last_s();
        let (frozen, _) = frozen(step, last_s.as_deref()).map_err(|error| error.to_string())?;
        let frozen = Arc::new(frozen);
        let warm_up = if step.counts { "" } else { " to warm up" };
        let number = match session.steps().len() {
            _ if session.may_grow() => format!("run {}", session.ended() + 1),
            count => format!("run {} of {count}", session.ended() + 1),
        };
        let what = format!("{number}{warm_up}, {}: ", step.label);
        let workload = Arc::clone(&step.workload);
        let (state, _) =
            execute(&frozen, workload, StartedSession::default(), interrupt, &what, quiet)?;
        if let Some(message) = state.abort_message() {
            say(&format!("error: {}: {message}", step.label));
        }
        // Mostly they all fail for one reason.
        if let Some((case, message)) = state.errors().next().filter(|_| !told) {
            told = true;
            let name = frozen.cases.case(case as usize).name;
            say(&format!("error: {}, row {}, {name}: {message}", step.label, case + 1));
        }
        all_done &= state.all_done();
        if interrupt.asked() && !state.all_done() {
            return Ok(false);
        }
        session.take(Arc::new(RunReport::new(frozen, state, machine)));
        if interrupt.asked() {
            return Ok(session.is_over() && all_done);
        }
    }
    Ok(all_done)
}

fn frozen(
    step: &RunStep,
    last_s: Option<&[f64]>,
) -> Result<(FrozenStudy, Vec<Remark>), FreezeError> {
    let given = Environment { logical_cpus: logical_cpus(), seed: drawn_seed(), last_s };
    let study = step.study.clone();
    freeze(study.cases, study.workload, step.workload.as_ref(), &study.plan, given)
}
