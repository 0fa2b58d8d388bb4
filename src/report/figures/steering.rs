//! What the user changed in a run while it was in progress.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::run::RunState;
use crate::schedule::{WaitReason, s_from_ns};
use crate::text::{duration, plural};

/// Changes by which the total of a run is not that of its plan.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Steering {
    /// Time in which a pause kept a worker from its next case, in seconds; 0 without a pause.
    pub paused_s: f64,
    /// Fewest and most workers, if their number was changed.
    pub workers: Option<(u32, u32)>,
}

impl Steering {
    /// Returns what was changed in a run that began with this many workers, if anything was.
    pub fn of(planned_workers: u32, state: &RunState) -> Option<Self> {
        let paused_s = s_from_ns(paused_ns(state));
        let workers = state.target_workers.map(|_| worker_range(planned_workers, state));
        (paused_s > 0.0 || workers.is_some()).then_some(Self { paused_s, workers })
    }
}

impl fmt::Display for Steering {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(range) = self.workers {
            write!(to, "with {} {}", range_text(range), plural(range.1, "worker", "workers"))?;
        }
        if self.paused_s > 0.0 {
            let and = if self.workers.is_some() { ", " } else { "" };
            write!(to, "{and}paused for {}", duration(self.paused_s))?;
        }
        Ok(())
    }
}

/// Returns a range of workers as text: `2 to 8`, or `2` if it holds one number.
pub fn range_text((fewest, most): (u32, u32)) -> String {
    if fewest == most { most.to_string() } else { format!("{fewest} to {most}") }
}

/// Returns the time in which a pause kept at least one worker from its next case.
fn paused_ns(state: &RunState) -> u64 {
    let paused = state.waits.iter().filter(|wait| wait.reason == WaitReason::Paused);
    let mut spans: Vec<_> = paused.map(|wait| (wait.from_ns, wait.until_ns)).collect();
    spans.sort_unstable();
    let (mut sum_ns, mut counted_until_ns) = (0, 0);
    for (from_ns, until_ns) in spans {
        sum_ns += until_ns.saturating_sub(from_ns.max(counted_until_ns));
        counted_until_ns = counted_until_ns.max(until_ns);
    }
    sum_ns
}

fn worker_range(planned: u32, state: &RunState) -> (u32, u32) {
    let joined = state.added_workers_ns.iter().map(|&(_, at_ns)| (at_ns, true));
    let mut changes: Vec<_> =
        joined.chain(state.retired_ns.iter().map(|&at_ns| (at_ns, false))).collect();
    changes.sort_unstable();
    let (mut workers, mut fewest, mut most) = (planned, planned, planned);
    for (_, has_joined) in changes {
        workers = if has_joined { workers + 1 } else { workers.saturating_sub(1) };
        (fewest, most) = (fewest.min(workers), most.max(workers));
    }
    (fewest, most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::RunEvent;
    use crate::schedule::WaitSpan;

    const SECOND_NS: u64 = 1_000_000_000;

    fn paused(from_s: u64, until_s: u64) -> RunEvent {
        let (from_ns, until_ns) = (from_s * SECOND_NS, until_s * SECOND_NS);
        RunEvent::Waited(WaitSpan { reason: WaitReason::Paused, from_ns, until_ns })
    }

    #[test]
    fn overlapping_waits_of_workers_count_once() {
        let mut state = RunState::new(4);
        assert_eq!(Steering::of(2, &state), None);
        for event in [paused(2, 5), paused(1, 4), paused(7, 8)] {
            state.apply(event);
        }
        let steering = Steering::of(2, &state).unwrap();
        assert_eq!((steering.paused_s, steering.workers), (5.0, None));
        assert_eq!(steering.to_string(), "paused for 5.0 s");
    }

    #[test]
    fn the_range_of_workers_follows_those_that_joined_and_left() {
        let mut state = RunState::new(4);
        state.apply(RunEvent::Resized { at_ns: 1, workers: 4 });
        state.apply(RunEvent::WorkerAdded { requested_ns: 1, at_ns: 2 });
        state.apply(RunEvent::WorkerAdded { requested_ns: 1, at_ns: 3 });
        state.apply(RunEvent::Resized { at_ns: 5, workers: 1 });
        assert_eq!(range_text((2, 2)), "2", "the change had no effect");
        (6..9).for_each(|at_ns| state.apply(RunEvent::WorkerRetired { at_ns }));
        let steering = Steering::of(2, &state).unwrap();
        assert_eq!(
            (steering.workers, steering.to_string()),
            (Some((1, 4)), "with 1 to 4 workers".into())
        );
    }
}
