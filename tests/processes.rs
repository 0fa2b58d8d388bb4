//! Runs in worker processes.

#![expect(clippy::unwrap_used, reason = "a test fails on an unexpected error")]

#[path = "program/acting.rs"]
mod acting;
#[path = "timing/exclusive.rs"]
mod exclusive;
#[path = "program/path.rs"]
mod path;
#[path = "timing/retry.rs"]
mod retry;

use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use caselanes::engine::{self, RunHandle, RunOptions, WorkerProgram};
use caselanes::report::{Account, Exporter as _, Figures, Machine, RunReport, TableFormat};
use caselanes::run::{RunState, Status};
use caselanes::study::{CaseTable, FrozenStudy, Order, Plan, Strategy, WorkloadName};
use caselanes::workload::{Environment, find, freeze};
#[cfg(target_os = "linux")]
use std::{io::Write as _, os::unix::process::CommandExt as _, process::Child};
use sysinfo::{Pid, ProcessesToUpdate, System};
use tempfile::tempdir;

use acting::acting;
use exclusive::exclusive;
use path::case_program;
use retry::retry_timing;

fn plan(workers: u32) -> Plan {
    let strategy = Strategy::Processes;
    Plan { strategy, workers: Some(workers), seed: Some(10), ..Plan::default() }
}

const ENVIRONMENT: Environment<'_> = Environment { logical_cpus: 2, seed: 10, last_s: None };

fn frozen(xs: &[f64], name: WorkloadName, plan: &Plan) -> Arc<FrozenStudy> {
    let mut cases = CaseTable::default();
    for &x in xs {
        cases.push("", x, 1.0, &[]);
    }
    Arc::new(freeze(cases, name, find(name).as_ref(), plan, ENVIRONMENT).unwrap().0)
}

fn this_program() -> WorkerProgram {
    WorkerProgram::At(PathBuf::from(env!("CARGO_BIN_EXE_caselanes")))
}

fn start(frozen: &Arc<FrozenStudy>, program: WorkerProgram) -> RunHandle {
    let workload = find(frozen.workload);
    engine::start(
        Arc::clone(frozen),
        workload,
        RunOptions { worker_program: program, ..RunOptions::default() },
        || (),
    )
    .unwrap()
}

fn follow(handle: &RunHandle, cases: usize, mut each: impl FnMut(&RunState)) -> RunState {
    let mut state = RunState::new(cases);
    while let Some(bundle) = handle.next_within(Duration::from_millis(2)) {
        bundle.into_iter().for_each(|event| state.apply(event));
        each(&state);
    }
    assert!(state.has_ended, "the stream ended without its last event");
    assert!(state.processes.iter().all(|process| process.ended), "{:?}", state.processes);
    for id in process_ids(&state) {
        assert!(!is_alive(id), "process {id} has survived the run");
    }
    state
}

fn run(frozen: &Arc<FrozenStudy>) -> RunState {
    follow(&start(frozen, this_program()), frozen.cases.len(), |_| ())
}

/// Runs the study; all cases have to succeed.
fn run_well(frozen: &Arc<FrozenStudy>) -> RunState {
    let state = run(frozen);
    assert_eq!(state.abort_message(), None);
    assert!(state.all_done(), "{:?}", state.errors().collect::<Vec<_>>());
    state
}

fn process_ids(state: &RunState) -> Vec<u32> {
    state.processes.iter().map(|process| process.start.process_id).collect()
}

/// Whether the process exists, possibly as a zombie.
fn is_alive(id: u32) -> bool {
    system_with(id).process(Pid::from_u32(id)).is_some()
}

fn kill(id: u32) {
    assert!(system_with(id).process(Pid::from_u32(id)).unwrap().kill());
}

/// Returns what the system tells about a process.
fn system_with(id: u32) -> System {
    let mut system = System::new().unwrap();
    system.refresh_processes(ProcessesToUpdate::Some(&[Pid::from_u32(id)]), true);
    system
}

#[cfg(unix)]
fn signal(signal: &str, id: u32) -> bool {
    let mut kill = Command::new("kill");
    kill.args([signal, &id.to_string()]).stderr(Stdio::null()).status().unwrap().success()
}

