//! `caselanes run`: cases in, report out.

use std::sync::Arc;

use crate::report::{RunReport, answer, write_csv, write_json, write_table};
use crate::run::RunState;
use crate::study::{FrozenStudy, SeriesChoice};
use crate::workload::{Environment, freeze, workload_for};

use crate::cli::arguments::arguments::RunArguments;
use crate::cli::arguments::options::Format;
use crate::cli::deliver::{deliver, prepare};
use crate::cli::follow::execute;
use crate::cli::input;
use crate::cli::interrupt::Interrupt;
use crate::cli::main::{INTERRUPTED, NOT_ALL_DONE, say};
use crate::cli::results_file::PendingResults;
use crate::cli::session::{drawn_seed, machine, remark};
use crate::cli::sitting;

/// Runs the cases and writes the report; returns the exit status, or a message
/// for the user.
pub(crate) fn run(arguments: &RunArguments) -> Result<u8, String> {
    let (source, options) = (&arguments.source, &arguments.report);
    let quiet = options.quiet;
    let (earlier, before) = sitting::earlier(&arguments.folder)?.unzip();
    let (study, origin) = input::read(source, before.zip(arguments.folder.resume.as_deref()))?;
    let study = arguments.over(study)?;
    input::remark_on(source, &study, quiet);
    let workload = workload_for(&study);
    let machine = machine();
    let given =
        Environment { logical_cpus: machine.logical_cpus, seed: drawn_seed(), last_s: None };
    let cases = study.cases.clone();
    let frozen = freeze(cases, study.workload, workload.as_ref(), &study.plan, given);
    let (frozen, remarks) = frozen.map_err(|error| origin.refused(&error))?;
    remarks.iter().for_each(|text| remark(text, quiet));
    let folder = sitting::folder_of(&arguments.folder, earlier, study.workload)?;
    if let (Some(folder), Some(path)) = (&folder, &options.output)
        && folder.owns_file(path)
    {
        let message = "the report would replace a file that the run needs; name another file";
        return Err(format!("{message}: {}", path.display()));
    }
    let output = prepare(options, &origin.files)?;

    let mut frozen = Arc::new(frozen);
    let interrupt = Interrupt::listen()?;
    let begun = sitting::begin(folder, &study, &frozen, machine, quiet)?;
    if !begun.setting.resumed.is_empty() && frozen.plan.series == SeriesChoice::Measure {
        remark("no series total is measured: some cases were done before", quiet);
        Arc::make_mut(&mut frozen).plan.series = SeriesChoice::Estimate;
    }
    let folder = begun.folder.clone();
    let (state, last_results) = execute(&frozen, workload, begun, &interrupt, "", quiet)?;
    // What asked to stop after the last case was done has stopped nothing.
    let interrupted = interrupt.asked() && !complete(&frozen, &state);
    interrupt.end_at_once();
    if interrupted {
        say("interrupted: what finished is reported");
    }
    if let Some(message) = state.abort_message() {
        say(&format!("error: {message}"));
    }
    let whole = complete(&frozen, &state);
    let report = RunReport::new(frozen, state, machine);
    if report.state.all_done() && !whole {
        let text = "the cases were not all run one after another: the series total is not measured";
        remark(text, quiet);
    }
    let delivered = deliver(options, output, |to| match options.format() {
        Format::Table => write_table(&report, to),
        Format::Json => write_json(&report, to),
        Format::Csv => write_csv(&report, to),
    });
    if let Some(Err(message)) = last_results.map(PendingResults::wait) {
        say(&format!("error: {message}"));
    }
    delivered?;
    if let Some(path) = &options.output {
        remark(&format!("{}; the report is in {}", answer(&report), path.display()), quiet);
    }
    for words in folder.iter().flat_map(|folder| sitting::last_words(folder, &report.state)) {
        remark(&words, quiet);
    }
    Ok(if interrupted {
        INTERRUPTED
    } else if report.state.all_done() && report.state.abort_message().is_none() {
        0
    } else {
        NOT_ALL_DONE
    })
}

/// Whether all that was asked for was run: every case, and in series too if
/// that is to be measured.
fn complete(frozen: &FrozenStudy, state: &RunState) -> bool {
    let measured = state.series().is_some_and(|series| series.total_ns.is_some());
    state.all_done() && (frozen.plan.series != SeriesChoice::Measure || measured)
}
