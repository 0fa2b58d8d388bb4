//! `caselanes report`: reports on a recorded run in any format.

use crate::cli::arguments::arguments::ReportArguments;
use crate::cli::deliver::{ReportShape, prepare};
use crate::cli::exit_status::{ALL_DONE, NOT_ALL_DONE, combined};
use crate::report::Headline;

pub(crate) fn report(arguments: &ReportArguments) -> Result<u8, String> {
    let (recorded, options) = (&arguments.recorded, &arguments.report);
    let report = recorded.read(options.quiet)?;
    let shape = ReportShape::of_run(report.frozen.cases.len(), report.source.has_starts());
    let mut reports = prepare(options, &recorded.inputs(), shape)?;
    let delivery = reports.deliver(&report);
    reports.print_summary(&Headline::for_run(&report).to_string());
    let run_status = if report.state.all_done() { ALL_DONE } else { NOT_ALL_DONE };
    Ok(combined(&[run_status, delivery.status]))
}
