//! Reads the journal of the earlier sessions of a run.

use std::collections::{BTreeMap, HashMap};
use std::mem;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::run::{Attempt, CasePlace, CaseRecord, Status, attempt_folder};
use crate::text::is_checksum_right;

use super::case_key::{CaseId, CaseKey};
use super::journal_line::{CaseLine, EndLine, JournalLine, SCHEMA, StartLine};

/// Earlier sessions of a run, read from its journal.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct JournalHistory {
    /// ID of the run; empty if the lines with it are damaged.
    pub(crate) run: String,
    pub(crate) sessions: u32,
    /// Folder to which paths in the study are relative; empty if the lines with it are damaged.
    pub(crate) base: String,
    /// Hash of the templates of the last session, if it had any.
    pub(crate) templates: Option<CaseKey>,
    /// Seconds from 1970 to the start of the last session.
    pub(crate) started_at: Option<i64>,
    /// Whether the last session ended normally.
    pub(crate) is_over: bool,
    /// The cases of the last session by row.
    pub(crate) listed: BTreeMap<u32, CaseId>,
    /// All cases of all sessions.
    pub(crate) cases: HashMap<CaseId, JournalCase>,
    /// Numbers of the damaged and incomplete lines, from 1.
    pub(crate) damaged_lines: Vec<usize>,
    /// Length in bytes without an incomplete last line.
    pub(crate) valid_bytes: u64,
}

/// State of a case at the end of the journal.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct JournalCase {
    pub(crate) record: CaseRecord,
    /// Values of the outputs after the first.
    pub(crate) further_values: Box<[Option<f64>]>,
    /// Where it ran, if on a cluster.
    pub(crate) place: Option<CasePlace>,
    /// Why it did not succeed.
    pub(crate) error: Option<Box<str>>,
    /// All attempts of the session of that attempt, if there were several.
    pub(crate) attempts: Vec<Attempt>,
    /// Last session whose table had the case, from 0.
    pub(crate) last_listed: u32,
    /// Row in the table of the session of the last attempt, from 0.
    pub(crate) row: u32,
    /// The case as it was done, while it runs again.
    pub(crate) replaced: Option<Box<JournalCase>>,
}

impl JournalCase {
    /// Returns the folder of the last attempt, relative to the run folder.
    pub(crate) fn folder(&self) -> PathBuf {
        let folder = attempt_folder(self.row, self.record.attempts);
        Path::new(&session_folder(self.record.session)).join(folder)
    }

    /// Restores the result that the case had before a rerun that brought none.
    fn restore_result(&mut self) {
        let Some(mut done) = self.replaced.take() else { return };
        done.last_listed = self.last_listed;
        if done.record.session == self.record.session {
            done.attempts = mem::take(&mut self.attempts);
        }
        *self = *done;
    }
}

