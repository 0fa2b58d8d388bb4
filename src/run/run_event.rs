//! Run events, read by the window, the command line and reports.
//!
//! Times are nanoseconds from the start of the run, on one monotonic clock.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::schedule::{Ticket, WaitReason, WaitSpan};
use crate::text::count;

use super::case_record::{Attempt, CaseRecord, Status};
use super::case_values::CaseValues;
use super::queue_state::{CasePlace, QueueState};

/// An event of a run.
#[derive(Debug, Clone, PartialEq)]
pub enum RunEvent {
    /// The run began on the real clock; the first event.
    Began {
        /// Seconds from 1970 to the start of the run.
        unix_s: i64,
    },
    /// A worker asked for its first case.
    WorkerReady {
        /// Time of the request.
        at_ns: u64,
    },
    /// A folder for the output of programs was created. Each attempt has a folder
    /// in it, such as `case-7` and `case-7.2`.
    FolderCreated {
        /// Path of the folder.
        path: PathBuf,
        /// Session of the run, from 0.
        session: u32,
    },
    /// A case was done in an earlier session and is not run again.
    CaseResumed(Box<ResumedCase>),
    /// A worker was added while the run was in progress.
    WorkerAdded {
        /// Time at which the user requested it.
        requested_ns: u64,
        /// Time at which it asked for its first case.
        at_ns: u64,
    },
    /// A worker left because the number of workers was reduced.
    WorkerRetired {
        /// Time at which it left.
        at_ns: u64,
    },
    /// The requested number of workers changed.
    Resized {
        /// Time of the change.
        at_ns: u64,
        /// New number of workers.
        workers: u32,
    },
    /// The run was paused.
    Paused {
        /// Start of the pause.
        at_ns: u64,
    },
    /// The run was continued after a pause.
    Resumed {
        /// End of the pause.
        at_ns: u64,
    },
    /// The estimate of available licences changed.
    Licences {
        /// Time of the change.
        at_ns: u64,
        /// Number of available licences.
        available: u32,
    },
    /// How many cases the cores of the cluster allow at once.
    CoreSlots(u32),
    /// The user removed a case that was not running.
    CaseRemoved {
        /// Index of the case in the table.
        case: u32,
        /// Time of the removal.
        at_ns: u64,
    },
    /// The user requested another run of a case that had ended.
    CaseRequeued {
        /// Index of the case in the table.
        case: u32,
        /// Time of the request.
        at_ns: u64,
    },
    /// A worker process is ready for its first case.
    ProcessStarted(ProcessStart),
    /// A worker process ended.
    ProcessEnded {
        /// Number of its worker, from 0.
        worker: u32,
        /// Peak memory in bytes, if known.
        memory_bytes: Option<u64>,
    },
    /// A case was assigned to a worker.
    Started {
        /// The case, its lane and its dispatch index.
        ticket: Ticket,
        /// Time at which the worker asked for a case.
        asked_ns: u64,
        /// Time of the assignment. In a worker process the work starts later;
        /// [`CaseEnd::start_ns`] has that time.
        at_ns: u64,
    },
    /// A cluster placed a case that has started.
    CasePlaced {
        /// Index of the case in the table.
        case: u32,
        /// Where it runs.
        place: CasePlace,
    },
    /// The queue of the cluster changed.
    QueueChanged {
        /// Time at which it was read.
        at_ns: u64,
        /// What waits now.
        queue: QueueState,
    },
    /// A program that ended well did not write the file that holds the value.
    ValueFileMissing,
    /// The last output of a program that did not succeed, before the end of its attempt.
    OutputTail {
        /// Index of the case in the table.
        case: u32,
        /// End of standard output and standard error.
        text: String,
    },
    /// An attempt at a case ended.
    Finished(CaseEnd),
    /// A worker waited because no case could start.
    Waited(WaitSpan),
    /// No case is running and none can start at the moment.
    Blocked {
        /// Time since which this is known.
        at_ns: u64,
        /// Why no case can start.
        reason: WaitReason,
    },
    /// A worker asked for a case after the run was over.
    WorkerLeft {
        /// Time of the request.
        at_ns: u64,
    },
    /// The run could not continue.
    Aborted {
        /// The problem and its remedy.
        message: String,
    },
    /// Cases start to run again, one after another, for the series total.
    SeriesStarted {
        /// Time of the start.
        at_ns: u64,
        /// Number of cases that run again.
        cases: u32,
    },
    /// A case that ran again for the series total ended.
    SeriesCase {
        /// Index of the case in the table.
        case: u32,
        /// Start of the case.
        start_ns: u64,
        /// End of the case.
        end_ns: u64,
    },
    /// The series total was measured.
    SeriesDone {
        /// Time from the start of the first case to the end of the last.
        total_ns: u64,
    },
    /// The sample for the series total is complete.
    SeriesSampled {
        /// The cases with their times alone, in nanoseconds.
        alone_ns: Vec<(u32, u64)>,
    },
    /// The run is over; the last event.
    Ended,
}

