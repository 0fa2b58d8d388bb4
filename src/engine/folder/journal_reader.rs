//! What a journal tells of the earlier sittings of a run.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::run::{Attempt, CaseRecord, Status, attempt_folder};

use super::case_key::CaseId;
use super::journal_line::{EndLine, JournalLine, SCHEMA, SessionLine, StartLine};

/// The earlier sittings of a run.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct JournalHistory {
    /// The run's id.
    pub(crate) run: String,
    /// How many sittings there were.
    pub(crate) sittings: u32,
    /// The folder that relative paths of the study start from.
    pub(crate) base: String,
    /// All cases that were ever to be run.
    pub(crate) cases: HashMap<CaseId, JournalCase>,
    /// The lines, from 1, that say nothing that is understood.
    pub(crate) damaged: Vec<usize>,
    /// How many bytes there are before a torn last line.
    pub(crate) whole: u64,
    /// Whether the last line is whole but for its end.
    pub(crate) open_ended: bool,
}

/// What is known of a case.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct JournalCase {
    /// Its last attempt.
    pub(crate) record: CaseRecord,
    /// All attempts of that sitting, if there were several.
    pub(crate) tries: Vec<Attempt>,
    /// The last sitting, from 0, whose table had it.
    pub(crate) listed: u32,
    /// Its row in the table of the sitting of that attempt, from 0.
    pub(crate) row: u32,
}

impl JournalCase {
    /// The folder of its last attempt, in the folder of the run.
    pub(crate) fn folder(&self) -> PathBuf {
        let folder = attempt_folder(self.row, self.record.attempts);
        match self.record.session {
            0 => PathBuf::from(folder),
            session => Path::new(&sitting_folder(session)).join(folder),
        }
    }
}

/// The folder of the cases of a sitting after the first, from 1, in the folder of the
/// run.
pub(crate) fn sitting_folder(session: u32) -> String {
    format!("sitting-{}", session.saturating_add(1))
}

/// Why a journal tells nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JournalError {
    /// It is of a newer version.
    Newer,
    /// It is no journal, or damaged where it begins.
    NoJournal,
}

/// As much of a first line as all versions share.
#[derive(Deserialize)]
struct Versioned<'a> {
    #[serde(borrow)]
    sitting: JournalSchema<'a>,
}

#[derive(Deserialize)]
struct JournalSchema<'a> {
    schema: &'a str,
}

