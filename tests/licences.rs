//! Programs that need a licence, while the number of licences changes.

#![expect(clippy::unwrap_used, reason = "a test fails on an unexpected error")]

#[path = "timing/exclusive.rs"]
mod exclusive;
#[path = "program/path.rs"]
mod path;

use std::fs::{self, File};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use caselanes::engine::{self, RunOptions, WorkerProgram};
use caselanes::report::Account;
use caselanes::run::{Attempt, RunState, Status};
use caselanes::schedule::s_from_ns;
use caselanes::study::{
    CaseTable, ClockChoice, CommandLine, FrozenStudy, Limits, Plan, Program, Study, WorkloadName,
};
use caselanes::workload::{Environment, freeze, workload_for};
use tempfile::{TempDir, tempdir};

use exclusive::exclusive;
use path::case_program;

/// Folder with the licences in use.
struct Licences {
    folder: TempDir,
}

impl Licences {
    fn new(limit: u32) -> Self {
        let licences = Self { folder: tempdir().unwrap() };
        fs::create_dir(licences.path("held")).unwrap();
        licences.set(limit);
        licences
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn set(&self, limit: u32) {
        let lock = File::options().append(true).create(true).open(self.path("lock")).unwrap();
        lock.lock().unwrap();
        fs::write(self.path("limit"), limit.to_string()).unwrap();
    }

    /// Returns the program that holds a licence for `works_s` seconds. Without a licence it
    /// prints a message and exits with status 42.
    fn program(&self, works_s: f64) -> Program {
        let folder = self.folder.path().display();
        let [take, give_back] = ["take", "return"].map(|action| format!("{action}={folder}"));
        let print = "print=lift {x}".to_owned();
        let path = case_program().display().to_string();
        let line = [path, take, format!("sleep={works_s}"), give_back, print];
        Program::new(CommandLine::parse(&line).unwrap())
    }

    /// Runs the cases; calls `steer` after every bundle of events.
    fn run(
        (cases, workers): (u32, u32),
        program: Program,
        limits: Limits,
        mut steer: impl FnMut(&RunState),
    ) -> RunState {
        let mut table = CaseTable::default();
        for case in 0..cases {
            table.push("", f64::from(case), 1.0, &[]);
        }
        let plan = Plan { workers: Some(workers), limits, ..Plan::default() };
        let program = Some(Arc::new(program));
        let workload = WorkloadName::Command;
        let study = Study { cases: table, workload, plan, program, recipe: None };
        let calculation = workload_for(&study);
        let environment = Environment { logical_cpus: 2, seed: 10, last_s: None };
        let frozen =
            freeze(study.cases.clone(), workload, calculation.as_ref(), &study.plan, environment);
        let frozen: Arc<FrozenStudy> = Arc::new(frozen.unwrap().0);
        let program = WorkerProgram::At(env!("CARGO_BIN_EXE_caselanes").into());
        let run_options = RunOptions { worker_program: program, ..RunOptions::default() };
        let handle = engine::start(frozen, calculation, run_options, || ()).unwrap();
        let mut state = RunState::new(cases as usize);
        while let Some(bundle) = handle.next_within(Duration::from_millis(2)) {
            bundle.into_iter().for_each(|event| state.apply(event));
            steer(&state);
        }
        assert!(state.has_ended);
        state
    }
}

/// Returns all refused attempts, in the order of their ends.
fn refused_attempts(state: &RunState) -> Vec<Attempt> {
    let all = (0..).zip(&state.records).flat_map(|(case, _)| state.attempts(case));
    let mut refused: Vec<_> = all.filter(|t| t.status == Status::Refused).copied().collect();
    refused.sort_by_key(|t| t.end_ns);
    refused
}

/// Checks that every case is done with its value, and that every lane-second is
/// accounted for, except work and stretch, which are unknown for programs.
fn check_done(state: &RunState, workers: u32) {
    for (case, record) in (0_u32..).zip(&state.records) {
        assert_eq!(record.status, Status::Done, "case {case}: {:?}", state.error(case));
        assert_eq!(record.value, Some(f64::from(case)));
    }
    assert!(state.all_done() && state.abort_message().is_none());
    assert_eq!(state.errors().count(), 0);
    let account = Account::of(state, workers, ClockChoice::Real);
    let left_over = account.remainder_s(state).unwrap();
    assert!(left_over.abs() < 1e-3, "{left_over} s unaccounted for: {account:?}");
    let lost_ns: u64 = refused_attempts(state).iter().map(|t| t.end_ns - t.start_ns).sum();
    assert!((account.lost.unwrap() - s_from_ns(lost_ns)).abs() < 1e-9);
}

#[test]
fn cases_without_a_licence_wait_and_all_are_done() {
    let _guard = exclusive();
    let licences = Licences::new(4);
    let program = Program { refused_exit: Some(42), ..licences.program(0.15) };
    let mut changes = vec![(40, 4), (20, 2)];
    let (mut drop_ns, mut rise_ns) = (0, 0);
    let state = Licences::run((80, 4), program, Limits::default(), |state| {
        if let Some(&(ended, limit)) = changes.last()
            && state.ended_count >= ended
        {
            changes.pop();
            licences.set(limit);
            let last_ns = state.makespan_ns;
            if limit == 2 { drop_ns = last_ns } else { rise_ns = last_ns }
        }
    });
    assert!(changes.is_empty());
    check_done(&state, 4);
    let estimates = &state.licences;
    let refused = refused_attempts(&state);
    // No case is refused before the number of licences drops.
    assert!(refused.iter().all(|t| t.end_ns > drop_ns), "{refused:?} {drop_ns}");
    assert!(
        estimates.iter().any(|&(at_ns, available)| available == 2 && at_ns < rise_ns),
        "{estimates:?}"
    );
    // The drop is detected within two refusals, or a few more per worker if cases end meanwhile.
    let detected_ns = estimates.iter().find(|(_, available)| *available <= 2).unwrap().0;
    let before = refused.iter().filter(|t| t.end_ns <= detected_ns).count();
    assert!(before <= 8, "{before} refusals until the drop was detected: {estimates:?}");
    // After that only probes are refused: one per case length, and starts beside a probe.
    let reduced_s = s_from_ns(rise_ns.saturating_sub(detected_ns));
    let probes = refused.iter().filter(|t| (detected_ns + 1..=rise_ns).contains(&t.end_ns)).count();
    assert!(probes as f64 <= 4.0 + 2.0 * reduced_s / 0.15, "{probes} in {reduced_s} s");
    // The rise is detected.
    assert_eq!(estimates.last().unwrap().1, 4, "{estimates:?}");
    assert!(estimates.iter().all(|&(_, available)| available <= 4), "{estimates:?}");
}

#[test]
fn a_refusal_is_recognised_by_its_text_and_cases_wait_for_the_first_licence() {
    let _guard = exclusive();
    let licences = Licences::new(0);
    let program =
        Program { refused_text: Some("no licence is free".to_owned()), ..licences.program(0.05) };
    let mut has_licence = false;
    let state =
        Licences::run((6, 2), program, Limits { retries: 0, ..Limits::default() }, |state| {
            if !has_licence && state.licences.last().is_some_and(|&(_, available)| available == 0) {
                has_licence = true;
                licences.set(1);
            }
        });
    assert!(has_licence);
    check_done(&state, 2);
    // Refused attempts leave no files behind.
    let folder = state.folder().unwrap();
    let kept = fs::read_dir(folder).unwrap().flatten().filter(|entry| entry.path().is_dir());
    assert_eq!(kept.count(), 6);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_limit_is_never_exceeded() {
    let _guard = exclusive();
    let licences = Licences::new(2);
    let program = Program { refused_exit: Some(42), ..licences.program(0.02) };
    let limits = Limits { licences: Some(2), ..Limits::default() };
    let state = Licences::run((30, 6), program, limits, |_| ());
    check_done(&state, 6);
    assert_eq!(refused_attempts(&state).len(), 0, "there were always enough licences");
    let held = Account::of(&state, 6, ClockChoice::Real).held;
    assert!(held > Some(0.0));
}

#[test]
fn licences_are_used_after_a_burst_of_refusals() {
    let _guard = exclusive();
    let licences = Licences::new(2);
    let program = Program { refused_exit: Some(42), ..licences.program(0.5) };
    let state = Licences::run((10, 8), program, Limits::default(), |_| ());
    check_done(&state, 8);
    // Ten cases of 0.5 s on two licences take 2.5 s.
    let total_s = s_from_ns(state.makespan_ns);
    assert!(total_s < 5.0, "{total_s} s: {:?}", state.licences);
}