impl RunEvent {
    /// Reports that a run stopped early because of its failed cases, with attempts left.
    pub fn too_many_failed(cases: u32) -> Self {
        let failed = count(cases, "failed case");
        Self::Aborted { message: format!("stopped after {failed}; no other attempt was started") }
    }

    /// Whether it is about cases that run again for the series total, or the end of the run.
    pub fn is_of_second_pass(&self) -> bool {
        matches!(
            self,
            Self::SeriesStarted { .. }
                | Self::SeriesCase { .. }
                | Self::SeriesSampled { .. }
                | Self::SeriesDone { .. }
                | Self::Ended
        )
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessStart {
    /// Number of its worker, from 0. Workers are not tied to lanes.
    pub worker: u32,
    pub process_id: u32,
    /// Whether it replaces a process that died.
    pub replaces: bool,
    /// Start of the start-up. For a replacement, the end of the last case of the replaced process.
    pub from_ns: u64,
    /// Time at which it was ready.
    pub ready_ns: u64,
    /// Peak memory until then in bytes, if known.
    pub memory_bytes: Option<u64>,
}

/// Record of a worker process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessRecord {
    /// Its start.
    pub start: ProcessStart,
    /// Peak memory in bytes, if known. For a process that died this is the value
    /// at the time it was ready.
    pub memory_bytes: Option<u64>,
    /// Whether it has ended.
    pub ended: bool,
}

impl ProcessRecord {
    /// Returns the time it took to start, in nanoseconds.
    pub fn startup_ns(&self) -> u64 {
        self.start.ready_ns - self.start.from_ns
    }
}

/// End of an attempt at a case, measured by the worker that ran it.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseEnd {
    /// The case, its lane and its dispatch index.
    pub ticket: Ticket,
    /// Start of the work.
    pub start_ns: u64,
    /// End of the work.
    pub end_ns: u64,
    /// Time spent waiting, if known.
    pub waited_ns: Option<u64>,
    /// CPU time used, if known.
    pub cpu_ns: Option<u64>,
    /// Peak memory of its largest process, in bytes, if it ran in a process of its
    /// own and the value is known.
    pub memory_bytes: Option<u64>,
    /// How it ended.
    pub outcome: CaseOutcome,
    /// Whether another attempt follows.
    pub will_retry: bool,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum CaseOutcome {
    /// Succeeded, with the values of its outputs.
    Done(CaseValues),
    /// Failed, with the reason.
    Failed(String),
    /// Exceeded its time limit, with details.
    TimedOut(String),
    /// Cancelled.
    Cancelled,
    /// Got no licence.
    Refused,
}

impl CaseOutcome {
    /// Success with a single value, if there is one.
    pub fn done(value: Option<f64>) -> Self {
        Self::Done(value.into())
    }

    /// Returns the resulting status of the case.
    pub fn status(&self) -> Status {
        match self {
            Self::Done(_) => Status::Done,
            Self::Failed(_) => Status::Failed,
            Self::TimedOut(_) => Status::TimedOut,
            Self::Cancelled => Status::Cancelled,
            Self::Refused => Status::Refused,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct ResumedCase {
    pub case: u32,
    /// Its record; times are from the start of its own session.
    pub record: CaseRecord,
    /// Values of the outputs after the first.
    pub further_values: Box<[Option<f64>]>,
    pub attempts: Vec<Attempt>,
    pub folder: PathBuf,
    /// Where it ran, if on a cluster.
    pub place: Option<CasePlace>,
}