/// Returns the account after checking that less than 1 ms is missing.
fn account(frozen: &FrozenStudy, state: &RunState) -> Account {
    let account = Figures::of(frozen, state).account.unwrap();
    let left = account.remainder_s(state).unwrap();
    assert!(left.abs() < 1e-3, "{left} s unaccounted for: {account:?}");
    account
}

/// The cases in the order of their dispatch.
fn dispatched(state: &RunState) -> Vec<usize> {
    let mut cases: Vec<usize> = (0..state.records.len()).collect();
    cases.sort_by_key(|&case| state.records[case].dispatch_index);
    cases
}

#[test]
fn values_and_order_are_the_same_as_on_threads() {
    let _guard = exclusive();
    let xs: Vec<f64> = (1..=12_u32).map(|x| f64::from(x) * 0.1).collect();
    for name in [WorkloadName::Demo, WorkloadName::Wait, WorkloadName::Crunch] {
        let plan = Plan { order: Order::Shuffled, time_scale: 0.01, ..plan(3) };
        let in_processes = run_well(&frozen(&xs, name, &plan));
        let in_threads = run(&frozen(&xs, name, &Plan { strategy: Strategy::Threads, ..plan }));
        let values = |state: &RunState| {
            state.records.iter().map(|record| record.value.unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(values(&in_processes), values(&in_threads));
        assert_eq!(dispatched(&in_processes), dispatched(&in_threads));
        assert_eq!(in_threads.processes, []);
    }
}

#[test]
fn each_lane_has_one_process_started_once() {
    let _guard = exclusive();
    let frozen = frozen(&[0.05; 30], WorkloadName::Wait, &plan(3));
    let handle = start(&frozen, this_program());
    let mut most = 0;
    let state = follow(&handle, 30, |state| {
        let alive = state.processes.iter().filter(|process| !process.ended).count();
        most = most.max(alive);
    });
    assert!(state.all_done());
    assert_eq!(most, 3);
    let mut ids = process_ids(&state);
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 3);
    let mut workers: Vec<_> = state.processes.iter().map(|p| p.start.worker).collect();
    workers.sort_unstable();
    assert_eq!(workers, [0, 1, 2]);
    for process in &state.processes {
        assert!(!process.start.replaces);
        assert!(process.startup_ns() > 0);
    }
    #[cfg(target_os = "linux")]
    for process in &state.processes {
        let memory = process.memory_bytes.unwrap();
        // Its own memory, without that of the program that started it.
        assert!((500_000..200_000_000).contains(&memory), "{memory} bytes");
        assert!(memory >= process.start.memory_bytes.unwrap());
    }
    account(&frozen, &state);

    let machine = Machine { logical_cpus: 2, os: "linux", cpus: None };
    let mut text = Vec::new();
    let report = RunReport::new(frozen, state, machine);
    TableFormat.write(&report, &mut text).unwrap();
    let text = String::from_utf8(text).unwrap();
    let line = text.lines().find(|line| line.starts_with("workers ")).unwrap();
    assert!(line.starts_with("workers       3 processes, started in "), "{line}");
    #[cfg(target_os = "linux")]
    assert!(line.contains(" memory up to ") && line.ends_with("MB each (largest process)"));
}

#[test]
#[cfg_attr(windows, ignore = "Windows measures CPU time in steps of 16 ms")]
fn cases_are_measured_by_the_worker_itself() {
    let _guard = exclusive();
    let waits = run_well(&frozen(&[0.05; 4], WorkloadName::Wait, &plan(4)));
    for record in &waits.records {
        assert!(record.cpu_ns.unwrap() < record.waited_ns.unwrap() / 2, "{record:?}");
        assert!(record.waited_ns.unwrap() >= 50_000_000 && record.time_ns() >= 50_000_000);
    }
    let counts = run_well(&frozen(&[1.0; 2], WorkloadName::Crunch, &plan(1)));
    for record in &counts.records {
        assert_eq!(record.waited_ns, Some(0));
        assert!(record.cpu_ns.unwrap() > 1_000_000, "{record:?}");
    }
}

#[test]
fn every_lane_second_of_many_short_cases_is_accounted_for() {
    let _guard = exclusive();
    for workers in [1, 2, 5] {
        let frozen = frozen(&[0.0; 2000], WorkloadName::Wait, &plan(workers));
        let state = run_well(&frozen);
        assert_eq!(dispatched(&state), (0..2000).collect::<Vec<_>>());
        let account = account(&frozen, &state);
        // Most of the time is spent on communication.
        assert!(account.dispatch > account.work, "{account:?}");
        assert!(account.startup > Some(0.0));
    }
}

#[test]
fn a_run_with_more_workers_than_cases_succeeds() {
    let _guard = exclusive();
    let frozen = frozen(&[0.01, 0.02], WorkloadName::Wait, &plan(16));
    let state = run_well(&frozen);
    assert!((2..=16).contains(&state.processes.len()));
    assert_eq!((state.ready_ns.len(), state.left_ns.len()), (16, 16));
    account(&frozen, &state);
}

#[test]
fn a_run_without_cases_starts_no_process() {
    let _guard = exclusive();
    let state = run_well(&frozen(&[], WorkloadName::Wait, &plan(4)));
    assert_eq!(state.makespan_ns, 0);
    assert_eq!(state.processes, []);
}

#[test]
fn sixty_four_workers_share_the_work_and_end() {
    let _guard = exclusive();
    let frozen = frozen(&[1.0; 128], WorkloadName::Wait, &plan(64));
    let state = run_well(&frozen);
    assert_eq!(state.processes.len(), 64);
    account(&frozen, &state);
}

/// Kills a worker process once all workers are running a case, after `prepare`.
fn run_and_kill_a_worker(
    frozen: &Arc<FrozenStudy>,
    program: WorkerProgram,
    prepare: impl Fn(),
) -> RunState {
    let workers = frozen.plan.workers as usize;
    let handle = start(frozen, program);
    let mut killed = false;
    follow(&handle, frozen.cases.len(), |state| {
        let running = state.records.iter().filter(|r| r.status == Status::Running).count();
        if !killed && running == workers {
            killed = true;
            prepare();
            kill(state.processes[0].start.process_id);
        }
    })
}

#[test]
fn a_worker_that_dies_fails_its_case_and_is_replaced() {
    let _guard = exclusive();
    let xs = [0.5, 0.5, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05];
    let frozen = frozen(&xs, WorkloadName::Wait, &plan(2));
    let state = run_and_kill_a_worker(&frozen, this_program(), || ());
    let failed: Vec<_> = state.errors().collect();
    let [(case, reason)] = failed[..] else { panic!("{failed:?}") };
    assert!(case < 2);
    // Windows has no signals: a killed process exits with status 1, or 0 under Wine.
    let death = if cfg!(windows) { "exited with status " } else { "was killed by signal 9 (KILL)" };
    assert_eq!(reason.trim_end_matches(['0', '1']), format!("its worker process {death}"));
    assert_eq!((state.done_count, state.ended_count, state.abort_message()), (7, 8, None));
    let replaced: Vec<_> = state.processes.iter().map(|p| p.start.replaces).collect();
    assert_eq!(replaced, [false, false, true]);
    let account = account(&frozen, &state);
    assert!(account.lost > Some(0.0) && account.startup > Some(0.0), "{account:?}");
    // The replacement was ready before the end.
    let (from_ns, until_ns) = (state.processes[2].start.ready_ns, state.makespan_ns);
    assert!(from_ns < until_ns);
}

#[test]
fn after_the_last_case_a_dead_worker_is_not_replaced() {
    let _guard = exclusive();
    let frozen = frozen(&[0.3; 2], WorkloadName::Wait, &plan(2));
    let state = run_and_kill_a_worker(&frozen, this_program(), || ());
    assert_eq!((state.done_count, state.ended_count, state.processes.len()), (1, 2, 2));
}

/// Returns the action that writes these bytes.
fn bytes(parts: &[&[u8]]) -> String {
    let numbers: Vec<_> = parts.concat().iter().map(u8::to_string).collect();
    format!("bytes={}", numbers.join(","))
}

/// A worker's greeting, without its protocol.
const GREETING: &[u8] = b"\x12\0\0\0\x10caselanes worker";
const PROTOCOL: &[u8] = &[8];
const READY: &[u8] = b"\x02\0\0\0\0\0";
const BYE: &[u8] = b"\x02\0\0\0\x03\0";

#[test]
fn the_run_ends_when_its_last_worker_cannot_be_replaced() {
    let _guard = exclusive();
    let folder = tempdir().unwrap();
    let (program, break_program) = breakable_copy(folder.path());
    let frozen = frozen(&[60.0; 3], WorkloadName::Wait, &plan(1));
    let begin = Instant::now();
    let state = run_and_kill_a_worker(&frozen, program, break_program);
    assert!(begin.elapsed() < Duration::from_secs(30));
    let message = state.abort_message().unwrap();
    assert!(message.contains(" did not start: it exited with status 7;"), "{message}");
    let count = |status| state.records.iter().filter(|r| r.status == status).count();
    let counts = [Status::Failed, Status::Cancelled, Status::NotRun].map(count);
    assert_eq!(counts, [1, 0, 2]);
}

/// Returns the error of a run whose worker program cannot start.
fn start_error(program: WorkerProgram) -> String {
    let path = program.to_string();
    let frozen = frozen(&[60.0; 4], WorkloadName::Wait, &plan(2));
    let begin = Instant::now();
    let state = follow(&start(&frozen, program), 4, |_| ());
    // Reported at once, without waiting out the start limit of a minute.
    assert!(begin.elapsed() < Duration::from_secs(50));
    assert_eq!((state.ended_count, state.processes.len()), (0, 0));
    let message = state.abort_message().unwrap().to_owned();
    assert!(message.starts_with("worker process "), "{message}");
    assert!(message.ends_with(&path), "{message}");
    message
}

#[test]
fn a_program_that_is_not_a_worker_ends_the_run_with_a_message() {
    let _guard = exclusive();
    let folder = tempdir().unwrap();
    let message = start_error(WorkerProgram::At(folder.path().join("nowhere")));
    assert!(message.contains("(os error 2); check that the program can be run: "), "{message}");
    let message = start_error(WorkerProgram::At(folder.path().to_owned()));
    if cfg!(unix) {
        let expected = "Permission denied (os error 13); check that the program can be run: ";
        assert!(message.contains(expected), "{message}");
    }
    let text = |text: &str| text.to_owned();
    let copy = || text("copy");
    for (name, actions, expected) in [
        ("idle", vec![], "it exited with status 0; check that the program is"),
        ("failing", vec![text("exit=1")], "it exited with status 1; check"),
        ("other", vec![text("print=hello")], "it sent an invalid message: message too long: "),
        ("cut", vec![bytes(&[b"\x10\0\0\0half"]), text("exit=5")], "exited with status 5"),
        (
            "chatty",
            vec![text("text=yyyyyyyy"), text("zeros=100000000")],
            "sent an invalid message: message too long: ",
        ),
        ("newer", vec![bytes(&[GREETING, &[99]]), copy()], "uses protocol 99 instead of 8"),
        ("echo", vec![copy()], "sent an unexpected greeting"),
        (
            "odd",
            vec![bytes(&[GREETING, PROTOCOL, b"\x01\0\0\0M"]), copy()],
            "sent an invalid message: cannot decode a message",
        ),
        (
            "eager",
            vec![bytes(&[GREETING, PROTOCOL, BYE]), copy()],
            "sent an unexpected message: Bye { memory_bytes: None }",
        ),
    ] {
        let folder = folder.path().join(name);
        fs::create_dir(&folder).unwrap();
        let message = start_error(WorkerProgram::At(acting(&folder, &actions)));
        assert!(message.contains(expected), "{name}: {message}");
    }
}

// Only a shell of Unix closes its own pipes.
#[cfg(unix)]
#[test]
fn a_program_that_closes_its_pipes_is_ended() {
    use std::os::unix::fs::PermissionsExt as _;

    let _guard = exclusive();
    let folder = tempdir().unwrap();
    let path = folder.path().join("deaf");
    fs::write(&path, "#!/bin/sh\nexec 0<&- 1>&-; exec sleep 600\n").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    let message = start_error(WorkerProgram::At(path));
    assert!(message.contains("closed its pipe but did not exit"), "{message}");
}

#[test]
fn an_invalid_answer_fails_the_case_and_the_worker_is_replaced() {
    let _guard = exclusive();
    let folder = tempdir().unwrap();
    // The worker is ready, then answers its first case with an invalid message.
    let other_case = b"\x0a\0\0\0\x02c\x01\x02\0\0\0\x03\0\0";
    for (name, answer, expected) in [
        (
            "garbage",
            &b"garbage"[..],
            "its worker process sent an invalid message: message too long",
        ),
        ("other", other_case, "its worker process sent an unexpected message: Ended { case: 99, "),
        ("bye", BYE, "its worker process sent an unexpected message: Bye"),
    ] {
        let folder = folder.path().join(name);
        fs::create_dir(&folder).unwrap();
        let ready = bytes(&[GREETING, PROTOCOL, READY]);
        // The greeting it receives has 53 bytes, or a few more.
        let actions = [ready, "skip=70".to_owned(), bytes(&[answer]), "sleep=600".to_owned()];
        let frozen = frozen(&[60.0; 3], WorkloadName::Wait, &plan(1));
        let program = WorkerProgram::At(acting(&folder, &actions));
        let state = follow(&start(&frozen, program), 3, |_| ());
        assert_eq!((state.abort_message(), state.errors().count()), (None, 3));
        let reason = state.error(0).unwrap();
        assert!(reason.starts_with(expected), "{reason}");
        assert_eq!(state.processes.len(), 3);
    }
}

/// Returns a copy of this program, and a function that breaks it while its processes run.
fn breakable_copy(folder: &Path) -> (WorkerProgram, impl Fn()) {
    let [copy, broken, moved] =
        ["copy", "broken", "moved"].map(|name| folder.join(format!("{name}{EXE_SUFFIX}")));
    fs::copy(env!("CARGO_BIN_EXE_caselanes"), &copy).unwrap();
    fs::copy(case_program(), &broken).unwrap();
    fs::write(folder.join("actions"), "exit=7").unwrap();
    let program = WorkerProgram::At(copy.clone());
    let break_program = move || {
        // Windows renames the file of a running program, but does not remove it.
        fs::rename(&copy, &moved).unwrap();
        fs::rename(&broken, &copy).unwrap();
    };
    (program, break_program)
}

#[test]
fn the_run_continues_when_workers_cannot_be_added() {
    let _guard = exclusive();
    let folder = tempdir().unwrap();
    let (program, break_program) = breakable_copy(folder.path());
    let frozen = frozen(&[0.05; 20], WorkloadName::Wait, &plan(2));
    let handle = start(&frozen, program);
    let mut has_broken = false;
    let state = follow(&handle, 20, |state| {
        if !has_broken && state.done_count >= 2 {
            has_broken = true;
            break_program();
            handle.resize(5);
        }
    });
    assert_eq!(state.abort_message(), None);
    assert!(state.all_done());
    assert_eq!((state.target_workers, state.added_workers_ns.len()), (Some(2), 0));
    account(&frozen, &state);
}

#[test]
fn the_other_workers_continue_when_one_cannot_be_replaced() {
    let _guard = exclusive();
    let folder = tempdir().unwrap();
    let (program, break_program) = breakable_copy(folder.path());
    let frozen = frozen(&[0.3; 12], WorkloadName::Wait, &plan(2));
    let handle = start(&frozen, program);
    let mut has_broken = false;
    let state = follow(&handle, 12, |state| {
        if !has_broken && state.done_count >= 2 {
            has_broken = true;
            break_program();
            kill(state.processes[0].start.process_id);
        }
    });
    assert_eq!(state.abort_message(), None);
    assert_eq!((state.done_count, state.ended_count, state.errors().count()), (11, 12, 1));
    assert_eq!((state.target_workers, state.retired_ns.len()), (Some(1), 1));
    account(&frozen, &state);
}

/// Cancels once all workers are running a case; returns how long the cases took to
/// end by their own time stamps, and how long the run took.
fn cancelled(frozen: &Arc<FrozenStudy>) -> (RunState, Duration, Duration) {
    let handle = start(frozen, this_program());
    let workers = frozen.plan.workers as usize;
    let mut at_ns = None;
    let state = follow(&handle, frozen.cases.len(), |state| {
        let running = state.records.iter().filter(|r| r.status == Status::Running).count();
        if at_ns.is_none() && running == workers {
            at_ns = Some(handle.now_ns());
            handle.cancel();
        }
    });
    let since = |ns| Duration::from_nanos(ns - at_ns.unwrap());
    (state.clone(), since(state.makespan_ns), since(handle.now_ns()))
}

#[test]
fn a_cancel_ends_waiting_and_computing_cases_and_all_processes() {
    let _guard = exclusive();
    let waits = [0.03, 600.0, 600.0, 600.0];
    let counts = [0.1, 10_000.0, 10_000.0, 10_000.0];
    for (name, xs) in [(WorkloadName::Wait, waits), (WorkloadName::Crunch, counts)] {
        let frozen = frozen(&xs, name, &plan(3));
        retry_timing(5, || {
            let (state, took, took_in_all) = cancelled(&frozen);
            let count = |status| state.records.iter().filter(|r| r.status == status).count();
            let counts = [Status::Cancelled, Status::Failed, Status::Running].map(count);
            assert_eq!((state.abort_message(), state.processes.len()), (None, 3));
            if counts != [3, 0, 0] {
                // The short case may end before the cancel arrives.
                return Err(format!("{counts:?}"));
            }
            account(&frozen, &state);
            let holds =
                took < Duration::from_millis(50) && took_in_all < Duration::from_millis(150);
            holds.then_some(()).ok_or_else(|| format!("{took:?}, in all {took_in_all:?}"))
        });
    }
}

#[test]
fn a_cancel_ends_many_computing_workers() {
    let _guard = exclusive();
    let frozen = frozen(&[10_000.0; 100], WorkloadName::Crunch, &plan(64));
    retry_timing(5, || {
        let (state, took, took_in_all) = cancelled(&frozen);
        let count = |status| state.records.iter().filter(|r| r.status == status).count();
        assert_eq!([Status::Cancelled, Status::NotRun].map(count), [64, 36]);
        let holds = took < Duration::from_millis(50);
        holds.then_some(()).ok_or_else(|| format!("{took:?}, in all {took_in_all:?}"))
    });
}

#[test]
fn a_cancel_ends_workers_that_are_starting() {
    let _guard = exclusive();
    let frozen = frozen(&[600.0; 32], WorkloadName::Wait, &plan(32));
    for pause_ms in [0, 1, 3, 6, 10, 20] {
        let handle = start(&frozen, this_program());
        std::thread::sleep(Duration::from_millis(pause_ms));
        handle.cancel();
        let begin = Instant::now();
        let state = follow(&handle, 32, |_| ());
        assert!(begin.elapsed() < Duration::from_secs(5), "{:?}", begin.elapsed());
        assert_eq!((state.abort_message(), state.done_count, state.errors().count()), (None, 0, 0));
    }
}

// Windows has no SIGSTOP.
#[cfg(unix)]
#[test]
fn a_worker_that_does_not_end_is_killed() {
    let _guard = exclusive();
    let frozen = frozen(&[600.0; 2], WorkloadName::Wait, &plan(2));
    let handle = start(&frozen, this_program());
    let mut at = None;
    let state = follow(&handle, 2, |state| {
        let running = state.records.iter().filter(|r| r.status == Status::Running).count();
        if at.is_none() && running == 2 {
            assert!(signal("-STOP", state.processes[0].start.process_id));
            at = Some(Instant::now());
            handle.cancel();
        }
    });
    let took = at.unwrap().elapsed();
    assert!((1.9..10.0).contains(&took.as_secs_f64()), "{took:?}");
    assert!(state.records.iter().all(|record| record.status == Status::Cancelled));
}

#[test]
fn a_case_name_may_be_longer_than_a_pipe_buffer() {
    let _guard = exclusive();
    let mut cases = CaseTable::default();
    let longest = "n".repeat(17 << 20);
    for name in ["short", &longest[..1 << 20], &longest, "short"] {
        cases.push(name, 0.0, 1.0, &[]);
    }
    let name = WorkloadName::Wait;
    let frozen = freeze(cases, name, find(name).as_ref(), &plan(2), ENVIRONMENT).unwrap().0;
    let state = run(&Arc::new(frozen));
    assert_eq!((state.done_count, state.processes.len()), (3, 2));
    let reason = state.error(2).unwrap();
    assert!(
        reason.starts_with("the case cannot be sent to a worker process: message too long"),
        "{reason}"
    );
}

fn run_binary(arguments: &[&str], stdin: Stdio) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_caselanes"));
    let output = command.args(arguments).stdin(stdin).output().unwrap();
    assert!(output.stdout.is_empty() || arguments.contains(&"--help"));
    let text = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(text).unwrap())
}

