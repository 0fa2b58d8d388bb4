//! The worker loop: request a case, run it, report its end.

use crate::run::CaseEnd;
use crate::study::{Case, FrozenStudy};
use crate::workload::StopSignal;

use super::dispatcher::{Answer, Assignment, Dispatcher};
use super::measure::{CaseMeasurement, Meter};

pub(crate) trait CaseRunner {
    fn worker(&self) -> u32;

    fn run(&mut self, assignment: &Assignment, case: Case<'_>) -> CaseMeasurement;

    /// Records the end of a case before the next one is assigned.
    fn record_end(&mut self, _end: &CaseEnd) {}

    /// Writes out what was recorded, because the next case may take a while.
    fn flush(&mut self) {}

    fn is_usable(&self) -> bool {
        true
    }

    /// Discards its resources after its case was taken away.
    fn reset(&mut self) {}

    /// Makes it usable again after a case that ended at `end_ns`; returns when it
    /// was. Returns `None` if the worker leaves the run instead.
    fn recover(&mut self, end_ns: u64) -> Option<u64> {
        Some(end_ns)
    }
}

pub(crate) struct ThreadCaseRunner<'a> {
    pub(crate) worker: u32,
    pub(crate) meter: Meter<'a>,
    /// Ends the running case.
    pub(crate) stop: &'a StopSignal,
}

impl CaseRunner for ThreadCaseRunner<'_> {
    fn worker(&self) -> u32 {
        self.worker
    }

    fn run(&mut self, assignment: &Assignment, case: Case<'_>) -> CaseMeasurement {
        if assignment.had_to_wait {
            self.meter.restart();
        }
        self.meter.measure(case, assignment.start_ns)
    }

    fn reset(&mut self) {
        self.stop.reset();
        self.meter.restart();
    }
}

/// Runs cases until none is left. `requested_ns` is set for workers added while
/// the run is in progress.
pub(crate) fn work(
    dispatcher: &Dispatcher,
    frozen: &FrozenStudy,
    case_runner: &mut impl CaseRunner,
    ready_ns: u64,
    requested_ns: Option<u64>,
) {
    let worker = case_runner.worker();
    let mut next = dispatcher.register(worker, ready_ns, requested_ns);
    while let Some(assignment) = next {
        let ticket = assignment.ticket;
        let case = frozen.cases.case(ticket.case as usize);
        let CaseMeasurement { start_ns, end_ns, waited_ns, cpu_ns, memory_bytes, outcome, .. } =
            case_runner.run(&assignment, case);
        let end = CaseEnd {
            ticket,
            start_ns,
            end_ns,
            waited_ns,
            cpu_ns,
            memory_bytes,
            outcome,
            will_retry: false,
        };
        case_runner.record_end(&end);
        let answer = if case_runner.is_usable() {
            dispatcher.report_and_request(worker, end, end_ns)
        } else {
            // Report now, so that others can run while this worker recovers.
            dispatcher.report(end);
            None
        };
        if !matches!(answer, Some(Answer::Run(_))) {
            case_runner.flush();
        }
        next = match answer {
            Some(Answer::Run(assignment)) => Some(assignment),
            Some(Answer::Wait { .. }) => dispatcher.request(worker, end_ns),
            Some(Answer::Leave) => None,
            None => {
                case_runner.reset();
                let usable_ns =
                    if dispatcher.is_over() { Some(end_ns) } else { case_runner.recover(end_ns) };
                usable_ns.and_then(|usable_ns| dispatcher.request(worker, usable_ns))
            }
        };
    }
}
