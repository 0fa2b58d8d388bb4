//! What is known of one case of a run.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

/// Where a case stands.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Default,
    EnumString,
    IntoStaticStr,
    VariantArray,
    Serialize,
    Deserialize,
)]
#[strum(serialize_all = "kebab-case")]
pub enum Status {
    /// It did not start.
    #[default]
    NotRun,
    /// It has started and not ended.
    #[strum(serialize = "in-work")]
    Running,
    /// It ended well.
    Done,
    /// It went wrong.
    Failed,
    /// It took longer than it was allowed to.
    TimedOut,
    /// It was ended by a cancel.
    Cancelled,
    /// It got no licence, and waits to be tried again.
    Refused,
}

/// One attempt at a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// The lane it was in.
    pub lane: u32,
    /// Its start, in nanoseconds from the start of its sitting.
    pub start_ns: u64,
    /// Its end.
    pub end_ns: u64,
    /// What came of it.
    pub status: Status,
}

impl Status {
    /// The name in reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// The record of a case: its last attempt, and what came of it.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct CaseRecord {
    /// Where it stands.
    pub status: Status,
    /// How many attempts there were; 0 if it never started, and then the rest
    /// says nothing.
    pub attempts: u32,
    /// The lane of the last attempt.
    pub lane: u32,
    /// Its place in the order of dispatch.
    pub dispatch_index: u32,
    /// Its start, in nanoseconds from the start of the run.
    pub start_ns: u64,
    /// Its end; while it is in work, its start.
    pub end_ns: u64,
    /// How much of the time it waited, where known.
    pub waited_ns: Option<u64>,
    /// How much CPU time it used, where known.
    pub cpu_ns: Option<u64>,
    /// The most memory that the largest of its processes held, in bytes, where
    /// it had processes of its own and that is known.
    pub memory_bytes: Option<u64>,
    /// The value, where there is one.
    pub value: Option<f64>,
    /// Whether it is to be tried again: then the rest is about the last attempt.
    pub will_retry: bool,
    /// Which sitting of the run it was in, from 0.
    pub session: u32,
}

impl CaseRecord {
    /// Whether the case was started.
    #[must_use]
    pub fn has_started(&self) -> bool {
        self.attempts > 0
    }

    /// Whether the case was started and has ended for good.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.has_started() && self.status != Status::Running && !self.will_retry
    }

    /// How long the last attempt took, in nanoseconds.
    #[must_use]
    pub fn time_ns(&self) -> u64 {
        self.end_ns - self.start_ns
    }

    /// The work and the waiting in it, CPU time plus waited time, where known.
    #[must_use]
    pub fn busy_ns(&self) -> Option<u64> {
        Some(self.cpu_ns?.saturating_add(self.waited_ns?))
    }
}
