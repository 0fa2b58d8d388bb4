//! `caselanes run`: runs cases once and reports on them.

use std::sync::Arc;

use crate::app::{PreparedRun, ResultsWriter, StartedRun, WorkerProgram, this_machine};
use crate::report::{FailCondition, Headline, Machine, RunReport, UnknownFigure, metrics_text};
use crate::run::RunState;
use crate::study::{FrozenStudy, SeriesChoice};
use crate::workload::workload_for;

use crate::cli::arguments::arguments::RunArguments;
use crate::cli::console::{print_error, print_line, print_note};
use crate::cli::deliver::{ReportShape, Reports, prepare};
use crate::cli::exit_status::{ALL_DONE, CONDITION_MET, INTERRUPTED, NOT_ALL_DONE, combined};
use crate::cli::folder;
use crate::cli::follow::RunMonitor;
use crate::cli::input;
use crate::cli::interrupt::Interrupt;
use crate::cli::on_end::run_on_end;
use crate::cli::steps::INTERRUPTED_NOTICE;

pub(crate) fn run(arguments: &RunArguments) -> Result<u8, String> {
    let options = &arguments.report;
    let quiet = options.quiet;
    let machine = this_machine();
    let (run, mut reports) = prepare_run(arguments, machine)?;
    let interrupt = Interrupt::listen(run.is_on_cluster())?;
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
    let delivery = reports.deliver(report.as_ref());
    if let Some(Err(error)) = results.map(ResultsWriter::wait) {
        print_error(&error);
    }
    drop(handle);
    reports.print_summary(&Headline::for_run(&report).to_string());
    for note in folder.iter().flat_map(|folder| folder::closing_notes(folder, &report.state)) {
        print_note(&note, quiet);
    }
    let condition_status = check_conditions(&arguments.end.fail_if, &report);
    if let Some(command) = &arguments.end.on_end {
        run_on_end(command, delivery.file.as_deref(), &report);
    }
    let run_status = if is_interrupted {
        INTERRUPTED
    } else if report.state.all_done() && report.state.abort_message().is_none() {
        ALL_DONE
    } else {
        NOT_ALL_DONE
    };
    Ok(combined(&[run_status, delivery.status, condition_status]))
}

/// Prints the conditions that are true, and the figures, and returns the exit status.
fn check_conditions(conditions: &[FailCondition], report: &RunReport) -> u8 {
    let met: Vec<_> = conditions.iter().filter_map(|condition| condition.check(report)).collect();
    for condition in &met {
        let remedy = match condition.figure {
            Err(UnknownFigure::AloneTimes) => "; add --series sample",
            _ => "",
        };
        print_error(&format!("--fail-if: {condition}{remedy}"));
    }
    if met.is_empty() {
        return ALL_DONE;
    }
    print_line(&format!("figures: {}", metrics_text(report)));
    CONDITION_MET
}

/// Reads and checks what is to be run, and where its reports go.
fn prepare_run(
    arguments: &RunArguments,
    machine: Machine,
) -> Result<(PreparedRun, Reports), String> {
    let (source, options) = (&arguments.source, &arguments.report);
    let (resumed, study) = folder::open_resumed(&arguments.folder)?.unzip();
    let (study, origin) = input::read(source, study.zip(arguments.folder.resume.as_deref()))?;
    let study = arguments.changes.apply_to(study, source, arguments.folder.given())?;
    origin.print_notes(source, &study, options.quiet);
    let workload = workload_for(&study);
    let mut run = PreparedRun::new(study, workload, machine.logical_cpus, None)
        .map_err(|error| origin.describe(&error, |key| arguments.changes.overrides(key)))?;
    run.remarks.iter().for_each(|remark| print_note(&remark.to_string(), options.quiet));
    if run.runs_programs() {
        run.folder = Some(folder::open(&arguments.folder, resumed, run.is_on_cluster())?);
    }
    let inputs = origin.inputs(run.frozen.program.as_deref());
    let shape = ReportShape::of_run(run.frozen.cases.len(), true);
    let reports = prepare(options, &inputs, shape)?;
    if let Some(folder) = &run.folder
        && let Some(path) = reports.paths().find(|path| folder.owns_file(path))
    {
        let message = "the report would replace a file of a run; name another file";
        return Err(format!("{message}: {}", path.display()));
    }
    Ok((run, reports))
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
