//! A worker: asks the desk for a case, runs it, reports it.

use crate::run::{CaseEnd, CaseOutcome, RunEvent};
use crate::schedule::Outcome;
use crate::study::{Case, Frozen};

use super::desk::{Desk, Turn};
use super::measure::{Measured, Meter};

/// What a worker runs its cases with.
pub(super) trait Hand {
    /// Runs the case and measures it.
    fn run(&mut self, turn: &Turn, case: Case<'_>) -> Measured;

    /// Notes the end of a case, before another one is given out.
    fn note(&mut self, _end: &CaseEnd) {}

    /// Whether it can take another case as it is.
    fn is_fit(&self) -> bool {
        true
    }

    /// Makes it fit again after a case that ended at `end_ns`; returns when it
    /// was. If it cannot be, the run has been ended.
    fn renew(&mut self, end_ns: u64) -> u64 {
        end_ns
    }
}

/// The calling thread itself.
impl Hand for Meter<'_> {
    fn run(&mut self, turn: &Turn, case: Case<'_>) -> Measured {
        if turn.waited {
            self.begin_anew();
        }
        self.measure(case, turn.start_ns)
    }
}

/// Runs cases, from `ready_ns` on, until the desk has none left. A worker that was
/// added while the run went on was asked for at `added_ns`.
pub(super) fn work(
    desk: &Desk,
    frozen: &Frozen,
    hand: &mut impl Hand,
    ready_ns: u64,
    added_ns: Option<u64>,
) {
    let mut turn = desk.first(ready_ns, added_ns);
    while let Some(now) = turn {
        let case = frozen.cases.case(now.ticket.case as usize);
        let Measured { start_ns, end_ns, waited_ns, cpu_ns, memory_bytes, outcome } =
            hand.run(&now, case);
        let settled = match outcome {
            CaseOutcome::Failed(_) | CaseOutcome::TimedOut(_) => Outcome::Failed,
            CaseOutcome::Done(_) | CaseOutcome::Cancelled | CaseOutcome::Refused => {
                Outcome::Settled
            }
        };
        let ticket = now.ticket;
        let end = CaseEnd {
            ticket,
            start_ns,
            end_ns,
            waited_ns,
            cpu_ns,
            memory_bytes,
            outcome,
            again: false,
        };
        hand.note(&end);
        let report = RunEvent::Finished(end);
        turn = if hand.is_fit() {
            desk.again(ticket.lane, settled, report, end_ns)
        } else {
            // The case is not held back until there is a new hand, nor is the
            // next one given to this one before.
            desk.ended(ticket.lane, settled, report, end_ns);
            desk.ask(if desk.is_over() { end_ns } else { hand.renew(end_ns) })
        };
    }
}
