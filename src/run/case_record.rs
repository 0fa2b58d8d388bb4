//! Records of cases and attempts.

use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr, VariantArray};

/// Status of a case. Journals store its JSON names, saved runs the order of its variants.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Default,
    Serialize,
    Deserialize,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[strum(serialize_all = "kebab-case")]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Not started.
    #[default]
    NotRun,
    /// Started and not ended.
    #[strum(serialize = "in-work")]
    Running,
    /// Succeeded.
    Done,
    /// Failed.
    Failed,
    /// Exceeded its time limit.
    TimedOut,
    /// Cancelled.
    Cancelled,
    /// Got no licence; retried later.
    Refused,
}

impl Status {
    /// Returns the name used in reports.
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// One attempt at a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Its lane.
    pub lane: u32,
    /// Start, in nanoseconds from the start of its session.
    pub start_ns: u64,
    /// End, in nanoseconds from the start of its session.
    pub end_ns: u64,
    /// How it ended.
    pub status: Status,
}

/// Record of a case: its status and its latest attempt.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct CaseRecord {
    /// Its status.
    pub status: Status,
    /// Number of attempts. If 0, the fields of the latest attempt are unused.
    pub attempts: u32,
    /// Lane of the latest attempt.
    pub lane: u32,
    /// Dispatch index of the latest attempt.
    pub dispatch_index: u32,
    /// Start, in nanoseconds from the start of the session.
    pub start_ns: u64,
    /// End, in nanoseconds from the start of the session; the start while the case is running.
    pub end_ns: u64,
    /// Time spent waiting, if known.
    pub waited_ns: Option<u64>,
    /// CPU time used, if known.
    pub cpu_ns: Option<u64>,
    /// Peak memory of its largest process, in bytes, if it ran in a process of its
    /// own and the value is known.
    pub memory_bytes: Option<u64>,
    /// Value of its first output, if it has one; the run state holds the others.
    pub value: Option<f64>,
    /// Whether another attempt follows.
    pub will_retry: bool,
    /// Session of the latest attempt, from 0.
    pub session: u32,
}

impl CaseRecord {
    /// Whether the case was started.
    pub fn has_started(&self) -> bool {
        self.attempts > 0
    }

    /// Whether the case was started and has ended for good.
    pub fn has_ended(&self) -> bool {
        self.has_started() && self.status != Status::Running && !self.will_retry
    }

    /// Returns the length of the latest attempt, in nanoseconds.
    pub fn time_ns(&self) -> u64 {
        self.end_ns - self.start_ns
    }

    /// Returns CPU time plus waited time, in nanoseconds, if both are known.
    pub fn busy_ns(&self) -> Option<u64> {
        Some(self.cpu_ns?.saturating_add(self.waited_ns?))
    }
}

/// Returns the name of the folder of an attempt (from 1) within the folder of a
/// session: `case-7`, and `case-7.2` for the second attempt.
pub fn attempt_folder(case: u32, attempt: u32) -> String {
    match attempt {
        0 | 1 => format!("case-{case}"),
        attempt => format!("case-{case}.{attempt}"),
    }
}
