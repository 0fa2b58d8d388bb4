//! Reads the journal of the earlier sessions of a run.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::run::{Attempt, CaseRecord, Status, attempt_folder};

use super::case_key::{CaseId, CaseKey};
use super::journal_line::{EndLine, JournalLine, SCHEMA, SessionLine, StartLine};

/// Earlier sessions of a run, read from its journal.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct JournalHistory {
    pub(crate) run: String,
    pub(crate) sessions: u32,
    /// Folder to which paths in the study are relative.
    pub(crate) base: String,
    /// All cases of all sessions.
    pub(crate) cases: HashMap<CaseId, JournalCase>,
    /// Numbers of the lines that could not be read, from 1.
    pub(crate) damaged_lines: Vec<usize>,
    /// Length in bytes without an incomplete last line.
    pub(crate) valid_bytes: u64,
    /// Whether the last line is complete except for its newline.
    pub(crate) lacks_newline: bool,
}

/// State of a case at the end of the journal.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct JournalCase {
    pub(crate) record: CaseRecord,
    /// All attempts of the session of that attempt, if there were several.
    pub(crate) attempts: Vec<Attempt>,
    /// Last session whose table had the case, from 0.
    pub(crate) last_listed: u32,
    /// Row in the table of the session of the last attempt, from 0.
    pub(crate) row: u32,
}

impl JournalCase {
    /// Returns the folder of the last attempt, relative to the run folder.
    pub(crate) fn folder(&self) -> PathBuf {
        let folder = attempt_folder(self.row, self.record.attempts);
        match self.record.session {
            0 => PathBuf::from(folder),
            session => Path::new(&session_folder(session)).join(folder),
        }
    }
}

/// Returns the folder of the cases of a session after the first, relative to the run folder.
pub(crate) fn session_folder(session: u32) -> String {
    format!("sitting-{}", session.saturating_add(1))
}

#[derive(Debug, PartialEq, thiserror::Error)]
pub(crate) enum JournalError {
    #[error("the run was started by a newer version of CaseLanes; resume it with that version")]
    Newer,
    #[error("expected a run folder, found a journal in an unknown format")]
    NotAJournal,
}

/// The part of the first line that all versions share.
#[derive(Deserialize)]
struct FirstLine<'a> {
    #[serde(borrow, rename = "sitting")]
    session: JournalSchema<'a>,
}

#[derive(Deserialize)]
struct JournalSchema<'a> {
    schema: &'a str,
}

