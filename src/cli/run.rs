//! `caselanes run`: cases in, report out.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use crate::engine::{self, RunHandle};
use crate::report::{Machine, RunReport, TimeLeft, answer, write_csv, write_json, write_table};
use crate::run::{RunState, replay};
use crate::study::{ClockChoice, Frozen, SeriesChoice};
use crate::workload::{Given, find, freeze};

use super::args::{Format, RunArguments};
use super::input;
use super::interrupt::Interrupt;
use super::main::{BAD_INPUT, INTERRUPTED, NOT_ALL_DONE, say};
use super::output::Output;
use super::progress::Progress;

/// How often the command line looks for an interrupt and redraws.
const TICK: Duration = Duration::from_millis(10);

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
    let (study, origin) = input::read(arguments).map_err(Refused)?;
    if arguments.cases.is_some() && arguments.study.is_none() && arguments.workload.is_none() {
        remark("no --workload: each case waits as in the demo, whatever its x and y");
    }
    if study.cases.is_empty() {
        remark("the table has no rows: there is nothing to run");
    }
    let workload = find(study.workload);
    let machine = Machine { logical_cpus: engine::logical_cpus(), os: std::env::consts::OS };
    let (frozen, remarks) = freeze(
        study.cases,
        study.workload,
        workload.as_ref(),
        &study.plan,
        Given {
            logical_cpus: machine.logical_cpus,
            seed: rand::random_range(0..SEEDS),
            last_s: None,
        },
    )
    .map_err(|error| Refused(origin.refused(&error)))?;
    remarks.iter().for_each(|text| remark(text));
    let output = output(arguments, &origin.files)?;

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
    // What asked to stop after the last case was done has stopped nothing.
    let interrupted = interrupted && !complete(&frozen, &state);
    if interrupted {
        say("interrupted: what finished is reported");
    }
    if let Some(message) = state.aborted() {
        say(&format!("error: {message}"));
    }
    let whole = complete(&frozen, &state);
    let report = RunReport::new(frozen, state, machine);
    if report.state.all_done() && !whole {
        remark("the cases were not all run one after another: the series total is not measured");
    }
    write(&report, arguments, output)?;
    if let Some(path) = &arguments.output {
        remark(&format!("{}; the report is in {}", answer(&report), path.display()));
    }
    let status = if interrupted {
        u8::try_from(INTERRUPTED).unwrap_or(u8::MAX)
    } else if report.state.all_done() && report.state.aborted().is_none() {
        0
    } else {
        NOT_ALL_DONE
    };
    Ok(status)
}

fn output(arguments: &RunArguments, read: &[PathBuf]) -> Result<Output, Refused> {
    let path = arguments.output.as_deref();
    let shown = path.unwrap_or(Path::new("")).display();
    let same = |a: &Path, b: &Path| {
        fs::canonicalize(a).is_ok_and(|a| fs::canonicalize(b).is_ok_and(|b| a == b))
    };
    if path.is_some_and(|output| read.iter().any(|file| same(output, file))) {
        let message = "the report would replace a file that this run reads; name another file";
        return Err(Refused(format!("{message}: {shown}")));
    }
    Output::prepare(path)
        .map_err(|error| Refused(format!("the report cannot be written: {error}: {shown}")))
}

/// Whether all that was asked for was run: every case, and in series too if
/// that is to be measured.
fn complete(frozen: &Frozen, state: &RunState) -> bool {
    let measured = state.series().is_some_and(|series| series.total_ns.is_some());
    state.all_done() && (frozen.plan.series != SeriesChoice::Measure || measured)
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
        let cases = frozen.cases.len();
        let (ended, what) = match state.series() {
            None => (0, format!("{} of {cases} cases", state.ended_cases())),
            Some(series) => (series.ended, format!("in series {} of {cases} cases", series.ended)),
        };
        let ended = u64::from(ended + state.ended_cases());
        progress.show(ended, &what, now_ns, time_left.left_s(now_ns));
    }
    progress.clear();
    interrupt.end_at_once();
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
