//! The lines of a journal, each an object of JSON.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::run::{CaseEnd, CaseOutcome, Status};
use crate::schedule::Ticket;

use super::case_key::{CaseId, CaseKey};

/// What a journal is, and its version.
pub(crate) const SCHEMA: &str = "caselanes.journal/1";

/// How much of an error is kept, in bytes.
const ERROR_BYTES: usize = 1000;

/// No line of a start or an end is longer, in bytes: an error in which every byte
/// takes six to be written, and the rest.
pub(crate) const LONGEST: u64 = 6 * ERROR_BYTES as u64 + 700;

/// A line of a journal.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum JournalLine<'a> {
    /// A sitting begins; the first line is one.
    #[serde(borrow)]
    Sitting(SessionLine<'a>),
    /// A case is to be run.
    Case(CaseLine),
    /// An attempt at it began.
    Start(StartLine),
    /// An attempt at it ended.
    #[serde(borrow)]
    End(EndLine<'a>),
    /// The sitting ended as it should.
    #[serde(borrow)]
    Over(OverLine<'a>),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct SessionLine<'a> {
    #[serde(borrow)]
    pub(crate) schema: Cow<'a, str>,
    /// The run's id.
    #[serde(borrow)]
    pub(crate) run: Cow<'a, str>,
    /// Which sitting, from 0.
    pub(crate) number: u32,
    /// When, on the clock on the wall.
    #[serde(borrow)]
    pub(crate) at: Cow<'a, str>,
    /// How many cases there are in the table.
    pub(crate) cases: usize,
    /// The folder that relative paths of the study start from.
    #[serde(borrow)]
    pub(crate) base: Cow<'a, str>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct CaseLine {
    pub(crate) case: u32,
    pub(crate) key: CaseKey,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) nth: u32,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct StartLine {
    pub(crate) case: u32,
    pub(crate) key: CaseKey,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) nth: u32,
    pub(crate) attempt: u32,
    pub(crate) lane: u32,
    pub(crate) dispatch: u32,
    pub(crate) start_ns: u64,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct EndLine<'a> {
    pub(crate) case: u32,
    pub(crate) key: CaseKey,
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) nth: u32,
    pub(crate) attempt: u32,
    pub(crate) lane: u32,
    pub(crate) dispatch: u32,
    pub(crate) start_ns: u64,
    pub(crate) end_ns: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) waited_ns: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) cpu_ns: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) memory_bytes: Option<u64>,
    pub(crate) status: EndStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) value: Option<f64>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<Cow<'a, str>>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct OverLine<'a> {
    /// When, on the clock on the wall.
    #[serde(borrow)]
    pub(crate) at: Cow<'a, str>,
}

/// How an attempt ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum EndStatus {
    Done,
    Failed,
    TimedOut,
    Cancelled,
    Refused,
}

impl From<EndStatus> for Status {
    fn from(status: EndStatus) -> Self {
        match status {
            EndStatus::Done => Self::Done,
            EndStatus::Failed => Self::Failed,
            EndStatus::TimedOut => Self::TimedOut,
            EndStatus::Cancelled => Self::Cancelled,
            EndStatus::Refused => Self::Refused,
        }
    }
}

impl StartLine {
    pub(crate) fn new(id: CaseId, ticket: &Ticket, start_ns: u64) -> Self {
        Self {
            case: ticket.case,
            key: id.key,
            nth: id.nth,
            attempt: ticket.attempt,
            lane: ticket.lane,
            dispatch: ticket.dispatch_index,
            start_ns,
        }
    }
}

impl<'a> EndLine<'a> {
    pub(crate) fn new(id: CaseId, end: &'a CaseEnd) -> Self {
        let (status, value, error) = match &end.outcome {
            CaseOutcome::Done(value) => (EndStatus::Done, *value, None),
            CaseOutcome::Failed(error) => (EndStatus::Failed, None, Some(cut(error))),
            CaseOutcome::TimedOut(error) => (EndStatus::TimedOut, None, Some(cut(error))),
            CaseOutcome::Cancelled => (EndStatus::Cancelled, None, None),
            CaseOutcome::Refused => (EndStatus::Refused, None, None),
        };
        Self {
            case: end.ticket.case,
            key: id.key,
            nth: id.nth,
            attempt: end.ticket.attempt,
            lane: end.ticket.lane,
            dispatch: end.ticket.dispatch_index,
            start_ns: end.start_ns,
            end_ns: end.end_ns,
            waited_ns: end.waited_ns,
            cpu_ns: end.cpu_ns,
            memory_bytes: end.memory_bytes,
            status,
            value,
            error: error.map(Cow::Borrowed),
        }
    }

    /// Whether there is nothing left to be done for the case, unless it is tried
    /// again.
    pub(crate) fn is_final(&self) -> bool {
        !matches!(self.status, EndStatus::Cancelled | EndStatus::Refused)
    }
}

/// As much of an error as is kept.
fn cut(error: &str) -> &str {
    &error[..error.floor_char_boundary(ERROR_BYTES)]
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}
