//! Events the scheduler receives and the steps it returns.

use serde::{Deserialize, Serialize};

/// Something the scheduler has to know about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchedulerEvent {
    /// The case in a lane ended.
    Finished {
        /// Its lane.
        lane: u32,
        /// Whether it is retried if the rules allow.
        has_failed: bool,
    },
    /// The work of the case in a lane started, at the time of the event. Needed only if
    /// the rules set a time between starts.
    Started {
        /// Its lane.
        lane: u32,
    },
    /// The case in a lane got no licence. It is retried later; this is not a failure.
    Refused {
        /// Its lane.
        lane: u32,
    },
    /// Use this many lanes, numbered from 0. Cases in higher lanes run to their end.
    Resize(u32),
    /// Start nothing until `Resume`.
    Pause,
    /// Ends a pause.
    Resume,
    /// Start nothing any more.
    Cancel,
    /// A reading of the free memory.
    Memory {
        /// Whether it suffices to start a case.
        enough: bool,
    },
}

/// Permission to run a case once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ticket {
    /// Index of the case in the table.
    pub case: u32,
    /// Lane the case occupies: the lowest free one.
    pub lane: u32,
    /// Number of the attempt, from 1.
    pub attempt: u32,
    /// Number of the dispatch within the run, from 0.
    pub dispatch_index: u32,
}

/// Answer to a worker that asks for a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchedulerStep {
    /// Run this case.
    Start(Ticket),
    /// Wait for the next event, or until a given time.
    Wait {
        /// Time to ask again, in nanoseconds; `None` waits for an event only.
        until_ns: Option<u64>,
        /// Why no case can start.
        reason: WaitReason,
    },
    /// The run is over.
    Done,
}

/// Why a worker waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WaitReason {
    /// The current batch is still running.
    Barrier,
    /// All licences are in use.
    Licence,
    /// Free memory is below the limit.
    Memory,
    /// The run is paused.
    Paused,
    /// The remaining cases wait for their next attempt.
    Backoff,
    /// No case is left to start; others are still running.
    Empty,
    /// The least time between two starts has not passed.
    StartInterval,
    /// The cores that the next case needs are in use.
    Cores,
    /// The memory that the next case needs is in use.
    MemoryShare,
    /// The tokens that the next case needs are in use.
    Tokens,
    /// The cluster has no free place.
    Cluster,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemoveResult {
    Removed,
    /// The case is running in this lane.
    Running(u32),
    /// The case has already ended, or does not exist.
    NotPending,
}
