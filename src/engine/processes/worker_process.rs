//! The inside of a worker process: takes cases from its standard input, runs
//! them, and answers on its standard output.

use std::fs::File;
use std::io::{self, IsTerminal as _, Read, Write, stdin, stdout};
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use rustix::event::Timespec;
use rustix::process::Signal;

use crate::run::CaseOutcome;
use crate::study::{Case, WorkloadName, parse_name};
use crate::workload::{Context, StopSignal, Workload, find};

use super::exit_waiter::{ExitWaiter, hang_up};
use super::protocol::{FromWorker, Greeting, PROTOCOL, RUN, Receiver, Sender, ToWorker, WORKER};
use crate::engine::pool::clock::Clock;
use crate::engine::pool::measure::Meter;
use crate::engine::pool::memory::peak_memory_bytes;
use crate::engine::program::process_tree::signal_tree;
use crate::engine::program::program_runner::ProgramRunner;

/// How long a case may take to hear that it is to end. What still runs after
/// that ends with the process.
const GRACE: Timespec = Timespec { tv_sec: 1, tv_nsec: 0 };
/// How long what was killed may take to be gone.
const AFTER_KILL: Timespec = Timespec { tv_sec: 4, tv_nsec: 0 };
/// To end a process costs more than to hear that it is to: of many that compute
/// on few cores all are to hear of it first.
const BEHIND_OTHERS: Duration = Duration::from_millis(20);

const NOW: Timespec = Timespec { tv_sec: 0, tv_nsec: 0 };

const PURPOSE: &str = "this is how CaseLanes starts its own worker processes; to run cases, see \
                       caselanes run --help";

/// Does the work of a worker process: runs the cases that arrive on standard
/// input until that ends, or at once when whoever writes to it is gone. Fails
/// with a message if it was not started by a run.
pub fn worker_main() -> Result<(), String> {
    if stdin().is_terminal() || stdout().is_terminal() {
        return Err(PURPOSE.to_owned());
    }
    try_main().map_err(|error| error.to_string())?
}

fn try_main() -> io::Result<Result<(), String>> {
    name_process();
    // Ours alone: nothing of the standard library lies in between, and programs get
    // others in their place.
    let input = File::from(stdin().as_fd().try_clone_to_owned()?);
    let output = File::from(stdout().as_fd().try_clone_to_owned()?);
    let hears = || input.as_fd().try_clone_to_owned();
    let (heard, told) = (hears()?, hears()?);
    let asked = move || hang_up([told.as_fd()], Some(&NOW)).unwrap_or(false);
    let stop = Arc::new(StopSignal::polling(asked));
    // Hangs up when the thread that runs the cases is through.
    let (through, working) = io::pipe()?;
    let programs = Arc::new(OnceLock::new());
    let hears = hears()?;
    let worker = thread::Builder::new().name("worker".to_owned()).spawn({
        let (stop, programs) = (Arc::clone(&stop), Arc::clone(&programs));
        move || {
            let asked = WorkerRequest { stop: &stop, hears, programs: &programs };
            let served = serve(input, output, asked, find);
            drop(working);
            served
        }
    })?;
    hang_up([heard.as_fd(), through.as_fd()], None)?;
    stop.stop();
    match programs.get() {
        Some(ProgramSetup { hearing, grace }) => {
            hearing.end(|program| signal_tree(program, Signal::TERM));
            if !hang_up([through.as_fd()], Timespec::try_from(*grace).ok().as_ref())? {
                hearing.end(|program| signal_tree(program, Signal::KILL));
                // The rest is ended by who started them, if the system lets go of it.
                if !hang_up([through.as_fd()], Some(&AFTER_KILL))? {
                    return Ok(Ok(()));
                }
            }
        }
        None if !hang_up([through.as_fd()], Some(&GRACE))? => return Ok(Ok(())),
        None => {}
    }
    Ok(worker.join().unwrap_or_else(|_| Err("the worker process panicked".to_owned())))
}

/// Names the process for those who list processes: it was started by a path
/// that does not tell.
fn name_process() {
    #[cfg(target_os = "linux")]
    rustix::thread::set_name(c"caselanes").ok();
}

/// How it is heard that work is to end.
struct WorkerRequest<'a> {
    /// By what works in this process.
    stop: &'a StopSignal,
    /// By who waits for a program: this hangs up.
    hears: OwnedFd,
    /// Set if there are programs.
    programs: &'a OnceLock<ProgramSetup>,
}

/// How programs are ended.
struct ProgramSetup {
    hearing: Arc<ExitWaiter>,
    /// How long they may take to end.
    grace: Duration,
}

