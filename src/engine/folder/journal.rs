//! The journal of a run, which records starts and ends of attempts.
//!
//! Lines are only appended, each in one write, and synced to disk within a second: a
//! run can be resumed after a crash or a power failure.

use std::io;
use std::path::Path;

use parking_lot::Mutex;

use crate::run::{CaseEnd, CasePlace};
use crate::schedule::Ticket;

use super::case_key::CaseId;
use super::journal_line::SessionLine;
use super::journal_reader::JournalHistory;
use super::journal_syncer::JournalSyncer;
use super::journal_writer::JournalWriter;

/// A journal open for writing. Dropped, it writes buffered lines and releases reserved disk space.
pub(crate) struct Journal {
    writer: Mutex<JournalWriter>,
    syncer: JournalSyncer,
}

impl Journal {
    /// Begins a session, behind the lines of earlier ones. `finished` marks the cases that
    /// will not run.
    pub(crate) fn begin(
        path: &Path,
        history: Option<&JournalHistory>,
        session: SessionLine<'_>,
        ids: Vec<CaseId>,
        finished: Vec<bool>,
    ) -> io::Result<Self> {
        let mut writer = JournalWriter::open(path, history, ids, finished)?;
        let syncer = JournalSyncer::start(writer.file.try_clone()?)?;
        let written = writer.write_session(session);
        let journal = Self { writer: Mutex::new(writer), syncer };
        written?;
        journal.syncer.notify();
        Ok(journal)
    }

    /// Records the start of an attempt, behind all recorded ends, and makes sure that there
    /// is disk space for its end. On failure, the attempt must not begin.
    pub(crate) fn record_start(&self, ticket: &Ticket, start_ns: u64) -> io::Result<()> {
        let mut writer = self.writer.lock();
        self.syncer.take_error()?;
        let started = writer.write_start(ticket, start_ns);
        // Even on failure, ends may have been written.
        self.syncer.notify();
        started
    }

    /// Records the end of an attempt, which is written together with the next start.
    pub(crate) fn record_end(&self, end: &CaseEnd) -> io::Result<()> {
        self.writer.lock().push_end(end, None)
    }

    /// Records the end of an attempt on a cluster.
    pub(crate) fn record_cluster_end(
        &self,
        end: &CaseEnd,
        place: Option<&CasePlace>,
    ) -> io::Result<()> {
        self.writer.lock().push_end(end, place)
    }

    /// Writes the recorded ends, for times when nothing may start for long.
    pub(crate) fn flush(&self) -> io::Result<()> {
        let mut writer = self.writer.lock();
        if !writer.buffer.is_empty() {
            writer.write()?;
            self.syncer.notify();
        }
        self.syncer.take_error()
    }

    /// Records the normal end of the session and syncs all lines.
    pub(crate) fn finish(&self) -> io::Result<()> {
        let mut writer = self.writer.lock();
        let written = writer.write_session_end();
        self.syncer.cancel();
        written.and(writer.file.sync_data()).and(self.syncer.take_error())
    }

    pub(crate) fn unfinished_cases(&self) -> usize {
        self.writer.lock().finished.iter().filter(|&&finished| !finished).count()
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        self.syncer.close();
        let writer = self.writer.get_mut();
        // Errors of earlier writes were reported.
        writer.write().ok();
        writer.release_reserved();
    }
}

#[cfg(test)]
mod tests {
    use super::super::case_key::CaseKey;
    use super::super::journal_line::SCHEMA;
    use super::*;
    use crate::run::CaseOutcome;
    use crate::study::{CaseTable, InputFiles};

    /// Kinds of the lines of starts and ends in the file, in order.
    fn written_kinds(path: &Path) -> Vec<String> {
        let text = std::fs::read_to_string(path).unwrap();
        let lines = text.lines().filter(|line| !line.is_empty());
        let kinds = lines.map(|line| line[2..].split('"').next().unwrap().to_owned());
        kinds.filter(|kind| kind == "start" || kind == "end" || kind == "over").collect()
    }

    fn begin(path: &Path) -> Journal {
        let keys = CaseKey::of_all(&CaseTable::demo(), None, &InputFiles::default());
        let ids: Vec<_> = keys.into_iter().map(|key| CaseId { key, nth: 0 }).collect();
        let session = SessionLine {
            schema: SCHEMA.into(),
            run: "id".into(),
            number: 0,
            at: "now".into(),
            cases: ids.len(),
            base: "/".into(),
            templates: None,
        };
        let finished = vec![false; ids.len()];
        Journal::begin(path, None, session, ids, finished).unwrap()
    }

    fn ticket(case: u32) -> Ticket {
        Ticket { case, lane: 0, attempt: 1, dispatch_index: case }
    }

    fn end(case: u32) -> CaseEnd {
        CaseEnd {
            ticket: ticket(case),
            start_ns: 1,
            end_ns: 2,
            waited_ns: None,
            cpu_ns: None,
            memory_bytes: None,
            outcome: CaseOutcome::done(Some(1.0)),
            will_retry: false,
        }
    }

    #[test]
    fn ends_are_written_before_the_next_start_or_on_flush() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let journal = begin(&path);
        journal.record_start(&ticket(0), 1).unwrap();
        journal.record_start(&ticket(1), 1).unwrap();
        journal.record_end(&end(0)).unwrap();
        journal.record_start(&ticket(2), 3).unwrap();
        assert_eq!(written_kinds(&path), ["start", "start", "end", "start"]);
        journal.record_end(&end(1)).unwrap();
        journal.flush().unwrap();
        assert_eq!(written_kinds(&path)[4..], ["end"]);
        journal.record_end(&end(2)).unwrap();
        assert_eq!(journal.unfinished_cases(), 0);
        journal.finish().unwrap();
        assert_eq!(written_kinds(&path)[5..], ["end", "over"]);
        drop(journal);
        assert_eq!(written_kinds(&path).len(), 7, "a line was written twice");
    }

    #[test]
    fn a_recorded_end_survives_an_aborted_run() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let journal = begin(&path);
        journal.record_start(&ticket(0), 1).unwrap();
        journal.record_end(&end(0)).unwrap();
        drop(journal);
        assert_eq!(written_kinds(&path), ["start", "end"]);
    }
}
