//! Reads what `squeue` lists.

use crate::run::{CaseOutcome, QueueReason};

/// A task of a job array.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct QueueEntry {
    /// Job ID of its array.
    pub(crate) job: u64,
    pub(crate) index: u32,
    pub(crate) state: TaskState,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TaskState {
    /// Not started, and why.
    Waiting(Option<QueueReason>),
    /// Started and not ended, or in a state that this version does not know.
    Running,
    /// Ended, by itself or otherwise.
    Ended(EndedState),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EndedState {
    Completed,
    Failed,
    TimedOut,
    NodeFailed,
    OutOfMemory,
    Cancelled,
    Preempted,
}

impl EndedState {
    /// Whether the task may have run to its end, so that its last files may still appear.
    pub(crate) fn is_regular(self) -> bool {
        matches!(self, Self::Completed | Self::Failed)
    }

    /// Returns the outcome of a case whose end was not recorded on its node.
    pub(crate) fn outcome(self) -> CaseOutcome {
        let reason = match self {
            Self::Cancelled => return CaseOutcome::Cancelled,
            Self::TimedOut => {
                let reason = "took longer than the time limit of its job (Slurm: TIMEOUT)";
                return CaseOutcome::TimedOut(reason.to_owned());
            }
            Self::NodeFailed => "its node failed (Slurm: NODE_FAIL)",
            Self::OutOfMemory => "took more memory than its job has (Slurm: OUT_OF_MEMORY)",
            Self::Preempted => "Slurm stopped it for a job of higher priority (PREEMPTED)",
            Self::Completed | Self::Failed => {
                "its end was not recorded: it was killed, or the files of its node are not seen \
                 here"
            }
        };
        CaseOutcome::Failed(reason.to_owned())
    }
}

/// Parses lines of `JOB|INDEX|STATE|NODE|REASON`; skips others.
pub(crate) fn parse_listing(text: &str) -> Vec<QueueEntry> {
    text.lines().filter_map(parse_entry).collect()
}

fn parse_entry(line: &str) -> Option<QueueEntry> {
    let mut fields = line.trim().splitn(5, '|');
    let (job, index) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    let state = fields.next()?;
    let reason = fields.nth(1).unwrap_or_default();
    Some(QueueEntry { job, index, state: task_state(state, reason) })
}

fn task_state(word: &str, reason: &str) -> TaskState {
    use EndedState as E;
    TaskState::Ended(match word {
        "PENDING" | "REQUEUED" | "REQUEUE_HOLD" | "SPECIAL_EXIT" | "REQUEUE_FED" => {
            return TaskState::Waiting(queue_reason(reason));
        }
        "CONFIGURING" => return TaskState::Waiting(Some(QueueReason::Nodes)),
        "COMPLETED" => E::Completed,
        "FAILED" | "BOOT_FAIL" | "LAUNCH_FAILED" => E::Failed,
        "TIMEOUT" | "DEADLINE" => E::TimedOut,
        "NODE_FAIL" => E::NodeFailed,
        "OUT_OF_MEMORY" => E::OutOfMemory,
        "CANCELLED" | "REVOKED" => E::Cancelled,
        "PREEMPTED" => E::Preempted,
        _ => return TaskState::Running,
    })
}

fn queue_reason(word: &str) -> Option<QueueReason> {
    // Details may follow, as in "ReqNodeNotAvail, UnavailableNodes:n1".
    let name = word.split([',', '(', ' ']).next().unwrap_or_default();
    Some(match name {
        "" | "None" | "Cleaning" => return None,
        "Licenses" => QueueReason::Licences,
        "JobArrayTaskLimit" => QueueReason::Workers,
        "Resources" => QueueReason::Resources,
        "Priority" => QueueReason::Priority,
        "Dependency" => QueueReason::EarlierCases,
        "JobHeldUser" | "JobHeldAdmin" => QueueReason::Held,
        "ReqNodeNotAvail" | "NodeDown" | "PartitionDown" | "PartitionInactive" | "Reservation" => {
            QueueReason::Nodes
        }
        name if ["Assoc", "QOS", "Max", "Partition"].iter().any(|it| name.starts_with(it)) => {
            QueueReason::SiteLimit(name.to_owned())
        }
        _ => QueueReason::Other(word.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_are_read_with_state_and_reason() {
        let text = "17|0|RUNNING|n1|None\n17|1|PENDING||Licenses\n17|2|NODE_FAIL|n2|NodeDown\n\
                    18|0|PENDING||ReqNodeNotAvail, UnavailableNodes:n[1-2]\nwarning: x\n\
                    17|N/A|RUNNING|n1|None\n17|3|SUPER_STATE|n1|None\n17|4|COMPLETING|n1|None\n";
        let read: Vec<_> =
            parse_listing(text).into_iter().map(|it| (it.job, it.index, it.state)).collect();
        let waiting = |reason| TaskState::Waiting(Some(reason));
        assert_eq!(
            read,
            [
                (17, 0, TaskState::Running),
                (17, 1, waiting(QueueReason::Licences)),
                (17, 2, TaskState::Ended(EndedState::NodeFailed)),
                (18, 0, waiting(QueueReason::Nodes)),
                (17, 3, TaskState::Running),
                (17, 4, TaskState::Running),
            ]
        );
    }

    #[test]
    fn reasons_are_put_into_words() {
        let text = |word| queue_reason(word).map(|reason| reason.text());
        assert_eq!(text("None"), None);
        assert_eq!(text("Licenses").as_deref(), Some("a licence"));
        assert_eq!(
            text("QOSMaxJobsPerUserLimit").as_deref(),
            Some("a limit of the site (QOSMaxJobsPerUserLimit)")
        );
        assert_eq!(text("BeginTime").as_deref(), Some("BeginTime"));
    }
}
