//! Lines of a journal, each a JSON object that ends with its checksum.

use std::borrow::Cow;
use std::io;

use serde::{Deserialize, Serialize};

use crate::run::{CaseEnd, CaseOutcome, CasePlace, Status};
use crate::schedule::Ticket;
use crate::study::MAX_CASE_LANES;
use crate::text::end_line;

use super::case_key::{CaseId, CaseKey};

pub(crate) const SCHEMA: &str = "caselanes.journal/1";

const MAX_ERROR_BYTES: usize = 1000;

/// Upper bound for the length of a start or end line, in bytes: an error message in
/// which every byte is escaped as six bytes, or as many values, and the other fields.
pub(crate) const MAX_LINE_BYTES: u64 = 6 * MAX_ERROR_BYTES as u64 + 1000;

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum JournalLine<'a> {
    /// A session begins. The first line is of this kind.
    #[serde(borrow, rename = "sitting")]
    Session(SessionLine<'a>),
    /// A case of the table of the session.
    Case(CaseLine),
    Start(StartLine),
    #[serde(borrow)]
    End(EndLine<'a>),
    #[serde(borrow, rename = "over")]
    SessionEnd(SessionEndLine<'a>),
}

impl JournalLine<'_> {
    /// Whether a run can have its lane: lanes are held in a list, which a huge number would fill
    /// the memory with.
    pub(crate) fn has_possible_lane(&self) -> bool {
        match self {
            Self::Start(StartLine { lane, .. }) | Self::End(EndLine { lane, .. }) => {
                *lane < MAX_CASE_LANES
            }
            Self::Session(_) | Self::Case(_) | Self::SessionEnd(_) => true,
        }
    }

    /// Appends the line with its checksum and a newline.
    pub(crate) fn write(&self, buffer: &mut Vec<u8>) -> io::Result<()> {
        let start = buffer.len();
        serde_json::to_writer(&mut *buffer, self)?;
        end_line(buffer, start);
        Ok(())
    }
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct SessionLine<'a> {
    #[serde(borrow)]
    pub(crate) schema: Cow<'a, str>,
    #[serde(borrow)]
    pub(crate) run: Cow<'a, str>,
    /// Number of the session, from 0.
    pub(crate) number: u32,
    /// Wall-clock time of its start.
    #[serde(borrow)]
    pub(crate) at: Cow<'a, str>,
    pub(crate) cases: usize,
    /// Folder to which paths in the study are relative.
    #[serde(borrow)]
    pub(crate) base: Cow<'a, str>,
    /// Hash of the templates, if there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) templates: Option<CaseKey>,
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
    pub(crate) status: Status,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) value: Option<f64>,
    /// Values of the outputs after the first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) further_values: Vec<Option<f64>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<Cow<'a, str>>,
    /// Machine of a cluster that ran the case.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(crate) host: Option<Cow<'a, str>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) queued_ns: Option<u64>,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct SessionEndLine<'a> {
    #[serde(borrow)]
    pub(crate) at: Cow<'a, str>,
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
    pub(crate) fn new(id: CaseId, end: &'a CaseEnd, place: Option<&'a CasePlace>) -> Self {
        let (values, error) = match &end.outcome {
            CaseOutcome::Done(values) => (Some(values), None),
            CaseOutcome::Failed(error) | CaseOutcome::TimedOut(error) => (None, Some(error)),
            CaseOutcome::Cancelled | CaseOutcome::Refused => (None, None),
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
            status: end.outcome.status(),
            value: values.and_then(|values| values.first),
            further_values: values.map_or_else(Vec::new, |values| values.further().to_vec()),
            error: error.map(|error| truncate(error).into()),
            host: place.map(|place| (&*place.host).into()),
            queued_ns: place.and_then(|place| place.queued_ns),
        }
    }

    /// Whether the case is finished, unless it is retried.
    pub(crate) fn is_final(&self) -> bool {
        !matches!(self.status, Status::Cancelled | Status::Refused)
    }
}

fn truncate(error: &str) -> &str {
    &error[..error.floor_char_boundary(MAX_ERROR_BYTES)]
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "required by serde")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}
