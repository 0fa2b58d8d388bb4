//! Changes to a run in progress: pause, cancel, worker count, single cases.

use crate::run::RunEvent;
use crate::schedule::{RemoveResult, SchedulerEvent};

use super::dispatcher::{Dispatcher, DispatcherState};

impl Dispatcher {
    /// Passes the user's request to the scheduler and to readers, and wakes the workers.
    pub(super) fn steer(&self, event: SchedulerEvent, emitted: impl FnOnce(u64) -> RunEvent) {
        let mut state = self.state.lock();
        let now_ns = self.clock.now_ns();
        state.scheduler.handle(now_ns, event);
        self.push_event(&mut state, emitted(now_ns));
        self.workers_wake.notify_all();
    }

    /// Lets no more case start. Returns whether this was the first cancel.
    pub(crate) fn cancel(&self) -> bool {
        let mut state = self.state.lock();
        state.scheduler.handle(self.clock.now_ns(), SchedulerEvent::Cancel);
        self.workers_wake.notify_all();
        !std::mem::replace(&mut state.is_cancelled, true)
    }

    /// Changes the number of workers. Returns how many are to be added, and the
    /// time of the request.
    pub(super) fn resize(&self, workers: u32) -> (u32, u64) {
        let mut state = self.state.lock();
        let missing = workers.saturating_sub(state.worker_count);
        state.worker_count += missing;
        let at_ns = self.set_target(&mut state, workers);
        self.workers_wake.notify_all();
        (missing, at_ns)
    }

    /// Gives up on workers that were to be added but could not be started.
    pub(crate) fn give_up_workers(&self, missing: u32) {
        let mut state = self.state.lock();
        state.worker_count -= missing;
        let workers = state.target_worker_count.min(state.worker_count);
        self.set_target(&mut state, workers);
        if workers == 0 && !state.scheduler.is_over() {
            let message = "no worker is left; the remaining cases were not started".to_owned();
            self.push_event(&mut state, RunEvent::Aborted { message });
        }
    }

    /// Lets a broken worker leave at `at_ns`. Returns false if it is the last one.
    pub(crate) fn retire(&self, at_ns: u64) -> bool {
        let mut state = self.state.lock();
        if state.worker_count < 2 {
            return false;
        }
        state.worker_count -= 1;
        self.push_event(&mut state, RunEvent::WorkerRetired { at_ns });
        if state.target_worker_count > state.worker_count {
            let workers = state.worker_count;
            self.set_target(&mut state, workers);
        }
        self.workers_wake.notify_all();
        true
    }

    /// Sets the target worker count now; returns the time.
    fn set_target(&self, state: &mut DispatcherState, workers: u32) -> u64 {
        let at_ns = self.clock.now_ns();
        state.scheduler.handle(at_ns, SchedulerEvent::Resize(workers));
        state.target_worker_count = workers;
        self.push_event(state, RunEvent::Resized { at_ns, workers });
        at_ns
    }

    /// Removes a case from the run. If it is running, `end_case_of` ends the case
    /// of its worker, which then reports it as usual.
    pub(super) fn remove_case(&self, case: u32, end_case_of: impl FnOnce(u32)) {
        let mut state = self.state.lock();
        match state.scheduler.remove_case(case) {
            RemoveResult::Removed => {
                // A requeued case keeps its earlier result.
                if state.attempts[case as usize] == 0 {
                    state.unsuccessful.insert(case);
                }
                let at_ns = self.clock.now_ns();
                self.push_event(&mut state, RunEvent::CaseRemoved { case, at_ns });
                self.workers_wake.notify_all();
            }
            // While the lock is held, its worker cannot move on to another case.
            RemoveResult::Running(lane) => {
                state.removed_cases.insert(case);
                state.lane_workers.get(lane as usize).copied().map(end_case_of);
            }
            RemoveResult::NotPending => {}
        }
    }

    pub(super) fn requeue_case(&self, case: u32) {
        let mut state = self.state.lock();
        let Some(&attempts) = state.attempts.get(case as usize) else { return };
        let at_ns = self.clock.now_ns();
        if state.scheduler.requeue(at_ns, case, attempts) {
            self.push_event(&mut state, RunEvent::CaseRequeued { case, at_ns });
            self.workers_wake.notify_all();
        }
    }
}
