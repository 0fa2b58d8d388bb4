//! `caselanes run`: runs cases once and reports on them.

use std::path::PathBuf;
use std::sync::Arc;

use crate::app::{PreparedRun, ResultsWriter, StartedRun, WorkerProgram, this_machine};
use crate::report::{Headline, Machine, RunReport};
use crate::run::RunState;
use crate::study::{FrozenStudy, SeriesChoice};
use crate::workload::workload_for;

use crate::cli::arguments::arguments::RunArguments;
use crate::cli::console::{print_error, print_line, print_note};
use crate::cli::deliver::{deliver, prepare};
use crate::cli::exit_status::{ALL_DONE, INTERRUPTED, NOT_ALL_DONE};
use crate::cli::folder;
use crate::cli::follow::RunMonitor;
use crate::cli::input;
use crate::cli::interrupt::Interrupt;
use crate::cli::steps::INTERRUPTED_NOTICE;

pub(crate) fn run(arguments: &RunArguments) -> Result<u8, String> {
    let options = &arguments.report;
    let quiet = options.quiet;
    let machine = this_machine();
    let (run, files) = prepare_run(arguments, machine)?;
    let output = prepare(options, &files)?;
    let interrupt = Interrupt::listen()?;
    let started = run.start(WorkerProgram::default(), || ()).map_err(|error| error.to_string())?;
    started.notes.iter().for_each(|note| print_note(note, quiet));
    let StartedRun { frozen, execution, folder, results_file, .. } = started;
    let results = results_file.map(ResultsWriter::new).transpose();
    let mut results = results.map_err(|error| error.to_string())?;
    let monitor = RunMonitor::new(&frozen, &interrupt, String::new(), results.as_mut(), quiet);
    // Dropping the handle removes a temporary run folder if nothing in it is worth keeping.
    let (state, handle) = monitor.follow(execution);

    // An interrupt after the last case has stopped nothing.
    let is_complete = is_complete(&frozen, &state);
    let is_interrupted = interrupt.is_raised() && !is_complete;
    interrupt.end_at_once();
    if is_interrupted {
        print_line(INTERRUPTED_NOTICE);
    }
    if let Some(message) = state.abort_message() {
        print_error(message);
    }
    let report = Arc::new(RunReport::new(frozen, state, machine));
    if report.state.all_done() && !is_complete {
        let text = match report.frozen.plan.series {
            SeriesChoice::Sample => {
                "there is no series total: a sampled case did not succeed alone"
            }
            _ => "the series total is not measured: not every case ran in series",
        };
        print_note(text, quiet);
    }
    if let Some(results) = &mut results {
        results.finish(Arc::clone(&report));
    }
    let delivered = deliver(options, output, report.as_ref());
    if let Some(Err(error)) = results.map(ResultsWriter::wait) {
        print_error(&error);
    }
    drop(handle);
    delivered?;
    if options.file().is_some() {
        print_note(&Headline::for_run(&report).to_string(), quiet);
    }
    for note in folder.iter().flat_map(|folder| folder::closing_notes(folder, &report.state)) {
        print_note(&note, quiet);
    }
    Ok(if is_interrupted {
        INTERRUPTED
    } else if report.state.all_done() && report.state.abort_message().is_none() {
        ALL_DONE
    } else {
        NOT_ALL_DONE
    })
}

/// Reads and checks what is to be run, and returns it with the files it was read from.
fn prepare_run(
    arguments: &RunArguments,
    machine: Machine,
) -> Result<(PreparedRun, Vec<PathBuf>), String> {
    let (source, options) = (&arguments.source, &arguments.report);
    let (resumed, study) = folder::open_resumed(&arguments.folder)?.unzip();
    let (study, origin) = input::read(source, study.zip(arguments.folder.resume.as_deref()))?;
    let study = arguments.changes.apply_to(study, source, arguments.folder.given())?;
    input::print_notes(source, &study, options.quiet);
    let workload = workload_for(&study);
    let mut run = PreparedRun::new(study, workload, machine.logical_cpus, None)
        .map_err(|error| origin.describe(&error, |key| arguments.changes.overrides(key)))?;
    run.remarks.iter().for_each(|remark| print_note(&remark.to_string(), options.quiet));
    if run.runs_programs() {
        run.folder = Some(folder::open(&arguments.folder, resumed)?);
    }
    if let Some(problem) = options.format().row_problem(run.frozen.cases.len()) {
        return Err(problem);
    }
    let owner = run.folder.as_ref();
    if let Some(path) = options.file()
        && owner.is_some_and(|folder| folder.owns_file(path))
    {
        let message = "the report would replace a file that the run needs; name another file";
        return Err(format!("{message}: {}", path.display()));
    }
    Ok((run, origin.files))
}

/// Whether everything requested was run: every case, and those that run again for the series total.
fn is_complete(frozen: &FrozenStudy, state: &RunState) -> bool {
    let is_measured = state.series.is_some_and(|series| series.total_ns.is_some());
    state.all_done()
        && match frozen.plan.series {
            SeriesChoice::Estimate => true,
            SeriesChoice::Sample => !state.series_sample.is_empty() || frozen.cases.is_empty(),
            SeriesChoice::Measure => is_measured,
        }
}
