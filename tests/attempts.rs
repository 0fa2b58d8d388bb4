//! Retried cases and cases that wait for a licence: all attempts are kept, and
//! every lane-second is accounted for.

#![expect(clippy::unwrap_used, reason = "a test fails on an unexpected error")]

#[path = "timing/exclusive.rs"]
mod exclusive;

use std::sync::Arc;

use caselanes::engine::{self, RunOptions};
use caselanes::report::{
    CsvFormat, Exportable as _, Exporter as _, Headline, Machine, RunReport, TableFormat, Timeline,
};
use caselanes::run::{Attempt, RunState, Status};
use caselanes::study::{CaseTable, FrozenStudy, Limits, Plan, Strategy, WorkloadName};
use caselanes::workload::{Environment, find, freeze};

use exclusive::exclusive;

/// Runs one case per x, each with y = 1.
fn run(name: WorkloadName, xs: &[f64], plan: &Plan) -> RunReport {
    let mut cases = CaseTable::default();
    for &x in xs {
        cases.push("", x, 1.0, &[]);
    }
    let environment = Environment { logical_cpus: 2, seed: 10, last_s: None };
    let workload = find(name);
    let frozen = freeze(cases, name, workload.as_ref(), plan, environment).unwrap().0;
    let frozen: Arc<FrozenStudy> = Arc::new(frozen);
    let handle =
        engine::start(Arc::clone(&frozen), workload, RunOptions::default(), || ()).unwrap();
    let mut state = RunState::new(xs.len());
    while let Some(bundle) = handle.next_within(std::time::Duration::from_millis(20)) {
        bundle.into_iter().for_each(|event| state.apply(event));
    }
    RunReport::new(frozen, state, Machine { logical_cpus: 2, os: "linux", cpus: None })
}

fn plan(strategy: Strategy, workers: u32, limits: Limits) -> Plan {
    Plan { strategy, workers: Some(workers), seed: Some(1), limits, ..Plan::default() }
}

fn check(report: &RunReport) {
    let account = report.figures.account.unwrap();
    let left_over = account.remainder_s(&report.state).unwrap();
    assert!(left_over.abs() < 1e-3, "{left_over} s unaccounted for: {account:?}");
    // All reports are written without a panic.
    TableFormat.write(report, &mut Vec::new()).unwrap();
    CsvFormat.write(report, &mut Vec::new()).unwrap();
    report.write_json(&mut Vec::new()).unwrap();
    let timeline = Timeline::of_run(&report.frozen.plan, &report.state);
    let shown: usize = timeline.lanes.lanes().iter().map(|lane| lane.cases.len()).sum();
    let attempts: u32 = report.state.records.iter().map(|record| record.attempts).sum();
    assert_eq!(shown, attempts as usize, "every attempt is in a lane");
}

#[test]
fn a_failed_case_is_retried_after_a_pause() {
    let _guard = exclusive();
    // The power of 1e300 overflows.
    let xs = [2.0, 1e300, 3.0, 4.0, 5.0];
    for (strategy, retries) in
        [(Strategy::Threads, 2), (Strategy::Batches, 1), (Strategy::Shares, 1)]
    {
        let limits = Limits { retries, ..Limits::default() };
        let report = run(WorkloadName::Power, &xs, &plan(strategy, 2, limits));
        let record = report.state.records[1];
        assert_eq!((record.status, record.attempts), (Status::Failed, retries + 1));
        let attempts = report.state.attempts(1);
        assert_eq!(attempts.len(), record.attempts as usize);
        let pauses = attempts.windows(2).map(|pair| pair[1].start_ns - pair[0].end_ns);
        for (pause_ns, at_least_ns) in pauses.zip([1_000_000_000, 2_000_000_000]) {
            let late = pause_ns.saturating_sub(at_least_ns);
            assert!(pause_ns >= at_least_ns && late < 500_000_000, "{strategy:?}: {pause_ns}");
        }
        assert_eq!(report.state.done_count, 4);
        assert!(report.figures.account.unwrap().held > Some(0.9), "{:?}", report.figures.account);
        check(&report);
    }
}

#[test]
fn no_case_starts_after_too_many_failures() {
    let limits = Limits { stop_after: Some(2), ..Limits::default() };
    let report = run(WorkloadName::Power, &[1e300; 9], &plan(Strategy::Threads, 1, limits));
    let statuses: Vec<Status> = report.state.records.iter().map(|r| r.status).collect();
    assert_eq!(statuses[..2], [Status::Failed; 2]);
    assert_eq!(statuses[2..], [Status::NotRun; 7]);
    assert!(report.state.abort_message().unwrap().contains("after 2 failed cases"));
    check(&report);
}

#[test]
fn no_more_cases_run_than_there_are_licences() {
    let _guard = exclusive();
    for strategy in [Strategy::Threads, Strategy::Batches, Strategy::Shares, Strategy::AllAtOnce] {
        let limits = Limits { licences: Some(2), ..Limits::default() };
        let report = run(WorkloadName::Wait, &[0.05; 8], &plan(strategy, 4, limits));
        assert!(report.state.all_done());
        let records = &report.state.records;
        let running_at =
            |at_ns| records.iter().filter(|r| r.start_ns <= at_ns && at_ns < r.end_ns).count();
        let most = records.iter().map(|record| running_at(record.start_ns)).max();
        assert_eq!(most, Some(2), "{strategy:?}");
        let bound_s = report.figures.lower_bound_s.unwrap();
        assert!((bound_s - 0.2).abs() < 1e-9, "eight cases of 50 ms, two at once: {bound_s}");
        // The lanes of a batch that have no case wait for the barrier, not for a licence.
        assert!(report.figures.account.unwrap().held > Some(0.15), "{:?}", report.figures.account);
        check(&report);
    }
}

#[test]
fn reports_list_every_attempt() {
    let limits = Limits { retries: 1, ..Limits::default() };
    let report = run(WorkloadName::Power, &[1e300, 2.0], &plan(Strategy::Threads, 2, limits));
    let mut json = Vec::new();
    report.write_json(&mut json).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    let case = &json["cases"][0];
    assert_eq!((&case["attempts"], &case["status"]), (&2.into(), &"failed".into()));
    let listed_attempts = case["tries"].as_array().unwrap();
    for (listed, Attempt { lane, start_ns, .. }) in
        listed_attempts.iter().zip(report.state.attempts(0))
    {
        assert_eq!(listed["status"], "failed");
        assert_eq!(listed["lane"], *lane);
        assert!((listed["start_s"].as_f64().unwrap() - *start_ns as f64 / 1e9).abs() < 1e-9);
    }
    assert_eq!(case["start_s"], listed_attempts[1]["start_s"]);
    assert_eq!(
        (&json["cases"][1]["attempts"], &json["cases"][1]["tries"]),
        (&1.into(), &().into())
    );
    let mut table = Vec::new();
    TableFormat.write(&report, &mut table).unwrap();
    let table = String::from_utf8(table).unwrap();
    assert!(table.contains("attempts      1 case retried"), "{table}");
    assert!(table.contains("in all: workers waited, mostly for the next attempt"), "{table}");
    assert!(Headline::for_run(&report).to_string().starts_with("1 of 2 cases done in 1.0 s"));
}