/// Returns the folder of the cases of a session, relative to the run folder.
pub(crate) fn session_folder(session: u32) -> String {
    match session {
        0 => String::new(),
        _ => format!("sitting-{}", session.saturating_add(1)),
    }
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
        let lines: Vec<_> = bytes.split(|&byte| byte == b'\n').collect();
        let first = lines.first().copied().unwrap_or_default();
        if is_checksum_right(first) != Some(false)
            && let Ok(FirstLine { session }) = serde_json::from_slice(first)
            && session.schema != SCHEMA
        {
            let is_newer = session.schema.starts_with("caselanes.journal/");
            return Err(if is_newer { JournalError::Newer } else { JournalError::NotAJournal });
        }
        let first_checked = lines.iter().position(|line| is_checksum_right(line) == Some(true));
        let legacy_lines = first_checked.unwrap_or(lines.len());
        let mut history = Self { valid_bytes: bytes.len() as u64, ..Self::default() };
        let mut is_journal = false;
        for (index, line) in lines.iter().enumerate().filter(|(_, line)| !line.is_empty()) {
            if let Some(line) = read_line(line, index < legacy_lines) {
                history.apply(line);
                is_journal = true;
            } else {
                history.damaged_lines.push(index + 1);
                if index + 1 == lines.len() {
                    history.valid_bytes -= line.len() as u64;
                }
            }
        }
        history.cases.values_mut().for_each(JournalCase::restore_result);
        if is_journal { Ok(history) } else { Err(JournalError::NotAJournal) }
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
                self.is_over = false;
                self.base = line.base.into_owned();
                self.started_at = line.at.parse().ok().map(jiff::Timestamp::as_second);
                self.listed.clear();
                self.templates = line.templates;
                if self.run.is_empty() {
                    self.run = line.run.into_owned();
                }
            }
            JournalLine::Case(line) => {
                let session = self.last_session();
                let CaseLine { case, key, nth } = line;
                self.listed.insert(case, CaseId { key, nth });
                self.case(key, nth).last_listed = session;
            }
            JournalLine::Start(line) => self.apply_start(&line),
            JournalLine::End(line) => self.apply_end(line),
            JournalLine::SessionEnd(_) => self.is_over = true,
        }
    }

    fn apply_start(&mut self, line: &StartLine) {
        let session = self.last_session();
        // The line that lists the case may be damaged.
        self.listed.entry(line.case).or_insert(CaseId { key: line.key, nth: line.nth });
        let case = self.case(line.key, line.nth);
        if case.record.status == Status::Done {
            case.replaced = Some(Box::new(JournalCase { replaced: None, ..case.clone() }));
        }
        if case.record.session != session {
            case.attempts.clear();
        } else if let (1, CaseRecord { lane, start_ns, end_ns, status, .. }) =
            (case.record.attempts, case.record)
        {
            // The case has several attempts from now on; this was the first.
            case.attempts = vec![Attempt { lane, start_ns, end_ns, status }];
        }
        case.row = line.case;
        case.further_values = Box::default();
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

    fn apply_end(&mut self, line: EndLine<'_>) {
        let session = self.last_session();
        let case = self.case(line.key, line.nth);
        if case.record.session != session {
            case.attempts.clear();
        }
        case.row = line.case;
        let EndLine { status, lane, start_ns, .. } = line;
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
        case.further_values = line.further_values.into();
        let host = line.host;
        let queued_ns = line.queued_ns;
        case.place = host.map(|host| CasePlace { host: host.as_ref().into(), queued_ns });
        case.error = line.error.map(Into::into);
        match status {
            Status::Done | Status::Failed | Status::TimedOut => case.replaced = None,
            _ => case.restore_result(),
        }
    }

    fn case(&mut self, key: CaseKey, nth: u32) -> &mut JournalCase {
        self.cases.entry(CaseId { key, nth }).or_default()
    }

    fn last_session(&self) -> u32 {
        self.sessions.saturating_sub(1)
    }
}

