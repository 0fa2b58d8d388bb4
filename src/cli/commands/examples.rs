//! `caselanes examples`: the reference experiments.

use crate::experiment::{
    ExampleEntry, ExampleName, ExampleReport, Experiment, findings, write_claims_csv,
    write_example, write_examples, write_examples_csv,
};
use crate::report::write_json;
use crate::study::Plan;

use crate::cli::arguments::arguments::ExamplesArguments;
use crate::cli::arguments::options::{Format, ReportOptions};
use crate::cli::deliver::{deliver, prepare};
use crate::cli::interrupt::Interrupt;
use crate::cli::main::{INTERRUPTED, NOT_ALL_DONE, say};
use crate::cli::session::{check, drawn_seed, machine, run_steps};

/// Lists the examples, or runs one; returns the exit status, or a message for
/// the user.
pub(crate) fn examples(arguments: &ExamplesArguments) -> Result<u8, String> {
    match arguments.name {
        None => list(&arguments.report),
        Some(name) => run(name, arguments),
    }
}

fn list(options: &ReportOptions) -> Result<u8, String> {
    let output = prepare(options, &[])?;
    deliver(options, output, |to| match options.format() {
        Format::Table => write_examples(to),
        Format::Json => write_json(&ExampleEntry::all(), to),
        Format::Csv => write_examples_csv(to),
    })?;
    Ok(0)
}

fn run(name: ExampleName, arguments: &ExamplesArguments) -> Result<u8, String> {
    let options = &arguments.report;
    let plan = arguments.time.over(&Plan::default());
    let plan = Plan { seed: Some(plan.seed.unwrap_or_else(drawn_seed)), ..plan };
    let mut session = Experiment::example(name, &plan, machine().logical_cpus);
    check(&session, options.quiet).map_err(|error| error.to_string())?;
    let output = prepare(options, &[])?;
    let interrupt = Interrupt::listen()?;
    let all_done = run_steps(&mut session, &interrupt, options.quiet)?;
    let interrupted = interrupt.asked() && !session.is_over();
    interrupt.end_at_once();
    if interrupted {
        say("interrupted: what finished is reported");
    }
    let found = findings(name, session.runs());
    deliver(options, output, |to| match options.format() {
        Format::Table => write_example(name, session.runs(), &found, to),
        Format::Json => write_json(&ExampleReport::new(name, session.runs(), &found), to),
        Format::Csv => write_claims_csv(&found.claims, to),
    })?;
    Ok(match (interrupted, all_done) {
        (true, _) => INTERRUPTED,
        (false, true) => 0,
        (false, false) => NOT_ALL_DONE,
    })
}
