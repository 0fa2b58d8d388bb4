//! A run on the virtual clock, told as run events: the same stream and the
//! same reducer as for a real run.

use crate::schedule::{Placement, Rules, Scheduler, dispatch_order, ns_from_s, simulate};
use crate::study::FrozenStudy;

use super::run_event::{CaseEnd, CaseOutcome, RunEvent};
use super::run_state::RunState;

/// Plays the frozen study on the virtual clock. Values, waited and CPU times
/// stay unknown; so does everything if the lengths are not known in seconds.
#[must_use]
pub fn replay(frozen: &FrozenStudy) -> RunState {
    let mut state = RunState::new(frozen.cases.len());
    let Some(lengths) = frozen.lengths.seconds() else {
        let message = "the lengths of the cases are not known".to_owned();
        state.apply(RunEvent::Aborted { message });
        return state;
    };
    let plan = &frozen.plan;
    let cases = u32::try_from(lengths.len()).unwrap_or(u32::MAX);
    let order = dispatch_order(plan.order, cases, Some(lengths), plan.seed);
    let scheduler = Scheduler::new(order, Rules::of(plan));
    let played = simulate(scheduler, plan.workers, |case| ns_from_s(lengths[case as usize]));

    for _ in 0..plan.workers {
        state.apply(RunEvent::WorkerReady { at_ns: 0 });
    }
    for Placement { ticket, start_ns, end_ns } in played.placements {
        state.apply(RunEvent::Finished(CaseEnd {
            will_retry: false,
            ticket,
            start_ns,
            end_ns,
            waited_ns: None,
            cpu_ns: None,
            memory_bytes: None,
            outcome: CaseOutcome::Done(None),
        }));
    }
    for waited in played.waits {
        state.apply(RunEvent::Waited(waited));
    }
    for _ in 0..plan.workers {
        state.apply(RunEvent::WorkerLeft { at_ns: state.makespan_ns() });
    }
    state.apply(RunEvent::Ended);
    state
}
