//! Writes the lines of a journal, into disk space reserved in advance where the system can.

use std::fs::{File, OpenOptions};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use crate::run::{CaseEnd, CasePlace};
use crate::schedule::Ticket;
use crate::system::allocation::reserve;

use super::case_key::CaseId;
use super::journal_line::{
    CaseLine, EndLine, JournalLine, MAX_LINE_BYTES, SessionEndLine, SessionLine, StartLine,
};
use super::journal_reader::JournalHistory;

const RESERVE_BYTES: u64 = 1 << 17;

const BUFFER_BYTES: usize = 1 << 12;

pub(super) struct JournalWriter {
    pub(super) file: File,
    /// Length of the journal: where the next line goes.
    end: u64,
    reserved_to: u64,
    can_reserve: bool,
    /// Number of attempts that have started and not ended.
    running: u64,
    pub(super) buffer: Vec<u8>,
    ids: Vec<CaseId>,
    /// For each case, whether it is known to be finished.
    pub(super) finished: Vec<bool>,
}

impl JournalWriter {
    /// Opens the journal after the last valid line of earlier sessions.
    pub(super) fn open(
        path: &Path,
        history: Option<&JournalHistory>,
        ids: Vec<CaseId>,
        finished: Vec<bool>,
    ) -> io::Result<Self> {
        let end = history.map_or(0, |history| history.valid_bytes);
        let mut file = OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
        file.set_len(end)?;
        file.seek(SeekFrom::Start(end))?;
        let mut buffer = Vec::with_capacity(BUFFER_BYTES);
        if end > 0 {
            // Completes a last line without a newline.
            buffer.push(b'\n');
        }
        Ok(Self {
            file,
            end,
            reserved_to: end,
            can_reserve: true,
            running: 0,
            buffer,
            ids,
            finished,
        })
    }

    /// Writes the beginning of a session, with all its cases. Its line is written twice,
    /// an empty line between, so that one damaged byte does not lose it.
    pub(super) fn write_session(&mut self, session: SessionLine<'_>) -> io::Result<()> {
        let session = JournalLine::Session(session);
        session.write(&mut self.buffer)?;
        self.buffer.push(b'\n');
        session.write(&mut self.buffer)?;
        for (case, &CaseId { key, nth }) in (0..).zip(&self.ids) {
            JournalLine::Case(CaseLine { case, key, nth }).write(&mut self.buffer)?;
        }
        let written = self.write();
        // The case lines made the buffer large; that capacity is not needed again.
        self.buffer = Vec::with_capacity(BUFFER_BYTES);
        written
    }

    /// Writes the start of an attempt, after reserving space for its end.
    pub(super) fn write_start(&mut self, ticket: &Ticket, start_ns: u64) -> io::Result<()> {
        // For this line, the ends of all attempts then running, and the end of the session.
        if let Err(error) = self.reserve((self.running + 3) * MAX_LINE_BYTES) {
            self.write()?;
            return Err(error);
        }
        let id = self.ids[ticket.case as usize];
        self.append(&JournalLine::Start(StartLine::new(id, ticket, start_ns)))?;
        self.running += 1;
        self.finished[ticket.case as usize] = false;
        Ok(())
    }

    pub(super) fn push_end(&mut self, end: &CaseEnd, place: Option<&CasePlace>) -> io::Result<()> {
        self.running = self.running.saturating_sub(1);
        let id = self.ids[end.ticket.case as usize];
        let line = EndLine::new(id, end, place);
        self.finished[end.ticket.case as usize] = line.is_final();
        JournalLine::End(line).write(&mut self.buffer)
    }

    /// Writes the end of the session and releases the file for other processes.
    pub(super) fn write_session_end(&mut self) -> io::Result<()> {
        let at = jiff::Timestamp::now().to_string();
        let ends = self.write();
        let session_end = self.append(&JournalLine::SessionEnd(SessionEndLine { at: at.into() }));
        self.buffer.clear();
        self.release_reserved();
        ends.and(session_end)
    }

    /// Writes the buffered lines and this one. On failure, the buffered lines stay in the
    /// buffer and this one is dropped.
    fn append(&mut self, line: &JournalLine<'_>) -> io::Result<()> {
        let before = self.buffer.len();
        line.write(&mut self.buffer).and_then(|()| self.write()).inspect_err(|_| {
            self.buffer.truncate(before);
        })
    }

    /// Writes the buffered lines. On failure, they stay in the buffer.
    pub(super) fn write(&mut self) -> io::Result<()> {
        match self.file.write_all(&self.buffer) {
            Ok(()) => {
                self.end += self.buffer.len() as u64;
                self.buffer.clear();
                Ok(())
            }
            Err(error) => {
                // The next write overwrites an incomplete one.
                self.file.seek(SeekFrom::Start(self.end))?;
                Err(error)
            }
        }
    }

    /// Reserves disk space for `bytes` more, so that they can be written even if the disk fills up.
    fn reserve(&mut self, bytes: u64) -> io::Result<()> {
        let needed = self.end + self.buffer.len() as u64 + bytes;
        if !self.can_reserve || needed <= self.reserved_to {
            return Ok(());
        }
        // A large block if the disk has room for it, otherwise the minimum.
        let reserve_to = |to| Ok((to, reserve(&self.file, self.end, to - self.end)?));
        let large = reserve_to(needed + RESERVE_BYTES);
        let (to, is_reserved) = large.or_else(|_: io::Error| reserve_to(needed))?;
        self.can_reserve = is_reserved;
        if is_reserved {
            self.reserved_to = to;
        }
        Ok(())
    }

    /// Releases reserved disk space, as far as possible.
    pub(super) fn release_reserved(&mut self) {
        if self.can_reserve && self.reserved_to > self.end {
            self.file.set_len(self.end).ok();
            self.reserved_to = self.end;
        }
    }
}