impl JournalHistory {
    /// Reads a journal. Damaged lines are skipped and reported; all others count.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, JournalError> {
        let (lines, incomplete) = split_lines(bytes);
        let first = lines.first().copied().unwrap_or(incomplete);
        let version = serde_json::from_slice::<FirstLine<'_>>(first).ok();
        match version.map(|first| first.session.schema) {
            Some(SCHEMA) => {}
            Some(schema) if schema.starts_with("caselanes.journal/") => {
                return Err(JournalError::Newer);
            }
            _ => return Err(JournalError::NotAJournal),
        }
        let Ok(JournalLine::Session(SessionLine { run, base, .. })) = serde_json::from_slice(first)
        else {
            return Err(JournalError::NotAJournal);
        };
        let mut history = Self {
            run: run.into_owned(),
            sessions: 0,
            base: base.into_owned(),
            cases: HashMap::new(),
            damaged_lines: Vec::new(),
            valid_bytes: bytes.len() as u64,
            lacks_newline: false,
        };
        for (line, number) in lines.into_iter().zip(1..) {
            match serde_json::from_slice(line) {
                Ok(line) => history.apply(line),
                Err(_) => history.damaged_lines.push(number),
            }
        }
        // A line that parses is complete, as a part of a JSON object does not parse.
        match serde_json::from_slice(incomplete) {
            Ok(line) => {
                history.apply(line);
                history.lacks_newline = true;
            }
            Err(_) => history.valid_bytes -= incomplete.len() as u64,
        }
        Ok(history)
    }

    /// Returns the number of cases in the last session and how many of them are done.
    pub(crate) fn case_and_done_counts(&self) -> (usize, usize) {
        let listed = || self.cases.values().filter(|case| case.last_listed == self.last_session());
        (listed().count(), listed().filter(|case| case.record.status == Status::Done).count())
    }

    fn apply(&mut self, line: JournalLine<'_>) {
        match line {
            JournalLine::Session(line) => {
                self.sessions = line.number.saturating_add(1);
                self.base = line.base.into_owned();
            }
            JournalLine::Case(line) => {
                let session = self.last_session();
                self.case(line.key, line.nth).last_listed = session;
            }
            JournalLine::Start(line) => self.apply_start(&line),
            JournalLine::End(line) => self.apply_end(&line),
            JournalLine::SessionEnd(_) => {}
        }
    }

    fn apply_start(&mut self, line: &StartLine) {
        let session = self.last_session();
        let case = self.case(line.key, line.nth);
        if case.record.session != session {
            case.attempts.clear();
        } else if let (1, CaseRecord { lane, start_ns, end_ns, status, .. }) =
            (case.record.attempts, case.record)
        {
            // The case has several attempts from now on; this was the first.
            case.attempts = vec![Attempt { lane, start_ns, end_ns, status }];
        }
        case.row = line.case;
        case.record = CaseRecord {
            status: Status::Running,
            attempts: line.attempt,
            lane: line.lane,
            dispatch_index: line.dispatch,
            start_ns: line.start_ns,
            end_ns: line.start_ns,
            session,
            ..CaseRecord::default()
        };
    }

    fn apply_end(&mut self, line: &EndLine<'_>) {
        let session = self.last_session();
        let case = self.case(line.key, line.nth);
        if case.record.session != session {
            case.attempts.clear();
        }
        case.row = line.case;
        let &EndLine { status, lane, start_ns, .. } = line;
        let end_ns = line.end_ns.max(start_ns);
        if line.attempt > 1 {
            case.attempts.push(Attempt { lane, start_ns, end_ns, status });
        }
        case.record = CaseRecord {
            status,
            attempts: line.attempt,
            lane,
            dispatch_index: line.dispatch,
            start_ns,
            end_ns,
            waited_ns: line.waited_ns,
            cpu_ns: line.cpu_ns,
            memory_bytes: line.memory_bytes,
            value: line.value,
            will_retry: false,
            session,
        };
    }

    fn case(&mut self, key: CaseKey, nth: u32) -> &mut JournalCase {
        self.cases.entry(CaseId { key, nth }).or_default()
    }

    fn last_session(&self) -> u32 {
        self.sessions.saturating_sub(1)
    }
}

/// Splits a journal into complete lines and the text behind the last newline.
fn split_lines(bytes: &[u8]) -> (Vec<&[u8]>, &[u8]) {
    let mut lines: Vec<_> = bytes.split(|&byte| byte == b'\n').collect();
    let incomplete = lines.pop().unwrap_or_default();
    (lines, incomplete)
}

#[cfg(test)]
mod tests {
    use super::super::case_key::CaseKey;
    use super::*;

    const SESSION: &str = r#"{"sitting":{"schema":"caselanes.journal/1","run":"7f","number":0,"at":"x","cases":2,"base":"/a"}}"#;

    fn key(case: u32) -> String {
        format!("{:032x}", u128::from(case) + 1)
    }

    fn id(case: u32) -> CaseId {
        let key: CaseKey = serde_json::from_str(&format!("\"{}\"", key(case))).unwrap();
        CaseId { key, nth: 0 }
    }