/// Greets, runs the cases that arrive, and says goodbye.
fn serve(
    input: impl Read,
    output: impl Write,
    asked: WorkerRequest<'_>,
    find: impl Fn(WorkloadName) -> Arc<dyn Workload>,
) -> Result<(), String> {
    let mut receiver = Receiver::new(input);
    let mut sender = Sender::new(output);
    let Ok(Some(Greeting { who: RUN, protocol })) = receiver.next() else {
        return Err(PURPOSE.to_owned());
    };
    sender.send(&Greeting { who: WORKER, protocol: PROTOCOL }).map_err(|e| e.to_string())?;
    if protocol != PROTOCOL {
        return Err(format!("expected to be spoken to in protocol {PROTOCOL}, found {protocol}"));
    }
    let hello = receiver.next().map_err(|error| error.to_string())?;
    let Some(ToWorker::Hello { workload, seed, time_scale, epoch_ns, program }) = hello else {
        return Err(format!("expected to hear what the run is of, found {hello:?}"));
    };
    let WorkerRequest { stop, hears, programs } = asked;
    let workload = find(parse_name("workload", workload)?);
    let clock = Clock::since(epoch_ns);
    let mut meter = Meter::new(clock, workload.as_ref(), Context::new(stop, seed, time_scale));
    let mut external = match program {
        None => None,
        Some(program) => {
            let hearing = Arc::new(ExitWaiter::new(hears));
            let grace = program.grace();
            programs.set(ProgramSetup { hearing: Arc::clone(&hearing), grace }).ok();
            Some(ProgramRunner::new(program.into_owned(), clock, hearing)?)
        }
    };
    let ready = FromWorker::Ready { memory_bytes: peak_memory_bytes() };
    sender.send(&ready).map_err(|error| error.to_string())?;
    loop {
        match receiver.next().map_err(|error| error.to_string())? {
            None => break,
            Some(ToWorker::Run { case, name, x, y }) => {
                meter.begin_anew();
                let row = Case { index: case as usize, name, x, y };
                let measured = meter.measure(row, clock.now_ns());
                let cancelled = measured.outcome == CaseOutcome::Cancelled;
                let ended = FromWorker::Ended { case, measured };
                if let Err(error) = sender.send(&ended) {
                    // Where nobody listens any more there is nothing to say.
                    return if stop.is_stopped() { Ok(()) } else { Err(error.to_string()) };
                }
                if cancelled {
                    thread::sleep(BEHIND_OTHERS);
                }
            }
            Some(ToWorker::Start { case, arguments, folder }) => {
                let Some(external) = &mut external else {
                    return Err("expected a case to run, found a program".to_owned());
                };
                let measured = external.run(&arguments, Path::new(&*folder));
                let sent = sender.send(&FromWorker::Ended { case, measured });
                external.clean_up();
                if let Err(error) = sent {
                    return if stop.is_stopped() { Ok(()) } else { Err(error.to_string()) };
                }
            }
            Some(other) => return Err(format!("expected a case to run, found {other:?}")),
        }
    }
    sender.send(&FromWorker::Bye { memory_bytes: peak_memory_bytes() }).ok();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::protocol::put;
    use super::*;
    use crate::workload::Failure;

    /// Fails as its x says.
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
        let mut said = Vec::new();
        put(&Greeting { who: RUN, protocol: PROTOCOL }, &mut said).unwrap();
        let program = None;
        let hello = ToWorker::Hello { workload, seed: 1, time_scale: 1.0, epoch_ns: 0, program };
        put(&hello, &mut said).unwrap();
        said
    }

    /// What a worker process of the failing workload answers to this.
    fn answers(said: &[u8]) -> (Vec<FromWorker>, Result<(), String>) {
        let mut output = Vec::new();
        let (stop, programs) = (StopSignal::default(), OnceLock::new());
        let hears = File::open("/dev/null").unwrap().into();
        let asked = WorkerRequest { stop: &stop, hears, programs: &programs };
        let served = serve(said, &mut output, asked, |_| Arc::new(Failing));
        let mut receiver = Receiver::new(&output[..]);
        if let Some(greeting) = receiver.next::<Greeting>().unwrap() {
            assert_eq!(greeting, Greeting { who: WORKER, protocol: PROTOCOL });
        }
        let mut answers = Vec::new();
        while let Some(answer) = receiver.next().unwrap() {
            answers.push(answer);
        }
        (answers, served)
    }

    #[test]
    fn a_panic_fails_its_case_alone() {
        let mut said = hello("wait");
        for (case, x) in (0..).zip([4.0, 1.0, 2.0, 0.0, 0.5]) {
            put(&ToWorker::Run { case, name: "it", x, y: 0.0 }, &mut said).unwrap();
        }
        let (answers, served) = answers(&said);
        assert_eq!(served, Ok(()));
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
                (0, CaseOutcome::Done(Some(0.25))),
                (1, failed("panicked: it is one")),
                (2, failed("two")),
                (3, failed("overflow: expected a finite value, found inf")),
                (4, CaseOutcome::Done(Some(2.0))),
            ]
        );
    }

    #[test]
    fn who_is_not_spoken_to_by_a_run_says_what_it_is_for() {
        for said in [&b""[..], b"hello, world", &[3, 0, 0, 0, 1, 1, 1]] {
            assert_eq!(answers(said), (vec![], Err(PURPOSE.to_owned())));
        }
    }

    #[test]
    fn what_is_not_understood_is_an_error_with_its_reason() {
        let (_, served) = answers(&hello("brew"));
        assert!(served.unwrap_err().starts_with("unknown workload \"brew\"; known are"));
        let (_, served) = answers(&[hello("wait"), b"more".to_vec()].concat());
        assert!(served.unwrap_err().starts_with("expected a message of at most"));
        let (_, served) = answers(&[hello("wait"), vec![5, 0, 0, 0, 1]].concat());
        assert!(served.unwrap_err().starts_with("expected a whole message"));
        let mut said = Vec::new();
        put(&Greeting { who: RUN, protocol: 99 }, &mut said).unwrap();
        let (_, served) = answers(&said);
        assert_eq!(served.unwrap_err(), "expected to be spoken to in protocol 3, found 99");
    }
}
