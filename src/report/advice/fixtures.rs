//! Runs for the tests of the advice.

use std::sync::Arc;

use super::recommendation::Advice;
use crate::report::fixtures::MACHINE;
use crate::report::{MeasuredPoint, RunReport, Scenario, fixtures};
use crate::run::{CaseEnd, CaseOutcome, RunEvent, RunState, replay};
use crate::schedule::{Ticket, ns_from_s};
use crate::study::{CaseResources, CaseTable, ClockChoice, FrozenStudy, Lengths, Limits, Strategy};

pub(super) fn frozen(
    names: &[&str],
    lengths: Lengths,
    strategy: Strategy,
    workers: u32,
) -> FrozenStudy {
    let mut cases = CaseTable::default();
    for name in names {
        cases.push(name, 1.0, 1.0, &[]);
    }
    fixtures::study(cases, lengths, fixtures::plan(strategy, workers))
}

pub(super) fn report(frozen: FrozenStudy, state: RunState) -> RunReport {
    RunReport::new(Arc::new(frozen), state, MACHINE)
}

pub(super) fn waits_by(
    strategy: Strategy,
    workers: u32,
    names: &[&str],
    lengths_s: &[f64],
) -> RunReport {
    let frozen = frozen(names, Lengths::Seconds(lengths_s.to_vec()), strategy, workers);
    let state = replay(&frozen);
    report(frozen, state)
}

pub(super) fn waits(lengths_s: &[f64]) -> RunReport {
    waits_by(Strategy::Threads, 2, &vec![""; lengths_s.len()], lengths_s)
}

pub(super) fn crash_tests(strategy: Strategy, workers: u32) -> RunReport {
    let names = [
        "side__10__200",
        "front__50__200",
        "rear__20__200",
        "side__10__400",
        "front__50__400",
        "rear__20__400",
    ];
    let lengths_s = [2.0, 10.0, 4.0, 4.0, 20.0, 8.0].map(|product| 0.771_320_643_266_746 * product);
    waits_by(strategy, workers, &names, &lengths_s)
}

/// A real run on two workers whose cases took these CPU and waited times.
pub(super) fn ran(strategy: Strategy, times_s: &[(f64, f64)]) -> RunReport {
    let mut frozen = frozen(&vec![""; times_s.len()], Lengths::Unknown, strategy, 2);
    frozen.plan.clock = ClockChoice::Real;
    let mut state = RunState::new(times_s.len());
    for at_ns in [100_000, 140_000] {
        state.apply(RunEvent::WorkerReady { at_ns });
    }
    let mut now_ns = 140_000;
    for (case, &(cpu_s, waited_s)) in (0..).zip(times_s) {
        let ticket = Ticket { case, lane: 0, attempt: 1, dispatch_index: case };
        let (asked_ns, start_ns) = (now_ns, now_ns + 500);
        state.apply(RunEvent::Started { ticket, asked_ns, at_ns: start_ns });
        now_ns = start_ns + ns_from_s(cpu_s + waited_s);
        state.apply(RunEvent::Finished(CaseEnd {
            will_retry: false,
            ticket,
            start_ns,
            end_ns: now_ns,
            waited_ns: Some(ns_from_s(waited_s)),
            cpu_ns: Some(ns_from_s(cpu_s)),
            memory_bytes: None,
            outcome: CaseOutcome::done(None),
        }));
    }
    report(frozen, state)
}

pub(super) fn computed(times_s: &[f64]) -> RunReport {
    ran(Strategy::Threads, &times_s.iter().map(|&cpu_s| (cpu_s, 0.0)).collect::<Vec<_>>())
}

pub(super) fn text(report: &RunReport) -> String {
    Advice::for_run(report).text.to_string()
}

pub(super) fn swept(report: &RunReport, measured: &[MeasuredPoint]) -> Advice {
    let plan = &report.frozen.plan;
    let scenario = Scenario { strategy: plan.strategy, batch: plan.batch, order: plan.order };
    Advice::for_sweep(report, scenario, measured)
}

pub(super) fn measured(totals_s: &[f64]) -> Vec<MeasuredPoint> {
    (1..).zip(totals_s).map(|(workers, &total_s)| MeasuredPoint { workers, total_s }).collect()
}

/// A run of four waits under these limits.
pub(super) fn limited(workers: u32, limits: &Limits) -> RunReport {
    let lengths = Lengths::Seconds(vec![2.0; 4]);
    let mut frozen = frozen(&[""; 4], lengths, Strategy::Threads, workers);
    frozen.resources = CaseResources::new(limits, &frozen.cases, 2).unwrap();
    frozen.plan.limits = limits.clone();
    let state = replay(&frozen);
    report(frozen, state)
}

/// A real run of eight programs, all at once, each with this CPU time and time.
pub(super) fn programs(cpu_s: f64, time_s: f64) -> RunReport {
    let mut frozen = frozen(&["p"; 8], Lengths::Unknown, Strategy::Threads, 8);
    frozen.plan.clock = ClockChoice::Real;
    let mut state = RunState::new(8);
    for case in 0..8 {
        state.apply(RunEvent::WorkerReady { at_ns: 0 });
        state.apply(RunEvent::Finished(CaseEnd {
            cpu_ns: Some(ns_from_s(cpu_s)),
            ..fixtures::case_end(case, case, 0, ns_from_s(time_s))
        }));
    }
    report(frozen, state)
}
