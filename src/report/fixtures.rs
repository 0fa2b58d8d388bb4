//! Plans, studies and cases for tests.

use crate::report::import::report_input::{InputCase, ReportInput};
use crate::report::run_report::Machine;
use crate::run::{CaseEnd, CaseOutcome};
use crate::schedule::Ticket;
use crate::study::{
    CaseResources, CaseTable, ClockChoice, FrozenPlan, FrozenStudy, Lengths, Limits, Order,
    SeriesChoice, Strategy, WorkloadName,
};

/// Machine of the runs in tests.
pub(crate) const MACHINE: Machine = Machine { logical_cpus: 2, os: "linux", cpus: None };

/// A plan in listed order on the virtual clock.
pub(crate) fn plan(strategy: Strategy, workers: u32) -> FrozenPlan {
    FrozenPlan {
        limits: Limits::default(),
        strategy,
        workers,
        batch: None,
        order: Order::Listed,
        seed: 1,
        time_scale: 1.0,
        series: SeriesChoice::Estimate,
        clock: ClockChoice::Virtual,
    }
}

/// A study of waits.
pub(crate) fn study(cases: CaseTable, lengths: Lengths, plan: FrozenPlan) -> FrozenStudy {
    FrozenStudy {
        cases,
        has_inputs: true,
        workload: WorkloadName::Wait,
        plan,
        lengths,
        program: None,
        input_files: crate::study::InputFiles::default(),
        resources: CaseResources::default(),
    }
}

/// The end of a done case without CPU time.
pub(crate) fn case_end(case: u32, lane: u32, start_ns: u64, end_ns: u64) -> CaseEnd {
    CaseEnd {
        will_retry: false,
        ticket: Ticket { case, lane, attempt: 1, dispatch_index: case },
        start_ns,
        end_ns,
        waited_ns: None,
        cpu_ns: None,
        memory_bytes: None,
        outcome: CaseOutcome::done(None),
    }
}

/// The report of a run of these cases with the strategy threads.
pub(crate) fn input(logical_cpus: u32, cases: Vec<InputCase>) -> ReportInput {
    let (workers, batch, order) = (2, None, Order::Listed);
    let (held_s, between_ns, by_start) = (0.0, 0, None);
    ReportInput {
        start_every_ns: None,
        resources: CaseResources::default(),
        knows_alone_times: true,
        workers,
        batch,
        order,
        seed: 1,
        logical_cpus,
        has_unknown_cpus: false,
        held_s,
        between_ns,
        by_start,
        cases,
    }
}
