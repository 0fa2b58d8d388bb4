//! `caselanes report`: reports on a recorded run in any format.

use crate::cli::arguments::arguments::ReportArguments;
use crate::cli::console::print_note;
use crate::cli::deliver::{deliver, prepare};
use crate::cli::exit_status::{ALL_DONE, NOT_ALL_DONE};
use crate::report::Headline;

pub(crate) fn report(arguments: &ReportArguments) -> Result<u8, String> {
    let (recorded, options) = (&arguments.recorded, &arguments.report);
    let output = prepare(options, &recorded.inputs())?;
    let report = recorded.read(options.quiet)?;
    if let Some(problem) = options.format().row_problem(report.frozen.cases.len()) {
        return Err(problem);
    }
    deliver(options, output, &report)?;
    if options.file().is_some() {
        print_note(&Headline::for_run(&report).to_string(), options.quiet);
    }
    Ok(if report.state.all_done() { ALL_DONE } else { NOT_ALL_DONE })
}
