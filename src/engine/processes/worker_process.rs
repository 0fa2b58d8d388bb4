//! The inside of a worker process: receives cases on standard input, runs them,
//! and sends the results to standard output.

use std::io::{self, IsTerminal as _, Read, Write, stdin, stdout};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc::channel;
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use crate::run::CaseOutcome;
use crate::study::{Case, WorkloadName, parse_name};
use crate::workload::{Context, StopSignal, Workload, find};

use super::protocol::{FromWorker, Greeting, PROTOCOL, RUN, Receiver, Sender, ToWorker, WORKER};
use crate::engine::pool::clock::Clock;
use crate::engine::pool::measure::Meter;
use crate::engine::program::case_dirs::InputFile;
use crate::engine::program::program_runner::ProgramRunner;
use crate::system::hangup::{Hangup, watch};
use crate::system::memory::own_peak_bytes;
use crate::system::process_tree::ExitWaiter;
use crate::system::stdio::own_streams;
use crate::system::threads::name_process;
use crate::system::worker_process::Parent;

/// Time a case has to notice that it is cancelled. After that the process exits anyway.
const CANCEL_LIMIT: Duration = Duration::from_secs(1);
/// Time a killed program has to disappear.
const KILL_LIMIT: Duration = Duration::from_secs(4);
/// Both limits once the app has ended, because it was killed or the user interrupted it twice.
const ORPHAN_LIMIT: Duration = Duration::from_millis(500);
const ORPHAN_CHECK_INTERVAL: Duration = Duration::from_millis(50);
/// Pause of a cancelled worker before it exits. Exiting takes more CPU time than
/// cancelling, so with many computing workers all get to cancel first.
const EXIT_PAUSE: Duration = Duration::from_millis(20);

const INTERNAL: &str = "--worker-process is for internal use by CaseLanes; to run cases, see \
                        caselanes run --help";

/// Runs as a worker process: runs the cases that arrive on standard input until it
/// is closed. Fails with a message if the process was not started by a run.
pub fn worker_main() -> Result<(), String> {
    if stdin().is_terminal() || stdout().is_terminal() {
        return Err(INTERNAL.to_owned());
    }
    try_main().map_err(|error| error.to_string())?
}

fn try_main() -> io::Result<Result<(), String>> {
    name_process();
    let parent = Parent::of_this_process();
    let (input, output) = own_streams()?;
    let (input, hangup) = watch(input)?;
    let (polled, runner_hangup) = (hangup.try_clone()?, hangup.try_clone()?);
    let stop = Arc::new(StopSignal::polling(move || polled.is_closed()));
    let programs = Arc::new(OnceLock::new());
    let (notices, receiver) = channel();
    thread::Builder::new().name("worker".to_owned()).spawn({
        let (stop, programs, notices) = (Arc::clone(&stop), Arc::clone(&programs), notices.clone());
        move || {
            let cancel = CancelSources { stop: &stop, hangup: runner_hangup, programs: &programs };
            let result = catch_unwind(AssertUnwindSafe(|| serve(input, output, cancel, find)));
            let result = result.unwrap_or_else(|_| Err("the worker process panicked".to_owned()));
            notices.send(WorkerNotice::Finished(result)).ok();
        }
    })?;
    thread::Builder::new().name("hangup".to_owned()).spawn(move || {
        hangup.wait(None);
        notices.send(WorkerNotice::HungUp).ok();
    })?;
    if let Ok(WorkerNotice::Finished(result)) = receiver.recv() {
        return Ok(result);
    }
    stop.stop();
    let finishes_within = |limit: Duration| {
        let start = Instant::now();
        loop {
            if let Ok(WorkerNotice::Finished(result)) = receiver.recv_timeout(ORPHAN_CHECK_INTERVAL)
            {
                return Some(result);
            }
            let limit = if parent.has_ended() { limit.min(ORPHAN_LIMIT) } else { limit };
            if start.elapsed() >= limit {
                return None;
            }
        }
    };
    let result = match programs.get() {
        Some(ProgramEnding { exit_waiter, grace }) => {
            exit_waiter.end_programs();
            finishes_within(*grace).or_else(|| {
                exit_waiter.kill_programs();
                // The run ends the remaining processes as orphans.
                finishes_within(KILL_LIMIT)
            })
        }
        None => finishes_within(CANCEL_LIMIT),
    };
    Ok(result.unwrap_or(Ok(())))
}

