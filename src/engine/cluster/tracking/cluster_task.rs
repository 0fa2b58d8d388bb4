//! Tasks of job arrays, and what is seen of them.

use crate::engine::cluster::slurm::time_stamps::StartStamp;
use crate::engine::cluster::submissions::ArrayTask;
use crate::run::{CaseOutcome, QueueState};
use crate::schedule::Ticket;

/// How long a file of another node may take to appear here.
pub(crate) const FILE_DELAY_NS: u64 = 30_000_000_000;

/// A task of a job array.
#[derive(Debug)]
pub(crate) struct Task {
    pub(crate) array: usize,
    pub(crate) of: ArrayTask,
    pub(crate) phase: TaskPhase,
    pub(crate) is_cancel_asked: bool,
    /// Since when the cluster has said that it is over, without a record of its end.
    pub(crate) gone_ns: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TaskPhase {
    Waiting,
    Running { ticket: Ticket, start_ns: u64 },
    Over,
}

/// End of a task that has started.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TaskEnd {
    /// Nanoseconds from 1970.
    pub(crate) at_ns: u64,
    pub(crate) outcome: CaseOutcome,
    pub(crate) cpu_ns: Option<u64>,
    pub(crate) lacks_value_file: bool,
    pub(crate) output_tail: Option<String>,
}

/// What is new about tasks, by their numbers.
#[derive(Debug, Default)]
pub(crate) struct Observations {
    pub(crate) starts: Vec<(usize, StartStamp)>,
    pub(crate) ends: Vec<(usize, TaskEnd)>,
    /// Tasks that will never start.
    pub(crate) removed: Vec<usize>,
    /// Whether the cluster says of a task that it has started, while its stamp is missing.
    pub(crate) lacks_start: bool,
    /// The queue, if the cluster answered.
    pub(crate) queue: Option<QueueState>,
}
