//! `caselanes examples`: lists and runs the reference experiments.

use crate::app::{drawn_seed, this_machine};
use crate::experiment::{ExampleList, ExampleReport, Experiment, findings};
use crate::study::Plan;

use crate::cli::arguments::arguments::ExamplesArguments;
use crate::cli::deliver::{deliver, prepare};
use crate::cli::exit_status::ALL_DONE;
use crate::cli::steps;

pub(crate) fn examples(arguments: &ExamplesArguments) -> Result<u8, String> {
    let options = &arguments.report;
    let Some(name) = arguments.name else {
        let output = prepare(options, &[])?;
        deliver(options, output, &ExampleList)?;
        return Ok(ALL_DONE);
    };
    let plan = arguments.options.apply_to_plan(&Plan::default())?;
    let plan = Plan { seed: Some(plan.seed.unwrap_or_else(drawn_seed)), ..plan };
    let mut experiment = Experiment::example(name, &plan, this_machine().logical_cpus);
    steps::check(&experiment, options.quiet).map_err(|error| error.to_string())?;
    let output = prepare(options, &[])?;
    let status = steps::run(&mut experiment, options.quiet)?;
    let (runs, findings) = (&experiment.runs, findings(name, &experiment.runs));
    deliver(options, output, &ExampleReport { name, runs, findings: &findings })?;
    Ok(status)
}