    fn listed(case: u32) -> String {
        format!(r#"{{"case":{{"case":{case},"key":"{}"}}}}"#, key(case))
    }

    fn start(case: u32, attempt: u32) -> String {
        let key = key(case);
        format!(
            r#"{{"start":{{"case":{case},"key":"{key}","attempt":{attempt},"lane":0,"dispatch":0,"start_ns":5}}}}"#
        )
    }

    fn end(case: u32, attempt: u32, status: &str) -> String {
        let key = key(case);
        format!(
            r#"{{"end":{{"case":{case},"key":"{key}","attempt":{attempt},"lane":0,"dispatch":0,"start_ns":6,"end_ns":9,"status":"{status}","value":4.0}}}}"#
        )
    }

    fn text(lines: &[String]) -> String {
        lines.iter().map(|line| line.to_owned() + "\n").collect::<Vec<_>>().concat()
    }

    fn journal() -> String {
        text(&[
            SESSION.to_owned(),
            listed(0),
            listed(1),
            start(0, 1),
            end(0, 1, "failed"),
            start(1, 1),
            start(0, 2),
            end(0, 2, "done"),
        ])
    }

    #[test]
    fn the_record_of_a_case_is_its_last_attempt() {
        let history = JournalHistory::read(journal().as_bytes()).unwrap();
        assert_eq!(
            (history.run.as_str(), history.base.as_str(), history.sessions),
            ("7f", "/a", 1)
        );
        assert_eq!(
            (history.damaged_lines.len(), history.lacks_newline, history.case_and_done_counts()),
            (0, false, (2, 1))
        );
        let [first, second] = [&history.cases[&id(0)], &history.cases[&id(1)]];
        assert_eq!((first.record.status, first.record.value), (Status::Done, Some(4.0)));
        let statuses: Vec<_> = first.attempts.iter().map(|t| t.status).collect();
        assert_eq!(statuses, [Status::Failed, Status::Done]);
        assert_eq!(first.folder(), Path::new("case-0.2"));
        assert_eq!((second.record.status, second.attempts.len()), (Status::Running, 0));
    }

    #[test]
    fn a_later_session_has_its_own_folder_and_other_row_numbers() {
        let second = SESSION.replace("\"number\":0", "\"number\":1");
        let moved = end(0, 1, "done").replace("\"case\":0", "\"case\":5");
        let history = journal() + &text(&[second, listed(0), start(0, 1), moved]);
        let history = JournalHistory::read(history.as_bytes()).unwrap();
        let case = &history.cases[&id(0)];
        assert_eq!((history.sessions, case.record.session, case.attempts.len()), (2, 1, 0));
        assert_eq!(case.folder(), Path::new("sitting-2/case-5"));
        assert_eq!(history.case_and_done_counts(), (1, 1), "the cases of the last session");
    }

    #[test]
    fn all_lines_before_a_cut_count() {
        let journal = journal();
        let whole = JournalHistory::read(journal.as_bytes()).unwrap();
        for length in 0..journal.len() {
            let cut = &journal.as_bytes()[..length];
            let Ok(history) = JournalHistory::read(cut) else {
                assert!(length < SESSION.len(), "{length}");
                continue;
            };
            assert_eq!(history.damaged_lines, Vec::<usize>::new());
            // New lines are written behind the last complete one.
            let kept = &journal[..usize::try_from(history.valid_bytes).unwrap()];
            assert!(kept.is_empty() || kept.ends_with('\n') || history.lacks_newline, "{length}");
            let status =
                |history: &JournalHistory| history.cases.get(&id(0)).map(|case| case.record.status);
            let done = status(&history) == Some(Status::Done);
            assert_eq!(done, length + 1 >= journal.len() && status(&whole) == Some(Status::Done));
        }
    }

    #[test]
    fn damaged_lines_are_reported_and_the_rest_counts() {
        let mut lines: Vec<_> = journal().lines().map(str::to_owned).collect();
        lines[4] = "{\"end\":{\"case\":0".to_owned();
        lines.insert(6, "\u{0}\u{0}".to_owned());
        let history = JournalHistory::read(text(&lines).as_bytes()).unwrap();
        assert_eq!(history.damaged_lines, [5, 7]);
        assert_eq!(history.cases[&id(0)].record.status, Status::Done);
    }

    #[test]
    fn other_files_and_newer_journals_are_distinguished() {
        let newer = journal().replace("journal/1", "journal/2");
        assert_eq!(JournalHistory::read(newer.as_bytes()).unwrap_err(), JournalError::Newer);
        for other in ["", "\n", "name,x,y\n", "{}\n", "{\"sitting\":{\"schema\":\"else\"}}\n"] {
            assert_eq!(
                JournalHistory::read(other.as_bytes()).unwrap_err(),
                JournalError::NotAJournal,
                "{other:?}"
            );
        }
    }
}