#[test]
fn a_worker_started_by_hand_explains_its_purpose() {
    let (status, output_text) = run_binary(&["--worker-process"], Stdio::null());
    assert_eq!(status, Some(2));
    assert!(
        output_text.starts_with("--worker-process is for internal use by CaseLanes;"),
        "{output_text}"
    );
    let (status, output_text) = run_binary(&["--help"], Stdio::null());
    assert_eq!(status, Some(0));
    assert!(!output_text.contains("worker-process"));
}

// Only Unix has a program `script`, which gives a program a terminal.
#[cfg(unix)]
#[test]
fn a_worker_started_by_hand_on_a_terminal_does_not_wait_for_input() {
    let worker = env!("CARGO_BIN_EXE_caselanes");
    let output = Command::new("script")
        .args(["-qec", &format!("'{worker}' --worker-process"), "/dev/null"])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let output_text = String::from_utf8(output.stdout).unwrap();
    assert!(output_text.contains("--worker-process is for internal use"), "{output_text}");
}

/// Starts the program as a user does, with worker processes, in a process group of its own.
#[cfg(target_os = "linux")]
fn user_run(workload: &str, x: &str) -> Child {
    let mut child = Command::new(env!("CARGO_BIN_EXE_caselanes"))
        .args(["run", "--strategy", "processes", "--workers", "3", "--cases", "-"])
        .args(["--workload", workload, "--format", "json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
        .unwrap();
    let mut cases = child.stdin.take().unwrap();
    write!(cases, "name,x,y\n,{x},1\n,{x},1\n,{x},1\n,{x},1\n").unwrap();
    child
}

/// Returns the running children of a process.
#[cfg(target_os = "linux")]
fn children(parent: u32) -> Vec<u32> {
    let ids = fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().to_str().and_then(|name| name.parse().ok()));
    ids.filter(|&id| stat(id).is_some_and(|(_, its_parent)| its_parent == parent)).collect()
}

/// Returns the state of a process, `Z` for a zombie, and its parent.
#[cfg(target_os = "linux")]
fn stat(id: u32) -> Option<(char, u32)> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}

