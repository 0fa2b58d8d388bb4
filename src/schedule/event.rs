//! What goes into the scheduler and what comes out.

use serde::{Deserialize, Serialize};

/// What has happened, told to the scheduler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchedulerEvent {
    /// The case in this lane ended.
    Finished {
        /// The lane.
        lane: u32,
        /// How it ended.
        outcome: Outcome,
    },
    /// The case in this lane could not have what it needs (a licence): it goes
    /// back and is tried again. That is no failure.
    Refused {
        /// The lane.
        lane: u32,
    },
    /// What worked for this lane is gone. Its case failed, and the lane is out
    /// of use until the next `Resize`.
    LaneLost {
        /// The lane.
        lane: u32,
    },
    /// From now on these many lanes are in use, from 0 up. Cases in lanes
    /// above that go on to their end.
    Resize(u32),
    /// From now on at most so many cases are in work, whatever the lanes.
    Limit(u32),
    /// Nothing starts until `Resume`.
    Pause,
    /// Ends a pause.
    Resume,
    /// Nothing starts any more.
    Cancel,
    /// Whether there is enough free memory to start something.
    Memory {
        /// Whether there is.
        enough: bool,
    },
}

/// How a case ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// With or without a value, it is done with.
    Settled,
    /// It failed, and is tried again if the rules allow.
    Failed,
    /// It was taken out while it was in work, and is not tried again.
    Removed,
}

/// The right to run a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ticket {
    /// The case, by its index in the table.
    pub case: u32,
    /// The lane that it is in work in: the lowest free one.
    pub lane: u32,
    /// Which attempt at the case this is, from 1.
    pub attempt: u32,
    /// Which dispatch of the run this is, from 0.
    pub dispatch_index: u32,
}

/// What a worker that asks is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchedulerStep {
    /// Run this case.
    Start(Ticket),
    /// Wait for the next event, or until this time.
    Wait {
        /// In nanoseconds; `None` means until something happens.
        until_ns: Option<u64>,
        /// Why nothing can start.
        reason: WaitReason,
    },
    /// The run is over.
    Done,
}

/// Why a worker waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum WaitReason {
    /// Others of its batch are still in work.
    Barrier,
    /// As many cases are in work as there are licences.
    Licence,
    /// There is too little free memory.
    Memory,
    /// The run is paused.
    Paused,
    /// What is left was tried and is to be tried again later.
    Backoff,
    /// Nothing is left to start, but others are still in work.
    Empty,
}
