//! A worker: asks the desk for a case, runs it, reports it.

use crate::run::CaseEnd;
use crate::study::{Case, FrozenStudy};
use crate::workload::StopSignal;

use super::dispatcher::{Assignment, Dispatcher, NextAssignment};
use super::measure::{CaseMeasurement, Meter};

/// What a worker runs its cases with.
pub(crate) trait CaseRunner {
    /// The number of its worker, from 0.
    fn worker(&self) -> u32;

    /// Runs the case and measures it.
    fn run(&mut self, turn: &Assignment, case: Case<'_>) -> CaseMeasurement;

    /// Notes the end of a case, before another one is given out.
    fn note(&mut self, _end: &CaseEnd) {}

    /// There may be no other case for some time: what was noted is to be kept now.
    fn keep_notes(&mut self) {}

    /// Whether it can take another case as it is.
    fn is_fit(&self) -> bool {
        true
    }

    /// It is not fit for another case, or its case was taken from it: what it worked
    /// with is given up.
    fn let_go(&mut self) {}

    /// Makes it fit again after a case that ended at `end_ns`; returns when it
    /// was. If it cannot be, the run has been ended or goes on without it.
    fn renew(&mut self, end_ns: u64) -> Option<u64> {
        Some(end_ns)
    }
}

/// The calling thread itself.
pub(crate) struct ThreadCaseRunner<'a> {
    pub(crate) worker: u32,
    pub(crate) meter: Meter<'a>,
    /// Ends the case that it has.
    pub(crate) stop: &'a StopSignal,
}

impl CaseRunner for ThreadCaseRunner<'_> {
    fn worker(&self) -> u32 {
        self.worker
    }

    fn run(&mut self, turn: &Assignment, case: Case<'_>) -> CaseMeasurement {
        if turn.waited {
            self.meter.begin_anew();
        }
        self.meter.measure(case, turn.start_ns)
    }

    fn let_go(&mut self) {
        self.stop.reset();
        self.meter.begin_anew();
    }
}

/// Runs cases, from `ready_ns` on, until the desk has none left. A worker that was
/// added while the run went on was asked for at `added_ns`.
pub(crate) fn work(
    desk: &Dispatcher,
    frozen: &FrozenStudy,
    hand: &mut impl CaseRunner,
    ready_ns: u64,
    added_ns: Option<u64>,
) {
    let worker = hand.worker();
    let mut turn = desk.first(worker, ready_ns, added_ns);
    while let Some(now) = turn {
        let case = frozen.cases.case(now.ticket.case as usize);
        let CaseMeasurement { start_ns, end_ns, waited_ns, cpu_ns, memory_bytes, outcome } =
            hand.run(&now, case);
        let end = CaseEnd {
            ticket: now.ticket,
            start_ns,
            end_ns,
            waited_ns,
            cpu_ns,
            memory_bytes,
            outcome,
            will_retry: false,
        };
        hand.note(&end);
        let next = if hand.is_fit() {
            desk.again(worker, end, end_ns)
        } else {
            // The case is not held back until there is a new hand, nor is the
            // next one given to this one before.
            desk.ended(end);
            NextAssignment::Renew
        };
        if !matches!(next, NextAssignment::Turn(_)) {
            hand.keep_notes();
        }
        turn = match next {
            NextAssignment::Turn(turn) => Some(turn),
            NextAssignment::Wait => desk.ask(worker, end_ns),
            NextAssignment::Leave => None,
            NextAssignment::Renew => {
                hand.let_go();
                let fit_ns = if desk.is_over() { Some(end_ns) } else { hand.renew(end_ns) };
                fit_ns.and_then(|fit_ns| desk.ask(worker, fit_ns))
            }
        };
    }
}
