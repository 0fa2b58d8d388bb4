//! `caselanes sweep`: growing numbers of workers, and how many are worth having.

use std::sync::Arc;

use crate::experiment::{
    CaseSample, Experiment, SweepPlan, SweepReport, write_sweep, write_sweep_csv,
};
use crate::report::write_json;
use crate::study::{ClockChoice, FrozenStudy, Plan, Study};
use crate::workload::{Environment, FreezeError, freeze, workload_for};

use crate::cli::arguments::arguments::SweepArguments;
use crate::cli::arguments::options::Format;
use crate::cli::deliver::{deliver, prepare};
use crate::cli::input;
use crate::cli::interrupt::Interrupt;
use crate::cli::main::{INTERRUPTED, NOT_ALL_DONE, say};
use crate::cli::session::{check, drawn_seed, machine, run_steps};

/// How many times each number of workers is run, unless said.
const REPEAT: u32 = 3;

/// Runs the cases with each number of workers and writes what that gains; returns
/// the exit status, or a message for the user.
pub(crate) fn sweep(arguments: &SweepArguments) -> Result<u8, String> {
    let (source, options) = (&arguments.source, &arguments.report);
    let (study, origin) = input::read(source, None)?;
    let study = arguments.over(study)?;
    SweepPlan::check(&study).map_err(|error| error.to_string())?;
    input::remark_on(source, &study, options.quiet);
    let seed = Some(study.plan.seed.unwrap_or_else(drawn_seed));
    let study = Study { plan: Plan { seed, ..study.plan }, ..study };
    // On the virtual clock each run takes the same.
    let usual = if study.plan.clock == ClockChoice::Virtual { 1 } else { REPEAT };
    let workers = arguments.workers.as_ref().map(|counts| counts.0.clone());
    let plan = SweepPlan { workers, repeat: arguments.repeat.unwrap_or(usual) };
    let sample = match arguments.sample {
        None => None,
        Some(count) => {
            let whole = frozen(&study).map_err(|error| origin.refused(&error))?;
            CaseSample::of(Arc::new(whole), count)
        }
    };
    let study = sample.as_ref().map_or(study.clone(), |sample| sample.study(&study));
    let mut session = Experiment::sweep(&study, plan.clone());
    check(&session, options.quiet).map_err(|error| origin.refused(&error))?;
    let output = prepare(options, &origin.files)?;
    let interrupt = Interrupt::listen()?;
    let all_done = run_steps(&mut session, &interrupt, options.quiet)?;
    let interrupted = interrupt.asked() && !session.is_over();
    interrupt.end_at_once();
    if interrupted {
        say("interrupted: what finished is reported");
    }
    let report = SweepReport::new(&study, &plan, session.runs());
    let report = match &sample {
        Some(sample) => report.for_all(sample),
        None => report,
    };
    deliver(options, output, |to| match options.format() {
        Format::Table => write_sweep(&report, to),
        Format::Json => write_json(&report, to),
        Format::Csv => write_sweep_csv(&report, to),
    })?;
    Ok(match (interrupted, all_done) {
        (true, _) => INTERRUPTED,
        (false, true) => 0,
        (false, false) => NOT_ALL_DONE,
    })
}

/// All cases as they would be run.
fn frozen(study: &Study) -> Result<FrozenStudy, FreezeError> {
    let given =
        Environment { logical_cpus: machine().logical_cpus, seed: drawn_seed(), last_s: None };
    let (cases, workload) = (study.cases.clone(), workload_for(study));
    Ok(freeze(cases, study.workload, workload.as_ref(), &study.plan, given)?.0)
}