/// Parses a line unless it is damaged. Earlier versions wrote lines without a checksum;
/// such a line counts only if it is exactly as they wrote it.
fn read_line(line: &[u8], may_be_legacy: bool) -> Option<JournalLine<'_>> {
    let parsed = || serde_json::from_slice(line).ok().filter(JournalLine::has_possible_lane);
    match is_checksum_right(line) {
        Some(true) => parsed(),
        None if may_be_legacy => parsed()
            .filter(|parsed| serde_json::to_vec(parsed).is_ok_and(|written| written == line)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::Index;

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
        assert_eq!((history.damaged_lines.len(), history.case_and_done_counts()), (0, (2, 1)));
        let [first, second] = [&history.cases[&id(0)], &history.cases[&id(1)]];
        assert_eq!((first.record.status, first.record.value), (Status::Done, Some(4.0)));
        let statuses: Vec<_> = first.attempts.iter().map(|t| t.status).collect();
        assert_eq!(statuses, [Status::Failed, Status::Done]);
        assert_eq!(first.folder(), Path::new("case-0.2"));
        assert_eq!((second.record.status, second.attempts.len()), (Status::Running, 0));
    }

    #[test]
    fn a_case_that_ran_again_in_vain_has_the_result_it_had() {
        let second = SESSION.replace("\"number\":0", "\"number\":1");
        let case = |lines: &[String]| {
            let journal = journal() + &text(lines);
            JournalHistory::read(journal.as_bytes()).unwrap().cases[&id(0)].clone()
        };
        let done = case(&[]);
        for last in [&[][..], &[end(0, 3, "cancelled")]] {
            let again = case(&[&[start(0, 3)], last].concat());
            assert_eq!((again.record, again.folder()), (done.record, done.folder()));
            assert_eq!(again.attempts.len(), 2 + last.len(), "{last:?}");
            let later = case(&[&[second.clone(), listed(0), start(0, 1)], last].concat());
            assert_eq!(later, JournalCase { last_listed: 1, ..done.clone() });
        }
        let failed = case(&[start(0, 3), end(0, 3, "failed")]);
        assert_eq!(failed.record.status, Status::Failed);
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

    /// The journal as the present version writes it.
    fn checked_journal() -> Vec<u8> {
        let mut bytes = Vec::new();
        let session = |number| SESSION.replace("\"number\":0", &format!("\"number\":{number}"));
        let second = [session(1), String::new(), session(1), listed(0), listed(1), start(1, 1)];
        let text = format!("{SESSION}\n\n{}\n{}", journal(), text(&second));
        for line in text.lines() {
            match serde_json::from_str::<JournalLine<'_>>(line) {
                Ok(line) => line.write(&mut bytes).unwrap(),
                Err(_) => bytes.push(b'\n'),
            }
        }
        bytes
    }

    #[test]
    fn all_lines_before_a_cut_count() {
        for journal in [journal().into_bytes(), checked_journal()] {
            let whole = JournalHistory::read(&journal).unwrap();
            assert_eq!((whole.damaged_lines.len(), whole.valid_bytes), (0, journal.len() as u64));
            for length in 0..journal.len() {
                let cut = &journal[..length];
                let Ok(history) = JournalHistory::read(cut) else {
                    assert!(length < SESSION.len() + 19, "{length}");
                    continue;
                };
                // New lines are written behind the last complete one.
                let kept = &cut[..usize::try_from(history.valid_bytes).unwrap()];
                let before = JournalHistory::read(kept).unwrap();
                assert_eq!(before.damaged_lines, Vec::<usize>::new(), "{length}");
                assert_eq!(before.cases, history.cases, "{length}");
                assert_eq!(history.damaged_lines.is_empty(), kept.len() == length, "{length}");
            }
        }
    }

    #[test]
    fn a_flipped_byte_anywhere_is_reported_and_costs_only_its_line() {
        let journal = checked_journal();
        let whole = JournalHistory::read(&journal).unwrap();
        assert_eq!((whole.sessions, whole.damaged_lines.len()), (2, 0));
        let lines: Vec<_> = journal.split(|&byte| byte == b'\n').collect();
        for offset in 0..journal.len() {
            for flip in [1, 4, 0x20, 0x80, journal[offset] ^ b'\n', journal[offset] ^ b'}'] {
                let mut bytes = journal.clone();
                bytes[offset] ^= flip;
                if flip == 0 {
                    continue;
                }
                let place = format!("byte {offset}, bits {flip:x}");
                let history = JournalHistory::read(&bytes).unwrap();
                assert!(!history.damaged_lines.is_empty(), "{place}");
                // A flipped newline joins two lines.
                let line = journal[..offset].split(|&byte| byte == b'\n').count() - 1;
                let after = line + usize::from(journal[offset] == b'\n');
                let kept = [&lines[..line], &lines[(after + 1).min(lines.len())..]].concat();
                let kept = JournalHistory::read(&kept.join(&b'\n')).unwrap();
                let facts = |history: &JournalHistory| {
                    let JournalHistory { run, base, sessions, cases, .. } = history.clone();
                    (run, base, sessions, cases)
                };
                assert_eq!(facts(&history), facts(&kept), "{place}");
                let head = |history: &JournalHistory| {
                    (history.run.clone(), history.base.clone(), history.sessions)
                };
                assert_eq!(head(&history), head(&whole), "{place}");
            }
        }
    }

    #[test]
    fn lines_before_the_first_checksum_count_and_later_ones_without_do_not() {
        let checked = String::from_utf8(checked_journal()).unwrap();
        let both = journal() + &checked + &text(&[end(1, 1, "done")]);
        let history = JournalHistory::read(both.as_bytes()).unwrap();
        let whole = JournalHistory::read(checked.as_bytes()).unwrap();
        assert_eq!(history.cases, whole.cases, "the line of an earlier version was believed");
        assert_eq!(history.damaged_lines, [both.lines().count()]);
        let earlier = journal().replace("end_ns", "end_ms");
        assert_eq!(JournalHistory::read(earlier.as_bytes()).unwrap().damaged_lines, [5, 8]);
    }

    #[test]
    fn a_journal_without_its_first_line_is_read() {
        for first in ["", "\u{0}\u{0}{\"sitting\"", "{\"sitting\":{\"schema\":\"caselanes.jour"] {
            let journal = journal().replacen(SESSION, first, 1);
            let history = JournalHistory::read(journal.as_bytes()).unwrap();
            assert_eq!((history.run.as_str(), history.case_and_done_counts()), ("", (2, 1)));
        }
    }

    proptest! {
        #[test]
        fn no_bytes_and_no_damaged_journal_cause_a_panic(
            any: Vec<u8>,
            changes in vec((any::<Index>(), any::<u8>()), 1..6),
            end: Option<Index>,
        ) {
            JournalHistory::read(&any).ok();
            JournalHistory::read(&[SESSION.as_bytes(), b"\n", &any].concat()).ok();
            // Lines of earlier versions are read without a checksum.
            for mut damaged in [journal().into_bytes(), checked_journal()] {
                for (at, byte) in &changes {
                    let at = at.index(damaged.len());
                    damaged[at] = *byte;
                }
                damaged.truncate(end.map_or(usize::MAX, |end| end.index(damaged.len())));
                if let Ok(history) = JournalHistory::read(&damaged) {
                    history.case_and_done_counts();
                    history.cases.values().for_each(|case| drop(case.folder()));
                }
            }
        }

        #[test]
        fn no_numbers_in_a_journal_cause_a_panic(
            numbers in vec(prop_oneof![any::<u64>(), 0..4_u64, Just(u64::from(u32::MAX))], 8),
        ) {
            let mut lines = journal();
            for (field, number) in
                ["number", "cases", "case", "attempt", "lane", "dispatch", "start_ns", "end_ns"]
                    .into_iter()
                    .zip(numbers)
            {
                for digit in 0..10 {
                    lines = lines.replace(
                        &format!("\"{field}\":{digit},"), &format!("\"{field}\":{number},"),
                    );
                }
            }
            if let Ok(history) = JournalHistory::read(lines.as_bytes()) {
                history.cases.values().for_each(|case| drop(case.folder()));
            }
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
    fn a_line_with_an_absurd_lane_is_damaged() {
        let journal = text(&[SESSION.to_owned(), start(0, 1), end(0, 1, "done")]);
        let absurd = journal.replacen("\"lane\":0", "\"lane\":4000000000", 1);
        let history = JournalHistory::read(absurd.as_bytes()).unwrap();
        assert_eq!(history.damaged_lines, [2]);
        let absurd = journal.replace("\"lane\":0", "\"lane\":4096");
        assert_eq!(JournalHistory::read(absurd.as_bytes()).unwrap().damaged_lines, [2, 3]);
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
