//! `caselanes compare`: runs the same cases with several setups, side by side.

use crate::app::with_seed;
use crate::experiment::{CompareReport, Experiment, compare_rows};
use crate::study::{Plan, SeriesChoice, Study};

use crate::cli::arguments::arguments::CompareArguments;
use crate::cli::console::print_line;
use crate::cli::deliver::{deliver, prepare};
use crate::cli::input;
use crate::cli::steps;

pub(crate) fn compare(arguments: &CompareArguments) -> Result<u8, String> {
    let (source, options) = (&arguments.source, &arguments.report);
    let (study, origin) = input::read(source, None)?;
    // The runs themselves are the measurement; no extra run measures the series total.
    let plan = Plan { series: SeriesChoice::Estimate, ..study.plan };
    let study = Study { plan, ..study };
    let study = with_seed(arguments.changes.apply_to(study, source, None)?);
    input::print_notes(source, &study, options.quiet);
    let setups = arguments.setups.clone();
    let mut experiment = Experiment::comparison(&study, setups, arguments.repeat);
    steps::check(&experiment, options.quiet).map_err(|error| origin.describe(&error))?;
    let output = prepare(options, &origin.files)?;
    let status = steps::run(&mut experiment, options.quiet)?;
    let report = CompareReport { runs: compare_rows(&arguments.setups, experiment.runs()) };
    for row in report.runs.iter().filter(|row| row.values_match == Some(false)) {
        let base = &report.runs[0].setup;
        print_line(&format!(
            "WARNING: {} and {base} computed different values: one of them is wrong",
            row.setup
        ));
    }
    deliver(options, output, &report)?;
    Ok(status)
}
