//! Looks at what a task has left in the folder of its case.

use std::sync::Arc;

use super::case_files::ClusterFolders;
use super::slurm::queue_listing::{EndedState, TaskState};
use super::slurm::time_stamps::{EndStamp, StartStamp, TaskExit};
use super::tracking::cluster_task::{FILE_DELAY_NS, Observations, Task, TaskEnd, TaskPhase};
use crate::engine::program::result_reader::ResultReader;
use crate::run::CaseOutcome;
use crate::study::Program;

/// How long the end of a task may be missing that Slurm or the user stopped.
const STOP_DELAY_NS: u64 = 5_000_000_000;

/// What the queue tells about a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SeenState<'a> {
    /// The cluster did not answer.
    Unknown,
    Unlisted,
    Listed(&'a TaskState),
}

impl SeenState<'_> {
    fn ended(self) -> Option<EndedState> {
        match self {
            Self::Listed(TaskState::Ended(ended)) => Some(*ended),
            _ => None,
        }
    }

    /// Whether the task has started for certain.
    fn has_run(self) -> bool {
        match self {
            Self::Listed(TaskState::Running) => true,
            Self::Listed(TaskState::Ended(ended)) => ended.is_regular(),
            _ => false,
        }
    }
}

/// Reads stamps and results of tasks.
pub(crate) struct TaskObserver {
    folders: ClusterFolders,
    program: Arc<Program>,
    reader: ResultReader,
}

impl TaskObserver {
    pub(crate) fn new(folders: ClusterFolders, program: Arc<Program>) -> Self {
        let reader = ResultReader::new(&program);
        Self { folders, program, reader }
    }

    /// Looks at the stamps of a task of a job, of which the queue tells `state`.
    pub(crate) fn observe(
        &self,
        (number, task): (usize, &mut Task),
        job: u64,
        state: SeenState<'_>,
        now_ns: u64,
        new: &mut Observations,
    ) {
        let (array, array_task, is_asked) = (task.array, task.of, task.is_cancel_asked);
        let is_waiting = task.phase == TaskPhase::Waiting;
        if is_waiting && state == SeenState::Unknown {
            return;
        }
        let folder = self.folders.case(array_task);
        let start = StartStamp::read(&folder);
        if let Some(start) = &start {
            if is_waiting {
                new.starts.push((number, start.clone()));
            }
            if let Some(mut end) = EndStamp::read(&folder) {
                let ended = state.ended().filter(|ended| !ended.is_regular());
                if end.exit.is_signal() {
                    // Slurm may have sent it to the program before the script noticed.
                    let since_ns = *task.gone_ns.get_or_insert(now_ns);
                    let is_running = state == SeenState::Listed(&TaskState::Running);
                    if is_running && !is_asked && now_ns < since_ns + STOP_DELAY_NS {
                        return;
                    }
                    if is_asked || ended.is_some() {
                        end.exit = TaskExit::Stopped;
                    }
                }
                let stopped = match ended {
                    Some(ended) => ended.outcome(),
                    None => CaseOutcome::Cancelled,
                };
                let times = (start.at_ns, end);
                let end =
                    self.folders.results(&self.program, &self.reader, array_task, times, stopped);
                self.folders.remove_empty_log(array, array_task);
                new.ends.push((number, end));
                return;
            }
        } else if is_waiting && state.has_run() {
            new.lacks_start = true;
        }
        let ended = state.ended();
        if ended.is_none() && state != SeenState::Unlisted {
            task.gone_ns = None;
            return;
        }
        // Its last files may not have arrived yet.
        let gone_ns = *task.gone_ns.get_or_insert(now_ns);
        let is_stopped = is_asked || ended.is_some_and(|ended| !ended.is_regular());
        let delay_ns = if is_stopped { STOP_DELAY_NS } else { FILE_DELAY_NS };
        let has_waited = now_ns >= gone_ns.saturating_add(delay_ns);
        if start.is_none() && is_waiting {
            let is_removed = ended.is_none_or(|ended| ended == EndedState::Cancelled);
            // A task that never started writes no file.
            if is_removed && (is_asked || now_ns >= gone_ns.saturating_add(STOP_DELAY_NS)) {
                new.removed.push(number);
                self.folders.remove_empty_log(array, array_task);
            } else if has_waited {
                new.starts.push((number, StartStamp { at_ns: now_ns, job, host: "".into() }));
                new.ends.push((number, self.lost(task, ended, now_ns)));
            }
        } else if has_waited {
            new.ends.push((number, self.lost(task, ended, now_ns)));
        }
    }

    fn lost(&self, task: &Task, ended: Option<EndedState>, now_ns: u64) -> TaskEnd {
        let outcome = match ended {
            _ if task.is_cancel_asked => CaseOutcome::Cancelled,
            Some(ended) => ended.outcome(),
            None => EndedState::Completed.outcome(),
        };
        self.folders.lost(task.array, task.of, now_ns, outcome)
    }
}