/// What ends a worker process.
enum WorkerNotice {
    /// The run has closed the pipe.
    HungUp,
    /// All cases have ended, or the run cannot continue.
    Finished(Result<(), String>),
}

/// Ways in which running cases learn of a cancel.
struct CancelSources<'a> {
    /// Checked by workloads in this process.
    stop: &'a StopSignal,
    /// Closed by the run; watched while a program runs.
    hangup: Hangup,
    /// Set if the workload is an external program.
    programs: &'a OnceLock<ProgramEnding>,
}

struct ProgramEnding {
    exit_waiter: Arc<ExitWaiter>,
    /// Time a program has to end before it is killed.
    grace: Duration,
}

/// Greets the run, runs the cases that arrive, and says goodbye.
fn serve(
    input: impl Read,
    output: impl Write,
    cancel: CancelSources<'_>,
    find: impl Fn(WorkloadName) -> Arc<dyn Workload>,
) -> Result<(), String> {
    let mut receiver = Receiver::new(input);
    let mut sender = Sender::new(output);
    let Ok(Some(Greeting { who: RUN, protocol })) = receiver.next() else {
        return Err(INTERNAL.to_owned());
    };
    sender.send(&Greeting { who: WORKER, protocol: PROTOCOL }).map_err(|e| e.to_string())?;
    if protocol != PROTOCOL {
        return Err(format!("unsupported protocol {protocol}; expected {PROTOCOL}"));
    }
    let hello = receiver.next().map_err(|error| error.to_string())?;
    let Some(ToWorker::Hello { workload, seed, time_scale, epoch_ns, reports_starts, program }) =
        hello
    else {
        return Err(format!("expected a description of the run, found {hello:?}"));
    };
    let CancelSources { stop, hangup, programs } = cancel;
    let workload = find(parse_name("workload", workload)?);
    let clock = Clock::since(epoch_ns);
    let mut meter = Meter::new(clock, workload.as_ref(), Context::new(stop, seed, time_scale));
    let mut program_runner = match program {
        None => None,
        Some(program) => {
            let exit_waiter = Arc::new(ExitWaiter::new(hangup));
            let grace = program.grace();
            programs.set(ProgramEnding { exit_waiter: Arc::clone(&exit_waiter), grace }).ok();
            Some(ProgramRunner::new(program.into_owned(), clock, exit_waiter)?)
        }
    };
    let ready = FromWorker::Ready { memory_bytes: own_peak_bytes() };
    sender.send(&ready).map_err(|error| error.to_string())?;
    let mut files = Vec::<InputFile>::new();
    loop {
        // If sending fails, so does sending the end of the case.
        let mut report_start = |start_ns| {
            if reports_starts {
                sender.send(&FromWorker::Started { start_ns }).ok();
            }
        };
        let (case, measured) = match receiver.next().map_err(|error| error.to_string())? {
            None => break,
            Some(ToWorker::Run { case, name, x, y }) => {
                meter.restart();
                let row = Case { index: case as usize, name, x, y };
                let start_ns = clock.now_ns();
                report_start(start_ns);
                (case, meter.measure(row, start_ns))
            }
            Some(ToWorker::InputFile { name, part }) => {
                match files.last_mut().filter(|file| file.name == name) {
                    Some(file) => file.content.extend_from_slice(part),
                    None => files.push(InputFile { name: name.into(), content: part.into() }),
                }
                continue;
            }
            Some(ToWorker::Start { case, arguments, folder, cores }) => {
                let Some(program_runner) = &mut program_runner else {
                    return Err("expected a case, found a program".to_owned());
                };
                (case, {
                    let files = std::mem::take(&mut files);
                    program_runner.set_cores(cores);
                    program_runner.run(&arguments, Path::new(&*folder), &files, report_start)
                })
            }
            Some(other) => return Err(format!("expected a case, found {other:?}")),
        };
        let is_cancelled = measured.outcome == CaseOutcome::Cancelled;
        let sent = sender.send(&FromWorker::Ended { case, measured });
        match &mut program_runner {
            Some(program_runner) => program_runner.clean_up(),
            None if is_cancelled && sent.is_ok() => thread::sleep(EXIT_PAUSE),
            None => {}
        }
        if let Err(error) = sent {
            // After a cancel the run no longer reads.
            return if stop.is_stopped() { Ok(()) } else { Err(error.to_string()) };
        }
    }
    sender.send(&FromWorker::Bye { memory_bytes: own_peak_bytes() }).ok();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::protocol::encode;
    use super::*;
    use crate::workload::Failure;

    /// Fails depending on x.
    struct Failing;

    impl Workload for Failing {
        fn description(&self) -> &'static str {
            "fails"
        }

        fn run(&self, case: Case<'_>, _: &mut Context<'_>) -> Result<f64, Failure> {
            assert!(case.x != 1.0, "{} is one", case.name);
            if case.x == 2.0 {
                return Err(Failure::Failed("two".to_owned()));
            }
            Ok(1.0 / case.x)
        }
    }

    fn hello(workload: &str) -> Vec<u8> {
        let mut input = Vec::new();
        encode(&Greeting { who: RUN, protocol: PROTOCOL }, &mut input).unwrap();
        let program = None;
        let hello = ToWorker::Hello {
            workload,
            seed: 1,
            time_scale: 1.0,
            epoch_ns: 0,
            reports_starts: false,
            program,
        };
        encode(&hello, &mut input).unwrap();
        input
    }

    /// Returns the answers of a worker process with the failing workload.
    fn answers(input: &[u8]) -> (Vec<FromWorker>, Result<(), String>) {
        let mut output = Vec::new();
        let (stop, programs) = (StopSignal::default(), OnceLock::new());
        let (pipe, _writer) = io::pipe().unwrap();
        let (_, hangup) = watch(pipe).unwrap();
        let cancel = CancelSources { stop: &stop, hangup, programs: &programs };
        let result = serve(input, &mut output, cancel, |_| Arc::new(Failing));
        let mut receiver = Receiver::new(&output[..]);
        if let Some(greeting) = receiver.next::<Greeting>().unwrap() {
            assert_eq!(greeting, Greeting { who: WORKER, protocol: PROTOCOL });
        }
        let mut answers = Vec::new();
        while let Some(answer) = receiver.next().unwrap() {
            answers.push(answer);
        }
        (answers, result)
    }

    #[test]
    fn a_panic_fails_only_its_own_case() {
        let mut input = hello("wait");
        for (case, x) in (0..).zip([4.0, 1.0, 2.0, 0.0, 0.5]) {
            encode(&ToWorker::Run { case, name: "it", x, y: 0.0 }, &mut input).unwrap();
        }
        let (answers, result) = answers(&input);
        assert_eq!(result, Ok(()));
        assert!(matches!(answers.first(), Some(FromWorker::Ready { .. })));
        assert!(matches!(answers.last(), Some(FromWorker::Bye { .. })));
        let outcomes: Vec<_> = answers[1..answers.len() - 1]
            .iter()
            .map(|answer| match answer {
                FromWorker::Ended { case, measured } => (*case, measured.outcome.clone()),
                other => panic!("{other:?}"),
            })
            .collect();
        let failed = |text: &str| CaseOutcome::Failed(text.to_owned());
        assert_eq!(
            outcomes,
            [
                (0, CaseOutcome::done(Some(0.25))),
                (1, failed("panicked: it is one")),
                (2, failed("two")),
                (3, failed("overflow: expected a finite value, found inf")),
                (4, CaseOutcome::done(Some(2.0))),
            ]
        );
    }

    #[test]
    fn a_worker_not_started_by_a_run_explains_its_purpose() {
        for input in [&b""[..], b"hello, world", &[3, 0, 0, 0, 1, 1, 1]] {
            assert_eq!(answers(input), (vec![], Err(INTERNAL.to_owned())));
        }
    }

    #[test]
    fn invalid_input_is_an_error_with_a_reason() {
        let (_, result) = answers(&hello("brew"));
        assert!(result.unwrap_err().starts_with("unknown workload \"brew\"; expected one of"));
        let (_, result) = answers(&[hello("wait"), b"more".to_vec()].concat());
        assert!(result.unwrap_err().starts_with("message too long: "));
        let (_, result) = answers(&[hello("wait"), vec![5, 0, 0, 0, 1]].concat());
        assert!(result.unwrap_err().starts_with("message cut off after "));
        let mut input = Vec::new();
        encode(&Greeting { who: RUN, protocol: 99 }, &mut input).unwrap();
        let (_, result) = answers(&input);
        assert_eq!(result.unwrap_err(), "unsupported protocol 99; expected 8");
    }
}
