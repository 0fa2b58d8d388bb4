//! What the queue of a cluster tells about a run.

use std::sync::Arc;

/// Where a case ran on a cluster, and how long it waited there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CasePlace {
    /// Name of the machine.
    pub host: Arc<str>,
    /// Time from submission to start, in nanoseconds, if known.
    pub queued_ns: Option<u64>,
}

/// The cases of a run that wait on a cluster.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueueState {
    /// Number of cases that wait.
    pub waiting: u32,
    /// Why the first of them waits, if the cluster tells.
    pub reason: Option<QueueReason>,
    /// Why the cluster does not answer, if so.
    pub problem: Option<String>,
}

/// A change of the queue that users want to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QueueNews {
    /// The cluster does not answer, and why.
    NoAnswer(String),
    /// The cluster answers after it did not.
    AnswersAgain,
    /// Cases wait for another reason than before.
    Waits {
        /// Number of cases that wait.
        cases: u32,
        /// Why the first of them waits.
        reason: QueueReason,
    },
}

impl QueueNews {
    /// Returns what has changed between two states, unless it is only the number of cases.
    pub fn between(before: &QueueState, now: &QueueState) -> Option<Self> {
        match (&before.problem, &now.problem) {
            (None, Some(why)) => return Some(Self::NoAnswer(why.clone())),
            (Some(_), None) => return Some(Self::AnswersAgain),
            _ => {}
        }
        let reason = now.reason.clone().filter(|_| before.reason != now.reason)?;
        Some(Self::Waits { cases: now.waiting, reason })
    }
}

/// Why a case waits on a cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QueueReason {
    /// All licences are in use.
    Licences,
    /// As many cases of the run are running as may.
    Workers,
    /// No machine has enough free cores or memory.
    Resources,
    /// Jobs of higher priority go first.
    Priority,
    /// Earlier cases of the run go first.
    EarlierCases,
    /// The job is held.
    Held,
    /// The machines that it needs are not available.
    Nodes,
    /// A limit of the site for users, accounts or partitions.
    SiteLimit(String),
    /// In the words of the cluster.
    Other(String),
}

impl QueueReason {
    /// Returns what the case waits for.
    pub fn text(&self) -> String {
        match self {
            Self::Licences => "a licence".to_owned(),
            Self::Workers => "the end of another case of the run".to_owned(),
            Self::Resources => "free cores or memory".to_owned(),
            Self::Priority => "jobs of higher priority".to_owned(),
            Self::EarlierCases => "earlier cases of the run".to_owned(),
            Self::Held => "the job to be released".to_owned(),
            Self::Nodes => "a machine that is down or reserved".to_owned(),
            Self::SiteLimit(word) => format!("a limit of the site ({word})"),
            Self::Other(word) => word.clone(),
        }
    }
}
