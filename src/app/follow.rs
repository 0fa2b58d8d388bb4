//! Follows a run from its start to its end.

use std::time::Duration;

use crate::engine::RunHandle;
use crate::run::{RunEvent, RunState};

/// Observes a run while it is in progress.
pub trait RunObserver {
    fn is_cancelled(&self) -> bool;

    /// Called once, when the run is being cancelled.
    fn on_cancel(&mut self) {}

    /// Receives new events, before they change the state of the run.
    fn on_events(&mut self, _events: &[RunEvent], _now_ns: u64) {}

    /// Receives the state of the run after events and at every tick.
    fn on_progress(&mut self, _state: &RunState, _now_ns: u64) {}
}

/// Folds the events of a run of `case_count` cases until it is over, and returns its last state.
/// Cancels the run when the observer asks for it. The observer is called at least once per `tick`.
pub fn follow(
    handle: &RunHandle,
    case_count: usize,
    tick: Duration,
    observer: &mut impl RunObserver,
) -> RunState {
    let mut state = RunState::new(case_count);
    let mut is_cancelling = false;
    while !state.has_ended {
        let Some(events) = handle.next_within(tick) else { break };
        observer.on_events(&events, handle.now_ns());
        events.into_iter().for_each(|event| state.apply(event));
        observer.on_progress(&state, handle.now_ns());
        if !is_cancelling && observer.is_cancelled() {
            is_cancelling = true;
            handle.cancel();
            observer.on_cancel();
        }
    }
    state
}
