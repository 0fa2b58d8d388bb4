//! `caselanes run`: cases in, report out.

use std::fs;
use std::io::{self, Read as _, stdin};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::engine::{self, RunHandle};
use crate::report::{Machine, RunReport, TimeLeft, write_csv, write_json, write_table};
use crate::run::{RunState, replay};
use crate::study::{CaseTable, ClockChoice, Frozen, ImportError, Imported, SeriesChoice, Source};
use crate::workload::{FreezeError, Refusal, find, freeze};

use super::args::{Format, RunArguments};
use super::interrupt::Interrupt;
use super::main::{BAD_INPUT, INTERRUPTED, NOT_ALL_DONE, say};
use super::output::Output;
use super::progress::Progress;

/// How often the command line looks for an interrupt and redraws.
const TICK: Duration = Duration::from_millis(20);

/// How many refused cases are listed.
const REFUSED: usize = 20;

/// Drawn seeds stay below this, so that every reader of JSON keeps them whole.
const SEEDS: u64 = 1 << 53;

/// A message for the user, and the exit status.
struct Refused(String);

/// Runs the cases and writes the report; returns the exit status.
pub(super) fn run(arguments: &RunArguments) -> u8 {
    match try_run(arguments) {
        Ok(status) => status,
        Err(Refused(message)) => {
            say(&format!("error: {message}"));
            BAD_INPUT
        }
    }
}

fn try_run(arguments: &RunArguments) -> Result<u8, Refused> {
    let remark = |text: &str| {
        if !arguments.quiet {
            say(&format!("note: {text}"));
        }
    };
    let imported = cases(arguments.cases.as_deref())?;
    if imported.cases.is_empty() {
        remark("the table has no rows: there is nothing to run");
    }
    let workload = find(arguments.workload);
    let machine = Machine { logical_cpus: engine::logical_cpus(), os: std::env::consts::OS };
    let (frozen, remarks) = freeze(
        imported.cases,
        arguments.workload,
        workload.as_ref(),
        &arguments.plan(),
        machine.logical_cpus,
        rand::random_range(0..SEEDS),
    )
    .map_err(|error| Refused(refused(&error, &imported.source)))?;
    remarks.iter().for_each(|text| remark(text));
    let output = output(arguments)?;

    let frozen = Arc::new(frozen);
    let (state, interrupted) = match frozen.plan.clock {
        ClockChoice::Virtual => (replay(&frozen), false),
        ClockChoice::Real => {
            let interrupt = Interrupt::listen()
                .map_err(|error| Refused(format!("interrupts cannot be heard: {error}")))?;
            let handle = engine::start(Arc::clone(&frozen), workload, || ())
                .map_err(|error| Refused(format!("the system gives no thread: {error}")))?;
            follow(&handle, &frozen, &interrupt, arguments.quiet)
        }
    };
    if let Some(message) = state.aborted() {
        say(&format!("error: {message}"));
    }
    let report = RunReport::new(frozen, state, machine);
    if report.frozen.plan.series == SeriesChoice::Measure
        && report.state.all_done()
        && report.state.series().is_none_or(|series| series.total_ns.is_none())
    {
        remark("the cases were not all run one after another: the series total is not measured");
    }
    let written = write(&report, arguments, output);
    let status = if interrupted {
        u8::try_from(INTERRUPTED).unwrap_or(u8::MAX)
    } else if report.state.all_done() && report.state.aborted().is_none() {
        0
    } else {
        NOT_ALL_DONE
    };
    written.map(|()| status)
}

fn cases(path: Option<&Path>) -> Result<Imported, Refused> {
    let Some(path) = path else {
        return Ok(Imported { cases: CaseTable::demo(), source: Source::default() });
    };
    let (read, place) = if path == Path::new("-") {
        let mut bytes = Vec::new();
        let read = stdin().lock().read_to_end(&mut bytes);
        let read = read.map_err(|error| ImportError::Unreadable(error.to_string()));
        (read.and_then(|_| crate::study::import(bytes)), "standard input".to_owned())
    } else {
        (crate::study::read_cases(path), path.display().to_string())
    };
    read.map_err(|error| Refused(format!("{error}\nin {place}")))
}

/// Every refused case by line and column of its file, else by row and column.
fn refused(error: &FreezeError, source: &Source) -> String {
    let FreezeError::Cases(cases) = error else { return error.to_string() };
    let place = |index: usize, refusal: &Refusal| match source.place(index, refusal.column) {
        Some((line, column)) => format!("line {line}, column {column}: {}", refusal.message),
        None => format!("row {}, column {}: {}", index + 1, refusal.column, refusal.message),
    };
    let mut lines: Vec<String> =
        cases.iter().take(REFUSED).map(|(index, refusal)| place(*index, refusal)).collect();
    if cases.len() > REFUSED {
        lines.push(format!("and {} more", cases.len() - REFUSED));
    }
    lines.join("\n")
}

fn output(arguments: &RunArguments) -> Result<Output, Refused> {
    let path = arguments.output.as_deref();
    let shown = path.unwrap_or(Path::new("")).display();
    let same = |a: &Path, b: &Path| {
        fs::canonicalize(a).is_ok_and(|a| fs::canonicalize(b).is_ok_and(|b| a == b))
    };
    if let (Some(output), Some(cases)) = (path, arguments.cases.as_deref())
        && same(output, cases)
    {
        let message = "the report would replace the file of the cases; name another file";
        return Err(Refused(format!("{message}: {shown}")));
    }
    Output::prepare(path)
        .map_err(|error| Refused(format!("the report cannot be written: {error}: {shown}")))
}

/// Folds the events until the run is over; an interrupt cancels it.
fn follow(
    handle: &RunHandle,
    frozen: &Frozen,
    interrupt: &Interrupt,
    quiet: bool,
) -> (RunState, bool) {
    let mut state = RunState::new(frozen.cases.len());
    let mut time_left = TimeLeft::new(frozen);
    let runs = if frozen.plan.series == SeriesChoice::Measure { 2 } else { 1 };
    let mut progress = Progress::new(frozen.cases.len() as u64 * runs, quiet);
    let mut interrupted = false;
    while !state.ended() {
        let Some(bundle) = handle.next_within(TICK) else { break };
        for event in bundle {
            time_left.apply(&event);
            state.apply(event);
        }
        if !interrupted && interrupt.asked() {
            interrupted = true;
            handle.cancel();
        }
        let now_ns = handle.now_ns();
        let in_series = state.series().map_or(0, |series| series.ended);
        let ended = u64::from(state.ended_cases() + in_series);
        progress.show(ended, now_ns, time_left.left_s(now_ns));
    }
    progress.clear();
    (state, interrupted)
}

/// Writes the report. If that fails after all, it goes to standard output, so
/// that nothing is lost.
fn write(report: &RunReport, arguments: &RunArguments, output: Output) -> Result<(), Refused> {
    let format = arguments.format();
    let standard = matches!(output, Output::Standard);
    let put = |output: Output| {
        output.write(|to| match format {
            Format::Table => write_table(report, to),
            Format::Json => write_json(report, to),
            Format::Csv => write_csv(report, to),
        })
    };
    match put(output) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) if standard => Err(Refused(format!("the report cannot be written: {error}"))),
        Err(error) => {
            put(Output::Standard).ok();
            let path = arguments.output.as_deref().unwrap_or(Path::new("")).display();
            Err(Refused(format!(
                "the report cannot be written: {error}; it went to standard output: {path}"
            )))
        }
    }
}
