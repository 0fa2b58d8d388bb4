//! What a journal tells of the earlier sittings of a run.

use std::collections::HashMap;

use serde::Deserialize;

use crate::run::{CaseRecord, Status, Try};

use super::case_key::CaseId;
use super::journal_line::{EndLine, Line, SCHEMA, SittingLine, StartLine};

/// The earlier sittings of a run.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Past {
    /// The run's id.
    pub(super) run: String,
    /// How many sittings there were.
    pub(super) sittings: u32,
    /// The folder that relative paths of the study start from.
    pub(super) base: String,
    /// All cases that were ever to be run.
    pub(super) cases: HashMap<CaseId, PastCase>,
    /// The lines, from 1, that say nothing that is understood.
    pub(super) damaged: Vec<usize>,
    /// How many bytes there are before a torn last line.
    pub(super) whole: u64,
    /// Whether the last line is whole but for its end.
    pub(super) open_ended: bool,
}

/// What is known of a case.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct PastCase {
    /// Its last attempt.
    pub(super) record: CaseRecord,
    /// All attempts of that sitting, if there were several.
    pub(super) tries: Vec<Try>,
    /// The last sitting, from 0, whose table had it.
    pub(super) listed: u32,
}

/// Why a journal tells nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoPast {
    /// It is of a newer version.
    Newer,
    /// It is no journal, or damaged where it begins.
    NoJournal,
}

/// As much of a first line as all versions share.
#[derive(Deserialize)]
struct Versioned<'a> {
    #[serde(borrow)]
    sitting: Schema<'a>,
}

#[derive(Deserialize)]
struct Schema<'a> {
    schema: &'a str,
}

impl Past {
    /// Reads a journal. A line that is not understood is left out, and what stands
    /// before and behind it counts.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, NoPast> {
        let (lines, torn) = lines_of(bytes);
        let first = lines.first().copied().unwrap_or(torn);
        let version = serde_json::from_slice::<Versioned<'_>>(first).ok();
        match version.map(|first| first.sitting.schema) {
            Some(SCHEMA) => {}
            Some(schema) if schema.starts_with("caselanes.journal/") => return Err(NoPast::Newer),
            _ => return Err(NoPast::NoJournal),
        }
        let Ok(Line::Sitting(SittingLine { run, base, .. })) = serde_json::from_slice(first) else {
            return Err(NoPast::NoJournal);
        };
        let mut past = Self {
            run: run.into_owned(),
            sittings: 0,
            base: base.into_owned(),
            cases: HashMap::new(),
            damaged: Vec::new(),
            whole: bytes.len() as u64,
            open_ended: false,
        };
        for (line, number) in lines.into_iter().zip(1..) {
            match serde_json::from_slice(line) {
                Ok(line) => past.take(line),
                Err(_) => past.damaged.push(number),
            }
        }
        // A part of an object is none: what is one is whole, but for its end.
        match serde_json::from_slice(torn) {
            Ok(line) => {
                past.take(line);
                past.open_ended = true;
            }
            Err(_) => past.whole -= torn.len() as u64,
        }
        Ok(past)
    }

    /// How many cases the table of the last sitting had, and how many of them are
    /// done.
    pub(super) fn listed_and_done(&self) -> (usize, usize) {
        let listed = || self.cases.values().filter(|case| case.listed == self.sitting());
        (listed().count(), listed().filter(|case| case.record.status == Status::Done).count())
    }

    fn take(&mut self, line: Line<'_>) {
        match line {
            Line::Sitting(line) => {
                self.sittings = line.number + 1;
                self.base = line.base.into_owned();
            }
            Line::Case(line) => {
                let listed = self.sitting();
                self.case(CaseId { key: line.key, nth: line.nth }).listed = listed;
            }
            Line::Start(line) => self.start(&line),
            Line::End(line) => self.end(&line),
            Line::Over(_) => {}
        }
    }

    fn start(&mut self, line: &StartLine) {
        let session = self.sitting();
        let case = self.case(CaseId { key: line.key, nth: line.nth });
        if case.record.session != session {
            case.tries.clear();
        } else if let (1, CaseRecord { lane, start_ns, end_ns, status, .. }) =
            (case.record.attempts, case.record)
        {
            // The first of several.
            case.tries = vec![Try { lane, start_ns, end_ns, status }];
        }
        case.record = CaseRecord {
            status: Status::InWork,
            attempts: line.attempt,
            lane: line.lane,
            dispatch_index: line.dispatch,
            start_ns: line.start_ns,
            end_ns: line.start_ns,
            session,
            ..CaseRecord::default()
        };
    }

    fn end(&mut self, line: &EndLine<'_>) {
        let session = self.sitting();
        let case = self.case(CaseId { key: line.key, nth: line.nth });
        if case.record.session != session {
            case.tries.clear();
        }
        let status = line.status.into();
        if line.attempt > 1 {
            let (lane, start_ns, end_ns) = (line.lane, line.start_ns, line.end_ns);
            case.tries.push(Try { lane, start_ns, end_ns, status });
        }
        case.record = CaseRecord {
            status,
            attempts: line.attempt,
            lane: line.lane,
            dispatch_index: line.dispatch,
            start_ns: line.start_ns,
            end_ns: line.end_ns.max(line.start_ns),
            waited_ns: line.waited_ns,
            cpu_ns: line.cpu_ns,
            memory_bytes: line.memory_bytes,
            value: line.value,
            again: false,
            session,
        };
    }

    fn case(&mut self, id: CaseId) -> &mut PastCase {
        self.cases.entry(id).or_default()
    }

    fn sitting(&self) -> u32 {
        self.sittings.saturating_sub(1)
    }
}

/// The lines that have an end, and what stands behind the last of them.
fn lines_of(bytes: &[u8]) -> (Vec<&[u8]>, &[u8]) {
    let mut lines: Vec<_> = bytes.split(|&byte| byte == b'\n').collect();
    let torn = lines.pop().unwrap_or_default();
    (lines, torn)
}
