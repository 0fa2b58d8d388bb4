//! `caselanes compare`: runs the same cases with several setups, side by side.

use crate::app::with_seed;
use crate::experiment::{CompareReport, CompareRow, Experiment, compare_rows};
use crate::study::{Plan, SeriesChoice, Study};

use crate::cli::arguments::arguments::CompareArguments;
use crate::cli::console::print_line;
use crate::cli::deliver::{ReportShape, prepare};
use crate::cli::exit_status::combined;
use crate::cli::input;
use crate::cli::steps;

pub(crate) fn compare(arguments: &CompareArguments) -> Result<u8, String> {
    let (source, options) = (&arguments.source, &arguments.report);
    let (study, origin) = input::read(source, None)?;
    // The runs themselves are the measurement; no extra run measures the series total.
    let plan = Plan { series: SeriesChoice::Estimate, ..study.plan };
    let study = Study { plan, ..study };
    let study = with_seed(arguments.changes.apply_to(study, source, None)?);
    origin.print_notes(source, &study, options.quiet);
    let setups = arguments.setups.clone();
    let mut experiment = Experiment::comparison(&study, setups, arguments.repeat);
    steps::check(&experiment, options.quiet)
        .map_err(|error| origin.describe(&error, |key| arguments.changes.overrides(key)))?;
    let inputs = origin.inputs(study.program.as_deref());
    let mut reports = prepare(options, &inputs, ReportShape::FIGURES)?;
    let status = steps::run(&mut experiment, options.quiet)?;
    let report = CompareReport { runs: compare_rows(&arguments.setups, &experiment.runs) };
    warn_of_values(&report.runs);
    let delivery = reports.deliver(&report);
    reports.print_summary(&report.summary());
    Ok(combined(&[status, delivery.status]))
}

/// Warns if the values of the cases differ between the runs of a setup or between setups.
fn warn_of_values(rows: &[CompareRow]) {
    let Some((base, others)) = rows.split_first() else { return };
    let differs = |row: &&CompareRow| row.values_match == Some(false);
    let setup = &base.setup;
    if differs(&base) {
        print_line(&format!("warning: values differ between the runs of {setup}: not repeatable"));
        return;
    }
    for other in others.iter().filter(differs).map(|row| &row.setup) {
        print_line(&format!("warning: values differ between {other} and {setup}: one is wrong"));
    }
}