impl JournalHistory {
    /// Reads a journal. A line that is not understood is left out, and what stands
    /// before and behind it counts.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, JournalError> {
        let (lines, torn) = lines_of(bytes);
        let first = lines.first().copied().unwrap_or(torn);
        let version = serde_json::from_slice::<Versioned<'_>>(first).ok();
        match version.map(|first| first.sitting.schema) {
            Some(SCHEMA) => {}
            Some(schema) if schema.starts_with("caselanes.journal/") => {
                return Err(JournalError::Newer);
            }
            _ => return Err(JournalError::NoJournal),
        }
        let Ok(JournalLine::Sitting(SessionLine { run, base, .. })) = serde_json::from_slice(first)
        else {
            return Err(JournalError::NoJournal);
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
    pub(crate) fn listed_and_done(&self) -> (usize, usize) {
        let listed = || self.cases.values().filter(|case| case.listed == self.sitting());
        (listed().count(), listed().filter(|case| case.record.status == Status::Done).count())
    }

    fn take(&mut self, line: JournalLine<'_>) {
        match line {
            JournalLine::Sitting(line) => {
                self.sittings = line.number.saturating_add(1);
                self.base = line.base.into_owned();
            }
            JournalLine::Case(line) => {
                let listed = self.sitting();
                self.case(CaseId { key: line.key, nth: line.nth }).listed = listed;
            }
            JournalLine::Start(line) => self.start(&line),
            JournalLine::End(line) => self.end(&line),
            JournalLine::Over(_) => {}
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
            case.tries = vec![Attempt { lane, start_ns, end_ns, status }];
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

    fn end(&mut self, line: &EndLine<'_>) {
        let session = self.sitting();
        let case = self.case(CaseId { key: line.key, nth: line.nth });
        if case.record.session != session {
            case.tries.clear();
        }
        case.row = line.case;
        let status = line.status.into();
        if line.attempt > 1 {
            let (lane, start_ns) = (line.lane, line.start_ns);
            let end_ns = line.end_ns.max(start_ns);
            case.tries.push(Attempt { lane, start_ns, end_ns, status });
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
            will_retry: false,
            session,
        };
    }

    fn case(&mut self, id: CaseId) -> &mut JournalCase {
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

#[cfg(test)]
mod tests {
    use super::super::case_key::CaseKey;
    use super::*;

    const SITTING: &str = r#"{"sitting":{"schema":"caselanes.journal/1","run":"7f","number":0,"at":"x","cases":2,"base":"/a"}}"#;

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
            SITTING.to_owned(),
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
    fn what_is_known_of_a_case_is_its_last_attempt() {
        let past = JournalHistory::read(journal().as_bytes()).unwrap();
        assert_eq!((past.run.as_str(), past.base.as_str(), past.sittings), ("7f", "/a", 1));
        assert_eq!(
            (past.damaged.len(), past.open_ended, past.listed_and_done()),
            (0, false, (2, 1))
        );
        let [first, second] = [&past.cases[&id(0)], &past.cases[&id(1)]];
        assert_eq!((first.record.status, first.record.value), (Status::Done, Some(4.0)));
        let tries: Vec<_> = first.tries.iter().map(|t| t.status).collect();
        assert_eq!(tries, [Status::Failed, Status::Done]);
        assert_eq!(first.folder(), Path::new("case-0.2"));
        assert_eq!((second.record.status, second.tries.len()), (Status::Running, 0));
    }

    #[test]
    fn a_later_sitting_has_folders_of_its_own_and_rows_may_have_moved() {
        let second = SITTING.replace("\"number\":0", "\"number\":1");
        let moved = end(0, 1, "done").replace("\"case\":0", "\"case\":5");
        let past = journal() + &text(&[second, listed(0), start(0, 1), moved]);
        let past = JournalHistory::read(past.as_bytes()).unwrap();
        let case = &past.cases[&id(0)];
        assert_eq!((past.sittings, case.record.session, case.tries.len()), (2, 1, 0));
        assert_eq!(case.folder(), Path::new("sitting-2/case-5"));
        assert_eq!(past.listed_and_done(), (1, 1), "of the last sitting's table");
    }

    #[test]
    fn wherever_it_is_torn_what_stands_before_counts() {
        let journal = journal();
        let whole = JournalHistory::read(journal.as_bytes()).unwrap();
        for length in 0..journal.len() {
            let torn = &journal.as_bytes()[..length];
            let Ok(past) = JournalHistory::read(torn) else {
                assert!(length < SITTING.len(), "{length}");
                continue;
            };
            assert_eq!(past.damaged, Vec::<usize>::new());
            // What is written next goes where the last whole line ends.
            let kept = &journal[..usize::try_from(past.whole).unwrap()];
            assert!(kept.is_empty() || kept.ends_with('\n') || past.open_ended, "{length}");
            let status =
                |past: &JournalHistory| past.cases.get(&id(0)).map(|case| case.record.status);
            let done = status(&past) == Some(Status::Done);
            assert_eq!(done, length + 1 >= journal.len() && status(&whole) == Some(Status::Done));
        }
    }

    #[test]
    fn damage_is_named_by_its_line_and_the_rest_counts() {
        let mut lines: Vec<_> = journal().lines().map(str::to_owned).collect();
        lines[4] = "{\"end\":{\"case\":0".to_owned();
        lines.insert(6, "\u{0}\u{0}".to_owned());
        let past = JournalHistory::read(text(&lines).as_bytes()).unwrap();
        assert_eq!(past.damaged, [5, 7]);
        assert_eq!(past.cases[&id(0)].record.status, Status::Done);
    }

    #[test]
    fn what_is_no_journal_or_a_newer_one_is_told_apart() {
        let newer = journal().replace("journal/1", "journal/2");
        assert_eq!(JournalHistory::read(newer.as_bytes()).unwrap_err(), JournalError::Newer);
        for other in ["", "\n", "name,x,y\n", "{}\n", "{\"sitting\":{\"schema\":\"else\"}}\n"] {
            assert_eq!(
                JournalHistory::read(other.as_bytes()).unwrap_err(),
                JournalError::NoJournal,
                "{other:?}"
            );
        }
    }
}
