//! `caselanes sweep`: runs the same cases with growing worker counts, and reports how
//! many workers are worth having.

use crate::app::{sample_cases, this_machine, with_seed};
use crate::experiment::{Experiment, SweepPlan, SweepReport};
use crate::study::ClockChoice;

use crate::cli::arguments::arguments::SweepArguments;
use crate::cli::deliver::{ReportShape, prepare};
use crate::cli::exit_status::combined;
use crate::cli::input;
use crate::cli::steps;

const REPEATS: u32 = 3;

pub(crate) fn sweep(arguments: &SweepArguments) -> Result<u8, String> {
    let (source, options) = (&arguments.source, &arguments.report);
    let (study, origin) = input::read(source, None)?;
    let study = arguments.changes.apply_to(study, source, None)?;
    SweepPlan::check(&study)?;
    origin.print_notes(source, &study, options.quiet);
    let study = with_seed(study);
    // Runs on the virtual clock do not vary.
    let repeats = if study.plan.clock == ClockChoice::Virtual { 1 } else { REPEATS };
    let workers = arguments.workers.as_ref().map(|counts| counts.0.clone());
    let plan = SweepPlan { workers, repeat: arguments.repeat.unwrap_or(repeats) };
    let sample = match arguments.sample {
        None => None,
        Some(count) => sample_cases(&study, count, this_machine().logical_cpus)
            .map_err(|error| origin.describe(&error, |key| arguments.changes.overrides(key)))?,
    };
    let study = sample.as_ref().map_or(study.clone(), |sample| sample.study(&study));
    let mut experiment = Experiment::sweep(&study, plan.clone());
    steps::check(&experiment, options.quiet)
        .map_err(|error| origin.describe(&error, |key| arguments.changes.overrides(key)))?;
    let inputs = origin.inputs(study.program.as_deref());
    let mut reports = prepare(options, &inputs, ReportShape::FIGURES)?;
    let status = steps::run(&mut experiment, options.quiet)?;
    let report = SweepReport::new(&study, &plan, &experiment.runs);
    let report = match &sample {
        Some(sample) => report.for_all(sample),
        None => report,
    };
    let delivery = reports.deliver(&report);
    reports.print_summary(&report.advice.text.to_string());
    Ok(combined(&[status, delivery.status]))
}