/// Waits until a condition holds; panics after the limit.
#[cfg(target_os = "linux")]
fn wait_until(limit: Duration, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < limit, "the condition does not hold after {limit:?}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Waits until the three workers of a run are busy; returns their process ids.
#[cfg(target_os = "linux")]
fn busy_workers(run: &Child) -> Vec<u32> {
    let mut workers = Vec::new();
    // All its threads exist, so its first case is about to start.
    let busy =
        |id: &u32| fs::read_dir(format!("/proc/{id}/task")).is_ok_and(|tasks| tasks.count() == 3);
    wait_until(Duration::from_secs(20), || {
        workers = children(run.id());
        workers.len() == 3 && workers.iter().all(busy)
    });
    std::thread::sleep(Duration::from_millis(300));
    workers
}

// Its workers are found in `/proc`; `tests/programs` kills runs on every system.
#[cfg(target_os = "linux")]
#[test]
fn no_worker_survives_a_killed_parent() {
    let _guard = exclusive();
    for (workload, x) in [("wait", "1e6"), ("crunch", "1e6")] {
        let mut parent = user_run(workload, x);
        let workers = busy_workers(&parent);
        parent.kill().unwrap();
        let gone = |id: &u32| stat(*id).is_none_or(|(state, _)| state == 'Z');
        wait_until(Duration::from_secs(2), || workers.iter().all(gone));
        parent.wait().unwrap();
    }
}

// Its workers are found in `/proc`; `tests/programs` interrupts runs on every system.
#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_cancels_the_cases_and_ends_all_workers() {
    let _guard = exclusive();
    let parent = user_run("wait", "1e6");
    let workers = busy_workers(&parent);
    // Like a terminal, signal the whole process group.
    let group = format!("-{}", parent.id());
    assert!(Command::new("kill").args(["-INT", "--", &group]).status().unwrap().success());
    let output = parent.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let cases = report["cases"].as_array().unwrap();
    let status: Vec<_> = cases.iter().map(|case| case["status"].as_str().unwrap()).collect();
    assert_eq!(status, ["cancelled", "cancelled", "cancelled", "not-run"]);
    assert!(!workers.into_iter().any(is_alive));
}
