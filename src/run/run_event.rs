//! Run events: the one stream that window, command line and report read.
//! Times are nanoseconds from the start of the run, on one monotonic clock.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::schedule::{Ticket, WaitReason, WaitSpan};

use super::case_record::{Attempt, CaseRecord, Status};

/// Something that happened in a run.
#[derive(Debug, Clone, PartialEq)]
pub enum RunEvent {
    /// A worker asked for its first case.
    WorkerReady {
        /// When.
        at_ns: u64,
    },
    /// A folder for the output of programs was made; each attempt at a case has
    /// one in it, [`attempt_folder`](crate::run::attempt_folder).
    FolderMade {
        /// Where.
        path: PathBuf,
        /// Which sitting of the run this is, from 0.
        session: u32,
    },
    /// A case was done in an earlier sitting of this run, and is not run again.
    CaseResumed(Box<ResumedCase>),
    /// A worker was added while the run went on.
    WorkerAdded {
        /// When it was asked for.
        requested_ns: u64,
        /// When it asked for its first case.
        at_ns: u64,
    },
    /// A worker left because fewer were asked for.
    WorkerRetired {
        /// When.
        at_ns: u64,
    },
    /// So many workers are wanted from now on.
    Resized {
        /// When.
        at_ns: u64,
        /// How many.
        workers: u32,
    },
    /// From now on nothing starts.
    Paused {
        /// When.
        at_ns: u64,
    },
    /// From now on cases start again.
    Resumed {
        /// When.
        at_ns: u64,
    },
    /// It was learned how many licences there really are.
    Licences {
        /// When.
        at_ns: u64,
        /// How many, as far as that is known.
        available: u32,
    },
    /// A case that was not in work was taken out of the run by the user.
    CaseRemoved {
        /// The case, by its index in the table.
        case: u32,
        /// When.
        at_ns: u64,
    },
    /// A case that had ended was put back by the user, to be run once more.
    CaseRequeued {
        /// The case, by its index in the table.
        case: u32,
        /// When.
        at_ns: u64,
    },
    /// A worker process was started and is ready for its first case.
    ProcessStarted(ProcessStart),
    /// A worker process is gone.
    ProcessEnded {
        /// The worker whose process it was, from 0.
        worker: u32,
        /// The most memory that it held at any time, where known.
        memory_bytes: Option<u64>,
    },
    /// A case was given to a worker, to start at once.
    Started {
        /// The case, its lane and its place in the order of dispatch.
        ticket: Ticket,
        /// When its worker asked for it.
        asked_ns: u64,
        /// When it was given. In a worker process the work starts when word of
        /// it gets there; its end tells when that was.
        at_ns: u64,
    },
    /// A case ended.
    Finished(CaseEnd),
    /// A worker waited because nothing could start.
    Waited(WaitSpan),
    /// Nothing is in work, and for now nothing can start.
    Blocked {
        /// What is waited for.
        reason: WaitReason,
    },
    /// A worker asked for a case and was told that the run is over.
    WorkerLeft {
        /// When it asked.
        at_ns: u64,
    },
    /// The run could not go on, and why.
    Aborted {
        /// What went wrong and what to do.
        message: String,
    },
    /// The cases are now run once more, one after another.
    SeriesStarted {
        /// When.
        at_ns: u64,
    },
    /// One of those ended.
    SeriesCase {
        /// The case, by its index in the table.
        case: u32,
        /// When it started.
        start_ns: u64,
        /// When it ended.
        end_ns: u64,
    },
    /// All of those are done.
    SeriesDone {
        /// From the start of the first to the end of the last.
        total_ns: u64,
    },
    /// Nothing more will happen.
    Ended,
}

/// The start of a worker process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessStart {
    /// The worker whose process it is, from 0. That is no lane: a lane is given
    /// to whichever worker asks.
    pub worker: u32,
    /// The system's number of the process.
    pub process_id: u32,
    /// Whether it takes the place of one that died.
    pub replaces: bool,
    /// When it was begun to be started; for one that takes the place of
    /// another, when the last case of that one ended.
    pub from_ns: u64,
    /// When it was ready.
    pub ready_ns: u64,
    /// The most memory that it held until then, where known.
    pub memory_bytes: Option<u64>,
}

/// One attempt at a case, measured by the worker that ran it.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseEnd {
    /// The case, its lane and its place in the order of dispatch.
    pub ticket: Ticket,
    /// When it started.
    pub start_ns: u64,
    /// When it ended.
    pub end_ns: u64,
    /// How much of the time it waited, where known.
    pub waited_ns: Option<u64>,
    /// How much CPU time it used, where known.
    pub cpu_ns: Option<u64>,
    /// The most memory that the largest of its processes held, in bytes, where
    /// it had processes of its own and that is known.
    pub memory_bytes: Option<u64>,
    /// What came of it.
    pub outcome: CaseOutcome,
    /// Whether the case is tried again.
    pub will_retry: bool,
}

/// What came of a case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum CaseOutcome {
    /// Done, with its value where there is one.
    Done(Option<f64>),
    /// Failed, and why.
    Failed(String),
    /// Ended because it took longer than it was allowed to, and how.
    TimedOut(String),
    /// Ended by a cancel.
    Cancelled,
    /// It said that it got no licence.
    Refused,
}

impl CaseOutcome {
    /// Where its case stands then.
    #[must_use]
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

/// What is known of a case from an earlier sitting.
#[derive(Debug, Clone, PartialEq)]
pub struct ResumedCase {
    /// The case, by its index in the table as it is now.
    pub case: u32,
    /// Its record, with the number of its sitting; times from the start of that.
    pub record: CaseRecord,
    /// All attempts, if there were several.
    pub attempts: Vec<Attempt>,
    /// The folder of the last of them.
    pub folder: PathBuf,
}
