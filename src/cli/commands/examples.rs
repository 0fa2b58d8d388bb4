//! `caselanes examples`: lists and runs the reference experiments.

use crate::app::{drawn_seed, this_machine};
use crate::experiment::{ExampleList, ExampleReport, Experiment, findings};
use crate::study::Plan;

use crate::cli::arguments::arguments::ExamplesArguments;
use crate::cli::deliver::{ReportShape, prepare};
use crate::cli::exit_status::combined;
use crate::cli::steps;

pub(crate) fn examples(arguments: &ExamplesArguments) -> Result<u8, String> {
    let options = &arguments.report;
    let Some(name) = arguments.name else {
        return Ok(prepare(options, &[], ReportShape::FIGURES)?.deliver(&ExampleList).status);
    };
    let plan = arguments.options.apply_to_plan(&Plan::default())?;
    let plan = Plan { seed: Some(plan.seed.unwrap_or_else(drawn_seed)), ..plan };
    let mut experiment = Experiment::example(name, &plan, this_machine().logical_cpus);
    steps::check(&experiment, options.quiet).map_err(|error| error.to_string())?;
    let shape = ReportShape::of_run(0, true);
    let mut reports = prepare(options, &[], shape)?;
    let status = steps::run(&mut experiment, options.quiet)?;
    let (runs, findings) = (&experiment.runs, findings(name, &experiment.runs));
    let delivery = reports.deliver(&ExampleReport { name, runs, findings: &findings });
    Ok(combined(&[status, delivery.status]))
}
