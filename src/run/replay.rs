//! Simulates a run, through the same events and the same reducer as a real run.

use crate::schedule::{Placement, Rules, Scheduler, dispatch_order, ns_from_s, simulate};
use crate::study::FrozenStudy;

use super::run_event::{CaseEnd, CaseOutcome, RunEvent};
use super::run_state::RunState;

/// Runs the frozen study on the virtual clock.
///
/// Values, waited times and CPU times stay unknown. The run is aborted if the case
/// lengths are not known in seconds.
pub fn replay(frozen: &FrozenStudy) -> RunState {
    let mut state = RunState::new(frozen.cases.len());
    let Some(lengths) = frozen.lengths.seconds() else {
        let message = "cannot simulate the run: the case lengths are unknown; use the real clock";
        state.apply(RunEvent::Aborted { message: message.to_owned() });
        return state;
    };
    let plan = &frozen.plan;
    let cases = u32::try_from(lengths.len()).unwrap_or(u32::MAX);
    let order = dispatch_order(plan.order, cases, Some(lengths), plan.seed);
    let scheduler = Scheduler::new(order, Rules::of(plan)).with_resources(&frozen.resources);
    let run = simulate(scheduler, plan.workers, |case| ns_from_s(lengths[case as usize]));

    for _ in 0..plan.workers {
        state.apply(RunEvent::WorkerReady { at_ns: 0 });
    }
    for Placement { ticket, start_ns, end_ns } in run.placements {
        state.apply(RunEvent::Finished(CaseEnd {
            will_retry: false,
            ticket,
            start_ns,
            end_ns,
            waited_ns: None,
            cpu_ns: None,
            memory_bytes: None,
            outcome: CaseOutcome::done(None),
        }));
    }
    for wait in run.waits {
        state.apply(RunEvent::Waited(wait));
    }
    for _ in 0..plan.workers {
        state.apply(RunEvent::WorkerLeft { at_ns: state.makespan_ns });
    }
    state.apply(RunEvent::Ended);
    state
}
