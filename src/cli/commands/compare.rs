//! `caselanes compare`: several setups of the same cases, side by side.

use crate::experiment::{CompareReport, Experiment, write_comparison, write_comparison_csv};
use crate::report::write_json;
use crate::study::{Plan, Study};

use crate::cli::arguments::arguments::CompareArguments;
use crate::cli::arguments::options::Format;
use crate::cli::deliver::{deliver, prepare};
use crate::cli::input;
use crate::cli::interrupt::Interrupt;
use crate::cli::main::{INTERRUPTED, NOT_ALL_DONE, say};
use crate::cli::session::{check, drawn_seed, run_steps};

/// Runs the cases by each setup and writes what differs; returns the exit
/// status, or a message for the user.
pub(crate) fn compare(arguments: &CompareArguments) -> Result<u8, String> {
    let (source, options) = (&arguments.source, &arguments.report);
    let (study, origin) = input::read(source, None)?;
    let study = arguments.over(study)?;
    input::remark_on(source, &study, options.quiet);
    let seed = Some(study.plan.seed.unwrap_or_else(drawn_seed));
    let study = Study { plan: Plan { seed, ..study.plan }, ..study };
    let setups = arguments.setups.clone();
    let mut session = Experiment::comparison(&study, setups, arguments.repeat);
    check(&session, options.quiet).map_err(|error| origin.refused(&error))?;
    let output = prepare(options, &origin.files)?;
    let interrupt = Interrupt::listen()?;
    let all_done = run_steps(&mut session, &interrupt, options.quiet)?;
    let interrupted = interrupt.asked() && !session.is_over();
    interrupt.end_at_once();
    if interrupted {
        say("interrupted: what finished is reported");
    }
    let report = CompareReport::new(&arguments.setups, session.runs());
    for row in report.rows().iter().filter(|row| row.values_match == Some(false)) {
        say(&format!(
            "WARNING: the values by {} differ from those by {}: fast or slow, one of them is wrong",
            row.setup,
            report.rows()[0].setup
        ));
    }
    deliver(options, output, |to| match options.format() {
        Format::Table => write_comparison(&report, to),
        Format::Json => write_json(&report, to),
        Format::Csv => write_comparison_csv(&report, to),
    })?;
    Ok(match (interrupted, all_done) {
        (true, _) => INTERRUPTED,
        (false, true) => 0,
        (false, false) => NOT_ALL_DONE,
    })
}
