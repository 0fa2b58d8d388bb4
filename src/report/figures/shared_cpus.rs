//! How many CPUs the cases of a run used together.

use crate::run::{RunState, SessionAttempt};
use crate::study::{CaseResources, Resource};

/// Returns the most CPUs that cases used while they ran beside others; 0 if none did. A case
/// without known cores uses one.
pub(crate) fn most_shared_cpus(state: &RunState, resources: &CaseResources) -> u64 {
    let mut changes = changes(state, resources);
    changes.sort_unstable();
    let (mut most, mut used, mut running, mut session) = (0, 0, 0, 0);
    for change in changes {
        if change.session != session {
            (session, used, running) = (change.session, 0, 0);
        }
        let cpus = i64::try_from(change.cpus).unwrap_or(i64::MAX);
        let direction = if change.is_start { 1 } else { -1 };
        running += direction;
        used += direction * cpus;
        if running > 1 {
            most = most.max(used);
        }
    }
    u64::try_from(most).unwrap_or(0)
}

/// A start or an end. An end stands before a start at the same time.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Change {
    session: u32,
    at_ns: u64,
    is_start: bool,
    cpus: u64,
}

fn changes(state: &RunState, resources: &CaseResources) -> Vec<Change> {
    let mut changes = Vec::new();
    for SessionAttempt { session, case, attempt, .. } in state.all_attempts() {
        let cpus = resources.need(Resource::Cores, case).unwrap_or(1);
        changes.push(Change { session, at_ns: attempt.start_ns, is_start: true, cpus });
        changes.push(Change { session, at_ns: attempt.end_ns, is_start: false, cpus });
    }
    changes
}
